"""Painting on grids: every gesture, and what it writes into the link."""

import re

import numpy as np
import pytest

from lib.codec import decode_image, decode_template, encode, encode_image, encode_levels
from lib.images import random_image
from lib.templates import TEMPLATES
from lib.ui.colours import SCALES, WINDOW, at, contrast, text_on
from lib.ui.grids import grid, touch, weights_grid
from tests.browser.conftest import ROOT
from tests.browser.hands import cells, drag, link, middle, numbers, runs, traffic, wait_for_link


def test_painting_a_picture_with_mouse_and_keyboard(visit, settle):
    frames = []
    page = visit("/template_matching", before=lambda tab: frames.extend(traffic(tab)))
    received = frames[1]
    picture = cells(page, "Picture")
    wanted = np.array([[0, 1, 0]] * 3)
    received.clear()

    picture.nth(0).click()
    wanted[0, 0] = 1
    wait_for_link(page, "match_picture", encode_image(wanted))
    settle(page)
    assert runs(received) == 1
    assert page.get_by_role("combobox", name="Picture").input_value() == "custom"
    page.mouse.move(5, 5)  # what is pointed at is told in the place of the sum
    assert "0×0" in page.locator(".sum").inner_text()

    received.clear()
    drag(page, picture.nth(2), picture.nth(8))  # one stroke, one run
    wanted[:, 2] = 1
    wait_for_link(page, "match_picture", encode_image(wanted))
    settle(page)
    assert runs(received) == 1
    assert page.locator(".said").first.inner_text() == "3 pixels painted"
    drag(page, picture.nth(0), picture.nth(1))  # a stroke that begins on yellow makes black
    wanted[0, :2] = 0
    wait_for_link(page, "match_picture", encode_image(wanted))

    grid = page.get_by_role("application", name="Picture: arrow keys move")
    grid.focus()
    for key in ("Home", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowLeft", " "):
        page.keyboard.press(key)
    wanted[2, 0] = 1
    wait_for_link(page, "match_picture", encode_image(wanted))
    assert page.locator(".said").first.inner_text() == "row 2, column 0: 1"
    assert numbers(picture) == wanted.ravel().tolist()

    page.get_by_role("button", name="Invert the picture").click()
    assert page.locator(".said").first.inner_text() == "The picture is inverted"
    wait_for_link(page, "match_picture", encode_image(1 - wanted))
    page.get_by_role("button", name="Clear the picture").click()
    wait_for_link(page, "match_picture", encode_image(0 * wanted))
    page.get_by_role("button", name="Fill the picture at random").click()
    page.wait_for_function(f"!location.search.includes('{encode_image(0 * wanted)}')")
    settle(page)
    assert numbers(picture) == decode_image(link(page, "match_picture")).ravel().tolist()


def test_a_press_takes_a_weight_through_its_cycle_and_a_preset_comes_back(visit, settle):
    page = visit("/template_matching?match_template=0.5,1,0;0,1,0;0,1,0")
    template, products = cells(page, "Template"), cells(page, "Products")
    weights = decode_template("0.5,1,0;0,1,0;0,1,0").astype(float)
    assert numbers(template) == weights.ravel().tolist()
    for weight in (-1, 0, 1, -1):
        template.nth(0).click()
        weights[0, 0] = weight
        wait_for_link(page, "match_template", encode(weights))
        settle(page)
        assert numbers(template) == weights.ravel().tolist()
    colours = template.evaluate_all("cells => cells.map(cell => getComputedStyle(cell).backgroundColor)")
    assert colours[:3] == ["rgb(33, 102, 172)", "rgb(178, 24, 43)", "rgb(255, 255, 255)"]  # -1, 1, 0

    cells(page, "Picture").nth(0).click()
    wait_for_link(page, "match_picture")
    settle(page)
    assert numbers(products)[0] == -1
    page.locator("figure").nth(1).get_by_role("button", name="Invert").click()
    wait_for_link(page, "match_template", encode(-weights))
    settle(page)
    assert page.get_by_role("combobox", name="Template").input_value() == "custom"
    box = page.get_by_role("combobox", name="Template")
    box.fill("diagonal")
    box.press("Enter")
    wait_for_link(page, "match_template", "diagonal")
    settle(page)
    assert numbers(template) == np.eye(3).ravel().tolist()


def test_a_painted_picture_survives_reload_other_pages_back_and_another_browser(visit, settle):
    page = visit("/images?image_picture=random&image_side=16")
    drag(page, cells(page, "Binary").nth(0), cells(page, "Binary").nth(5))
    settle(page)
    painted = numbers(cells(page, "Binary"))
    assert painted != random_image((16, 16)).ravel().tolist()
    assert decode_image(link(page, "image_picture")).ravel().tolist() == painted

    page.reload()
    settle(page)
    assert numbers(cells(page, "Binary")) == painted
    for name in ("Convolution", "Images"):
        page.get_by_role("link", name=name, exact=True).click()
        settle(page)
    assert numbers(cells(page, "Binary")) == painted
    page.get_by_role("link", name="Start", exact=True).click()
    settle(page)
    page.go_back()
    settle(page)
    assert page.locator("h1").inner_text() == "Images"
    assert numbers(cells(page, "Binary")) == painted
    assert numbers(cells(visit(page.url, locale="en-GB"), "Binary")) == painted

    cells(page, "Binary").nth(255).click()  # and it can be painted on again
    settle(page)
    assert decode_image(link(page, "image_picture")).ravel().tolist() == [*painted[:-1], 1 - painted[-1]]


def test_a_hostile_code_gives_the_default_and_its_message_stands_on_top(visit):
    """More of them in tests/pages."""
    page = visit("/learning?learn_template=3x3-<b>")
    page.get_by_text("Who gives the labels here?").click()
    cells(page, "Labeller").first.wait_for()
    assert numbers(cells(page, "Labeller")) == TEMPLATES["vertical line"].ravel().tolist()
    assert "cannot be read" in page.get_by_test_id("stAlert").first.inner_text()


@pytest.mark.parametrize("path", ["/convolution", "/template_matching?match_picture=all+yellow"])
def test_strokes_on_two_grids_before_the_server_answers_are_both_kept(visit, settle, path):
    page = visit(path)
    picture, template = cells(page, "Picture"), cells(page, "Template")
    page.locator(".tools").last.scroll_into_view_if_needed()
    before = numbers(picture), numbers(template)
    for cell in (picture.nth(-1), template.nth(0), picture.nth(-2)):
        x, y = middle(cell)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(60)
    settle(page)
    page.wait_for_timeout(600)
    pixels, weights = numbers(picture), numbers(template)
    assert pixels[-2:] == [1 - pixel for pixel in before[0][-2:]] and pixels[:-2] == before[0][:-2]
    assert weights[0] == 1 and weights[1:] == before[1][1:]
    prefix = "conv" if path.startswith("/conv") else "match"
    assert decode_image(link(page, f"{prefix}_picture")).ravel().tolist() == pixels
    assert decode_template(link(page, f"{prefix}_template")).ravel().tolist() == weights


def test_strokes_are_undone_one_by_one_and_a_chosen_picture_is_no_stroke(visit, settle):
    page = visit("/template_matching?match_picture=all+yellow")
    picture, template = cells(page, "Picture"), cells(page, "Template")
    undo = page.get_by_role("button", name="Undo the last stroke on the picture")
    assert undo.get_attribute("aria-disabled") == "true"
    shown = [np.ones((3, 3), int)]
    for stroke in (
        lambda: drag(page, picture.nth(0), picture.nth(2)),
        page.get_by_role("button", name="Clear the picture").click,
        page.get_by_role("button", name="Clear the picture").click,  # changes nothing, so it is no stroke
        picture.nth(4).click,
    ):
        stroke()
        settle(page)
        if numbers(picture) != shown[-1].ravel().tolist():
            shown.append(np.reshape(numbers(picture), (3, 3)))
    assert [int(image.sum()) for image in shown] == [9, 6, 0, 1]
    template.nth(0).click()  # each grid undoes its own
    settle(page)

    undo.click()
    wait_for_link(page, "match_picture", encode_image(shown[2]))
    page.get_by_role("application", name="Picture: arrow keys move").focus()
    page.keyboard.press("Control+z")
    wait_for_link(page, "match_picture", encode_image(shown[1]))
    assert page.locator(".said").first.inner_text() == "The last stroke is undone."
    page.keyboard.press("Control+z")
    wait_for_link(page, "match_picture", encode_image(shown[0]))
    settle(page)
    page.keyboard.press("Control+z")  # nothing is left
    settle(page)
    assert numbers(picture) == shown[0].ravel().tolist() and numbers(template)[0] == 1

    picture.nth(0).click()
    settle(page)
    box = page.get_by_role("combobox", name="Picture")
    box.fill("identical")
    box.press("Enter")
    wait_for_link(page, "match_picture", None)  # the default
    settle(page)
    assert undo.get_attribute("aria-disabled") == "true"

    swallow = "event => event.stopImmediatePropagation()"
    page.evaluate(f"addEventListener('pointerup', {swallow}, {{capture: true, once: true}})")
    drag(page, picture.nth(0), picture.nth(2))
    page.mouse.move(*middle(picture.nth(8)), steps=5)  # the pen is up, though no grid heard of it
    wait_for_link(page, "match_picture", encode_image(np.array([[0, 0, 0], [0, 1, 0], [0, 1, 0]])))


def test_the_brush_goes_with_the_task_of_the_network(visit, settle):
    """Switched by the page's own controls, and other pages in between."""
    page = visit("/template_matching")
    page.get_by_role("link", name="A small network", exact=True).click()
    settle(page)
    check_brush(page, "digits", (8, 8), 16, encode_levels)
    for task, shape, full, encoded in (("lines", (11, 11), 1, encode_image), ("digits", (8, 8), 16, encode_levels)):
        page.get_by_role("radio", name=re.compile(task, re.I)).click()
        settle(page)
        check_brush(page, task, shape, full, encoded)


def check_brush(page, task, shape, full, encoded):
    """Invert, Clear, a press, a second press and Random, on the page and in the link."""
    picture = cells(page, "Picture: paint")
    assert picture.count() == shape[0] * shape[1]
    for act, wanted in (
        (page.get_by_role("button", name="Clear the picture"), np.zeros(shape)),
        (picture.nth(9), np.where(np.arange(picture.count()).reshape(shape) == 9, full, 0)),
        (picture.nth(9), np.zeros(shape)),
        (page.get_by_role("button", name="Invert the picture"), np.full(shape, full)),
    ):
        act.click()
        wait_for_link(page, f"network_{task}_picture", encoded(wanted))
        assert numbers(picture) == wanted.ravel().tolist()
    page.get_by_role("button", name="Fill the picture at random").click()
    assert set(numbers(picture)) <= set(range(full + 1)) and len(set(numbers(picture))) >= 2
    assert full == 1 or len(set(numbers(picture))) > 4
    wait_for_link(page, f"network_{task}_picture", encoded(np.reshape(numbers(picture), shape)))


MOUNT = """async (changes) => {
    const { default: show } = await import(new URL("browser/paintable.js", document.baseURI));
    const host = document.body.appendChild(document.createElement("div"));
    const place = host.attachShadow({ mode: "open" });
    const said = [];
    for (const data of changes) {
        (await show)({ data, parentElement: place, setStateValue: (part, report) => said.push(report.value) });
        place.querySelectorAll(".tools button")[1].click();
    }
    return [said, place.querySelector("figcaption").textContent, place.querySelectorAll(".glass").length];
}"""


def test_any_change_of_a_panel_reaches_the_browser(visit):
    page = visit("/")
    image = np.array([[0, 1]])
    panels = [
        touch("Picture", grid(image), key="one"),
        touch("Picture", grid(image), key="other"),
        touch("Picture", grid(16 * image, high=16), key="other", kind="levels"),
        touch("Weights: paint", weights_grid(image), key="other", kind="weights"),
    ]
    changes = [{"panels": [panel], "width": "99px", "n": 0} for panel in panels]
    told, title, shown = page.evaluate(MOUNT, changes)
    assert told == [{"one": [1, 0]}, {"other": [1, 0]}, {"other": [16, 0]}, {"other": [0, -1]}]
    assert title == "Weights: paint" and shown == 1


def test_a_part_that_is_late_says_so_and_still_comes(visit):
    """And no module waits for a file at its top: WebKit would never finish it."""
    held = []

    def slow(page):
        page.clock.install()
        page.route("**/browser/cells.css", lambda route: held.append(route))

    page = visit("/workshop", before=slow)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Template matching").click()
    page.get_by_role("heading", name="All 512 pictures").wait_for()
    page.wait_for_timeout(1000)
    load = "names => Promise.all(names.map(name => import(`/browser/${name}`))).then(modules => modules.length)"
    names = [path.name for path in (ROOT / "lib" / "ui" / "browser").glob("*.js")]
    assert page.evaluate(load, names) == len(names) > 0

    words = page.get_by_text("This part of the page is still loading.")
    assert words.count() == 0
    page.clock.fast_forward(11_000)
    words.wait_for()
    for route in held:
        route.continue_()
    cells(page, "Picture").first.wait_for()
    assert words.count() == 0


def test_a_screen_reader_hears_one_picture_or_the_cells_that_do_something(visit):
    page = visit("/template_matching?match_picture=0,1,0;0,1,0;0,1,1")
    products = page.get_by_role("img", name="Products, 3 rows of 3: 0, 1, 0, 0, 1, 0, 0, 1, 0")
    assert products.locator("[role]").count() == 0
    page.get_by_role("application", name="Picture: ").get_by_role("button", name="row 2, column 0: 0").click()
    page.get_by_role("button", name="row 2, column 0: 1").wait_for()


def test_the_number_of_a_small_cell_is_told_to_mouse_and_keyboard(visit):
    page = visit("/images?image_picture=random&image_side=32")
    picture, bubble = cells(page, "Grayscale"), page.locator(".bubble:popover-open")
    value = numbers(picture)
    assert picture.first.evaluate("cell => getComputedStyle(cell).fontSize") == "0px"
    picture.nth(37).hover()
    assert bubble.inner_text().split("\n") == [f"{value[37]:.0f}", "row 1, column 5"]
    page.keyboard.press("Escape")
    assert bubble.count() == 0
    page.get_by_role("application", name="Grayscale").focus()
    page.keyboard.press("ArrowDown")
    assert bubble.inner_text().split("\n")[1] == "row 1, column 0"


READ = """async (scales) => {
    const { Grid } = await import(new URL("browser/cells.js", document.baseURI));
    return scales.map(([scale, columns]) => {
        const element = document.body.appendChild(document.createElement("div"));
        const grid = new Grid(element, scale);
        const values = [...Array(columns).keys()];
        grid.show({ rows: 1, columns, values, low: 0, high: columns - 1, scale });
        return grid.cells.map((cell) => [cell.style.getPropertyValue("--cell"), cell.style.getPropertyValue("--ink")]);
    });
}"""


def test_every_number_and_frame_reads_on_every_step_of_every_scale(visit, settle):
    page = visit("/convolution")
    steps = 1000
    inks = {"#000": "rgb(0,0,0)", "#fff": "rgb(255,255,255)"}
    for scale, shown in zip(SCALES, page.evaluate(READ, [[scale, steps] for scale in SCALES]), strict=True):
        for i, (cell, ink) in enumerate(shown):
            assert cell == at(SCALES[scale], i / (steps - 1))
            assert inks[ink] == text_on(cell) and contrast(cell, inks[ink]) >= 4.58

    shadow = cells(page, "Picture").first.evaluate("cell => getComputedStyle(cell).boxShadow")
    frame = [colour.replace(" ", "") for colour in re.findall(r"rgb\([^)]*\)", shadow)]
    dots = page.locator("i.missed").first.evaluate("cell => getComputedStyle(cell).outlineColor").replace(" ", "")
    assert frame[0] == WINDOW and len(frame) == 2
    for scale in SCALES.values():
        for i in range(steps):
            assert max(contrast(colour, at(scale, i / steps)) for colour in frame) >= 3
    for pixel in (0, 1):  # what is missed is in a black and yellow picture
        assert contrast(dots, at(SCALES["magma"], pixel)) >= 3
