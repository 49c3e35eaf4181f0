"""The template learned from labelled examples."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.codec import encode
from lib.judging import Answers, best_template, check_answers, mean_squared_errors, separation, undivided
from lib.labeller import every_example, labelled_examples, troubled_examples
from lib.learning import steps_to_show, train_batch, train_template, train_with_numpy, train_with_torch
from lib.matching import best_value
from lib.templates import TEMPLATES
from lib.ui.charts import bar
from lib.ui.colours import FLOOR, LINE
from lib.ui.controls import choose_template
from lib.ui.diagnoses import cannot_teach
from lib.ui.figures import gallery
from lib.ui.grids import paintable, replay, resting, touch, weights_grid
from lib.ui.learning_deeper import compare_runs, show_many, show_optimum, show_other_names, show_trouble
from lib.ui.page import code, next_page, show, strip, takeaway, tell
from lib.ui.predict import challenge, predict
from lib.ui.trained import STEP_SIZES, STEPS, Learned, goal, highest_perfect, learn
from lib.ui.words import number, short

NAMES = ("vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left")
ENGINES = {"by hand": "numpy", "PyTorch": "torch"}
CHANGED = {
    "none": "",
    "half strength": "Every pixel is half as bright, so every sum is half as large. The threshold is not.",
    "inverted": "Yellow and black have changed places: where the pattern was, there is nothing left to add up.",
    "shifted": "Everything has moved one column to the right, away from the weights that were learned for it.",
    "noise": "Every pixel has become brighter or darker by chance, and every sum with it.",
}


def page():
    """The page from top to bottom."""
    story = tell(
        "learning",
        "Nobody has to draw the template. Start with random numbers, show a picture together with the right answer, "
        "its **label**, and change every number a little so that the **error** gets smaller. After a thousand such "
        "**examples**, the template has found the pattern.",
    )
    with story.messages:
        view = choose(story.deeper)
        learned = learn(view.weights, view.rate, view.seed, view.bias, ENGINES[view.engine])
        step = min(view.step, len(learned.run.losses))
        warn_of_the_end(view, learned)
    now = separation(learned.run.templates[step].round(4), learned.run.biases[step], view.oracle)
    with story.question:
        ask_about_the_start(view, learned)
    with story.body:
        show_examples(view)
        show_run(view, learned, step)
        show_answers(view, now)
        set_challenge(view, now)
        show_change(view, learned, step, now)
    with story.lesson:
        takeaway(
            "The template comes from examples and small steps, not from a person. What it learned holds for pictures "
            "like its examples: change the pictures, and it fails without noticing."
        )
    if story.deeper.open:
        with story.deeper:
            go_deeper(view, learned, step)
    code("learning", train_with_torch, train_with_numpy, train_template, labelled_examples, mean_squared_errors,
         best_template, separation, check_answers, change_pictures, train_batch, troubled_examples)  # fmt: skip
    link_on(view, learned, step, now)


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    name: str
    painted: np.ndarray  # (3, 3), the labeller as it was chosen
    oracle: np.ndarray  # (3, 3), the labeller that teaches
    rate: float
    seed: int
    step: int
    bias: bool
    engine: str

    @property
    def weights(self):
        """The labeller as the text of a link: what visitors share is kept by it."""
        return encode(self.oracle)

    @property
    def what(self):
        return "lines" if self.name in NAMES else "patterns"


def choose(typed):
    """The controls, in the order of the sidebar."""
    side = st.sidebar
    name, painted = choose_template("learn_template", NAMES, shape=(3, 3), typed=typed)
    rate = side.select_slider("Step size", STEP_SIZES, 0.1, key="learn_rate", bind="query-params")
    seed = side.slider("Seed: which examples, which random start", 0, 99, 50, key="learn_seed", bind="query-params")
    step = side.slider(
        "Steps: how many examples it has learned from", 0, STEPS, STEPS, key="learn_step", bind="query-params"
    )
    bias = typed.toggle("Learn a bias too, a number added to every output", key="learn_bias", bind="query-params")
    engine = typed.segmented_control(
        "Who does the arithmetic",
        list(ENGINES),
        default="by hand",
        required=True,
        key="learn_engine",
        bind="query-params",
    )  # None, required or not, for a link with nothing after its =
    if not (engine and typed.open):  # PyTorch takes 20 times as long for the same numbers: only where it is seen
        engine = "by hand"
    oracle = painted
    if trouble := cannot_teach(painted):
        st.error(f"{trouble} Until then, the vertical line teaches.")
        name, oracle = "vertical line", TEMPLATES["vertical line"]
    return View(name, painted, oracle, rate, seed, step, bias, engine)


def warn_of_the_end(view, learned):
    if learned.run.diverged_at is not None:
        st.warning(
            f"This run broke off at step {learned.run.diverged_at}: the step size of {number(view.rate)} is too large. "
            "Each step overshoots further than the error it corrects, so the weights grow without end. You see how it "
            f"came to that; step {len(learned.run.losses)} is the last there is."
        )


def ask_about_the_start(view, learned):
    start = separation(learned.run.templates[0], learned.run.biases[0], view.oracle)
    n, n_yes = len(start.is_found), start.found + start.misses
    best_effort = f"find {start.found} of the {n_yes} {view.what}" if start.found else "say no to all"
    predict(
        "learning",
        f"Before training, the template is random numbers. How many of all {n} pictures can it get right?",
        [0, n_yes, n // 2, n - n_yes],
        start.right,
        f"Its best is to {best_effort}: {n} − {start.misses} missed − {start.false_alarms} false alarms = "
        f"{start.right}. Always saying no is right on {n - n_yes}.",
    )


def show_examples(view):
    """The labeller, and the first examples it labels."""
    first, answers = labelled_examples(view.oracle, 10, seed=view.seed)
    labels = every_example(view.oracle)[1]
    st.subheader("The examples", anchor=False)
    labeller, examples = st.columns([1, 3], vertical_alignment="center")
    with labeller:
        panel = touch("Labeller: press to paint", weights_grid(view.painted), key="learn_template", kind="weights")
        paintable("learn", panel)
    with examples:
        titles = ["yes" if answer else "no" for answer in answers]
        show(
            gallery(first, titles, columns=10, height=110, marks=np.flatnonzero(answers)),
            f"The first 10 of {STEPS} random pictures with their labels: {int(answers.sum())} yes. The labels come "
            "from the labeller, whose weights learning never sees. It says yes to "
            f"{int(labels.sum())} of all {len(labels)} pictures.",
        )


def show_run(view, learned, step):
    """The run as a film."""
    aim, (run, errors, details), last = goal(view.weights, view.bias), learned, len(learned.run.losses)
    best, n = number(best_value(view.oracle)), len(every_example(view.oracle)[1])
    st.subheader("The template after each step", anchor=False)
    st.markdown(
        "Play the training. The **gradient** says how the error grows with each weight, so each step takes a little of "
        f"it away from the template. What a template gives for a picture is its sum divided by {best}, the labeller's "
        "best sum, so that a perfect match gives 1, like its label. The curve is the **mean squared error** over all "
        f"{n} pictures; its first steps have more room, because most happens there."
    )
    lines = [
        (f"always 0: {short(aim.nothing)}", aim.nothing, LINE),
        (f"smallest possible: {short(aim.floor)}", aim.floor, FLOOR),
    ]
    replay("learn", run, details, steps_to_show(last, also=step), errors, lines, with_bias=view.bias)
    st.markdown(
        f":small[The mean squared error over all {n} pictures is {short(errors[step])} after step {step} and was "
        f"{short(errors[0])} at the start. The smallest possible is {short(aim.floor)}.]"
    )

    def rested(there):
        st.session_state["learn_step"] = STEPS if there >= last else max(int(there), 0)

    resting("learn", step, rested)


def show_answers(view, now: Answers):
    everything, labels = every_example(view.oracle)
    n, n_no = len(labels), int((1 - labels).sum())
    st.subheader("How good is it?", anchor=False)
    st.markdown(
        f"Say yes where the template gives at least **{short(now.threshold)}**: no other **threshold** gets more of "
        f"all {n} pictures right."
    )
    strip(everything[now.is_found], everything[now.is_missed], everything[now.is_false_alarm], view.what)
    show(
        bar(now.right, n, title=f"Right {now.right} of {n}", mark=n_no, words=f"always no: {n_no}"),
        f"Right on {now.right} of {n} pictures. Always saying no, with nothing learned, is right on {n_no}.",
    )


def set_challenge(view, now):
    n, at_end = len(now.is_found), view.bias and view.step == STEPS
    perfect = at_end and now.right == n
    highest = highest_perfect(view.weights, view.seed) if perfect else None  # a dozen runs: only where it matters
    where = f"You are at {now.right} of {n} after step {view.step}, {'with' if view.bias else 'without'} a bias."
    if view.step < STEPS:
        where += f" It counts after step {STEPS}."
    elif at_end and not perfect:
        where += " Not every seed gets there."
    elif perfect and view.rate != highest:
        where += " A larger step size gets there too."
    challenge(
        "learning",
        f"Learn a bias too (under Go deeper), and find the largest step size that still ends with {n} of {n} right on "
        "this seed.",
        perfect and view.rate == highest,
        where,
    )


@st.fragment
def show_change(view, learned, step, now):
    """The same template and threshold on changed pictures; choosing a change runs this part alone."""
    st.subheader("Change the pictures after learning", anchor=False)
    change = st.selectbox(
        "Make all pictures different", list(CHANGED), key="learn_change", bind="query-params", filter_mode="contains"
    )
    if change == "none":
        st.markdown(
            "The pictures are still like the examples. Make them half as bright, for instance: a person would answer "
            "as before."
        )
        return
    everything, labels = every_example(view.oracle)
    changed = change_pictures(everything, change, seed=view.seed)
    template, bias = learned.run.templates[step].round(4), learned.run.biases[step]
    then = check_answers(template, bias, now.threshold, changed, labels, view.oracle)
    n, n_yes = len(labels), int(labels.sum())
    st.markdown(f"{CHANGED[change]} The labels, the template and the threshold are the same as before.")
    strip(changed[then.is_found], changed[then.is_missed], changed[then.is_false_alarm], view.what, key="_changed")
    st.markdown(
        f"Before the change, it found {now.found} of {n_yes}, with false alarms on {now.false_alarms} pictures. Now it "
        f"finds **{then.found}**, with false alarms on **{then.false_alarms}**, and is right on {then.right} of {n}. "
        f"Always saying no is right on {n - n_yes}."
    )


def go_deeper(view, learned: Learned, step):
    """What only some want."""
    run, asked = learned.run, (view.weights, view.rate, view.seed, view.bias)
    compare_runs((view.rate, view.seed), view.weights, view.bias)
    show_optimum(view.oracle, view.weights, view.bias, run.templates[step], run.biases[step])
    show_many(view.weights, view.rate, view.bias)
    show_trouble(view.oracle, *asked)
    show_other_names(view.oracle, run, learn(*asked, "numpy").run if view.engine == "PyTorch" else None)


def link_on(view, learned, step, now):
    """The next pages. What a link cannot carry, the weights of a run that broke off, stays behind."""
    template, best = learned.run.templates[step].round(4), best_value(view.oracle)
    value = undivided(now, template, learned.run.biases[step], view.oracle)
    travels = max(abs(template).max(), abs(value)) < 1000
    if travels and best != 1:
        st.markdown(
            f":small[On the convolution page, sums are not divided by {number(best)}: there, this template says yes "
            f"from {number(value)} on.]"
        )
    next_page("network", "Next: several learned templates make a network", network_task="Lines")
    next_page("convolution", "Or slide the learned template" if travels else "Or slide a template",
              conv_template=encode(template if travels else view.oracle), conv_value=value if travels else "perfect",
              conv_picture="planted lines", conv_padding=1)  # fmt: skip


page()
