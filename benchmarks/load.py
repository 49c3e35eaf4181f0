"""A workshop on a real server (Linux): python benchmarks/load.py [PAGE …] [--participants 30]

For each page a fresh server, and participants who move, press or paint something every two seconds. "mix" has somebody
on every page, going on to another one now and then; "room" is the same with a third of them in one room. "new" asks for
networks one slider away from the default, and waits until they are there. A time is that until the page shows the right
answer. Prints times, bytes, failures, wrong values, and what the servers and their children use; exits with 1 if a bar
is missed. Above 100 participants, two processes share them behind nginx. Nothing leaves this machine.

`visitor` says what of a browser is replayed, `expected` what is checked. Files are not uploaded.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.leader import EVERY, Line, in_room, open_room
from benchmarks.participant import Participant
from benchmarks.servers import COURSES, PLAIN, ROUTE, serving
from benchmarks.usage import Usage, idle, usage
from lib.ui.pages import PAGES

FILES = [page.file for page in PAGES]
BARS = {30: (1, 100, 250), 100: (2, 250, 600), 300: (5, 250, 800)}  # participants: s of a first page, ms p95 and p99
PROCESS = 512  # megabytes of one
ONE = 100  # participants for one process
MIXED = ("mix", "room", "new")
GO_ON = 0.1  # of the releases in the mix are a step to another page
APART = 0.1  # seconds from one arrival to the next
NEW, SIGN = 5, 1  # seconds until a new network is there, and until something of it shows
SETTINGS = ("templates", "epochs", "rate", "seed", "dropout")  # what makes a network: the ends of the keys
HEAD = """\
                               milliseconds  first page   kilobytes   count of      CPU ms a run     megabytes   CPU
page                moves runs  p50   p95   p99 p95 ms   p50   p95  fail wrong  server children  server others here\
"""


@dataclass
class Result:
    """What happened on a page. Times are in seconds, sizes in bytes."""

    arrivals: list = field(default_factory=list)  # of those who come by a link, connecting included
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
        self.address, self.page, self.options, self.result = address, page, options, Result()
        self.act = {"mix": move_or_go_on, "room": move_or_go_on, "new": ask_for_a_network}.get(page, move)
        self.begun = asyncio.Event()  # all have arrived
        pages = {"mix": FILES, "room": FILES, "new": ["network"]}.get(page, [page])
        seen, n_mixed = {}, options.participants - options.participants // 3 * (page == "room")
        self.participants = [
            Participant(address, pages[n % len(pages)], seen, n, f"{ROUTE}={n}") for n in range(n_mixed)
        ]

    async def gather_in_a_room(self, stack):
        """The rest of the participants come to a room, and ask how far it is."""
        address, seen, n_mixed, cookie = self.address, {}, len(self.participants), f"{ROUTE}=room"
        code, _ = await open_room(address, stack, cookie)
        for n in range(n_mixed, self.options.participants):
            self.participants.append(Participant(address, "convolution", seen, n, cookie, in_room(code)))
            stack.push_async_callback(cancel, asyncio.create_task(poll(Line(address, cookie), code, n)))

    async def hold(self, pids):
        """Everybody arrives, then everybody takes part until the time is over."""
        async with AsyncExitStack() as stack:
            if self.page == "room":
                await self.gather_in_a_room(stack)
            return await self._hold(pids)

    async def _hold(self, pids):
        tasks = [asyncio.create_task(self.take_part(one, n * APART)) for n, one in enumerate(self.participants)]
        while len(self.result.arrivals) + sum(task.done() for task in tasks) < len(tasks):
            await asyncio.sleep(0.1)
        before, runs, own, self.start = used(pids), self.runs(), time.process_time(), time.perf_counter()
        self.begun.set()
        await asyncio.gather(*tasks)
        self.result.runs = self.runs() - runs
        self.result.server, self.result.children = (
            (1000 * (now.seconds - then.seconds) / max(self.result.runs, 1), now.megabytes)
            for then, now in zip(before, used(pids), strict=True)
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
            came = time.perf_counter()
            async with one.visitor:
                answer = await arrive(one, self.result)
                self.result.arrivals.append(answer.sent + answer.seconds - came)
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
    result.failures.update(answer.errors)
    result.wrong.update(f"{one.page}, opened: {words}" for words in one.complaints())
    return answer


async def move(one, result):
    """Move one control of the page."""
    kind, answer, wrong = await one.release()
    result.kinds[kind] += 1
    result.wrong.update(f"{one.page}, {kind}: {words}" for words in wrong)
    note(answer, result)


async def move_or_go_on(one, result):
    """Move a control, or go on to another page."""
    if one.chance.random() < GO_ON and not one.query:  # who is in a room stays
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


async def poll(line, code, seed):
    """Ask how far the room is, as a participant's browser does."""
    await asyncio.sleep(seed % EVERY)
    while True:
        await line.get(f"/room/{code}")
        await asyncio.sleep(EVERY)


async def cancel(task):
    """End it; what it has stumbled over is raised."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def used(pids):
    """What all servers use, and their children: seconds of CPU together, megabytes of the largest."""
    found = zip(*map(usage, pids), strict=True)
    return [Usage(sum(one.seconds for one in same), max(one.megabytes for one in same)) for same in found]


def bars(page, result, participants):
    """The bars of a page: (words, value, limit)."""
    first, p95, p99 = next(bar for most, bar in BARS.items() if participants <= most)
    yield "p95 s of a first page", of_100(95, result.arrivals), first
    yield "p95 ms", 1000 * of_100(95, result.times), p95
    yield "p99 ms", 1000 * of_100(99, result.times), p99
    yield "megabytes of a process", result.server[1], PROCESS
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
    found = [(words, x, limit, x <= limit) for words, x, limit in bars(page, result, options.participants)]
    for words, x, limit, met in found:
        print(f"{'':19} {'met' if met else 'NOT MET':7} {words} {x:.4g}, limit {limit}", flush=True)
    return all(met for *_, met in found)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", default=[*FILES, *MIXED], metavar="PAGE")
    parser.add_argument("--participants", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--think", type=float, help="seconds from one release of a participant to the next")
    parser.add_argument("--replicas", type=int, help="processes behind nginx")
    options = parser.parse_args()
    if unknown := {*options.pages} - {*FILES, *MIXED}:
        parser.error(f"there is no page {', '.join(unknown)}; take {', '.join([*FILES, *MIXED])}")
    if not 1 <= options.participants <= max(BARS):
        parser.error(f"1 to {max(BARS)} participants")
    options.think = options.think or (2 if options.participants <= ONE else 5)
    options.replicas = options.replicas or (1 if options.participants <= ONE else 2)
    return options


def main():
    options = read_options()
    print(f"{options.participants} participants for {options.seconds:g} s a page, a release every {options.think:g} s")
    print(HEAD)
    met = True
    for page in options.pages:
        with serving(options.replicas, COURSES if page == "room" else PLAIN) as (address, pids):
            for pid in pids:
                idle(pid)
            result = asyncio.run(Workshop(address, page, options).hold(pids))
        met = report(page, result, options) and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
