"""A room with many participants (Linux): python benchmarks/room.py [--participants 100]

A leader opens a room for a small course; everybody comes, polls as a browser does, and answers the question within ten
seconds, while others move sliders on a page without a room. Prints what a poll costs, how long after the last answer
the leader's count is complete, and how the others fare with the room and without; exits with 1 if a bar is missed.
"""

import argparse
import asyncio
import random
import sys
import time
from argparse import Namespace
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.leader import EVERY, Line, in_room, open_room
from benchmarks.load import Workshop, of_100
from benchmarks.servers import COURSES
from benchmarks.usage import idle, usage
from benchmarks.visitor import WAIT, Visitor
from tests.browser.conftest import running_server

ANSWERS, OTHERS = 10, 30  # seconds in which all answer; how many have no room
BYTES, CPU, COMPLETE = 1_000, 3, 4  # of a poll, ms of CPU of a poll, seconds until the leader's count is complete


class Gathering:
    """A room on a running server, with all who are in it."""

    def __init__(self, address, participants, stack):
        self.address, self.stack = address, stack
        self.people, self.lines = [], [Line(address) for _ in range(participants)]
        self.sizes, self.times = [], []  # of polls

    async def open(self):
        """Its leader stands at the second step."""
        self.code, self.leader = await open_room(self.address, self.stack)

    async def come(self):
        """Everybody opens the page."""
        for _ in self.lines:
            one = await self.stack.enter_async_context(Visitor(self.address))
            await one.open("convolution", in_room(self.code))
            self.people.append(one)

    async def poll(self, line, pause, until):
        """Ask how far the room is, again and again."""
        await asyncio.sleep(random.uniform(0, pause))
        while time.perf_counter() < until:
            begun = time.perf_counter()
            _, size = await line.get(f"/room/{self.code}")
            self.times.append(time.perf_counter() - begun)
            self.sizes.append(size)
            await asyncio.sleep(pause * random.uniform(0.85, 1.15))

    async def answer(self, one):
        """Within ten seconds, one of the options."""
        await asyncio.sleep(random.uniform(0, ANSWERS))
        pills = next(control for control in one.controls if control.kind == "button_group")
        await one.move(pills, random.choice(pills.choices))

    async def complete(self):
        """Seconds from now until the leader sees all answers."""
        begun = time.perf_counter()
        await self.leader.until(lambda: f"<b>{len(self.people)}</b> answered" in self.leader.texts(), WAIT)
        return time.perf_counter() - begun


async def cost_of_polls(room, pid, seconds=15):
    """Milliseconds of CPU of a poll: all poll much faster than they do, and nothing else happens."""
    await room.leader.__aexit__()  # its page looks at the counts
    before = usage(pid)[0].seconds
    until = time.perf_counter() + seconds
    n = len(room.sizes)
    await asyncio.gather(*(room.poll(line, EVERY / 6, until) for line in room.lines))
    return 1000 * (usage(pid)[0].seconds - before) / (len(room.sizes) - n)


async def replay(address, pid, participants):
    """What the bars are about: (words, value, limit)."""
    options = Namespace(participants=OTHERS, seconds=20, think=2)
    alone = await Workshop(address, "template_explosion", options).hold([pid])
    async with AsyncExitStack() as stack:
        room = Gathering(address, participants, stack)
        await room.open()
        await room.come()
        others = asyncio.create_task(Workshop(address, "template_explosion", options).hold([pid]))
        until = time.perf_counter() + 30
        polls = [asyncio.create_task(room.poll(line, EVERY, until)) for line in room.lines]
        await asyncio.sleep(8)
        await asyncio.gather(*map(room.answer, room.people))
        complete = await room.complete()
        together = await others
        await asyncio.gather(*polls)
        wait = 1000 * of_100(95, room.times)
        cpu = await cost_of_polls(room, pid)
        failures = alone.failures + together.failures
        for words, n in failures.most_common(5):
            print(f"{n} × {words}")
        with_room, without = (1000 * of_100(95, result.times) for result in (together, alone))
        return [
            ("seconds from the last answer to the leader's count", complete, COMPLETE),
            ("bytes of a poll, both ways", float(np.mean(room.sizes)), BYTES),
            ("ms of CPU of a poll", cpu, CPU),
            ("p95 ms of a poll", wait, 100),
            (f"p95 ms of others' reruns (without a room: {without:.0f})", with_room, max(100, 1.5 * without)),
            ("failures", failures.total(), 0),
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--participants", type=int, default=100)
    participants = parser.parse_args().participants
    with running_server(program=COURSES) as (address, pid):
        idle(pid)
        bars = asyncio.run(replay(address, pid, participants))
    for words, value, limit in bars:
        print(f"{words:60} {value:8.2f}  limit {limit:g}  {'met' if value <= limit else 'NOT MET'}")
    return 0 if all(value <= limit for _, value, limit in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
