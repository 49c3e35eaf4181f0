"""What visitors share: the trained networks and what was measured about them, and the processes that train them.

Not in a page, which defines its functions anew on every run, and never waited for by one.
"""

from functools import lru_cache
from typing import NamedTuple
from uuid import uuid4

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.inside import answer, confusion, layers, template_kinds
from lib.tasks import TASKS, examples
from lib.turns import Turns
from lib.workers import Settings, Workers, first

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


def usual(task):
    """The settings a task starts with."""
    kind = TASKS[task]
    return Settings(task, kind.n_templates, 0, kind.learning_rate, kind.dropout)


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


def train_what_is_shown_first():
    """At the start of a server: train what most visitors see first. Returns at once."""
    for task in reversed(TASKS):
        TURNS.look_at(usual(task), TASKS[task].epochs)


def progress(settings, epochs):
    """What there is of a network, at once, as `Progress`. It is trained as long as this session asks for it alone."""
    return TURNS.ask(st.session_state.setdefault("_visitor", uuid4().hex), settings, epochs)


class Measured(NamedTuple):
    """What a network makes of the pictures held back."""

    answers: dict  # change -> probabilities (n, answers), float32
    right: dict  # change -> share of right answers
    sure: dict  # change -> mean of the largest probability
    counts: np.ndarray  # (answers, answers), row = label, column = answer
    wrong: np.ndarray  # numbers of the pictures it gets wrong
    taken_for: np.ndarray  # its answer to each of them
    noise: np.ndarray  # (answers,), the probabilities it gives to pure noise
    reach: dict  # layer -> its largest number over some of the pictures: colours mean the same on all of them
    kinds: tuple  # what became of each template; for lines only


@lru_cache(maxsize=MOST_NETWORKS)
def measured(network):
    """What no page run computes again."""
    pictures, labels = examples(network.task).test_images, examples(network.task).test_labels
    answers = {
        change: answer(network, change_pictures(pictures, change, columns=SHIFT)).astype(np.float32)
        for change in CHANGES
    }
    said = {change: shares.argmax(axis=1) for change, shares in answers.items()}
    wrong = np.flatnonzero(said["none"] != labels)
    found = [layers(network, picture) for picture in pictures[:MOST_PICTURES]]
    return Measured(
        answers,
        {change: float(np.mean(answer == labels)) for change, answer in said.items()},
        {change: float(shares.max(axis=1).mean()) for change, shares in answers.items()},
        confusion(answers["none"], labels),
        wrong,
        said["none"][wrong],
        answer(network, change_pictures(np.zeros_like(pictures[:1]), "noise"))[0],
        {name: max(float(abs(one[name]).max()) for one in found) + 1e-9 for name in found[0]},
        template_kinds(network) if network.task == "lines" else (),
    )
