"""One template per position does not scale."""

from itertools import islice

import numpy as np
import streamlit as st

from lib.codec import encode_image
from lib.convolution import correlate, find_matches, output_shape
from lib.explosion import (
    costs_by_side,
    count_templates,
    first_side_over,
    full_size_cost,
    full_size_scores,
    full_size_templates,
    in_bytes,
    in_words,
    reached_positions,
    sliding_cost,
)
from lib.images import count_numbers, crop, cut_outs, line_image, planted_lines, planted_patterns
from lib.matching import best_value, check_matches
from lib.templates import TEMPLATES
from lib.ui.controls import choose_picture, choose_position
from lib.ui.figures import curves, figure, gallery, panel
from lib.ui.grids import grid, paintable, touch
from lib.ui.page import code, counted, go_deeper, next_page, show, strip, takeaway
from lib.ui.predict import challenge, predict

LARGEST_DRAWN = 32  # pixels a side
LIMIT = 16 * 10**9  # weights, or bytes: the memory of a laptop
FIRST = 12  # templates in the gallery
LINES = 6
ARTICLE, PHOTO = (11, 11), (3000, 3000)
MANY, ONE, WEIGHTS = "rgb(205,64,113)", "rgb(0,150,135)", "rgb(110,140,220)"
PRESETS = {"11 × 11: the article's": 11, "224 × 224: a network's input": 224, "3000 × 3000: a phone photo": 3000}

st.markdown(
    "A template as large as the picture finds its line at one place only. To find the line wherever it is, you need "
    "one template for every place. How many is that?"
)

question, body, lesson, goal = (st.container() for _ in range(4))
deeper = go_deeper()

for label, side in PRESETS.items():
    st.sidebar.button(label, width="stretch", on_click=st.session_state.update,
                      args=({"explosion_rows": side, "explosion_columns": side},))  # fmt: skip
rows = st.sidebar.slider("Height of the picture in pixels", 3, 4000, 11, key="explosion_rows", bind="query-params")
columns = st.sidebar.slider("Width of the picture in pixels", 3, 4000, 11, key="explosion_columns", bind="query-params")
with body:  # where its message goes
    _, canvas = choose_picture("explosion_pattern", ["vertical line"], typed=deeper, label="Pattern")
length = st.sidebar.slider("Length of the line in pixels", 2, 10, 3, key="explosion_length", bind="query-params",
                           disabled=canvas is not None)  # fmt: skip
drawn = max(rows, columns) <= LARGEST_DRAWN
seed = st.sidebar.slider("Seed: where the copies are", 0, 99, 0, key="explosion_seed", bind="query-params",
                         disabled=not drawn)  # fmt: skip

