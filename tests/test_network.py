"""The parts of a network against torch; the small network against forward passes, gradients and Adam by hand."""

import pickle
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib import network as module
from lib.convolution import correlate
from lib.network import (
    DIGITS,
    FOOLED,
    MEASURED,
    MOST_TEMPLATES,
    TASKS,
    Examples,
    answer,
    chain,
    confusion,
    contributions,
    double,
    examples,
    fool,
    layers,
    max_pool,
    new_network,
    not_sure,
    percentages,
    probabilities,
    relu,
    template_kinds,
    train_epoch,
)

sides = st.integers(2, 9)
grids = st.tuples(sides, sides).flatmap(lambda shape: arrays(np.int32, shape, elements=st.integers(-2000, 2000)))
scores = arrays(np.float64, st.integers(1, 12), elements=st.floats(-1e300, 1e300))


@given(st.integers(-(10**30), 10**30))
def test_double_is_the_number_twice(a):
    assert double(a) == a + a


def test_chain_keeps_every_number_on_the_way_in_order():
    assert chain([double, lambda a: a + 1, double], 3) == [3, 6, 7, 14]
    assert chain([], 5) == [5]


@given(grids)
def test_relu_is_torchs(grid):
    before = grid.copy()
    np.testing.assert_array_equal(relu(grid), torch.nn.functional.relu(torch.from_numpy(grid)).numpy())
    np.testing.assert_array_equal(grid, before)
    assert relu(grid).dtype == grid.dtype


@given(grids, st.integers(1, 2))
def test_max_pool_is_torchs(grid, size):
    expected = torch.nn.functional.max_pool2d(torch.from_numpy(grid.astype(np.float64))[None], size)[0]
    np.testing.assert_array_equal(max_pool(grid, size), expected.numpy())


def test_max_pool_of_a_planted_grid():
    grid = np.array([[1, 2, 0, -5, 99], [3, 0, -7, -6, 99], [0, 0, 4, 4, 99], [0, 8, 4, 4, 99], [99] * 5])
    assert max_pool(grid).tolist() == [[3, 0], [8, 4]]
    assert max_pool(grid, 5).tolist() == [[99]]


def test_max_pool_below_one_block_names_the_shape():
    with pytest.raises(ValueError, match=r"no 2 by 2 block .* \(1, 5\)"):
        max_pool(np.zeros((1, 5)))


@given(scores)
def test_probabilities_are_torchs_softmax_and_sum_to_one(values):
    shares = probabilities(values)
    assert shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(shares, torch.softmax(torch.from_numpy(values), 0).numpy(), atol=1e-12)


@given(arrays(np.float64, 3, elements=st.floats(-50, 50)), st.floats(-50, 50))
def test_only_the_lead_counts(values, shift):
    np.testing.assert_allclose(probabilities(values), probabilities(values + shift), atol=1e-12)


@given(scores)
def test_percentages_sum_to_100_as_shown_and_are_less_than_a_tenth_off(values):
    shares = probabilities(values)
    shown = [f"{percent:.1f}" for percent in percentages(shares)]
    assert sum(int(text.replace(".", "")) for text in shown) == 1000
    assert max(abs(float(text) - 100 * share) for text, share in zip(shown, shares, strict=True)) < 0.1 + 1e-9


def test_the_largest_remainder_gets_what_is_left():
    assert percentages([0.0004, 0.4998, 0.4998]) == [0.0, 50.0, 50.0]
    assert percentages([0.33345, 0.33346, 0.33309]) == [33.3, 33.4, 33.3]
    assert percentages([0.5, 0.5]) == [50.0, 50.0]


# The small network

NAMES = {
    "lines": ["Input", "Convolution", "Activation", "Pooling", "Dense", "Probabilities"],
    "digits": ["Input", "Convolution 1", "Activation 1", "Convolution 2", "Activation 2", "Pooling", "Dropout", "Dense",
               "Probabilities"],
}  # fmt: skip
both_tasks = pytest.mark.parametrize("task", TASKS)


