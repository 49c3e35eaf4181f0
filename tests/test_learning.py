"""Learning against planted facts, a torch loop of its own, and brute force. Warnings are errors (pyproject.toml)."""

import itertools
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib import learning
from lib.learning import (
    CHANGES,
    best_template,
    change_images,
    check_answers,
    check_oracle,
    diagnose,
    every_example,
    highest_perfect_rate,
    labelled_examples,
    learned_answers,
    mean_squared_errors,
    moments,
    output_groups,
    separation,
    step_details,
    train_many,
    train_template,
    troubled_examples,
)
from lib.matching import best_value, is_match

LINE = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
LOPSIDED = np.array([[2, 0, -1], [1, 0, 0]])  # no symmetry, and a negative weight
SHAPES = [(1, 1), (1, 4), (2, 3), (3, 2), (3, 3)]
SMALL_INTEGERS = st.integers(-3, 3)
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)
FIELDS = ("templates", "biases", "losses", "images", "labels")


@st.composite
def labellers(draw, shapes=SHAPES, weights=SMALL_INTEGERS):
    oracle = draw(arrays(np.float64, draw(st.sampled_from(shapes)), elements=weights))
    oracle.flat[draw(st.integers(0, oracle.size - 1))] = 1  # at least one positive weight
    return oracle


def brute_images(shape):
    """Every binary image, made without lib."""
    pixels = list(itertools.product([0.0, 1.0], repeat=shape[0] * shape[1]))
    return np.array(pixels).reshape(-1, *shape)


def brute_labels(oracle):
    return np.array([float(is_match(image, oracle)) for image in brute_images(oracle.shape)])


def brute_outputs(template, bias, oracle):
    return [(template * image).sum() / best_value(oracle) + bias for image in brute_images(oracle.shape)]


def same_runs(one, other):
    return one.diverged_at == other.diverged_at and all(
        np.array_equal(getattr(one, field), getattr(other, field)) for field in FIELDS
    )


# The facts


def test_least_squares_without_a_bias_is_not_the_pattern():
    template, bias = best_template(LINE)
    np.testing.assert_allclose(template, np.where(LINE, 0.6, -0.15), atol=1e-12)
    assert bias == 0
    answers = separation(template, bias, LINE)
    assert (answers.right, answers.found + answers.misses) == (502, 64)
    assert answers.accuracy == 502 / 512
    np.testing.assert_allclose(mean_squared_errors([template], [bias], LINE), 0.06875, atol=1e-12)


def test_least_squares_with_a_bias_is_the_pattern():
    template, bias = best_template(LINE, bias=True)
    np.testing.assert_allclose(template, LINE * 0.75, atol=1e-12)
    assert bias == pytest.approx(-0.25, abs=1e-12)
    answers = separation(template, bias, LINE)
    assert answers.threshold == pytest.approx(0.375)
    assert (answers.right, answers.found, answers.misses, answers.false_alarms) == (512, 64, 0, 0)
    np.testing.assert_allclose(mean_squared_errors([template], [bias], LINE), 0.0625, atol=1e-12)


def test_the_articles_own_template_is_right_and_yet_has_a_large_error():
    errors = mean_squared_errors([LINE, 0 * LINE], [0, 0], LINE)
    np.testing.assert_allclose(errors, [0.625 / 3, 0.125], atol=1e-12)
    assert separation(LINE, 0, LINE).right == 512


@pytest.mark.parametrize(
    ("change", "found", "false_alarms", "right"),
    [
        ("none", 64, 0, 512),
        ("half strength", 0, 0, 448),
        ("inverted", 0, 64, 384),
        ("shifted", 8, 56, 400),
    ],
)
def test_changed_inputs_break_what_was_learned(change, found, false_alarms, right):
    template, bias = best_template(LINE, bias=True)
    images, labels = every_example(LINE)
    answers = check_answers(template, bias, 0.375, change_images(images, change), labels, LINE)
    assert (answers.found, answers.false_alarms, answers.right) == (found, false_alarms, right)
    assert answers.misses == 64 - found


def test_learning_hovers_around_the_best_template():
    late = train_template(LINE, steps=40_000, engine="numpy").templates[2000:]
    np.testing.assert_allclose(late.mean(axis=0), np.where(LINE, 0.6, -0.15), atol=0.03)
    np.testing.assert_allclose(late.std(axis=0), 0.085, atol=0.015)


@pytest.mark.parametrize(("bias", "converges", "diverges"), [(False, 1.5, 2.0), (True, 0.5, 0.7)])
def test_the_rate_where_weights_start_to_run_away(bias, converges, diverges):
    for seed in range(5):
        settings_ = {"steps": 3000, "seed": seed, "bias": bias, "engine": "numpy"}
        assert train_template(LINE, learning_rate=converges, **settings_).diverged_at is None
        assert train_template(LINE, learning_rate=diverges, **settings_).diverged_at


# Training


