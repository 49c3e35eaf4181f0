"""What the learning page shows under Go deeper, while it is open."""

import numpy as np
import streamlit as st

from lib.judging import best_template, output_groups, separation
from lib.learning import steps_to_show
from lib.matching import best_value
from lib.ui.charts import curves, histograms, outputs_figure
from lib.ui.colours import CURVES, FLOOR
from lib.ui.diagnoses import diagnosis
from lib.ui.figures import figure, panel
from lib.ui.page import show
from lib.ui.trained import (
    FEW,
    N_LEARNERS,
    STEP_SIZES,
    STEPS,
    TOO_LARGE,
    TOO_SMALL,
    goal,
    learn,
    learn_in_trouble,
    learn_many,
)
from lib.ui.words import number, short

TROUBLES = {
    "none": "",
    "step size too large": f"Everything is as above, but for a step size of {TOO_LARGE}.",
    "step size too small": f"Everything is as above, but for a step size of {TOO_SMALL}.",
    "too few examples": f"Everything is as above, but there are only {FEW} examples: the same {FEW} over and over.",
    "wrong labels": "Everything is as above, but some of the labels say the opposite of the labeller.",
    "unbalanced examples": "Everything is as above, but somebody has chosen how many of the examples are a yes.",
}
SHARES = {"wrong labels": "Wrong labels, of 100", "unbalanced examples": "Examples that are a yes, of 100"}
COUNTS = {"found": "found", "missed": "misses", "false alarms": "false_alarms", "right": "right"}


@st.fragment
def compare_runs(first, weights, bias):
    """The error curves of up to three runs, by hand; `first` is the page's own (step size, seed)."""
    n_runs = st.segmented_control(
        "Compare runs", [1, 2, 3], default=1, required=True, key="learn_runs", bind="query-params"
    )  # None, required or not, for a link with nothing after its =
    others = [choose_run(n, default) for n, default in zip(range(2, (n_runs or 1) + 1), (0.01, 0.5), strict=False)]
    if not others:
        return
    lines, ends, broke_off = [], [], False
    for n, ((rate, seed), colour) in enumerate(zip([first, *others], CURVES, strict=False), start=1):
        run, errors, _ = learn(weights, rate, seed, bias, "numpy")
        at = steps_to_show(len(errors) - 1)
        lines.append((f"{n}: step size {number(rate)}, seed {seed}", np.int16(at), np.float32(errors[at]), colour))
        ends.append(short(errors[-1]))
        broke_off |= run.diverged_at is not None
    show(
        curves(lines, x="step", y="mean squared error", log="y" if broke_off else False),
        f"The mean squared error of each run over all pictures. At their ends it is {', '.join(ends)}.",
    )


def choose_run(n, default):
    """The step size and seed of another run to compare with."""
    left, right = st.columns(2)
    rate = left.select_slider(f"Step size of run {n}", STEP_SIZES, default, key=f"learn_rate_{n}", bind="query-params")
    return rate, right.slider(f"Seed of run {n}", 0, 99, 50, key=f"learn_seed_{n}", bind="query-params")


def optimum_in_words(oracle, template, bias):
    """The weights of an optimum: labels follow from the signs of the labeller's weights, so they do too."""
    parts = []
    for sign, words in ((1, "is above 0"), (-1, "is below 0"), (0, "has 0")):
        kinds = oracle[np.sign(oracle) == sign]
        if kinds.size:
            where = f"has {number(kinds[0])}" if (kinds == kinds[0]).all() else words
            weight = short(template[np.sign(oracle) == sign].mean())
            parts.append(f"**{weight}** where {'it' if parts else 'the labeller'} {where}")
    return ", ".join(parts) + ("" if bias is None else f", and a bias of **{short(bias)}**")


