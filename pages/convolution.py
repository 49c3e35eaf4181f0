"""One small template, every position."""

import numpy as np
import streamlit as st

from lib.convolution import (
    cells_under,
    correlate,
    find_matches,
    output_shape,
    weighted_sum,
    window_at,
    window_centres,
)
from lib.images import PHOTOGRAPHS, cut_outs, planted_lines, planted_patterns, shrink, to_gray
from lib.learning import check_oracle
from lib.matching import best_value, check_matches
from lib.network import max_pool, relu
from lib.templates import TEMPLATES
from lib.ui.controls import (
    OWN,
    choose_photo,
    choose_picture,
    choose_row_and_column,
    choose_template,
    choose_value,
    choose_window,
)
from lib.ui.figures import GRAY, figure, panel
from lib.ui.grids import grid, stage, weights_grid
from lib.ui.page import EndOfPage, code, counted, equation, go_deeper, next_page, number, show, strip, takeaway
from lib.ui.predict import challenge, predict

SIDE = 56  # pixels a side of a photograph: small enough to travel, large enough to recognise, and too large to touch
LINES, DIAGONALS = 6, 3
LINE, DIAGONAL = TEMPLATES["tall line"], TEMPLATES["diagonal"]
CROSS = DIAGONAL | TEMPLATES["other diagonal"]

st.markdown(
    "One template for every place needs far too many templates. So keep **one small template** and slide it over the "
    "picture: at each position, multiply, add up, and write the sum, the **score**, into a new grid, the "
    "**score map**. That is a convolution."
)
question = st.container()
body = st.container()
takeaway(
    "One small template looks for its pattern at every position, and nothing else happens in a convolution: numbers "
    "are multiplied and added."
)
goal = st.container()
deeper = go_deeper()

with body:  # where their messages go
    picture, image = choose_picture(
        "conv_picture", ["planted lines", "planted diagonals", *PHOTOGRAPHS, OWN], typed=deeper
    )
    name, template = choose_template("conv_template", typed=deeper)
photo, pattern, what = None, LINE, "lines"  # what is looked for in pictures of 0 and 1
if picture.startswith("planted"):
    seed = st.sidebar.slider(f"Seed: where the {picture.split()[1]} are", 0, 99, 0, key="conv_seed",
                             bind="query-params")  # fmt: skip
if picture == "planted lines":
    image, positions = planted_lines((11, 11), LINES, seed=seed)
elif picture == "planted diagonals":
    pattern, what = DIAGONAL, "diagonals"
    image, (positions, _) = planted_patterns((11, 11), [DIAGONAL, CROSS], DIAGONALS, seed=seed)
elif image is None:
    with body:
        _, photo = choose_photo(picture)
if photo is not None:
    image = to_gray(shrink(photo, SIDE))
else:
    with body:
        value = choose_value("conv_value", template, decimals=True)
    if picture == "custom":
        positions = find_matches(correlate(image, LINE), 3) if len(image) > 2 else np.empty((0, 2), int)

stride = st.sidebar.slider(
    "Stride: cells from one position to the next", 1, 4, 1, key="conv_stride", bind="query-params"
)
padding = st.sidebar.slider(
    "Padding: rows of zeros around the picture", 0, 3, 0, key="conv_padding", bind="query-params"
)
with deeper:
    dilation = st.slider("Dilation: how far apart the template's numbers lie", 1, 3, 1, key="conv_dilation",
                         bind="query-params")  # fmt: skip
steps = {"stride": stride, "padding": padding, "dilation": dilation}
try:
    rows, columns = output_shape(image.shape, template.shape, **steps)
except ValueError:
    body.error("The template is larger than the picture, so there is no position for it. More padding, less dilation, "
               "or a smaller template helps.")  # fmt: skip
    raise EndOfPage from None
if photo is None:
    with st.sidebar:
        choose_window(rows, columns, "conv")
else:
    row, column = choose_row_and_column(rows, columns, "conv")
    window = window_at(image, template.shape, row, column, **steps)