def plain_torch_loop(run, oracle, learning_rate, with_bias):
    """The article's loop in float32 with the update by hand, on the run's own start, images and labels."""
    template = torch.tensor(run.templates[0], dtype=torch.float32, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    templates, biases, losses = [run.templates[0]], [0.0], []
    for image, label in zip(run.images, run.labels, strict=True):
        y = (template * torch.tensor(image)).sum() / best_value(oracle) + bias
        loss = (y - float(label)).pow(2).sum()
        gradients = torch.autograd.grad(loss, [template, bias])
        with torch.no_grad():
            template -= learning_rate * gradients[0]
            bias -= learning_rate * gradients[1] * with_bias
        templates.append(template.detach().numpy().copy())
        biases.append(bias.item())
        losses.append(loss.item())
    return templates, biases, losses


@pytest.mark.parametrize("engine", ["torch", "numpy"])
@pytest.mark.parametrize(("rate", "bias"), [(0.003, False), (0.1, False), (1.0, False), (0.1, True), (0.5, True)])
@pytest.mark.parametrize("oracle", [LINE, LOPSIDED], ids=["line", "lopsided"])
def test_every_step_agrees_with_a_plain_torch_loop(oracle, rate, bias, engine):
    run = train_template(oracle, steps=300, learning_rate=rate, seed=4, bias=bias, engine=engine)
    templates, biases, losses = plain_torch_loop(run, oracle, rate, bias)
    assert run.diverged_at is None
    np.testing.assert_allclose(run.templates, templates, atol=1e-5)
    np.testing.assert_allclose(run.biases, biases, atol=1e-5)
    np.testing.assert_allclose(run.losses, losses, atol=1e-4)
    assert np.any(run.biases) == bias


@pytest.mark.parametrize(("oracle", "seed"), [(LINE, 0), (LINE, 7), (LOPSIDED, 3), (np.ones((4, 4)), 1)])
def test_a_seed_means_the_same_run_in_both_engines(oracle, seed):
    runs = [train_template(oracle, steps=100, seed=seed, bias=True, engine=engine) for engine in ("torch", "numpy")]
    images, labels = labelled_examples(oracle, 100, seed=seed)
    for run in runs:
        assert np.array_equal(run.templates[0], runs[0].templates[0])
        assert np.array_equal(run.images, images)
        assert np.array_equal(run.labels, labels)
        assert (run.templates.shape, run.biases.shape) == ((101, *oracle.shape), (101,))
        assert (run.losses.shape, run.images.shape, run.labels.shape) == ((100,), (100, *oracle.shape), (100,))
    np.testing.assert_allclose(runs[0].templates, runs[1].templates, atol=1e-5)
    np.testing.assert_allclose(runs[0].biases, runs[1].biases, atol=1e-5)
    np.testing.assert_allclose(runs[0].losses, runs[1].losses, atol=1e-5)


def test_seeds_differ_in_start_and_examples():
    one, other = (train_template(LINE, steps=50, seed=seed, engine="numpy") for seed in (0, 1))
    assert not np.allclose(one.templates[0], other.templates[0])
    assert not np.array_equal(one.images, other.images)


def test_the_start_is_normal():
    starts = [train_template(LINE, steps=1, seed=seed, engine="numpy").templates[0] for seed in range(500)]
    assert abs(np.mean(starts)) < 0.05
    assert abs(np.std(starts) - 1) < 0.05


def test_a_longer_run_begins_like_a_shorter_one():
    short, long = (train_template(LINE, steps=steps, seed=2, engine="numpy") for steps in (20, 60))
    assert np.array_equal(short.templates, long.templates[:21])
    assert np.array_equal(short.losses, long.losses[:20])


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("rate", [0.7, 1, 1.5, 2, 5, 20, 1e30, 1e200, 1e300, 1.7e308])
def test_weights_that_run_away_end_the_run(rate, bias):
    runs = [train_template(LINE, steps=400, learning_rate=rate, bias=bias, engine=e) for e in ("torch", "numpy")]
    for run in runs:
        steps = 400 if run.diverged_at is None else run.diverged_at - (rate > 1e300)  # there even one step overflows
        assert [len(getattr(run, field)) for field in FIELDS] == [steps + 1, steps + 1, steps, steps, steps]
        before = run.diverged_at
        assert np.abs(run.templates[:before]).max() <= 1000
        assert np.abs(run.biases[:before]).max() <= 1000
        assert all(np.isfinite(getattr(run, field)).all() for field in FIELDS)
    ends = [run.diverged_at or 10**6 for run in runs]
    assert abs(ends[0] - ends[1]) <= 1
    assert (runs[0].diverged_at is None) == (rate in (0.7, 1, 1.5) and not bias)


def test_the_diverged_step_is_the_first_one_beyond_the_limit(monkeypatch):
    run = train_template(LINE, learning_rate=5, engine="numpy")
    monkeypatch.setattr(learning, "RUNAWAY", np.inf)
    free = train_template(LINE, learning_rate=5, steps=100, engine="numpy")
    too_far = np.abs(free.templates).max(axis=(1, 2)) > 1000
    assert run.diverged_at == np.argmax(too_far) > 1
    assert np.array_equal(run.templates, free.templates[: run.diverged_at + 1])


def test_a_bias_alone_can_run_away():
    history = (np.zeros((4, 1, 1)), np.array([0, 5, -1000.5, 0]), np.zeros(3), np.zeros((3, 1, 1)), np.zeros(3))
    run = learning.end_where_it_diverged(*history)
    assert (run.diverged_at, run.biases.tolist(), len(run.losses)) == (2, [0, 5, -1000.5], 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_weight_that_is_no_number_ends_the_run(bad):
    templates = np.array([[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, bad]]])
    run = learning.end_where_it_diverged(templates, np.zeros(3), np.zeros(2), templates[1:], np.zeros(2))
    assert (run.diverged_at, len(run.templates), len(run.losses)) == (2, 2, 1)


# What a call leaves alone


@pytest.mark.parametrize("engine", ["torch", "numpy"])
def test_no_global_random_state_and_no_setting_is_touched(engine):
    def state():
        kind, keys, *rest = np.random.get_state()
        settings_ = (torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled(), np.geterr())
        return kind, keys.tolist(), rest, torch.get_rng_state().tolist(), settings_

    np.random.seed(20210412)
    torch.manual_seed(20210412)
    before = state()
    train_template(LINE, steps=20, engine=engine)
    labelled_examples(LINE, 20)
    train_many(LINE, seeds=3, steps=20)
    troubled_examples(LINE, 20, wrong=0.5, positives=0.5)
    change_images(np.zeros((2, 3, 3)), "noise")
    assert state() == before


def test_the_callers_random_state_does_not_matter():
    np.random.seed(1)
    torch.manual_seed(1)
    one = train_template(LINE, steps=20)
    np.random.seed(2)
    torch.manual_seed(2)
    assert same_runs(one, train_template(LINE, steps=20))


def test_inputs_stay_as_they_are():
    oracle, images = LOPSIDED.astype(float), brute_images((2, 3)).astype(np.float32)
    labels = brute_labels(oracle)
    frozen = [oracle, images, labels]
    for array in frozen:
        array.flags.writeable = False  # writing would raise
    copies = [array.copy() for array in frozen]
    for engine in ("torch", "numpy"):
        train_template(oracle, steps=5, bias=True, engine=engine)
    best_template(oracle)
    separation(oracle, 0.0, oracle)
    check_oracle(oracle)
    mean_squared_errors([oracle], [0.0], oracle)
    check_answers(oracle, 0.0, 0.5, images, labels, oracle)
    for change in CHANGES:
        changed = change_images(images, change)
        assert (changed.dtype, changed.shape) == (np.float32, images.shape)
        assert not np.shares_memory(changed, images)
    assert all(np.array_equal(a, b) for a, b in zip(frozen, copies, strict=True))


def test_torch_is_imported_by_its_own_engine_only():
    code = (
        "import sys; from lib.learning import *; o = [[1, 0]]; train_template(o, steps=2, engine='numpy');"
        "separation(o, 0, o); best_template(o); print('torch' in sys.modules);"
        "train_template(o, steps=2); print('torch' in sys.modules)"
    )
    root = Path(learning.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
    assert done.stderr == ""


@pytest.mark.parametrize("engine", ["torch", "numpy"])
def test_many_threads_at_once_give_the_runs_of_one(engine):
    jobs = [{"seed": seed, "learning_rate": rate, "steps": 60} for seed in range(4) for rate in (0.1, 5)]
    alone = [train_template(LINE, engine=engine, **job) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: train_template(LINE, engine=engine, **job), jobs))
    assert all(same_runs(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="counts threads the Linux way")
def test_training_with_torch_starts_no_threads():
    train_template(LINE, steps=5)
    before = len(os.listdir("/proc/self/task"))
    train_template(LINE, steps=50)
    train_many(LINE, steps=50)
    assert len(os.listdir("/proc/self/task")) <= before


# Examples


@given(labellers(), st.integers(0, 40), st.integers(0, 40), st.integers(0, 2**32))
def test_a_shorter_set_of_examples_begins_a_longer_one(oracle, n, more, seed):
    short, long = labelled_examples(oracle, n, seed=seed), labelled_examples(oracle, n + more, seed=seed)
    for a, b in zip(short, long, strict=True):
        assert np.array_equal(a, b[:n])
        assert a.dtype == np.float32


@settings(max_examples=50)
@given(labellers(weights=st.floats(-2, 2, width=32) | st.sampled_from([0.1, 0.2, 0.3])))
def test_labels_are_one_exactly_where_the_image_matches(oracle):
    images, labels = labelled_examples(oracle, 50)
    assert set(np.unique(images)) <= {0, 1}
    assert labels.tolist() == [float(is_match(image, oracle)) for image in images]


def test_every_example_is_every_binary_image_once():
    images, labels = every_example(LOPSIDED)
    assert np.array_equal(images, brute_images((2, 3)))
    assert np.array_equal(labels, brute_labels(LOPSIDED))
    assert labels.sum() == 8  # two pixels on, one off, three free


def test_all_images_are_drawn_and_none_is_preferred():
    images, labels = labelled_examples(LINE, 51_200)
    numbers = images.reshape(-1, 9) @ (2 ** np.arange(9))
    counts = np.bincount(numbers.astype(int), minlength=512)
    assert np.square(counts - 100).sum() / 100 < 660  # chi-squared, 511 degrees: one draw in 100,000 is above
    assert abs(labels.mean() - 1 / 8) < 0.01


# Best template, errors, threshold


@settings(max_examples=40, deadline=None)
@given(labellers(), st.booleans())
def test_best_template_is_the_least_squares_solution(oracle, bias):
    columns = [image.ravel() / best_value(oracle) for image in brute_images(oracle.shape)]
    matrix = np.array([[*pixels, 1.0] if bias else pixels for pixels in columns])
    expected = np.linalg.solve(matrix.T @ matrix, matrix.T @ brute_labels(oracle))  # the normal equations
    template, offset = best_template(oracle, bias=bias)
    np.testing.assert_allclose([*template.flat, *([offset] if bias else [])], expected, atol=1e-8)
    assert bias or offset == 0


@settings(max_examples=40, deadline=None)
@given(labellers(), st.integers(0, 2**32))
def test_mean_squared_errors_are_the_mean_of_every_squared_error(oracle, seed):
    rng = np.random.default_rng(seed)
    templates, biases = rng.normal(size=(3, *oracle.shape)), rng.normal(size=3)
    expected = [
        np.mean((np.array(brute_outputs(template, bias, oracle)) - brute_labels(oracle)) ** 2)
        for template, bias in zip(templates, biases, strict=True)
    ]
    np.testing.assert_allclose(mean_squared_errors(templates, biases, oracle), expected, rtol=1e-9)


def brute_separation(template, bias, oracle):
    """(right, -false alarms, threshold): try each candidate on each image, one by one."""
    y, labels = brute_outputs(template, bias, oracle), brute_labels(oracle)
    distinct = []
    for value in sorted(y):
        if not distinct or value - distinct[-1] > 1e-6:
            distinct.append(value)
    middles = [(a + b) / 2 for a, b in itertools.pairwise(distinct)]
    tried = []
    for threshold in [distinct[0] - 1, *middles, distinct[-1] + 1]:
        right = sum((value >= threshold) == label for value, label in zip(y, labels, strict=True))
        false_alarms = sum(value >= threshold and not label for value, label in zip(y, labels, strict=True))
        tried.append((right, -false_alarms, threshold))
    return max(tried)


@settings(max_examples=60, deadline=None)
@given(labellers(shapes=[(1, 1), (1, 4), (2, 3)]), st.data())
def test_separation_is_the_best_of_all_thresholds(oracle, data):
    weights = st.integers(-2, 2) | st.sampled_from([0.3, 0.1 + 0.2, 1 / 3])  # many ties, some by rounding only
    template = data.draw(arrays(np.float64, oracle.shape, elements=weights))
    right, minus_false_alarms, threshold = brute_separation(template, 0.25, oracle)
    answers = separation(template, 0.25, oracle)
    assert (answers.right, answers.false_alarms) == (right, -minus_false_alarms)
    assert answers.threshold == pytest.approx(threshold, abs=1e-5)
    assert answers.accuracy == right / 2**oracle.size


def test_separation_can_say_no_to_everything():
    answers = separation(-LINE, 0, LINE)
    assert (answers.threshold, answers.right, answers.found, answers.misses, answers.false_alarms) == (1, 448, 0, 64, 0)


def test_separation_prefers_no_to_yes_where_both_are_as_right():
    answers = separation([[0.0]], 0.5, [[1]])  # one image of each label, one output: nothing to separate them by
    assert (answers.threshold, answers.right, answers.found, answers.false_alarms) == (1.5, 1, 0, 0)


def test_outputs_that_differ_by_rounding_only_are_one():
    assert separation([[1e-5, 0]], 0, [[1, 0]]).right == 4
    answers = separation([[1e-8, 0]], 0, [[1, 0]])
    assert (answers.right, answers.false_alarms) == (2, 0)
    assert answers.threshold == pytest.approx(1)


def test_separation_agrees_with_its_own_threshold():
    run = train_template(LINE, steps=30, seed=5, engine="numpy")
    answers = separation(run.templates[-1], 0, LINE)
    again = check_answers(run.templates[-1], 0, answers.threshold, *every_example(LINE), LINE)
    assert (again.right, again.found, again.misses) == (answers.right, answers.found, answers.misses)
    assert answers.right + answers.misses + answers.false_alarms == 512


def test_the_masks_point_at_the_images():
    images = np.array([[[1, 0]], [[1, 1]], [[0, 1]], [[0, 0]]])
    answers = check_answers(
        [[0, 1]], 0, 0.5, images, [1, 1, 0, 0], [[1, 0]]
    )  # a template that looks at the wrong pixel
    assert answers.is_found.tolist() == [False, True, False, False]
    assert answers.is_missed.tolist() == [True, False, False, False]
    assert answers.is_false_alarm.tolist() == [False, False, True, False]
    assert (answers.found, answers.misses, answers.false_alarms, answers.right) == (1, 1, 1, 2)


def test_a_score_equal_to_the_threshold_is_a_yes():
    assert check_answers([[1]], 0, 1, [[[1]]], [1], [[1]]).found == 1


# Changed images


@given(arrays(np.uint8, (3, 2, 4), elements=st.integers(0, 1)))
def test_changes_one_pixel_at_a_time(images):
    half, inverted, shifted = (change_images(images, change) for change in ("half strength", "inverted", "shifted"))
    for n, row, column in np.ndindex(images.shape):
        assert half[n, row, column] == images[n, row, column] * 0.5
        assert inverted[n, row, column] == 1 - int(images[n, row, column])
        assert shifted[n, row, column] == (images[n, row, column - 1] if column else 0)
    assert np.array_equal(change_images(images, "none"), images)


def test_noise_is_normal_and_cut_off_at_black_and_full():
    gray = np.full((2000, 3, 3), 0.5)
    noisy = change_images(gray, "noise", seed=3)
    inside = (noisy > 0) & (noisy < 1)
    assert (noisy.min(), noisy.max(), noisy.dtype) == (0, 1, np.float32)
    assert abs(inside.mean() - 0.6827) < 0.01  # within one standard deviation of 0.5
    assert abs((noisy == 0).mean() - 0.1587) < 0.01
    assert np.array_equal(noisy, change_images(gray, "noise", seed=3))
    assert not np.array_equal(noisy, change_images(gray, "noise", seed=4))


def test_every_change_has_an_effect_but_none():
    images, _ = every_example(LINE)
    assert [change for change in CHANGES if np.array_equal(change_images(images, change), images)] == ["none"]


# Errors


@pytest.mark.parametrize(
    ("oracle", "quoted"),
    [
        (np.zeros((2, 2)), "[[0.0, 0.0], [0.0, 0.0]]"),
        ([[-1, 0]], "[[-1, 0]]"),
        ([[np.nan, 1]], "nan"),
        ([[np.inf, 1]], "inf"),
        (np.ones((1, 17)), "(1, 17)"),
        (np.ones((3, 6)), "(3, 6)"),
        (np.ones((2, 0)), "(2, 0)"),
        (np.ones(3), "(3,)"),
        (np.ones((2, 2, 2)), "(2, 2, 2)"),
        (1, "()"),
    ],
)
def test_labellers_that_cannot_be_learned_from(oracle, quoted):
    calls = (
        lambda: train_template(oracle, steps=1),
        lambda: train_template(oracle, steps=1, engine="numpy"),
        lambda: labelled_examples(oracle, 1),
        lambda: best_template(oracle),
        lambda: best_template(oracle, positives=0.5),
        lambda: train_many(oracle, seeds=1, steps=1),
        lambda: train_template(oracle, steps=1, examples=(np.ones((1, 2, 2)), np.ones(1))),
        lambda: troubled_examples(oracle, 1),
        lambda: separation(oracle, 0, oracle),
        lambda: mean_squared_errors([oracle], [0], oracle),
        lambda: check_oracle(oracle),
    )
    for call in calls:
        with pytest.raises(ValueError) as error:
            call()
        assert quoted in str(error.value)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: train_template(LINE, steps=0), "0"),
        (lambda: train_template(LINE, steps=-3), "-3"),
        (lambda: train_template(LINE, learning_rate=0), "0"),
        (lambda: train_template(LINE, learning_rate=-0.1), "-0.1"),
        (lambda: train_template(LINE, learning_rate=float("nan")), "nan"),
        (lambda: train_template(LINE, learning_rate=float("inf")), "inf"),
        (lambda: train_template(LINE, engine="jax"), "'jax'"),
        (lambda: labelled_examples(LINE, -1), "-1"),
        (lambda: train_many(LINE, seeds=0), "0"),
        (lambda: train_many(LINE, seeds=2, steps=-2), "-2"),
        (lambda: train_many(LINE, seeds=2, learning_rate=float("nan")), "nan"),
        (lambda: troubled_examples(LINE, -1), "-1"),
        (lambda: troubled_examples(LINE, 3, wrong=1.5), "1.5"),
        (lambda: troubled_examples(LINE, 3, wrong=float("nan")), "nan"),
        (lambda: troubled_examples(LINE, 3, positives=-0.1), "-0.1"),
        (lambda: best_template(LINE, positives=2), "2"),
        (lambda: best_template(LINE, positives=float("nan")), "nan"),
        (lambda: train_template(LINE, examples=(np.ones((4, 3, 2)), np.ones(4))), "(4, 3, 2)"),
        (lambda: train_template(LINE, examples=(np.ones((4, 3, 3)), np.ones(5))), "(5,)"),
        (lambda: train_template(LINE, examples=(np.ones((0, 3, 3)), np.ones(0))), "(0, 3, 3)"),
        (lambda: separation(np.ones((2, 3)), 0, LINE), "(2, 3)"),
        (lambda: separation(LINE * np.nan, 0, LINE), "nan"),
        (lambda: separation(LINE, np.inf, LINE), "inf"),
        (lambda: mean_squared_errors(LINE, [0], LINE), "(3, 3)"),
        (lambda: check_answers(LINE, 0, 1, np.ones((4, 3, 2)), np.ones(4), LINE), "(4, 3, 2)"),
        (lambda: check_answers(LINE, 0, 1, np.ones((0, 3, 3)), np.ones(0), LINE), "(0, 3, 3)"),
        (lambda: check_answers(LINE, 0, 1, np.ones((4, 3, 3)), np.ones(5), LINE), "(5,)"),
        (lambda: change_images(np.ones((1, 2, 2)), "upside down"), "'upside down'"),
    ],
)
def test_errors_quote_the_values(call, quoted):
    with pytest.raises(ValueError) as error:
        call()
    assert quoted in str(error.value)


