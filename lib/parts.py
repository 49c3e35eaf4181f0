"""A network is a function: the small parts that stand around the convolution. Numbers in, numbers out."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike


def double(a: float) -> float:
    """The smallest function of the story: y = 2a.

    >>> double(3)
    6
    """
    return 2 * a


def chain(functions: Sequence[Callable[[float], float]], value: float) -> list[float]:
    """Feed each function the result of the one before; every number on the way, the first input included.

    >>> chain([double, double, double], 1)
    [1, 2, 4, 8]
    """
    values = [value]
    for function in functions:
        values.append(function(values[-1]))
    return values


def relu(scores: np.ndarray) -> np.ndarray:
    """Activation: negative scores become 0, the others stay (rectified linear unit).

    >>> relu(np.array([[-2, 3]])).tolist()
    [[0, 3]]
    """
    return np.maximum(scores, 0)


def max_pool(scores: np.ndarray) -> np.ndarray:
    """Pooling: of every 2 × 2 block only the largest score stays. (H, W) -> (H // 2, W // 2).

    Rows and columns that do not fill a block are left out, as torch.nn.functional.max_pool2d does.
    ValueError where not one block fits.

    >>> max_pool(np.array([[1, 2, 9], [3, 4, 9]])).tolist()
    [[4]]
    """
    rows, columns = (n // 2 for n in scores.shape)
    if rows < 1 or columns < 1:
        raise ValueError(f"no 2 by 2 block fits into scores of shape {scores.shape}")
    blocks = scores[: rows * 2, : columns * 2].reshape(rows, 2, columns, 2)
    return blocks.max(axis=(1, 3))


def probabilities(scores: ArrayLike) -> np.ndarray:
    """Softmax: turns scores (n,) into n shares that sum to 1. A lead of 1 makes a share e = 2.718 times as large.

    Only the differences count, so subtracting the largest changes nothing and keeps the powers small.

    >>> probabilities([1, 1]).tolist()
    [0.5, 0.5]
    """
    powers = np.exp(np.asarray(scores, dtype=float) - np.max(scores))
    return powers / powers.sum()


def percentages(shares: ArrayLike) -> list[float]:
    """Shares (n,) that sum to 1 as percentages with one decimal that sum to exactly 100.

    What is left after rounding down goes to those that were cut off most (the largest remainder method).

    >>> percentages([1 / 3, 1 / 3, 1 / 3])
    [33.4, 33.3, 33.3]
    """
    exact = np.asarray(shares) * 1000  # tenths of a percent
    tenths = np.floor(exact).astype(int)
    most_cut_off = np.argsort(tenths - exact, kind="stable")[: 1000 - tenths.sum()]
    tenths[most_cut_off] += 1
    return (tenths / 10).tolist()
