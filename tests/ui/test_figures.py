"""Grids of numbers: plotly accepts them, colours mean the same number everywhere, every number can be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.ui.colours import DIVERGING, EDGE, GRAY, MAGMA, SCALES, WINDOW, at, contrast
from lib.ui.figures import figure, gallery, panel, strip_figure
from tests.sent import unpacked

LINE = np.array([[0, 1, 0]] * 3)
WEIGHTS = np.array([[-0.5, 1.25], [0, 2]])
PICTURES = np.array([LINE, 1 - LINE, LINE * 0])

FIGURES = {
    "panels": figure(panel(LINE, "A", after="×"), panel(WEIGHTS, low=-2, high=2), panel(LINE, window=(0, 0, 2, 2))),
    "gray": figure(panel(LINE.astype(np.uint8) * 255, high=255, scale=GRAY)),
    "colour": figure(panel(np.zeros((4, 5, 3), np.uint8))),
    "mask": figure(panel(LINE == 1)),
    "gallery": gallery(PICTURES, ["a", "b", "c"], columns=2, marks=[1]),
    "strip": strip_figure(PICTURES, PICTURES[:0], PICTURES[:1]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_takes_every_figure_and_nobody_drags_it(name, check_figure):
    check_figure(FIGURES[name])


DTYPES = st.sampled_from([np.uint8, np.int16, np.int32, np.int64, np.float32, np.float64])
SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6))


@given(array=DTYPES.flatmap(lambda dtype: arrays(dtype, SHAPES, elements=st.integers(0, 100))))
def test_numbers_arrive_as_they_were(array):
    trace = figure(panel(array, high=100))["data"][0]
    np.testing.assert_array_equal(unpacked(trace["z"]), array)


def test_whole_numbers_beyond_32_bits_arrive_too():
    array = np.array([[2**40, -1]])
    np.testing.assert_array_equal(unpacked(figure(panel(array, low=-1, high=2**40))["data"][0]["z"]), array)


def test_limits_and_scale_follow_from_meaning_not_from_the_data():
    dark, bright = (figure(panel(LINE * n, high=3))["data"][0] for n in (1, 3))
    assert (dark["zmin"], dark["zmax"]) == (bright["zmin"], bright["zmax"]) == (0, 3)
    assert dark["colorscale"] == MAGMA
    assert figure(panel(WEIGHTS, low=-2, high=2))["data"][0]["colorscale"] == DIVERGING


def test_numbers_stand_in_the_cells_of_small_grids_only():
    small, large = (figure(panel(np.zeros((n, 3))))["data"][0] for n in (20, 21))
    assert ">%{z}<" in small["texttemplate"]
    assert "texttemplate" not in large and "text" not in large


@pytest.mark.parametrize(
    ("weights", "shown"), [([-0.004, 0.126], [0, 0.13]), ([-1234.56, 0.5], [-1235, 0]), ([3.0, -1.0], [3, -1])]
)
def test_cells_have_at_most_two_decimals_and_plotlys_own_minus(weights, shown):
    """A format of plotly's like .2f writes a hyphen, and -0.00."""
    trace = figure(panel(np.array([weights]), low=-1, high=1))["data"][0]
    assert unpacked(trace["z"]).tolist() == [shown] and ">%{z}<" in trace["texttemplate"]


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("low, high", [(0, 1), (0, 255), (-0.75, 0.75)])
def test_every_number_reads_on_its_cell(name, low, high):
    """400 steps of each scale, and a number beyond each end."""
    shares = np.linspace(-0.0025, 1.0025, 400).reshape(20, 20)
    trace = figure(panel(low + shares * (high - low), low=low, high=high, scale=SCALES[name]))["data"][0]
    assert trace["texttemplate"].startswith('<span style="color:rgb(%{text},%{text},%{text})">')
    for share, ink in zip(shares.ravel(), unpacked(trace["text"]).ravel(), strict=True):
        assert contrast(f"rgb({ink},{ink},{ink})", at(SCALES[name], share)) > 4.58


def test_a_runaway_weight_or_none_has_its_number_too():
    weights = np.array([[np.inf, -np.inf, 1e30]])
    assert unpacked(figure(panel(weights, low=-1, high=1))["data"][0]["text"]).tolist() == [[255, 255, 255]]


def test_a_frame_is_a_bright_line_with_a_dark_edge():
    panels = FIGURES["panels"]["layout"]["shapes"]
    marked = [shape for shape in FIGURES["gallery"]["layout"]["shapes"] if "line" in shape]
    for edge, line in (panels, marked):
        assert [edge["line"]["color"], line["line"]["color"]] == [EDGE, WINDOW]
        assert edge["line"]["width"] >= line["line"]["width"] + 2
        assert {**edge, "line": None} == {**line, "line": None}  # around the same cells
    assert [panels[0][side] for side in ("x0", "x1", "y0", "y1")] == [-0.5, 1.5, -0.5, 1.5]


def test_a_strip_counts_all_and_shows_three_of_each():
    strip = strip_figure(np.zeros((9, 3, 3)), np.zeros((0, 3, 3)), np.zeros((2, 3, 3)))
    titles = [note["text"] for note in strip["layout"]["annotations"]]
    assert titles == ["<b>Found 9</b>", "<b>Missed 0</b>", "<b>False alarms 2</b>"]
    shown = [trace["xaxis"] for trace in strip["data"] if np.isfinite(unpacked(trace["z"])).all()]
    assert [shown.count(axis) for axis in ("x", "x2", "x3")] == [3, 0, 2]