@pytest.mark.parametrize(
    ("oracle", "counts"),
    [
        (np.ones((3, 3)), ("says yes to 1 of all 512", "at least 8")),
        (np.where(LINE, 1, [[-1], [-1], [0]]), ("says yes to 4 of all 512", "at least 8")),
        (np.ones((4, 4)), ("says yes to 1 of all 65,536", "at least 1,024")),
    ],
)
def test_labellers_that_say_yes_too_rarely(oracle, counts):
    with pytest.raises(ValueError) as error:
        check_oracle(oracle)
    assert all(count in str(error.value) for count in counts)


@given(labellers())
def test_no_labeller_says_yes_to_more_than_half(oracle):
    assert every_example(oracle)[1].mean() <= 0.5  # which is why `check_oracle` has no upper limit


@pytest.mark.parametrize("n_weights", [1, 2, 6])
def test_labellers_on_the_edge_of_the_allowed(n_weights):
    check_oracle((np.arange(9) < n_weights).reshape(3, 3))  # yes to 256, 128 and 8 of 512


# Speed, with a wide margin: the page calls these after every touch


def test_what_the_page_calls_is_quick():
    run = train_template(LINE, engine="numpy")

    def fastest(call):
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            call()
            times.append(time.perf_counter() - begin)
        return min(times)

    assert fastest(lambda: separation(run.templates[-1], 0, LINE)) < 0.003
    assert fastest(lambda: mean_squared_errors(run.templates, run.biases, LINE)) < 0.005
    assert fastest(lambda: train_template(LINE, engine="numpy")) < 0.03


