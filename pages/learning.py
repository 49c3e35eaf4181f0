"""The template learned from labelled examples."""

import math

import numpy as np
import streamlit as st

from lib.codec import decode_template, encode
from lib.learning import (
    CHANGES,
    ENGINES,
    best_template,
    change_images,
    check_answers,
    check_oracle,
    every_example,
    highest_perfect_rate,
    labelled_examples,
    mean_squared_errors,
    outputs,
    separation,
    train_template,
)
from lib.matching import best_value
from lib.ui.controls import choose_template
from lib.ui.figures import LINE, bar, curves, figure, gallery, panel
from lib.ui.page import EndOfPage, code, go_deeper, next_page, number, show, strip, takeaway
from lib.ui.predict import challenge, predict

NAMES = ("vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left")
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)
WORDS = {"PyTorch": "torch", "by hand": "numpy"}
STEPS = 1000
CHANGED = {
    "half strength": "Every pixel is half as bright, so every sum is half as large. The threshold is not.",
    "inverted": "Yellow and black have changed places: where the pattern was, there is nothing left to add up.",
    "shifted": "Everything has moved one column to the right, away from the weights that were learned for it.",
    "noise": "Every pixel has become brighter or darker by chance, and every sum with it.",
}


@st.cache_data(max_entries=256, show_spinner=False)
def learn(weights, rate, seed, bias, engine):
    """The run and its mean squared errors, about 150 kB: pickled, so no session can change another's arrays."""
    oracle = decode_template(weights)
    run = train_template(oracle, steps=STEPS, learning_rate=rate, seed=seed, bias=bias, engine=engine)
    return run, mean_squared_errors(run.templates, run.biases, oracle)


@st.cache_data(max_entries=256, show_spinner=False)
def highest_perfect(weights, seed):
    """Of the RATES, the highest whose run with a bias ends with every picture right, or None."""
    return highest_perfect_rate(decode_template(weights), RATES, steps=STEPS, seed=seed)


def short(x):
    """A number with at most four decimals; beyond a thousand, whole and with commas."""
    if abs(x) >= 1000:
        return f"{x:,.0f}".replace("-", "−")
    return number(round(float(x), 9))  # 0.0625 may arrive as 0.06249999999999999


st.markdown(
    "Nobody has to draw the template. Start with random numbers, show a picture together with the right answer, its "
    "**label**, and change every number a little so that the **error** gets smaller. After a thousand such "
    "**examples**, the template has found the pattern."
)
question = st.container()
body = st.container()
takeaway(
    "The template comes from examples and small steps, not from a person. What it learned holds for pictures like its "
    "examples: change the pictures, and it fails without noticing."
)
goal = st.container()
deeper = go_deeper()

name, oracle = choose_template("learn_template", NAMES, shape=(3, 3))
rate = st.sidebar.select_slider("Step size", RATES, 0.1, key="learn_rate", bind="query-params")
seed = st.sidebar.slider("Seed: which examples, which random start", 0, 99, 50, key="learn_seed", bind="query-params")
step = st.sidebar.slider("Steps: how many examples it has learned from", 0, STEPS, STEPS, key="learn_step",
                         bind="query-params")  # fmt: skip
change = st.sidebar.selectbox("Change the pictures after learning", CHANGES, key="learn_change", bind="query-params",
                              filter_mode="contains")  # fmt: skip
with deeper:  # the engine is None, required or not, for a link with an empty learn_engine=
    bias = st.toggle("Learn a bias too, a number added to every output", key="learn_bias", bind="query-params")
    engine = st.segmented_control("Who does the arithmetic", list(WORDS), default="PyTorch", required=True,
                                  key="learn_engine", bind="query-params") or "PyTorch"  # fmt: skip
try:
    check_oracle(oracle)
except ValueError as error:
    body.error(str(error))
    raise EndOfPage from None  # only now: a control that is not drawn forgets its value

run, errors = learn(encode(oracle), rate, seed, bias, WORDS[engine])
last = len(run.templates) - 1
step = min(step, last)
template = run.templates[step].round(4)  # as its link carries it, so that the next page finds the same
everything, labels = every_example(oracle)
n, n_yes = len(labels), int(labels.sum())
n_no = n - n_yes
best, best_bias = best_template(oracle, bias=bias)
floor, nothing, drawn = mean_squared_errors([best, best * 0, oracle], [best_bias, 0, 0], oracle)
what = "lines" if name in NAMES else "patterns"

