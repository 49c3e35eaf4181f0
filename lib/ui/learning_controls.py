"""The controls of the learning page: what people choose, and the run that follows from it."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.codec import encode
from lib.labeller import every_example
from lib.templates import TEMPLATES
from lib.ui.controls import choose_template
from lib.ui.diagnoses import cannot_teach
from lib.ui.trained import STEP_SIZES, STEPS

NAMES = ("vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left")
ENGINES = {"by hand": "numpy", "PyTorch": "torch"}


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
    def asked(self):
        """What visitors share a run by: the labeller as the text of a link, and all that the run follows from."""
        return encode(self.oracle), self.rate, self.seed, self.bias, ENGINES[self.engine]

    @property
    def what(self):
        return "lines" if self.name in NAMES else "patterns"

    @property
    def n_yes(self):
        """To how many of all pictures the labeller says yes."""
        return int(every_example(self.oracle)[1].sum())


def choose(below, labeller, typed):
    """The controls `below` the picture, in the sidebar, in the fold of the `labeller` and under Go deeper: a `View`."""
    name, painted = choose_template(
        "learn_template", NAMES, shape=(3, 3), typed=typed, place=labeller if labeller.open else None
    )
    rate = below.select_slider("Step size", STEP_SIZES, 0.1, key="learn_rate", bind="query-params")
    bias = below.toggle("Learn a bias too", key="learn_bias", bind="query-params")
    side = st.sidebar
    seed = side.slider("Seed: which examples, which random start", 0, 99, 50, key="learn_seed", bind="query-params")
    step = side.slider(
        "Steps: how many examples it has learned from", 0, STEPS, STEPS, key="learn_step", bind="query-params"
    )
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
