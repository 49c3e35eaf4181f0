"""A workshop on a real server (Linux): python benchmarks/load.py [PAGE …] [--participants 30]

For each page a fresh server, and participants who move, press or paint something every two seconds. "mix" has somebody
on every page, going on to another one now and then. "new" asks for networks one slider away from the default, and waits
until they are there. A time is that until the page shows the right answer. Prints times, bytes, failures, wrong values,
and what the server and its children use; exits with 1 if a bar is missed. Nothing leaves this machine.

`visitor` says what of a browser is replayed, `expected` what is checked. Files are not uploaded.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.participant import Participant
from benchmarks.usage import idle, usage
from lib.ui.pages import PAGES
from tests.browser.conftest import running_server

FILES = [page.file for page in PAGES]
TRAINS = ("learning", "network", "mix", "new")
GO_ON = 0.1  # of the releases in the mix are a step to another page
APART = 0.1  # seconds from one arrival to the next
NEW, SIGN = 5, 1  # seconds until a new network is there, and until something of it shows
SETTINGS = ("templates", "epochs", "rate", "seed", "dropout")  # what makes a network: the ends of the keys
MOST = 200  # participants
HEAD = """\
                               milliseconds    arrival    kilobytes   count of      CPU ms a run     megabytes   CPU
page                moves runs  p50   p95   p99 p95 ms   p50   p95  fail wrong  server children  server others here\
"""


@dataclass
class Result:
    """What happened on a page. Times are in seconds, sizes in bytes."""

    arrivals: list = field(default_factory=list)
    times: list = field(default_factory=list)
    sizes: list = field(default_factory=list)
    signs: list = field(default_factory=list)  # until something of a new network showed
    news: list = field(default_factory=list)  # until it was there
    kinds: Counter = field(default_factory=Counter)  # of controls
    failures: Counter = field(default_factory=Counter)
    wrong: Counter = field(default_factory=Counter)
    runs: int = 0  # of pages and fragments, those by a timer included
    server: tuple = ()  # milliseconds of CPU a run, megabytes
    children: tuple = ()
    own: float = 0  # share of a core that this program took: with much of it, times are too high


class Workshop:
    """Participants on one page of a running server."""

    def __init__(self, address, page, options):
        self.page, self.options, self.result = page, options, Result()
        self.act = {"mix": move_or_go_on, "new": ask_for_a_network}.get(page, move)
        self.begun = asyncio.Event()  # all have arrived
        pages = {"mix": FILES, "new": ["network"]}.get(page, [page])
        seen = {}
        self.participants = [Participant(address, pages[n % len(pages)], seen, n) for n in range(options.participants)]

    async def hold(self, pid):
        """Everybody arrives, then everybody takes part until the time is over."""
        tasks = [asyncio.create_task(self.take_part(one, n * APART)) for n, one in enumerate(self.participants)]
        while len(self.result.arrivals) + sum(task.done() for task in tasks) < len(tasks):
            await asyncio.sleep(0.1)
        before, runs, own, self.start = usage(pid), self.runs(), time.process_time(), time.perf_counter()
        self.begun.set()
        await asyncio.gather(*tasks)
        self.result.runs = self.runs() - runs
        self.result.server, self.result.children = (
            (1000 * (now.seconds - then.seconds) / max(self.result.runs, 1), now.megabytes)
            for then, now in zip(before, usage(pid), strict=True)
        )
        self.result.own = (time.process_time() - own) / (time.perf_counter() - self.start)
        return self.result

    def runs(self):
        """How often all of it together has run so far."""
        return sum(one.visitor.runs for one in self.participants)

    async def take_part(self, one, after):
        """Whoever stumbles is a failure; the others go on."""
        try:
            await asyncio.sleep(after)
            async with one.visitor:
                await arrive(one, self.result)
                await self.begun.wait()
                due = self.start + one.chance.uniform(0, self.options.think)
                while due < self.start + self.options.seconds:
                    await asyncio.sleep(due - time.perf_counter())
                    await self.act(one, self.result)
                    due = max(due + self.options.think * one.chance.uniform(0.5, 1.5), time.perf_counter())
        except Exception as error:
            self.result.failures[f"{type(error).__name__}: {error}"] += 1


async def arrive(one, result, page=None):
    """Open a page, and look at it."""
    answer = await one.arrive(page)
    result.arrivals.append(answer.seconds)
    result.failures.update(answer.errors)
    result.wrong.update(f"{one.page}, opened: {words}" for words in one.complaints())


async def move(one, result):
    """Move one control of the page."""
    kind, answer, wrong = await one.release()
    result.kinds[kind] += 1
    result.wrong.update(f"{one.page}, {kind}: {words}" for words in wrong)
    note(answer, result)


async def move_or_go_on(one, result):
    """Move a control, or go on to another page."""
    if one.chance.random() < GO_ON:
        await arrive(one, result, one.chance.choice([file for file in FILES if file != one.page]))
    else:
        await move(one, result)


async def ask_for_a_network(one, result):
    """Move a slider that makes the network away from its default, wait until the network is there, and move it back."""
    visitor = one.visitor
    settings = [control for control in visitor.controls if control.key.rpartition("_")[2] in SETTINGS]
    control = one.chance.choice(settings)
    value = one.chance.choice([value for value in control.choices if value != control.default])
    answer = await visitor.move(control, value)
    note(answer, result)
    if not one.seen.get((control.key, value)) or visitor.timers:
        one.seen[control.key, value] = True
        await visitor.until(lambda: not visitor.timers or any(bar.value for bar in visitor.elements("progress")), 60)
        result.signs.append(time.perf_counter() - answer.sent)
        await visitor.until(lambda: not visitor.timers, 60)
        result.news.append(time.perf_counter() - answer.sent)
    await asyncio.sleep(1)
    await visitor.move(control, control.default)
    await visitor.until(lambda: not visitor.timers, 60)


def note(answer, result):
    result.times.append(answer.seconds)
    result.sizes.append(answer.size)
    result.failures.update(answer.errors)


def bars(page, result, participants):
    """The bars of a page: (words, value, limit)."""
    limit = 100 if participants <= 30 else 400 if page in TRAINS else 250
    yield "p95 ms", 1000 * of_100(95, result.times), limit
    yield "failures", result.failures.total(), 0
    yield "wrong values", result.wrong.total(), 0
    if page == "new":
        yield "p95 s until a new network is there", of_100(95, result.news), NEW
        yield "p95 s until something of it shows", of_100(95, result.signs), SIGN


def of_100(n, values):
    """The value that n of 100 do not exceed."""
    return float(np.percentile(values, n)) if values else float("nan")


def report(page, result, options):
    """Print what happened; returns whether every bar was met."""
    p50, p95, p99 = (1000 * of_100(n, result.times) for n in (50, 95, 99))
    arrival, some, most = 1000 * of_100(95, result.arrivals), of_100(50, result.sizes), of_100(95, result.sizes)
    print(
        f"{page:19} {len(result.times):5} {result.runs:4} {p50:4.0f} {p95:5.0f} {p99:5.0f} {arrival:6.0f} "
        f"{some / 1000:5.1f} {most / 1000:5.1f} {result.failures.total():5} {result.wrong.total():5} "
        f"{result.server[0]:7.1f} {result.children[0]:8.1f} {result.server[1]:7.0f} {result.children[1]:6.0f} "
        f"{100 * result.own:3.0f}%",
        flush=True,
    )
    if result.news:
        print(f"{'':19} {len(result.news)} new networks: something of it after p50 {of_100(50, result.signs):.2f} s, "
              f"there after p50 {of_100(50, result.news):.2f} s")  # fmt: skip
    for words, n in (result.failures + result.wrong).most_common(5):
        print(f"{'':19} {n} × {words}")
    missed = [(words, x, limit) for words, x, limit in bars(page, result, options.participants) if not x <= limit]
    for words, x, limit in missed:
        print(f"{'':19} NOT MET: {words} {x:.2f}, limit {limit}")
    return not missed


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", default=[*FILES, "mix", "new"], metavar="PAGE")
    parser.add_argument("--participants", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--think", type=float, default=2, help="seconds from one release of a participant to the next")
    options = parser.parse_args()
    if unknown := {*options.pages} - {*FILES, "mix", "new"}:
        parser.error(f"there is no page {', '.join(unknown)}; take {', '.join(FILES)}, mix or new")
    if not 1 <= options.participants <= MOST:
        parser.error(f"1 to {MOST} participants")
    return options


def main():
    options = read_options()
    print(f"{options.participants} participants for {options.seconds:g} s a page, a release every {options.think:g} s")
    print(HEAD)
    met = True
    for page in options.pages:
        with running_server() as (address, pid):
            idle(pid)
            result = asyncio.run(Workshop(address, page, options).hold(pid))
        met = report(page, result, options) and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
