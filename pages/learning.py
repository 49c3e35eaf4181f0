"""The template learned from labelled examples."""

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.codec import decode_template, encode
from lib.diagnosis import diagnose
from lib.judging import (
    best_template,
    check_answers,
    highest_perfect_rate,
    learned_answers,
    mean_squared_errors,
    output_groups,
    separation,
)
from lib.labeller import every_example, labelled_examples, troubled_examples
from lib.learning import ENGINES, step_details, steps_to_show, train_batch, train_many, train_template
from lib.matching import best_value
from lib.ui.charts import bar, curves, histograms, outputs_figure
from lib.ui.colours import CURVES, FLOOR, LINE
from lib.ui.controls import choose_template
from lib.ui.diagnoses import cannot_teach, diagnosis
from lib.ui.figures import figure, gallery, panel
from lib.ui.grids import paintable, replay, resting, touch, weights_grid
from lib.ui.page import EndOfPage, code, go_deeper, next_page, show, strip, takeaway
from lib.ui.predict import challenge, predict
from lib.ui.words import number, short

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
SEEDS = 256  # learners at once
TOO_LARGE, TOO_SMALL, FEW = 5, 0.001, 8  # step sizes, and the number of examples
TROUBLES = {
    "none": "",
    "step size too large": f"Everything is as above, but for a step size of {TOO_LARGE}.",
    "step size too small": f"Everything is as above, but for a step size of {TOO_SMALL}.",
    "too few examples": f"Everything is as above, but there are only {FEW} examples: the same {FEW} over and over.",
    "wrong labels": "Everything is as above, but some of the labels say the opposite of the labeller.",
    "unbalanced examples": "Everything is as above, but somebody has chosen how many of the examples are a yes.",
}
SHARES = {"wrong labels": "Wrong labels, of 100", "unbalanced examples": "Examples that are a yes, of 100"}


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


@st.cache_data(max_entries=64, show_spinner=False)
def learn_many(weights, rate, bias):
    """Where the runs of all seeds end, about 20 kB."""
    return train_many(decode_template(weights), seeds=SEEDS, steps=STEPS, learning_rate=rate, bias=bias)


@st.cache_data(max_entries=256, show_spinner=False)
def learn_in_trouble(weights, rate, seed, bias, trouble, share):
    """A run with that trouble: some of its steps, its errors after them, where it broke off, answers, diagnosis."""
    oracle = decode_template(weights)
    examples = troubled_examples(
        oracle,
        FEW if trouble == "too few examples" else STEPS,
        seed=seed,
        wrong=share / 100 if trouble == "wrong labels" else 0,
        positives=share / 100 if trouble == "unbalanced examples" else None,
    )
    rate = {"step size too large": TOO_LARGE, "step size too small": TOO_SMALL}.get(trouble, rate)
    run = train_template(oracle, steps=STEPS, learning_rate=rate, seed=seed, bias=bias, engine="numpy",
                         examples=examples)  # fmt: skip
    at = steps_to_show(len(run.losses))
    errors = mean_squared_errors(run.templates[at], run.biases[at], oracle)
    return at, errors, run.diverged_at, learned_answers(run, oracle), diagnose(run, oracle, bias=bias)


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

with body:  # where its message goes
    name, oracle = choose_template("learn_template", NAMES, shape=(3, 3), typed=deeper)
rate = st.sidebar.select_slider("Step size", RATES, 0.1, key="learn_rate", bind="query-params")
seed = st.sidebar.slider("Seed: which examples, which random start", 0, 99, 50, key="learn_seed", bind="query-params")
step = st.sidebar.slider("Steps: how many examples it has learned from", 0, STEPS, STEPS, key="learn_step",
                         bind="query-params")  # fmt: skip
change = st.sidebar.selectbox("Change the pictures after learning", ["none", *CHANGED], key="learn_change",
                              bind="query-params", filter_mode="contains")  # fmt: skip


def choose_run(number, default):
    """The step size and seed of another run to compare with."""
    left, right = st.columns(2)
    rate = left.select_slider(f"Step size of run {number}", RATES, default, key=f"learn_rate_{number}",
                              bind="query-params")  # fmt: skip
    return rate, right.slider(f"Seed of run {number}", 0, 99, 50, key=f"learn_seed_{number}", bind="query-params")


