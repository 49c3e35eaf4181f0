"""Whose network is trained next: with networks that only count their epochs, and a clock that stands still."""

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.turns import Turns


@dataclass(frozen=True)
class Counted:
    settings: str
    epoch: int = 0
    memory: dict = field(default_factory=lambda: {"weights": 1})


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def turns(clock):
    """Turns that look no further than what somebody waits for."""
    turns = Turns(Counted, lambda settings: [], most=100, patience=3, clock=clock)
    turns.looks_ahead = 0
    return turns


def train(turns, epochs=1):
    """Do the work of one worker for so many epochs; the settings trained, in order."""
    done = []
    for _ in range(epochs):
        work = turns.take(timeout=0)
        if work is None:
            break
        settings, network = work
        turns.put(settings, replace(network, epoch=network.epoch + 1) if network else Counted(settings))
        done.append(settings)
    return done


def test_a_network_is_there_at_once_and_grows_as_it_is_trained(turns):
    assert turns.ask("ada", "a", 3) == (Counted("a", 0), 0)
    assert train(turns, 2) == ["a", "a"]
    assert turns.ask("ada", "a", 3).network.epoch == 2
    assert train(turns, 9) == ["a"]
    assert turns.ask("ada", "a", 3).network.epoch == 3


def test_every_epoch_on_the_way_stays(turns):
    turns.ask("ada", "a", 5)
    train(turns, 5)
    assert [turns.ask("ada", "a", epochs).network.epoch for epochs in range(6)] == [0, 1, 2, 3, 4, 5]
    assert train(turns) == []


def test_visitors_take_turns_an_epoch_each(turns):
    for visitor, settings in (("ada", "a"), ("bob", "b"), ("cy", "c")):
        turns.ask(visitor, settings, 2)
    assert train(turns, 9) == ["a", "b", "c", "a", "b", "c"]


def test_a_newcomer_waits_for_one_round_at_most(turns):
    turns.ask("ada", "a", 9)
    turns.ask("bob", "b", 9)
    train(turns, 3)  # a b a
    turns.ask("cy", "c", 9)
    assert train(turns, 3) == ["b", "a", "c"]


@given(st.lists(st.integers(1, 8), min_size=1, max_size=6))
def test_nobody_is_ever_more_than_one_epoch_behind_another_who_waits(asked):
    turns = Turns(Counted, lambda settings: [], most=100, patience=999)
    turns.looks_ahead = 0
    for n, epochs in enumerate(asked):
        turns.ask(f"visitor {n}", f"network {n}", epochs)
    done = Counter()
    while work := train(turns):
        done.update(work)
        waiting = [done[f"network {n}"] for n, epochs in enumerate(asked) if done[f"network {n}"] < epochs]
        assert not waiting or max(waiting) - min(waiting) <= 1
    assert [done[f"network {n}"] for n in range(len(asked))] == asked


def test_what_many_ask_for_is_trained_once(turns):
    for n in range(30):
        turns.ask(f"visitor {n}", "a", 4)
    assert turns.take(timeout=0) == ("a", Counted("a"))
    assert turns.take(timeout=0) is None  # a second worker does not do the same
    turns.put("a", Counted("a", 1))
    assert train(turns, 99) == ["a"] * 3
    assert {turns.ask(f"visitor {n}", "a", 4).network.epoch for n in range(30)} == {4}


