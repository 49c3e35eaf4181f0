"""An image is a grid of numbers."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.codec import decode_pixels, encode_image
from lib.images import (
    PHOTOGRAPHS,
    binary_to_gray,
    count_numbers,
    gradient_image,
    gray_to_colour,
    line_image,
    random_image,
    shrink,
    to_binary,
    to_gray,
)
from lib.ui.controls import OWN, choose_photo, choose_picture, choose_side
from lib.ui.grids import kinds
from lib.ui.page import code, next_page, takeaway, tell
from lib.ui.predict import challenge, predict
from lib.ui.take_home import take_home
from lib.ui.words import counted, term

PHONE_PHOTO = (3000, 3000, 3)
SIDES = [8, 16, 32, 64]  # pixels
SHARP = 400  # pixels a side of a photograph as people know it
PICTURES = ["cat", "camera man", "coffee", "line", "gradient", "random", OWN]
OTHER_NAMES = """
- A grid of numbers is called a **matrix** or an **array** elsewhere, and each of the three colour grids a **channel**.
  Rows and columns count from 0, from the top left.
- 0 to 255 are the 256 values that fit into one byte, eight zeros and ones.
- Yellow and black are only a way to draw 1 and 0; the numbers have no colour of their own.
- Yellow light is red and green together: yellow is 255, 255, 0.
- Gray from colour is 0.299 red + 0.587 green + 0.114 blue: eyes are most sensitive to green.
- A photograph becomes small by averaging: each new pixel is the average of the area it covers.
"""


def page():
    """The page from top to bottom."""
    story = tell(
        "images",
        f"To a computer a picture is a {term('grid', 'grid of numbers')}: one for each {term('pixel')}, or three in "
        "colour. Paint on it, and the numbers change.",
    )
    with story.body:
        view = choose(story.deeper)
        show_words(view)
        set_challenge(view)
        ask_about_a_phone()
        takeaway("A picture is a grid of numbers. Everything that comes next only calculates with them.")
    if story.deeper.open:
        story.deeper.markdown(OTHER_NAMES)
    code("images", *view.makers, to_gray, to_binary, count_numbers)
    take_home("images", view)
    next_page(
        "template_matching",
        "Next: find a line in a picture",
        match_picture=encode_image(view.binary) if view.binary.shape == (3, 3) else "identical",
        match_template="vertical line",
        match_value="perfect",
    )


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    picture: str  # its name, or custom
    colour: np.ndarray  # (h, w, 3) uint8
    gray: np.ndarray  # (h, w) uint8
    binary: np.ndarray  # (h, w) of 0 and 1
    threshold: int
    makers: list  # the functions it comes from


def choose(typed):
    """The picture in its three kinds, and the controls under it."""
    place = st.container()  # for the picture: it stands above what it follows from
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    picture, colour = choose_picture("image_picture", PICTURES, typed=typed, decode=decode_pixels, place=controls)
    side = choose_side("Pixels a side", SIDES, "image_side", controls) if picture not in ("line", "custom") else None
    threshold = typed.slider("Threshold: from this gray on, a pixel is 1", 1, 255, 128, key="image_threshold",
                             bind="query-params")  # fmt: skip
    photo, makers = None, []
    if picture == OWN or picture in PHOTOGRAPHS:
        picture, photo = choose_photo(picture)
        colour, makers = shrink(photo, side), [shrink]
    elif colour is None:
        gray, makers = draw(picture, side)
        colour, makers = gray_to_colour(gray), [*makers, gray_to_colour]
    gray = to_gray(colour)
    if photo is not None:
        show_photograph(picture, photo, controls)
    with place:
        kinds(
            "image", colour, threshold, key="image_picture", threshold_key="image_threshold",
            paint=picture != OWN,  # painted, it would be part of the link
        )  # fmt: skip
    return View(picture, colour, gray, to_binary(gray, threshold), threshold, makers)


def draw(picture, side):
    """A picture that needs no photograph, in gray, and the functions it comes from."""
    if picture == "gradient":
        return gradient_image((side, side)), [gradient_image]
    if picture == "line":
        return binary_to_gray(line_image()), [line_image, binary_to_gray]
    seed = st.sidebar.slider("Seed: which random picture", 0, 99, 0, key="image_seed", bind="query-params")
    return binary_to_gray(random_image((side, side), seed=seed)), [random_image, binary_to_gray]


def show_words(view):
    rows, columns = view.gray.shape
    own = "Your picture; choose one from the list for other sizes. " if view.picture == "custom" else ""
    credit = ""
    if view.picture in PHOTOGRAPHS:
        credit = f" Photograph by {PHOTOGRAPHS[view.picture].author}, from scikit-image, public domain (CC0)."
    st.markdown(
        f":small[{own}{counted(rows, 'row')} and {counted(columns, 'column')}. Gray goes from 0, black, to 255, white: "
        f"here from {view.gray.min()} to {view.gray.max()}. Binary is 1 from gray {view.threshold} on, the threshold: "
        f"{view.binary.sum():,} of the {view.binary.size:,} pixels. Colour is red, green and blue, 0 to 255 each: "
        f"{product(view)} numbers.{credit}]"
    )


def product(view):
    return f"{' × '.join(map(str, view.colour.shape))} = {count_numbers(view.colour.shape):,}"


def set_challenge(view):
    n_yellow, where = view.binary.sum(), "Choose the gradient as the picture."
    if view.picture == "gradient":
        where = f"You are at {n_yellow:,} of {view.binary.size:,} pixels."
    challenge(
        "images",
        "Move the threshold until exactly a quarter of the gradient is 1.",
        view.picture == "gradient" and 4 * n_yellow == view.binary.size,
        where,
    )


def ask_about_a_phone():
    in_phone = count_numbers(PHONE_PHOTO)
    predict(
        "images",
        f"A colour photo from a phone has {PHONE_PHOTO[0]} rows and {PHONE_PHOTO[1]} columns of pixels. How many "
        "numbers is that?",
        [count_numbers(PHONE_PHOTO[1:]), count_numbers(PHONE_PHOTO[:2])],
        in_phone,
        f"{' × '.join(map(str, PHONE_PHOTO))} = {in_phone:,}: rows × columns × the {PHONE_PHOTO[2]} numbers of each "
        "pixel, for red, green and blue.",
    )


def show_photograph(picture, photo, place):
    """As people know it; a file needs no new compression."""
    sharp = shrink(photo, SHARP) if picture == OWN else PHOTOGRAPHS[picture].path
    words = f"{'Your picture' if picture == OWN else f'The {picture}'}, before it is shrunk."
    place.image(sharp, output_format="JPEG", width=SHARP // 5, alt=words)


page()
