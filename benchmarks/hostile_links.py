"""Hostile links: python benchmarks/hostile_links.py [PAGE …] [--links 1000] [--seed 0]

Opens each page by so many links that nobody means well, each in a session of its own, with more or fewer folds open:
what fits a key from end to end, rubbish, planted markup, keys of other pages, courses, rooms. What there is to take
home is made of every tenth. Looks for errors, numbers that are not finite, markup, and runs of over a second. Prints a
table and what was found; exits with 1 if anything was. Times are those of a run of the page, without its server.
"""

import argparse
import functools
import itertools
import json
import logging
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from streamlit.components.v2 import manifest_scanner
from streamlit.delta_generator import DeltaGenerator

from lib.learning import train_template
from lib.ui import trained
from lib.ui.pages import PREFIXES
from tests.hostile import FILES, harms, keys_of, links, opened

MOST = 1.0  # seconds a run
FOLDS = ["_settled_{}", "_code_{}", "_home_{}", "_labeller", "_open_room"]
FOLDS += [f"_bring_{key}" for key in ("image_picture", "match_picture", "conv_template", "conv_picture")]
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)  # 85 ms a run
trained.TURNS.looks_ahead = 0
made_later = []  # what the buttons of the last visit make


class Errors(logging.Handler):
    """What the server would log in the last visit: whatever the page shows in its place."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []

    def emit(self, record):
        error = record.exc_info and record.exc_info[1]
        self.said.append(f"{type(error).__name__}: {error}" if error else record.getMessage())


errors = Errors()
logging.getLogger().addHandler(errors)


def visit(page, query, folds):
    """Open the page by that link: the AppTest, seconds by the clock, seconds of CPU."""
    made_later.clear()
    errors.said.clear()
    at = opened(page, query, folds)
    clock, cpu = time.perf_counter(), time.process_time()
    at.run()
    return at, time.perf_counter() - clock, time.process_time() - cpu


def folds_of(page, n):
    """What is open in the n-th visit: nothing in every second, then ever more."""
    every = [f"_share_{PREFIXES.get(page, '')}", *(fold.format(page) for fold in FOLDS)]
    return [fold for at, fold in enumerate(every) if n % 2 and (n // 2) % (at + 2) == 0]


def made(files):
    """What is wrong with the files to take home."""
    for make in files:
        try:
            data = make()
            if isinstance(data, str) and data.startswith("{"):
                json.loads(data, parse_constant=lambda name: 1 / 0)
            elif isinstance(data, str) and {"nan", "inf"} & {*data.replace(",", " ").split()}:
                yield "a table that is not finite"
        except Exception as error:
            yield f"to take home: {type(error).__name__}: {error}"


def keep(self, label, data, *args, real=DeltaGenerator.download_button, **options):
    made_later.extend([data] if callable(data) else [])
    return real(self, label, data, *args, **options)


DeltaGenerator.download_button = keep


def attack(page, keys, options):
    """Open the page by all its links: seconds by the clock and of CPU, and what was found with an example."""
    clocks, cpus, found, example = [], [], Counter(), {}
    visit(page, {}, [])
    for n, query in enumerate(itertools.islice(links(keys, options.seed), options.links)):
        folds = folds_of(page, n)
        try:
            at, clock, cpu = visit(page, query, folds)
            if n % 50 == 3 and at.get("progress"):  # what it shows once the network has learned
                trained.TURNS.wait()
                at, clock, cpu = visit(page, query, folds)
            wrong = errors.said + harms(at._tree) + (list(made(made_later)) if n % 10 == 1 else [])
            again = range(2 * (clock > MOST))  # the machine may have been busy
            clock = min([clock, *(visit(page, query, folds)[1] for _ in again)])
            wrong += ["a run of over a second"] * (max(clock, cpu) > MOST)
        except Exception as error:
            wrong, clock, cpu = [f"{type(error).__name__}: {error}"], MOST, MOST
        clocks.append(clock), cpus.append(cpu)
        for words in wrong:
            found[words] += 1
            example.setdefault(words, (query, folds))
    return clocks, cpus, found, example


def report(page, clocks, cpus, found, example):
    p50, p95, most = (1000 * np.percentile(clocks, n) for n in (50, 95, 100))
    times = f"{p50:6.0f} {p95:6.0f} {most:6.0f} {1000 * max(cpus):8.0f}"
    print(f"{page:19} {len(clocks):6} {times} {found.total():6}", flush=True)
    for words, n in found.most_common(10):
        print(f"    {n} × {words[:200]}\n        {example[words]!r:.600}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", default=FILES, metavar="PAGE")
    parser.add_argument("--links", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # Streamlit warns of every visit without a server
    train_template([[1]], steps=1)  # loads torch, as the server does before the first visitor
    keys, begun, total = keys_of(), time.perf_counter(), 0
    print("page                 links    p50    p95  most ms  CPU most  found")
    for page in options.pages:
        clocks, cpus, found, example = attack(page, keys[page], options)
        report(page, clocks, cpus, found, example)
        total += found.total()
    print(f"{time.perf_counter() - begun:.0f} s")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