scores = correlate(image, template, **steps).round(9)  # decimals: rounding must not miss a perfect sum
reach = [dilation * (n - 1) + 1 for n in template.shape]  # rows and columns the window spans
strongest = float(abs(template).max()) or 1
best, worst = best_value(template), -best_value(-template)
if photo is None:
    pixels, map_colours = {}, {"low": -max(best, -worst) if worst else 0, "high": max(best, -worst) or 1}
elif template.sum() > 0:  # the template makes a picture again, as bright as an all-white one comes out
    pixels, map_colours = {"high": 255, "scale": GRAY}, {"high": 255 * float(template.sum()), "scale": GRAY}
else:
    pixels, map_colours = {"high": 255, "scale": GRAY}, {"low": -255, "high": 255}

if photo is None:
    matches = find_matches(scores, round(value, 9))
    middle = np.array(pattern.shape) // 2
    check = check_matches(window_centres(matches, template.shape, **steps), positions + middle)
    missed = ((check.missed - middle)[:, None] + np.argwhere(pattern)).reshape(-1, 2)  # the cells of those not found


def size_formula(side, reach):
    return f"({side} + 2 × {padding} − {reach}) ÷ {stride} + 1"


with question:
    one_less = tuple(side + 2 * padding - span for side, span in zip(image.shape, reach, strict=True))
    further = f", with a border {padding} wide" if padding else ""
    further += f", in steps of {stride}" if stride > 1 else ""
    further += f", with a dilation of {dilation}" if dilation > 1 else ""
    predict(
        "convolution",
        f"The picture has {image.shape[0]} × {image.shape[1]} numbers, the template {template.shape[0]} × "
        f"{template.shape[1]}. It slides over the picture{further}. How large is the score map?",
        [image.shape, template.shape, one_less],
        (rows, columns),
        f"The template must lie inside{' the border' if padding else ' the picture'}, so it has "
        f"{size_formula(image.shape[0], reach[0])} = {rows} places down and "
        f"{size_formula(image.shape[1], reach[1])} = {columns} across.",
    )


with goal:
    wanted = {
        "Find all planted lines with the vertical line: none missed, nothing else found.": (
            picture == "planted lines" and np.array_equal(template, TEMPLATES["vertical line"]),
            "Choose the picture “planted lines” and the template “vertical line”.",
        ),
        "Paint a template that finds all planted diagonals and nothing else, not even a cross.": (
            picture == "planted diagonals",
            "Choose the picture “planted diagonals”.",
        ),
    }
    for text, (chosen, where) in wanted.items():
        if chosen:
            n_false = len(check.false_alarms)
            where = f"You are at {len(check.found)} of {len(positions)}, with {n_false} false alarms."
        challenge(text, chosen and not len(check.missed) and not n_false, where)

