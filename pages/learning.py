"""The template learned from labelled examples."""

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.codec import encode
from lib.judging import best_template, check_answers, mean_squared_errors, separation
from lib.labeller import every_example, labelled_examples, troubled_examples
from lib.learning import train_batch, train_template, train_with_numpy, train_with_torch
from lib.matching import best_value
from lib.ui.charts import bar
from lib.ui.figures import gallery
from lib.ui.grids import paintable, replay, resting, touch, weights_grid
from lib.ui.learning_controls import NAMES, choose
from lib.ui.learning_deeper import compare_runs, show_many, show_optimum, show_other_names, show_trouble
from lib.ui.page import code, next_page, show, strip, takeaway, tell
from lib.ui.predict import challenge, cover, is_settled, predict
from lib.ui.take_home import take_home
from lib.ui.trained import STEPS, highest_perfect, judge, learn, learned_film
from lib.ui.words import number, short, term

CHANGED = {
    "none": "A person would answer as before. Does the template?",
    "half strength": "Every pixel is half as bright, so every sum is half as large. The threshold is not.",
    "inverted": "Yellow and black have changed places: where the pattern was, there is nothing left to add up.",
    "shifted": "Everything has moved one column to the right, away from the weights that were learned for it.",
    "noise": "Every pixel has become brighter or darker by chance, and every sum with it.",
}


def page():
    """The page from top to bottom."""
    story = tell(
        "learning",
        f"In real life, people give pictures their {term('label', 'labels')}. Here, a {term('template')} of random "
        f"numbers grows into the pattern: after each {term('example')}, its {term('weight', 'weights')} change.",
    )
    with story.body:
        picture, below = st.container(), st.container(horizontal=True, vertical_alignment="bottom")
        told = st.container()
        labeller = st.expander("Who gives the labels here?", icon=":material/edit:", key="_labeller", on_change="rerun")
        with picture:
            view = choose(below, labeller, story.deeper)
            learned = learn(*view.asked)
            step = min(view.step, len(learned.run.losses))
            play_run(view, learned, step)
        if labeller.open:
            with labeller:
                show_labeller(view)
        with told:
            tell_run(view, learned, step)
        ask_about_the_start(view)
        explain_steps(view)
        now = show_answers(view, step)
        show_change(view, learned, step, now.answers)
        takeaway("The template comes from examples and small steps, and holds for pictures like its examples. "
                 "On changed pictures it fails without noticing.")  # fmt: skip
    if story.deeper.open:
        with story.deeper:
            go_deeper(view, learned, step)
    code("learning", train_with_torch, train_with_numpy, train_template, labelled_examples, mean_squared_errors,
         best_template, separation, check_answers, change_pictures, train_batch, troubled_examples)  # fmt: skip
    take_home("learning", view, learned, step)
    link_on(view, learned, step, now.value)


def play_run(view, learned, step):
    """The run as a film: the main picture."""
    last, lines = len(learned.run.losses), 2 if is_settled("learning") else 1  # the second line gives an answer away
    replay("learn", learned_film(*view.asked, step=step), view.oracle.shape, best=best_value(view.oracle), lines=lines)

    def rested(there):
        st.session_state["learn_step"] = STEPS if there >= last else max(int(there), 0)

    resting("learn", step, rested)


def show_labeller(view):
    """The rule that labels, and the first examples it labels."""
    first, answers = labelled_examples(view.oracle, 10, seed=view.seed)
    share = f" It says yes to {view.n_yes} of all {2**view.oracle.size} pictures." if is_settled("learning") else ""
    whose = "Your own rule" if view.name not in NAMES else "A person's rule"
    st.markdown(
        f"{whose} stands in for people: it says yes to each picture whose sum is the largest possible. Learning sees "
        f"its answers, never these weights.{share}"
    )
    paintable(
        "learn", touch("Labeller: press to paint", weights_grid(view.painted), key="learn_template", kind="weights")
    )
    show(
        gallery(first, ["yes" if answer else "no" for answer in answers], columns=10, height=110,
                marks=np.flatnonzero(answers)),
        f"10 of {STEPS:,} examples with their labels: {int(answers.sum())} yes.",
    )  # fmt: skip


def tell_run(view, learned, step):
    """What a choice has changed."""
    run, errors, n = learned.run, learned.errors, 2**view.oracle.size
    if run.diverged_at is not None:
        st.warning(
            f"This run broke off at step\u00a0{run.diverged_at}: the step size of {number(view.rate)} is too large. "
            "Each step overshoots further than the error it corrects, so the weights grow without end."
        )
    way = f" and {short(errors[step])} after step\u00a0{step}" if step else ""
    whose = view.name if view.name in NAMES else "your own rule"  # a typed text never meets HTML
    bias = "with a bias" if view.bias else "no bias"
    st.markdown(
        f"{term('labeller', 'Labeller')}: {whose}. Step size {number(view.rate)}, {bias}, seed\u00a0{view.seed}: the "
        f"mean squared {term('error')} over all {n}\u00a0pictures is {short(errors[0])} at the start{way}.",
        unsafe_allow_html=True,
    )


