"""The main paths in the engines beside Chromium: a page opens, is painted on, plays, and is shared."""

import numpy as np
import pytest

from lib.codec import decode_image, encode_image, encode_levels
from lib.images import planted_lines
from tests.browser.conftest import program, wait_until_settled
from tests.browser.webkit import running_webkit

FIND = """
const all = (selector, root = document) => [...root.querySelectorAll("*")].flatMap(one => [
    ...(one.matches(selector) ? [one] : []), ...(one.shadowRoot ? all(selector, one.shadowRoot) : [])]);
const named = (selector, name) => all(selector).find(
    one => (one.ariaLabel || one.innerText).trim().split("\\n").some(line => line.startsWith(name)));
const cells = name => [...named("figure", name)?.querySelectorAll(".grid i") ?? []];
"""

pytestmark = pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")  # selenium to itself


@pytest.fixture(scope="module")
def webkit():
    paths = program("webkit2gtk-driver", "WebKitWebDriver"), program("xvfb", "Xvfb")
    with running_webkit(*paths) as tab:
        yield tab


@pytest.fixture(params=["firefox", "webkit"])
def opened(request, visit, server, errors):
    """opened("/convolution") -> the page in that engine."""
    if request.param == "firefox":
        yield lambda path: visit(path, engine="firefox")
        return
    tab = request.getfixturevalue("webkit")

    def visited(path):
        tab.goto(server + path)
        wait_until_settled(tab)
        return tab

    yield visited
    errors += tab.errors()


def test_share_is_not_cut_at_any_size_of_letters(visit):
    """Firefox rounds the room of a popover down to a 60th of a pixel less than its label needs."""
    page = visit("/", engine="firefox")
    cut = page.evaluate("""async () => {
        const label = document.querySelector('[data-testid=stPopoverButton] p');
        const words = document.createRange();
        words.selectNodeContents(label);
        const isCut = () => words.getBoundingClientRect().width > label.parentElement.getBoundingClientRect().width;
        const root = document.documentElement;
        const place = document.querySelector('[data-testid=stPopover]').parentElement;
        const base = parseFloat(getComputedStyle(root).fontSize);
        const cut = isCut() ? [base] : [];
        const given = parseFloat(getComputedStyle(place).flexBasis);  // px, or NaN for "fit-content"
        for (let size = 12; size <= 24; size += 1) {
            root.style.fontSize = `${size}px`;
            if (given) place.style.flexBasis = `${Math.round(given * size / base)}px`;
            await new Promise(requestAnimationFrame);
            if (isCut()) cut.push(size);
        }
        return cut;
    }""")
    assert cut == []


def ask(page, expression, arg=None):
    return page.evaluate(f"arg => {{ {FIND} return {expression}; }}", arg)


def wait_for(page, expression, arg=None):
    page.wait_for_function(f"arg => {{ {FIND} return {expression}; }}", arg=arg)


def wait_for_link(page, key):
    """The value of that key in the address, once it is there."""
    value = "new URL(location).searchParams.get(arg)"
    wait_for(page, value, key)
    return ask(page, value, key)


def middle(page, element):
    """Where the middle of that element is, once it has been scrolled to the middle of the screen."""
    wait_for(page, element)
    return ask(
        page,
        f"""(element => {{
        element.scrollIntoView({{ block: "center", behavior: "instant" }});
        const box = element.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    }})({element})""",
    )


def press(page, selector, name):
    stroke(page, f"named({selector!r}, {name!r})")


def stroke(page, *elements):
    """Press the mouse on the first element, draw it over the others, and let go."""
    page.mouse.move(*middle(page, elements[0]))
    page.mouse.down()
    for element in elements[1:]:
        page.mouse.move(*middle(page, element), steps=4)
    page.mouse.up()


def test_the_stage_plays_is_painted_on_and_shared(opened):
    page = opened("/convolution?conv_dilation=2")
    sentence = "all('.sum')[0].innerText"
    assert ask(page, sentence).startswith("Score map, row 0, column 0: ")
    press(page, "button", "Next position")
    assert ask(page, sentence).startswith("Score map, row 0, column 1: ")
    wait_for(page, "/conv_column=1/.test(location.search)")  # the page has heard where the window rests
    wait_until_settled(page)
    press(page, "button", "Play")
    wait_for(page, "Number(all('.scrub')[0].value) > 3")
    press(page, "button", "Pause")
    wait_for(page, "/conv_row=|conv_column=[^1]/.test(location.search)")
    wait_until_settled(page)

    stroke(page, "cells('Picture')[0]", "cells('Picture')[2]")
    wanted = planted_lines((11, 11), 6, seed=0)[0]
    wanted[0, :3] = 1 - wanted[0, 0]
    assert decode_image(wait_for_link(page, "conv_picture")).tolist() == wanted.tolist()
    wait_until_settled(page)

    press(page, "button", "Share")
    wait_for(page, "all('.share textarea')[0]")
    link = ask(page, "all('.share textarea')[0].value")
    assert f"conv_picture={encode_image(wanted)}" in link and "conv_dilation=2" in link


def test_the_training_plays(opened):
    page = opened("/learning?learn_step=0")
    press(page, "button", "Play")
    wait_for(page, "Number(all('.scrub')[0].value) > 3")
    press(page, "button", "Pause")
    wait_for(page, "Number(new URL(location).searchParams.get('learn_step')) > 3")
    step = wait_for_link(page, "learn_step")
    assert ask(page, "all('.sum')[0].innerText").startswith(f"Step\u00a0{step}: ")


def test_the_network_takes_a_painted_digit(opened):
    page = opened("/network?network_lines_epochs=1&network_digits_epochs=1")
    press(page, "button", "Lines")
    wait_for(page, "cells('Picture').length === 121")
    wait_until_settled(page)
    press(page, "button", "Handwritten digits")
    wait_for(page, "cells('Picture').length === 64")
    wait_until_settled(page)
    press(page, "button", "Clear the picture")
    stroke(page, "cells('Picture')[0]", "cells('Picture')[7]")
    wanted = np.zeros((8, 8), int)
    wanted[0] = 16
    here = "new URL(location).searchParams.get('network_digits_picture')"
    wait_for(page, f"{here} === arg", encode_levels(wanted))