@lru_cache
def trained(task, epochs, seed=0, templates=None):
    network = new_network(task, seed=seed, templates=templates)
    for _ in range(epochs):
        network = train_epoch(network)
    return network


def by_hand(network, image):
    """Every layer's values, made without torch, in float64."""
    weights = {name: array.astype(float) for name, array in network.weights.items()}
    image = np.asarray(image, dtype=float)
    layers = [image[None]]
    if network.task == "lines":
        layers.append(np.array([correlate(image, template) for template in weights["convolution 1"][:, 0]]))
        layers.append(relu(layers[-1]))
        layers.append(np.array([max_pool(scores, len(scores)) for scores in layers[-1]]))
    else:
        for name in ("convolution 1", "convolution 2"):
            deep = layers[-1].transpose(1, 2, 0)  # correlate has the channels last
            templates = weights[name].transpose(0, 2, 3, 1)
            layers.append(np.array([correlate(deep, template, padding=1) for template in templates]))
            layers.append(relu(layers[-1]))
        layers.append(np.array([max_pool(scores) for scores in layers[-1]]))
        layers.append(layers[-1])  # dropout leaves nothing out
    layers.append(weights["dense"] @ layers[-1].ravel() + weights["dense bias"])
    layers.append(probabilities(layers[-1]))
    return layers


def loss_by_hand(network, images, labels):
    """Mean cross-entropy."""
    shares = [by_hand(network, image)[-1][label] for image, label in zip(images, labels, strict=True)]
    return -np.log(shares).mean()


def random_pictures(task, n, seed=0):
    return np.random.default_rng(seed).random((n, *TASKS[task].shape)).astype(np.float32)


def same(one, other):
    pairs = [(one.weights[name], other.weights[name]) for name in one.weights]
    pairs += [(one.moments[name], other.moments[name]) for name in one.moments]
    pairs += [(getattr(one, name), getattr(other, name)) for name in MEASURED]
    return one.epoch == other.epoch and all(np.array_equal(a, b) for a, b in pairs)


def only(monkeypatch, task, n, batch):
    """Train on the first n examples, in batches of `batch`."""
    parts = examples(task)
    few = Examples(parts.train_images[:n], parts.train_labels[:n], parts.test_images[:n], parts.test_labels[:n])
    monkeypatch.setattr(module, "examples", lambda task: few)
    monkeypatch.setattr(module, "BATCH", batch)
    return few


# The examples


def test_the_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    digits = load_digits()
    with np.load(DIGITS) as file:
        assert file["images"].dtype == file["labels"].dtype == np.uint8
        np.testing.assert_array_equal(file["images"], digits.images)
        np.testing.assert_array_equal(file["labels"], digits.target)
    assert {member.compress_type for member in zipfile.ZipFile(DIGITS).infolist()} == {zipfile.ZIP_DEFLATED}
    assert "CC BY 4.0" in (DIGITS.parent / "README.md").read_text("utf-8")


def test_training_and_held_out_digits_are_all_digits():
    parts = examples("digits")
    with np.load(DIGITS) as file:
        everything = sorted((file["labels"][i], (file["images"][i] / 16).tobytes()) for i in range(1797))
    found = [*zip(parts.train_images, parts.train_labels, strict=True)]
    found += zip(parts.test_images, parts.test_labels, strict=True)
    assert sorted((label, image.astype(float).tobytes()) for image, label in found) == everything


