"""The parts of a network against torch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.parts import chain, double, max_pool, percentages, probabilities, relu

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


@given(grids)
def test_max_pool_is_torchs(grid):
    expected = torch.nn.functional.max_pool2d(torch.from_numpy(grid.astype(np.float64))[None], 2)[0]
    np.testing.assert_array_equal(max_pool(grid), expected.numpy())


def test_max_pool_of_a_planted_grid():
    grid = np.array([[1, 2, 0, -5, 99], [3, 0, -7, -6, 99], [0, 0, 4, 4, 99], [0, 8, 4, 4, 99], [99] * 5])
    assert max_pool(grid).tolist() == [[3, 0], [8, 4]]


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
