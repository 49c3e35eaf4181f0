"""Making and training a network, against gradients and Adam by hand."""

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lib import network as module
from lib.changes import change_pictures
from lib.inside import answer, layers
from lib.network import MEASURED, MOST_TEMPLATES, new_network, train_epoch
from lib.tasks import TASKS, Examples, examples
from tests.network_by_hand import both_tasks, by_hand, random_pictures, same, trained


def loss_by_hand(network, images, labels):
    """Mean cross-entropy."""
    shares = [by_hand(network, image)[-1][label] for image, label in zip(images, labels, strict=True)]
    return -np.log(shares).mean()


def only(monkeypatch, task, n, batch):
    """Train on the first n examples, in batches of `batch`."""
    parts = examples(task)
    few = Examples(parts.train_images[:n], parts.train_labels[:n], parts.test_images[:n], parts.test_labels[:n])
    monkeypatch.setattr(module, "examples", lambda task: few)
    monkeypatch.setattr(module, "BATCH", batch)
    return few


@both_tasks
def test_the_gradient_is_that_of_finite_differences(task, monkeypatch):
    few = only(monkeypatch, task, n=6, batch=6)
    start = new_network(task, n_templates=3, seed=2)
    moved = train_epoch(start, learning_rate=1e-3, dropout=0)  # one step
    draw = np.random.default_rng(0)
    for name, array in start.weights.items():
        gradient = moved.memory[name][0] / (1 - 0.9)  # Adam's first mean is a tenth of the first gradient
        np.testing.assert_allclose(moved.memory[name][1], gradient**2 / 1000, rtol=1e-3, atol=1e-12)
        step = moved.weights[name] - array
        clear = abs(gradient) > 1e-4
        assert clear.any()
        np.testing.assert_allclose(step[clear], -1e-3 * np.sign(gradient[clear]), rtol=1e-2)
        for place in draw.integers(0, array.shape, size=(8, array.ndim)):
            losses = []
            for change in (1e-6, -1e-6):
                changed = {**start.weights, name: array.astype(float)}
                changed[name][tuple(place)] += change
                losses.append(loss_by_hand(replace(start, weights=changed), few.train_images, few.train_labels))
            numerical = (losses[0] - losses[1]) / 2e-6
            assert gradient[tuple(place)] == pytest.approx(numerical, rel=1e-3, abs=1e-5)


def test_three_epochs_are_adam_and_dropout_by_hand(monkeypatch):
    """Plain tensors, functions and the formulas of the Adam paper; only the random numbers are those of lib."""
    few = only(monkeypatch, "digits", n=80, batch=32)
    network = new_network("digits", n_templates=3, seed=5)
    weights = [torch.tensor(array, requires_grad=True) for array in network.weights.values()]
    means, squares, step = [0] * 4, [0] * 4, 0
    images, labels = torch.tensor(few.train_images)[:, None], torch.tensor(few.train_labels)
    F = torch.nn.functional
    for epoch in (1, 2, 3):
        network = train_epoch(network, learning_rate=0.01, dropout=0.4)
        generator = module._generator(5, epoch)
        order = torch.randperm(80, generator=generator)
        for batch in (order[:32], order[32:64], order[64:]):
            x = F.conv2d(F.conv2d(images[batch], weights[0], padding=1).relu(), weights[1], padding=1).relu()
            x = F.max_pool2d(x, 2)
            kept = torch.rand(x.shape, generator=generator) >= 0.4
            scores = (x * kept / 0.6).flatten(1) @ weights[2].T + weights[3]
            loss = -scores.log_softmax(1)[torch.arange(len(batch)), labels[batch]].mean()
            gradients = torch.autograd.grad(loss, weights)
            step += 1
            for i, g in enumerate(gradients):
                means[i] = 0.9 * means[i] + 0.1 * g
                squares[i] = 0.999 * squares[i] + 0.001 * g**2
                rate = 0.01 * 0.9 ** (epoch - 1)
                change = rate * (means[i] / (1 - 0.9**step)) / ((squares[i] / (1 - 0.999**step)).sqrt() + 1e-8)
                weights[i].data -= change
    for array, expected in zip(network.weights.values(), weights, strict=True):
        np.testing.assert_allclose(array, expected.detach().numpy(), atol=2e-4)


