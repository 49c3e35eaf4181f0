"""A small network: several learned templates, pooled, to probabilities."""

from typing import NamedTuple

import streamlit as st

from lib.changes import change_pictures
from lib.inside import answer, layers, not_sure
from lib.network import new_network, train_epoch
from lib.tasks import TASKS, Examples, Task, examples, noise_picture
from lib.ui import trained
from lib.ui.diagram import parts_row
from lib.ui.grids import grid, mistakes
from lib.ui.one_picture import put_in, show_one_picture
from lib.ui.page import code, next_page, takeaway, tell
from lib.ui.predict import cover, predict
from lib.ui.take_home import take_home
from lib.ui.watching import ERROR, show_curve, watch
from lib.ui.words import counted, percent, term

NAMES = {"Handwritten digits": "digits", "Lines": "lines"}
IT = {"digits": "digit", "lines": "line"}
CHANGED = {
    "none": "As it is",
    "blank": "Blank: nothing but black",
    "noise": "Noise: every pixel brighter or darker by chance",
    "inverted": "Inverted: bright and dark have changed places",
    "shifted": f"Shifted: {counted(trained.SHIFT, 'pixel')} to the right",
}
ALWAYS = " It always answers, often very sure, also about pictures that are nothing it knows."


def page():
    """The page from top to bottom."""
    story = tell(
        "network",
        f"A whole {term('network')} that learned from examples: {term('template', 'templates')} slide, "
        f"{term('score', 'scores')} are added up, and {term('probability', 'probabilities')} come out. Paint on the "
        "picture: every number follows.",
    )
    with story.body:
        place = st.container()
        view = choose()
        network, _ = trained.progress(view.settings, view.epochs)
        measured = trained.measured(network)
        with place:
            seen = show_one_picture(view, network)
        settled = ask_about_noise(view, measured.noise)
        show_learning(view, network, measured)
        show_fooled(measured, settled)
        takeaway(
            f"A network is templates, sums and the largest of a few numbers, over and over.{ALWAYS * bool(settled)}"
        )
    if story.deeper.open:
        with story.deeper:
            show_deeper(view, network, measured, settled)
    code("network", new_network, train_epoch, layers, answer, change_pictures, not_sure)
    take_home("network", view, network, seen)
    next_page("start", "Back to the start")


class View(NamedTuple):
    """Which network it is. The picture is chosen where it is shown."""

    settings: trained.Settings
    epochs: int

    @property
    def key(self):
        return f"network_{self.settings.task}"

    @property
    def kind(self) -> Task:
        return TASKS[self.settings.task]

    @property
    def data(self) -> Examples:
        return examples(self.settings.task)


def choose():
    """What it learns, here; how it learns, in the sidebar. Few choices, so that many visitors share a network."""
    names, side = list(NAMES), st.sidebar
    task = NAMES[
        st.segmented_control(
            "What it learns", names, default=names[0], required=True, key="network_task", bind="query-params"
        )
        or names[0]
    ]
    usual, key = trained.usual(task), f"network_{task}"
    n_templates = side.select_slider(
        "Templates", trained.TEMPLATES, usual.n_templates, key=f"{key}_templates", bind="query-params"
    )
    epochs = side.slider(
        "Epochs: how often it sees all examples",
        0,
        trained.MOST_EPOCHS,
        TASKS[task].epochs,
        key=f"{key}_epochs",
        bind="query-params",
    )
    rate = side.select_slider("Step size", trained.RATES, usual.rate, key=f"{key}_rate", bind="query-params")
    seed = side.slider(
        "Seed: which random start, which order",
        0,
        trained.SEEDS[-1],
        usual.seed,
        key=f"{key}_seed",
        bind="query-params",
    )
    shares, dropout = [round(100 * share) for share in trained.DROPOUTS[task]], round(100 * usual.dropout)
    if len(shares) > 1:
        dropout = side.select_slider(
            "Dropout: percent of the numbers left out while it learns",
            shares,
            dropout,
            key="network_dropout",
            bind="query-params",
        )
    return View(trained.Settings(task, n_templates, seed, rate, dropout / 100), epochs)


