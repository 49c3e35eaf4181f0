"""The whole network in one picture: its numbers are lib's, a stroke runs through it, and wires and layers open it."""

import numpy as np
import pytest

from lib.changes import change_pictures
from lib.inside import layers
from lib.network import new_network, train_epoch
from lib.tasks import TASKS, examples
from tests.browser.hands import cells, link, middle, numbers, wait_for_link

SHORT = "network_lines_epochs=1&network_digits_epochs=1"
LAYERS = """() => Object.fromEntries(window.network.layers.map(({ name, values }) => [name, [...values]]))"""
# Hear of the network where the page's own code does: its modules are there once.
HEAR = """async () => {
    const { hear } = await import(new URL("browser/forward.js", document.baseURI));
    hear("network", (network) => (window.network = network));
}"""
LIT = "svg => svg.querySelector('path:last-child')?.getAttribute('d').split('M').length - 1"


def learned(task):
    return train_epoch(new_network(task))


@pytest.fixture
def open_network(visit, settle):
    """open_network("&network_change=noise") -> the page once its network has learned for an epoch."""

    def opened(query="", **options):
        page = visit(f"/network?{SHORT}{query}", **options)
        learned = page.locator(".answer").filter(has_text="The network answers", has_not_text="still learning")
        learned.wait_for(timeout=60_000)
        settle(page)
        return page

    return opened


def check(page, made):
    """All numbers in the browser are those of lib."""
    found = page.evaluate(LAYERS)
    assert list(found) == list(made)
    for name, values in made.items():
        np.testing.assert_allclose(found[name], values.ravel(), atol=1e-3 if name == "Probabilities" else 1e-4)


def answered(page, made, answers):
    """The words and bars are those of the network's answer."""
    shares = made["Probabilities"]
    said = page.locator(".answer").inner_text().replace("\xa0", " ")
    assert said.startswith(f"The network answers {answers[shares.argmax()]}, ")
    bars = page.locator(".whole output").all_inner_texts()
    np.testing.assert_allclose([float(text.removesuffix(" %")) for text in bars], 100 * shares, atol=0.11)
    assert sum(round(10 * float(text.removesuffix(" %"))) for text in bars) == 1000
    assert f"{max(float(text.removesuffix(' %')) for text in bars):.1f} % sure" in said


@pytest.mark.parametrize("task", TASKS)
def test_the_browser_computes_what_lib_computes_and_a_stroke_runs_through_all(open_network, task):
    page = open_network("&network_task=Lines&network_change=noise" if task == "lines" else "")
    page.evaluate(HEAR)
    kind, network, change = TASKS[task], learned(task), "noise" if task == "lines" else "none"
    image = examples(task).test_images[1]
    made = layers(network, change_pictures(image, change))
    check(page, made)
    answered(page, made, kind.answers)

    picture = cells(page, "Picture")
    image = np.rint(image * kind.levels)
    image.flat[0] = 0 if image.flat[0] else kind.levels
    page.mouse.move(*middle(picture.nth(0)))
    page.mouse.down()  # before the pen is up, and before the server has heard of anything
    page.evaluate("new Promise(requestAnimationFrame)")
    made = layers(network, change_pictures(image / kind.levels, change))
    check(page, made)
    answered(page, made, kind.answers)
    assert "Your picture." in page.locator(".answer").inner_text()
    page.mouse.up()
    wait_for_link(page, f"network_{task}_picture")


def test_wires_light_and_a_pressed_number_opens_its_layer_with_its_sum(open_network, settle):
    page = open_network(viewport={"width": 1280, "height": 720})
    made, lit = layers(learned("digits"), examples("digits").test_images[1]), page.locator("svg.lit")
    second = page.locator(".layer.convolution").nth(1).locator("canvas")
    box = second.nth(9).bounding_box()
    spot = {"x": box["width"] * 2.5 / 8, "y": box["height"] * 4.5 / 8}
    second.nth(9).hover(position=spot)  # row 4, column 2
    assert lit.evaluate(LIT) == 1 + 8 + 8  # its frame, eight windows, eight wires
    hint = page.locator(".network > .sum")
    assert hint.inner_text().startswith("Convolution 2, map 9, row 4, column 2: windows of 8 maps × 8 templates")
    page.locator(".layer.dense .maps-of > div").nth(3).hover()
    assert lit.evaluate(LIT) == 1 + 8 + 8  # the strongest
    page.locator(".layer.pooling canvas").nth(0).hover(position={"x": 2, "y": 2})
    assert lit.evaluate(LIT) == 1 + 1 + 1
    page.locator(".layer.template canvas").nth(2).hover()
    assert hint.inner_text() == "Template 2 slides over the picture: its scores are map 2."

    second.nth(9).click(position=spot)
    wait_for_link(page, "network_digits_layer", "Convolution 2 9,4,2")
    shown = page.locator(".opened .swipe").first.locator(".grid").nth(9).locator("i")
    np.testing.assert_allclose(numbers(shown), made["Convolution 2"][9].ravel(), atol=0.0051)
    sizes = shown.evaluate_all("all => all.map(cell => parseFloat(getComputedStyle(cell).fontSize))")
    assert min(sizes) >= 11
    terms, total = page.locator(".opened .sum").inner_text().replace("−", "-").split(" = ")
    added = sum(float(term) for term in terms.replace("- ", "+ -").split(" + "))
    assert added == pytest.approx(float(total), abs=1e-3)
    assert float(total) == pytest.approx(made["Convolution 2"][9, 4, 2], abs=1e-3)
    page.get_by_role("application", name="Convolution 2 9").press("ArrowRight")
    wait_for_link(page, "network_digits_layer", "Convolution 2 9,4,3")

    page.locator(".layer.dense button").click()
    page.locator(".opened .flat i").nth(3).click()
    said = page.locator(".opened .sum").inner_text().replace("−", "-")
    assert said.startswith("Score of 3: 256 products")
    assert float(said.rpartition("= ")[2]) == pytest.approx(made["Dense"][3], abs=1e-3)
    wait_for_link(page, "network_digits_layer", "Dense 3,0,0")
    page.get_by_role("button", name="Close this layer").click()
    wait_for_link(page, "network_digits_layer", None)
    settle(page)

    page.locator(".mistakes .grid i").nth(0).click()  # a 0 that was answered 0
    assert page.locator(".mistakes .pictures canvas").count() == 4
    assert "0, answered 0: 4 of" in page.locator(".mistakes .shown figcaption").inner_text()


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_on_a_phone_the_picture_and_the_answer_come_first_and_a_tap_opens_a_layer(open_network):
    page = open_network(**PHONE)
    picture, shares = page.locator(".in .grid").bounding_box(), page.locator(".probabilities").bounding_box()
    assert picture["y"] + picture["height"] < 844 and picture["width"] / 8 >= 24
    assert shares["x"] >= picture["x"] + picture["width"] and shares["y"] + shares["height"] < 844
    cells(page, "Picture").nth(0).tap()
    wait_for_link(page, "network_digits_picture")
    page.locator(".layer.pooling canvas").nth(3).tap()
    page.wait_for_function("/network_digits_layer=Pooling/.test(location.search)")
    grid = page.locator(".opened .grid").nth(3)
    assert grid.is_visible() and grid.bounding_box()["width"] <= 390
    assert link(page, "network_digits_layer").startswith("Pooling 3,")
    wide = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{wide}.scrollWidth - {wide}.clientWidth") <= 0
