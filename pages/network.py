"""A small network: several learned templates, pooled, to probabilities."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.codec import decode_image, decode_levels
from lib.inside import answer, contributions, layers, not_sure
from lib.network import new_network, train_epoch
from lib.parts import percentages
from lib.tasks import TASKS, Examples, Task, examples
from lib.ui import trained
from lib.ui.colours import CURVES, VIOLET
from lib.ui.controls import choose_picture, choose_position
from lib.ui.figures import bars, curves, gallery, table
from lib.ui.grids import grid, paintable, touch
from lib.ui.layer_by_layer import layer_by_layer
from lib.ui.page import code, next_page, show, takeaway, tell
from lib.ui.predict import challenge, predict
from lib.ui.words import counted, number, percent

NAMES = {"Lines": "lines", "Handwritten digits": "digits"}
LEVELS = {"lines": 1, "digits": 16}  # of a pixel, above black
WATCHED = 0.5  # seconds from one look at a network that is still learning to the next
MANY = 12  # wrong pictures shown
FEW, SURE = 3, 99  # painted pixels and percent of the challenge
CHANGED = {
    "none": "As it is",
    "blank": "Blank: nothing but black",
    "noise": "Noise: every pixel brighter or darker by chance",
    "inverted": "Inverted: bright and dark have changed places",
    "shifted": f"Shifted: {counted(trained.SHIFT, 'pixel')} to the right",
}


def page():
    """The page from top to bottom."""
    story = tell(
        "network",
        "Now everything together: several small templates slide over the picture, what they find is **pooled**, "
        "weighted and turned into **probabilities**. This is a real network, small enough to look at every number in "
        "it. Nothing was prepared: it learns from examples on this server, all its templates at once.",
    )
    with story.messages:
        view = choose(story.deeper)
    with story.body:
        network = show_progress(view)
        measured = trained.measured(network)
        values = layers(network, view.seen)
        percents = percentages(values["Probabilities"])
        show_answer(view, network, percents)
        layer_by_layer(view, network, values, percents, measured)
        show_learning(view, network, measured)
        show_fooled(view, measured)
    with story.question:
        ask_about_noise(view, measured.noise)
    with story.lesson:
        takeaway(
            "A network is templates, sums and the largest of a few numbers, over and over. It always answers, often "
            "very sure, also about pictures that are nothing it knows."
        )
    if story.deeper.open:
        with story.deeper:
            show_other_names(view, network, measured)
    code(new_network, train_epoch, layers, contributions, answer, change_pictures, not_sure)
    next_page("start", "Back to the start")


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    settings: trained.Settings  # of the network
    epochs: int
    image: np.ndarray  # (h, w), from 0 to 1
    label: int | None  # None where the visitor painted the picture
    change: str

    @property
    def key(self):
        return f"network_{self.settings.task}"

    @property
    def kind(self) -> Task:
        return TASKS[self.settings.task]

    @property
    def data(self) -> Examples:
        return examples(self.settings.task)

    @property
    def levels(self):
        return LEVELS[self.settings.task]

    @property
    def seen(self):
        """The picture as it goes in."""
        return change_pictures(self.image, self.change, columns=trained.SHIFT)


def choose(typed):
    """The controls, in the order of the sidebar."""
    side = st.sidebar
    names = list(NAMES)
    task = NAMES[side.segmented_control("What it learns", names, default=names[0], required=True, key="network_task",
                                        bind="query-params") or names[0]]  # fmt: skip
    image, label = choose_image(task, typed)
    change = side.selectbox("Change the picture", trained.CHANGES, key="network_change", filter_mode="contains",
                            bind="query-params")  # fmt: skip
    settings = choose_settings(task)
    epochs = side.slider("Epochs: how often it sees all examples", 0, trained.MOST_EPOCHS, TASKS[task].epochs,
                         key=f"network_{task}_epochs", bind="query-params")  # fmt: skip
    return View(settings, epochs, image, label, change)


def choose_image(task, typed):
    """A picture held back and its label, or what the visitor painted and None."""
    data, key = examples(task), f"network_{task}_picture"
    decode = decode_levels if task == "digits" else decode_image
    _, painted = choose_picture(key, ["example"], shape=TASKS[task].shape, typed=typed, decode=decode)
    chosen = choose_position(
        "Example: one of those it never learned from", len(data.test_images), f"network_{task}_example", start=1
    )
    if painted is None:
        return data.test_images[chosen], int(data.test_labels[chosen])
    return np.float32(painted / LEVELS[task]), None


def choose_settings(task):
    """All that decides what the network becomes. Each choice is one of few, so that many visitors share a network."""
    side, usual, key = st.sidebar, trained.usual(task), f"network_{task}"
    n_templates = side.select_slider("Templates", trained.TEMPLATES, usual.n_templates, key=f"{key}_templates",
                                     bind="query-params")  # fmt: skip
    rate = side.select_slider("Step size", trained.RATES, usual.rate, key=f"{key}_rate", bind="query-params")
    seed = side.slider("Seed: which random start, which order", 0, trained.SEEDS[-1], usual.seed, key=f"{key}_seed",
                       bind="query-params")  # fmt: skip
    shares, dropout = [round(100 * share) for share in trained.DROPOUTS[task]], round(100 * usual.dropout)
    if len(shares) > 1:
        dropout = side.select_slider("Dropout: percent of the numbers left out while it learns", shares, dropout,
                                     key="network_dropout", bind="query-params")  # fmt: skip
    return trained.Settings(task, n_templates, seed, rate, dropout / 100)


def ask_about_noise(view, noise):
    best = int(noise.argmax())
    said = f"{view.kind.answers[best]}, {percent(noise[best], decimals=0)}"
    predict(
        "network",
        "A picture of pure noise goes into the network of this page. What does it answer?",
        ["Nothing at all", f"The same for each of the {len(noise)} answers", said],
        said,
        f"It has no answer for “nothing”: the {len(noise)} probabilities sum to 100 % for every picture. Some template "
        "always finds a little of what it looks for.",
    )


def show_progress(view):
    """The network as far as it is. While it learns, what grows runs by itself; the page waits for nothing."""
    with st.container():
        network, _ = trained.progress(view.settings, view.epochs)
        if network.epoch < view.epochs:
            st.fragment(watch, run_every=WATCHED)(view)
    return network


def watch(view):
    """How far it is, until it is there: then the page runs once more."""
    network, before = trained.progress(view.settings, view.epochs)
    if network.epoch == view.epochs:
        st.rerun()
    turns = f" It takes turns: {counted(before, 'other network')} first." if before else ""
    st.progress(network.epoch / view.epochs, f"It is still learning: epoch {network.epoch} of {view.epochs}.{turns}")
    show_right_answers(network, "_live")


def show_answer(view, network, percents):
    st.subheader("A picture goes in, probabilities come out", anchor=False)
    best, (rows, columns) = int(np.argmax(percents)), view.kind.shape
    left, right = st.columns(2)
    with left:
        whole = np.rint(view.image * view.levels).astype(int)
        grids = [touch("Picture: paint", grid(whole, high=view.levels), key=f"{view.key}_picture",
                       kind="levels" if view.levels > 1 else "pixels")]  # fmt: skip
        if view.change != "none":
            grids.append(touch("What goes in", grid((view.seen * view.levels).round(1), high=view.levels)))
        paintable("network", *grids)
        what = "You painted it." if view.label is None else f"This one is labelled **{view.kind.answers[view.label]}**."
        st.markdown(f":small[{rows} rows and {columns} columns, each pixel from 0 to {view.levels}. {what}]")
        set_challenge(view, percents[best])
    with right:
        so_far = f" It is still learning: this is epoch {network.epoch} of {view.epochs}."
        show(
            bars(view.kind.answers, np.divide(percents, 100), marked=best),
            f"The network answers {view.kind.answers[best]}, with {percents[best]:.1f} %. All {len(percents)} "
            f"probabilities sum to 100 %.{so_far if network.epoch < view.epochs else ''}",
        )


def set_challenge(view, surest):
    n_painted, own = int((view.image > 0).sum()), view.label is None
    unchanged = view.change == "none"
    challenge(
        "network",
        f"Paint a picture of at most {FEW} pixels about which the network is at least {SURE} % sure.",
        own and unchanged and n_painted <= FEW and surest >= SURE,
        f"You are at {counted(n_painted, 'pixel')} and {surest:.1f} %"
        f"{'' if own else ', unpainted'}{'' if unchanged else ', and the picture is changed'}.",
    )


def show_curve(network, what, values, key):
    """One number after each epoch: on the part it learned from, and on the part held back."""
    epochs, names, colours = np.arange(network.epoch + 1), ("learned from", "held back"), (VIOLET, CURVES[1])
    lines = [(name, epochs, np.float32(y), colour) for name, y, colour in zip(names, values, colours, strict=True)]
    show(
        curves(lines, x="epoch", y=what, height=280),
        f"The {what} after each epoch: at the end {number(values[0][-1])} on the pictures it learned from, "
        f"{number(values[1][-1])} on those held back.",
        key=key,
    )


def show_right_answers(network, key):
    show_curve(network, "share of right answers", (network.train_accuracies, network.test_accuracies), key)


def show_learning(view, network, measured):
    st.subheader("How it learned", anchor=False)
    st.markdown(
        f"It learned from {len(view.data.train_images):,} pictures and is asked about {len(view.data.test_images):,} "
        f"others that were held back: after epoch {network.epoch}, {measured.counts.trace()} of its answers are right, "
        f"which is **{percent(measured.right['none'])}**."
    )
    left, right = st.columns(2)
    with left:
        if network.epoch == view.epochs:  # until then it grows further up
            show_right_answers(network, "_learned")
    with right:
        show_wrong(view, measured)


def show_wrong(view, measured):
    wrong, names = measured.wrong[:MANY], view.kind.answers
    if not len(wrong):
        st.markdown("It gets none of them wrong.")
        return
    said = ()  # the names of lines are too long to stand below
    if view.settings.task == "digits":
        pairs = zip(view.data.test_labels[wrong], measured.taken_for, strict=False)
        said = [f"{names[label]}, not {names[answer]}" for label, answer in pairs]
    show(
        gallery(view.data.test_images[wrong], said, columns=4, height=110 * -(-len(wrong) // 4)),
        f"{len(wrong)} of the {counted(len(measured.wrong), 'picture')} it gets wrong"
        + (", with what they are and what it took them for." if said else "."),
    )


def show_fooled(view, measured):
    st.subheader("Fool it", anchor=False)
    rows = "\n".join(
        f"| {words} | {percent(measured.right[change])} | {percent(measured.sure[change], decimals=0)} |"
        for change, words in CHANGED.items()
    )
    st.markdown(
        "The pictures held back once more, each changed in the same way. The labels stay, and a person would mostly "
        "answer as before, or say that there is nothing to see. Change the one above in the sidebar, or paint a smiley."
        f"\n\n| Change | Right answers | How sure it is, on average |\n|:--|--:|--:|\n{rows}"
    )
    let_it_be_unsure(view, measured.answers)


@st.fragment
def let_it_be_unsure(view, answers):
    """Answers below a threshold do not count; moving it runs this part alone."""
    threshold = st.slider("Say “not sure” where the largest probability is below", 0, 100, 0, format="%d%%",
                          key="network_threshold", bind="query-params")  # fmt: skip
    plain, noisy = (not_sure(answers[change], view.data.test_labels, threshold / 100) for change in ("none", "noise"))
    says = f"this app does, below {threshold} %" if threshold else "this app could. At 0 % it does so about no picture"
    would_be = f" ({plain.right_but_unsure} of them would have been right)" if plain.unsure else ""
    st.markdown(
        f"The network itself never says so; {says}. Of the {len(view.data.test_labels)} pictures as they are: "
        f"**{plain.right}** right, **{plain.wrong}** wrong, **{plain.unsure}** not sure{would_be}. With noise: "
        f"{noisy.right} right, {noisy.wrong} wrong, {noisy.unsure} not sure."
    )


def show_other_names(view, network, measured):
    n_digits = sum(len(part) for part in (examples("digits").train_labels, examples("digits").test_labels))
    st.markdown(
        "- A network like this is a **CNN**, a convolutional neural network. Its score maps are **feature maps**, its "
        "templates **filters**; one pass over all examples is an **epoch**.\n"
        "- The seed decides which templates it ends up with. Some become lines, others mixtures of several, and some "
        "are **dead**: they never score above 0, and the activation turns all they say into 0. Try more templates.\n"
        f"- The digits are {n_digits:,} real ones, written by 13 people: see lib/data/README.md. One fifth of them is "
        "held back.\n"
        "- The error that it makes smaller is the **cross-entropy**: minus the logarithm of the probability of the "
        "right answer. It steps with **Adam**, which gives each weight a step size of its own.\n"
        "- What is mistaken for what is a **confusion matrix**."
    )
    left, right = st.columns(2)
    with left:
        show_curve(network, "error (cross-entropy)", (network.train_losses, network.test_losses), "_error")
    with right:
        show(
            table(measured.counts, view.kind.answers, rows="what it is", columns="what the network answers"),
            f"{measured.counts.trace()} of {measured.counts.sum()} are right: they stand on the diagonal.",
        )


page()