@pytest.mark.parametrize("seed", [*range(0, 100, 9), 52])  # the last has none
def test_the_highest_perfect_rate_is_the_last_of_those_that_get_all_right(seed):
    right = {}
    for rate in RATES:
        run = train_template(LINE, learning_rate=rate, seed=seed, bias=True, engine="numpy")
        right[rate] = separation(run.templates[-1], run.biases[-1], LINE).right if run.diverged_at is None else 0
    perfect = [rate for rate in RATES if right[rate] == 512]
    assert highest_perfect_rate(LINE, RATES, seed=seed) == (max(perfect) if perfect else None)


def test_a_seed_may_have_no_perfect_rate():
    assert highest_perfect_rate(LINE, [20, 0.001], seed=0) is None


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("oracle", [LINE, LOPSIDED], ids=["line", "lopsided"])
def test_the_gradient_is_autograds_and_the_step_follows_it(oracle, bias):
    run = train_template(oracle, steps=30, learning_rate=0.07, seed=4, bias=bias, engine="numpy")
    y, gradients = step_details(run, oracle)
    assert y.shape == (30,) and gradients.shape == (30, *oracle.shape)
    np.testing.assert_allclose(run.templates[1:], run.templates[:-1] - 0.07 * gradients, atol=1e-12)
    for k in range(30):
        template = torch.tensor(run.templates[k], requires_grad=True)
        output = (template * torch.tensor(run.images[k])).sum() / best_value(oracle) + float(run.biases[k])
        (output - float(run.labels[k])).square().backward()
        assert y[k] == pytest.approx(output.item())
        np.testing.assert_allclose(gradients[k], template.grad.numpy(), atol=1e-12)