with deeper:  # a segmented control is None, required or not, for a link with nothing after its =
    engine = st.segmented_control("Who does the arithmetic", list(WORDS), default="PyTorch", required=True,
                                  key="learn_engine", bind="query-params") or "PyTorch"  # fmt: skip
    n_runs = st.segmented_control("Compare runs", [1, 2, 3], default=1, required=True, key="learn_runs",
                                  bind="query-params") or 1  # fmt: skip
    compared = [choose_run(number, default) for number, default in zip(range(2, n_runs + 1), (0.01, 0.5), strict=False)]
    runs_part = st.container() if compared else None
    st.subheader("What a bias adds, and what squared error wants", anchor=False)
    bias = st.toggle("Learn a bias too, a number added to every output", key="learn_bias", bind="query-params")
    bias_part = st.container()
    st.subheader("Many learners at once", anchor=False)
    many = st.toggle(f"Train {SEEDS} learners, each with its own seed", key="learn_many", bind="query-params")
    many_part = st.container() if many else None
    st.subheader("What goes wrong", anchor=False)
    trouble = st.selectbox("Give a run a trouble", list(TROUBLES), key="learn_trouble", bind="query-params",
                           filter_mode="contains")  # fmt: skip
    share = 0
    if trouble in SHARES:
        share = st.slider(SHARES[trouble], 0, 100, 30, key="learn_share", bind="query-params")
    trouble_part = st.container() if trouble != "none" else None
    st.subheader("In other words", anchor=False)
with body:
    st.subheader("The examples", anchor=False)
    labeller, examples = st.columns([1, 3], vertical_alignment="center")
    with labeller:
        paintable(
            "learn", touch("Labeller: press to paint", weights_grid(oracle), key="learn_template", kind="weights")
        )
sorry = cannot_teach(oracle)
if sorry:
    body.error(sorry)
    raise EndOfPage  # only now: a control that is not drawn forgets its value

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
    first, answers = labelled_examples(oracle, 10, seed=seed)
    with examples:
        show(
            gallery(first, ["yes" if answer else "no" for answer in answers], columns=10, height=110,
                    marks=np.flatnonzero(answers)),
            f"The first 10 of {STEPS} random pictures with their labels: {int(answers.sum())} yes. The labels come "
            f"from the labeller, whose weights learning never sees. It says yes to {n_yes} of all {n} pictures.",
        )  # fmt: skip

    st.subheader("The template after each step", anchor=False)
    st.markdown(
        "Play the training. The **gradient** says how the error grows with each weight, so each step takes a little of "
        f"it away from the template. The curve is the **mean squared error** over all {n} pictures; its first steps "
        "have more room, because most happens there."
    )
    replay(
        "learn",
        run,
        step_details(run, oracle),
        steps_to_show(last, also=step),
        errors,
        [(f"always 0: {short(nothing)}", nothing, LINE), (f"smallest possible: {short(floor)}", floor, FLOOR)],
        with_bias=bias,
    )
    st.markdown(
        f":small[The mean squared error over all {n} pictures is {short(errors[step])} after step {step} and was "
        f"{short(errors[0])} at the start. The smallest possible is {short(floor)}.]"
    )
    resting("learn", step, lambda there: st.session_state.update(
        {"learn_step": STEPS if there >= last else max(int(there), 0)}))  # fmt: skip

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
        changed = change_pictures(everything, change, seed=seed)
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
    if step < STEPS:
        where += f" It counts after step {STEPS}."
    elif at_end and highest is None:
        where += " On this seed, no step size gets there: take another seed."
    elif at_end and now.right == n and rate != highest:
        where += " A larger step size gets there too."
    challenge(
        "learning",
        f"Learn a bias too (under Go deeper), and find the largest step size that still ends with {n} of {n} right on "
        "this seed.",
        at_end and rate == highest and now.right == n,
        where,
    )


