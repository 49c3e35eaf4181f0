"""What the app sends to the browser, taken apart."""

import base64
import io
import re

import numpy as np
from PIL import Image


def unpacked(typed):
    """The array in a plotly figure, which travels as base64 with its number type and, beyond one axis, its shape."""
    values = np.frombuffer(base64.b64decode(typed["bdata"]), typed["dtype"])
    return values.reshape([int(n) for n in typed["shape"].split(",")]) if "shape" in typed else values


def cells_of(grid):
    """The array of a grid to touch, which travels as a list with its rows and columns."""
    return np.reshape(grid["values"], (grid["rows"], grid["columns"]))


def html_of(at):
    """The HTML that stands on the page, strips and galleries included."""
    return [html.proto.body for html in at.get("html")]


def images_in(html):
    """The images in a piece of HTML as pixels, (H, W, 4) each."""
    files = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [np.array(Image.open(io.BytesIO(base64.b64decode(file)))) for file in files]
