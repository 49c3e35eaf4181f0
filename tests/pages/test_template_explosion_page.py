"""The template explosion page: counts, costs, and both ways."""

import json
import re

import numpy as np
import pytest

from lib.convolution import correlate
from lib.explosion import full_size_templates
from lib.images import planted_lines, planted_patterns
from tests.sent import cells_of, unpacked

DEFAULTS = {"explosion_rows": 11, "explosion_columns": 11, "explosion_length": 3, "explosion_seed": 0}


def charts(at):
    """(alt, figure) of every chart on the page."""
    return [(chart.proto.alt, json.loads(chart.proto.spec)) for chart in at.get("plotly_chart")]


def chart(at, words):
    """The one figure whose sentence has these words."""
    (figure,) = [figure for alt, figure in charts(at) if words in alt]
    return figure


def grids(at, words):
    return [unpacked(trace["z"]) for trace in chart(at, words)["data"]]


@pytest.fixture
def open_settled(open_page):
    """open_settled(explosion_rows=9): the page of somebody who has opened the answer."""

    def opened(**query):
        at = open_page("template_explosion", **query)
        return answered(at)

    return opened


def answered(at):
    at.button_group(key="_guess_template_explosion").set_value("Show the answer").run()
    assert not at.exception
    return at


def sliders(at):
    return {slider.key: slider.value for slider in [*at.slider, *at.select_slider]}


def test_the_articles_99_templates_and_their_cost(open_settled, text_of):
    at = open_settled()
    text = text_of(at)
    assert at.title[0].value == "Template explosion"
    assert "9 places down, 11 across: 99 templates" in text
    assert "| Templates | 99 | 1 |" in text
    assert "| Weights | 11,979 | 3 |" in text
    assert "| Memory | 12 kB | 3 bytes |" in text
    assert "| Multiplications | 11,979 | 297 |" in text
    assert "laptops" not in text
    assert sliders(at) == DEFAULTS | {"explosion_template": 0}
    assert len(charts(at)) == 2
    assert all(f":small[{alt}]" in text for alt, _ in charts(at))


def test_the_count_and_all_that_has_it_wait_for_the_answer(open_page, text_of, parts_of):
    at = open_page("template_explosion")
    assert "99" not in text_of(at) and "| Templates |" not in text_of(at)
    assert [alt.split(" ")[0] for alt, _ in charts(at)] == ["What"]
    assert not parts_of(at)["places"]["settled"]
    (button,) = [button for button in at.button if button.label.startswith("Show the count")]
    button.click().run()
    assert "9 places down, 11 across: 99 templates" in text_of(at)
    assert parts_of(at)["places"]["settled"]


@pytest.mark.parametrize(
    ("label", "side", "count", "weights", "memory"),
    [
        ("224 × 224: a network's input", 224, "222 places down, 224 across: 49,728", "2.5 billion", "2.5 GB"),
        ("3000 × 3000: a phone photo", 3000, "2,998 places down, 3,000 across: 8,994,000", "81 trillion", "81 TB"),
        ("11 × 11: the article's", 11, "9 places down, 11 across: 99", "11,979", "12 kB"),
    ],
)
def test_one_press_sets_both_sides(open_settled, text_of, label, side, count, weights, memory):
    at = open_settled(explosion_rows="20", explosion_columns="30")
    pills = at.button_group(key="_size")
    assert pills.value is None
    pills.set_value(label).run()
    assert not at.exception
    assert (sliders(at)["explosion_rows"], sliders(at)["explosion_columns"]) == (side, side)
    assert at.button_group(key="_size").value == label
    text = text_of(at)
    assert f"{count} templates" in text
    assert f"| Weights | {weights} | 3 |" in text
    assert f"| Memory | {memory} | 3 bytes |" in text
    at.button_group(key="_size").set_value(None).run()  # a second press changes nothing
    assert (sliders(at)["explosion_rows"], at.button_group(key="_size").value) == (side, label)


def test_a_phone_photo_is_said_in_words_people_know_and_one_template_is_drawn(open_settled, text_of, parts_of):
    at = open_settled(explosion_rows="3000", explosion_columns="3000")
    text = text_of(at)
    assert "all 8,994,000 take **81 TB**, as much as 81 laptops with a disk of 1 TB hold" in text
    assert "| Multiplications | 81 trillion | 26,982,000 |" in text
    assert "One template of 3000 × 3000 at scale" in text and "its other 8,999,997 are 0" in text
    assert any("width:260px" in html.proto.body and "<img" in html.proto.body for html in at.get("html"))
    assert [alt.split(" ")[0] for alt, _ in charts(at)] == ["What"]
    assert "explosion_template" not in sliders(at) and "places" not in parts_of(at)


