"""The images page in a browser: three kinds of one picture, side by side, each to paint on."""

import numpy as np

from lib.codec import decode_pixels
from lib.images import photograph, shrink, to_binary, to_gray
from tests.browser.hands import Fingers, cells, drag, link, lit, middle, numbers, wait_for_link

CAT = shrink(photograph("cat"), 8)
KINDS = ("Grayscale", "Binary", "Colour")


def colours(grid):
    """The colour of each cell, (cells, 3)."""
    shown = grid.evaluate_all("all => all.map(cell => getComputedStyle(cell).backgroundColor)")
    return np.array([[int(n) for n in one[4:-1].split(",")] for one in shown])


def check(page, picture, threshold=128):
    """All three kinds show this picture."""
    gray, binary, colour = (cells(page, name) for name in KINDS)
    assert numbers(gray) == to_gray(picture).ravel().tolist()
    assert numbers(binary) == to_binary(to_gray(picture), threshold).ravel().tolist()
    np.testing.assert_array_equal(colours(colour), picture.reshape(-1, 3))
    np.testing.assert_array_equal(
        [[int(n) for n in one.split()] for one in colour.all_inner_texts()], picture.reshape(-1, 3)
    )


def test_what_is_painted_on_one_kind_shows_in_all_and_in_the_link(visit, settle):
    page = visit("/images")
    gray, binary, colour = (cells(page, name) for name in KINDS)
    tools = page.locator(".kinds > figure > .tools")
    assert len({round(one.bounding_box()["y"]) for one in tools.all()}) == 1
    assert colour.first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)") >= 11
    wanted = CAT.copy()
    check(page, wanted)

    page.get_by_role("button", name="Paint 64").click()
    gray.nth(9).click()
    wanted[1, 1] = 64
    check(page, wanted)  # at once
    settle(page)
    page.get_by_role("button", name="Paint yellow").click()
    drag(page, colour.nth(16), colour.nth(18))
    wanted[2, :3] = (255, 255, 0)
    settle(page)
    was = numbers(binary)[63]
    binary.nth(63).click()
    wanted[7, 7] = 255 * (1 - was)
    settle(page)
    check(page, wanted)
    np.testing.assert_array_equal(decode_pixels(link(page, "image_picture")), wanted)
    assert "Your picture" in page.locator("[data-testid=stMain]").inner_text()

    binary.nth(17).hover()
    assert [lit(grid) for grid in (gray, binary, colour)] == [[17]] * 3
    words = "Row 2, column 1: gray 226; binary 1, 226 is at least 128; red 255, green 255, blue 0."
    assert page.locator(".sum").inner_text() == words

    page.reload()
    settle(page)
    check(page, wanted)
    page.get_by_role("button", name="Invert the colour").click()
    check(page, 255 - wanted)
    page.get_by_role("button", name="Undo the last stroke on the grayscale").click()  # one undo for all
    check(page, wanted)
    settle(page)

    page.get_by_text("Red, green and blue, a grid each").click()
    cells(page, "Blue").last.wait_for()
    for n, name in enumerate(("Red", "Green", "Blue")):
        assert numbers(cells(page, name)) == wanted[..., n].ravel().tolist()


def test_the_threshold_moves_the_binary_picture_at_once_and_the_numbers_grow(visit, settle):
    page = visit("/images?image_side=20", viewport={"width": 1280, "height": 720})  # the nearest is 16
    picture = shrink(photograph("cat"), 16)
    slider = page.get_by_role("slider", name="Threshold").first
    slider.evaluate("one => { one.value = 100; one.dispatchEvent(new Event('input')); }")
    check(page, picture, 100)
    assert link(page, "image_threshold") is None  # the hand is still on it
    slider.evaluate("one => one.dispatchEvent(new Event('change'))")
    wait_for_link(page, "image_threshold", "100")
    wait_for_link(page, "image_side", "16")
    settle(page)
    check(page, picture, 100)

    size = "cell => parseFloat(getComputedStyle(cell).fontSize)"
    gray = cells(page, "Grayscale")
    assert gray.first.evaluate(size) == 0  # 16 numbers of three digits do not fit
    page.get_by_role("button", name="Grayscale: larger").click()
    page.wait_for_timeout(200)
    assert gray.first.evaluate(size) >= 16

    page.get_by_role("radio", name="64").click()
    page.wait_for_function("document.querySelector('[data-testid=stMain]').innerText.includes('12,288')")
    settle(page)
    canvas = page.locator("canvas").first
    box = canvas.bounding_box()
    canvas.hover(position={"x": 10.5 / 64 * box["width"], "y": 20.5 / 64 * box["height"]})
    level = to_gray(shrink(photograph("cat"), 64))[20, 10]
    assert f"Row 20, column 10: gray {level};" in page.locator(".sum").inner_text()


def test_a_phone_shows_one_kind_and_the_others_a_tap_away(visit, settle):
    page = visit("/images", viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    seen = page.locator(".kinds > figure:visible .grid")
    assert seen.count() == 1
    box = seen.bounding_box()
    assert box["y"] + box["height"] <= 640
    page.get_by_role("button", name="Binary", exact=True).tap()
    assert seen.count() == 1 and seen.get_attribute("aria-label").startswith("Binary")
    binary = cells(page, "Binary")
    page.wait_for_timeout(200)
    assert binary.first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)") >= 11

    Fingers(page).swipe(middle(binary.nth(24)), middle(binary.nth(31)))
    settle(page)
    assert len(set(numbers(binary)[24:32])) == 1
    painted = decode_pixels(link(page, "image_picture"))
    assert set(painted[3].ravel().tolist()) in ({0}, {255})
    np.testing.assert_array_equal(painted[4:], CAT[4:])