def test_a_run_that_breaks_off_has_details_of_every_step_it_took():
    run = train_template(LINE, learning_rate=20, seed=1, engine="numpy")
    y, gradients = step_details(run, LINE)
    assert len(y) == len(gradients) == run.diverged_at
    assert np.isfinite(y).all() and np.isfinite(gradients).all()


@given(st.integers(0, 3000), st.integers(0, 4000), st.integers(4, 100))
def test_moments_are_few_in_order_and_hold_both_ends(last, also, most):
    steps = moments(last, also=also, most=most)
    assert steps == sorted(set(steps)) and len(steps) <= most
    assert steps[0] == 0 and steps[-1] == last and min(also, last) in steps


def test_moments_are_close_together_at_the_start():
    gaps = np.diff(moments(1000))
    assert (gaps[:8] == 1).all() and gaps[-1] > 50 and (np.diff(gaps) >= -2).all()


# Many learners


@pytest.mark.parametrize(
    ("oracle", "rate", "bias"),
    [(LINE, 0.1, False), (LINE, 0.1, True), (LOPSIDED, 0.3, True), (LINE, 2, False), (LINE, 5, False),
     (LINE, 0.7, True), (LINE, 20, True), (LINE, 1e200, False), (LINE, 1.7e308, True)],
)  # fmt: skip
def test_each_of_many_learners_is_the_run_of_its_seed(oracle, rate, bias):
    many = train_many(oracle, seeds=5, steps=400, learning_rate=rate, bias=bias)
    assert (many.templates.shape, many.biases.shape, many.diverged.shape) == ((5, *oracle.shape), (5,), (5,))
    for seed in range(5):
        run = train_template(oracle, steps=400, learning_rate=rate, seed=seed, bias=bias)
        np.testing.assert_allclose(many.templates[seed], run.templates[-1], rtol=1e-6, atol=1e-4)
        np.testing.assert_allclose(many.biases[seed], run.biases[-1], rtol=1e-6, atol=1e-4)
        assert many.diverged[seed] == (run.diverged_at is not None)


