"""Template matching: multiply a picture with a template, number by number, and sum."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lib.images import all_images


def score(image: ArrayLike, template: ArrayLike) -> int | float:
    """The sum of the products of each pixel with the weight on top of it.

    `image` and `template` have the same shape (h, w). Whole numbers in, exact whole number out.
    ValueError where the shapes differ or nothing is in them.

    >>> score([[0, 1, 0]], [[-1, 1, -1]])
    1
    """
    image, template = np.asarray(image), np.asarray(template)
    if image.shape != template.shape or image.size == 0:
        raise ValueError(f"image {image.shape} and template {template.shape} must have the same, non-empty shape")
    if "f" in (image.dtype.kind, template.dtype.kind):
        return float((image.astype(float) * template.astype(float)).ravel().sum())
    return int((image.astype(object) * template).sum())  # Python's whole numbers never wrap


def best_value(template: ArrayLike) -> int | float:
    """The best score a 0/1 picture can reach: the sum of the positive weights.

    >>> best_value([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]])
    3
    """
    template = np.asarray(template)
    if template.dtype.kind == "f":
        template = template.astype(float)
    return np.where(template > 0, template, 0).ravel().sum().item()  # in the order of `score`: decimals round alike


def is_match(image: ArrayLike, template: ArrayLike, value: float | None = None) -> bool:
    """Does the score reach `value`? Without one: the template's best value.

    On 0/1 pictures no score is above the best value, so "at least" is the article's "equal" there.

    >>> is_match([[0, 1, 0]], [[0, 1, 0]]), is_match([[1, 0, 0]], [[0, 1, 0]])
    (True, False)
    """
    return score(image, template) >= (best_value(template) if value is None else value)


@dataclass(frozen=True)
class Census:
    """How many of all binary images match, and how many are exact copies of the template's positive weights."""

    n_images: int
    n_matches: int
    n_exact: int


def census(template: ArrayLike, value: float | None = None) -> Census:
    """Try the template on ALL binary images of its shape.

    ValueError above 16 pixels (more than 65,536 images).

    >>> census([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
    Census(n_images=512, n_matches=64, n_exact=1)
    """
    matches, exact = sort_images(template, value)
    return Census(len(matches), int(matches.sum()), int(exact.sum()))


def sort_images(template: ArrayLike, value: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Two yes/no columns over all binary images of the template's shape: does it match, is it the exact copy?

    Image number i is `all_images(shape)[i]`. Both answers have shape (2 ** pixels,).
    ValueError above 16 pixels.

    >>> [column.tolist() for column in sort_images([[1, 0]])]
    [[False, False, True, True], [False, False, True, False]]
    """
    template = np.asarray(template)
    images = all_images(template.shape)
    scores = (images * template).sum(axis=(1, 2))
    matches = scores >= (best_value(template) if value is None else value)
    exact = (images == (template > 0)).all(axis=(1, 2))
    return matches, exact


@dataclass(frozen=True)
class Check:
    """Wanted cells that were found, wanted cells that were missed, found cells nobody wanted: (n, 2) each."""

    found: np.ndarray
    missed: np.ndarray
    false_alarms: np.ndarray


def check_matches(found: ArrayLike, wanted: ArrayLike) -> Check:
    """Compare the cells found with those wanted, (n, 2) each; a cell named twice counts once.

    >>> check = check_matches([[1, 1], [5, 5]], wanted=[[1, 1], [2, 3]])
    >>> check.found.tolist(), check.missed.tolist(), check.false_alarms.tolist()
    ([[1, 1]], [[2, 3]], [[5, 5]])
    """
    found = set(map(tuple, _as_cells(found, "found").tolist()))
    wanted = set(map(tuple, _as_cells(wanted, "wanted").tolist()))
    return Check(*(_as_cells(sorted(cells), "cells") for cells in (wanted & found, wanted - found, found - wanted)))


def _as_cells(cells, name):
    """An (n, 2) integer array of rows and columns; no cells at all is fine."""
    cells = np.asarray(cells)
    if cells.size == 0:
        return np.empty((0, 2), np.int64)
    if cells.ndim != 2 or cells.shape[1] != 2 or cells.dtype.kind not in "iu":
        raise ValueError(f"{name} must be (n, 2) integers, got {cells.dtype} of shape {cells.shape}")
    return cells.astype(np.int64)
