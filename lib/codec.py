"""Pictures and templates as short text, so that they travel in a link: `0,1,0;0,1,0;0,1,0`, or `3x3-490`.

A template is written out: rows parted by `;`, numbers by `,`. A picture of 0s and 1s is its size and its pixels, four
to a digit (hexadecimal); written out, as in older links, it is read too. One of levels has a digit for each pixel, one
in gray two digits, one in colour four letters. What is decoded encodes back to the same text; anything else is refused.
"""

import base64
import re

import numpy as np
from numpy.typing import ArrayLike

_PIXEL = "[01]"
_LEVELS = "0123456789abcdefg"
_SIZE = r"([1-9]|[12][0-9]|3[0-2])"
_WEIGHT = r"(?:0|-?[1-9][0-9]{0,2}|-?(?:0|[1-9][0-9]{0,2})\.[0-9]{0,3}[1-9])"  # one spelling for each number


def encode(array: ArrayLike) -> str:
    """The text of an (h, w) grid of numbers; decimals are rounded to four places.

    >>> encode(np.array([[0, 1], [-0.5, 2 / 3]]))
    '0,1;-0.5,0.6667'
    """
    rows = np.asarray(array, dtype=float).round(4) + 0.0  # + 0.0 turns -0.0 into 0.0
    return ";".join(",".join(np.format_float_positional(x, trim="-") for x in row) for row in rows)


def decode_template(text: str) -> np.ndarray:
    """The weights in `text`: whole numbers where all are whole, up to 7 × 7, between -1000 and 1000, four decimals.

    ValueError for anything else.

    >>> decode_template("0,1;-0.5,2").tolist()
    [[0.0, 1.0], [-0.5, 2.0]]
    """
    weights = _decode(text, _WEIGHT, side=7, what="weights")
    return weights.astype(int) if (weights == weights.round()).all() else weights


def encode_image(image: ArrayLike) -> str:
    """The short text of a picture of 0s and 1s (h, w): its size, and its pixels row by row, four to a digit.

    >>> encode_image(np.array([[0, 1, 0]] * 3))
    '3x3-490'
    """
    image = np.asarray(image)
    rows, columns = image.shape
    return f"{rows}x{columns}-{np.packbits(image.ravel().astype(bool)).tobytes().hex()[: -(-image.size // 4)]}"


def decode_image(text: str) -> np.ndarray:
    """The black and yellow picture in `text`: 0s and 1s, up to 32 × 32, as uint8. ValueError for anything else.

    Reads what `encode_image` writes, and rows of 0s and 1s.

    >>> decode_image("2x2-6").tolist(), decode_image("0,1;1,0").tolist()
    ([[0, 1], [1, 0]], [[0, 1], [1, 0]])
    """
    if short := re.fullmatch(rf"{_SIZE}x{_SIZE}-([0-9a-f]{{1,256}})", text):
        rows, columns = int(short[1]), int(short[2])
        bits = [bit == "1" for digit in short[3] for bit in f"{int(digit, 16):04b}"]
        if len(bits) >= rows * columns:
            image = np.array(bits[: rows * columns], np.uint8).reshape(rows, columns)
            if encode_image(image) == text:
                return image
    return _decode(text, _PIXEL, side=32, what="0s and 1s").astype(np.uint8)


def encode_levels(image: ArrayLike) -> str:
    """The short text of a picture of whole levels 0 to 16 (h, w): its size, and one digit a pixel, a to g for 10 to 16.

    ValueError for any other number.

    >>> encode_levels(np.array([[0, 9], [10, 16]]))
    '2x2-09ag'
    """
    image = np.asarray(image)
    rows, columns = image.shape
    if not np.isin(image, range(len(_LEVELS))).all():
        raise ValueError(f"levels are whole numbers from 0 to 16, got {image.min()} to {image.max()}")
    return f"{rows}x{columns}-{''.join(_LEVELS[int(level)] for level in image.flat)}"


def decode_levels(text: str) -> np.ndarray:
    """The picture of levels 0 to 16 in `text`, up to 32 × 32, as uint8. ValueError for anything else.

    >>> decode_levels("2x2-09ag").tolist()
    [[0, 9], [10, 16]]
    """
    match = re.fullmatch(rf"{_SIZE}x{_SIZE}-([0-9a-g]{{1,1024}})", text)
    if not match or len(match[3]) != int(match[1]) * int(match[2]):
        raise ValueError("write levels like 2x2-09ag: the size, and a digit or a letter up to g for each pixel")
    levels = [_LEVELS.index(digit) for digit in match[3]]
    return np.array(levels, np.uint8).reshape(int(match[1]), int(match[2]))


def encode_pixels(colour: ArrayLike) -> str:
    """The shortest text of a picture (h, w, 3) uint8: black and white as `encode_image` has it, gray, or in colour.

    >>> encode_pixels([[[255, 255, 255], [0, 0, 0]]]), encode_pixels([[[16] * 3]]), encode_pixels([[[255, 0, 0]]])
    ('1x2-8', '1x1g-10', '1x1c-_wAA')
    """
    colour = np.asarray(colour, np.uint8)
    rows, columns, _ = colour.shape
    gray = colour[..., 0]
    if (colour != gray[..., None]).any():
        return f"{rows}x{columns}c-{base64.urlsafe_b64encode(colour.tobytes()).decode()}"
    return encode_image(gray) if np.isin(gray, (0, 255)).all() else f"{rows}x{columns}g-{gray.tobytes().hex()}"


def decode_pixels(text: str) -> np.ndarray:
    """The picture in `text`, up to 32 × 32, as (h, w, 3) uint8. ValueError for anything else.

    Reads what `encode_pixels` writes, and 0s and 1s, which are black and white, as `decode_image` does.

    >>> decode_pixels("1x1c-_wAA").tolist(), decode_pixels("1x1g-10").tolist(), decode_pixels("1").tolist()
    ([[[255, 0, 0]]], [[[16, 16, 16]]], [[[255, 255, 255]]])
    """
    if match := re.fullmatch(
        rf"{_SIZE}x{_SIZE}(?:g-((?:[0-9a-f]{{2}}){{1,1024}})|c-((?:[\w-]{{4}}){{1,1024}}))", text, re.A
    ):
        values = bytes.fromhex(match[3]) if match[3] else base64.urlsafe_b64decode(match[4])
        pixels = np.frombuffer(values, np.uint8).reshape(-1, 1 if match[3] else 3).repeat(3 if match[3] else 1, axis=1)
        if len(pixels) == int(match[1]) * int(match[2]):
            colour = pixels.reshape(int(match[1]), int(match[2]), 3)
            if encode_pixels(colour) == text:
                return colour
    return np.stack([decode_image(text) * np.uint8(255)] * 3, axis=-1)


def _decode(text, number, *, side, what):
    rows = text.split(";", side)
    row = rf"{number}(?:,{number}){{0,{side - 1}}}"
    widths = {line.count(",") for line in rows}
    if len(rows) > side or len(widths) > 1 or not all(re.fullmatch(row, line) for line in rows):
        raise ValueError(f"write {what} like 0,1,0;0,1,0 with rows of one length, at most {side} by {side}")
    return np.array([line.split(",") for line in rows], dtype=float)
