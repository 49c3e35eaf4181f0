"""One small template, every position: slide it over a picture and write down the score at each stop.

Deep learning calls this convolution. The template is not flipped, so strictly it is cross-correlation.
"""

import operator
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from lib.matching import Check, check_matches

BLOCK_BYTES = 2**21  # scores computed in one go: few enough for the processor's cache, enough to keep a core busy


def output_shape(
    image_shape: Sequence[int], template_shape: Sequence[int], *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> tuple[int, int]:
    """Rows and columns of the score map: how many positions the template can take.

    Shapes are (rows, columns), or (rows, columns, channels). ValueError where the template does not fit.

    >>> output_shape((11, 11), (3, 3))
    (9, 9)
    >>> output_shape((11, 11), (3, 3), padding=1)
    (11, 11)
    >>> output_shape((11, 11), (3, 3), stride=2, dilation=2)
    (4, 4)
    """
    _check_steps(stride=(stride, 1), padding=(padding, 0), dilation=(dilation, 1))
    _check_shape("image", image_shape)
    _check_shape("template", template_shape)
    padded = [int(size) + 2 * padding for size in image_shape[:2]]
    spread = [(int(size) - 1) * dilation + 1 for size in template_shape[:2]]  # cells from its first to its last weight
    if spread[0] > padded[0] or spread[1] > padded[1]:
        raise ValueError(
            f"template of shape {tuple(template_shape)} (dilation {dilation}) does not fit "
            f"in image of shape {tuple(image_shape)} (padding {padding})"
        )
    return (padded[0] - spread[0]) // stride + 1, (padded[1] - spread[1]) // stride + 1


def correlate_plainly(
    image: ArrayLike, template: ArrayLike, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """The scores of `correlate` for a picture (H, W) and a template (h, w), one product after the other: slow.

    >>> correlate_plainly([[0, 1, 0], [0, 1, 1]], [[1], [1]])
    array([[0, 2, 1]])
    """
    image, template = _checked_arrays(image, template)
    shape = output_shape(image.shape, template.shape, stride=stride, padding=padding, dilation=dilation)
    scores, bordered = np.zeros(shape, object), np.pad(image.astype(object), padding)  # no number of Python's overflows
    for row, column in np.ndindex(shape):
        for (i, j), weight in np.ndenumerate(template.astype(object)):
            scores[row, column] += weight * bordered[row * stride + i * dilation, column * stride + j * dilation]
    return scores.astype(score_dtype(image, template))


def correlate(
    image: ArrayLike, template: ArrayLike, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """Score every position: multiply the template with the cells under it, and sum.

    image (H, W) with template (h, w), or (H, W, C) with (h, w, C), which sums over the channels too.
    stride is the step from one position to the next, padding a border of zeros around the picture, and dilation the
    step from one weight to the next. Returns the score map, of `output_shape`; ValueError where nothing fits.

    Integers give exact integers: `score_dtype` picks a type they cannot overflow. A float picture gives scores of its
    own type. Columns of the template with only zeros are skipped, so a NaN or infinity under them is not noticed.

    >>> image = np.array([[0, 1, 0, 0], [0, 1, 0, 1], [0, 1, 0, 1]])
    >>> line = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
    >>> correlate(image, line, padding=1)
    array([[0, 2, 0, 1],
           [0, 3, 0, 2],
           [0, 2, 0, 2]])
    """
    image, template = _checked_arrays(image, template)
    shape = output_shape(image.shape, template.shape, stride=stride, padding=padding, dilation=dilation)
    image, template = _channels_first(image), _channels_first(template)  # (C, H, W) and (C, h, w)
    if not template.any():
        return np.zeros(shape, score_dtype(image, template))
    if padding:
        image = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    scores = np.empty(shape, score_dtype(image, template))
    weights = template.astype(scores.dtype).swapaxes(1, 2)  # (C, w, h): one column of the template after another
    first, *others = map(tuple, np.argwhere(weights.any(axis=2)))  # a column of zeros adds nothing

    def score_rows(top):
        block = scores[top : top + block_rows]
        windows = cells_under(image[:, top * stride :], template.shape, block, stride, dilation)
        weighted_sum(windows[first], weights[first], out=block)
        for column in others:
            block += weighted_sum(windows[column], weights[column])

    block_rows = max(1, BLOCK_BYTES // scores[0].nbytes)
    _on_all_cores(score_rows, range(0, shape[0], block_rows))
    return scores


def cells_under(
    image: np.ndarray, template_shape: Sequence[int], block: np.ndarray, stride: int, dilation: int
) -> np.ndarray:
    """The cells under every position of block, in its number type: (C, w, rows, columns, h), a view on few cells."""
    spread = [(size - 1) * dilation + 1 for size in template_shape[1:]]
    needed = image[:, : (len(block) - 1) * stride + spread[0]]
    cells = np.ascontiguousarray(needed, block.dtype)
    windows = sliding_window_view(cells, spread, axis=(1, 2))  # (C, rows, columns, h, w) before any stride or dilation
    return np.moveaxis(windows[:, ::stride, ::stride, ::dilation, ::dilation], 4, 1)


def weighted_sum(windows: np.ndarray, weights: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """One column of the template at every position: (rows, columns, h) with (h,) to (rows, columns)."""
    if weights.dtype.kind == "f":
        return np.matmul(windows, weights, out=out)  # the fast way for floats, and a very slow one for integers
    return np.einsum("ijk,k->ij", windows, weights, out=out)


def _on_all_cores(work, items):
    """Call work on every item, a share of them on each core: numpy lets go of Python's lock while it computes."""
    cores = min(os.cpu_count() or 1, len(items))

    def work_share(core):
        for item in items[core::cores]:
            work(item)

    with ThreadPoolExecutor(cores) as pool:
        others = pool.map(work_share, range(1, cores))
        work_share(0)  # the thread we are in works too: starting one costs as much as a small picture
        list(others)  # raises here what went wrong there


def score_dtype(image: np.ndarray, template: np.ndarray) -> np.dtype:
    """The number type of the score map: no narrower than the picture's, and wide enough that no score can overflow.

    Float pictures keep their type. An integer picture with a float template gives what numpy's product of both gives.

    >>> score_dtype(np.zeros((5, 5), np.uint8), np.ones((3, 3), int))
    dtype('int16')
    >>> score_dtype(np.zeros((11, 11), np.uint8), np.full((9, 9), 9))
    dtype('int32')
    """
    if image.dtype.kind == "f":
        return image.dtype
    if template.dtype.kind == "f":
        return np.result_type(image, template)
    if image.dtype.itemsize == 1:  # at most 255, or -128: no need to look at every cell
        largest = 128 if image.dtype.kind == "i" else 255
    else:
        largest = max(int(image.max()), -int(image.min()))
    bound = max(largest, 1) * max(sum(abs(int(weight)) for weight in template.flat), 1)
    for dtype in (np.int16, np.int32, np.int64):
        if np.dtype(dtype).itemsize >= image.dtype.itemsize and bound <= np.iinfo(dtype).max:
            return np.dtype(dtype)
    raise ValueError(f"scores up to {bound} do not fit in 64-bit integers")


def find_matches(scores: ArrayLike, value: float) -> np.ndarray:
    """Where the score reaches the value: an (n, 2) array of rows and columns, from the top down.

    >>> find_matches(np.array([[0, 3], [3, 1]]), 3)
    array([[0, 1],
           [1, 0]])
    """
    scores = np.asarray(scores)
    if scores.ndim != 2:
        raise ValueError(f"scores must have rows and columns, got shape {scores.shape}")
    return np.argwhere(scores >= value)


def window_centres(
    positions: ArrayLike, template_shape: Sequence[int], *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """The picture cell in the middle of the window at each position of the score map: (n, 2) to (n, 2).

    It may lie in the padding, outside the picture. With an even template it is the cell up and left of the middle.

    >>> window_centres([[0, 0], [2, 5]], (3, 3))
    array([[1, 1],
           [3, 6]])
    >>> window_centres([[0, 0], [2, 5]], (3, 3), stride=2, padding=2)
    array([[-1, -1],
           [ 3,  9]])
    """
    _check_steps(stride=(stride, 1), padding=(padding, 0), dilation=(dilation, 1))
    middle = [(size - 1) * dilation // 2 for size in template_shape[:2]]
    return np.reshape(positions, (-1, 2)).astype(int) * stride - padding + middle


class Search(NamedTuple):
    """Where scores reach a value, held against the copies of a pattern that are hidden in the picture."""

    matches: np.ndarray  # (n, 2) positions in the score map
    check: Check  # of the picture's cells in the middle of the windows and of the copies
    missed: np.ndarray  # (n, 2) the cells of all copies that were not found


def look_for(
    pattern: ArrayLike,
    positions: ArrayLike,
    scores: np.ndarray,
    value: float,
    template_shape: Sequence[int],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Search:
    """Hold the positions whose score reaches `value` against the copies of a 0/1 pattern (h, w): a `Search`.

    `positions` (n, 2) are the copies' top left cells in the picture. One is found where the middle of a window that
    matches lies on the middle of the copy.

    >>> image = np.array([[0, 1, 0, 0], [0, 1, 0, 1], [0, 1, 0, 1]])
    >>> found = look_for(np.ones((3, 1)), [[0, 1]], correlate(image, image[:, :3]), 3, (3, 3))
    >>> found.matches.tolist(), found.check.found.tolist(), found.missed.tolist()
    ([[0, 0]], [[1, 1]], [])
    """
    middle = np.array(np.shape(pattern)) // 2
    matches = find_matches(scores, value)
    centres = window_centres(matches, template_shape, stride=stride, padding=padding, dilation=dilation)
    check = check_matches(centres, np.reshape(positions, (-1, 2)).astype(int) + middle)
    missed = ((check.missed - middle)[:, None] + np.argwhere(pattern)).reshape(-1, 2)
    return Search(matches, check, missed)


def _checked_arrays(image, template):
    """Both as arrays, if they hold numbers, some at all, and agree on the channels."""
    image, template = np.asarray(image), np.asarray(template)
    for name, array in (("image", image), ("template", template)):
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{name} must hold integers or floats, got {array.dtype}")
        _check_shape(name, array.shape)
    if image.shape[2:] != template.shape[2:]:
        raise ValueError(f"image of shape {image.shape} and template of shape {template.shape} differ in channels")
    return image, template


def _check_shape(name, shape):
    """ValueError for a shape that is not (rows, columns) or (rows, columns, channels), at least one of each."""
    if len(shape) not in (2, 3) or min(shape) < 1:
        raise ValueError(f"{name} must be (rows, columns) or (rows, columns, channels), got shape {tuple(shape)}")


def _channels_first(array):
    """(H, W) or (H, W, C) to (C, H, W): a gray picture has one channel."""
    return array[np.newaxis] if array.ndim == 2 else np.moveaxis(array, 2, 0)


def _check_steps(**steps):
    """ValueError for a step (value, smallest allowed) that is too small or no whole number."""
    for name, (value, smallest) in steps.items():
        try:
            fits = operator.index(value) >= smallest
        except TypeError:
            fits = False
        if not fits:
            raise ValueError(f"{name} must be a whole number of at least {smallest}, got {value!r}")


def window_at(
    image: ArrayLike,
    template_shape: Sequence[int],
    row: int,
    column: int,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> np.ndarray:
    """The cells under the template at one position of the score map, in the template's shape (h, w).

    >>> window_at(np.arange(16).reshape(4, 4), (2, 2), 1, 0, stride=2)
    array([[ 8,  9],
           [12, 13]])
    """
    bordered = np.pad(image, padding)
    rows = row * stride + dilation * np.arange(template_shape[0])
    columns = column * stride + dilation * np.arange(template_shape[1])
    return bordered[np.ix_(rows, columns)]
