"""The first screen of the convolution page: what is covered, what plays, and what a phone shows."""

import numpy as np

from lib.convolution import correlate
from lib.images import photograph, shrink, to_gray
from lib.templates import TEMPLATES
from tests.browser.hands import cells, link, numbers, sentence, wait_for_link

SEEN = "element => getComputedStyle(element).visibility === 'visible' && element.checkVisibility()"
READ = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return [canvas.height, canvas.width, ...data];
}"""


def pixels(page, part):
    """The colours of a canvas, (rows, columns, 4)."""
    rows, columns, *colours = page.locator(f".{part} canvas").evaluate(READ)
    return np.reshape(colours, (rows, columns, 4))


def test_the_score_map_is_covered_until_it_is_played_and_the_cat_plays_too(visit, settle):
    page = visit("/convolution", viewport={"width": 1280, "height": 720})
    scores, said = page.locator(".score-map > .grid"), page.locator(".said").first
    assert (
        not scores.evaluate(SEEN) and "9" not in page.locator("[data-testid=stMain]").inner_text().split("Predict")[0]
    )
    room = scores.bounding_box()
    inside = [
        page.locator(css).first.bounding_box() for css in (".picture", ".sums", ".score-map", ".transport", ".sum")
    ]
    assert all(box["y"] + box["height"] <= 720 for box in inside)
    page.get_by_label("Play").click()
    settle(page)
    assert scores.evaluate(SEEN) and scores.bounding_box() == room  # nothing jumps
    assert "The score map has 9 rows and 9 columns." in page.locator("[data-testid=stMain]").inner_text()
    assert said.inner_text() == ""  # playing is silent
    page.get_by_label("Pause").click()
    assert said.inner_text() == f"Paused. {sentence(page)}"
    page.wait_for_timeout(500)
    settle(page)
    cells(page, "Picture").nth(60).click()
    wait_for_link(page, "conv_picture")
    settle(page)
    assert "Paused" in said.inner_text() or "=" not in said.inner_text()  # no sum is said for a stroke
    assert "You see your picture and the template “vertical line”." in page.locator("[data-testid=stMain]").inner_text()

    page.get_by_role("button", name="Try it on the cat").click()
    wait_for_link(page, "conv_picture", "cat")
    settle(page)
    assert link(page, "conv_template") == "vertical edges"
    gray, template = to_gray(shrink(photograph("cat"), 56)), TEMPLATES["vertical edges"]
    np.testing.assert_array_equal(pixels(page, "picture")[..., 0], gray)
    shown, wanted = pixels(page, "score-map"), correlate(gray, template)
    assert shown.shape[:2] == wanted.shape
    assert (shown[wanted > 60][:, 0] > shown[wanted > 60][:, 2]).all()  # red above 0
    assert (shown[wanted < -60][:, 0] < shown[wanted < -60][:, 2]).all()  # blue below
    page.get_by_label("Play").click()
    page.wait_for_timeout(400)
    page.get_by_label("Pause").click()
    at = int(page.locator(".scrub").input_value())
    row, column = divmod(at, 54)
    assert at > 20 and sentence(page).endswith(f"=\u00a0{wanted[row, column]}.".replace("-", "−"))
    assert numbers(cells(page, "Window")) == gray[row : row + 3, column : column + 3].ravel().tolist()
    shown = pixels(page, "score-map")[..., 3].ravel()
    assert shown[: at + 1].all() and not shown[at + 1 :].any()


def test_a_phone_shows_one_grid_and_the_scores_grow_on_the_others_button(visit, settle):
    page = visit("/convolution", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    picture, scores = page.locator(".picture > .grid"), page.locator(".score-map > .grid")
    assert picture.evaluate(SEEN) and not page.locator(".tabs canvas").evaluate(SEEN)
    page.get_by_label("Play").tap()
    settle(page)
    assert 0 < pixels(page, "tabs")[..., 3].astype(bool).sum() < 81
    page.get_by_label("Pause").tap()
    page.get_by_role("button", name="Score map", exact=True).tap()
    assert scores.evaluate(SEEN) and not picture.evaluate(SEEN)
    page.get_by_role("button", name="Picture", exact=True).tap()
    assert picture.evaluate(SEEN) and not scores.evaluate(SEEN)
