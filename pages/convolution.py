"""One small template, every position."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.convolution import cells_under, correlate, correlate_plainly, find_matches, look_for, output_shape, window_at
from lib.images import PHOTOGRAPHS, cut_outs, planted_lines, planted_patterns, shrink, to_gray
from lib.labeller import check_oracle
from lib.matching import best_value
from lib.parts import max_pool, relu
from lib.templates import TEMPLATES
from lib.ui.colours import GRAY
from lib.ui.controls import OWN, choose_cell, choose_photo, choose_picture, choose_template, choose_value, choose_window
from lib.ui.figures import figure, panel, score_colours
from lib.ui.grids import grid, stage, weights_grid
from lib.ui.page import code, next_page, show, strip, takeaway, tell
from lib.ui.predict import challenge, predict
from lib.ui.words import counted, equation, number

SIDE = 56  # pixels a side of a photograph: small enough to travel, large enough to recognise, and too large to touch
PIXELS = {"high": 255, "scale": GRAY}  # colours of a photograph
LINES, DIAGONALS = 6, 3
CHALLENGES = {
    "planted lines": "Find all planted lines with the template “vertical line”: none missed, nothing else found.",
    "planted diagonals": "Paint a template that finds all planted diagonals and nothing else, not even a cross.",
}
STAY = {"stride": 1, "padding": 0, "dilation": 1}
VERTICAL, LINE, DIAGONAL = (TEMPLATES[name] for name in ("vertical line", "tall line", "diagonal"))
CROSS = DIAGONAL | TEMPLATES["other diagonal"]


def page():
    """The page from top to bottom."""
    story = tell(
        "convolution",
        "One template for every place needs far too many templates. So keep **one small template** and slide it over "
        "the picture: at each position, multiply, add up, and write the sum, the **score**, into a new grid, the "
        "**score map**. That is a convolution.",
    )
    with story.messages:
        view = choose(story.deeper)
    scores = correlate(view.image, view.template, **view.steps).round(9)  # rounding must not miss a perfect sum
    with story.question:
        ask_for_the_size(view)
    with story.body:
        if view.hidden:
            found = look_for(*view.hidden[1:], scores, view.value, view.template.shape, **view.steps)
            show_stage(view, scores, found)
            show_matches(view, scores, found)
        else:
            show_photograph(view, scores)
            show_large_sums(view, scores)
        show_what_comes_next(view, scores)
    with story.lesson:
        takeaway("One small template looks for its pattern everywhere, and all it does is multiply and add numbers.")
    if story.deeper.open:
        with story.deeper:
            show_other_names(view, scores)
    code("convolution", correlate_plainly, correlate, cells_under, find_matches, relu, max_pool)
    link_on(view)


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    picture: str
    image: np.ndarray  # (H, W): 0 and 1, or 0 to 255 in a photograph
    hidden: tuple | None  # lines or diagonals, their pattern (h, w) and positions (n, 2); None in a photograph
    name: str
    template: np.ndarray  # (h, w)
    value: float | None  # the score that counts as found
    steps: dict  # stride, padding, dilation

    @property
    def shape(self):
        """Rows and columns of the score map."""
        return output_shape(self.image.shape, self.template.shape, **self.steps)

    @property
    def reach(self):
        """Rows and columns that the window spans."""
        return [self.steps["dilation"] * (n - 1) + 1 for n in self.template.shape]

    @property
    def map_colours(self):
        return score_colours(self.template, photograph=self.hidden is None)


def choose(typed):
    """The controls, in the order of the sidebar."""
    side = st.sidebar
    picture, image, hidden = choose_image(typed)
    name, template = choose_template("conv_template", typed=typed)
    value = round(choose_value("conv_value", template, decimals=True), 9) if hidden else None
    stride = side.slider("Stride: cells from one position to the next", 1, 4, 1, key="conv_stride", bind="query-params")
    padding = side.slider("Padding: rows of zeros around the picture", 0, 3, 0, key="conv_padding", bind="query-params")
    dilation = typed.slider(
        "Dilation: how far apart the template's numbers lie", 1, 3, 1, key="conv_dilation", bind="query-params"
    )
    steps = {"stride": stride, "padding": padding, "dilation": dilation}
    view = View(picture, image, hidden, name, template, value, steps)
    try:
        output_shape(image.shape, template.shape, **steps)
    except ValueError:
        st.error(
            "The template is larger than the picture, so there is no position for it. More padding, less dilation, or "
            "a smaller template helps. Until then, you see planted lines and the vertical line."
        )
        view = View("planted lines", *plant("planted lines", 0), "vertical line", VERTICAL, 3, STAY)
    if view.hidden:
        with side:
            choose_window(*view.shape, "conv")
    return view


def choose_image(typed):
    """The picture: its name, its numbers, and what is hidden in it."""
    names = ["planted lines", "planted diagonals", *PHOTOGRAPHS, OWN]
    picture, image = choose_picture("conv_picture", names, typed=typed)
    if picture == "custom":
        roomy = np.pad(image, ((0, 2), (0, 0)))  # so that a line fits into any picture
        return picture, image, ("lines", LINE, find_matches(correlate(roomy, LINE), 3))
    if picture in ("planted lines", "planted diagonals"):
        seed = st.sidebar.slider(
            f"Seed: where the {picture.split()[1]} are", 0, 99, 0, key="conv_seed", bind="query-params"
        )
        return picture, *plant(picture, seed)
    return picture, to_gray(shrink(choose_photo(picture)[1], SIDE)), None


def plant(picture, seed):
    """A picture with lines, or with diagonals among crosses: the picture, and its pattern and where it is."""
    if picture == "planted lines":
        image, positions = planted_lines((11, 11), LINES, seed=seed)
        return image, ("lines", LINE, positions)
    image, (positions, _) = planted_patterns((11, 11), [DIAGONAL, CROSS], DIAGONALS, seed=seed)
    return image, ("diagonals", DIAGONAL, positions)


def ask_for_the_size(view):
    (rows, columns), (stride, padding, dilation) = view.shape, view.steps.values()
    spans = list(zip(view.image.shape, view.reach, strict=True))
    further = f", with a border {padding} wide" if padding else ""
    further += f", in steps of {stride}" if stride > 1 else ""
    further += f", with a dilation of {dilation}" if dilation > 1 else ""
    down, across = (f"({n} + 2 × {padding} − {span}) ÷ {stride} + 1" for n, span in spans)
    (height, width), (h, w) = view.image.shape, view.template.shape
    predict(
        "convolution",
        f"The picture has {height} × {width} numbers, the template {h} × {w}. It slides over the picture{further}. How "
        "large is the score map?",
        [view.image.shape, view.template.shape, tuple(n + 2 * padding - span for n, span in spans)],
        view.shape,
        f"The template must lie inside{' the border' if padding else ' the picture'}, so it has {down} = {rows} places "
        f"down and {across} = {columns} across{', divisions rounded down' if stride > 1 else ''}.",
    )


def sizes_in_words(view):
    (height, width), (rows, columns), padding = view.image.shape, view.shape, view.steps["padding"]
    border = f" and a border of zeros, {padding} wide" if padding else ""
    signs = " Sums above 0 are red, below 0 blue, around 0 white." if view.map_colours.get("low", 0) < 0 else ""
    return (
        f"The picture has {counted(height, 'row')} and {counted(width, 'column')}{border}. The score map has "
        f"{counted(rows, 'row')} and {counted(columns, 'column')}.{signs}"
    )


def show_stage(view, scores, found):
    st.markdown(
        "Play, or move over the grids: each score belongs to one window. Paint the picture and the template by "
        "clicking on them; a press takes a weight through −1, 0 and 1."
    )
    stage(
        "conv",
        grid(view.image),
        weights_grid(view.template),
        grid(scores, **view.map_colours),
        keys=("conv_picture", "conv_template"),
        missed=found.missed.tolist(),
        value=view.value,
        **view.steps,
    )
    dotted = f" A dotted frame is one of the {view.hidden[0]} that were missed." if len(found.missed) else ""
    st.markdown(f":small[{sizes_in_words(view)}{dotted}]")
    n_missed, n_false = len(found.check.missed), len(found.check.false_alarms)
    here = f"You are at {len(found.check.found)} of {len(view.hidden[2])}, with {n_false} false alarms."
    for picture, text in CHALLENGES.items():
        chosen = view.picture == picture and (picture != "planted lines" or np.array_equal(view.template, VERTICAL))
        where = here if chosen else "Choose that picture" + (" and that template." if "“" in text else ".")
        challenge(picture, text, chosen and n_missed == n_false == 0, where)


def show_matches(view, scores, found):
    what, pattern, _ = view.hidden
    at_the_edge = what == "lines" and len(found.missed) and not view.steps["padding"]
    edge = " A line in an outer column never does, unless padding lets the window reach over the edge."
    st.subheader("Matches", anchor=False)
    st.markdown(
        f"{len(found.matches)} of {scores.size} sums reach **{number(view.value)}**. A {what[:-1]} of 3 counts as "
        f"found when it lies in the middle of such a window.{edge if at_the_edge else ''}"
    )
    around = (5, pattern.shape[1] + 2)  # with a cell of its surroundings
    kinds = (found.check.found, found.check.missed, found.check.false_alarms)
    strip(*(cut_outs(view.image, cells, around) for cells in kinds), what)


@st.fragment
def show_photograph(view, scores):
    """Picture and score map, and the sum in the window; moving the window runs this part alone."""
    grids, (stride, padding, _) = st.container(), view.steps.values()
    row, column = choose_cell(*view.shape, "conv", place=st)
    corner = (row * stride - padding, column * stride - padding)
    with grids:
        show(
            figure(
                panel(np.pad(view.image, padding), "Picture", window=(*corner, *view.reach), start=-padding, **PIXELS),
                panel(scores, "Score map", window=(row, column, 1, 1), **view.map_colours),
                height=360,
                gap=0.03,
            ),
            f"{sizes_in_words(view)} The frame is the window, the framed cell its sum.",
        )
    window = window_at(view.image, view.template.shape, row, column, **view.steps)
    strongest = float(abs(view.template).max()) or 1
    st.subheader("What happens in the window", anchor=False)
    show(
        figure(
            panel(window, "Window", after="×", **PIXELS),
            panel(view.template, "Template", low=-strongest, high=strongest, after="="),
            panel(window * view.template, "Products", low=-strongest * 255, high=strongest * 255),
            height=200,
        ),
        f"The pixels in the window times the template. The products add up to {number(scores[row, column])}.",
    )
    st.markdown(f"{equation(window, view.template)}, which goes into row {row}, column {column} of the score map.")


@st.fragment
def show_large_sums(view, scores):
    """Only the sums from a threshold on; moving it runs this part alone."""
    st.subheader("Only the large sums", anchor=False)
    share = st.slider(
        "Threshold: share of the largest sum", 0, 100, 30, format="%d%%", key="conv_threshold", bind="query-params"
    )
    largest = 255 * best_value(view.template)
    kept = scores >= share / 100 * largest
    show(
        figure(panel(kept), height=360),
        f"{kept.sum()} of {scores.size} sums reach {number(share / 100 * largest)}, which is {share} % of the largest "
        f"this template can give on a photograph ({number(largest)}).",
    )


def show_what_comes_next(view, scores):
    """Activation and pooling of these very scores."""
    active, (rows, columns), n_below = relu(scores), view.shape, int((scores < 0).sum())
    below = f"{counted(n_below, 'sum')} below 0 {'becomes' if n_below == 1 else 'become'} 0, the others stay."
    words = f"Activation: {below if n_below else 'sums below 0 would become 0. Here none is, so all stay.'}"
    grids = [panel(active, "Activation (ReLU)", **view.map_colours)]
    if min(rows, columns) > 1:
        grids.append(panel(pooled := max_pool(active), "2 × 2 max pooling", **view.map_colours))
        words += " Pooling: of every 2 by 2 sums only the largest stays, so "
        words += f"{rows} × {columns} become {' × '.join(map(str, pooled.shape))}."
    else:
        words += " Pooling needs at least 2 rows and 2 columns of sums."
    st.subheader("What usually comes next", anchor=False)
    show(figure(*grids, height=300, gap=0.03), words)


def show_other_names(view, scores):
    flipped = correlate(view.image, np.flip(view.template), **view.steps).round(9)
    st.markdown(
        "- A template is called a **kernel** or a **filter** elsewhere, the score map a **feature map**.\n"
        "- Dilation spreads the template: it skips cells between its numbers, so a small template reaches further.\n"
        "- In mathematics, a convolution turns the template upside down and left to right before it slides. Deep "
        "learning does not, and the exact name of what it does is cross-correlation. With this template, turning it "
        f"would change **{(flipped != scores).sum()}** of the {scores.size} sums."
    )


def link_on(view):
    """The next page can take a 3 × 3 template along, unless it says yes too rarely to learn from."""
    try:
        check_oracle(view.template)
        learnable = view.name if view.template.shape == (3, 3) else "vertical line"
    except ValueError:
        learnable = "vertical line"
    next_page("learning", "Next: learn the template", learn_template=learnable)


page()
