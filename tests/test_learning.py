"""Training against a torch loop of its own, and planted facts. Warnings are errors (pyproject.toml)."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lib import learning
from lib.changes import change_pictures
from lib.judging import best_template
from lib.labeller import labelled_examples, troubled_examples
from lib.learning import step_details, steps_to_show, train_many, train_template
from lib.matching import best_value
from tests.brute_force import LINE, LOPSIDED

FIELDS = ("templates", "biases", "losses", "images", "labels")


def same_runs(one, other):
    return one.diverged_at == other.diverged_at and all(
        np.array_equal(getattr(one, field), getattr(other, field)) for field in FIELDS
    )


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


@pytest.mark.parametrize(("positives", "bias"), [(0.5, False), (0.5, True), (0.9, True)])
def test_learning_from_a_mix_hovers_around_its_own_best_template(positives, bias):
    examples = troubled_examples(LINE, 40_000, positives=positives)
    run = train_template(LINE, steps=40_000, learning_rate=0.03, bias=bias, engine="numpy", examples=examples)
    template, offset = best_template(LINE, bias=bias, positives=positives)
    np.testing.assert_allclose(run.templates[5000:].mean(axis=0), template, atol=0.05)
    assert run.biases[5000:].mean() == pytest.approx(offset, abs=0.05)


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
    change_pictures(np.zeros((2, 3, 3)), "noise")
    assert state() == before


def test_the_callers_random_state_does_not_matter():
    np.random.seed(1)
    torch.manual_seed(1)
    one = train_template(LINE, steps=20)
    np.random.seed(2)
    torch.manual_seed(2)
    assert same_runs(one, train_template(LINE, steps=20))


def test_torch_is_imported_by_its_own_engine_only():
    code = (
        "import sys; from lib.judging import *; o = [[1, 0]]; train_template(o, steps=2, engine='numpy');"
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
        (lambda: train_many(LINE, seeds=0), "0"),
        (lambda: train_many(LINE, seeds=2, steps=-2), "-2"),
        (lambda: train_many(LINE, seeds=2, learning_rate=float("nan")), "nan"),
        (lambda: train_template(LINE, examples=(np.ones((4, 3, 2)), np.ones(4))), "(4, 3, 2)"),
        (lambda: train_template(LINE, examples=(np.ones((4, 3, 3)), np.ones(5))), "(5,)"),
        (lambda: train_template(LINE, examples=(np.ones((0, 3, 3)), np.ones(0))), "(0, 3, 3)"),
    ],
)
def test_errors_quote_the_values(call, quoted):
    with pytest.raises(ValueError) as error:
        call()
    assert quoted in str(error.value)


def test_a_run_by_hand_is_quick():
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        train_template(LINE, engine="numpy")
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.03  # with a wide margin: the page calls it after every touch


# The steps of a run


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


@given(st.integers(0, 3000), st.integers(0, 4000))
def test_steps_to_show_are_few_in_order_and_hold_both_ends(last, also):
    steps = steps_to_show(last, also=also)
    assert steps == sorted(set(steps)) and len(steps) <= 70
    assert steps[0] == 0 and steps[-1] == last and min(also, last) in steps


def test_steps_to_show_are_close_together_at_the_start():
    gaps = np.diff(steps_to_show(1000))
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


def test_a_run_by_hand_waits_for_nobody_and_one_of_torch_for_its_turn():
    runs = {
        engine: threading.Thread(target=train_template, args=(LINE,), kwargs={"steps": 2, "engine": engine})
        for engine in ("numpy", "torch")
    }
    with learning.ONE_AT_A_TIME:
        for run in runs.values():
            run.start()
        runs["numpy"].join(10)
        runs["torch"].join(0.3)
        assert [run.is_alive() for run in runs.values()] == [False, True]
    runs["torch"].join(10)
    assert not runs["torch"].is_alive()
