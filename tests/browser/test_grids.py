"""Grids to touch: every gesture, what it writes into the link, and that looking asks the server nothing."""

import re

import numpy as np
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.codec import decode_image, decode_template, encode, encode_image
from lib.convolution import correlate
from lib.images import planted_lines, random_image
from lib.judging import mean_squared_errors
from lib.learning import train_template
from lib.templates import TEMPLATES


@pytest.fixture
def traffic():
    """traffic(page) -> the frames sent and received from now on, as two lists that fill up."""

    def listen(page):
        sent, received = [], []

        def heard(socket):
            socket.on("framesent", lambda frame: sent.append(frame))
            socket.on("framereceived", lambda frame: received.append(frame))

        page.on("websocket", heard)
        return sent, received

    return listen


def cells(page, name):
    """The cells of the grid with that caption."""
    return page.locator("figure", has=page.locator("figcaption", has_text=re.compile(f"^{name}"))).locator(".grid i")


def numbers(cells):
    return [float(text.replace("−", "-")) for text in cells.all_inner_texts()]


def lit(cells):
    return cells.evaluate_all("all => all.flatMap((cell, i) => cell.classList.contains('lit') ? [i] : [])")


def sentence(page):
    return page.locator(".sum").inner_text()


def link(page, key):
    return page.evaluate("key => new URL(location).searchParams.get(key)", key)


def wait_for_link(page, key, value=True):
    now = "new URL(location).searchParams.get(key)"
    page.wait_for_function(f"([key, value]) => value === true ? {now} : {now} === value", arg=[key, value])


def middle(cell):
    box = cell.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, first, last):
    page.mouse.move(*middle(first))
    page.mouse.down()
    page.mouse.move(*middle(last), steps=8)
    page.mouse.up()


def swipe(page, first, last):
    (x, y), (to_x, to_y) = middle(first), middle(last)
    browser = page.context.new_cdp_session(page)

    def touch(kind, *points):
        browser.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    touch("Start", {"x": x, "y": y})
    for part in (0.4, 1):  # a fast one
        touch("Move", {"x": x + part * (to_x - x), "y": y + part * (to_y - y)})
    touch("End")


def runs(frames):
    """How many runs of the page, or of a part of it, the frames report the end of."""
    messages = [ForwardMsg.FromString(frame) for frame in frames]
    return sum(message.WhichOneof("type") == "script_finished" for message in messages)


def test_painting_a_picture_with_mouse_and_keyboard(visit, settle, traffic):
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
    assert "0×0" in page.locator("[data-testid=stMain]").inner_text()

    received.clear()
    drag(page, picture.nth(2), picture.nth(8))  # one stroke, one run
    wanted[:, 2] = 1
    wait_for_link(page, "match_picture", encode_image(wanted))
    settle(page)
    assert runs(received) == 1
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

    box = page.locator("figure").first
    box.get_by_role("button", name="Invert").click()
    wait_for_link(page, "match_picture", encode_image(1 - wanted))
    box.get_by_role("button", name="Clear").click()
    wait_for_link(page, "match_picture", encode_image(0 * wanted))
    box.get_by_role("button", name="Random").click()
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
    page = visit("/images?image_picture=random&image_side=12")
    drag(page, cells(page, "Picture").nth(0), cells(page, "Picture").nth(5))
    settle(page)
    painted = numbers(cells(page, "Picture"))
    assert painted != random_image((12, 12)).ravel().tolist()
    assert decode_image(link(page, "image_picture")).ravel().tolist() == painted

    page.reload()
    settle(page)
    assert numbers(cells(page, "Picture")) == painted
    for name in ("Convolution", "Images"):
        page.get_by_role("link", name=name, exact=True).click()
        settle(page)
    assert numbers(cells(page, "Picture")) == painted
    page.get_by_role("link", name="Start", exact=True).click()
    settle(page)
    for _ in range(2):  # the second press is Streamlit's: known and accepted
        page.go_back()
        settle(page)
    assert page.locator("h1").inner_text() == "Images"
    assert numbers(cells(page, "Picture")) == painted
    assert numbers(cells(visit(page.url, locale="en-GB"), "Picture")) == painted

    cells(page, "Picture").nth(143).click()  # and it can be painted on again
    settle(page)
    assert decode_image(link(page, "image_picture")).ravel().tolist() == [*painted[:-1], 1 - painted[-1]]