@both_tasks
def test_a_fifth_of_every_answer_is_held_out_and_never_seen_in_training(task):
    parts = examples(task)
    assert parts is examples(task)
    shown, held_out = ({image.tobytes() for image in images} for images in (parts.train_images, parts.test_images))
    assert (len(shown), len(held_out)) == (len(parts.train_labels), len(parts.test_labels))  # no picture twice
    assert shown.isdisjoint(held_out)
    n_answers = len(TASKS[task].answers)
    n_shown, n_held_out = (
        np.bincount(labels, minlength=n_answers) for labels in (parts.train_labels, parts.test_labels)
    )
    np.testing.assert_array_equal(n_held_out, np.round((n_shown + n_held_out) / 5))
    for images, labels in [(parts.train_images, parts.train_labels), (parts.test_images, parts.test_labels)]:
        assert (images.dtype, labels.dtype, images.shape[1:]) == (np.float32, np.int64, TASKS[task].shape)
        assert (images.min(), images.max(), labels.min(), labels.max()) == (0, 1, 0, n_answers - 1)
        assert not images.flags.writeable and not labels.flags.writeable


def test_every_lines_picture_has_its_line_and_little_noise():
    parts = examples("lines")
    patterns = [np.ones((5, 1)), np.ones((1, 5)), np.eye(5), np.eye(5)[::-1]]
    best = np.array([[correlate(image, pattern).max() for pattern in patterns] for image in parts.train_images[:400]])
    labels = parts.train_labels[:400]
    assert (best[np.arange(400), labels] == 5).all()
    assert (best == 5).sum() < 404  # hardly ever another line as well
    noise = (parts.train_images.sum(axis=(1, 2)) - 5) / (121 - 5)
    assert noise.mean() == pytest.approx(0.03, abs=0.002)


# Its answers


@both_tasks
@pytest.mark.parametrize("epochs", [0, 2])
def test_every_layer_is_the_forward_pass_by_hand(task, epochs):
    network = trained(task, epochs)
    for image in [*random_pictures(task, 3), examples(task).test_images[5], np.zeros(TASKS[task].shape)]:
        found, expected = layers(network, image), by_hand(network, image)
        assert [layer.name for layer in found] == NAMES[task]
        for layer, values in zip(found, expected, strict=True):
            assert layer.values.shape == values.shape
            assert layer.values.dtype == (np.float64 if layer.name == "Probabilities" else np.float32)
            np.testing.assert_allclose(layer.values, values, rtol=1e-5, atol=1e-5)


@both_tasks
def test_the_shapes_of_the_layers_follow_the_templates(task):
    shapes = [layer.values.shape for layer in layers(new_network(task, templates=3), np.zeros(TASKS[task].shape))]
    assert (
        shapes
        == {
            "lines": [(1, 11, 11), (3, 9, 9), (3, 9, 9), (3, 1, 1), (4,), (4,)],
            "digits": [(1, 8, 8), (3, 8, 8), (3, 8, 8), (6, 8, 8), (6, 8, 8), (6, 4, 4), (6, 4, 4), (10,), (10,)],
        }[task]
    )


@both_tasks
def test_the_answer_is_that_of_the_last_layer(task):
    network, images = trained(task, 2), random_pictures(task, 4)
    before = images.copy()
    found = answer(network, images)
    np.testing.assert_allclose(found, [layers(network, image)[-1].values for image in images], atol=1e-6)
    np.testing.assert_array_equal(images, before)
    assert answer(network, images[:0]).shape == (0, len(TASKS[task].answers))


@both_tasks
@settings(max_examples=25)
@given(data=st.data())
def test_the_probabilities_sum_to_one_whatever_the_picture(task, data):
    images = data.draw(arrays(np.float32, (2, *TASKS[task].shape), elements=st.floats(0, 1, width=32)))
    found = answer(trained(task, 2), images)
    assert found.dtype == np.float64
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)


@both_tasks
def test_the_contributions_and_the_bias_are_the_scores(task):
    network = trained(task, 2)
    for image in examples(task).test_images[:3]:
        parts, found = contributions(network, image), dict(layers(network, image))
        assert parts.shape == (len(TASKS[task].answers), *found["Pooling"].shape)
        scores = parts.astype(float).sum(axis=(1, 2, 3)) + network.weights["dense bias"]
        np.testing.assert_allclose(scores, found["Dense"], rtol=1e-4, atol=1e-4)
    place = (3, 1, *(np.array(parts.shape[2:]) - 1))
    weight = network.weights["dense"].reshape(parts.shape)[place]
    assert parts[place] == weight * found["Pooling"][place[1:]]


