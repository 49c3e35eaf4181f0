"""Labelled examples against brute force and planted facts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.judging import best_template, mean_squared_errors, separation
from lib.labeller import check_oracle, every_example, labelled_examples, troubled_examples
from lib.learning import train_many, train_template
from lib.matching import is_match
from tests.brute_force import LINE, LOPSIDED, brute_images, brute_labels, labellers

SHARES = st.floats(0, 1)


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


@given(labellers())
def test_no_labeller_says_yes_to_more_than_half(oracle):
    assert every_example(oracle)[1].mean() <= 0.5  # which is why `check_oracle` has no upper limit


@pytest.mark.parametrize("n_weights", [1, 2, 6])
def test_labellers_on_the_edge_of_the_allowed(n_weights):
    check_oracle((np.arange(9) < n_weights).reshape(3, 3))  # yes to 256, 128 and 8 of 512


@pytest.mark.parametrize(
    ("oracle", "quoted"),
    [
        (np.ones((3, 3)), "yes to 1 of 512 images"),
        (np.where(LINE, 1, [[-1], [-1], [0]]), "yes to 4 of 512 images"),
        (np.ones((4, 4)), "yes to 1 of 65536 images"),
    ],
)
def test_labellers_that_say_yes_too_rarely(oracle, quoted):
    with pytest.raises(ValueError, match=quoted):
        check_oracle(oracle)


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


# Troubled examples


@given(labellers(), st.integers(0, 40), st.integers(0, 2**32))
def test_examples_without_a_trouble_are_the_usual_ones(oracle, n, seed):
    for one, other in zip(
        troubled_examples(oracle, n, seed=seed), labelled_examples(oracle, n, seed=seed), strict=True
    ):
        assert np.array_equal(one, other) and one.dtype == np.float32


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


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: labelled_examples(LINE, -1), "-1"),
        (lambda: troubled_examples(LINE, -1), "-1"),
        (lambda: troubled_examples(LINE, 3, wrong=1.5), "1.5"),
        (lambda: troubled_examples(LINE, 3, wrong=float("nan")), "nan"),
        (lambda: troubled_examples(LINE, 3, positives=-0.1), "-0.1"),
    ],
)
def test_errors_quote_the_values(call, quoted):
    with pytest.raises(ValueError) as error:
        call()
    assert quoted in str(error.value)