def ask_about_the_start(view):
    start = judge(*view.asked, 0).answers
    n, n_yes, right = len(start.is_found), start.found + start.misses, start.right
    best_effort = f"find {start.found} of the {n_yes} {view.what}" if start.found else "say no to all"
    predict(
        "learning",
        f"Before training, the template is random numbers. How many of all {n} pictures does it get right at best?",
        [right // 4, right // 2, right + (n - right) * 3 // 4],
        right,
        f"Its best is to {best_effort}: {n}\u00a0− {start.misses}\u00a0missed − {start.false_alarms}\u00a0false alarms "
        f"=\u00a0{start.right}. Always saying no is right on {n - n_yes}.",
    )


def explain_steps(view):
    best = number(best_value(view.oracle))
    st.header("What a step does", anchor=False)
    st.markdown(
        f"- The template's sum is divided by {best}, the labeller's best sum: then a perfect match gives 1, like its "
        "label yes. The curve is the mean of the squared errors.\n"
        f"- The {term('gradient')} says how much the squared error grows with each weight: a step takes the "
        f"{term('step size')} times the gradient away.\n"
        f"- A {term('bias')} is one more number to learn, added to every output.\n",
        unsafe_allow_html=True,
    )


def show_answers(view, step):
    """The threshold and what it finds, with the challenge; returns what is `Judged`."""
    now = judge(*view.asked, step)
    answers, n = now.answers, 2**view.oracle.size
    st.header("How good is it?", anchor=False)
    if is_settled("learning"):
        threshold = f"**{short(answers.threshold)}** gets the most pictures right."
    else:
        threshold = "We take the one that gets the most pictures right."
    st.markdown(f"From a certain output on, the answer is yes: the {term('threshold')}. {threshold}",
                unsafe_allow_html=True)  # fmt: skip
    if is_settled("learning"):
        everything, n_no = every_example(view.oracle)[0], n - view.n_yes
        strip(
            everything[answers.is_found], everything[answers.is_missed], everything[answers.is_false_alarm], view.what
        )
        show(
            bar(answers.right, n, title=f"Right {answers.right} of {n}", mark=n_no, words=f"always no: {n_no}"),
            f"Right on {answers.right} of {n} pictures. Always saying no, with nothing learned, is right on {n_no}.",
        )
    else:
        cover("learning", "the count")
    set_challenge(view, answers)
    return now


def set_challenge(view, now):
    n, at_end = len(now.is_found), view.bias and view.step == STEPS
    perfect = at_end and now.right == n
    highest = highest_perfect(*view.asked[:1], view.seed) if perfect else None  # a dozen runs: only where it matters
    challenge(
        "learning",
        f"Learn a bias too, and find the largest step size that still ends with {n} of {n} right on this seed.",
        perfect and view.rate == highest,
        where_now(view, now.right, n, highest) if is_settled("learning") else "Answer the question to see your count.",
    )


def where_now(view, right, n, highest):
    where = f"You are at {right} of {n} after step\u00a0{view.step}, {'with' if view.bias else 'without'} a bias."
    if view.step < STEPS:
        where += f" It counts after step\u00a0{STEPS}."
    elif view.bias and right < n:
        where += " Not every seed gets there."
    elif view.bias and view.rate != highest:
        where += " A larger step size gets there too."
    return where


def show_change(view, learned, step, now):
    """The same template and threshold on changed pictures."""
    st.header("Change the pictures after learning", anchor=False)
    change = st.selectbox(
        "Make all pictures different", list(CHANGED), key="learn_change", bind="query-params", filter_mode="contains"
    )
    st.markdown(CHANGED[change])
    if change == "none":
        return
    if not is_settled("learning"):
        cover("learning", "what it finds now")
        return
    everything, labels = every_example(view.oracle)
    changed = change_pictures(everything, change, seed=view.seed)
    template, bias = learned.run.templates[step].round(4), learned.run.biases[step]
    then = check_answers(template, bias, now.threshold, changed, labels, view.oracle)
    groups = (then.is_found, then.is_missed, then.is_false_alarm)
    strip(*(changed[group] for group in groups), view.what, key="_changed")
    st.markdown(
        f"With the labels, template and threshold of before, it finds **{then.found}** instead of {now.found} of the "
        f"{view.n_yes}, has **{then.false_alarms}** false alarms instead of {now.false_alarms}, and is right on "
        f"**{then.right}** of {len(labels)} instead of {now.right}."
    )


def go_deeper(view, learned, step):
    """What only some want."""
    run, (weights, rate, seed, bias, _), settled = learned.run, view.asked, is_settled("learning")
    compare_runs((rate, seed), weights, bias)
    if settled:  # how often the labeller says yes is in all of its numbers
        show_optimum(view.oracle, weights, bias, run.templates[step], run.biases[step])
    show_many(weights, rate, bias)
    show_trouble(view.oracle, weights, rate, seed, bias, settled=settled)
    if not settled:
        cover("learning", "what squared error wants, and what a trouble does")
    by_hand = learn(weights, rate, seed, bias, "numpy").run if view.engine == "PyTorch" else None
    show_other_names(view.oracle, run, by_hand)


def link_on(view, learned, step, value):
    """The next pages. What a link cannot carry, the weights of a run that broke off, stays behind."""
    template = learned.run.templates[step].round(4)
    travels = max(abs(template).max(), abs(value)) < 1000
    next_page("network", "Next: a network of templates")
    next_page("convolution", "Or slide the learned template" if travels else "Or slide a template",
              conv_template=encode(template if travels else view.oracle), conv_value=value if travels else "perfect",
              conv_picture="planted lines", conv_padding=1)  # fmt: skip


page()
