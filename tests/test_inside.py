"""Inside a network: layers against the forward pass by hand, counts against brute force."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.inside import answer, confusion, largest, layers, not_sure, template_kinds
from lib.network import new_network
from lib.tasks import TASKS, examples
from tests.network_by_hand import both_tasks, by_hand, random_pictures, trained

NAMES = {
    "lines": ["Input", "Convolution", "Activation", "Pooling", "Dense", "Probabilities"],
    "digits": ["Input", "Convolution 1", "Activation 1", "Convolution 2", "Activation 2", "Pooling", "Dropout", "Dense",
               "Probabilities"],
}  # fmt: skip


@both_tasks
@pytest.mark.parametrize("epochs", [0, 2])
def test_every_layer_is_the_forward_pass_by_hand(task, epochs):
    network = trained(task, epochs)
    for image in [*random_pictures(task, 3), examples(task).test_images[5], np.zeros(TASKS[task].shape)]:
        found, expected = layers(network, image), by_hand(network, image)
        assert list(found) == NAMES[task]
        for (name, values), expected_values in zip(found.items(), expected, strict=True):
            assert values.shape == expected_values.shape
            assert values.dtype == (np.float64 if name == "Probabilities" else np.float32)
            np.testing.assert_allclose(values, expected_values, rtol=1e-5, atol=1e-5)


@both_tasks
def test_the_shapes_of_the_layers_follow_the_templates(task):
    shapes = [values.shape for values in layers(new_network(task, n_templates=3), np.zeros(TASKS[task].shape)).values()]
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
    np.testing.assert_allclose(found, [layers(network, image)["Probabilities"] for image in images], atol=1e-6)
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


def test_the_kinds_of_planted_templates():
    row, falling = np.array([[9, 0, 1], [9, 8, 7], [0, 0, 0]]), np.diag([1, 2, 3])
    row[0, 0] = 0
    planted = [row, row.T, falling, falling[:, ::-1], [[3, 2, 0], [0, 0, 1], [0, 0, 0]], -np.ones((3, 3)), row - 8]
    network = new_network("lines", n_templates=7)
    network = replace(network, weights={**network.weights, "convolution 1": np.float32(planted)[:, None]})
    names = ("horizontal line", "vertical line", "diagonal", "other diagonal", "mixture", "dead", "horizontal line")
    assert template_kinds(network) == names


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
        (lambda: layers(new_network("digits"), np.zeros((8, 9))), r"\(8, 8\), got an array \(1, 8, 9\)"),
        (lambda: layers(new_network("digits"), np.full((8, 8), 16)), "from 0 to 1, got 16.0 to 16.0"),
        (lambda: answer(new_network("digits"), np.full((1, 8, 8), np.nan)), "got nan to nan"),
        (lambda: answer(new_network("lines"), np.zeros((11, 11))), r"\(11, 11\), got an array \(11, 11\)"),
        (lambda: layers(new_network("lines"), -np.ones((11, 11))), "got -1.0 to -1.0"),
        (lambda: template_kinds(new_network("digits")), "got a network for 'digits'"),
        (lambda: confusion(np.zeros((2, 3)), [0]), r"\(2, 3\), \(1,\)"),
        (lambda: confusion(np.zeros((2, 3)), [0, 3]), "0 to 2, got 0 to 3"),
        (lambda: not_sure(np.zeros((2, 3)), [-1, 0], 0.5), "0 to 2, got -1 to 0"),
        (lambda: not_sure(np.zeros((2, 3)), [0, 0], 1.5), "from 0 to 1, got 1.5"),
        (lambda: not_sure(np.zeros((2, 3)), [0, 0], float("nan")), "from 0 to 1, got nan"),
    ],
)
def test_pictures_and_answers_that_make_no_sense_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@both_tasks
def test_the_largest_number_of_each_layer_is_that_over_all_the_pictures(task):
    network, images = new_network(task, n_templates=3, seed=1), examples(task).test_images[:6]
    found, each = largest(network, images), [layers(network, image) for image in images]
    assert list(found) == list(each[0])
    for name, value in found.items():
        assert value == pytest.approx(max(abs(one[name]).max() for one in each), rel=1e-5)
