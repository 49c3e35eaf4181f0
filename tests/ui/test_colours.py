"""The palette: every step of every scale carries readable text and a visible mark, on both themes."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from plotly.colors import sample_colorscale

from lib.ui import colours
from lib.ui.colours import (
    ACCENT,
    CURVES,
    EDGE,
    INK,
    MAGMA,
    PAPER,
    SCALES,
    WINDOW,
    at,
    channels,
    contrast,
    text_levels,
    text_on,
)

ROOT = Path(__file__).resolve().parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
SHARES = np.linspace(0, 1, 1021)  # four steps between two levels of gray


def rgb(hexadecimal):
    return f"rgb({','.join(str(int(hexadecimal[n : n + 2], 16)) for n in (1, 3, 5))})"


BACKS = ("backgroundColor", "secondaryBackgroundColor")
PAGES = [rgb(THEME[mode][back]) for mode in ("light", "dark") for back in BACKS]


@pytest.mark.parametrize("name", SCALES)
def test_colours_are_mixed_as_plotly_mixes_them(name):
    ours = [channels(at(SCALES[name], share)) for share in SHARES]
    plotly = [[float(n) for n in re.findall(r"[\d.]+", c)] for c in sample_colorscale(SCALES[name], list(SHARES))]
    assert abs(np.array(ours) - plotly).max() <= 1  # plotly.py rounds a half to the even number


def test_contrast_is_that_of_the_accessibility_guidelines():
    """Known pairs: #767676 is the lightest gray that passes 4.5 on white, #777777 the first that fails."""
    white = rgb("#ffffff")
    assert contrast(white, rgb("#000000")) == contrast(rgb("#000000"), white) == 21
    assert contrast(rgb("#777777"), white) < 4.5 < contrast(rgb("#767676"), white)
    assert contrast(rgb("#ff0000"), white) == pytest.approx(4.0, abs=0.005)
    assert contrast(rgb("#0000ff"), white) == pytest.approx(8.59, abs=0.005)


@pytest.mark.parametrize("name", SCALES)
def test_text_reads_on_every_step_of_every_scale(name):
    levels = text_levels(SCALES[name], SHARES)
    steps = [at(SCALES[name], share) for share in SHARES]
    assert [text_on(step) for step in steps] == [f"rgb({level},{level},{level})" for level in levels]
    assert min(contrast(text_on(step), step) for step in steps) > 4.58


@pytest.mark.parametrize("name", SCALES)
def test_the_window_is_seen_on_every_step_of_every_scale(name):
    steps = [at(SCALES[name], share) for share in SHARES]
    assert min(max(contrast(WINDOW, step), contrast(EDGE, step)) for step in steps) >= 3
    assert contrast(WINDOW, EDGE) >= 3


def test_dots_around_missed_pixels_are_seen_on_both_colours_of_a_picture():
    assert min(contrast(colours.MISSED, MAGMA[end][1]) for end in (0, -1)) >= 3


@pytest.mark.parametrize("page", PAGES)
def test_lines_and_marks_are_seen_on_every_page(page):
    marks = {name: getattr(colours, name) for name in ("LINE", "MISSED", "WRONG", "FLOOR", "VIOLET", "ORANGE")}
    marks |= {f"CURVES[{n}]": colour for n, colour in enumerate(CURVES)}
    ratios = {name: contrast(mark, page) for name, mark in marks.items()}
    assert {name: ratio for name, ratio in ratios.items() if ratio < 3} == {}
    assert max(contrast(WINDOW, page), contrast(EDGE, page)) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_themes_colours_are_those_of_its_file_and_read_on_it(mode):
    for colour, name in ((INK, "textColor"), (PAPER, "backgroundColor"), (ACCENT, "primaryColor")):
        assert colour[mode] == rgb(THEME[mode][name])
    for back in BACKS:  # what has the focus gets a line in the accent's colour
        assert contrast(ACCENT[mode], rgb(THEME[mode][back])) >= 4.5


def test_zero_is_white_where_signs_matter_and_magma_is_the_articles():
    assert at(colours.DIVERGING, 0.5) == "rgb(255,255,255)"
    assert (at(MAGMA, 0), at(MAGMA, 1)) == ("rgb(0,0,4)", "rgb(252,253,191)")


def test_no_other_file_writes_a_colour_of_its_own():
    """A theme may replace #rrggbb, so scales are written as rgb(...) too."""
    written = re.compile(r"(rgba?|hsla?)\(\s*\d|[\"']#[0-9a-fA-F]{3,8}[\"']")
    files = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("lib/**/*.py")]
    assert [f.name for f in files if written.search(f.read_text())] == ["colours.py"]
    assert all(colour.startswith("rgb(") for scale in SCALES.values() for _, colour in scale)