@pytest.mark.parametrize("bias", [False, True])
def test_many_learners_lie_around_the_best_template(bias):
    many = train_many(LINE, bias=bias)
    template, offset = best_template(LINE, bias=bias)
    assert many.templates.shape == (256, 3, 3) and not many.diverged.any()
    np.testing.assert_allclose(many.templates.mean(axis=0), template, atol=0.03)
    np.testing.assert_allclose(many.templates.std(axis=0), 0.085, atol=0.02)
    assert abs(many.biases.mean() - offset) < 0.03 and (many.biases.std() > 0) == bias


def test_many_learners_wait_for_their_turn():
    thread = threading.Thread(target=lambda: train_many(LINE, seeds=2, steps=2))
    with learning.ONE_AT_A_TIME:
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert not thread.is_alive()


# Troubled examples


@given(labellers(), st.integers(0, 40), st.integers(0, 2**32))
def test_examples_without_a_trouble_are_the_usual_ones(oracle, n, seed):
    for one, other in zip(
        troubled_examples(oracle, n, seed=seed), labelled_examples(oracle, n, seed=seed), strict=True
    ):
        assert np.array_equal(one, other) and one.dtype == np.float32


SHARES = st.floats(0, 1)


@given(labellers(), st.integers(0, 40), st.integers(0, 40), SHARES, SHARES | st.none(), st.integers(0, 2**32))
def test_a_shorter_set_of_troubled_examples_begins_a_longer_one(oracle, n, more, wrong, positives, seed):
    trouble = {"wrong": wrong, "positives": positives, "seed": seed}
    short, long = troubled_examples(oracle, n, **trouble), troubled_examples(oracle, n + more, **trouble)
    assert all(np.array_equal(a, b[:n]) and a.dtype == np.float32 for a, b in zip(short, long, strict=True))
    assert short[0].shape == (n, *oracle.shape) and short[1].shape == (n,)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 1])
def test_a_share_of_the_labels_is_wrong_and_the_images_are_not(share):
    images, labels = troubled_examples(LINE, 20_000, wrong=share, seed=3)
    usual_images, usual = labelled_examples(LINE, 20_000, seed=3)
    assert np.array_equal(images, usual_images)
    assert abs((labels != usual).mean() - share) < (0.015 if 0 < share < 1 else 1e-9)
    assert set(np.unique(labels)) == {0, 1}


@pytest.mark.parametrize("oracle", [LINE, LOPSIDED], ids=["line", "lopsided"])
@pytest.mark.parametrize("share", [0, 0.3, 0.9, 1])
def test_a_share_of_the_examples_is_a_yes_and_none_of_them_is_preferred(oracle, share):
    images, labels = troubled_examples(oracle, 60_000, positives=share)
    assert abs(labels.mean() - share) < (0.015 if 0 < share < 1 else 1e-9)
    assert labels[:200].tolist() == [float(is_match(image, oracle)) for image in images[:200]]
    numbers = (images.reshape(len(images), -1) @ (2 ** np.arange(oracle.size))).astype(int)
    for label in np.unique(labels):
        kinds = int((brute_labels(oracle) == label).sum())
        counts = np.bincount(numbers[labels == label])
        counts = counts[counts > 0]
        assert len(counts) == kinds  # all of them are drawn
        expected = (labels == label).sum() / kinds
        assert np.square(counts - expected).sum() / expected < kinds + 5 * np.sqrt(2 * kinds) + 5


def test_wrong_labels_prefer_no_image():
    images, labels = troubled_examples(LINE, 20_000, positives=0.5, wrong=0.3)
    usual_images, usual = troubled_examples(LINE, 20_000, positives=0.5)
    assert np.array_equal(images, usual_images)
    for pixels in ((images[:, 0, 0] == 1), (images[:, 0, 0] == 0), (usual == 1), (usual == 0)):
        assert abs((labels != usual)[pixels].mean() - 0.3) < 0.02


def test_a_larger_share_of_wrong_labels_holds_the_smaller():
    usual = labelled_examples(LINE, 500)[1]
    few, many = (troubled_examples(LINE, 500, wrong=share)[1] != usual for share in (0.2, 0.6))
    assert 0 < few.sum() < many.sum() and not (few & ~many).any()


