"""Pictures and templates as short text, so that they travel in a link: `0,1,0;0,1,0;0,1,0`.

Rows are parted by `;`, numbers by `,`. What is decoded encodes back to the same text; anything else is refused.
"""

import re

import numpy as np

_PIXEL = "[01]"
_WEIGHT = r"(?:0|-?[1-9][0-9]{0,2}|-?(?:0|[1-9][0-9]{0,2})\.[0-9]{0,3}[1-9])"  # one spelling for each number


def encode(array):
    """The text of an (h, w) grid of numbers; decimals are rounded to four places.

    >>> encode(np.array([[0, 1], [-0.5, 2 / 3]]))
    '0,1;-0.5,0.6667'
    """
    rows = np.asarray(array, dtype=float).round(4) + 0.0  # + 0.0 turns -0.0 into 0.0
    return ";".join(",".join(np.format_float_positional(x, trim="-") for x in row) for row in rows)


def decode_template(text):
    """The weights in `text`: whole numbers where all are whole, up to 7 × 7, between -1000 and 1000, four decimals.

    ValueError for anything else.

    >>> decode_template("0,1;-0.5,2").tolist()
    [[0.0, 1.0], [-0.5, 2.0]]
    """
    weights = _decode(text, _WEIGHT, side=7, what="weights")
    return weights.astype(int) if (weights == weights.round()).all() else weights


def decode_image(text):
    """The black and yellow picture in `text`: 0s and 1s, up to 32 × 32, as uint8. ValueError for anything else.

    >>> decode_image("0,1;1,0").tolist()
    [[0, 1], [1, 0]]
    """
    return _decode(text, _PIXEL, side=32, what="0s and 1s").astype(np.uint8)


def _decode(text, number, *, side, what):
    rows = text.split(";", side)
    row = rf"{number}(?:,{number}){{0,{side - 1}}}"
    widths = {line.count(",") for line in rows}
    if len(rows) > side or len(widths) > 1 or not all(re.fullmatch(row, line) for line in rows):
        raise ValueError(f"write {what} like 0,1,0;0,1,0 with rows of one length, at most {side} by {side}")
    return np.array([line.split(",") for line in rows], dtype=float)