def optimum_in_words(template, offset, with_bias):
    """The weights of an optimum in words: labels follow from the signs of the labeller's weights, so they do too."""
    parts = []
    for sign, words in ((1, "is above 0"), (-1, "is below 0"), (0, "has 0")):
        kinds = oracle[np.sign(oracle) == sign]
        if kinds.size:
            weight = template[np.sign(oracle) == sign].mean()
            where = f"has {number(kinds[0])}" if (kinds == kinds[0]).all() else words
            parts.append(f"**{short(weight)}** where {'it' if parts else 'the labeller'} {where}")
    return ", ".join(parts) + (f", and a bias of **{short(offset)}**" if with_bias else "")


def show_optimum():
    """The outputs of the exact optimum, without or with a bias, and why it is not the labeller's template."""
    ideal, own = separation(best, best_bias, oracle), separation(oracle, 0, oracle)
    wrong = n - ideal.right
    here, beyond = ("With", "Without") if bias else ("Without", "With")
    there = best_template(oracle, bias=not bias)
    elsewhere = separation(*there, oracle)
    st.markdown(
        f"{here} a bias, the smallest possible error is that of {optimum_in_words(best, best_bias, bias)}. "
        f"The best threshold for its outputs, {short(ideal.threshold)}, gets **{ideal.right} of {n}** pictures right. "
        f"{beyond} a bias, it is that of {optimum_in_words(*there, not bias)}, and {elsewhere.right} are right."
    )
    show(
        outputs_figure(*output_groups(best, best_bias, oracle), ideal.threshold),
        f"Its outputs for all {n} pictures, by their label: a larger dot is more. "
        + (f"Red are the {wrong} on the wrong side of the threshold." if wrong else "All are on their side."),
    )
    chase = f"and yet with a threshold they get {own.right} of {n} right: training chases the labels, not the pattern"
    if drawn > nothing:
        verdict = f"The labeller's weights do worse than nothing, {chase}."
    elif drawn > floor + 1e-9:
        verdict = f"The labeller's weights are not the best for that, {chase}."
    else:
        verdict = "Here, the labeller's weights are the best for that too."
    st.markdown(
        "Squared error wants 1 for every yes and 0 for every no. It does not ask for the labeller's own weights: those "
        f"have a mean squared error of {short(drawn)}, always answering 0 has {short(nothing)}, and the exact optimum "
        f"{short(floor)}. {verdict} Without a bias, weights below 0 pull the many no down. With one, the bias does "
        "that, and the optimum has exactly 0 wherever a pixel does not matter."
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


def show_compared():
    """The error curves of up to three runs."""
    runs = [(rate, seed), *compared]
    learned = [learn(encode(oracle), *one, bias, WORDS[engine]) for one in runs]
    grows = any(one.diverged_at is not None for one, _ in learned)
    ends = [float(one[-1]) for _, one in learned]
    show(
        curves(
            [
                (
                    f"{n}: step size {number(r)}, seed {s}",
                    np.int16(at := steps_to_show(len(e) - 1)),
                    np.float32(e[at]),
                    colour,
                )
                for n, ((r, s), (_, e), colour) in enumerate(zip(runs, learned, CURVES, strict=False), start=1)
            ],
            x="step",
            y="mean squared error",
            log="y" if grows else False,
        ),
        f"The mean squared error of each run over all pictures. At their ends it is {', '.join(map(short, ends))}.",
    )


def show_many():
    """How the weights of many learners lie around the optimum."""
    learners = learn_many(encode(oracle), rate, bias)
    n_diverged = int(learners.diverged.sum())
    if n_diverged:
        st.warning(
            f"{n_diverged} of the {SEEDS} learners broke off: the step size of {number(rate)} is too large, and their "
            "weights grow without end. With a smaller one, you see here where the weights end."
        )
        return
    spread = learners.templates.std(axis=0)
    show(
        histograms(learners.templates, best),
        f"Where each weight of {SEEDS} learners ends after {STEPS} steps of size {number(rate)}, with its mean ± "
        f"standard deviation; red is the exact optimum. A weight is typically **{short(spread.mean())}** (its standard "
        "deviation) away from the mean of all" + (f", and the bias {short(learners.biases.std())}." if bias else "."),
    )
    st.markdown(
        "All learn from the same labeller. Chance decides where they start and which examples they see, and every "
        "example moves the weights a little. Smaller steps move them less, but take more examples to get there."
    )


def show_trouble():
    """A run with a trouble beside the same run without, and what can be said of it."""
    healthy = learn_in_trouble(encode(oracle), rate, seed, bias, "none", 0)
    at, errors, diverged_at, answers, finding = learn_in_trouble(encode(oracle), rate, seed, bias, trouble, share)
    st.markdown(f"{TROUBLES[trouble]} **{diagnosis(finding)}**")
    grows = diverged_at is not None or healthy[2] is not None
    stop = [] if diverged_at is None else [(diverged_at, f"broke off at step {diverged_at}")]
    show(
        curves([("your run", np.int16(healthy[0]), np.float32(healthy[1]), CURVES[1]),
                (trouble, np.int16(at), np.float32(errors), CURVES[0]),
                ("smallest possible", [0, STEPS], [floor, floor], FLOOR)],
               x="step", y="mean squared error", log="y" if grows else False, height=280, verticals=stop),
        f"The mean squared error over all {n} pictures with their right labels: at its end {short(errors[-1])} with "
        f"the trouble, {short(healthy[1][-1])} without.",
    )  # fmt: skip
    table = [("found", "found"), ("missed", "misses"), ("false alarms", "false_alarms"), ("right", "right")]
    rows = "".join(f"| {word} | {getattr(healthy[3], field)} | {getattr(answers, field)} |\n" for word, field in table)
    st.markdown(
        f"| of {n} pictures | your run | {trouble} |\n|---|---|---|\n{rows}\n"
        ":small[Each run's threshold is the one that gets most of its own examples right. Nobody has more to go by.]"
    )
    if trouble == "unbalanced examples":
        exact = best_template(oracle, bias=bias, positives=share / 100)
        instance = " for instance" if share in (0, 100) else ""  # several templates may do as well
        st.markdown(
            f"If {share} % of all examples are a yes, the smallest possible error is that of{instance} "
            f"{optimum_in_words(*exact, bias)}."
        )


with bias_part:
    show_optimum()
if compared:
    with runs_part:
        show_compared()
if many:
    with many_part:
        show_many()
if trouble != "none":
    with trouble_part:
        show_trouble()
with deeper:
    other = next(key for key in WORDS.values() if key != WORDS[engine])
    elsewhere = learn(encode(oracle), rate, seed, bias, other)[0].templates
    both = min(len(elsewhere), last + 1)
    difference = abs(run.templates[:both] - elsewhere[:both]).max()
    st.markdown(
        "- PyTorch and the same arithmetic by hand differ only by rounding: "
        f"at most **{difference:.1g}** in any weight after any step.\n"
        "- The learned template is not the labeller's because the squared error has another goal, not because weights "
        "are real numbers, as the article has it.\n"
        "- The template keeps moving around the optimum, because each step follows one example only. A smaller step "
        "size stays closer and takes longer.\n"
        f"- Every sum is divided by the labeller's best sum, {number(best_value(oracle))}, so that the labeller gives "
        "a perfect picture 1, like its label.\n"
        "- Step size is called **learning rate** elsewhere. One example a step is **stochastic gradient descent** "
        "(SGD). PyTorch finds the direction of each step by **autograd**; by hand it is 2 × error × picture. The exact "
        "optimum is **least squares**, and the labeller an **oracle**.\n"
        "- The article does not show how it makes its labels. That part is our reconstruction."
    )

code("learning",
     labelled_examples, train_template, ENGINES[WORDS[engine]], mean_squared_errors, best_template, separation,
     check_answers, *[change_pictures] * (change != "none"), *[train_batch] * many,
     *[troubled_examples] * (trouble != "none"))  # fmt: skip
value = round((now.threshold - run.biases[step]) * best_value(oracle), 5)  # halfway between sums of four decimals
travels = max(abs(template).max(), abs(value)) < 1000  # what a link can carry; a run that broke off may end beyond
next_page("network", "Next: several learned templates make a network", network_task="Lines")
next_page("convolution", "Or slide the learned template" if travels else "Or slide a template",
          conv_template=encode(template if travels else oracle), conv_value=value if travels else "perfect",
          conv_picture="planted lines", conv_padding=1, conv_stride=1, conv_dilation=1, conv_seed=0, conv_row=0,
          conv_column=0)  # fmt: skip
