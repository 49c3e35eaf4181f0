"""What Python tells the browser's part and hears from it; the gestures are in tests/browser."""

import re
from pathlib import Path

import numpy as np
import pytest

from lib.codec import encode_image
from lib.ui import grids

BROWSER = Path(grids.__file__).with_name("browser")


@pytest.mark.parametrize("path", sorted([*BROWSER.glob("*.js"), *BROWSER.glob("*.css")]), ids=lambda path: path.name)
def test_colours_come_from_colours_py(path):
    colours = re.findall(r"#[0-9a-f]{3,8}\b|(?:rgb|hsl|lab|lch)a?\([^$][^)]*\)", path.read_text(), re.IGNORECASE)
    assert set(colours) <= {"#000", "#fff"}


def test_a_stroke_is_written_where_its_grid_belongs_and_nowhere_else(monkeypatch):
    image = np.array([[0, 1], [1, 1]])
    told = {"conv_picture": [1, 0, 0, 0], "gone": [1, 1, 1, 1], "conv_template": [1, 2]}  # the last has the wrong size
    state = {"_conv_stage": {"strokes": {"n": 3, "value": told}}}
    monkeypatch.setattr(grids.st, "session_state", state)
    painted = {"conv_picture": (grids.grid(image), "pixels"), "conv_template": (grids.weights_grid(image), "weights")}
    grids._writer("_conv_stage", painted)()
    assert state.keys() - {"_conv_stage"} == {"conv_picture"}
    assert state["conv_picture"] == encode_image(np.array([[1, 0], [0, 0]]))