@both_tasks
def test_what_is_measured_after_each_epoch_is_what_the_answers_say(task):
    parts = examples(task)
    for epoch in (0, 1, 2):
        network = trained(task, epoch)
        assert {len(getattr(network, name)) for name in MEASURED} == {epoch + 1}
        for part, images, labels in [
            ("train", parts.train_images, parts.train_labels),
            ("test", parts.test_images, parts.test_labels),
        ]:
            found = answer(network, images)
            loss = -np.log(found[np.arange(len(labels)), labels]).mean()
            assert getattr(network, f"{part}_losses")[-1] == pytest.approx(loss, rel=1e-4)
            assert getattr(network, f"{part}_accuracies")[-1] == pytest.approx((found.argmax(axis=1) == labels).mean())


@both_tasks
def test_the_same_settings_give_the_same_weights_twice_and_in_two_threads_at_once(task):
    def run(seed):
        network = new_network(task, seed=seed)
        for _ in range(2):
            network = train_epoch(network)
        return network

    torch.manual_seed(1)
    torch.set_num_threads(1)
    first = run(0)
    torch.manual_seed(2)
    torch.set_num_threads(2)
    assert same(first, run(0))
    with ThreadPoolExecutor(4) as pool:
        one, two, other, again = pool.map(run, (0, 0, 1, 1))
    assert same(first, one) and same(first, two) and same(other, again)
    assert not same(first, other)
    assert not np.array_equal(trained(task, 0).weights["dense"], trained(task, 0, seed=1).weights["dense"])


def test_each_setting_of_training_counts():
    start = new_network("digits", n_templates=2)
    usual = train_epoch(start)
    assert same(usual, train_epoch(start, learning_rate=0.02, dropout=0.25))
    assert not same(usual, train_epoch(start, learning_rate=0.003))
    assert not same(usual, train_epoch(start, dropout=0.5))
    lines = new_network("lines")
    assert same(train_epoch(lines), train_epoch(lines, learning_rate=0.05, dropout=0.5))  # nothing to drop


@both_tasks
def test_global_random_state_is_left_alone(task):
    torch.manual_seed(7)
    np.random.seed(7)
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    network = train_epoch(new_network(task), dropout=0.5)
    layers(network, random_pictures(task, 1)[0])
    change_pictures(random_pictures(task, 1), "noise")
    assert torch.equal(before[0], torch.get_rng_state())
    np.testing.assert_array_equal(before[1], np.random.get_state()[1])


@both_tasks
def test_training_leaves_the_network_before_it_as_it_was(task):
    network = trained(task, 1)
    before = deepcopy(network)
    train_epoch(network)
    assert same(network, before)
    with pytest.raises(ValueError, match="read-only"):
        network.weights["dense"][0] = 1


@both_tasks
def test_a_pickled_network_is_small_and_goes_on_in_the_same_way(task):
    network = trained(task, 2)
    assert same(train_epoch(pickle.loads(pickle.dumps(trained(task, 1)))), network)
    assert len(pickle.dumps(train_epoch(new_network(task, n_templates=MOST_TEMPLATES)))) < 200_000


def test_digits_are_learned_on_three_seeds():
    accuracies = [trained("digits", TASKS["digits"].epochs, seed).test_accuracies[-1] for seed in (0, 1, 2)]
    assert min(accuracies) >= 0.97, accuracies


def test_lines_are_learned_and_more_templates_learn_them_better():
    four, eight = (
        [trained("lines", 10, seed, templates).test_accuracies[-1] for seed in (0, 1, 2)] for templates in (4, 8)
    )
    assert min(four) >= 0.85, four
    assert min(eight) >= 0.94 and np.mean(eight) > np.mean(four), (four, eight)


def test_torch_is_imported_by_the_functions_only():
    script = "import sys, lib.inside, lib.tasks; lib.tasks.examples('lines'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).resolve().parents[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: new_network("cats"), "lines, digits, got 'cats'"),
        (lambda: new_network("lines", n_templates=0), "1 to 16, got 0"),
        (lambda: new_network("lines", n_templates=17), "1 to 16, got 17"),
        (lambda: new_network("lines", seed=-1), "at least 0, got -1"),
        (lambda: train_epoch(new_network("lines"), learning_rate=0), "got 0.0"),
        (lambda: train_epoch(new_network("lines"), learning_rate=float("nan")), "got nan"),
        (lambda: train_epoch(new_network("lines"), learning_rate=11), "got 11.0"),
        (lambda: train_epoch(new_network("digits"), dropout=1), "got 1.0"),
        (lambda: train_epoch(new_network("digits"), dropout=-0.1), "got -0.1"),
    ],
)
def test_settings_and_pictures_that_make_no_sense_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
