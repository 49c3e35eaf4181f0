"""What visitors of the learning page share: each run is made once, and nothing in it ever changes.

Not in the page, which defines its functions anew on every run.
"""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.codec import decode_template
from lib.diagnosis import Finding, diagnose
from lib.judging import Answers, best_template, highest_perfect_rate, learned_answers, mean_squared_errors
from lib.labeller import troubled_examples
from lib.learning import Training, step_details, steps_to_show, train_many, train_template

STEPS = 1000
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)
SEEDS = 256  # learners at once
TOO_LARGE, TOO_SMALL, FEW = 5, 0.001, 8  # step sizes, and the number of examples


class Learned(NamedTuple):
    """A run with what the page says about each of its steps."""

    run: Training
    errors: np.ndarray  # (steps + 1,) mean squared error over all pictures
    details: tuple  # outputs (steps,) and gradients (steps, h, w)


# 256 runs of 250 kB: 64 MB at the most. As cached data, each would be unpickled on every page run.
@st.cache_resource(max_entries=256, show_spinner=False)
def learn(weights, rate, seed, bias, engine):
    """The run for that labeller, given as the text of its weights."""
    oracle = decode_template(weights)
    run = train_template(oracle, steps=STEPS, learning_rate=rate, seed=seed, bias=bias, engine=engine)
    return Learned(run, mean_squared_errors(run.templates, run.biases, oracle), step_details(run, oracle))


class Goal(NamedTuple):
    """What a labeller's examples ask for, and what there is to compare a run with."""

    best: np.ndarray  # (h, w), the exact optimum
    best_bias: float
    floor: float  # its mean squared error
    nothing: float  # that of always answering 0
    drawn: float  # that of the labeller's own weights


@st.cache_resource(max_entries=256, show_spinner=False)
def goal(weights, bias):
    """The optimum for a labeller, without or with a bias: 1 kB."""
    oracle = decode_template(weights)
    best, best_bias = best_template(oracle, bias=bias)
    return Goal(best, best_bias, *mean_squared_errors([best, best * 0, oracle], [best_bias, 0, 0], oracle))


@st.cache_resource(max_entries=256, show_spinner=False)
def highest_perfect(weights, seed):
    """Of the RATES, the highest whose run with a bias ends with every picture right, or None."""
    return highest_perfect_rate(decode_template(weights), RATES, steps=STEPS, seed=seed)


@st.cache_resource(max_entries=64, show_spinner=False)
def learn_many(weights, rate, bias):
    """Where the runs of all seeds end: 20 kB."""
    return train_many(decode_template(weights), seeds=SEEDS, steps=STEPS, learning_rate=rate, bias=bias)


class Troubled(NamedTuple):
    """A run with a trouble, or without one: what is drawn and said of it."""

    steps: list  # some of its steps
    errors: np.ndarray  # the mean squared error after each of them
    diverged_at: int | None
    answers: Answers  # with the threshold that gets most of its own examples right
    finding: Finding


@st.cache_resource(max_entries=256, show_spinner=False)
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
