"""What the app sends to the browser, taken apart."""

import base64

import numpy as np


def unpacked(typed):
    """The array in a plotly figure, which travels as base64 with its number type and, beyond one axis, its shape."""
    values = np.frombuffer(base64.b64decode(typed["bdata"]), typed["dtype"])
    return values.reshape([int(n) for n in typed["shape"].split(",")]) if "shape" in typed else values


def cells_of(grid):
    """The array of a grid to touch, which travels as a list with its rows and columns."""
    return np.reshape(grid["values"], (grid["rows"], grid["columns"]))
