"""Processes that train networks beside the server: how they begin, what they do, how they end."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import lru_cache
from multiprocessing import spawn
from typing import NamedTuple

from lib.network import new_network, train_epoch

NICE = 10  # pages come first: a worker yields the processor to the server
AT_HAND = 2  # epochs that wait in the pool, so that no worker is idle while a busy server hands out the next


class Settings(NamedTuple):
    """All that decides what a network becomes, but for its number of epochs."""

    task: str
    n_templates: int
    seed: int
    rate: float
    dropout: float


def first(settings):
    """The network of these settings before it has learned anything."""
    return _new(settings.task, settings.n_templates, settings.seed)


@lru_cache(maxsize=120)  # all that there are, 70 kB each at the most: step size and dropout change nothing here
def _new(task, n_templates, seed):
    return new_network(task, n_templates=n_templates, seed=seed)


def one_epoch_on(settings, network):
    """A worker's job: the network after one more epoch, or before its first where it is None."""
    if network is None:
        return first(settings)
    return train_epoch(network, learning_rate=settings.rate, dropout=settings.dropout)


class Workers:
    """Processes that train what a `Turns` gives out, one fewer than there are cores, and at least one.

    They start when there is something to do. One that dies is replaced, and its epoch repeated.
    """

    def __init__(self, turns):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self.count = max(1, cores - 1)
        self._turns, self._lock, self._pool = turns, threading.Lock(), None
        for n in range(self.count + AT_HAND):  # each waits for an epoch: no page does
            threading.Thread(target=self._train, name=f"training {n}", daemon=True).start()

    def _train(self):
        while True:
            settings, network = self._turns.take()
            try:
                future = self.submit(one_epoch_on, settings, network)
            except RuntimeError:  # the server ends
                return
            try:
                network = future.result()
            except Exception as error:
                logging.getLogger(__name__).warning("An epoch of %s is repeated: %r", settings, error)
                time.sleep(0.5)  # what fails at once must not keep a core busy
                network = None
            self._turns.put(settings, network)

    def submit(self, function, *args):
        """Have a worker call a function: a `Future`."""
        with self._lock:
            with suppress(BrokenProcessPool):  # one of its workers has died
                if self._pool:
                    return self._pool.submit(function, *args)
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=_begin)
            return self._pool.submit(function, *args)


def _begin():
    """In a new worker: let the server go first, and end with it."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the server decides
    threading.Thread(target=_end_with_the_server, daemon=True).start()


def _end_with_the_server():
    multiprocessing.parent_process().join()
    os._exit(0)  # it was killed, and nobody is left to tell the pool


def _without_main(name, *, prepare=spawn.get_preparation_data):
    """What multiprocessing tells a new process, but for the main module.

    A worker needs nothing of it, and would run it: the server's command, or the page that Streamlit ran last, which it
    installs as `__main__`.
    """
    return {key: value for key, value in prepare(name).items() if not key.startswith("init_main")}


spawn.get_preparation_data = _without_main
