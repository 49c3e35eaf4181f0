"""Counting a picture's numbers, and writing the same picture with other numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.images import binary_to_gray, count_numbers, gray_to_colour, to_binary, to_gray

shapes = st.tuples(st.integers(1, 8), st.integers(1, 8))
binaries = shapes.flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1)))
grays = shapes.flatmap(lambda shape: arrays(np.uint8, shape))


@given(st.lists(st.integers(1, 6), min_size=2, max_size=3))
def test_count_numbers_is_how_many_an_array_holds(shape):
    assert count_numbers(shape) == np.zeros(shape).size


def test_a_phone_photo_is_27_million_numbers():
    assert count_numbers((3000, 3000, 3)) == 27_000_000


@given(binaries)
def test_black_and_white_turn_back_into_0_and_1(image):
    gray = binary_to_gray(image)
    assert gray.dtype == np.uint8
    assert set(np.unique(gray)) <= {0, 255}
    np.testing.assert_array_equal(to_binary(gray), image)


@given(grays)
def test_gray_in_colour_has_the_same_brightness(gray):
    colour = gray_to_colour(gray)
    assert colour.dtype == np.uint8
    np.testing.assert_array_equal(to_gray(colour), gray)
