"""The convolution page: score map, window, matches, and off-step links."""

import base64
import json
import re

import numpy as np
import pytest

from lib.convolution import correlate
from lib.images import photograph, planted_lines, shrink, to_gray
from lib.templates import TEMPLATES
from lib.ui import predict
from tests.pages.conftest import ROOT
from tests.sent import cells_of, unpacked


def charts(at):
    """Title to the array a chart shows."""
    found = {}
    for chart in at.get("plotly_chart"):
        spec = json.loads(chart.proto.spec)
        titles = [note["text"] for note in spec["layout"].get("annotations", [])]
        for title, trace in zip([t for t in titles if t not in "×="], spec["data"], strict=False):
            found[title] = unpacked(trace["z"])
    return found


@pytest.fixture
def stage_of(parts_of):
    """stage_of(at) -> (what the stage is told, its picture, template and scores as arrays)."""

    def stage(at):
        data = parts_of(at)["stage"]
        grids = [data[name] for name in ("picture", "template", "scores")]
        return data, *map(cells_of, grids)

    return stage


@pytest.fixture
def settled(open_page, monkeypatch):
    """As `open_page`, with the page's question answered."""
    monkeypatch.setattr(predict, "is_settled", lambda name: True)
    return lambda **query: open_page("convolution", **query)


SIZES = re.compile(r"\d+ rows and|\d+ × \d+ become|\d+ sums|of \d+ sums|sums reach|Found \d")


@pytest.mark.parametrize("query", [{}, {"conv_picture": "cat"}, {"conv_template": "line, nothing beside"}])
def test_nothing_tells_the_size_before_the_question_is_answered(open_page, text_of, parts_of, query):
    at = open_page("convolution", unfolded=True, **query)
    assert parts_of(at)["stage"]["covered"] and not SIZES.search(text_of(at)) and not at.get("plotly_chart")
    next(button for button in at.button if button.label.startswith("Show what")).click().run()
    assert not parts_of(at)["stage"]["covered"] and SIZES.search(text_of(at)) and at.get("plotly_chart")


def test_the_score_map_is_what_correlate_gives(settled, text_of, stage_of):
    at = settled()
    image, positions = planted_lines((11, 11), 6, seed=0)
    data, picture, template, scores = stage_of(at)
    np.testing.assert_array_equal(picture, image)
    np.testing.assert_array_equal(template, TEMPLATES["vertical line"])
    np.testing.assert_array_equal(scores, correlate(image, TEMPLATES["vertical line"]))
    assert (data["value"], data["stride"], data["padding"], data["dilation"]) == (3, 1, 0, 1)
    outer = np.isin(positions[:, 1], (0, 10)).sum()
    assert outer >= 1
    assert f"Found {6 - outer} of 6 lines, missed {outer}, false alarms 0." in text_of(at)


def test_padding_finds_the_lines_in_the_outer_columns(settled, text_of):
    for seed in (0, 7, 99):
        text = text_of(settled(conv_padding=1, conv_seed=seed))
        assert "Found 6 of 6 lines, missed 0, false alarms 0." in text


def test_the_missed_lines_are_the_stages_dotted_cells(open_page, stage_of):
    data, picture, _, _ = stage_of(open_page("convolution", conv_stride=2, conv_padding=2))
    assert len(data["missed"]) % 3 == 0 and data["missed"]
    for cell in data["missed"]:
        row, column = divmod(cell, 11 + 2 * 2)
        assert picture[row - 2, column - 2] == 1


@pytest.mark.parametrize("seed", [0, 7, 99])
def test_planted_diagonals_are_told_from_crosses(settled, text_of, stage_of, seed):
    query = {"conv_picture": "planted diagonals", "conv_seed": seed}
    crosses = settled(conv_template="diagonal", **query)
    assert "missed 0, false alarms 0." not in text_of(crosses) and "diagonals, missed 0" in text_of(crosses)
    only = settled(conv_template="1,0,-1;0,1,0;-1,0,1", **query)
    assert "diagonals, missed 0, false alarms 0." in text_of(only)
    data, picture, _, _ = stage_of(settled(conv_template="1,1,1;1,1,1;1,1,1", **query))
    cells = [divmod(cell, 11) for cell in data["missed"]]
    assert len(cells) % 3 == 0 and all(picture[cell] for cell in cells)