canvas_side = max(5, length)
if canvas is None:
    canvas = line_image((canvas_side, canvas_side), length=length, row=(canvas_side - length) // 2,
                        column=canvas_side // 2)  # fmt: skip
shape, pattern = (rows, columns), crop(canvas)
if not pattern.size:
    pattern = np.ones((length, 1), np.uint8)
    body.warning(f"Paint at least one pixel. Until then, you see a line of {length}.")
h, w = pattern.shape
own = pattern.shape != (length, 1) or not pattern.all()  # painted, and something else than the line
it, thing = "line", f"A vertical line of {length} yellow pixels"
if own:
    it, thing = "pattern", f"A pattern {counted(h, 'pixel')} high and {w} wide"
count = count_templates(shape, pattern.shape)
full, sliding = full_size_cost(shape, pattern.shape), sliding_cost(shape, pattern.shape)

pixels = count_numbers(shape)
if count:
    down, across = output_shape(shape, pattern.shape)
    places = f"It can start in {down} of the {rows} rows and {across} of the {columns} columns: {down} × {across} = "
    why = f"{places}{count:,}" + (f", not {pixels:,}." if count < pixels else ".")
else:
    why = f"It is {h} × {w} pixels, larger than the picture in one direction, so it fits nowhere."
with question:
    predict(
        "template_explosion",
        f"{thing}, somewhere in a picture of {rows} × {columns}: one template for every place it can have, how many "
        "templates is that?",
        [columns, pixels],
        count,
        why,
    )

with body:
    st.subheader("How many templates", anchor=False)
    left, right = st.columns([2, 3], vertical_alignment="center")
    with left:
        paintable("explosion", touch("Pattern: click or drag to paint", grid(canvas), key="explosion_pattern"))
    if count:
        right.markdown(
            f"{thing} can start wherever there are enough rows below and enough columns beside it. With {rows} rows "
            f"and {columns} columns:\n\n({rows} − {h} + 1) × ({columns} − {w} + 1) = **{count:,}** templates."
        )
    else:
        right.markdown(f"{thing} does not fit into {rows} × {columns} pixels. It fits nowhere: **0** templates.")

    if count and drawn:
        first = list(islice(full_size_templates(shape, pattern), FIRST))
        roomy = 2 * columns > rows  # for titles
        titles = [str(n) for n in range(len(first))] if roomy else ()
        above = st.container()
        chosen = choose_position(f"Template: one of the {count:,}, from 0", count, "explosion_template", place=st)
        with above:
            show(
                gallery(first, titles, height=150, marks={chosen}),
                f"The first {len(first)} of {count:,} templates: each has the {it} at another place.",
            )
        template = next(islice(full_size_templates(shape, pattern), chosen, None))
        top, left = divmod(chosen, across)
        show(
            figure(panel(template), height=360),
            f"Template {chosen}: the {it} starts in row {top}, column {left}. "
            f"The other {template.size - pattern.sum():,} numbers are 0.",
        )
    elif count:
        st.markdown(f"The templates are drawn for pictures up to {LARGEST_DRAWN} × {LARGEST_DRAWN} pixels.")

    if count:
        st.subheader("What it costs", anchor=False)
        st.markdown(
            f"There is another way: keep only the {it}, a small template of {h} × {w}, and slide it to every "
            "place.\n\n"
            "| | One per place | One that slides |\n"
            "|:--|--:|--:|\n"
            f"| Templates | {full.templates:,} | {sliding.templates} |\n"
            f"| Weights | {in_words(full.weights)} | {sliding.weights} |\n"
            f"| Memory | {in_bytes(full.weights)} | {in_bytes(sliding.weights)} |\n"
            f"| Multiplications | {in_words(full.multiplications)} | {in_words(sliding.multiplications)} |"
        )
        laptops = -(-full.weights // 10**12)
        disks = f", as much as {laptops} laptops with a disk of 1 TB hold" if full.weights > 10**12 else ""
        st.markdown(
            f"Every template has as many weights as the picture has pixels: {rows} × {columns} = {rows * columns:,}. "
            f"At one byte a weight, all {count:,} take **{in_bytes(full.weights)}**{disks}. The one that slides takes "
            f"{in_bytes(sliding.weights)}."
        )

    sides = np.unique(np.geomspace(max(3, h, w), 4000, 60).round().astype(int)).tolist()
    many, one = costs_by_side(pattern.shape, sides)
    as_square = (rows * columns) ** 0.5  # a square of this side has as many pixels
    dots = f" The dots are your picture, {rows} × {columns}" if count else ""
    dots += ", placed at the square with as many pixels." if dots and rows != columns else "." if dots else ""
    show(
        curves(
            [
                ("One per place: multiplications, weights", sides, many, MANY),
                ("One that slides: multiplications", sides, one, ONE),
                ("One that slides: weights", sides, [sliding.weights] * len(sides), WEIGHTS),
            ],
            x="Pixels a side of a square picture",
            y="How many",
            log=True,
            verticals=[(11, "article<br>11"), (224, "network<br>224"), (3000, "photo<br>3000")],
            points=[(as_square, full.multiplications), (as_square, sliding.multiplications)] if count else [],
        ),
        "Square pictures up to 4000 × 4000, with three sizes marked: the article's, a network's input and a phone "
        f"photo. 10³ is a thousand, 10⁶ a million, 10¹² a trillion.{dots}",
    )

    if count and drawn:
        st.subheader(f"Both ways find the same {it}s", anchor=False)
        if own:
            image, _ = planted_patterns(shape, [pattern], LINES, seed=seed)
            positions = find_matches(correlate(image, pattern), best_value(pattern))  # copies may make up another one
        else:
            image, positions = planted_lines(shape, min(LINES, (columns + 1) // 2), length=length, seed=seed)
        one_each, slid = full_size_scores(image, pattern), correlate(image, pattern)
        first, second, third = st.columns(3)
        with first:
            pixels_each = counted(int(pattern.sum()), "yellow pixel")
            hidden = f"Hidden in this picture: {counted(len(positions), it)} of {pixels_each}."
            show(figure(panel(image, "Picture"), height=360), hidden)
        with second:
            many_sums = f"The sums of {count:,} templates, each multiplied with the whole picture."
            show(figure(panel(one_each, "One per place", high=best_value(pattern)), height=360), many_sums)
        with third:
            slid_sums = f"The sums of one small template at its {slid.size:,} positions."
            show(figure(panel(slid, "One that slides", high=best_value(pattern)), height=360), slid_sums)
        st.markdown(
            f"**{(one_each == slid).sum():,}** of the {slid.size:,} sums are the same both ways. A sum of "
            f"{best_value(pattern)} is a {it}."
        )
        around = (h // 2 * 2 + 3, w // 2 * 2 + 3)  # with one cell of its surroundings
        for title, scores in (("One per place", one_each), ("One that slides", slid)):
            check = check_matches(find_matches(scores, best_value(pattern)), positions)
            st.markdown(f"**{title}**")
            middles = [np.add(cells, (h // 2, w // 2)) for cells in (check.found, check.missed, check.false_alarms)]
            strip(*(cut_outs(image, cells, around) for cells in middles), f"{it}s", key=f"_strip {title}")

with lesson:
    takeaway(
        "One template for every place explodes: twice the side takes about 16 times the weights. One small template "
        f"that slides finds the same {it}s, and keeps its {pattern.size} weights."
    )

with goal:
    here = f"You are at {rows} × {columns}, which takes {full.weights:,} bytes"
    challenge(
        f"Find the smallest square picture whose templates take more than {in_bytes(LIMIT)}, one byte a weight.",
        rows == columns == first_side_over(LIMIT, pattern.shape),
        f"{here}." if rows == columns else f"{here} and is not square.",
    )


@st.cache_data(max_entries=1)
def reached_in_the_article():
    """Which of the article's lines its own template reaches, without and with a border of zeros."""
    tall, template = TEMPLATES["tall line"], TEMPLATES["vertical line"]
    return [reached_positions(ARTICLE, tall, template, padding=padding) for padding in (0, 1)]


with deeper:
    inside, bordered = reached_in_the_article()
    pictures = panel(inside, "Without padding", numbers=False), panel(bordered, "Padding 1", numbers=False)
    (down, across), (wide_down, wide_across) = (output_shape(ARTICLE, (3, 3), padding=padding) for padding in (0, 1))
    st.markdown(
        f"The article slides a template of 3 × 3: the line, with a column of zeros on each side. Its window must lie "
        f"inside the picture, so in {ARTICLE[0]} × {ARTICLE[1]} pixels it has {down} × {across} = **{down * across}** "
        f"positions, not {inside.size}: its line never gets to the outer columns."
    )
    show(
        figure(*pictures, height=200),
        f"Where a line may start, yellow where the 3 × 3 template finds it: {inside.sum()} of {inside.size} places "
        f"without padding, {bordered.sum()} of {bordered.size} with it.",
    )
    st.markdown(
        f"**Padding** puts a border of zeros around the picture. One cell of it makes {wide_down} × {wide_across} = "
        f"{wide_down * wide_across} positions. They reach all {bordered.sum()} lines. At the other "
        f"{wide_down * wide_across - bordered.sum()} the line would stick out of the picture, and cannot match.\n\n"
        f"In a photo of {PHOTO[0]} × {PHOTO[1]} pixels the 3 × 3 template has 9 weights, and makes "
        f"{sliding_cost(PHOTO, (3, 3)).multiplications:,} multiplications.\n\n"
        "Elsewhere you will meet these names: a layer with its own weight for every pixel and every place is **dense** "
        "or **fully connected**. One small template for all places is a **convolution** with **shared weights**."
    )

code(count_templates, full_size_templates, full_size_cost, sliding_cost, full_size_scores, correlate)
same = (
    count and drawn and not own and length == 3 and shape != (11, 11)
)  # the next page plants its own 11 × 11 picture alike
next_page(
    "convolution",
    "Next: one template that slides",
    conv_picture=encode_image(image) if same else "planted lines",
    conv_template="vertical line",
    conv_seed=seed,
    conv_value="perfect",
    conv_stride=1,
    conv_padding=0,
    conv_dilation=1,
    conv_row=0,
    conv_column=0,
)
