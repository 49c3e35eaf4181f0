"""Whose network is trained next: an epoch each, in turns. Knows neither pages nor processes."""

import threading
import time
from dataclasses import replace
from typing import NamedTuple


class Progress(NamedTuple):
    """What there is of a network that somebody asked for."""

    network: object  # the latest, of at most the epochs asked for
    before: int  # other networks whose turn comes first


class Wish(NamedTuple):
    """A visitor waits for this, until the clock says so unless asked again."""

    settings: tuple
    epochs: int
    until: float


class Turns:
    """Gives out the epochs to train: first those that somebody waits for, in turns, then what may be asked next.

    `start(settings)` makes a network of epoch 0, `neighbours(settings)` lists what may be asked next, nearest first.
    A visitor who has not asked again for `patience` seconds waits no longer. At most `most` networks are kept, each
    after every epoch, and those somebody waits for. Networks are dataclasses with an `epoch` and a `memory`, which only
    the latest needs. For any number of threads.
    """

    def __init__(self, start, neighbours, *, most, patience=3.0, clock=time.monotonic):
        self._start, self._neighbours = start, neighbours
        self._most, self._patience, self._clock = most, patience, clock
        self._runs = {}  # settings -> the network after each epoch; what was used longest ago comes first
        self._wishes = {}  # visitor -> Wish
        self._queue = []  # settings that somebody waits for, the next one first
        self._busy = set()  # settings that a worker has
        self._looked_at = {}  # settings -> epochs; the last ones asked for, the latest last
        self._changed, self._starting = threading.Condition(), threading.Lock()
        self._asked = False  # has anybody asked yet
        self.looks_ahead = 4  # networks last asked for whose neighbours are trained when nobody waits

    def ask(self, visitor, settings, epochs):
        """The `Progress` of a network, at once. It is trained while the visitor keeps asking, and asks for no other."""
        while not (run := self._runs.get(settings)):
            with self._starting:  # many may ask for the same new one at the same moment
                if not self._runs.get(settings):
                    self._keep(settings, self._start(settings))
        with self._changed:
            self._runs[settings] = self._runs.pop(settings, run)
            self._asked = True
            self._wishes[visitor] = Wish(settings, epochs, self._clock() + self._patience)
            self.look_at(settings, epochs)
            known = settings in self._queue
            self._order()
            if settings in self._queue and not known:
                self._changed.notify()
            waits = settings in self._queue and settings not in self._busy
            return Progress(run[min(epochs, len(run) - 1)], self._queue.index(settings) if waits else 0)

    def look_at(self, settings, epochs):
        """Train this network when nobody waits for another, and its neighbours once somebody has asked for any."""
        with self._changed:
            known = self._looked_at.pop(settings, -1)
            self._looked_at[settings] = epochs
            while len(self._looked_at) > self.looks_ahead:
                del self._looked_at[next(iter(self._looked_at))]
            if known < epochs:  # each look wakes a worker's thread, and most find nothing new
                self._changed.notify()

    def take(self, timeout=None):
        """Wait for something to train: settings and the network to go on from, None where there is none yet.

        None after `timeout` seconds without.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._next() is not None, timeout):
                return None
            settings = self._next()
            self._busy.add(settings)
            if settings in self._queue:  # its next turn comes after everybody else's
                self._queue.append(self._queue.pop(self._queue.index(settings)))
            run = self._runs.get(settings)
            return settings, run[-1] if run else None

    def put(self, settings, network):
        """What came of a `take`: the network one epoch on, or None where nothing did; it will be taken again."""
        with self._changed:
            self._busy.discard(settings)
            if network is not None:
                self._keep(settings, network)
            self._changed.notify_all()

    def wait(self, *, seconds=60):
        """Wait until everybody has what they asked for last, however long ago. TimeoutError after that many seconds."""
        end = time.monotonic() + seconds
        with self._changed:
            while any(self._lacks(wish.settings, wish.epochs) for wish in self._wishes.values()):
                if time.monotonic() > end:
                    raise TimeoutError(f"after {seconds} s there are still {len(self._wishes)} networks to train")
                until = self._clock() + self._patience
                self._wishes = {visitor: wish._replace(until=until) for visitor, wish in self._wishes.items()}
                self._changed.wait(self._patience / 3)

    def _keep(self, settings, network):
        with self._changed:
            run = self._runs.setdefault(settings, [])
            if network.epoch == len(run):  # else another thread was quicker
                run[-1:] = [replace(before, memory={}) for before in run[-1:]]
                run.append(network)
            needed = self._busy | {wish.settings for wish in self._wishes.values()}
            spare = [kept for kept in self._runs if kept not in needed and kept != settings]
            for oldest in spare[: max(0, len(self._runs) - self._most)]:
                del self._runs[oldest]

    def _next(self):
        self._order()
        waited_for = (settings for settings in self._queue if settings not in self._busy)
        return next(waited_for, None) or next(self._ahead(), None)

    def _order(self):
        """Drop from the queue what nobody waits for any longer, and append what is new."""
        now = self._clock()
        self._wishes = {visitor: wish for visitor, wish in self._wishes.items() if wish.until > now}
        waiting = [wish for wish in self._wishes.values() if self._lacks(wish.settings, wish.epochs)]
        wanted = dict.fromkeys(wish.settings for wish in waiting)
        self._queue = list(dict.fromkeys([*(one for one in self._queue if one in wanted), *wanted]))

    def _ahead(self):
        """What nobody waits for yet: the networks last asked for, to their end, and their neighbours."""
        for settings, epochs in reversed(self._looked_at.items()):
            for one in (settings, *(self._neighbours(settings) if self._asked else ())):
                if one not in self._busy and self._lacks(one, epochs):
                    yield one

    def _lacks(self, settings, epochs):
        return len(self._runs.get(settings, ())) <= epochs
