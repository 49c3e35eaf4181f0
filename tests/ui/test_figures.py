"""Grids of numbers: plotly accepts them, colours mean the same number everywhere, every number can be read."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.ui.colours import DIVERGING, EDGE, GRAY, LINE, MAGMA, SCALES, WINDOW, at, channels, contrast
from lib.ui.figures import figure, gallery, magnified, panel, strip_figure
from tests.sent import images_in, unpacked

PICTURE = np.array([[0, 1, 0]] * 3)
WEIGHTS = np.array([[-0.5, 1.25], [0, 2]])
PICTURES = np.array([PICTURE, 1 - PICTURE, PICTURE * 0])

FIGURES = {
    "panels": figure(
        panel(PICTURE, "A", after="×"), panel(WEIGHTS, low=-2, high=2), panel(PICTURE, window=(0, 0, 2, 2))
    ),
    "gray": figure(panel(PICTURE.astype(np.uint8) * 255, high=255, scale=GRAY)),
    "colour": figure(panel(np.zeros((4, 5, 3), np.uint8))),
    "mask": figure(panel(PICTURE == 1)),
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
    dark, bright = (figure(panel(PICTURE * n, high=3))["data"][0] for n in (1, 3))
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
    panels = edge, line = FIGURES["panels"]["layout"]["shapes"]
    assert [edge["line"]["color"], line["line"]["color"]] == [EDGE, WINDOW]
    assert edge["line"]["width"] >= line["line"]["width"] + 2
    assert {**edge, "line": None} == {**line, "line": None}  # around the same cells
    assert [panels[0][side] for side in ("x0", "x1", "y0", "y1")] == [-0.5, 1.5, -0.5, 1.5]


def tiles(html, shape, cell, gap=6):
    """The colour of each cell of the small pictures in each image of the HTML: (n, h, w, 3), without the empty ones."""
    found = []
    for pixels in images_in(html):
        rows, columns = (side * cell + 1 for side in shape)
        for top in range(0, pixels.shape[0], rows + gap):
            for left in range(0, pixels.shape[1], columns + gap):
                tile = pixels[top : top + rows, left : left + columns]
                middles = tile[cell // 2 + 1 :: cell, cell // 2 + 1 :: cell]
                assert (tile[0, :, 3] == tile[0, 0, 3]).all()
                if tile[0, 0, 3]:
                    assert (tile[[0, -1], :, :3] == channels(LINE)).all()
                    found.append(middles[..., :3])
    return np.array(found)


def colours_of(pictures, scale, low, high):
    return [[[channels(at(scale, (x - low) / (high - low))) for x in row] for row in one] for one in pictures.tolist()]


@pytest.mark.parametrize("low, high, scale", [(0, 1, MAGMA), (-1, 1, DIVERGING), (0, 2, GRAY)])
def test_a_gallery_shows_every_number_in_its_colour_with_its_title(low, high, scale):
    html = gallery(PICTURES, ["a", "b < c", "−1"], columns=3, height=100, low=low, high=high, scale=scale)
    cell = round((100 - 6 - 22) / 3)
    assert tiles(html, (3, 3), cell).tolist() == [
        [[list(rgb) for rgb in row] for row in one] for one in colours_of(PICTURES, scale, low, high)
    ]
    assert [title for title in ("<div>a</div>", "<div>b &lt; c</div>", "<div>−1</div>") if title not in html] == []
    assert WINDOW not in html and EDGE not in html


def test_a_marked_picture_has_a_bright_frame_with_a_dark_edge():
    images = re.findall("<img[^>]*>", gallery(PICTURES, marks=[1]))
    assert [(WINDOW in image, EDGE in image) for image in images] == [(False, False), (True, True), (False, False)]


def test_large_pictures_have_a_frame_and_no_lines_between_their_cells():
    (pixels,) = images_in(gallery(np.zeros((1, 30, 30)), columns=1, height=66))
    assert pixels.shape == (61, 61, 4)
    assert (pixels[1:-1, 1:-1, :3] == channels(MAGMA[0][1])).all()


def test_a_strip_counts_all_shows_three_of_each_and_all_on_request():
    many, none, few = np.zeros((9, 3, 3)), np.zeros((0, 3, 3)), np.ones((2, 3, 3))
    html = strip_figure(many, none, few)
    assert re.findall(r"<b>([^<]*)</b>(?: <small>([^<]*)</small>)?", html) == [
        ("Found 9", "3 of 9"),
        ("Missed 0", ""),
        ("False alarms 2", ""),
    ]
    shown = tiles(html, (3, 3), 16)
    assert shown.tolist() == [[[list(channels(MAGMA[end][1]))] * 3] * 3 for end in (0, 0, 0, -1, -1)]
    everything = strip_figure(many, none, few, most=512)
    assert len(tiles(everything, (3, 3), 7)) == 11 and "<small>" not in everything


def test_a_grid_too_large_for_its_cells_is_at_scale_and_its_part_beside_it():
    html = magnified((300, 100), np.pad(np.ones((3, 1), int), 2), height=210)
    assert "width:70px;aspect-ratio:100/300" in html and "width:5.00%;height:2.33%" in html
    (part,) = images_in(html)
    assert part.shape[:2] == (7 * 30 + 1, 5 * 30 + 1)
    centres = part[15::30, 15::30, :3]
    assert (centres == channels(MAGMA[-1][1])).all(axis=2).tolist() == np.pad(np.ones((3, 1), bool), 2).tolist()