def test_what_many_ask_for_at_the_same_moment_begins_once():
    started, everybody = [], Barrier(8)

    def start(settings):
        started.append(settings)
        time.sleep(0.05)  # the others are there meanwhile
        return Counted(settings)

    turns = Turns(start, lambda settings: [], most=9, patience=999)

    def visit(n):
        everybody.wait()
        turns.ask(n, "a", 1)

    visitors = [Thread(target=visit, args=(n,)) for n in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert started == ["a"]


def test_who_asks_for_more_epochs_gets_them(turns):
    turns.ask("ada", "a", 2)
    turns.ask("bob", "a", 4)
    assert train(turns, 99) == ["a"] * 4
    assert turns.ask("ada", "a", 2).network.epoch == 2


def test_what_nobody_waits_for_any_longer_stops_at_the_next_epoch(turns, clock):
    turns.ask("ada", "a", 9)
    assert train(turns, 2) == ["a", "a"]
    clock.now += 2.9
    assert train(turns) == ["a"]
    clock.now += 0.2
    assert train(turns) == []
    turns.ask("bob", "a", 9)  # and goes on where it was
    assert turns.take(timeout=0)[1].epoch == 3


def test_who_asks_for_another_network_waits_for_the_first_no_longer(turns):
    turns.ask("ada", "a", 9)
    train(turns)
    turns.ask("ada", "b", 2)
    assert train(turns, 9) == ["b", "b"]


def test_a_visitor_is_told_how_many_come_first(turns):
    for visitor, settings in (("ada", "a"), ("bob", "b"), ("cy", "c")):
        turns.ask(visitor, settings, 9)
    assert [turns.ask(visitor, settings, 9).before for visitor, settings in
            (("ada", "a"), ("bob", "b"), ("cy", "c"))] == [0, 1, 2]  # fmt: skip
    settings, network = turns.take(timeout=0)
    assert turns.ask("ada", "a", 9).before == 0  # it has its turn
    assert turns.ask("bob", "b", 9).before == 0
    turns.put(settings, replace(network, epoch=1))
    assert turns.ask("ada", "a", 9).before == 2


def test_an_epoch_that_came_to_nothing_is_repeated(turns):
    turns.ask("ada", "a", 2)
    settings, network = turns.take(timeout=0)
    turns.put(settings, None)
    assert turns.take(timeout=0) == (settings, network)


def test_only_the_latest_keeps_what_training_goes_on_from(turns):
    turns.ask("ada", "a", 3)
    train(turns, 3)
    memories = [bool(turns.ask("ada", "a", epochs).network.memory) for epochs in range(4)]
    assert memories == [False, False, False, True]


def test_a_network_a_worker_began_and_one_a_visitor_asks_for_meanwhile_are_one(clock):
    turns = Turns(Counted, lambda settings: ["b"] if settings == "a" else [], most=9, clock=clock)
    turns.look_at("a", 1)
    assert train(turns, 2) == ["a", "a"]  # begins, and its epoch
    assert turns.take(timeout=0) is None  # nobody has looked at any: no neighbour is worth the processor yet
    turns.ask("bob", "a", 1)
    settings, network = turns.take(timeout=0)
    assert (settings, network) == ("b", None)
    assert turns.ask("ada", "b", 1).network.epoch == 0
    assert turns.take(timeout=0) is None
    turns.put(settings, Counted("b"))
    assert turns.take(timeout=0) == ("b", Counted("b"))


def test_idle_workers_train_the_neighbours_of_what_was_looked_at_last_the_nearest_first(clock):
    turns = Turns(Counted, lambda settings: [settings + "1", settings + "2"], most=99, clock=clock)
    turns.ask("ada", "a", 1)
    turns.ask("bob", "b", 1)
    assert train(turns, 99) == ["a", "b", "b1", "b1", "b2", "b2", "a1", "a1", "a2", "a2"]


def test_those_somebody_waits_for_come_before_any_neighbour(clock):
    turns = Turns(Counted, lambda settings: [settings + "1"], most=99, clock=clock)
    turns.ask("ada", "a", 1)
    assert train(turns, 2) == ["a", "a1"]
    turns.ask("bob", "b", 2)
    assert train(turns, 3) == ["b", "b", "b1"]


def test_only_so_many_networks_are_kept_and_none_goes_that_somebody_waits_for(clock):
    started = []

    def start(settings):
        started.append(settings)
        return Counted(settings)

    turns = Turns(start, lambda settings: [], most=3, clock=clock)
    turns.looks_ahead = 0
    turns.ask("ada", "waited for", 9)
    for n in range(10):
        turns.ask("bob", f"passing {n}", 0)
    turns.ask("ada", "waited for", 9)
    assert started.count("waited for") == 1
    turns.ask("bob", "passing 9", 0)
    assert started.count("passing 9") == 1
    turns.ask("bob", "passing 0", 0)
    assert started.count("passing 0") == 2


def test_the_work_ahead_comes_to_an_end(clock):
    """Neighbours of what was looked at must not push each other out for ever."""
    turns = Turns(Counted, lambda settings: [f"{settings}{n}" for n in range(20)], most=100, clock=clock)
    for n in range(30):
        turns.ask("ada", f"<{n}>", 1)
    assert len(train(turns, 10_000)) < 500


def test_waiting_ends_when_everybody_has_what_they_asked_for(turns):
    turns.ask("ada", "a", 3)
    turns.ask("bob", "b", 2)
    worker = Thread(target=train, args=(turns, 5))
    worker.start()
    turns.wait(seconds=20)
    worker.join()
    assert turns.ask("ada", "a", 3).network.epoch == 3
    turns.ask("ada", "a", 4)
    with pytest.raises(TimeoutError, match="after 0 s"):
        turns.wait(seconds=0)


def test_many_threads_lose_no_epoch():
    turns = Turns(Counted, lambda settings: [], most=9, patience=999)
    turns.looks_ahead = 0
    for n in range(6):
        turns.ask(n, f"network {n}", 50)
    workers = [Thread(target=train, args=(turns, 10_000)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    train(turns, 10_000)  # a thread that found all others busy has gone home
    assert [turns.ask(n, f"network {n}", 50).network.epoch for n in range(6)] == [50] * 6
