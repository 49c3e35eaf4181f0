"""An image is a grid of numbers."""

import streamlit as st

from lib.codec import encode_image
from lib.images import (
    PHOTOGRAPHS,
    binary_to_colour,
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
from lib.ui.colours import BLUE, GRAY, GREEN, RED
from lib.ui.controls import OWN, choose_photo, choose_picture
from lib.ui.figures import MOST_NUMBERS, figure, panel
from lib.ui.grids import grid, paintable, touch
from lib.ui.page import code, next_page, show, takeaway, tell
from lib.ui.predict import challenge, predict
from lib.ui.words import counted

PHONE_PHOTO = (3000, 3000, 3)
CHANNELS = {"Red": RED, "Green": GREEN, "Blue": BLUE}
VIEWS = ["binary", "grayscale", "colour"]
MOST_NUMBERS_OF_THREE = 10  # along a side, where three grids share a row
LARGEST_PAINTED = 32  # pixels a side
SHARP = 360  # pixels a side of a photograph as people know it

story = tell(
    "images",
    "To a computer a picture is a **grid of numbers**: one for each pixel, or three in colour. A **binary** picture "
    "has only 0 and 1, **grayscale** goes from 0 (black) to 255 (white), and **colour** says how much red, green "
    "and blue, 0 to 255 each.",
)


in_phone = count_numbers(PHONE_PHOTO)
with story.question:
    predict(
        "images",
        f"A colour photo from a phone has {PHONE_PHOTO[0]} rows and {PHONE_PHOTO[1]} columns of pixels. How many "
        "numbers is that?",
        [count_numbers(PHONE_PHOTO[1:]), count_numbers(PHONE_PHOTO[:2])],
        in_phone,
        f"{' × '.join(map(str, PHONE_PHOTO))} = {in_phone:,}: rows × columns × the {PHONE_PHOTO[2]} numbers of each "
        "pixel, for red, green and blue.",
    )
with story.lesson:
    takeaway("A picture is a grid of numbers. Everything that comes next only calculates with them.")

with story.messages:
    picture, image = choose_picture(
        "image_picture", ["line", "random", "gradient", *PHOTOGRAPHS, OWN], typed=story.deeper
    )
view = st.sidebar.segmented_control(
    "Show it as", VIEWS, default=VIEWS[0], required=True, key="image_view", bind="query-params"
)
view = view or VIEWS[0]  # a link with an empty image_view= means none, required or not
if picture not in ("line", "custom"):  # these have the size they have
    side = st.sidebar.slider("Pixels along the longer side", 3, 64, 16, key="image_side", bind="query-params")

photo = None
if picture == OWN or picture in PHOTOGRAPHS:
    with story.messages:
        picture, photo = choose_photo(picture)

if photo is not None:
    colour = shrink(photo, side)
    gray = to_gray(colour)
elif picture == "gradient":
    gray = gradient_image((side, side))
    colour = gray_to_colour(gray)
else:  # 0 and 1
    if picture == "line":
        image = line_image()
    elif picture == "random":
        seed = st.sidebar.slider("Seed: which random picture", 0, 99, 0, key="image_seed", bind="query-params")
        image = random_image((side, side), seed=seed)
    gray, colour = binary_to_gray(image), binary_to_colour(image)

if view == "binary" and image is None:
    threshold = st.sidebar.slider("Threshold: from this gray on, a pixel is 1", 0, 255, 128, key="image_threshold",
                                  bind="query-params")  # fmt: skip
    image = to_binary(gray, threshold)

with story.body:
    rows, columns = gray.shape
    height = 200 if max(rows, columns) < 6 else 360
    size = f"{counted(rows, 'row')} and {counted(columns, 'column')}"
    credit = (
        f" Photograph by {PHOTOGRAPHS[picture].author}, from scikit-image, public domain (CC0)."
        if picture in PHOTOGRAPHS
        else ""
    )
    if view == "colour":
        show(
            figure(panel(colour), height=height),
            f"{size.capitalize()}, each pixel with its red, green and blue.{credit}",
        )
        channels = [
            panel(colour[..., n], name, high=255, scale=scale, numbers=max(rows, columns) <= MOST_NUMBERS_OF_THREE)
            for n, (name, scale) in enumerate(CHANNELS.items())
        ]
        ranges = [
            f"{name.lower()} from {colour[..., n].min()} to {colour[..., n].max()}" for n, name in enumerate(CHANNELS)
        ]
        show(
            figure(*channels, height=height, gap=0.04), f"Three grids of {rows * columns} numbers: {', '.join(ranges)}."
        )
        if picture == "gradient":
            st.markdown("All three are the same, which makes gray.")
        elif photo is None:
            st.markdown("Yellow light is red and green together, so a yellow pixel is 255, 255, 0.")
    else:
        left, right = st.columns(2) if photo is not None else (None, st.container())
        if left:
            # a file needs no new compression
            sharp = shrink(photo, SHARP) if picture == OWN else PHOTOGRAPHS[picture].path
            words = f"{'Your picture' if picture == OWN else f'The {picture}'}, before it is shrunk to {size}."
            with left.container(horizontal_alignment="center"):
                st.image(sharp, output_format="JPEG", width=SHARP, alt=words)
                st.markdown(f":small[{words}{credit}]")
        with right:
            if view == "binary":
                words = f"{image.sum()} of the {image.size} pixels are 1, drawn in yellow; the others 0, in black."
                words = f"{size.capitalize()}. {words}"
                if max(rows, columns) <= LARGEST_PAINTED:
                    paintable("image", touch("Picture: click or drag to paint", grid(image), key="image_picture"))
                    st.markdown(f":small[{words}]")
                else:
                    show(figure(panel(image), height=height), words)
            else:
                show(
                    figure(panel(gray, high=255, scale=GRAY), height=height),
                    f"{size.capitalize()}. The darkest pixel is {gray.min()}, the brightest {gray.max()}.",
                )
    readable = MOST_NUMBERS_OF_THREE if view == "colour" else MOST_NUMBERS
    if max(rows, columns) > readable:
        st.markdown(f"With {readable} pixels or fewer along the longer side, you can read the numbers.")

    where = "Choose the gradient, shown as binary."
    yellow = image.sum() if picture == "gradient" and view == "binary" else None
    if yellow is not None:
        where = f"You are at {yellow} of {image.size} pixels."
        if columns % 4:
            where += f" {columns} columns have no quarter; another number of pixels along the longer side has."
    challenge(
        "images",
        "Choose the threshold that turns exactly a quarter of the gradient yellow.",
        yellow is not None and 4 * yellow == image.size,
        where,
    )

    st.subheader("How many numbers is that?", anchor=False)
    shape = colour.shape if view == "colour" else gray.shape

    def product(shape):
        return f"{' × '.join(map(str, shape))} = **{count_numbers(shape):,}** numbers"

    st.markdown(
        f"This picture: {product(shape)}. A colour photo of 3000 by 3000 pixels from a phone, with its three channels: "
        f"{product(PHONE_PHOTO)}."
    )

if story.deeper.open:
    story.deeper.markdown(
        "- A grid of numbers is called a **matrix** or an **array** elsewhere, and each of the three colour grids a "
        "**channel**. Rows and columns count from 0, from the top left.\n"
        "- 0 to 255 are the 256 values that fit into one byte, eight zeros and ones.\n"
        "- Yellow and black are only a way to draw 1 and 0; the numbers have no colour of their own.\n"
        "- Gray from colour is 0.299 red + 0.587 green + 0.114 blue: eyes are most sensitive to green.\n"
        "- A photograph becomes small by averaging: each new pixel is the average of the area it covers."
    )

makers = {"line": [line_image], "random": [random_image], "gradient": [gradient_image, gray_to_colour]}
ran = [shrink, to_gray] if photo is not None else makers.get(picture, [])
ran += [to_binary] if view == "binary" and picture not in ("line", "random", "custom") else []
ran += [binary_to_gray, binary_to_colour] if picture in ("line", "random", "custom") and view != "binary" else []
code("images", *ran, count_numbers)
hand_over = image is not None and image.shape == (3, 3)
next_page(
    "template_matching",
    "Next: find a line in a picture",
    match_picture=encode_image(image) if hand_over else "identical",
    match_template="vertical line",
    match_value="perfect",
)