# Its training


@both_tasks
def test_the_gradient_is_that_of_finite_differences(task, monkeypatch):
    few = only(monkeypatch, task, n=6, batch=6)
    start = new_network(task, templates=3, seed=2)
    moved = train_epoch(start, learning_rate=1e-3, dropout=0)  # one step
    draw = np.random.default_rng(0)
    for name, array in start.weights.items():
        gradient = moved.moments[name][0] / (1 - 0.9)  # Adam's first mean is a tenth of the first gradient
        np.testing.assert_allclose(moved.moments[name][1], gradient**2 / 1000, rtol=1e-3, atol=1e-12)
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
    network = new_network("digits", templates=3, seed=5)
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
    start = new_network("digits", templates=2)
    usual = train_epoch(start)
    assert same(usual, train_epoch(start, learning_rate=0.01, dropout=0.25))
    assert not same(usual, train_epoch(start, learning_rate=0.003))
    assert not same(usual, train_epoch(start, dropout=0.5))
    lines = new_network("lines")
    assert same(train_epoch(lines), train_epoch(lines, learning_rate=0.03, dropout=0.5))  # nothing to drop


@both_tasks
def test_global_random_state_is_left_alone(task):
    torch.manual_seed(7)
    np.random.seed(7)
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    network = train_epoch(new_network(task), dropout=0.5)
    layers(network, random_pictures(task, 1)[0])
    fool(random_pictures(task, 1), "noise")
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
    assert len(pickle.dumps(train_epoch(new_network(task, templates=MOST_TEMPLATES)))) < 200_000


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
    script = "import sys, lib.network; lib.network.examples('lines'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).resolve().parents[1])


def test_the_kinds_of_planted_templates():
    row, falling = np.array([[9, 0, 1], [9, 8, 7], [0, 0, 0]]), np.diag([1, 2, 3])
    row[0, 0] = 0
    planted = [row, row.T, falling, falling[:, ::-1], [[3, 2, 0], [0, 0, 1], [0, 0, 0]], -np.ones((3, 3)), row - 8]
    network = new_network("lines", templates=7)
    network = replace(network, weights={**network.weights, "convolution 1": np.float32(planted)[:, None]})
    names = ("horizontal line", "vertical line", "diagonal", "other diagonal", "mixture", "dead", "horizontal line")
    assert template_kinds(network) == names


# What can be done with it


def test_fool_by_brute_force():
    images = random_pictures("digits", 2)
    before = images.copy()
    changed = {change: fool(images, change) for change in FOOLED}
    np.testing.assert_array_equal(changed["none"], images)
    assert changed["none"] is not images and not np.shares_memory(changed["none"], images)
    assert not changed["blank"].any()
    for i, row, column in np.ndindex(images.shape):
        assert changed["inverted"][i, row, column] == 1 - images[i, row, column]
        assert changed["shifted"][i, row, column] == (images[i, row, column - 2] if column >= 2 else 0)
    for image in changed.values():
        assert (image.dtype, image.shape) == (np.float32, images.shape)
        assert image.min() >= 0 and image.max() <= 1
    np.testing.assert_array_equal(images, before)


def test_the_noise_is_normal_cut_off_and_repeatable():
    gray = np.full((100, 40, 40), 0.5, np.float32)
    noisy = fool(gray, "noise", seed=3)
    np.testing.assert_array_equal(noisy, fool(gray, "noise", seed=3))
    assert not np.array_equal(noisy, fool(gray, "noise", seed=4))
    assert (noisy == 0).mean() == pytest.approx(0.1587, abs=0.005)  # one standard deviation is 0.5
    assert np.quantile(noisy, 0.75) == pytest.approx(0.5 + 0.6745 * 0.5, abs=0.01)


