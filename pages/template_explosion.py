"""One template per position does not scale."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.codec import encode_image
from lib.convolution import correlate, output_shape
from lib.explosion import (
    Cost,
    costs_by_side,
    count_templates,
    first_side_over,
    full_size_cost,
    full_size_scores,
    full_size_templates,
    sliding_cost,
)
from lib.images import count_numbers, crop, line_image, planted_patterns
from lib.matching import best_value
from lib.ui.charts import curves
from lib.ui.colours import CURVES
from lib.ui.controls import choose_picture, choose_position
from lib.ui.figures import figure, magnified, panel
from lib.ui.grids import grid, paintable, places, resting, touch
from lib.ui.page import code, next_page, show, takeaway, tell
from lib.ui.predict import challenge, cover, is_settled, predict
from lib.ui.take_home import take_home
from lib.ui.words import counted, in_bytes, in_words, term

LARGEST_DRAWN, LARGEST = 32, 4000  # pixels a side
LIMIT = 16 * 10**9  # weights, or bytes: the memory of a laptop
COPIES, ARTICLE, PHOTO = 6, (11, 11), (3000, 3000)
PRESETS = {"11 × 11: the article's": 11, "224 × 224: a network's input": 224, "3000 × 3000: a phone photo": 3000}
STEPS = {"−100": -100, "−10": -10, "−1": -1, "+1": 1, "+10": 10, "+100": 100}  # pixels a side
PAGE, SIDES = "template_explosion", ("explosion_rows", "explosion_columns")


def page():
    """The page from top to bottom."""
    story = tell(
        PAGE,
        f"A {term('template')} as large as the picture finds its line at one place only. To find the line wherever it "
        "is, you need one template for every place.",
    )
    with story.body:
        view = choose(story.deeper)
        show_templates(view)
        choose_size(view)
        if ask_for_the_count(view):
            show_count(view)
        else:
            cover(PAGE, "the count and what it costs")
        pattern = touch("Pattern: paint another one", grid(view.canvas), key="explosion_pattern")
        paintable("explosion", pattern, cell=40)
        show_growth(view)
        set_challenge(view)
        takeaway(
            "One template for every place explodes: twice the side takes about 16 times the weights. One small "
            f"template that slides finds the same {view.it}s, and keeps its {view.pattern.size} weights."
        )
    if story.deeper.open:
        show_padding(story.deeper)
    code(PAGE, count_templates, full_size_templates, full_size_cost, sliding_cost, full_size_scores)
    take_home(PAGE, view)
    link_on(view)


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    shape: tuple  # of the picture
    canvas: np.ndarray  # what is painted, (H, W) of 0 and 1
    pattern: np.ndarray  # its painted part, (h, w)
    length: int  # of the line
    own: bool  # is something else than the line painted?
    seed: int
    full: Cost  # of one template per place
    sliding: Cost  # of one for all
    image: np.ndarray | None  # with copies of the pattern hidden in it; None where it is too large to draw

    @property
    def it(self):
        return "pattern" if self.own else "line"

    @property
    def thing(self):
        h, w = self.pattern.shape
        if self.own:
            return f"A pattern {counted(h, 'pixel')} high and {w} wide"
        return f"A vertical line of {self.length} yellow pixels"


def choose(typed):
    """The controls, in the order of the sidebar."""
    side = st.sidebar
    shape = tuple(
        side.slider(f"{label} of the picture in pixels", 3, LARGEST, 11, key=key, bind="query-params")
        for label, key in zip(("Height", "Width"), SIDES, strict=True)
    )
    _, canvas = choose_picture("explosion_pattern", ["vertical line"], typed=typed, label="Pattern")
    length = side.slider("Length of the line in pixels", 2, 10, 3, key="explosion_length", bind="query-params",
                         disabled=canvas is not None)  # fmt: skip
    seed = side.slider("Seed: where the copies are", 0, 99, 0, key="explosion_seed", bind="query-params",
                       disabled=max(shape) > LARGEST_DRAWN)  # fmt: skip
    if canvas is None:
        around = max(5, length)
        canvas = line_image((around, around), length=length, row=(around - length) // 2, column=around // 2)
    pattern = crop(canvas)
    if not pattern.size:
        pattern = np.ones((length, 1), np.uint8)
        st.warning(f"Paint at least one pixel. Until then, you see a line of {length}.")
    costs = full_size_cost(shape, pattern.shape), sliding_cost(shape, pattern.shape)
    own = pattern.shape != (length, 1) or not pattern.all()
    drawn = costs[0].templates > 0 and max(shape) <= LARGEST_DRAWN
    image = planted_patterns(shape, [pattern], COPIES, seed=seed)[0] if drawn else None
    return View(shape, canvas, pattern, length, own, seed, *costs, image)


def choose_size(view):
    """Three sizes by name, for a thumb; the sliders at the side have all of them."""
    side = view.shape[0] if view.shape[0] == view.shape[1] else None
    st.session_state["_size"] = next((label for label, pixels in PRESETS.items() if pixels == side), None)
    st.pills("Size of the picture", list(PRESETS), key="_size", on_change=take_size, wrap=True)


def take_size():
    if st.session_state["_size"]:  # a second press on a pill lets go of it
        st.session_state.update(dict.fromkeys(SIDES, PRESETS[st.session_state["_size"]]))


def show_templates(view):
    """The picture with one of the templates on it, and all of them; the browser moves it, and says where it rests."""
    if view.image is not None:
        with st.sidebar:
            choose_template(view.full.templates)
        places("explosion", view.image, view.pattern, it=view.it, settled=is_settled(PAGE))
    elif view.full.templates:
        with st.container(key="_explosion_too_large"):  # page.css keeps it in a frame
            show_at_scale(view)


def show_at_scale(view):
    """One template that is too large for its cells to be seen, and the part with its ones enlarged."""
    around = np.minimum(2, (np.array(view.shape) - view.pattern.shape) // 2).tolist()
    n_ones, (rows, columns) = int(view.pattern.sum()), view.shape
    show(
        magnified(view.shape, np.pad(view.pattern, [(n, n) for n in around])),
        f"One template of {rows} × {columns} at scale, and the part in its frame enlarged: yellow is 1, black is 0. It "
        f"has {n_ones:,} weights of 1 for the {view.it}; its other {rows * columns - n_ones:,} are 0. In pictures up "
        f"to {LARGEST_DRAWN} × {LARGEST_DRAWN} you can play all templates.",
    )


@st.fragment
def choose_template(count):
    """The slider that moves with the template on the picture and moves it; the page does not run again."""

    def rested(position):
        if count > 1:
            st.session_state["explosion_template"] = min(max(int(position), 0), count - 1)

    resting("explosion", choose_position("Template: counted from 0", count, "explosion_template", place=st), rested)


def ask_for_the_count(view):
    (rows, columns), pixels, count = view.shape, count_numbers(view.shape), view.full.templates
    if count:
        down, across = output_shape(view.shape, view.pattern.shape)
        why = f"It can start in {down} of the {rows} rows and {across} of the {columns} columns: {down} × {across} = "
        why += f"{count:,}" + (f", not {pixels:,}." if count < pixels else ".")
    else:
        h, w = view.pattern.shape
        why = f"It is {h} × {w} pixels, larger than the picture in one direction, so it fits nowhere."
    return predict(
        PAGE,
        f"{view.thing}, somewhere in a picture of {rows} × {columns}: one template for every place it can have, how "
        "many templates is that?",
        [columns, pixels],
        count,
        why,
    )


def show_count(view):
    """How many templates, what they cost beside one that slides, and that both give the same sums."""
    full, sliding, (rows, columns), (h, w) = view.full, view.sliding, view.shape, view.pattern.shape
    if not full.templates:
        st.markdown(f"{view.thing} does not fit into {rows} × {columns} pixels. It fits nowhere: **0** templates.")
        return
    down, across = output_shape(view.shape, view.pattern.shape)
    laptops = -(-full.weights // 10**12)
    disks = f", as much as {laptops} laptops with a disk of 1 TB hold" if full.weights > 10**12 else ""
    st.header(f"{down:,} places down, {across:,} across: {counted(full.templates, 'template')}", anchor=False)
    st.markdown(
        f"The other way: keep only the {view.it}, a small template of {h} × {w}, and slide it to every place.\n\n"
        "| Way | One per place | One that slides |\n"
        "|:--|--:|--:|\n"
        f"| Templates | {full.templates:,} | {sliding.templates} |\n"
        f"| Weights | {in_words(full.weights)} | {sliding.weights} |\n"
        f"| Memory | {in_bytes(full.weights)} | {in_bytes(sliding.weights)} |\n"
        f"| Multiplications | {in_words(full.multiplications)} | {in_words(sliding.multiplications)} |\n\n"
        f"Each template has a weight for each pixel: {rows} × {columns} = {rows * columns:,}. At one byte a weight, "
        f"all {full.templates:,} take **{in_bytes(full.weights)}**{disks}."
    )
    if view.image is not None:
        show_both_ways(view)


def show_both_ways(view):
    """The sums, which are the same both ways, as one picture."""
    best = best_value(view.pattern)
    one_each, slid = full_size_scores(view.image, view.pattern), correlate(view.image, view.pattern)
    n = int((slid >= best).sum())  # copies may make up another one
    sums = figure(panel(slid, high=best), height=320)
    sums["layout"]["xaxis"]["constraintoward"] = "left"  # the page's one left edge
    show(
        sums,
        f"The sums of all {slid.size:,} templates on the picture above. The one that slides gives the same: "
        f"{(one_each == slid).sum():,} of {slid.size:,} are equal. A sum of {best} is a {view.it}: both ways find "
        f"all {n}.",
    )


def show_growth(view):
    """How the costs of both ways grow with the picture, and where the chosen one stands."""
    (rows, columns), sliding = view.shape, view.sliding
    sides, many, one = costs_by_side(view.pattern.shape, LARGEST)
    as_square = (rows * columns) ** 0.5  # a square of this side has as many pixels
    elsewhere = ", placed at the square with as many pixels" if rows != columns else ""
    dots = f" The dots are your picture, {rows} × {columns}{elsewhere}." if view.full.templates else ""
    show(
        curves(
            [
                ("One per place:<br>multiplications, weights", sides, many, CURVES[0]),
                ("One that slides:<br>multiplications", sides, one, CURVES[1]),
                ("One that slides: weights", sides, [sliding.weights] * len(sides), CURVES[2]),
            ],
            x="Pixels a side of a square picture",
            y="How many",
            log=True,
            verticals=[(11, "article<br>11"), (224, "network<br>224"), (3000, "photo<br>3000")],
            points=[(as_square, cost.multiplications) for cost in (view.full, sliding) if view.full.templates],
        ),
        "What it takes for square pictures up to 4000 × 4000. 10³ is a thousand, 10⁶ a million, 10¹² a "
        f"trillion.{dots}",
    )


def set_challenge(view):
    """The challenge, and pills for a thumb: a slider over 4,000 pixels is no aim."""
    rows, columns = view.shape
    told = f", which takes {view.full.weights:,} bytes" if is_settled(PAGE) else ""  # the bytes tell the count
    here = f"You are at {rows}\u00a0×\u00a0{columns}{told}"
    challenge(
        PAGE,
        f"Find the smallest square picture whose templates take more than {in_bytes(LIMIT)}, one byte a weight.",
        rows == columns == first_side_over(LIMIT, view.pattern.shape),
        f"{here}." if rows == columns else f"{here} and is not square.",
    )
    st.pills("Change both sides by", list(STEPS), key="_step", on_change=change_sides, args=(max(view.shape),))


def change_sides(side):
    """By the pill that was pressed, which is a button here: it is let go at once."""
    st.session_state.update(dict.fromkeys(SIDES, min(max(side + STEPS[st.session_state["_step"]], 3), LARGEST)))
    st.session_state["_step"] = None


def show_padding(place):
    """Why the article's 3 × 3 template takes 81 positions, what a border of zeros does, and other names."""
    lines = count_templates(ARTICLE, (3, 1))
    (down, across), (wide_down, wide_across) = (output_shape(ARTICLE, (3, 3), padding=padding) for padding in (0, 1))
    place.markdown(
        f"The article slides a template of 3 × 3: the line, with a column of zeros on each side. Its window must lie "
        f"inside the picture, so in {ARTICLE[0]} × {ARTICLE[1]} pixels it has {down} × {across} = **{down * across}** "
        f"positions, not {lines}: its line never gets to the outer columns.\n\n"
        f"**Padding** puts a border of zeros around the picture. One cell of it makes {wide_down} × {wide_across} = "
        f"{wide_down * wide_across} positions. They reach all {lines} lines. At the other "
        f"{wide_down * wide_across - lines} the line would stick out of the picture, and cannot match.\n\n"
        f"In a photo of {PHOTO[0]} × {PHOTO[1]} pixels the 3 × 3 template makes "
        f"{sliding_cost(PHOTO, (3, 3)).multiplications:,} multiplications with its 9 weights.\n\n"
        "Elsewhere you will meet these names: a layer with its own weight for every pixel and every place is **dense** "
        "or **fully connected**. One small template for all places is a **convolution** with **shared weights**."
    )


def link_on(view):
    """The next page plants its own 11 × 11 picture alike; any other picture with lines of 3 is taken along."""
    taken = view.image is not None and not view.own and view.length == 3 and view.shape != ARTICLE
    next_page(
        "convolution",
        "Next: one template that slides",
        conv_picture=encode_image(view.image) if taken else "planted lines",
        conv_seed=view.seed,
    )


page()
