"""Labellers to draw, and what they say to every binary image, made without lib but for `is_match`."""

import itertools

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.matching import best_value, is_match

LINE = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])


LOPSIDED = np.array([[2, 0, -1], [1, 0, 0]])  # no symmetry, and a negative weight


SHAPES = [(1, 1), (1, 4), (2, 3), (3, 2), (3, 3)]


SMALL_INTEGERS = st.integers(-3, 3)


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
