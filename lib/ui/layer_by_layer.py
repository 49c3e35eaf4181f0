"""What each layer of a small network makes of one picture: the part of its page that one control moves alone."""

import numpy as np
import streamlit as st

from lib.inside import contributions, products_at
from lib.parts import percentages
from lib.ui import trained
from lib.ui.charts import bars
from lib.ui.controls import choose_cell, choose_position, choose_window
from lib.ui.figures import gallery
from lib.ui.grids import grid, stage, weights_grid
from lib.ui.page import show
from lib.ui.words import counted, number


@st.fragment
def layer_by_layer(view, network, image, values):
    """One layer of the network at a time, its `values` for that image by its name; another one runs this part alone."""
    names = list(values)
    st.subheader("Layer by layer", anchor=False)
    name = (
        st.segmented_control(
            "From left to right, each layer turns the numbers of the one before into new ones. Choose one:",
            names,
            default=names[1],
            required=True,
            key=f"{view.key}_layer",
            bind="query-params",
        )
        or names[1]
    )
    before = values[names[max(names.index(name) - 1, 0)]]
    if name in ("Convolution", "Convolution 1"):
        show_templates(view, network, name, image, values[name])
    elif name == "Convolution 2":
        show_second_maps(view, network, before, values[name])
    elif name == "Dense":
        show_scores(view, network, image, values[name])
    elif name == "Probabilities":
        show(
            bars(view.kind.answers, np.divide(percentages(values[name]), 100), marked=int(values[name].argmax())),
            "The scores as shares of 100 %: only their differences count.",
            key="_shares",
        )
    else:
        show_maps(network, name, values[name], words_for(name, values[name], before, view.settings.dropout))


def words_for(name, values, before, dropout):
    """What a layer without weights does, in words that fit these numbers."""
    if name == "Input":
        return "The picture as the network gets it, from 0 to 1."
    if name == "Pooling":
        rows, columns = (long // short for long, short in zip(before.shape[1:], values.shape[1:], strict=True))
        return f"Of {rows} by {columns} neighbouring numbers only the largest stays."
    if name == "Dropout":
        left_out = f"{100 * dropout:.0f} % of these are" if dropout else "a share of these could be"
        return f"While it learns, {left_out} left out by chance. When it answers, all are used: the same as before."
    n_below = int((before < 0).sum())
    if not n_below:
        return "A number below 0 would become 0. Here none is, so all stay."
    return f"{counted(n_below, 'number')} below 0 {'has' if n_below == 1 else 'have'} become 0, the others stay."


def small_pictures(values, titles, low, high, **options):
    """Grids (n, h, w) in rows of eight."""
    height = 130 * -(-len(values) // 8) + 20
    return gallery(values, titles, columns=8, low=low, high=high, height=height, **options)


def numbered(values):
    return [str(n) for n in range(len(values))]


def show_maps(network, name, values, words):
    """The grids of one layer (channels, h, w)."""
    high = colour_limit(network, name)
    show(small_pictures(values, numbered(values), -high if (values < 0).any() else 0, high), words)


def colour_limit(network, name):
    return trained.reach(network)[name] or 1


def show_templates(view, network, name, image, maps):
    """The templates of the first convolution, and one of them on its way over the picture."""
    weights = network.weights["convolution 1"][:, 0]
    one = choose_position("Template", len(weights), f"{view.key}_template", place=st)
    strongest, high = float(abs(weights).max()), colour_limit(network, name)
    became = ""
    if network.task == "lines":
        became = f" In order, they {'became' if network.epoch else 'are'}: {', '.join(trained.kinds(network))}."
    show(
        small_pictures(weights, numbered(weights), -strongest, strongest, marks={one}),
        f"The {counted(len(weights), 'template')} as learned so far, blue below 0, red above.{became} Below, number "
        f"{one} slides over the picture: move over the grids, and each sum is one number of its score map. All numbers "
        "are those the network used, rounded to four decimals.",
    )
    stage(
        view.key,
        grid(image),
        weights_grid(weights[one]),
        grid(maps[one], low=-high, high=high),
        padding=(len(maps[one]) + 2 - len(image)) // 2,
    )
    choose_window(*maps.shape[1:], view.key)


def show_second_maps(view, network, before, maps):
    """The score maps of the second convolution, and the sum behind one of their numbers."""
    show_maps(
        network,
        "Convolution 2",
        maps,
        f"{len(maps)} score maps. Each adds up what {counted(len(before), 'template')}, one for each map before, give "
        "at the same place.",
    )
    st.markdown("**The sum behind one number**")
    one = choose_position("Score map", len(maps), f"{view.key}_map", place=st)
    row, column = choose_cell(*maps.shape[1:], view.key, place=st)
    products = products_at(network, before, one, row, column)
    sums = products.sum(axis=(1, 2))
    most = float(abs(products).max()) or 1
    show(
        small_pictures(products, [number(x) for x in sums], -most, most),
        f"The products at row {row}, column {column}: for each map before, its window times its template, with their "
        f"sum below. Together: {' + '.join(map(number, sums))} = {number(maps[one, row, column])}, up to rounding.",
    )


def show_scores(view, network, image, scores):
    """What the dense layer adds up for the best answer, and the scores of all."""
    best = int(scores.argmax())
    parts, bias = contributions(network, image)[best], float(network.weights["dense bias"][best])
    most = float(abs(parts).max()) or 1
    show(
        small_pictures(parts, [number(x) for x in parts.sum(axis=(1, 2))], -most, most),
        f"For the answer {view.kind.answers[best]}: every number before times its weight, one grid for each map, with "
        f"its sum below. All of them together {number(parts.sum())}, and {number(bias)} added at the end, make a score "
        f"of {number(scores[best])}, up to rounding.",
    )
    all_scores = (f"{name}: {number(round(float(x), 2))}" for name, x in zip(view.kind.answers, scores, strict=True))
    st.markdown(f"The scores of all answers: {', '.join(all_scores)}. The largest one wins.")