with body:
    border = f" and a border of zeros, {padding} wide" if padding else ""
    size = f"The picture has {counted(image.shape[0], 'row')} and {counted(image.shape[1], 'column')}{border}"
    map_size = f"The score map has {counted(rows, 'row')} and {counted(columns, 'column')}"
    signs = " Sums above 0 are red, below 0 blue, around 0 white." if map_colours.get("low", 0) < 0 else ""

    if photo is None:
        st.markdown(
            "Play, or move over the grids: each score belongs to one window. Paint the picture and the template by "
            "clicking on them; a press takes a weight through −1, 0 and 1."
        )
        stage(
            "conv",
            grid(image),
            weights_grid(template),
            grid(scores, **map_colours),
            keys=("conv_picture", "conv_template"),
            products=weights_grid(template),
            missed=missed.tolist(),
            value=round(value, 9),
            **steps,
        )
        dotted = f" A dotted frame is one of the {what} that were missed." if len(missed) else ""
        st.markdown(f":small[{size}. {map_size}.{signs}{dotted}]")
    else:
        left, right = st.columns(2)
        with left:
            show(
                figure(
                    panel(
                        np.pad(image, padding),
                        "Picture",
                        window=(row * stride - padding, column * stride - padding, *reach),
                        start=-padding,
                        **pixels,
                    ),
                    height=400,
                ),
                f"{size}. The frame is the window.",
            )
        with right:
            show(
                figure(panel(scores, "Score map", window=(row, column, 1, 1), **map_colours), height=400),
                f"{map_size}. The framed cell is the window's sum.{signs}",
            )
        st.subheader("What happens in the window", anchor=False)
        show(
            figure(
                panel(window, "Window", after="×", **pixels),
                panel(template, "Template", low=-strongest, high=strongest, after="="),
                panel(window * template, "Products", low=-strongest * 255, high=strongest * 255),
                height=200,
            ),
            f"The pixels in the window times the template. The products add up to {number(scores[row, column])}.",
        )
        st.markdown(f"{equation(window, template)}, which goes into row {row}, column {column} of the score map.")

    st.markdown(
        f"The score map's size: **{size_formula(image.shape[0], reach[0])} = {rows}** rows and "
        f"**{size_formula(image.shape[1], reach[1])} = {columns}** columns"
        + (", divisions rounded down." if stride > 1 else ".")
    )

    if photo is None:
        st.subheader("Matches", anchor=False)
        st.markdown(
            f"{len(matches)} of {scores.size} sums reach **{number(value)}**. A {what[:-1]} of 3 counts as found when "
            "it lies in the middle of such a window."
            + (
                " A line in an outer column never does, unless padding lets the window reach over the edge."
                if what == "lines" and len(missed) and not padding
                else ""
            )
        )
        around = (5, pattern.shape[1] + 2)  # with a cell of its surroundings
        strip(*(cut_outs(image, cells, around) for cells in (check.found, check.missed, check.false_alarms)), what)
    else:
        st.subheader("Only the large sums", anchor=False)
        share = st.sidebar.slider("Threshold: share of the largest possible sum", 0, 100, 30, format="%d%%",
                                  key="conv_threshold", bind="query-params")  # fmt: skip
        largest = 255 * best
        kept = scores >= share / 100 * largest
        show(
            figure(panel(kept), height=360),
            f"{kept.sum()} of {scores.size} sums reach {number(share / 100 * largest)}, which is {share} % of the "
            f"largest this template can give on a photograph ({number(largest)}).",
        )

    st.subheader("What usually comes next", anchor=False)
    active = relu(scores)
    left, right = st.columns(2)
    with left:
        show(
            figure(panel(active, "After activation (ReLU)", **map_colours), height=360),
            f"Activation: {(scores < 0).sum()} sums below 0 become 0, the others stay.",
        )
    with right:
        if min(rows, columns) > 1:
            pooled = max_pool(active)
            show(
                figure(panel(pooled, "After 2 × 2 max pooling", **map_colours), height=360),
                f"Pooling: of every 2 by 2 sums only the largest stays, so {rows} × {columns} become "
                f"{pooled.shape[0]} × {pooled.shape[1]}.",
            )
        else:
            st.markdown("Pooling needs at least 2 rows and 2 columns of sums.")

with deeper:
    flipped = correlate(image, np.flip(template), **steps).round(9)
    st.markdown(
        "- A template is called a **kernel** or a **filter** elsewhere, the score map a **feature map**.\n"
        "- Dilation spreads the template: it skips cells between its numbers, so a small template reaches further.\n"
        "- In mathematics, a convolution turns the template upside down and left to right before it slides. Deep "
        "learning does not, and the exact name of what it does is cross-correlation. With this template, turning it "
        f"would change **{(flipped != scores).sum()}** of the {scores.size} sums."
    )
    show(
        figure(
            panel(template, "As deep learning slides it", low=-strongest, high=strongest),
            panel(np.flip(template), "Turned, as in mathematics", low=-strongest, high=strongest),
            height=200,
        ),
        "The template, and the same template turned upside down and left to right.",
    )

code(correlate, cells_under, weighted_sum, output_shape, find_matches, relu, max_pool)
try:
    check_oracle(template)
    learnable = name if template.shape == (3, 3) else "vertical line"
except ValueError:  # a template that says yes too rarely to learn from
    learnable = "vertical line"
next_page("learning", "Next: learn the template", learn_template=learnable)