def test_the_bytes_that_tell_the_count_wait_for_the_answer(open_page, text_of):
    at = open_page("template_explosion")
    assert "11,979" not in text_of(at)
    assert "You are at 11 × 11, which takes 11,979 bytes" in text_of(answered(at))


def test_the_browser_gets_the_picture_the_pattern_and_where_the_template_rests(open_page, parts_of):
    parts = parts_of(open_page("template_explosion", explosion_rows="7", explosion_columns="5", explosion_length="2",
                               explosion_template="8", explosion_seed="4"))  # fmt: skip
    image, _ = planted_patterns((7, 5), [np.ones((2, 1))], 6, seed=4)
    np.testing.assert_array_equal(cells_of(parts["places"]["picture"]), image)
    assert cells_of(parts["places"]["pattern"]).tolist() == [[1], [1]]
    assert (parts["rest"]["name"], parts["rest"]["position"]) == (parts["places"]["name"], 8)


def test_the_slider_goes_through_all_of_them(open_page, parts_of):
    at = open_page("template_explosion", explosion_rows="32", explosion_columns="32", explosion_length="2")
    slider = at.select_slider(key="explosion_template")
    assert slider.options == [str(n) for n in range(992)]
    slider.set_value(991).run()
    assert parts_of(at)["rest"]["position"] == 991
    at.slider(key="explosion_rows").set_value(5).run()  # 991 is gone: back to the first
    assert parts_of(at)["rest"]["position"] == 0
    slider = at.select_slider(key="explosion_template")
    assert (slider.value, slider.options[-1]) == (0, "127")


@pytest.mark.parametrize(
    ("rows", "columns", "length", "seed"),
    [(11, 11, 3, 0), (32, 32, 2, 7), (3, 3, 3, 99), (3, 32, 2, 1), (32, 3, 10, 4)],
)
def test_both_ways_find_the_same_planted_lines(open_settled, rows, columns, length, seed):
    at = open_settled(explosion_rows=str(rows), explosion_columns=str(columns), explosion_length=str(length),
                      explosion_seed=str(seed))  # fmt: skip
    image, (positions,) = planted_patterns((rows, columns), [np.ones((length, 1))], 6, seed=seed)
    scores = correlate(image, np.ones((length, 1), int))
    words = f"{scores.size:,} of {scores.size:,} are equal. A sum of {length} is a line: both ways find all"
    (sums,) = grids(at, f"{words} {len(positions)}.")
    assert sums.tolist() == scores.tolist()


def test_the_next_page_shows_the_same_picture(open_page, parts_of):
    picture = cells_of(parts_of(open_page("template_explosion", explosion_seed=7))["places"]["picture"])
    assert picture.tolist() == planted_lines((11, 11), 6, seed=7)[0].tolist()


@pytest.mark.parametrize(("rows", "length"), [(3, 4), (3, 10), (9, 10)])
def test_a_line_longer_than_the_picture_is_high_has_no_template(open_settled, text_of, parts_of, rows, length):
    at = open_settled(explosion_rows=str(rows), explosion_length=str(length))
    text = text_of(at)
    assert f"{length} yellow pixels does not fit into {rows} × 11 pixels. It fits nowhere: **0** templates." in text
    assert "| Weights |" not in text and "places" not in parts_of(at)
    assert "The dots are" not in text
    assert len(chart(at, "square pictures")["data"]) == 3  # the curves alone, no dot


@pytest.mark.parametrize(("rows", "columns", "length"), [(11, 11, 3), (4000, 4000, 10), (3, 4000, 3), (10, 3, 10)])
def test_the_plot_has_the_costs_of_squares_and_the_chosen_size(open_page, rows, columns, length):
    at = open_page("template_explosion", explosion_rows=str(rows), explosion_columns=str(columns),
                   explosion_length=str(length))  # fmt: skip
    figure = chart(at, "square pictures up to 4000 × 4000")
    assert figure["layout"]["xaxis"]["type"] == figure["layout"]["yaxis"]["type"] == "log"
    marks, names = figure["layout"]["annotations"][:3], figure["layout"]["annotations"][3:]
    assert [note["text"] for note in marks] == ["article<br>11", "network<br>224", "photo<br>3000"]
    assert [note["text"] for note in names] == [line["name"] for line in figure["data"][:3]]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [11, 224, 3000]
    many, one, weights, *dots = figure["data"]
    sides = unpacked(many["x"]).astype(float)
    positions = (sides - length + 1) * sides
    assert (sides[0], sides[-1]) == (max(3, length), 4000)
    np.testing.assert_allclose(unpacked(many["y"]), positions * sides**2)
    np.testing.assert_allclose(unpacked(one["y"]), positions * length)
    assert set(unpacked(weights["y"]).tolist()) == {length}
    count = (rows - length + 1) * columns
    assert [dot["y"] for dot in dots] == [[count * rows * columns], [count * length]]
    assert [dot["x"] for dot in dots] == [[pytest.approx((rows * columns) ** 0.5)]] * 2
    as_square = f"{rows} × {columns}, placed at the square" in " ".join(alt for alt, _ in charts(at))
    assert as_square == (rows != columns)