def show_optimum(oracle, weights, with_bias, template, bias):
    """The exact optimum, without or with a bias, its outputs, and why it is not the labeller's template."""
    aim, elsewhere = goal(weights, with_bias), goal(weights, not with_bias)
    ideal, n = separation(aim.best, aim.best_bias, oracle), 2**oracle.size
    here, beyond = ("With", "Without") if with_bias else ("Without", "With")
    st.header("What a bias adds, and what squared error wants", anchor=False)
    st.markdown(
        f"{here} a bias, the smallest possible error is that of "
        f"{optimum_in_words(oracle, aim.best, aim.best_bias if with_bias else None)}. The best threshold for its "
        f"outputs, {short(ideal.threshold)}, gets **{ideal.right} of {n}** pictures right. {beyond} a bias, it is that "
        f"of {optimum_in_words(oracle, elsewhere.best, None if with_bias else elsewhere.best_bias)}, and "
        f"{separation(elsewhere.best, elsewhere.best_bias, oracle).right} are right."
    )
    wrong = n - ideal.right
    show(
        outputs_figure(*output_groups(aim.best, aim.best_bias, oracle), ideal.threshold),
        f"Its outputs for all {n} pictures, by their label: a larger dot is more. "
        + (f"Red are the {wrong} on the wrong side of the threshold." if wrong else "All are on their side."),
    )
    st.markdown(why_not_the_labeller(aim, separation(oracle, 0, oracle).right, n))
    off, optimal = template.round(4) - aim.best, panel(aim.best, "Exact optimum", low=-1, high=1)
    with st.container(width=400):  # side by side, at the page's left edge
        show(
            figure(optimal, panel(off, "Difference", low=-1, high=1), height=200),
            "The template with the smallest possible mean squared error, and how far the learned one is from it: at "
            f"most {short(abs(off).max())} in any weight."
            + (f" The optimum's bias is {short(aim.best_bias)}, the learned one {short(bias)}." if with_bias else ""),
        )


def why_not_the_labeller(aim, right, n):
    """What squared error asks for, in the numbers of this labeller."""
    chase = f"and yet with a threshold they get {right} of {n} right: training chases the labels, not the pattern"
    if aim.drawn > aim.nothing:
        verdict = f"The labeller's weights do worse than nothing, {chase}."
    elif aim.drawn > aim.floor + 1e-9:
        verdict = f"The labeller's weights are not the best for that, {chase}."
    else:
        verdict = "Here, the labeller's weights are the best for that too."
    return (
        "Squared error wants 1 for every yes and 0 for every no. It does not ask for the labeller's own weights: those "
        f"have a mean squared error of {short(aim.drawn)}, always answering 0 has {short(aim.nothing)}, and the exact "
        f"optimum {short(aim.floor)}. {verdict} Without a bias, weights below 0 pull the many no down. With one, the "
        "bias does that, and the optimum has exactly 0 wherever a pixel does not matter."
    )


@st.fragment
def show_many(weights, rate, bias):
    """How the weights of many learners lie around the optimum."""
    many = st.toggle(f"Train {N_LEARNERS} learners, each with its own seed", key="learn_many", bind="query-params")
    if not many:
        return
    learners = learn_many(weights, rate, bias)
    if n_diverged := int(learners.diverged.sum()):
        st.warning(
            f"{n_diverged} of the {N_LEARNERS} learners broke off: the step size of {number(rate)} is too large, and "
            "their weights grow without end. With a smaller one, you see here where the weights end."
        )
        return
    spread = short(learners.templates.std(axis=0).mean())
    show(
        histograms(learners.templates, goal(weights, bias).best),
        f"Where each weight of {N_LEARNERS} learners ends after {STEPS} steps of size {number(rate)}, with its mean ± "
        f"standard deviation; red is the exact optimum. A weight is typically **{spread}** (its standard deviation) "
        "away from the mean of all" + (f", and the bias {short(learners.biases.std())}." if bias else "."),
    )
    st.markdown(
        "All learn from the same labeller. Chance decides where they start and which examples they see, and every "
        "example moves the weights a little. Smaller steps move them less, but take more examples to get there."
    )