def test_the_position_is_told_apart_from_the_stage(open_page, parts_of):
    at = open_page("convolution", conv_row=2, conv_column=3)
    assert parts_of(at)["rest"] == {"name": "conv", "position": [2, 3], "n": 0}
    assert parts_of(at)["stage"] == parts_of(open_page("convolution"))["stage"]


def test_a_photograph_travels_as_bytes_and_its_scores_are_the_browsers(open_page, parts_of):
    query = {"conv_picture": "cat", "conv_template": "vertical edges", "conv_stride": 2, "conv_padding": 1}
    data = parts_of(open_page("convolution", **query))["stage"]
    pixels = np.frombuffer(base64.b64decode(data["picture"]["bytes"]), np.uint8).reshape(56, 56)
    np.testing.assert_array_equal(pixels, to_gray(shrink(photograph("cat"), 56)))
    assert (data["scores"]["rows"], data["scores"]["columns"]) == (28, 28) and "values" not in data["scores"]
    assert data["fine"] and [key for _, key, _ in data["paint"]] == ["conv_template"]
    assert (data["scores"]["low"], data["scores"]["high"], data["scores"]["scale"]) == (-255, 255, "diverging")
    blurred = parts_of(open_page("convolution", conv_picture="cat", conv_template="blur"))["stage"]["scores"]
    assert (blurred["low"], blurred["high"], blurred["scale"]) == (0, 9 * 255, "gray")


def test_the_cat_is_one_press_away_and_so_is_the_way_back(open_page, text_of):
    at = open_page("convolution", conv_seed=3)
    assert "You see the planted lines and the template “vertical line”." in text_of(at)
    next(button for button in at.button if button.label == "Try it on the cat").click().run()
    assert "You see the cat in 56 × 56 pixels from 0 to 255 and the template “vertical edges”." in text_of(at)
    next(button for button in at.button if button.label == "Back to the planted lines").click().run()
    assert "You see the planted lines and the template “vertical line”." in text_of(at)


def test_numbers_without_a_name_are_said_to_be_from_where_they_come(open_page, text_of):
    learned = "0.1,0.6,-0.2;0,0.5,0;0,0.6,0"
    at = open_page("convolution", conv_template=learned, conv_picture="3x3-490")
    assert "You see the picture that came with the link and the template that came with the link." in text_of(at)
    at.text_input(key="conv_template").set_value("1,1;1,1").run()
    assert "and your template." in text_of(at)
    at = open_page("learning")
    at.switch_page(str(ROOT / "pages" / "convolution.py"))
    at.query_params["conv_template"] = learned
    at.run()
    assert "You see the planted lines and the template you just learned." in text_of(at)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"conv_stride": 2}, "5 rows and 5 columns"),
        ({"conv_dilation": 3}, "5 rows and 5 columns"),
        ({"conv_template": "horizontal line"}, "Found 0 of 6 lines, missed 6"),
        ({"conv_value": "0"}, "Found 5 of 6 lines, missed 1, false alarms 76."),
        ({"conv_value": "2.5"}, "5 of 81 sums reach **2.5**"),
        ({"conv_value": "-1.25"}, "81 of 81 sums reach **−1.25**"),
        ({"conv_template": "0.1,0.6,-0.2;0,0.5,0;0,0.6,0"}, "sums reach **1.8**"),
        ({"conv_template": ";".join(["1,0,0,0,0,0,0"] * 7), "conv_padding": 3}, "11 rows and 11 columns"),
        ({"conv_picture": "1,1,0;1,0,0;1,0,0", "conv_padding": 1}, "Found 1 of 1 lines, missed 0, false alarms 0."),
        ({"conv_picture": "0,1;1,0", "conv_template": "1"}, "2 rows and 2 columns"),
        ({"conv_picture": "cat", "conv_template": "blur"}, "54 rows and 54 columns"),
        ({"conv_picture": "camera man", "conv_template": "all edges"}, "2,040"),
    ],
)
def test_links_give_what_they_say(settled, text_of, query, words):
    at = settled(**query)
    assert words in text_of(at)
    assert not at.warning
    assert not at.error


