"""How much a page sends when something on it moves: counted, so that a busy machine changes nothing.

`benchmarks/rerun.py` counts the milliseconds of the same reruns.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.rerun import CONTROLS, reruns
from benchmarks.visitor import WAIT, Visitor
from tests.browser.conftest import running_server

KILOBYTES = 60  # of a page run, at most
ELEMENTS = {  # of a page run at its defaults, at most
    "start": 20,
    "images": 22,
    "template_matching": 30,
    "template_explosion": 26,
    "convolution": 28,
    "learning": 27,
    "network": 28,
}
FRAGMENTS = [  # what one control moves alone: (page, key, elements, kilobytes)
    ("template_explosion", "explosion_template", 3, 6),
    ("convolution", "conv_row", 3, 4),
    ("network", "network_digits_example", 6, 8),
    ("network", "network_change", 6, 8),
]


@pytest.fixture(scope="module")
def address():
    with running_server() as (address, _):
        yield address


@pytest.mark.parametrize(
    ("page", "key", "elements", "kilobytes"),
    [(page, key, ELEMENTS[page], KILOBYTES) for page, key in CONTROLS.items()] + FRAGMENTS,
)
def test_a_rerun_is_light(address, page, key, elements, kilobytes):
    async def weigh():
        async with Visitor(address) as one:
            await one.open("" if page == "start" else page)
            await one.until(lambda: not one.timers, WAIT)
            return await reruns(one, key, 4)

    with ThreadPoolExecutor(1) as thread:  # in one that has no event loop: a browser's tests leave theirs in this one
        answers = thread.submit(lambda: asyncio.run(weigh())).result()
    assert max(answer.elements for answer in answers) <= elements
    assert max(answer.size for answer in answers) <= 1000 * kilobytes