def ask_about_noise(view, noise):
    """The question; once it is settled, a button puts the noise in."""
    it, best = IT[view.settings.task], int(noise.argmax())
    options = ["It says that it does not know", f"A {it}, less than 50 % sure", f"A {it}, at least 50 % sure"]
    settled = predict(
        "network",
        "A picture of pure noise goes in: every pixel is chance. What does the network answer?",
        options,
        options[1 + (noise[best] >= 0.5)],
        f"It answers {view.kind.answers[best]}, {percent(noise[best])} sure. It has no answer for “nothing”: the "
        f"{len(noise)} probabilities sum to 100\u00a0% for every picture.",
    )
    if settled:
        st.button(
            "Put this noise into the picture above", on_click=put_in, args=(view, noise_picture(view.settings.task))
        )
    return settled


def show_learning(view, network, measured):
    n_right, n = measured.counts.trace(), len(view.data.test_labels)
    st.header("How good it is", anchor=False)
    st.markdown(
        f"It learned from {len(view.data.train_labels):,} examples. Of {n:,} others, held back, "
        f"{n_right} of its answers are right after {counted(network.epoch, 'epoch')}: "
        f"**{percent(measured.right['none'])}**. More epochs, templates and its other settings are in the sidebar."
    )
    show_mistakes(view, network, measured)
    watch(view, network)


def show_mistakes(view, network, measured):
    counts = measured.counts
    mistakes(
        "network",
        {
            "counts": grid(counts, high=int(counts.sum(axis=1).max())),
            "answers": view.kind.answers,
            "shape": view.kind.shape,
            "high": view.kind.levels,
            "cells": trained.pictures_of_answers(network),
            "wrong": len(measured.wrong),
        },
    )


def show_fooled(measured, settled):
    st.header("Fool it", anchor=False)
    if not settled:
        cover("network", "how sure it is about changed pictures")
        return
    rows = "\n".join(
        f"| {words} | {percent(measured.right[change])} | {percent(measured.sure[change], decimals=0)} |"
        for change, words in CHANGED.items()
    )
    st.markdown(
        "All pictures held back, changed in the same way; their labels stay. Try it above: change the picture, or "
        f"paint a smiley.\n\n| Change | Right answers | How sure it is, on average |\n|:--|--:|--:|\n{rows}"
    )


def show_deeper(view, network, measured, settled):
    """Open only: what each part does, an answer “not sure”, and the names people meet elsewhere."""
    st.html(parts_row())
    let_it_be_unsure(view, measured.answers, settled)
    if not settled:
        cover("network", "how often it is not sure")
    n_digits = sum(len(part) for part in (examples("digits").train_labels, examples("digits").test_labels))
    became = ""
    if network.task == "lines":
        became = (
            f"\n- In order, its templates {'became' if network.epoch else 'are'}: {', '.join(trained.kinds(network))}."
        )
    st.markdown(
        "- A network like this is a **CNN**, a convolutional neural network. Its score maps are **feature maps**, its "
        "templates **filters**; one pass over all examples is an **epoch**.\n"
        "- The seed decides which templates it ends up with. Some become lines, others mixtures of several, and some "
        "are **dead**: they never score above 0, and the activation turns all they say into 0. Try more templates."
        f"{became}\n"
        f"- The digits are {n_digits:,} real ones, written by 13 people: see lib/data/README.md. One fifth of them is "
        "held back.\n"
        "- The error that it makes smaller is the **cross-entropy**: minus the logarithm of the probability of the "
        "right answer. It steps with **Adam**, which gives each weight a step size of its own.\n"
        "- The table of what is taken for what is a **confusion matrix**."
    )
    if network.epoch:
        show_curve(network, ERROR, key="_error")


@st.fragment
def let_it_be_unsure(view, answers, settled):
    """Answers below a threshold do not count, once the question is `settled`; moving it runs this part alone."""
    threshold = st.slider(
        "Say “not sure” where the largest probability is below",
        0,
        100,
        0,
        format="%d%%",
        key="network_threshold",
        bind="query-params",
    )
    if not settled:
        return
    plain, noisy = (not_sure(answers[change], view.data.test_labels, threshold / 100) for change in ("none", "noise"))
    none = "this app could. At 0\u00a0% it does so about no picture"
    says = f"this app does, below {threshold}\u00a0%" if threshold else none
    would_be = f" ({plain.right_but_unsure} of them would have been right)" if plain.unsure else ""
    st.markdown(
        f"The network itself never says so; {says}. Of the {len(view.data.test_labels)} pictures as they are: "
        f"**{plain.right}** right, **{plain.wrong}** wrong, **{plain.unsure}** not sure{would_be}. With noise: "
        f"{noisy.right} right, {noisy.wrong} wrong, {noisy.unsure} not sure."
    )


page()