def test_painting_with_a_finger_draws_and_does_not_scroll(visit, settle):
    page = visit("/template_explosion", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    pattern = cells(page, "Pattern")
    page.locator(".tools").scroll_into_view_if_needed()  # the whole grid above it is on the screen
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(scrolled)
    swipe(page, pattern.nth(0), pattern.nth(20))
    wait_for_link(page, "explosion_pattern")
    settle(page)
    wanted = np.zeros((5, 5), int)
    wanted[1:4, 2] = wanted[:, 0] = 1
    assert link(page, "explosion_pattern") == encode_image(wanted)
    assert page.evaluate(scrolled) == before
    assert "(11 − 5 + 1) × (11 − 3 + 1) = 63" in page.locator("[data-testid=stMain]").inner_text()
    page.touchscreen.tap(*middle(pattern.nth(24)))
    wanted[4, 4] = 1
    wait_for_link(page, "explosion_pattern", encode_image(wanted))


def test_a_hostile_code_gives_the_default_and_its_message_stands_on_top(visit):
    """More of them in tests/pages."""
    page = visit("/learning?learn_template=3x3-<b>")
    assert numbers(cells(page, "Labeller")) == TEMPLATES["vertical line"].ravel().tolist()
    assert "cannot be read" in page.get_by_test_id("stAlert").first.inner_text()


def test_looking_at_the_stage_links_its_grids_and_asks_the_server_nothing(visit, settle, traffic):
    frames = []
    page = visit("/convolution?conv_padding=1&conv_dilation=2", before=lambda tab: frames.extend(traffic(tab)))
    sent, received = frames
    picture, scores, template = (cells(page, name) for name in ("Picture", "Score map", "Template"))
    assert picture.count() == 13 * 13 and scores.count() == 9 * 9
    assert page.locator("i.padding").count() >= 13 * 13 - 11 * 11
    sent.clear(), received.clear()

    scores.nth(9 + 4).hover()  # row 1, column 4: every second cell from there
    window = [row * 13 + column for row in (1, 3, 5) for column in (4, 6, 8)]
    assert lit(picture) == window
    assert sentence(page).startswith("Score map, row 1, column 4: ")
    picture.nth(4 * 13 + 4).hover()
    assert lit(scores) == [row * 9 + column for row in (0, 2, 4) for column in (0, 2, 4)]
    assert "The pixel at row 3, column 3 takes part in 9 of the scores." in sentence(page)
    picture.nth(0).hover()
    assert "The border at row −1, column −1 takes part in 1 of the scores." in sentence(page)
    template.nth(8).hover()
    assert lit(picture) == [(row + 4) * 13 + column + 4 for row in range(9) for column in range(9)]
    page.mouse.move(20, 5)
    assert lit(scores) == [0]

    assert page.get_by_label("Speed").input_value() == "8"
    page.get_by_label("Speed").evaluate("slider => (slider.value = 60)")
    page.get_by_label("Play").click()
    page.wait_for_function("document.body", timeout=1000)
    page.wait_for_timeout(500)
    at = int(page.locator(".scrub").input_value())
    assert 5 <= at < 80
    assert 0 < page.locator("i.empty").count() <= 80 - at
    page.get_by_label("Show all scores").check()  # filled on request, and it plays on
    assert page.locator("i.empty").count() == 0
    assert (sent, received) == ([], [])

    page.get_by_label("Pause").click()
    wait_for_link(page, "conv_column")
    settle(page)
    rested = int(page.locator(".scrub").input_value())
    assert (int(link(page, "conv_row") or 0), int(link(page, "conv_column") or 0)) == divmod(rested, 9)
    assert len(sent) == 1 and sum(map(len, received)) < 4_000
    ends = [
        message.script_finished
        for message in map(ForwardMsg.FromString, received)
        if message.HasField("script_finished")
    ]
    assert ends == [ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY]  # the sliders ran, and not the page


def test_the_window_moves_by_key_button_scrubber_and_slider_and_the_link_knows(visit, settle):
    page = visit("/convolution?conv_row=2&conv_column=3")
    scores, picture = cells(page, "Score map"), cells(page, "Picture")
    assert lit(scores) == [2 * 9 + 3]
    page.get_by_role("application", name="Score map").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert lit(scores) == [2 * 9 + 4]
    wait_for_link(page, "conv_column", "4")
    assert page.locator(".said").last.inner_text() == sentence(page)  # what a screen reader hears
    page.keyboard.press("End")
    page.get_by_label("Next position").click()
    assert lit(scores) == [3 * 9]
    page.get_by_label("Previous position").click()
    page.get_by_label("Previous position").click()
    wait_for_link(page, "conv_column", "7")
    scores.nth(80).click()
    wait_for_link(page, "conv_row", "8")
    assert lit(picture) == [(8 + row) * 11 + 8 + column for row in range(3) for column in range(3)]
    page.locator(".scrub").press("ArrowLeft")
    wait_for_link(page, "conv_column", "7")
    page.get_by_role("slider", name="Window: row").press("ArrowLeft")
    wait_for_link(page, "conv_row", "7")
    settle(page)
    assert lit(scores) == [7 * 9 + 7]
    other = visit(page.url, locale="en-GB")
    assert lit(cells(other, "Score map")) == [7 * 9 + 7] and sentence(other) == sentence(page)

    page.get_by_role("button", name="Share").click()
    settle(page)
    assert "conv_row=7" in page.locator("[data-testid=stPopoverBody] code").inner_text()
    page.keyboard.press("Escape")
    page.get_by_label("Back to the start").click()
    assert lit(scores) == [0]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert lit(scores) == [2 * 9 + 3]


def test_painting_on_the_stage_scores_anew_and_keeps_the_window(visit, settle):
    page = visit("/convolution?conv_row=4&conv_column=4&conv_padding=1")
    image = planted_lines((11, 11), 6, seed=0)[0]
    picture, scores = cells(page, "Picture"), cells(page, "Score map")
    drag(page, picture.nth(13 * 5 + 5), picture.nth(13 * 5 + 7))  # with the border of padding around it
    value = 1 - image[4, 4]
    image[4, 4:7] = value
    wait_for_link(page, "conv_picture", encode_image(image))
    settle(page)
    line = TEMPLATES["vertical line"]
    assert numbers(scores) == correlate(image, line, padding=1).ravel().tolist()
    picture.nth(0).click()  # a cell of the border stays what it is
    cells(page, "Template").nth(0).click()
    wait_for_link(page, "conv_template")
    settle(page)
    weights = line.copy()
    weights[0, 0] = 1
    assert numbers(scores) == correlate(image, weights, padding=1).ravel().tolist()
    assert decode_image(link(page, "conv_picture")).tolist() == image.tolist()
    assert lit(scores) == [4 * 11 + 4]


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


def test_on_a_phone_picture_and_score_map_share_a_screen_and_a_finger_moves_the_window(visit, settle):
    page = visit("/convolution", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    scores = cells(page, "Score map")
    maps = page.locator(".maps")
    maps.scroll_into_view_if_needed()
    stage = page.locator(".glass", has=maps).bounding_box()
    assert stage["height"] < 700 and stage["width"] <= 390
    assert all(box.bounding_box()["width"] > 150 for box in maps.locator(".grid").all())
    page.touchscreen.tap(*middle(scores.nth(30)))
    wait_for_link(page, "conv_row", "3")
    assert lit(scores) == [30]
    swipe(page, scores.nth(30), scores.nth(34))
    wait_for_link(page, "conv_column", "7")
    assert lit(scores) == [34]


@pytest.mark.parametrize("number", range(4))
def test_the_sums_the_stage_writes_are_the_scores_of_lib(visit, number):
    rng = np.random.default_rng(number)
    image = random_image((int(rng.integers(7, 12)), int(rng.integers(7, 12))), seed=number)
    shape = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    template = rng.integers(-2, 3, shape) if number % 2 else rng.normal(size=shape).round(4)
    steps = {"stride": int(rng.integers(1, 4)), "padding": int(rng.integers(0, 3)), "dilation": int(rng.integers(1, 3))}
    query = "&".join(f"conv_{step}={n}" for step, n in steps.items())
    page = visit(
        f"/convolution?conv_picture={encode_image(image)}&conv_template={encode(template)}&conv_value=0.5&{query}"
    )
    scores = correlate(image, template, **steps)
    told = page.locator(".scrub").evaluate("""scrub => Array.from({length: Number(scrub.max) + 1}, (_, at) => {
        scrub.value = at;
        scrub.dispatchEvent(new Event("input"));
        return scrub.getRootNode().querySelector(".sum").textContent;
    })""")
    assert len(told) == scores.size
    for (row, column), score in np.ndenumerate(scores):
        place, sum_, total, verdict = re.fullmatch(
            r"Score map, (row \d+, column \d+): (.*) = (−?[\d.]+), (a match|no match)\.",
            told[row * scores.shape[1] + column],
        ).groups()
        assert place == f"row {row}, column {column}"
        products = re.findall(r"(\d)×\(?(−?[\d.]+)\)?(?: \+ |$)", sum_)
        assert len(products) == template.size
        added = sum(int(pixel) * float(weight.replace("−", "-")) for pixel, weight in products)
        assert added == pytest.approx(score, abs=1e-9) == pytest.approx(float(total.replace("−", "-")), abs=1e-9)
        assert (verdict == "a match") == (round(score, 9) >= 0.5)


def test_the_training_plays_steps_and_rests_in_the_link(visit, settle, traffic):
    frames = []
    page = visit("/learning?learn_step=0", before=lambda tab: frames.extend(traffic(tab)))
    sent, received = frames
    run = train_template(TEMPLATES["vertical line"], seed=50, engine="numpy")
    errors = mean_squared_errors(run.templates, run.biases, TEMPLATES["vertical line"])
    template, dot = cells(page, "Template"), page.locator("svg.curve circle")
    assert sentence(page).startswith("Step 0: random numbers, no example yet.")
    heights = [float(dot.get_attribute("cy"))]
    sent.clear(), received.clear()
    page.get_by_label("Speed").evaluate("slider => (slider.value = 20)")
    page.get_by_label("Play").click()
    page.wait_for_timeout(700)
    assert (sent, received) == ([], [])
    page.get_by_label("Pause").click()
    wait_for_link(page, "learn_step")
    settle(page)
    step = int(link(page, "learn_step"))
    assert step > 3 and sentence(page).startswith(f"Step {step}: ")
    assert runs(received) == 1
    np.testing.assert_allclose(numbers(template), run.templates[step].ravel(), atol=0.0051)
    np.testing.assert_allclose(numbers(cells(page, "Example")), run.images[step - 1].ravel())
    change = (run.templates[step - 1] - run.templates[step]) / 0.1
    np.testing.assert_allclose(numbers(cells(page, "Gradient")), change.ravel(), atol=0.0051)
    assert f"all pictures: {errors[step]:.4f}".rstrip("0") in sentence(page)
    heights.append(float(dot.get_attribute("cy")))
    assert (heights[1] > heights[0]) == (errors[step] < errors[0])  # further down is a smaller error

    page.get_by_label("Next step").click()
    page.wait_for_function(f"Number(new URL(location).searchParams.get('learn_step')) > {step}")
    page.locator(".scrub").press("End")
    page.wait_for_function("!location.search.includes('learn_step')")  # the default: the last step
    settle(page)
    assert sentence(page).startswith("Step 1000: ")
    page.get_by_label("Back to the start").click()
    wait_for_link(page, "learn_step", "0")
    settle(page)
    np.testing.assert_allclose(numbers(template), run.templates[0].ravel(), atol=0.0051)  # the very same run
    assert "after step 0" in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_role("slider", name="Steps: how").press("ArrowRight")
    wait_for_link(page, "learn_step", "1")
    settle(page)
    assert sentence(page).startswith("Step 1: ")

    cells(page, "Labeller").nth(4).click()  # another labeller, another run
    wait_for_link(page, "learn_template", "0,1,0;0,-1,0;0,1,0")
    settle(page)
    assert "It says yes to" in page.locator("[data-testid=stMain]").inner_text()


def test_with_reduced_motion_the_stage_plays_slowly(visit):
    page = visit("/convolution", reduced_motion="reduce")
    assert page.get_by_label("Speed").input_value() == "1"  # 8 in the other tests