with question:
    start = separation(run.templates[0], run.biases[0], oracle)
    best_effort = f"find {start.found} of the {n_yes} {what}" if start.found else "say no to all"
    predict(
        "learning",
        f"Before training, the template is random numbers. How many of all {n} pictures can it get right?",
        [0, n_yes, n // 2, n_no],
        start.right,
        f"Its best is to {best_effort}: {n} − {start.misses} missed − {start.false_alarms} false alarms = "
        f"{start.right}. Always saying no is right on {n_no}.",
    )

with body:
    if run.diverged_at is not None:
        st.warning(
            f"This run broke off at step {run.diverged_at}: the step size of {number(rate)} is too large. Each step "
            "overshoots further than the error it corrects, so the weights grow without end. "
            f"You see how it came to that; step {last} is the last there is."
        )
    st.subheader("The examples", anchor=False)
    first, answers = labelled_examples(oracle, 10, seed=seed)
    show(
        gallery(first, ["yes" if answer else "no" for answer in answers], columns=10, height=110,
                marks=np.flatnonzero(answers)),
        f"The first 10 of {STEPS} random pictures with their labels: {int(answers.sum())} yes. The labels come from "
        f"the template in the sidebar, the labeller. It says yes to {n_yes} of all {n} pictures.",
    )  # fmt: skip

    st.subheader("The template after each step", anchor=False)
    panels = [panel(template, f"Step {step}", low=-1, high=1), panel(oracle, "Labeller", low=-1, high=1)]
    if step:
        panels.append(panel(run.images[step - 1], "Example"))
    show(
        figure(*panels, height=200),
        f"The template after step {step} beside the labeller's, which learning never sees. Blue is below 0, red above.",
    )
    if step:
        example, label = run.images[step - 1 : step], run.labels[step - 1]
        y = outputs(run.templates[step - 1], run.biases[step - 1], example, oracle)[0]
        st.markdown(
            f"Example {step} has the label {'yes' if label else 'no'}, so **{label:.0f}** is right. Before this step, "
            f"the template gave **{short(y)}**, an error of **{short(y - label)}**, squared "
            f"{short(run.losses[step - 1])}. The step changed the weights under the yellow pixels"
            f"{' and the bias' if bias else ''}, against the error."
        )
    else:
        st.markdown("No step yet: these are random numbers. Move the slider in the sidebar.")

    st.subheader("The error over all pictures", anchor=False)
    steps = np.arange(last + 1, dtype=np.int16)
    ends = steps[[0, -1]]
    highest = errors.max()
    grows = run.diverged_at is not None
    show(
        curves(
            [
                ("this run", steps, errors.astype(np.float32), "rgb(205,64,113)"),
                (f"always 0: {short(nothing)}", ends, np.repeat(nothing, 2), LINE),
                (f"smallest possible: {short(floor)}", ends, np.repeat(floor, 2), "rgb(60,140,220)"),
            ],
            x="step", y="mean squared error", points=[(step, float(errors[step]))], log="y" if grows else False,
            x_range=(0, max(last, 1)), y_range=(0.01, 2 * highest) if grows else (0, math.ceil(2 * highest) / 2),
        ),
        f"The mean squared error over all {n} pictures is {short(errors[step])} after step {step} and was "
        f"{short(errors[0])} at the start. The smallest possible is {short(floor)}."
        + (" On this scale, equal distances are equal factors." if grows else ""),
    )  # fmt: skip

    st.subheader("How good is it?", anchor=False)
    now = separation(template, run.biases[step], oracle)
    st.markdown(
        f"Say yes where the template gives at least **{short(now.threshold)}**: no other **threshold** gets more of "
        f"all {n} pictures right."
    )
    strip(everything[now.is_found], everything[now.is_missed], everything[now.is_false_alarm], what)
    show(
        bar(now.right, n, title=f"Right {now.right} of {n}", mark=n_no, words=f"always no: {n_no}"),
        f"Right on {now.right} of {n} pictures. Always saying no, with nothing learned, is right on {n_no}.",
    )

    st.subheader("Change the pictures after learning", anchor=False)
    if change == "none":
        st.markdown(
            "The pictures are still like the examples. In the sidebar, make them half as bright, for instance: "
            "a person would answer as before."
        )
    else:
        changed = change_images(everything, change, seed=seed)
        then = check_answers(template, run.biases[step], now.threshold, changed, labels, oracle)
        st.markdown(f"{CHANGED[change]} The labels, the template and the threshold are the same as before.")
        strip(changed[then.is_found], changed[then.is_missed], changed[then.is_false_alarm], what, key="_changed")
        st.markdown(
            f"Before the change, it found {now.found} of {n_yes}, with false alarms on {now.false_alarms} pictures. "
            f"Now it finds **{then.found}**, with false alarms on **{then.false_alarms}**, and is right on "
            f"{then.right} of {n}. Always saying no is right on {n_no}."
        )

with goal:
    at_end = bias and step == STEPS
    highest = highest_perfect(encode(oracle), seed) if at_end else None
    where = f"You are at {now.right} of {n} after step {step}, {'with' if bias else 'without'} a bias."
    if at_end and highest is None:
        where += " On this seed, no step size gets there: take another seed."
    elif at_end and now.right == n and rate != highest:
        where += " A larger step size gets there too."
    challenge(
        f"Learn a bias too (under Go deeper), and find the largest step size that still ends with {n} of {n} right on "
        "this seed.",
        at_end and rate == highest and now.right == n,
        where,
    )

with deeper:
    other = next(key for key in WORDS.values() if key != WORDS[engine])
    others = learn(encode(oracle), rate, seed, bias, other)[0].templates
    both = min(len(others), last + 1)
    difference = abs(run.templates[:both] - others[:both]).max()
    st.markdown(
        "PyTorch and the same arithmetic by hand differ only by rounding: "
        f"at most **{difference:.1g}** in any weight after any step."
    )
    show(
        figure(
            panel(best, "Exact optimum", low=-1, high=1),
            panel(template - best, "Difference", low=-1, high=1),
            height=200,
        ),
        "The template with the smallest possible mean squared error, and how far the learned one is from it: at most "
        f"{short(abs(template - best).max())} in any weight."
        + (f" The optimum's bias is {short(best_bias)}, the learned one {short(run.biases[step])}." if bias else ""),
    )
    st.markdown(
        "- Why is the learned template not the labeller's? Not because weights are real numbers, as the article has "
        "it. The squared error wants 1 for every yes and 0 for every no, which is another goal than having the "
        f"labeller's weights: those have a mean squared error of {short(drawn)}, always answering 0 has "
        f"{short(nothing)}, and the exact optimum {short(floor)}. Without a bias, weights below 0 pull the many no "
        "down. With one, the bias does that, and the optimum has exactly 0 wherever a pixel does not matter.\n"
        "- The template keeps moving around the optimum, because each step follows one example only. A smaller step "
        "size stays closer and takes longer.\n"
        f"- Every sum is divided by the labeller's best sum, {number(best_value(oracle))}, so that the labeller gives "
        "a perfect picture 1, like its label.\n"
        "- Step size is called **learning rate** elsewhere. One example a step is **stochastic gradient descent** "
        "(SGD). PyTorch finds the direction of each step by **autograd**; by hand it is 2 × error × picture. The exact "
        "optimum is **least squares**, and the labeller an **oracle**.\n"
        "- The article does not show how it makes its labels. That part is our reconstruction."
    )

code(labelled_examples, train_template, ENGINES[WORDS[engine]], mean_squared_errors, best_template, separation,
     check_answers, change_images)  # fmt: skip
value = round((now.threshold - run.biases[step]) * best_value(oracle), 5)  # halfway between sums of four decimals
travels = max(abs(template).max(), abs(value)) < 1000  # what a link can carry; a run that broke off may end beyond
next_page("convolution", "Next: slide the learned template" if travels else "Next: slide a template",
          conv_template=encode(template if travels else oracle), conv_value=value if travels else "perfect",
          conv_picture="planted lines", conv_padding=1, conv_stride=1, conv_dilation=1, conv_seed=0, conv_row=0,
          conv_column=0)  # fmt: skip
