"""The figures: plotly accepts them, colours mean the same number everywhere, typed arrays arrive whole."""

import base64

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.ui import figures
from lib.ui.figures import (
    DIVERGING,
    GRAY,
    MAGMA,
    bar,
    bars,
    curves,
    figure,
    gallery,
    histograms,
    outputs_figure,
    panel,
    strip_figure,
    table,
)

LINE = np.array([[0, 1, 0]] * 3)
WEIGHTS = np.array([[-0.5, 1.25], [0, 2]])
PICTURES = np.array([LINE, 1 - LINE, LINE * 0])


def array_of(typed):
    array = np.frombuffer(base64.b64decode(typed["bdata"]), typed["dtype"])
    return array.reshape([int(n) for n in typed["shape"].split(",")])


FIGURES = {
    "panels": figure(panel(LINE, "A", after="×"), panel(WEIGHTS, low=-2, high=2), panel(LINE, window=(0, 0, 2, 2))),
    "gray": figure(panel(LINE.astype(np.uint8) * 255, high=255, scale=GRAY)),
    "colour": figure(panel(np.zeros((4, 5, 3), np.uint8))),
    "mask": figure(panel(LINE == 1)),
    "gallery": gallery(PICTURES, ["a", "b", "c"], columns=2, marks=[1]),
    "strip": strip_figure(PICTURES, PICTURES[:0], PICTURES[:1]),
    "curves": curves(
        [("one", [1, 10], [2, 20], "red"), ("two", [1, 10], [3, 30], "blue")],
        x="side",
        y="cost",
        log=True,
        verticals=[(3, "three")],
        points=[(10, 20)],
    ),
    "bars": bars(["dog", "cat"], [0.25, 0.75], marked=1),
    "table": table(np.array([[3, 1], [0, 4]]), ["dog", "cat"], rows="is", columns="answer"),
    "bar": bar(500, 512, title="Right", mark=448, words="always no"),
    "outputs": outputs_figure(np.array([-0.5, 0.25, 2]), np.array([5, 1, 0]), np.array([0, 2, 9]), 0.2),
    "histograms": histograms(np.random.default_rng(0).normal(size=(50, 2, 3)), np.zeros((2, 3))),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_every_figure(name):
    """`show` sends figures unchecked, so they are checked here."""
    assert go.Figure(FIGURES[name]).to_dict()["layout"]["height"] >= 70


@pytest.mark.parametrize("name", FIGURES)
def test_no_figure_can_be_dragged_or_zoomed(name):
    layout = FIGURES[name]["layout"]
    assert layout["dragmode"] is False
    axes = [axis for key, axis in layout.items() if key.startswith(("xaxis", "yaxis"))]
    assert axes and all(axis["fixedrange"] for axis in axes)


DTYPES = st.sampled_from([np.uint8, np.int16, np.int32, np.int64, np.float32, np.float64])
SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6))


@given(DTYPES.flatmap(lambda dtype: arrays(dtype, SHAPES, elements=st.integers(0, 100))))
def test_numbers_arrive_as_they_were(array):
    trace = figure(panel(array, high=100))["data"][0]
    np.testing.assert_array_equal(array_of(trace["z"]), array)


def test_whole_numbers_beyond_32_bits_arrive_too():
    array = np.array([[2**40, -1]])
    np.testing.assert_array_equal(array_of(figure(panel(array, low=-1, high=2**40))["data"][0]["z"]), array)


def test_limits_and_scale_follow_from_meaning_not_from_the_data():
    dark, bright = (figure(panel(LINE * n, high=3))["data"][0] for n in (1, 3))
    assert (dark["zmin"], dark["zmax"]) == (bright["zmin"], bright["zmax"]) == (0, 3)
    assert dark["colorscale"] == MAGMA
    signed = figure(panel(WEIGHTS, low=-2, high=2))["data"][0]
    assert signed["colorscale"] == DIVERGING
    assert DIVERGING[len(DIVERGING) // 2] == [0.5, "rgb(255, 255, 255)"]  # white at zero


def test_magma_ends_are_the_articles_black_and_yellow_and_no_theme_replaces_them():
    assert (MAGMA[0][1], MAGMA[-1][1]) == ("rgb(0, 0, 4)", "rgb(252, 253, 191)")
    for scale in (MAGMA, DIVERGING, GRAY, figures.RED, figures.GREEN, figures.BLUE):
        assert all(colour.startswith("rgb(") for _, colour in scale)
        assert [place for place, _ in scale] == sorted(place for place, _ in scale)


def test_numbers_stand_in_the_cells_of_small_grids_only():
    small, large = (figure(panel(np.zeros((n, 3))))["data"][0] for n in (20, 21))
    assert small["texttemplate"] == "%{z}"
    assert "texttemplate" not in large
    assert figure(panel(WEIGHTS, low=-2, high=2))["data"][0]["texttemplate"] == "%{z:.2f}"


def test_a_strip_counts_all_and_shows_three_of_each():
    strip = strip_figure(np.zeros((9, 3, 3)), np.zeros((0, 3, 3)), np.zeros((2, 3, 3)))
    titles = [note["text"] for note in strip["layout"]["annotations"]]
    assert titles == ["<b>Found 9</b>", "<b>Missed 0</b>", "<b>False alarms 2</b>"]
    shown = [trace["xaxis"] for trace in strip["data"] if np.isfinite(array_of(trace["z"])).all()]
    assert [shown.count(axis) for axis in ("x", "x2", "x3")] == [3, 0, 2]


def test_dots_stand_for_pictures_and_red_ones_are_on_the_wrong_side():
    trace = FIGURES["outputs"]["data"][0]
    columns = [array_of(trace["x"]), array_of(trace["y"]), array_of(trace["marker"]["size"])]
    wrong = array_of(trace["marker"]["color"])
    dots = {(float(x), int(row), int(count)): int(red) for x, row, count, red in zip(*columns, wrong, strict=True)}
    assert dots == {(-0.5, 0, 5): 0, (0.25, 0, 1): 1, (0.25, 1, 2): 0, (2.0, 1, 9): 0}  # none for a count of 0
    assert trace["marker"]["sizemode"] == "area"
    low, high = FIGURES["outputs"]["layout"]["xaxis"]["range"]
    assert low < -0.5 and high > 2 and FIGURES["outputs"]["layout"]["shapes"][0]["x0"] == 0.2


@given(arrays(np.float64, (7, 2, 3), elements=st.floats(-50, 50)))
def test_every_sample_is_in_its_histogram(samples):
    marks = np.array([[0, 1, 2], [3, 4, 5]])
    drawn = histograms(samples, marks, bins=20)
    places = [(row, column) for row in range(2) for column in range(3)]
    assert [shape["x0"] for shape in drawn["layout"]["shapes"]] == marks.ravel().tolist()
    shared = drawn["layout"]["template"]
    bar, far = shared["data"]["bar"][0], shared["layout"]["xaxis"]["range"][1]
    for trace, (row, column) in zip(drawn["data"], places, strict=True):
        counts = array_of(trace["y"])
        assert counts.sum() == 7 and counts.max() <= shared["layout"]["yaxis"]["range"][1]
        middles = bar["x0"] + bar["dx"] * np.arange(20)
        assert middles[0] - bar["dx"] / 2 == pytest.approx(-far) and middles[-1] + bar["dx"] / 2 == pytest.approx(far)
        away = abs(np.sort(samples[:, row, column]) - np.repeat(middles, counts))
        assert away.max() <= bar["dx"] * 0.51
