"""What a rerun of each page costs the server (Linux): python benchmarks/rerun.py [PAGE …]

One visitor opens a page at its defaults, takes one control through its values and back, and the CPU time of the server
is counted over 200 reruns. Prints milliseconds a rerun, their ratio to the limit, and the bytes and elements that
travelled; exits with 1 where a page costs too much.
"""

import asyncio
import statistics
import sys
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.usage import idle, usage
from benchmarks.visitor import WAIT, Visitor
from tests.browser.conftest import running_server

LIMIT = 10  # milliseconds of CPU a rerun
RERUNS, BEFORE = 200, 50  # counted, and before that: the first ones import, and train each network once
CONTROLS = {  # page -> a control that the whole page follows
    "start": "start_a",
    "images": "image_side",
    "template_matching": "match_seed",
    "template_explosion": "explosion_seed",
    "convolution": "conv_seed",
    "learning": "learn_seed",
    "network": "network_digits_epochs",
}


async def reruns(one, key, n):
    """Move the control of that key n times, up its values and down again; the answers."""
    values, answers = None, []
    for _ in range(n):
        control = next(control for control in one.controls if control.key == key)
        values = values or cycle([*control.choices, *control.choices[-2:0:-1]])
        answers.append(await one.move(control, next(value for value in values if value != one.value(control))))
        if answers[-1].errors:
            raise RuntimeError(answers[-1].errors)
        await one.until(lambda: not one.timers, WAIT)  # a network that is not there yet
    return answers


async def cost(address, pid, page):
    """Milliseconds of CPU, bytes and elements of a rerun."""
    async with Visitor(address) as one:
        await one.open("" if page == "start" else page)
        await reruns(one, CONTROLS[page], BEFORE)
        before, _ = usage(pid)
        answers = await reruns(one, CONTROLS[page], RERUNS)
        after, _ = usage(pid)
    sizes, elements = ([getattr(answer, name) for answer in answers] for name in ("size", "elements"))
    return 1000 * (after.seconds - before.seconds) / RERUNS, statistics.median(sizes), max(elements)


def main():
    met = True
    for page in sys.argv[1:] or CONTROLS:
        with running_server() as (address, pid):
            idle(pid)
            milliseconds, size, elements = asyncio.run(cost(address, pid, page))
        met = met and milliseconds <= LIMIT
        print(
            f"{page:19} {milliseconds:5.1f} ms CPU  ratio {milliseconds / LIMIT:.2f} of {LIMIT} ms  "
            f"{'met' if milliseconds <= LIMIT else 'NOT MET':7}  {size / 1000:5.1f} kB  {elements} elements",
            flush=True,
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