@pytest.mark.parametrize("engine", ["torch", "numpy"])
def test_given_examples_are_learned_in_turn(engine):
    images, labels = labelled_examples(LINE, 4, seed=9)
    run = train_template(LINE, steps=10, seed=5, engine=engine, examples=(images, labels))
    turn = [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert np.array_equal(run.images, images[turn]) and np.array_equal(run.labels, labels[turn])
    assert run.images.dtype == run.labels.dtype == np.float32
    templates, _, losses = plain_torch_loop(run, LINE, 0.1, False)
    np.testing.assert_allclose(run.templates, templates, atol=1e-5)
    np.testing.assert_allclose(run.losses, losses, atol=1e-4)
    usual = train_template(LINE, steps=10, seed=5, engine=engine)
    assert np.array_equal(run.templates[0], usual.templates[0])  # the start is the seed's
    same = train_template(LINE, steps=10, seed=5, engine=engine, examples=labelled_examples(LINE, 10, seed=5))
    assert same_runs(usual, same)


@settings(max_examples=40, deadline=None)
@given(labellers(), st.booleans(), st.floats(0.02, 0.98))
def test_best_template_of_a_mix_solves_its_own_normal_equations(oracle, bias, positives):
    labels = brute_labels(oracle)
    shares = [positives / labels.sum() if label else (1 - positives) / (labels == 0).sum() for label in labels]
    columns = [image.ravel() / best_value(oracle) for image in brute_images(oracle.shape)]
    rows = [np.append(pixels, 1.0) if bias else pixels for pixels in columns]
    square = sum(share * np.outer(row, row) for share, row in zip(shares, rows, strict=True))
    side = sum(share * label * row for share, label, row in zip(shares, labels, rows, strict=True))
    if np.linalg.matrix_rank(square) < len(side):
        return
    template, offset = best_template(oracle, bias=bias, positives=positives)
    np.testing.assert_allclose([*template.flat, *([offset] if bias else [])], np.linalg.solve(square, side), atol=1e-7)
    assert bias or offset == 0


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("oracle", [LINE, LOPSIDED], ids=["line", "lopsided"])
def test_the_usual_share_of_yes_has_the_usual_best_template(oracle, bias):
    usual, mixed = (
        best_template(oracle, bias=bias),
        best_template(oracle, bias=bias, positives=brute_labels(oracle).mean()),
    )
    np.testing.assert_allclose(mixed[0], usual[0], atol=1e-12)
    assert mixed[1] == pytest.approx(usual[1], abs=1e-12)


def test_the_best_template_of_one_label_only():
    np.testing.assert_allclose(
        best_template(LINE, positives=1)[0], LINE, atol=1e-9
    )  # 1 for each line, and nothing less
    np.testing.assert_allclose(best_template(LINE, positives=0)[0], 0 * LINE, atol=1e-9)
    for positives in (0, 1):
        template, bias = best_template(LINE, bias=True, positives=positives)
        y = np.array(brute_outputs(template, bias, LINE))
        np.testing.assert_allclose(y[brute_labels(LINE) == positives], positives, atol=1e-9)
    line, others = best_template(LINE, bias=True, positives=1), np.hstack([1 / 3, 1 / 3, 1 / 3, 1])
    np.testing.assert_allclose([*line[0][:, 1], line[1]], others / np.square(others).sum(), atol=1e-9)  # the shortest


@pytest.mark.parametrize(("positives", "bias"), [(0.5, False), (0.5, True), (0.9, True)])
def test_learning_from_a_mix_hovers_around_its_own_best_template(positives, bias):
    examples = troubled_examples(LINE, 40_000, positives=positives)
    run = train_template(LINE, steps=40_000, learning_rate=0.03, bias=bias, engine="numpy", examples=examples)
    template, offset = best_template(LINE, bias=bias, positives=positives)
    np.testing.assert_allclose(run.templates[5000:].mean(axis=0), template, atol=0.05)
    assert run.biases[5000:].mean() == pytest.approx(offset, abs=0.05)


# Outputs in groups, and answers with a threshold from the examples


def test_with_a_bias_the_best_template_has_four_outputs():
    values, n_no, n_yes = output_groups(*best_template(LINE, bias=True), LINE)
    np.testing.assert_allclose(values, [-0.25, 0, 0.25, 0.5], atol=1e-12)
    assert (n_no.tolist(), n_yes.tolist()) == ([64, 192, 192, 0], [0, 0, 0, 64])


def test_without_a_bias_ten_pictures_are_on_the_wrong_side():
    values, n_no, n_yes = output_groups(*best_template(LINE), LINE)
    np.testing.assert_allclose(values, np.arange(-6, 13) * 0.05, atol=1e-12)
    assert n_no[values > 0.375].sum() + n_yes[values < 0.375].sum() == 10


@settings(max_examples=40, deadline=None)
@given(labellers(shapes=[(1, 1), (1, 4), (2, 3)]), st.data())
def test_groups_of_outputs_count_every_image_once(oracle, data):
    template = data.draw(arrays(np.float64, oracle.shape, elements=st.sampled_from([0, 1, 0.3, 0.1 + 0.2, -0.5])))
    counted = {}
    for value, label in zip(brute_outputs(template, 0.25, oracle), brute_labels(oracle), strict=True):
        counted.setdefault(round(value, 5), [0, 0])[int(label)] += 1
    values, n_no, n_yes = output_groups(template, 0.25, oracle)
    assert values.tolist() == sorted(values)
    assert {round(v, 5): [a, b] for v, a, b in zip(values, n_no, n_yes, strict=True)} == counted


@pytest.mark.parametrize("wrong", [0, 0.3])
def test_no_threshold_is_better_for_the_runs_own_examples(wrong):
    for seed in range(5):
        examples = troubled_examples(LINE, 100, seed=seed, wrong=wrong)
        run = train_template(LINE, steps=100, seed=seed, engine="numpy", examples=examples)
        answers = learned_answers(run, LINE)
        y = (run.templates[-1] * run.images).sum(axis=(1, 2)) / 3
        own = [int(((y >= threshold) == run.labels).sum()) for threshold in (answers.threshold, -9, 9, *(y - 1e-9))]
        assert own[0] == max(own)
        yes = np.array(brute_outputs(run.templates[-1], 0, LINE)) >= answers.threshold
        assert answers.found == (yes & (brute_labels(LINE) == 1)).sum()
        assert answers.false_alarms == (yes & (brute_labels(LINE) == 0)).sum()


@pytest.mark.parametrize(("positives", "threshold"), [(1, -np.inf), (0, np.inf)])
def test_one_label_only_gives_one_answer_only(positives, threshold):
    run = train_template(LINE, engine="numpy", examples=troubled_examples(LINE, 1000, positives=positives))
    answers = learned_answers(run, LINE)
    assert answers.threshold == threshold
    assert (answers.found, answers.false_alarms) == (64 * positives, 448 * positives)


# Diagnosis


def diagnosed(seed=0, bias=False, rate=0.1, **trouble):
    n = trouble.pop("n", 1000)
    run = train_template(LINE, learning_rate=rate, seed=seed, bias=bias, engine="numpy",
                         examples=troubled_examples(LINE, n, seed=seed, **trouble))  # fmt: skip
    return run, diagnose(run, LINE, bias=bias)


EACH = pytest.mark.parametrize(("seed", "bias"), [(seed, bias) for seed in (0, 7, 50) for bias in (False, True)])


@EACH
def test_a_runaway_is_told_where(seed, bias):
    run, words = diagnosed(seed, bias, rate=5, wrong=0.3)  # whatever else is wrong
    largest = max(np.abs(run.templates[-1]).max(), abs(run.biases[-1]))
    assert words.startswith(f"It broke off at step {run.diverged_at}:") and f"grown to {largest:,.0f}." in words


@EACH
def test_small_steps_are_told_how_far_they_came(seed, bias):
    run, words = diagnosed(seed, bias, rate=0.001)
    errors = [np.mean((np.array(brute_outputs(t, b, LINE)) - brute_labels(LINE)) ** 2)
              for t, b in ((run.templates[-1], run.biases[-1]), (run.templates[0], 0))]  # fmt: skip
    floor = 0.0625 if bias else 0.06875
    way = 100 * (errors[1] - errors[0]) / (errors[1] - floor)
    assert f"After 1,000 steps its error is {errors[0]:.3g}, still {errors[0] - floor:.3g} above" in words
    assert f"it has come {way:.0f} % of the way from its start" in words


@pytest.mark.parametrize("seed", range(8))
def test_large_steps_that_do_not_run_away_never_rest(seed):
    words = diagnosed(seed, False, rate=1)[1]
    assert "too large to come to rest" in words or "Nothing is wrong" in words
    assert sum("come to rest" in diagnosed(seed, False, rate=1)[1] for seed in range(8)) >= 6


@EACH
def test_few_examples_leave_weights_that_nobody_taught(seed, bias):
    run, words = diagnosed(seed, bias, n=8)
    n = len({image.tobytes() for image in run.images})
    assert words.startswith(f"It saw only {n} different pictures, ")
    assert f"at most {n} of the {9 + bias} numbers it learns" in words
    right = int(re.search(r"only on (\d+) of all 512", words)[1])
    assert right == learned_answers(run, LINE).right
    # What no example speaks about is as it was at the start: the part of the template across all of them.
    rows = np.column_stack([run.images.reshape(1000, -1).astype(float) / 3, np.full(1000, float(bias))])
    change = np.append(run.templates[-1] - run.templates[0], run.biases[-1])
    across = np.linalg.svd(rows)[2][np.linalg.matrix_rank(rows) :]
    assert len(across) >= 10 - n and np.abs(across @ change).max() < 1e-9


@EACH
def test_wrong_labels_are_counted_and_pull_the_outputs_together(seed, bias):
    run, words = diagnosed(seed, bias, wrong=0.3)
    n_wrong = sum(label != float(is_match(image, LINE)) for image, label in zip(run.images, run.labels, strict=True))
    assert words.startswith(f"{n_wrong} of its 1,000 labels are wrong. They pull the outputs together: ")
    y, labels = np.array(brute_outputs(run.templates[-1], run.biases[-1], LINE)), brute_labels(LINE)
    gap = y[labels == 1].mean() - y[labels == 0].mean()
    best = 3 / 7 if bias else 12 / 35  # 0.5 - 0.5 / 7 of a no with a bias
    assert f"gets {gap:.3g} more than a no, where the best template gives it {best:.3g} more." in words


def test_only_wrong_labels_turn_it_around():
    assert "They turn it around: on average, a yes picture gets" in diagnosed(0, True, wrong=1.0)[1]
    assert "leave next to nothing" in "".join(diagnosed(seed, True, wrong=0.5)[1] for seed in range(5))
    assert "did little here" in diagnosed(1, False, wrong=0.01)[1]


@EACH
def test_all_yes_says_yes_to_everything(seed, bias):
    words = diagnosed(seed, bias, positives=1)[1]
    assert (
        words.startswith("All of its examples are yes") and "says yes to all 512 pictures, and is right on 64." in words
    )
    words = diagnosed(seed, bias, positives=0)[1]
    assert (
        words.startswith("All of its examples are no") and "says no to all 512 pictures, and is right on 448." in words
    )


@EACH
def test_unbalanced_examples_are_told_with_what_they_do(seed, bias):
    run, words = diagnosed(seed, bias, positives=0.5)
    answers = learned_answers(run, LINE)
    assert words.startswith(f"{100 * run.labels.mean():.3g} % of its examples are yes, of all pictures 12.5 %.")
    assert f"yes to {answers.found + answers.false_alarms} pictures where 64 are: {answers.misses} missed" in words


def test_a_healthy_run_has_nothing_wrong():
    words = [diagnosed(seed, False, rate=0.05)[1] for seed in range(10)]
    assert sum(text.startswith("Nothing is wrong: its error of 0.0") for text in words) >= 9
    assert all("close to 0.0688, the smallest possible" in text for text in words if text.startswith("Nothing"))
    assert diagnosed(50)[1] == diagnosed(50, wrong=0)[1]


@settings(max_examples=30, deadline=None)
@given(labellers(), st.sampled_from([1, 3, 60]), st.sampled_from([0.001, 0.1, 20]), st.booleans(), SHARES,
       SHARES | st.none())  # fmt: skip
def test_every_run_gets_a_diagnosis(oracle, n, rate, bias, wrong, positives):
    examples = troubled_examples(oracle, n, wrong=wrong, positives=positives)
    run = train_template(oracle, steps=60, learning_rate=rate, bias=bias, engine="numpy", examples=examples)
    words = diagnose(run, oracle, bias=bias)
    assert words.endswith(".") and not re.search(r"\b(nan|inf|None)\b", words)