def test_81_of_99_and_what_padding_does(open_page, text_of):
    query = {"explosion_rows": "50", "explosion_length": "9"}  # the article's case all the same
    text = text_of(open_page("template_explosion", unfolded=True, **query))
    assert "9 × 9 = **81** positions, not 99" in text
    assert "11 × 11 = 121 positions. They reach all 99 lines. At the other 22" in text
    assert "80,892,036 multiplications" in text
    assert "81" not in text_of(open_page("template_explosion", **query))  # closed: neither computed nor sent
    tall, template = np.ones((3, 1), int), np.array([[0, 1, 0]] * 3)
    for padding, reached in ((0, 81), (1, 99)):
        pictures = full_size_templates((11, 11), tall)  # as a picture, each is one lonely line
        assert sum(correlate(picture, template, padding=padding).max() == 3 for picture in pictures) == reached


def test_the_way_on_takes_the_seed_along(open_page):
    at = open_page("template_explosion", explosion_seed="42")
    (link,) = at.get("page_link")
    assert link.proto.label == "Next: one template that slides"
    query = dict(pair.split("=") for pair in re.split("[?&]", link.proto.query_string) if pair)
    assert query["conv_seed"] == "42"
    assert query["conv_picture"].replace("+", " ").replace("%20", " ") == "planted lines"
    assert set(query) == {"conv_picture", "conv_seed"}  # a link that carries any key resets the others


def test_the_code_is_the_code_that_ran(open_page):
    at = open_page("template_explosion", unfolded=True)
    shown = "\n".join(code.value for code in at.code)
    for name in ("count_templates", "full_size_templates", "full_size_cost", "sliding_cost", "full_size_scores"):
        assert f"def {name}(" in shown
    assert "# lib/explosion.py" in shown


def test_a_painted_pattern_is_counted_by_the_part_that_is_painted(open_settled, text_of, painted_of, parts_of):
    at = open_settled(explosion_pattern="5x5-8a88000", explosion_rows="9")
    painted = painted_of(at)["Pattern"]
    assert painted.shape == (5, 5) and painted.sum() == 5
    text = text_of(at)
    h, w = (np.ptp(np.flatnonzero(painted.any(axis=axis))) + 1 for axis in (1, 0))
    n = (10 - h) * (12 - w)
    assert f"{10 - h} places down, {12 - w} across: {n} templates" in text
    assert f"{n} of {n} are equal. A sum of 5 is a pattern" in text
    assert cells_of(parts_of(at)["places"]["pattern"]).shape == (h, w)
    assert at.slider(key="explosion_length").disabled


def test_a_line_painted_anywhere_is_the_line(open_page, text_of):
    usual, painted = (
        text_of(open_page("template_explosion", **query)) for query in ({}, {"explosion_pattern": "3x2-54"})
    )
    assert painted == usual


def test_nothing_painted_is_said_and_the_empty_grid_stays(open_settled, text_of, painted_of):
    at = open_settled(explosion_pattern="4x4-0000")
    assert "Paint at least one pixel" in at.warning[0].value
    assert painted_of(at)["Pattern"].shape == (4, 4) and not painted_of(at)["Pattern"].any()
    assert "11 across: 99 templates" in text_of(at)


def test_the_challenge_can_be_reached_with_a_thumb_and_stays_solved(open_page, text_of):
    at = open_page("template_explosion", explosion_rows="224", explosion_columns="250")

    def press(label):
        at.button_group(key="_step").set_value(label).run()
        assert at.button_group(key="_step").value is None  # let go

    for label in ("+100", "+10", "−1", "−1", "−1"):
        press(label)
        side = sliders(at)["explosion_rows"]
        assert side == sliders(at)["explosion_columns"]
        assert ("Challenge solved" in text_of(at)) == (side == 357)
    assert side == 357
    press("−100")
    assert "Challenge solved" in text_of(at) and "You are at 257 × 257" in text_of(at)


@pytest.mark.parametrize(("side", "label", "after"), [(3, "−10", 3), (4000, "+1", 4000)])
def test_the_small_steps_stay_within_the_sliders(open_page, side, label, after):
    at = open_page("template_explosion", explosion_rows=side, explosion_columns=side)
    at.button_group(key="_step").set_value(label).run()
    assert sliders(at)["explosion_rows"] == after
