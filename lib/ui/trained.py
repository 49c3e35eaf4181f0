"""What visitors share: every run of the learning page, every network, and the processes that train them.

Each is made once, and nothing in it ever changes. Not in a page, which defines its functions anew on every run, and not
as cached data, which would be unpickled on every run.
"""

from functools import lru_cache
from typing import NamedTuple
from uuid import uuid4

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.codec import decode_template, encode_levels
from lib.diagnosis import Finding, diagnose
from lib.inside import answer, confusion, largest, layers, template_kinds
from lib.judging import (
    Answers,
    best_template,
    highest_perfect_rate,
    learned_answers,
    mean_squared_errors,
    separation,
    undivided,
)
from lib.labeller import labelled_examples, troubled_examples
from lib.learning import Training, steps_to_show, train_many, train_template
from lib.tasks import TASKS, examples, noise_picture
from lib.turns import Turns
from lib.ui.colours import FLOOR, LINE
from lib.ui.film import film
from lib.ui.shared import shared
from lib.workers import Settings, Workers, first

# ---- learning: one template ----

STEPS = 1000
STEP_SIZES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)
N_LEARNERS = 256  # learners at once
TOO_LARGE, TOO_SMALL, FEW = 5, 0.001, 8  # step sizes, and the number of examples


class Learned(NamedTuple):
    """A run with what the page says about each of its steps."""

    run: Training
    errors: np.ndarray  # (steps + 1,) mean squared error over all pictures
    moments: list  # the steps that its film shows


@shared(256)  # of 130 kB: 33 MB at the most
def learn(weights, rate, seed, bias, engine):
    """The run for that labeller, given as the text of its weights."""
    oracle = decode_template(weights)
    run = train_template(oracle, steps=STEPS, learning_rate=rate, seed=seed, bias=bias, engine=engine)
    errors = mean_squared_errors(run.templates, run.biases, oracle)
    return Learned(run, errors, steps_to_show(len(run.losses)))


def learned_film(*asked, step):
    """The run that `learn` gives for that, as the browser plays it, with that step among its moments."""
    return _film(*asked, None if step in learn(*asked).moments else step)


@shared(512)  # 7 kB each
def _film(weights, rate, seed, bias, engine, also):
    run, errors, moments = learn(weights, rate, seed, bias, engine)
    last = len(run.losses)
    images, labels = labelled_examples(decode_template(weights), last + 1, seed=seed)
    steps = moments if also is None else steps_to_show(last, also=also)
    aim = goal(weights, bias)
    lines = [("smallest possible", aim.floor, FLOOR), ("always 0", aim.nothing, LINE)]
    return film(run, errors, images, labels, steps, lines, with_bias=bias)


class Judged(NamedTuple):
    """A template of a run, held against all pictures."""

    answers: Answers
    value: float  # from this sum on, not divided, it says yes


@shared(1024)  # 2 kB each
def judge(weights, rate, seed, bias, engine, step):
    """The template of that run after that step, in the four decimals of a link."""
    oracle, run = decode_template(weights), learn(weights, rate, seed, bias, engine).run
    template, offset = run.templates[step].round(4), run.biases[step]
    answers = separation(template, offset, oracle)
    return Judged(answers, undivided(answers, template, offset, oracle))


class Goal(NamedTuple):
    """What a labeller's examples ask for, and what there is to compare a run with."""

    best: np.ndarray  # (h, w), the exact optimum
    best_bias: float
    floor: float  # its mean squared error
    nothing: float  # that of always answering 0
    drawn: float  # that of the labeller's own weights


@shared(256)
def goal(weights, bias):
    """The optimum for a labeller, without or with a bias: 1 kB."""
    oracle = decode_template(weights)
    best, best_bias = best_template(oracle, bias=bias)
    return Goal(best, best_bias, *mean_squared_errors([best, best * 0, oracle], [best_bias, 0, 0], oracle))


@shared(256)
def highest_perfect(weights, seed):
    """Of the STEP_SIZES, the highest whose run with a bias ends with every picture right, or None."""
    return highest_perfect_rate(decode_template(weights), STEP_SIZES, steps=STEPS, seed=seed)


@shared(64)
def learn_many(weights, rate, bias):
    """Where the runs of all seeds end: 20 kB."""
    return train_many(decode_template(weights), seeds=N_LEARNERS, steps=STEPS, learning_rate=rate, bias=bias)


class Troubled(NamedTuple):
    """A run with a trouble, or without one: what is drawn and said of it."""

    steps: list  # some of its steps
    errors: np.ndarray  # the mean squared error after each of them
    diverged_at: int | None
    answers: Answers  # with the threshold that gets most of its own examples right
    finding: Finding


@shared(256)
def learn_in_trouble(weights, rate, seed, bias, trouble, share):
    """A run by hand with that trouble: 3 kB. `share` is a percentage, for troubles with one."""
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
    return Troubled(at, errors, run.diverged_at, learned_answers(run, oracle), diagnose(run, oracle, bias=bias))


# ---- networks ----

