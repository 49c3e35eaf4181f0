"""Template explosion: what one full-size template per position costs, and what sliding one small template costs."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


def count_templates(image_shape: Sequence[int], pattern_shape: Sequence[int]) -> int:
    """How many full-size templates it takes to find the pattern at every position; 0 where it does not fit.

    >>> count_templates((11, 11), (3, 1))
    99
    """
    (rows, columns), (h, w) = _sizes(image_shape), _sizes(pattern_shape)
    return max(rows - h + 1, 0) * max(columns - w + 1, 0)


def full_size_templates(image_shape: Sequence[int], pattern: ArrayLike) -> Iterator[np.ndarray]:
    """Yields one full-size template per position: all 0 but for the pattern at that position.

    Row by row from the top left, each an array of `image_shape`, as whole numbers where the pattern has them.

    >>> [template.tolist() for template in full_size_templates((1, 3), [[1, 1]])]
    [[[1, 1, 0]], [[0, 1, 1]]]
    """
    rows, columns = _sizes(image_shape)
    pattern = np.asarray(pattern)
    h, w = _sizes(pattern.shape)
    for top in range(rows - h + 1):
        for left in range(columns - w + 1):
            template = np.zeros((rows, columns), pattern.dtype)
            template[top : top + h, left : left + w] = pattern
            yield template


def full_size_scores(image: ArrayLike, pattern: ArrayLike) -> np.ndarray:
    """The score of every full-size template on one picture, in the grid of the pattern's positions.

    (H, W) and (h, w) whole numbers to (H - h + 1, W - w + 1) int64; ValueError where the pattern does not fit. Only one
    template is in memory at a time.

    >>> full_size_scores([[0, 1, 1, 0]], [[1, 1]])
    array([[1, 2, 1]])
    """
    image, pattern = np.asarray(image, np.int64), np.asarray(pattern, np.int64)
    if not count_templates(image.shape, pattern.shape):
        raise ValueError(f"the pattern {pattern.shape} does not fit into the image {image.shape}")
    templates = full_size_templates(image.shape, pattern)
    scores = [np.vdot(template, image) for template in templates]  # vdot: the products, summed
    return np.array(scores).reshape(-1, image.shape[1] - pattern.shape[1] + 1)


@dataclass(frozen=True)
class Cost:
    """What it takes to look at one picture: templates, weights to store, multiplications to do."""

    templates: int
    weights: int
    multiplications: int


def full_size_cost(image_shape: Sequence[int], pattern_shape: Sequence[int]) -> Cost:
    """The cost of one full-size template per position: every template has as many weights as the image has pixels.

    >>> full_size_cost((11, 11), (3, 1))
    Cost(templates=99, weights=11979, multiplications=11979)
    """
    n = count_templates(image_shape, pattern_shape)
    rows, columns = _sizes(image_shape)
    return Cost(n, n * rows * columns, n * rows * columns)


def first_side_over(limit: float, pattern_shape: Sequence[int]) -> int:
    """The side of the smallest square picture whose full-size templates have more than `limit` weights.

    ValueError where the limit is not finite.

    >>> first_side_over(11_978, (3, 1)), first_side_over(11_979, (3, 1))
    (11, 12)
    """
    if not math.isfinite(limit):
        raise ValueError(f"the limit must be a finite number of weights, got {limit}")
    most = max(*_sizes(pattern_shape), 1)
    while _weights(most, pattern_shape) <= limit:
        most *= 2
    return bisect_right(range(most), limit, key=lambda side: _weights(side, pattern_shape))


def _weights(side, pattern_shape):
    """Of all full-size templates of a square picture, without a check: a search tries many sides."""
    h, w = pattern_shape
    return max(side - h + 1, 0) * max(side - w + 1, 0) * side**2


def sliding_cost(image_shape: Sequence[int], template_shape: Sequence[int]) -> Cost:
    """The cost of one small template that slides over every position.

    >>> sliding_cost((11, 11), (3, 1))
    Cost(templates=1, weights=3, multiplications=297)
    """
    h, w = _sizes(template_shape)
    return Cost(1, h * w, count_templates(image_shape, template_shape) * h * w)


def costs_by_side(pattern_shape: Sequence[int], largest: int) -> tuple[list[int], list[int], list[int]]:
    """Multiplications for square pictures up to the side `largest`, at sides spread evenly on a log scale: for a plot.

    Returns three lists: the sides, from the smallest that holds the pattern; one template per position; one that
    slides.

    >>> [costs[-1] for costs in costs_by_side((3, 1), 3000)]
    [3000, 80946000000000, 26982000]
    """
    h, w = _sizes(pattern_shape)
    sides = np.unique(np.geomspace(max(3, h, w), largest, 60).round().astype(np.int64))
    positions = (sides - h + 1) * (sides - w + 1)
    return sides.tolist(), (positions * sides**2).tolist(), (positions * h * w).tolist()


def _sizes(shape):
    sizes = tuple(shape)
    if len(sizes) != 2 or any(n < 1 or n % 1 != 0 for n in sizes):
        raise ValueError(f"a shape needs a whole number of rows and columns, at least one of each, got {sizes}")
    rows, columns = (int(n) for n in sizes)
    return rows, columns
