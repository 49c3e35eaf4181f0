"""A small network: several learned templates, pooled, to probabilities."""

from typing import NamedTuple

import streamlit as st

from lib.changes import change_pictures
from lib.inside import answer, contributions, layers, not_sure
from lib.network import new_network, train_epoch
from lib.tasks import TASKS, Examples, Task, examples
from lib.ui import trained
from lib.ui.charts import table
from lib.ui.figures import gallery
from lib.ui.one_picture import show_one_picture
from lib.ui.page import code, next_page, show, takeaway, tell
from lib.ui.predict import predict
from lib.ui.watching import ERROR, RIGHT, network_so_far, show_curve
from lib.ui.words import counted, percent

NAMES = {"Lines": "lines", "Handwritten digits": "digits"}
MANY = 12  # wrong pictures shown
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
    view = choose()
    with story.body:
        network = network_so_far(view)
        measured = trained.measured(network)
        show_one_picture(view, network)
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
    code("network", new_network, train_epoch, layers, contributions, answer, change_pictures, not_sure)
    next_page("start", "Back to the start")


class View(NamedTuple):
    """Everything the sidebar says: which network it is. The picture is chosen where it is shown."""

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
    """The controls, in the order of the sidebar. Each choice is one of few, so that many visitors share a network."""
    side, names = st.sidebar, list(NAMES)
    task = NAMES[
        side.segmented_control(
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
            show_curve(network, RIGHT, key="_learned")
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
        "answer as before, or say that there is nothing to see. Change the one above, or paint a smiley."
        f"\n\n| Change | Right answers | How sure it is, on average |\n|:--|--:|--:|\n{rows}"
    )
    let_it_be_unsure(view, measured.answers)


@st.fragment
def let_it_be_unsure(view, answers):
    """Answers below a threshold do not count; moving it runs this part alone."""
    threshold = st.slider(
        "Say “not sure” where the largest probability is below",
        0,
        100,
        0,
        format="%d%%",
        key="network_threshold",
        bind="query-params",
    )
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
        show_curve(network, ERROR, key="_error")
    with right:
        show(
            table(measured.counts, view.kind.answers, rows="what it is", columns="what the network answers"),
            f"{measured.counts.trace()} of {measured.counts.sum()} are right: they stand on the diagonal.",
        )


page()
