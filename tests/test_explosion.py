"""How many templates and how much work: the article's numbers, and brute force over every position as the oracle."""

import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from lib.explosion import (
    Cost,
    costs_by_side,
    count_templates,
    first_side_over,
    full_size_cost,
    full_size_scores,
    full_size_templates,
    sliding_cost,
)
from lib.images import planted_lines

LINE = np.ones((3, 1), int)
CORNER = np.array([[1, -2, 3], [0, 5, 0]])  # asymmetric both ways
sizes = st.tuples(st.integers(1, 7), st.integers(1, 7))


def places(image_shape, pattern_shape):
    """Every top left corner at which the whole pattern lies inside the image, found by trying each pixel."""
    return [
        (row, column)
        for row in range(image_shape[0])
        for column in range(image_shape[1])
        if row + pattern_shape[0] <= image_shape[0] and column + pattern_shape[1] <= image_shape[1]
    ]


def test_the_articles_numbers():
    assert count_templates((11, 11), (3, 1)) == 99
    assert full_size_cost((11, 11), (3, 1)) == Cost(templates=99, weights=11_979, multiplications=11_979)
    assert sliding_cost((11, 11), (3, 1)) == Cost(templates=1, weights=3, multiplications=297)
    assert count_templates((11, 11), (3, 3)) == 81


def test_a_phone_photo_is_counted_exactly_even_from_small_integer_types():
    full = full_size_cost((3000, 3000), (3, 1))
    assert full == Cost(8_994_000, 80_946_000_000_000, 80_946_000_000_000)
    assert sliding_cost((3000, 3000), (3, 3)) == Cost(1, 9, 80_892_036)
    assert full_size_cost(np.array([3000, 3000], np.int16), np.array([3, 1], np.uint8)) == full


@given(sizes, sizes)
def test_counts_and_costs_are_those_of_going_through_every_position(image_shape, pattern_shape):
    n = len(places(image_shape, pattern_shape))
    assert count_templates(image_shape, pattern_shape) == n
    templates = list(full_size_templates(image_shape, np.ones(pattern_shape)))
    stored = sum(template.size for template in templates)
    assert full_size_cost(image_shape, pattern_shape) == Cost(len(templates), stored, stored)
    area = np.ones(pattern_shape).size
    assert sliding_cost(image_shape, pattern_shape) == Cost(1, area, n * area)


@given(sizes)
def test_every_full_size_template_has_the_pattern_at_its_place_and_nothing_else(image_shape):
    expected = []
    for row, column in places(image_shape, CORNER.shape):
        blank = [[0] * image_shape[1] for _ in range(image_shape[0])]
        for i, j in np.ndindex(CORNER.shape):
            blank[row + i][column + j] = CORNER[i, j]
        expected.append(blank)
    assert [template.tolist() for template in full_size_templates(image_shape, CORNER)] == expected


def test_templates_are_the_callers_own_and_keep_the_patterns_type():
    first, second, *_ = full_size_templates((4, 4), LINE.astype(np.uint8))
    first[:] = 7
    assert second.tolist() == [[0, 1, 0, 0]] * 3 + [[0, 0, 0, 0]]
    assert second.dtype == np.uint8
    assert next(full_size_templates((2, 2), [[0.5]])).tolist() == [[0.5, 0], [0, 0]]


def test_one_template_of_a_phone_photo_does_not_build_the_others():
    tracemalloc.start()
    template = next(full_size_templates((3000, 3000), LINE.astype(np.uint8)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert template.sum() == 3
    assert peak < 10e6  # one template is 9 MB


@pytest.mark.parametrize("image_shape", [(2, 11), (1, 1)])
def test_a_pattern_that_does_not_fit_has_no_place(image_shape):
    assert count_templates(image_shape, (3, 1)) == 0
    assert list(full_size_templates(image_shape, LINE)) == []
    assert full_size_cost(image_shape, (3, 1)) == Cost(0, 0, 0)
    assert sliding_cost(image_shape, (3, 1)) == Cost(1, 3, 0)
    with pytest.raises(ValueError, match=re.escape(f"(3, 1) does not fit into the image {image_shape}")):
        full_size_scores(np.ones(image_shape), LINE)


def test_too_large_in_both_directions_is_zero_too():
    assert count_templates((2, 2), (4, 4)) == 0  # not (-1) × (-1)


@pytest.mark.parametrize(
    "shape", [(0, 3), (3, -1), (3,), (3, 3, 3), (), (2.5, 3), (float("nan"), 3), (float("inf"), 3)]
)
@pytest.mark.parametrize("count", [count_templates, full_size_cost, sliding_cost])
def test_a_shape_that_is_none_is_refused_and_quoted(count, shape):
    with pytest.raises(ValueError, match=re.escape(f"got {shape}")):
        count(shape, (1, 1))
    with pytest.raises(ValueError, match=re.escape(f"got {shape}")):
        count((5, 5), shape)


@given(st.integers(0, 99), st.integers(3, 12), st.integers(2, 12))
def test_both_ways_give_the_same_scores(seed, rows, columns):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (rows, columns), dtype=np.uint8)
    pattern = rng.integers(-9, 10, (3, 2), dtype=np.int8)
    oracle = correlate2d(image.astype(int), pattern.astype(int), "valid")
    assert full_size_scores(image, pattern).tolist() == oracle.tolist()


def test_the_largest_picture_on_the_page_is_scored_right():
    image, lines = planted_lines((32, 32), 6, length=2, seed=5)
    scores = full_size_scores(image, LINE[:2])
    assert scores.shape == (31, 32)
    assert np.argwhere(scores == 2).tolist() == lines.tolist()


def test_costs_by_side_are_the_costs_of_squares_from_the_smallest_that_fits():
    sides, full, sliding = costs_by_side((5, 1), 4000)
    assert (sides[0], sides[-1]) == (5, 4000) and sides == sorted(set(sides))
    assert full == [full_size_cost((side, side), (5, 1)).multiplications for side in sides]
    assert sliding == [sliding_cost((side, side), (5, 1)).multiplications for side in sides]


def test_the_first_square_picture_whose_templates_pass_16_gb():
    assert first_side_over(16 * 10**9, (3, 1)) == 357
    assert 356 * 356 * 354 * 356 <= 16 * 10**9 < 357 * 357 * 355 * 357


@given(st.integers(0, 10**7), sizes)
def test_one_side_less_is_not_over_the_limit(limit, pattern_shape):
    side = first_side_over(limit, pattern_shape)
    assert full_size_cost((side, side), pattern_shape).weights > limit
    assert side == 1 or full_size_cost((side - 1, side - 1), pattern_shape).weights <= limit


@pytest.mark.parametrize("limit", [float("inf"), float("nan")])
def test_a_limit_that_no_picture_passes_is_refused(limit):
    with pytest.raises(ValueError, match=str(limit)):
        first_side_over(limit, (3, 1))
