"""The opening of Start in a browser: it plays by itself, stops for a hand, and stands still for who wants no motion."""

import numpy as np

from lib.convolution import correlate
from lib.images import photograph, shrink, to_gray
from lib.templates import TEMPLATES
from tests.browser.hands import Fingers, cells, numbers

PIXELS = shrink(to_gray(photograph("cat")), 32)
TEMPLATE = TEMPLATES["vertical edges"]
SCORES = correlate(PIXELS, TEMPLATE)
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


def check_window(page, row, column):
    """The nine numbers, their products and the sum are those of that position."""
    window = PIXELS[row : row + 3, column : column + 3].astype(int)
    assert numbers(cells(page, "Window")) == window.ravel().tolist()
    assert numbers(cells(page, "Products")) == (window * TEMPLATE).ravel().tolist()
    assert page.locator(".total output").inner_text().replace("−", "-") == str(SCORES[row, column])
    assert f"row {row}, column {column}" in page.locator(".opening .said").inner_text()


def drawn(page):
    """How many cells of the score map have their colour."""
    return page.locator(".map canvas").evaluate("""map => {
        const { data } = map.getContext("2d").getImageData(0, 0, map.width, map.height);
        return data.filter((value, i) => i % 4 === 3 && value).length;
    }""")


def press(page, row, column):
    """In the middle of that pixel of the photograph."""
    box = page.locator(".photo canvas").bounding_box()
    cell = box["width"] / 32
    page.mouse.click(box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell)


def test_it_plays_by_itself_in_silence_and_is_the_visitors_once_pressed(visit):
    page = visit("/", viewport={"width": 1280, "height": 720})
    page.get_by_role("button", name="Pause").wait_for()
    for _ in range(150):  # until the first, slow windows
        page.wait_for_timeout(100)
        if drawn(page):
            break
    assert 0 < drawn(page) < SCORES.size
    assert page.locator(".opening .said").inner_text() == ""
    press(page, 10, 20)
    page.get_by_role("button", name="Play").wait_for()
    check_window(page, 9, 19)
    assert drawn(page) == SCORES.size  # all there is, to wander about in
    press(page, 0, 31)
    check_window(page, 0, 29)
    page.locator(".photo .touch").press("ArrowDown")
    page.locator(".photo .touch").press("ArrowRight")  # the end
    check_window(page, 1, 29)
    page.get_by_role("button", name="Play").press("Enter")
    page.get_by_role("button", name="Pause").press("Enter")
    assert page.get_by_role("button", name="Play").count() == 1


def test_who_wants_no_motion_gets_it_finished_and_all_of_it_is_on_a_phones_first_screen(visit):
    page = visit("/", reduced_motion="reduce", **PHONE)
    assert page.get_by_role("button", name="Play").count() == 1
    assert drawn(page) == SCORES.size
    best = np.unravel_index(abs(SCORES).argmax(), SCORES.shape)
    assert page.locator(".total output").inner_text().replace("−", "-") == str(SCORES[best])
    for part in (".photo canvas", ".map canvas", ".sums", ".total output", ".foot button"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["y"] + box["height"] <= 640, part
    middles = "all => all.filter(one => one.offsetWidth).map(one => one.offsetTop + one.offsetHeight / 2)"
    signs = page.locator(".opening .sign").evaluate_all(middles)
    grids = page.locator(".opening .sums .grid").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => box.y + box.height / 2)"
    )
    offset = page.locator(".opening .sign").first.evaluate("one => one.getBoundingClientRect().y - one.offsetTop")
    assert len(signs) == 2 and all(abs(sign + offset - grids[0]) < 4 for sign in signs)
    size = cells(page, "Products").first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert size >= 11
    box = page.locator(".photo canvas").bounding_box()
    cell = box["width"] / 32
    fingers = Fingers(page)
    fingers.swipe((box["x"] + 10.5 * cell, box["y"] + 16.5 * cell), (box["x"] + 20.5 * cell, box["y"] + 16.5 * cell))
    page.wait_for_timeout(100)
    check_window(page, 15, 19)