@st.composite
def answers_and_labels(draw):
    n, n_answers = draw(st.integers(0, 6)), draw(st.integers(1, 4))
    shares = draw(arrays(np.float64, (n, n_answers), elements=st.sampled_from([0, 0.25, 0.5, 1])))
    return shares, draw(arrays(np.int64, n, elements=st.integers(0, n_answers - 1)))


@given(answers_and_labels())
def test_confusion_by_brute_force(pair):
    shares, labels = pair
    expected = [[0] * shares.shape[1] for _ in range(shares.shape[1])]
    for share, label in zip(shares.tolist(), labels, strict=True):
        expected[label][share.index(max(share))] += 1
    found = confusion(shares, labels)
    assert found.tolist() == expected
    assert found.dtype == int


@given(answers_and_labels(), st.sampled_from([0, 0.25, 0.3, 0.5, 1]))
def test_not_sure_by_brute_force(pair, threshold):
    shares, labels = pair
    right = wrong = unsure = given_away = 0
    for share, label in zip(shares.tolist(), labels, strict=True):
        is_right = share.index(max(share)) == label
        if max(share) < threshold:
            unsure += 1
            given_away += is_right
        else:
            right += is_right
            wrong += not is_right
    counts = not_sure(shares, labels, threshold)
    assert (counts.right, counts.wrong, counts.unsure, counts.right_but_unsure) == (right, wrong, unsure, given_away)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: examples("cats"), "lines, digits, got 'cats'"),
        (lambda: new_network("cats"), "lines, digits, got 'cats'"),
        (lambda: new_network("lines", templates=0), "1 to 16, got 0"),
        (lambda: new_network("lines", templates=17), "1 to 16, got 17"),
        (lambda: new_network("lines", seed=-1), "at least 0, got -1"),
        (lambda: train_epoch(new_network("lines"), learning_rate=0), "got 0.0"),
        (lambda: train_epoch(new_network("lines"), learning_rate=float("nan")), "got nan"),
        (lambda: train_epoch(new_network("lines"), learning_rate=11), "got 11.0"),
        (lambda: train_epoch(new_network("digits"), dropout=1), "got 1.0"),
        (lambda: train_epoch(new_network("digits"), dropout=-0.1), "got -0.1"),
        (lambda: layers(new_network("digits"), np.zeros((8, 9))), r"\(8, 8\), got an array \(1, 8, 9\)"),
        (lambda: layers(new_network("digits"), np.full((8, 8), 16)), "from 0 to 1, got 16.0 to 16.0"),
        (lambda: answer(new_network("digits"), np.full((1, 8, 8), np.nan)), "got nan to nan"),
        (lambda: answer(new_network("lines"), np.zeros((11, 11))), r"\(11, 11\), got an array \(11, 11\)"),
        (lambda: contributions(new_network("lines"), -np.ones((11, 11))), "got -1.0 to -1.0"),
        (lambda: template_kinds(new_network("digits")), "got a network for 'digits'"),
        (lambda: fool(np.zeros((1, 8, 8)), "mirrored"), "shifted, got 'mirrored'"),
        (lambda: confusion(np.zeros((2, 3)), [0]), r"\(2, 3\), \(1,\)"),
        (lambda: confusion(np.zeros((2, 3)), [0, 3]), "0 to 2, got 0 to 3"),
        (lambda: not_sure(np.zeros((2, 3)), [-1, 0], 0.5), "0 to 2, got -1 to 0"),
        (lambda: not_sure(np.zeros((2, 3)), [0, 0], 1.5), "from 0 to 1, got 1.5"),
        (lambda: not_sure(np.zeros((2, 3)), [0, 0], float("nan")), "from 0 to 1, got nan"),
    ],
)
def test_settings_and_pictures_that_make_no_sense_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
