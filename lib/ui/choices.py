"""What a link chooses, as numbers and arrays, without its page. What makes no sense becomes the page's default.

`choices` is a dict of keys and texts, as a link carries them.
"""

import re

from lib.codec import decode_image, decode_pixels, decode_template
from lib.images import (
    PHOTOGRAPHS,
    binary_to_gray,
    gradient_image,
    gray_to_colour,
    line_image,
    photograph,
    planted_lines,
    planted_patterns,
    random_image,
    shrink,
    to_gray,
)
from lib.matching import best_value
from lib.templates import TEMPLATES

LINE = TEMPLATES["vertical line"]
SIDES, PHOTO_SIDE, COPIES = (8, 16, 32, 64), 56, 6  # as on the pages


def colour_picture(choices):
    """The picture of the images page (h, w, 3) uint8."""
    name, side = choices.get("image_picture", "cat"), whole(choices, "image_side", 8, 1, 10**9)
    side = min(SIDES, key=lambda one: abs(one - side))
    drawn = {
        "line": lambda: binary_to_gray(line_image()),
        "gradient": lambda: gradient_image((side, side)),
        "random": lambda: binary_to_gray(random_image((side, side), seed=whole(choices, "image_seed", 0, 0, 99))),
    }
    if name in drawn:
        return gray_to_colour(drawn[name]())
    try:
        return decode_pixels(name)
    except ValueError:  # a visitor's own picture is in no link
        return shrink(photograph(name if name in PHOTOGRAPHS else "cat"), side)


def slid_over(choices):
    """The picture of the convolution page (H, W)."""
    seed, name = whole(choices, "conv_seed", 0, 0, 99), choices.get("conv_picture", "planted lines")
    diagonal = TEMPLATES["diagonal"]
    patterns = [diagonal, diagonal | TEMPLATES["other diagonal"]]
    if name in PHOTOGRAPHS or name == "your own":
        return to_gray(shrink(photograph(name if name in PHOTOGRAPHS else "cat"), PHOTO_SIDE))
    usual = {
        "planted lines": planted_lines((11, 11), COPIES, seed=seed)[0],
        "planted diagonals": planted_patterns((11, 11), patterns, COPIES // 2, seed=seed)[0],
    }
    return picture_of(choices, "conv_picture", usual, "planted lines")


def picture_of(choices, key, named, default, shape=None, decode=decode_image):
    """One of those that are `named`, or the numbers in the link."""
    text = choices.get(key, default)
    if text in named:
        return named[text]
    try:
        image = decode(text)
    except ValueError:
        return named[default]
    return named[default] if shape and image.shape != shape else image


def template_of(choices, key, shape=None):
    """The template (h, w), of that shape if there is one to be."""
    return picture_of(choices, key, {"vertical line": LINE} | TEMPLATES, "vertical line", shape, decode_template)


def value_of(choices, key, template, *, decimals=False):
    """The score that counts as a match."""
    text = choices.get(key, "perfect")
    if re.fullmatch(r"-?[0-9]{1,5}" + (r"(\.[0-9]{1,5})?" if decimals else ""), text):
        return float(text) if "." in text else int(text)
    return best_value(template) if best_value(template) > 0 else 1


def whole(choices, key, default, low, high):
    """A whole number between these two.

    >>> whole({"conv_stride": "2"}, "conv_stride", 1, 1, 4), whole({"conv_stride": "9"}, "conv_stride", 1, 1, 4)
    (2, 1)
    """
    text = choices.get(key, "")
    return int(text) if re.fullmatch("-?[0-9]{1,9}", text) and low <= int(text) <= high else default


def decimal(choices, key, default):
    """A number from -10 to 10, to one decimal."""
    text = choices.get(key, "")
    fits = re.fullmatch(r"-?[0-9]{1,2}(\.[0-9]{1,9})?", text) and abs(float(text)) <= 10
    return round(float(text), 1) if fits else default
