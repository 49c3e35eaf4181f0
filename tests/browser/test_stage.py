"""The stage and the replay: looking at them asks the server nothing, and where they rest is in the link."""

import re

import numpy as np
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.codec import decode_image, encode, encode_image
from lib.convolution import correlate
from lib.images import planted_lines, random_image
from lib.judging import mean_squared_errors
from lib.learning import train_template
from lib.templates import TEMPLATES
from tests.browser.conftest import wait_until_settled
from tests.browser.hands import cells, drag, link, lit, numbers, runs, sentence, traffic, wait_for_link


def opened(page):
    """The page with its score map uncovered."""
    page.get_by_role("button", name="Show the score map").click()
    wait_until_settled(page)
    return page


def test_looking_at_the_stage_links_its_grids_and_asks_the_server_nothing(visit, settle):
    frames = []
    page = opened(visit("/convolution?conv_padding=1&conv_dilation=2", before=lambda tab: frames.extend(traffic(tab))))
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
    page.get_by_label("Speed").evaluate("slider => (slider.value = 20)")
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
    page.wait_for_function("/conv_(row|column)/.test(location.search)")  # one of them may be 0, its default
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
    page = opened(visit("/convolution?conv_row=2&conv_column=3&conv_deeper=true"))
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
    assert "conv_row=7" in page.locator("[data-testid=stPopoverBody] textarea").first.input_value()
    page.keyboard.press("Escape")
    page.get_by_label("Back to the start").click()
    assert lit(scores) == [0]
    wait_for_link(page, "conv_row", None)  # it rests there
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert lit(scores) == [2 * 9 + 3]


def test_painting_on_the_stage_scores_anew_and_keeps_the_window(visit, settle):
    page = opened(visit("/convolution?conv_row=4&conv_column=4&conv_padding=1"))
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
            r"Score map, (row \d+, column \d+): (.*) =\s(−?[\d.]+), (a match|no match)\.",
            told[row * scores.shape[1] + column],
        ).groups()
        assert place == f"row {row}, column {column}"
        products = re.findall(r"(\d)×\(?(−?[\d.]+)\)?(?: \+\s|$)", sum_)
        assert len(products) == template.size
        added = sum(int(pixel) * float(weight.replace("−", "-")) for pixel, weight in products)
        assert added == pytest.approx(score, abs=1e-9) == pytest.approx(float(total.replace("−", "-")), abs=1e-9)
        assert (verdict == "a match") == (round(score, 9) >= 0.5)


def test_the_training_plays_steps_and_rests_in_the_link(visit, settle):
    frames = []
    page = visit("/learning?learn_step=0", before=lambda tab: frames.extend(traffic(tab)))
    sent, received = frames
    run = train_template(TEMPLATES["vertical line"], seed=50, engine="numpy")
    errors = mean_squared_errors(run.templates, run.biases, TEMPLATES["vertical line"])
    template, dot = cells(page, "Template"), page.locator("svg.curve circle")
    assert sentence(page).startswith("Step\u00a00: ")
    heights = [float(dot.get_attribute("cy"))]
    sent.clear(), received.clear()
    page.get_by_label("Speed").evaluate("slider => (slider.value = 20)")
    page.get_by_label("Play").click()
    page.wait_for_timeout(700)
    assert (sent, received) == ([], [])
    page.get_by_label("Pause").click()
    page.wait_for_function("Number(new URL(location).searchParams.get('learn_step')) > 3")  # it was 0 all the time
    settle(page)
    step = int(link(page, "learn_step"))
    assert step > 3 and sentence(page).startswith(f"Step\u00a0{step}: ")
    assert runs(received) == 1
    np.testing.assert_allclose(numbers(template), run.templates[step].ravel(), atol=0.0051)
    np.testing.assert_allclose(numbers(cells(page, "Example")), run.images[step].ravel())  # the one it sees next
    change = (run.templates[step] - run.templates[step + 1]) / 0.1
    np.testing.assert_allclose(numbers(cells(page, "Gradient")), change.ravel(), atol=0.03)  # from rounded weights
    assert f"all pictures: {errors[step]:.4f}".rstrip("0") in page.locator("svg.curve").text_content()
    heights.append(float(dot.get_attribute("cy")))
    assert (heights[1] > heights[0]) == (errors[step] < errors[0])  # further down is a smaller error

    page.get_by_label("Next step").click()
    page.wait_for_function(f"Number(new URL(location).searchParams.get('learn_step')) > {step}")
    page.locator(".scrub").press("End")
    page.wait_for_function("!location.search.includes('learn_step')")  # the default: the last step
    settle(page)
    assert sentence(page).startswith("Step\u00a01000: ")
    page.get_by_label("Back to the start").click()
    wait_for_link(page, "learn_step", "0")
    settle(page)
    np.testing.assert_allclose(numbers(template), run.templates[0].ravel(), atol=0.0051)  # the very same run
    assert "at the start." in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_role("slider", name="Steps: how").press("ArrowRight")
    wait_for_link(page, "learn_step", "1")
    settle(page)
    assert sentence(page).startswith("Step\u00a01: ")

    page.get_by_text("Who gives the labels here?").click()
    settle(page)
    cells(page, "Labeller").nth(4).click()  # another labeller, another run
    wait_for_link(page, "learn_template", "0,1,0;0,-1,0;0,1,0")
    settle(page)
    assert "Your own rule" in page.locator("[data-testid=stMain]").inner_text()


def test_with_reduced_motion_the_stage_plays_slowly(visit):
    page = visit("/convolution", reduced_motion="reduce")
    assert page.get_by_label("Speed").input_value() == "1"  # 8 in the other tests


def test_a_run_with_fewer_moments_or_positions_is_shown(visit, settle):
    errors = []
    page = visit("/learning", before=lambda tab: tab.on("pageerror", lambda error: errors.append(str(error))))
    scrub, moments = page.locator(".scrub"), "scrub => Number(scrub.max)"
    many = scrub.evaluate(moments)
    page.get_by_role("slider", name="Step size").press("End")  # a run that breaks off early
    wait_for_link(page, "learn_rate", "20")
    settle(page)
    assert 0 < scrub.evaluate(moments) < many
    assert sentence(page).startswith("Step") and "1000" not in sentence(page).split(":")[0]
    page.get_by_label("Back to the start").click()
    page.get_by_label("Next step").click()
    assert sentence(page).startswith("Step\u00a01: ")

    page.get_by_role("link", name="Convolution", exact=True).click()
    settle(page)
    scores = cells(opened(page), "Score map")
    scores.nth(80).click()
    wait_for_link(page, "conv_row", "8")
    page.get_by_role("slider", name="Stride").press("End")
    wait_for_link(page, "conv_stride")
    settle(page)
    assert scores.count() < 81 and scrub.evaluate(moments) == scores.count() - 1
    page.get_by_label("Previous position").click()
    assert errors == []
