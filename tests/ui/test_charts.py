"""Charts: plotly accepts them, and they show the numbers they were given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.ui.charts import bar, curves, histograms, outputs_figure
from lib.ui.colours import EDGE, WINDOW, contrast
from tests.sent import unpacked

FIGURES = {
    "curves": curves(
        [("one", [1, 10], [2, 20], "red"), ("two", [1, 10], [3, 30], "blue")],
        x="side",
        y="cost",
        log=True,
        verticals=[(3, "three")],
        points=[(10, 20)],
    ),
    "bar": bar(500, 512, title="Right", mark=448, words="always no"),
    "outputs": outputs_figure(np.array([-0.5, 0.25, 2]), np.array([5, 1, 0]), np.array([0, 2, 9]), 0.2),
    "histograms": histograms(np.random.default_rng(0).normal(size=(50, 2, 3)), np.zeros((2, 3))),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_takes_every_chart_and_nobody_drags_it(name, check_figure):
    check_figure(FIGURES[name])


@pytest.mark.parametrize("name", ["curves", "bar", "outputs"])
def test_what_has_the_windows_colour_has_its_dark_edge(name):
    markers = [trace["marker"] for trace in FIGURES[name]["data"] if "marker" in trace]
    ours = [marker for marker in markers if WINDOW in str(marker)]
    assert ours and all(marker["line"]["color"] == EDGE and marker["line"]["width"] >= 1 for marker in ours)


def test_dots_stand_for_pictures_and_red_ones_are_on_the_wrong_side():
    trace = FIGURES["outputs"]["data"][0]
    columns = [unpacked(trace["x"]), unpacked(trace["y"]), unpacked(trace["marker"]["size"])]
    wrong = unpacked(trace["marker"]["color"])
    dots = {(float(x), int(row), int(count)): int(red) for x, row, count, red in zip(*columns, wrong, strict=True)}
    assert dots == {(-0.5, 0, 5): 0, (0.25, 0, 1): 1, (0.25, 1, 2): 0, (2.0, 1, 9): 0}  # none for a count of 0
    assert trace["marker"]["sizemode"] == "area"
    low, high = FIGURES["outputs"]["layout"]["xaxis"]["range"]
    assert low < -0.5 and high > 2 and FIGURES["outputs"]["layout"]["shapes"][0]["x0"] == 0.2


@given(samples=arrays(np.float64, (7, 2, 3), elements=st.floats(-50, 50)))
def test_every_sample_is_in_its_histogram(samples):
    marks = np.array([[0, 1, 2], [3, 4, 5]])
    drawn = histograms(samples, marks, bins=20)
    places = [(row, column) for row in range(2) for column in range(3)]
    assert [shape["x0"] for shape in drawn["layout"]["shapes"][::2]] == marks.ravel().tolist()
    shared = drawn["layout"]["template"]
    bar, far = shared["data"]["bar"][0], shared["layout"]["xaxis"]["range"][1]
    for trace, (row, column) in zip(drawn["data"], places, strict=True):
        counts = unpacked(trace["y"])
        assert counts.sum() == 7 and counts.max() <= shared["layout"]["yaxis"]["range"][1]
        middles = bar["x0"] + bar["dx"] * np.arange(20)
        assert middles[0] - bar["dx"] / 2 == pytest.approx(-far) and middles[-1] + bar["dx"] / 2 == pytest.approx(far)
        away = abs(np.sort(samples[:, row, column]) - np.repeat(middles, counts))
        assert away.max() <= bar["dx"] * 0.51


def test_a_mark_reads_on_the_bars_of_its_histogram():
    drawn = FIGURES["histograms"]
    edge, mark = (shape["line"] for shape in drawn["layout"]["shapes"][:2])
    bars = drawn["layout"]["template"]["data"]["bar"][0]["marker"]["color"]
    assert edge["width"] >= mark["width"] + 2
    assert contrast(edge["color"], bars) >= 3 and contrast(edge["color"], mark["color"]) >= 3


def test_lines_differ_by_their_dashes_and_have_their_names_at_their_ends():
    apart, close = (
        curves([("one", [1, 10], [2, 20], "red"), ("two", [1, 10], [300, end], "blue")], x="x", y="y")
        for end in (99, 21)
    )
    assert len({trace["line"]["dash"] for trace in apart["data"]}) == 2
    one, two = apart["layout"]["annotations"]
    assert (one["text"], two["text"]) == ("one", "two") and not apart["layout"]["showlegend"]
    assert (one["x"], one["y"]) == (pytest.approx(9.28), pytest.approx(18.56))
    assert close["layout"]["annotations"] == [] and close["layout"]["showlegend"]
