"""One small template, every position."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.convolution import cells_under, correlate, correlate_plainly, find_matches, look_for, output_shape
from lib.images import PHOTOGRAPHS, cut_outs, planted_lines, planted_patterns, shrink, to_gray
from lib.labeller import check_oracle
from lib.matching import best_value
from lib.parts import max_pool, relu
from lib.templates import TEMPLATES
from lib.ui.controls import OWN, choose_photo, choose_picture, choose_template, choose_value, choose_window, whose
from lib.ui.figures import figure, panel, score_colours
from lib.ui.grids import grid, map_grid, photograph_grid, stage, weights_grid
from lib.ui.page import code, next_page, show, strip, takeaway, tell
from lib.ui.predict import challenge, cover, is_covered, is_settled, predict, uncover
from lib.ui.take_home import take_home
from lib.ui.words import counted, number, short, term

PAGE = "convolution"
SIDE = 56  # pixels a side of a photograph: small enough to travel, large enough to recognise, and too large to touch
LINES, DIAGONALS = 6, 3
CHALLENGES = {
    "planted lines": "Find all planted lines with the template “vertical line”, and nothing else.",
    "planted diagonals": "Paint a template that finds all planted diagonals, and no cross.",
}
TRY = {  # a button's words: what it sets
    "Try it on the cat": {"conv_picture": "cat", "conv_template": "vertical edges"},
    "Back to the planted lines": {"conv_picture": "planted lines", "conv_template": "vertical line"},
}
WHOSE = {"yours": "your {}", "learned": "the {} you just learned", "linked": "the {} that came with the link"}
STAY = {"stride": 1, "padding": 0, "dilation": 1}
VERTICAL, LINE, DIAGONAL = (TEMPLATES[name] for name in ("vertical line", "tall line", "diagonal"))
CROSS = DIAGONAL | TEMPLATES["other diagonal"]


def page():
    """The page from top to bottom."""
    story = tell(
        PAGE,
        f"Slide one small {term('template')} over the picture: a {term('convolution')}. At each place, multiply and "
        f"add up; the sum, the {term('score')}, goes into the {term('score map')}.",
    )
    with story.body:
        view = choose(story.deeper)
        scores = correlate(view.image, view.template, **view.steps).round(9)  # rounding must not miss a perfect sum
        found = view.hidden and look_for(*view.hidden[1:], scores, view.value, view.template.shape, **view.steps)
        with view.place:
            show_stage(view, scores, found)
        if found:
            set_challenges(view, found)
        settled = ask_for_the_size(view)
        show_sums(view, scores, found, settled)
        if settled:
            show_what_comes_next(view, scores)
        takeaway("One small template looks for its pattern everywhere, and all it does is multiply and add numbers.")
    if story.deeper.open:
        with story.deeper:
            show_other_names(view, scores)
    code(PAGE, correlate_plainly, correlate, cells_under, find_matches, relu, max_pool)
    take_home(PAGE, view, scores, st.session_state.get("conv_threshold", 30))
    link_on(view)


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    place: st.delta_generator.DeltaGenerator  # of the stage, above its controls
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
    """The controls: stride and padding under the stage, which takes the `place` above them, the others elsewhere."""
    picture, image, hidden = choose_image(typed)
    name, template = choose_template("conv_template", typed=typed)
    value = round(choose_value("conv_value", template, decimals=True), 9) if hidden else None
    dilation = typed.slider(
        "Dilation: how far apart the template's numbers lie", 1, 3, 1, key="conv_dilation", bind="query-params"
    )
    place, bound = st.container(), {"bind": "query-params", "width": 290}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stride = st.slider("Stride: cells from one position to the next", 1, 4, 1, key="conv_stride", **bound)
        padding = st.slider("Padding: rows of zeros around the picture", 0, 3, 0, key="conv_padding", **bound)
        words, choices = list(TRY.items())[hidden is None]
        st.button(words, on_click=st.session_state.update, args=(choices,))
    steps = {"stride": stride, "padding": padding, "dilation": dilation}
    view = View(place, picture, image, hidden, name, template, value, steps)
    try:
        output_shape(image.shape, template.shape, **steps)
    except ValueError:
        place.error(
            "The template is larger than the picture, so there is no position for it. More padding, less dilation, or "
            "a smaller template helps. Until then, you see planted lines and the vertical line."
        )
        view = View(place, "planted lines", *plant("planted lines", 0), "vertical line", VERTICAL, 3, STAY)
    with typed:
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
        what = picture.split()[1]
        seed = st.sidebar.slider(f"Seed: where the {what} are", 0, 99, 0, key="conv_seed", bind="query-params")
        return picture, *plant(picture, seed)
    shown, photograph = choose_photo(picture)
    return shown, to_gray(shrink(photograph, SIDE)), None


def plant(picture, seed):
    """A picture with lines, or with diagonals among crosses: the picture, and its pattern and where it is."""
    if picture == "planted lines":
        image, positions = planted_lines((11, 11), LINES, seed=seed)
        return image, ("lines", LINE, positions)
    image, (positions, _) = planted_patterns((11, 11), [DIAGONAL, CROSS], DIAGONALS, seed=seed)
    return image, ("diagonals", DIAGONAL, positions)


def show_stage(view, scores, found):
    paints = found is not None
    stage(
        "conv",
        grid(view.image) if paints else photograph_grid(view.image),
        weights_grid(view.template),
        grid(scores, **view.map_colours) if paints else map_grid(view.shape, **view.map_colours),
        keys=("conv_picture" if paints else None, "conv_template"),
        missed=found.missed.tolist() if paints else (),
        value=view.value,
        covered=is_covered(PAGE),
        opened=lambda: uncover(PAGE),
        **view.steps,
    )
    dotted = f" A dotted frame: one of the {view.hidden[0]} that it missed." if paints and len(found.missed) else ""
    how = f"Paint on {'both' if paints else 'it'}: a press takes a weight through 1, −1 and 0."
    st.markdown(f":small[You see {in_words(view)}.{size_in_words(view) if is_settled(PAGE) else ''} {how}{dotted}]")


def in_words(view):
    """The picture and the template, and where they come from if they have no name."""
    origins = {key: WHOSE[whose(f"conv_{key}", st.session_state[f"conv_{key}"])] for key in ("picture", "template")}
    named = {"custom": origins["picture"].format("picture"), OWN: "your own picture"}
    picture = named.get(view.picture, f"the {view.picture}")
    template = f"the template “{view.name}”" if view.name in TEMPLATES else origins["template"].format("template")
    pixels = f" in {' × '.join(map(str, view.image.shape))} pixels from 0 to 255" if view.hidden is None else ""
    return f"{picture}{pixels} and {template}"


def size_in_words(view):
    rows, columns = view.shape
    signs = " Sums above 0 are red, below 0 blue." if view.map_colours.get("low", 0) < 0 else ""
    return f" The score map has {counted(rows, 'row')} and {counted(columns, 'column')}.{signs}"


def set_challenges(view, found):
    n_missed, n_false = len(found.check.missed), len(found.check.false_alarms)
    here = f"You are at {len(found.check.found)} of {len(view.hidden[2])}, with {n_false}\u00a0false alarms."
    for picture, text in CHALLENGES.items():
        chosen = view.picture == picture and (picture != "planted lines" or np.array_equal(view.template, VERTICAL))
        where = here if chosen else "Choose that picture" + (" and that template." if "“" in text else ".")
        challenge(picture, text, chosen and n_missed == n_false == 0, where)


def ask_for_the_size(view):
    """How large is the score map? Has the visitor answered?"""
    (rows, columns), (stride, padding, dilation) = view.shape, view.steps.values()
    spans = list(zip(view.image.shape, view.reach, strict=True))
    further = f", with a border {padding} wide" if padding else ""
    further += f", in steps of {stride}" if stride > 1 else ""
    further += f", with a dilation of {dilation}" if dilation > 1 else ""
    sums = [places(*span, stride, padding) for span in spans]
    each = sums[0] if sums[0] == sums[1] else f"{sums[0]} and {sums[1]}"
    (height, width), (h, w) = view.image.shape, view.template.shape
    return predict(
        PAGE,
        f"The picture has {height} × {width} numbers, the template {h} × {w}. It slides over the picture{further}. How "
        "large is the score map?",
        [view.image.shape, view.template.shape, tuple(n + 2 * padding - span for n, span in spans)],
        view.shape,
        f"The template fits {rows} times down and {columns} times across: {each}"
        f"{', rounded down' if stride > 1 else ''}.",
    )


def places(n, span, stride, padding):
    """The formula: how many places a window has along one side of the picture, as text."""
    room = f"{n} + 2 × {padding} − {span}" if padding else f"{n} − {span}"
    return (f"({room}) ÷ {stride} + 1" if stride > 1 else f"{room} + 1").replace(" ", "\u00a0")


def show_sums(view, scores, found, settled):
    """What the sums find; nothing of it before the question is settled."""
    if found is None:
        st.header("Only the large sums", anchor=False)
        show_large_sums(view, scores, settled)
    elif settled:
        show_matches(view, scores, found)
    if not settled:
        cover(PAGE, "what the sums find")


def show_matches(view, scores, found):
    what, pattern, _ = view.hidden
    at_the_edge = what == "lines" and len(found.missed) and not view.steps["padding"]
    edge = " A line in an outer column never does, unless padding lets the window reach over the edge."
    st.header("Matches", anchor=False)
    st.markdown(
        f"{len(found.matches)} of {scores.size} sums reach **{number(view.value)}**. A {what[:-1]} of 3 counts as "
        f"found when it lies in the middle of such a window.{edge if at_the_edge else ''}"
    )
    kinds, around = (found.check.found, found.check.missed, found.check.false_alarms), (5, pattern.shape[1] + 2)
    strip(*(cut_outs(view.image, cells, around) for cells in kinds), what)  # with a cell of their surroundings


@st.fragment
def show_large_sums(view, scores, settled):
    """Only the sums from a threshold on; moving it runs this part alone."""
    share = st.slider(
        "Threshold: share of the largest sum", 0, 100, 30, format="%d%%", key="conv_threshold", bind="query-params"
    )
    if not settled:
        return
    largest = 255 * best_value(view.template)
    kept = scores >= share / 100 * largest
    with st.container(width=300):
        show(
            figure(panel(kept), height=300),
            f"{kept.sum():,} of {scores.size:,} sums reach {short(share / 100 * largest)}, which is {share}\u00a0% of "
            f"the largest this template can give on a photograph ({short(largest)}).",
        )


def show_what_comes_next(view, scores):
    """Activation and pooling of these very scores, with one decimal: there is no room for more."""
    active, (rows, columns), n_below = relu(scores).round(1), view.shape, int((scores < 0).sum())
    below = f"{counted(n_below, 'sum')} below 0 {'becomes' if n_below == 1 else 'become'} 0, the others stay."
    words = f"**Activation:** {below if n_below else 'sums below 0 would become 0. Here none is, so all stay.'}"
    grids = [panel(active, "Activation (ReLU)", **view.map_colours)]
    if min(rows, columns) > 1:
        grids.append(panel(pooled := max_pool(active), "Pooling", **view.map_colours))
        words += " **Pooling:** of every 2 by 2 sums only the largest stays, so "
        words += f"{rows} × {columns} become {' × '.join(map(str, pooled.shape))}."
    else:
        words += " Pooling needs at least 2 rows and 2 columns of sums."
    st.header("What usually comes next", anchor=False)
    with st.container(width=380):  # a phone's, so that the pictures fill their height there and here
        show(figure(*grids, height=275, gap=0.05, one_size=True), words)


def show_other_names(view, scores):
    turned = ""
    if is_settled(PAGE):
        n = (correlate(view.image, np.flip(view.template), **view.steps).round(9) != scores).sum()
        turned = f" With this template, turning it would change **{n}** of the {scores.size} sums."
    st.markdown(
        "- A template is called a **kernel** or a **filter** elsewhere, the score map a **feature map**.\n"
        "- Dilation spreads the template: it skips cells between its numbers, so a small template reaches further.\n"
        "- In mathematics, a convolution turns the template upside down and left to right before it slides. Deep "
        f"learning does not, and the exact name of what it does is cross-correlation.{turned}"
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
