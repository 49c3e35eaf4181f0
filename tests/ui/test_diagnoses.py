"""What was found, as a visitor reads it: every kind has its sentence, with its own numbers in it."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.diagnosis import Finding, diagnose
from lib.labeller import troubled_examples
from lib.learning import train_template
from lib.ui.diagnoses import cannot_teach, diagnosis
from tests.brute_force import LINE, labellers

FAR = {"n_steps": 1000, "error": 0.25, "above": 0.18125}
GAPS = {"n_wrong": 297, "n_labels": 1000, "best_gap": 0.4}


@pytest.mark.parametrize(
    ("kind", "numbers", "sentence"),
    [
        (
            "runaway",
            {"step": 1234, "largest": 2567.8},
            "It broke off at step 1,234: each step overshoots further than the error it corrects, and the largest "
            "weight has grown to 2,568.",
        ),
        (
            "few images",
            {"n_seen": 1, "n_yes": 0, "n_weights": 9, "own_right": 1, "right": 448, "n": 512},
            "It saw only 1 different picture, 0 of them yes. They settle at most 1 of the 9 numbers it learns; nobody "
            "taught the rest, which is as the random start left it. It is right on 1 of its own 1, but only on 448 of "
            "all 512.",
        ),
        (
            "wrong labels",
            {**GAPS, "gap": 0.2},
            "297 of its 1,000 labels are wrong. They pull the outputs together: on average, a yes picture gets 0.2 "
            "more than a no, where the best template gives it 0.4 more.",
        ),
        (
            "one label",
            {"label": 0, "right": 448, "n": 512},
            "All of its examples are no, so nothing ever taught it to say yes: it says no to all 512 pictures, and is "
            "right on 448.",
        ),
        (
            "unbalanced",
            {"share": 0.5, "usual": 0.125, "says_yes": 90, "n_yes": 64, "missed": 4, "false_alarms": 30},
            "50 % of its examples are yes, of all pictures 12.5 %. It says yes to 90 pictures where 64 are: 4 missed, "
            "30 false alarms.",
        ),
        (
            "restless",
            FAR,
            "After 1,000 steps its error is 0.25, still 0.181 above the smallest: its steps are too large to come to "
            "rest, so it jumps about the best weights.",
        ),
        (
            "no better",
            FAR,
            "After 1,000 steps its error is 0.25, still 0.181 above the smallest, and no smaller than at the start.",
        ),
        (
            "slow",
            {**FAR, "way": 0.604},
            "After 1,000 steps its error is 0.25, still 0.181 above the smallest: it has come 60\u00a0% of the way "
            "from its start. With steps this small, it takes many more.",
        ),
        (
            "healthy",
            {"error": 0.0712, "floor": 0.06875},
            "Nothing is wrong: its error of 0.0712 is close to 0.0688, the smallest possible.",
        ),
    ],
)
def test_every_kind_has_its_sentence(kind, numbers, sentence):
    assert diagnosis(Finding(kind, numbers)) == sentence


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.39, "did little here"),
        (0.03, "leave next to nothing of the pattern"),
        (-0.03, "leave next to nothing of the pattern"),
        (-0.3, "turn it around: on average, a yes picture gets 0.3 less than a no"),
    ],
)
def test_what_wrong_labels_do_follows_from_the_gap(gap, words):
    assert f"They {words}" in diagnosis(Finding("wrong labels", {**GAPS, "gap": gap}))


@settings(max_examples=30)
@given(labellers(), st.sampled_from([1, 3, 60]), st.sampled_from([0.001, 0.1, 20]), st.booleans(), st.floats(0, 1),
       st.floats(0, 1) | st.none())  # fmt: skip
def test_every_run_gets_a_diagnosis(oracle, n, rate, bias, wrong, positives):
    examples = troubled_examples(oracle, n, wrong=wrong, positives=positives)
    run = train_template(oracle, steps=60, learning_rate=rate, bias=bias, engine="numpy", examples=examples)
    words = diagnosis(diagnose(run, oracle, bias=bias))
    assert words.endswith(".") and not re.search(r"\b(nan|inf|None)\b", words)


@pytest.mark.parametrize(
    ("oracle", "counts"),
    [
        (np.ones((3, 3)), ("says yes to 1 of all 512", "at least 8")),
        (np.where(LINE, 1, [[-1], [-1], [0]]), ("says yes to 4 of all 512", "at least 8")),
        (np.ones((4, 4)), ("says yes to 1 of all 65,536", "at least 1,024")),
        (-LINE, ("at least one of them above 0",)),
    ],
)
def test_a_labeller_nothing_can_be_learned_from_is_told_why(oracle, counts):
    assert all(count in cannot_teach(oracle) for count in counts)


def test_a_labeller_one_can_learn_from_gets_no_sentence():
    assert cannot_teach(LINE) is None
