"""Fingers on grids: they paint, and they still scroll and zoom the page."""

import re

import numpy as np
import pytest

from lib.codec import encode_image
from tests.browser.hands import Fingers, cells, link, lit, middle, numbers, wait_for_link

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
HOLD = 400  # ms: clearly longer than the grid asks for


@pytest.fixture
def phone(visit):
    """phone(path, name) -> (page, fingers, cells of that grid); the grid is in the middle of the screen."""

    def opened(path, name):
        page = visit(path, **PHONE)
        grid = cells(page, name)
        grid.first.evaluate("cell => cell.parentElement.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(200)
        return page, Fingers(page), grid

    return opened


def test_a_finger_taps_draws_sideways_and_after_a_hold_and_does_not_scroll(phone, settle):
    page, fingers, pattern = phone("/template_explosion", "Pattern")
    wanted = np.zeros((5, 5), int)
    wanted[1:4, 2] = 1
    before = pattern.first.bounding_box()["y"]

    page.touchscreen.tap(*middle(pattern.nth(24)))
    wanted[4, 4] = 1
    wait_for_link(page, "explosion_pattern", encode_image(wanted))
    settle(page)

    fingers.swipe(middle(pattern.nth(0)), middle(pattern.nth(4)))
    wanted[0] = 1
    wait_for_link(page, "explosion_pattern", encode_image(wanted))
    settle(page)

    (x, y), (to_x, to_y) = middle(pattern.nth(5)), middle(pattern.nth(20))
    fingers.down((x, y))
    page.wait_for_timeout(HOLD)
    assert numbers(pattern)[5] == 1  # the hand sees that it draws now
    for part in (0.3, 0.6, 1):
        fingers.move((to_x, y + part * (to_y - y)))
    fingers.up()
    wanted[:, 0] = 1
    wait_for_link(page, "explosion_pattern", encode_image(wanted))
    settle(page)
    assert abs(pattern.first.bounding_box()["y"] - before) < 2  # whatever else on the page has changed its height
    assert numbers(pattern) == wanted.ravel().tolist()

    for strokes in (1, 2):  # one stroke each, and as many as there were
        page.get_by_role("button", name="Undo the last stroke").tap()
        wanted[1:, 0] = 0
        wanted[0] = 0 if strokes == 2 else 1
        wait_for_link(page, "explosion_pattern", encode_image(wanted))


def test_a_finger_that_swipes_up_scrolls_and_paints_nothing(phone, settle):
    page, fingers, pattern = phone("/template_explosion", "Pattern")
    before, painted = page.evaluate(SCROLLED), numbers(pattern)
    x, y = middle(pattern.nth(20))
    fingers.swipe((x, y), (x + 6, y - 300), parts=10)
    page.wait_for_timeout(500)
    assert page.evaluate(SCROLLED) > before + 150
    assert numbers(pattern) == painted
    settle(page)
    assert link(page, "explosion_pattern") is None


def test_a_second_finger_drops_the_stroke_and_a_pinch_zooms(phone, settle):
    page, fingers, pattern = phone("/template_explosion", "Pattern")
    painted = numbers(pattern)
    left = middle(pattern.nth(0))
    fingers.down(left)
    fingers.move((left[0] + 30, left[1]))
    fingers.move(middle(pattern.nth(2)))
    assert numbers(pattern)[:3] == [1, 1, 1]
    second = middle(pattern.nth(24))
    fingers.down(middle(pattern.nth(2)), second)
    assert numbers(pattern) == painted
    fingers.move(middle(pattern.nth(3)), middle(pattern.nth(23)))
    fingers.up()
    settle(page)
    assert numbers(pattern) == painted and link(page, "explosion_pattern") is None

    assert page.evaluate("visualViewport.scale") == 1
    (x, y), near = middle(pattern.nth(12)), 20
    fingers.down((x - near, y), (x + near, y))
    for apart in (30, 50, 70, 90, 110):
        fingers.move((x - apart, y), (x + apart, y))
        page.wait_for_timeout(30)
    fingers.up()
    page.wait_for_timeout(300)
    assert page.evaluate("visualViewport.scale") > 1.5
    assert numbers(pattern) == painted and link(page, "explosion_pattern") is None


def test_on_a_phone_picture_and_score_map_share_a_screen_and_a_finger_moves_the_window(phone, settle):
    page, fingers, scores = phone("/convolution", "Score map")
    stage = page.locator(".glass", has=page.locator(".maps")).bounding_box()
    assert stage["height"] < 760 and stage["width"] <= 390
    page.get_by_role("button", name="Score map", exact=True).tap()
    page.get_by_role("button", name="Show the score map").tap()
    settle(page)
    assert all(page.locator(f".{one} > .grid").bounding_box()["width"] > 250 for one in ("picture", "score-map"))
    page.touchscreen.tap(*middle(scores.nth(30)))
    wait_for_link(page, "conv_row", "3")
    assert lit(scores) == [30]
    fingers.swipe(middle(scores.nth(30)), middle(scores.nth(34)))
    wait_for_link(page, "conv_column", "7")
    assert lit(scores) == [34]
    settle(page)
    before = page.evaluate(SCROLLED)
    x, y = middle(scores.nth(76))
    fingers.swipe((x, y), (x, y - 300), parts=10)
    page.wait_for_timeout(600)
    assert page.evaluate(SCROLLED) > before + 150 and lit(scores) == [34]


def ends(part):
    """First row and column, and last row and column, of the magnified part."""
    return [int(number) for number in re.findall(r"\d+", part.inner_text())[-4:]]


def test_a_picture_too_fine_for_a_finger_is_painted_through_a_magnified_part(phone, settle):
    page, _, picture = phone(f"/convolution?conv_picture={encode_image(np.eye(16, dtype=np.uint8))}", "Picture")
    before = link(page, "conv_picture")
    side = "cell => cell.getBoundingClientRect().width"
    assert picture.nth(0).evaluate(side) < 24 and "6px" not in picture.nth(0).evaluate("c => getComputedStyle(c).font")
    page.touchscreen.tap(*middle(picture.nth(40)))
    part = page.locator(".lens").first
    part.wait_for()
    assert link(page, "conv_picture") == before  # that tap paints nothing
    assert picture.nth(40).evaluate(side) >= 24 and picture.nth(0).is_hidden()
    top, left, bottom, right = ends(part)
    assert top <= 2 <= bottom and left <= 8 <= right  # cell 40
    before = numbers(picture)
    page.touchscreen.tap(*middle(picture.nth(40)))
    wait_for_link(page, "conv_picture")
    settle(page)
    assert numbers(picture) == [*before[:40], 1 - before[40], *before[41:]]

    page.get_by_role("button", name="Move the part left").tap()
    assert ends(part) == [top, 0, bottom, right - left] and left > 0
    page.get_by_role("button", name="Whole picture").tap()
    assert part.is_hidden() and picture.nth(0).is_visible()
    picture.nth(0).evaluate("cell => cell.click()")  # as a screen reader does: no pointer, and no part
    settle(page)
    assert numbers(picture)[0] == 1 - before[0]


def test_a_cell_too_small_for_its_number_says_it_after_a_tap(phone):
    page, fingers, scores = phone(f"/convolution?conv_picture={encode_image(np.eye(32, dtype=np.uint8))}", "Score map")
    page.get_by_role("button", name="Score map").first.tap()
    page.get_by_role("button", name="Show the score map").tap()  # 30 × 30
    scores.first.evaluate("cell => cell.parentElement.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(300)
    x, y = middle(scores.nth(217))
    fingers.down((x, y))
    bubble = page.locator(".bubble:popover-open")
    bubble.wait_for()
    assert bubble.locator("span").inner_text() == "row 7, column 7"
    box = bubble.bounding_box()
    assert box["y"] + box["height"] < y - 30 and box["x"] >= 0  # not under the finger
    fingers.up()
    assert bubble.is_visible()
    page.touchscreen.tap(195, 20)
    bubble.wait_for(state="hidden")