@st.fragment
def show_trouble(oracle, weights, rate, seed, bias, *, settled):
    """A run with a trouble beside the same run without, and what can be said of it, once the question is `settled`."""
    trouble = st.selectbox(
        "Give a run a trouble", list(TROUBLES), key="learn_trouble", bind="query-params", filter_mode="contains"
    )
    share = 0
    if trouble in SHARES:
        share = st.slider(SHARES[trouble], 0, 100, 30, key="learn_share", bind="query-params")
    if trouble == "none" or not settled:
        return
    sound = learn_in_trouble(weights, rate, seed, bias, "none", 0)
    sick = learn_in_trouble(weights, rate, seed, bias, trouble, share)
    st.markdown(f"{TROUBLES[trouble]} **{diagnosis(sick.finding)}**")
    draw_trouble(trouble, sound, sick, goal(weights, bias).floor, 2**oracle.size)
    if trouble == "unbalanced examples":
        best, best_bias = best_template(oracle, bias=bias, positives=share / 100)
        instance = " for instance" if share in (0, 100) else ""  # several templates may do as well
        st.markdown(
            f"If {share} % of all examples are a yes, the smallest possible error is that of{instance} "
            f"{optimum_in_words(oracle, best, best_bias if bias else None)}."
        )


def draw_trouble(trouble, sound, sick, floor, n):
    """Both runs' errors, and what both find."""
    lines = [
        (name, np.int16(one.steps), np.float32(one.errors), colour)
        for name, one, colour in (("your run", sound, CURVES[1]), (trouble, sick, CURVES[0]))
    ]
    lines.append(("smallest possible", [0, STEPS], [floor, floor], FLOOR))
    grows = any(one.diverged_at is not None for one in (sound, sick))
    stop = [] if sick.diverged_at is None else [(sick.diverged_at, f"broke off at step {sick.diverged_at}")]
    show(
        curves(lines, x="step", y="mean squared error", log="y" if grows else False, height=280, verticals=stop),
        f"The mean squared error over all {n} pictures with their right labels: at its end {short(sick.errors[-1])} "
        f"with the trouble, {short(sound.errors[-1])} without.",
    )
    rows = [
        f"| {word} | {getattr(sound.answers, field)} | {getattr(sick.answers, field)} |"
        for word, field in COUNTS.items()
    ]
    st.markdown("\n".join([f"| of {n} pictures | your run | {trouble} |", "|:--|--:|--:|", *rows]))
    st.markdown(
        ":small[Each run's threshold is the one that gets most of its own examples right. Nobody has more to go by.]"
    )


def show_other_names(oracle, run, by_hand):
    """The words of the field. `by_hand` is the same run by hand, or None where this one is."""
    same = "PyTorch finds the very same gradients by **autograd**: choose it above, and see how far the two are apart."
    if by_hand is not None:
        both = min(len(run.templates), len(by_hand.templates))
        apart = abs(run.templates[:both] - by_hand.templates[:both]).max()
        same = (
            "PyTorch finds the very same gradients by **autograd**. By hand, the templates differ only by rounding: at "
            f"most **{apart:.1g}** in any weight after any step."
        )
    st.header("In other words", anchor=False)
    st.markdown(
        f"- By hand, the gradient is 2 × error × picture, divided like the sum by {number(best_value(oracle))}. "
        f"{same}\n"
        "- The learned template is not the labeller's because the squared error has another goal, not because weights "
        "are real numbers, as the article has it.\n"
        "- The template keeps moving around the optimum, because each step follows one example only. A smaller step "
        "size stays closer and takes longer.\n"
        "- Step size is called **learning rate** elsewhere. One example a step is **stochastic gradient descent** "
        "(SGD). The exact optimum is **least squares**, and the labeller an **oracle**.\n"
        "- The article does not show how it makes its labels. That part is our reconstruction."
    )