def test_photographs_have_scores_and_a_threshold_but_no_matches(settled, text_of):
    at = settled(conv_picture="cat", conv_template="vertical edges", conv_threshold=40)
    scores = correlate(to_gray(shrink(photograph("cat"), 56)), TEMPLATES["vertical edges"])
    assert f"{(scores >= 408).sum()} of {scores.size:,} sums reach 408, which is 40 % of the largest" in text_of(at)
    assert "match" not in text_of(at).lower()
    assert len(at.get("plotly_chart")) == 2


def test_activation_and_pooling(settled):
    shown = charts(settled(conv_template="line, nothing beside"))
    active = shown["Activation (ReLU)"]
    scores = correlate(planted_lines((11, 11), 6, seed=0)[0], TEMPLATES["line, nothing beside"])
    np.testing.assert_array_equal(active, np.maximum(scores, 0))
    pooled = shown["Pooling"]
    assert pooled.shape == (4, 4)
    assert pooled[1, 2] == active[2:4, 4:6].max()


def test_a_number_off_the_step_is_cut_to_the_step(settled, text_of):
    assert "5 rows and 5 columns" in text_of(settled(conv_stride="2.5"))


def test_a_template_that_does_not_fit_is_explained_and_the_link_stays(settled, text_of, stage_of, parts_of):
    at = settled(shared=True, conv_picture="0,1;1,0")
    assert "larger than the picture" in at.error[0].value
    assert "conv_picture=0,1;1,0" in parts_of(at)["share"]["link"]
    np.testing.assert_array_equal(stage_of(at)[1], planted_lines((11, 11), 6, seed=0)[0])  # until then
    assert "The score map has 9 rows and 9 columns" in text_of(at)
    at = settled(conv_picture="0,1;1,0", conv_padding=1)
    assert not at.error
    assert "The score map has 2 rows and 2 columns" in text_of(at)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("vertical line", "sums below 0 would become 0. Here none is, so all stay."),
        ("line, nothing left", "sums below 0 become 0, the others stay."),
        ("1,0,0;0,0,0;-1,0,0", "sums below 0 become 0, the others stay."),
    ],
)
def test_what_the_activation_changes_is_counted(settled, text_of, template, words):
    text = text_of(settled(conv_template=template))
    assert words in text
    assert "0 sums below 0" not in text.replace("10 sums", "").replace("20 sums", "")


def test_one_row_of_scores_needs_no_row_slider(settled, text_of, parts_of):
    at = settled(conv_picture="0,1,0;0,1,0;0,1,0", conv_row=4)
    assert parts_of(at)["rest"]["position"] == [0, 0]
    assert not [slider for slider in at.select_slider if slider.key in ("conv_row", "conv_column")]
    assert "Pooling needs at least 2 rows" in text_of(at)


def test_the_way_on_takes_the_template_along(open_page):
    at = open_page("convolution", conv_template="diagonal")
    assert "learn_template=diagonal" in at.page_link[-1].proto.query_string


def test_turning_a_symmetric_template_changes_nothing(settled, text_of):
    at = settled(unfolded=True, conv_template="0.1,0.7,0.1;0.7,0.3,0.7;0.1,0.7,0.1")
    assert "would change **0** of the 81 sums" in text_of(at)


def test_the_way_on_never_leads_to_a_labeller_that_is_refused(open_page):
    at = open_page("convolution", conv_template="line, nothing beside")
    assert "learn_template=vertical" in at.page_link[-1].proto.query_string
