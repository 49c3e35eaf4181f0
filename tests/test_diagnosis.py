"""What is found in runs with a planted trouble, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.diagnosis import diagnose
from lib.judging import learned_answers
from lib.labeller import troubled_examples
from lib.learning import train_template
from lib.matching import is_match
from tests.brute_force import LINE, brute_labels, brute_outputs, labellers

EACH = pytest.mark.parametrize(("seed", "bias"), [(seed, bias) for seed in (0, 7, 50) for bias in (False, True)])


def diagnosed(seed=0, bias=False, rate=0.1, n=1000, **trouble):
    """A run with this trouble, the kind of what is found, and its numbers."""
    examples = troubled_examples(LINE, n, seed=seed, **trouble)
    run = train_template(LINE, learning_rate=rate, seed=seed, bias=bias, engine="numpy", examples=examples)
    return run, *diagnose(run, LINE, bias=bias)


def brute_error(template, bias):
    return np.mean((np.array(brute_outputs(template, bias, LINE)) - brute_labels(LINE)) ** 2)


@EACH
def test_a_runaway_is_told_where(seed, bias):
    run, kind, numbers = diagnosed(seed, bias, rate=5, wrong=0.3)  # whatever else is wrong
    assert kind == "runaway"
    largest = max(np.abs(run.templates[-1]).max(), abs(run.biases[-1]))
    assert numbers == {"step": run.diverged_at, "largest": largest}


@EACH
def test_small_steps_are_told_how_far_they_came(seed, bias):
    run, kind, numbers = diagnosed(seed, bias, rate=0.001)
    error, first = brute_error(run.templates[-1], run.biases[-1]), brute_error(run.templates[0], 0)
    floor = 0.0625 if bias else 0.06875
    assert (kind, numbers["n_steps"]) == ("slow", 1000)
    found = [numbers[name] for name in ("error", "above", "way")]
    assert found == pytest.approx([error, error - floor, (first - error) / (first - floor)])


def test_large_steps_that_do_not_run_away_never_rest():
    kinds = [diagnosed(seed, False, rate=1)[1] for seed in range(8)]
    assert set(kinds) <= {"restless", "healthy"} and kinds.count("restless") >= 6


@EACH
def test_few_examples_leave_weights_that_nobody_taught(seed, bias):
    run, kind, numbers = diagnosed(seed, bias, n=8)
    seen = {image.tobytes(): label for image, label in zip(run.images, run.labels, strict=True)}
    answers = learned_answers(run, LINE)
    assert kind == "few images"
    assert (numbers["n_seen"], numbers["n_weights"]) == (len(seen), 9 + bias)
    assert (numbers["n_yes"], numbers["right"], numbers["n"]) == (sum(seen.values()), answers.right, 512)
    own = [
        ((run.templates[-1] * np.frombuffer(image, np.float32).reshape(3, 3)).sum() / 3 + run.biases[-1]
         >= answers.threshold) == label
        for image, label in seen.items()
    ]  # fmt: skip
    assert numbers["own_right"] == sum(own)
    # What no example speaks about is as it was at the start: the part of the template across all of them.
    rows = np.column_stack([run.images.reshape(1000, -1).astype(float) / 3, np.full(1000, float(bias))])
    change = np.append(run.templates[-1] - run.templates[0], run.biases[-1])
    across = np.linalg.svd(rows)[2][np.linalg.matrix_rank(rows) :]
    assert len(across) >= 10 - len(seen) and np.abs(across @ change).max() < 1e-9


@EACH
def test_wrong_labels_are_counted_and_pull_the_outputs_together(seed, bias):
    run, kind, numbers = diagnosed(seed, bias, wrong=0.3)
    n_wrong = sum(label != float(is_match(image, LINE)) for image, label in zip(run.images, run.labels, strict=True))
    assert (kind, numbers["n_wrong"], numbers["n_labels"]) == ("wrong labels", n_wrong, 1000)
    y, labels = np.array(brute_outputs(run.templates[-1], run.biases[-1], LINE)), brute_labels(LINE)
    assert numbers["gap"] == pytest.approx(y[labels == 1].mean() - y[labels == 0].mean())
    assert numbers["best_gap"] == pytest.approx(3 / 7 if bias else 12 / 35)  # 0.5 - 0.5 / 7 of a no with a bias


def test_only_wrong_labels_turn_it_around():
    _, kind, numbers = diagnosed(0, True, wrong=1.0)
    assert kind == "wrong labels" and numbers["gap"] < 0 < numbers["best_gap"]


@EACH
@pytest.mark.parametrize(("label", "right"), [(1, 64), (0, 448)])
def test_one_label_only_teaches_one_answer_only(seed, bias, label, right):
    _, *found = diagnosed(seed, bias, positives=label)
    assert found == ["one label", {"label": label, "right": right, "n": 512}]


@EACH
def test_unbalanced_examples_are_told_with_what_they_do(seed, bias):
    run, kind, numbers = diagnosed(seed, bias, positives=0.5)
    answers = learned_answers(run, LINE)
    assert kind == "unbalanced"
    assert numbers == {
        "share": pytest.approx(run.labels.mean()),
        "usual": 1 / 8,
        "says_yes": answers.found + answers.false_alarms,
        "n_yes": 64,
        "missed": answers.misses,
        "false_alarms": answers.false_alarms,
    }


def test_a_healthy_run_has_nothing_wrong():
    found = [diagnosed(seed, False, rate=0.05) for seed in range(10)]
    healthy = [(run, numbers) for run, kind, numbers in found if kind == "healthy"]
    assert len(healthy) >= 9
    for run, numbers in healthy:
        assert numbers == {"error": pytest.approx(brute_error(run.templates[-1], 0)), "floor": pytest.approx(0.06875)}
    assert diagnosed(50)[1:] == diagnosed(50, wrong=0)[1:]


@settings(max_examples=30)
@given(labellers(), st.sampled_from([1, 3, 60]), st.sampled_from([0.001, 0.1, 20]), st.booleans(), st.floats(0, 1),
       st.floats(0, 1) | st.none())  # fmt: skip
def test_every_run_gets_a_finding_of_plain_finite_numbers(oracle, n, rate, bias, wrong, positives):
    examples = troubled_examples(oracle, n, wrong=wrong, positives=positives)
    run = train_template(oracle, steps=60, learning_rate=rate, bias=bias, engine="numpy", examples=examples)
    _, numbers = diagnose(run, oracle, bias=bias)
    assert all(type(number) in (int, float) and np.isfinite(number) for number in numbers.values()), numbers