# Few choices are often the same choice, which is trained once for all: 300 settings for lines, 900 for digits.
TEMPLATES = (1, 2, 4, 6, 8, 12)
RATES = (0.001, 0.005, 0.02, 0.05, 0.2)
SEEDS = tuple(range(10))
DROPOUTS = {"lines": (0.0,), "digits": (0.0, 0.25, 0.5)}
MOST_EPOCHS = 20
MOST_NETWORKS = 128  # each after every epoch
CHANGES = ("none", "blank", "noise", "inverted", "shifted")
SHIFT = 2  # columns
MOST_PICTURES = 50  # whose numbers say how far a layer's colours reach
SOME_RIGHT, MOST_WRONG = 4, 6  # pictures of one label and one answer


def usual(task):
    """The settings a task starts with."""
    kind = TASKS[task]
    return Settings(task, kind.n_templates, 0, kind.learning_rate, kind.dropout)


@lru_cache(maxsize=1200)  # all that there are, 2 kB each
def one_slider_away(settings):
    """All settings that differ in one, the nearest first."""
    choices = {"n_templates": TEMPLATES, "seed": SEEDS, "rate": RATES, "dropout": DROPOUTS[settings.task]}
    found = []
    for name, values in choices.items():
        at = values.index(getattr(settings, name))
        found += [(abs(n - at), settings._replace(**{name: value})) for n, value in enumerate(values) if n != at]
    return [one for _, one in sorted(found)]


TURNS = Turns(first, one_slider_away, most=MOST_NETWORKS)
WORKERS = Workers(TURNS)


def prepare():
    """At the start of a server: what the first visitor of the network page should not wait for."""
    for task in TASKS:
        measured(first(usual(task)))


def train_what_is_shown_first():
    """At the start of a server: train what most visitors see first, which is the digits. Returns at once."""
    for task in TASKS:  # the last one looked at comes first
        TURNS.look_at(usual(task), TASKS[task].epochs)


def progress(settings, epochs):
    """What there is of a network, at once, as `Progress`. It is trained as long as this session asks for it alone."""
    if "_visitor" not in st.session_state:
        st.session_state["_visitor"] = uuid4().hex
    return TURNS.ask(st.session_state["_visitor"], settings, epochs)


class Measured(NamedTuple):
    """What a network makes of the pictures held back."""

    answers: dict  # change -> probabilities (n, answers), float32
    right: dict  # change -> share of right answers
    sure: dict  # change -> mean of the largest probability
    counts: np.ndarray  # (answers, answers), row = label, column = answer
    wrong: np.ndarray  # numbers of the pictures it gets wrong
    taken_for: np.ndarray  # its answer to each of them
    noise: np.ndarray  # (answers,), the probabilities it gives to pure noise


@shared(MOST_NETWORKS)  # 75 kB each for digits: 10 MB at the most
def measured(network):
    """What no page run computes again."""
    pictures, labels = examples(network.task).test_images, examples(network.task).test_labels
    answers = {
        change: answer(network, change_pictures(pictures, change, columns=SHIFT)).astype(np.float32)
        for change in CHANGES
    }
    said = {change: shares.argmax(axis=1) for change, shares in answers.items()}
    wrong = np.flatnonzero(said["none"] != labels)
    return Measured(
        answers,
        {change: float(np.mean(answer == labels)) for change, answer in said.items()},
        {change: float(shares.max(axis=1).mean()) for change, shares in answers.items()},
        confusion(answers["none"], labels),
        wrong,
        said["none"][wrong],
        answer(network, noise_picture(network.task)[None])[0],
    )


@shared(2 * MOST_NETWORKS)  # 35 kB each at the most, 10 MB in all
def for_browser(network):
    """A network as the browser computes with it: its layers as (name, maps, rows, columns), and all its weights.

    `reach` is the largest number of each layer over some of the pictures: colours mean the same on all of them.
    """
    pictures = examples(network.task).test_images[:MOST_PICTURES]
    shapes = {name: values.shape for name, values in layers(network, pictures[0]).items()}
    weights = np.concatenate([array.ravel() for array in network.weights.values()])
    return {
        "layers": [[name, *shape, *[1] * (3 - len(shape))] for name, shape in shapes.items()],
        "weights": weights.astype("<f4").tobytes(),
        "reach": largest(network, pictures),
    }


@shared(MOST_NETWORKS)  # 15 kB each
def pictures_of_answers(network):
    """Some pictures held back for each label and answer, with a letter a pixel: label × answers + answer to a list."""
    found, data, kind = measured(network), examples(network.task), TASKS[network.task]
    cells = data.test_labels * len(kind.answers) + found.answers["none"].argmax(axis=1)
    most = np.where(np.eye(len(kind.answers), dtype=bool), SOME_RIGHT, MOST_WRONG).ravel()
    chosen = {int(cell): np.flatnonzero(cells == cell)[: most[cell]] for cell in np.unique(cells)}
    levels = np.rint(data.test_images * kind.levels).astype(int)
    return {cell: [encode_levels(levels[n]).partition("-")[2] for n in numbers] for cell, numbers in chosen.items()}


kinds = shared(2 * MOST_NETWORKS)(template_kinds)  # what became of each template, for lines
