"""The training workers: real processes, killed, orphaned and started from other main modules than a server's."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lib.network import new_network, train_epoch
from lib.tasks import TASKS
from lib.turns import Turns
from lib.ui import trained
from lib.workers import NICE, Settings, Workers, first

ROOT = Path(__file__).resolve().parents[2]
LINES = trained.usual("lines")


@pytest.fixture(scope="module")
def turns():
    turns = Turns(first, lambda settings: [], most=9, patience=999)
    turns.looks_ahead = 0
    turns.workers = Workers(turns)
    return turns


def call(workers, code):
    """What a worker finds when it evaluates that."""
    return workers.submit(eval, code).result(60)


def same(one, other):
    pairs = [(one.weights[name], other.weights[name]) for name in one.weights]
    pairs += [(one.memory[name], other.memory[name]) for name in one.memory]
    return one.epoch == other.epoch and all(np.array_equal(a, b) for a, b in pairs)


def in_this_process(settings, epochs):
    network = new_network(settings.task, n_templates=settings.n_templates, seed=settings.seed)
    for _ in range(epochs):
        network = train_epoch(network, learning_rate=settings.rate, dropout=settings.dropout)
    return network


@pytest.mark.parametrize("settings", [LINES._replace(seed=3, rate=0.02), Settings("digits", 2, 1, 0.05, 0.5)])
def test_a_worker_trains_the_very_network_that_this_process_trains(turns, settings):
    turns.ask("ada", settings, 3)
    turns.wait()
    network = turns.ask("ada", settings, 3).network
    assert same(network, in_this_process(settings, 3))
    accuracies = in_this_process(settings, 3).test_accuracies
    np.testing.assert_array_equal(network.test_accuracies, accuracies)  # the whole curve


def test_a_worker_that_is_killed_is_replaced_and_its_epoch_repeated(turns):
    settings = Settings("digits", 4, 0, 0.02, 0.25)
    killed = call(turns.workers, "__import__('os').getpid()")
    turns.ask("ada", settings, 12)
    while turns.ask("ada", settings, 12).network.epoch < 2:
        time.sleep(0.01)
    os.kill(killed, signal.SIGKILL)
    turns.wait()
    assert same(turns.ask("ada", settings, 12).network, in_this_process(settings, 12))
    assert call(turns.workers, "__import__('os').getpid()") != killed


def test_a_worker_yields_to_the_server_and_imports_neither_streamlit_nor_a_main_module(turns, tmp_path, monkeypatch):
    """Streamlit installs the page that ran last as the main module, and multiprocessing would run it in the worker."""
    page = tmp_path / "page.py"
    page.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    main = ModuleType("__main__")
    main.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", main)
    workers = Workers(turns)
    modules = set(call(workers, "list(__import__('sys').modules)"))
    assert call(workers, "__import__('os').nice(0)") == os.nice(0) + NICE
    assert not (tmp_path / "ran").exists()
    assert not modules & {"streamlit", "plotly", "app", "lib.ui", "uvicorn"}
    assert "lib.workers" in modules


COMMANDS = {
    "streamlit": ["-m", "streamlit", "run", "app.py", "--server.port", "0", "--server.address", "127.0.0.1"],
    "uvicorn": ["-m", "uvicorn", "app:app", "--port", "0"],
}


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize(("command", "end"), [("streamlit", signal.SIGTERM), ("uvicorn", signal.SIGKILL)])
def test_a_server_begins_to_train_by_itself_and_leaves_no_process_behind(command, end):
    server = subprocess.Popen([sys.executable, *COMMANDS[command]], cwd=ROOT, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        wait_until(lambda: sum("spawn_main" in words for words in children(server.pid).values()), 60)
        begun = children(server.pid)  # the workers, and multiprocessing's tracker of semaphores
        assert not any("streamlit" in words or "uvicorn" in words for words in begun.values())
    finally:
        server.send_signal(end)
        server.wait(30)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in begun), 30)


def children(pid):
    """Process number to command line."""
    found = {}
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found[int(child)] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
    return found


def wait_until(met, seconds):
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def test_the_neighbours_are_one_slider_away_the_nearest_first():
    for settings in (LINES, trained.usual("digits")):
        found = trained.one_slider_away(settings)
        assert all(sum(a != b for a, b in zip(settings, one, strict=True)) == 1 for one in found)
        assert len(set(found)) == len(found)
        counts = [len(trained.TEMPLATES), len(trained.SEEDS), len(trained.RATES), len(trained.DROPOUTS[settings.task])]
        assert len(found) == sum(counts) - len(counts)
        assert found[0].seed == settings.seed + 1 or found[0].n_templates != settings.n_templates
    fits = 1 + len(trained.one_slider_away(trained.usual("digits")))
    assert fits * trained.TURNS.looks_ahead <= trained.MOST_NETWORKS  # what is trained ahead finds room


def test_what_a_task_starts_with_is_among_the_choices():
    for task in TASKS:
        usual = trained.usual(task)
        assert usual.n_templates in trained.TEMPLATES and usual.rate in trained.RATES
        assert usual.seed in trained.SEEDS and usual.dropout in trained.DROPOUTS[task]
        assert TASKS[task].epochs <= trained.MOST_EPOCHS


def test_what_is_measured_about_a_network_is_measured_once():
    network = in_this_process(LINES, 1)
    measured = trained.measured(network)
    assert trained.measured(network) is measured
    assert measured.counts.trace() + len(measured.wrong) == measured.counts.sum() == len(measured.answers["none"])
    assert measured.right["none"] == network.test_accuracies[-1]
    assert measured.noise.sum() == pytest.approx(1)
