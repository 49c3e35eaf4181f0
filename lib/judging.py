"""How good is a template? Its outputs for all binary images, its mean squared error, and its answers at a threshold."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lib.labeller import check_share, every_example, example_rows
from lib.learning import Training, train_template
from lib.matching import best_value

SAME = 1e-6  # outputs closer than this count as one: they differ by rounding only


@dataclass(frozen=True, eq=False)
class Answers:
    """Yes (output >= threshold) or no, held against the labels. The last three are masks, (images,) bool."""

    threshold: float
    accuracy: float  # right / images
    right: int
    found: int  # yes, and the label is 1
    misses: int  # no, but the label is 1
    false_alarms: int  # yes, but the label is 0
    is_found: np.ndarray
    is_missed: np.ndarray
    is_false_alarm: np.ndarray


def outputs(template: ArrayLike, bias: float, images: ArrayLike, oracle: ArrayLike) -> np.ndarray:
    """y = sum(template × image) / best value + bias, for each of the images (n, h, w): (n,)."""
    template, images = np.asarray(template, dtype=float), np.asarray(images)
    if len(images) == 0 or images.shape[1:] != template.shape or template.shape != np.shape(oracle):
        shapes = f"{images.shape}, {template.shape} and {np.shape(oracle)}"
        raise ValueError(f"images (n, h, w), template and labeller must have one shape (h, w), got {shapes}")
    if not np.isfinite([*template.flat, bias]).all():
        raise ValueError(f"template and bias must be finite, got {template.tolist()} and {bias}")
    return images.reshape(len(images), -1) @ template.ravel() / best_value(oracle) + bias


def check_answers(
    template: ArrayLike, bias: float, threshold: float, images: ArrayLike, labels: ArrayLike, oracle: ArrayLike
) -> Answers:
    """Say yes where y >= threshold and hold the answers against the labels (n,) of the images (n, h, w): `Answers`.

    >>> check_answers([[1, 0]], 0, 0.5, [[[1, 1]], [[0, 1]]], [1, 1], [[1, 0]]).found
    1
    """
    yes = outputs(template, bias, images, oracle) >= threshold
    labels = np.asarray(labels) == 1
    masks = (yes & labels, ~yes & labels, yes & ~labels)
    found, misses, false_alarms = (int(mask.sum()) for mask in masks)
    right = len(yes) - misses - false_alarms
    return Answers(float(threshold), right / len(yes), right, found, misses, false_alarms, *masks)


def separation(template: ArrayLike, bias: float, oracle: ArrayLike) -> Answers:
    """The threshold that gets most of all binary images right, and the `Answers` it gives; then fewest false alarms.

    Candidates lie halfway between outputs, and one beyond each end: yes to all, and no to all.

    >>> separation([[1, 0]], 0, [[1, 0]]).threshold
    0.5
    """
    images, labels = every_example(oracle)
    y = outputs(template, bias, images, oracle)
    low, high = best_cut(y, labels)
    beyond = max(2, 1e-6 * abs(y).max())
    threshold = (max(low, y.min() - beyond) + min(high, y.max() + beyond)) / 2
    return check_answers(template, bias, threshold, images, labels, oracle)


def undivided(answers: Answers, template: ArrayLike, bias: float, oracle: ArrayLike) -> float:
    """The sum from which on `answers` say yes, for a template that slides: not divided by the best value, no bias.

    It is (threshold - bias) × best value with both rounded to four decimals, as people see them; to five only where
    that changes an answer.

    >>> undivided(separation([[1, 0]], 0.25, [[1, 0]]), [[1, 0]], 0.25, [[1, 0]])
    0.5
    """
    sums = (every_example(oracle)[0] * np.asarray(template)).sum(axis=(1, 2)).round(9)
    yes, best = answers.is_found | answers.is_false_alarm, best_value(oracle)
    value = round((round(answers.threshold, 4) - round(bias, 4)) * best, 4)
    return value if np.array_equal(sums >= value, yes) else round((answers.threshold - bias) * best, 5)


def best_cut(y: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """The two outputs between which a threshold gets most of the labels right; -inf or inf beyond the ends.

    >>> best_cut(np.array([0.1, 0.7, 0.2]), np.array([0, 1, 0]))
    (0.2, 0.7)
    """
    order = np.argsort(y)
    low = np.concatenate([[-np.inf], y[order]])  # cut k: no to the k lowest outputs, yes to the others
    high = np.concatenate([y[order], [np.inf]])
    cuts = np.flatnonzero(high - low > SAME)
    found = labels.sum() - np.concatenate([[0], np.cumsum(labels[order])])[cuts]
    false_alarms = len(y) - cuts - found
    # Most right first, then fewest false alarms. No two cuts tie in both: the lower one says yes to more images.
    best = cuts[np.lexsort([false_alarms, false_alarms - found])[0]]
    return float(low[best]), float(high[best])


def learned_answers(run: Training, oracle: ArrayLike) -> Answers:
    """The `Answers` to all binary images with the threshold that gets most of the run's own examples right.

    Nobody has more than their examples. Where yes to each is the best for them, the threshold is -inf; for no, inf.

    >>> run = train_template([[1, 0]], steps=200, engine="numpy")
    >>> learned_answers(run, [[1, 0]]).right
    4
    """
    y = outputs(run.templates[-1], run.biases[-1], run.images, oracle)
    low, high = best_cut(y, run.labels)
    threshold = (low + high) / 2  # infinite where one of them is
    return check_answers(run.templates[-1], run.biases[-1], threshold, *every_example(oracle), oracle)


def output_groups(template: ArrayLike, bias: float, oracle: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distinct outputs over all binary images, lowest first, and how many no and yes images have each: (n,) each.

    >>> [part.tolist() for part in output_groups([[1, 1]], 0, [[1, 0]])]
    [[0.0, 1.0, 2.0], [1, 1, 0], [0, 1, 1]]
    """
    images, labels = every_example(oracle)
    y = outputs(template, bias, images, oracle)
    order = np.argsort(y)
    starts = np.flatnonzero(np.diff(y[order], prepend=-np.inf) > SAME)
    n_yes = np.add.reduceat(labels[order], starts).astype(int)
    return y[order][starts], np.diff(starts, append=len(y)) - n_yes, n_yes


def best_template(oracle: ArrayLike, *, bias: bool = False, positives: float | None = None) -> tuple[np.ndarray, float]:
    """The template, and bias, with the smallest mean squared error over all binary images: exact least squares.

    With `positives`, the mean is that of examples of which this share comes from the images the labeller says yes to,
    and the rest from the others. Of several templates with the same error (for a share of 0 or 1), the one with the
    smallest weights.

    >>> template, bias = best_template([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
    >>> template[0].round(6).tolist(), bias
    ([-0.15, 0.6, -0.15], 0.0)
    """
    inputs, labels = example_rows(oracle)
    if positives is not None:
        check_share("positives", positives)
        shares = np.where(labels == 1, positives / labels.sum(), (1 - positives) / (1 - labels).sum())
        inputs, labels = inputs * np.sqrt(shares)[:, None], labels * np.sqrt(shares)
    weights = np.linalg.lstsq(inputs if bias else inputs[:, :-1], labels)[0]
    return weights[: np.size(oracle)].reshape(np.shape(oracle)), float(weights[-1]) if bias else 0.0


def mean_squared_errors(templates: ArrayLike, biases: ArrayLike, oracle: ArrayLike) -> np.ndarray:
    """The mean over all binary images of (y - label)², for each template of a run: (n, h, w) and (n,) in, (n,) out.

    >>> mean_squared_errors([[[1, 0]], [[0, 0]]], [0, 0], [[1, 0]]).round(6).tolist()
    [0.0, 0.5]
    """
    shape = (len(biases), *np.shape(oracle))
    if np.shape(templates) != shape:
        raise ValueError(f"templates must have shape {shape}, got {np.shape(templates)}")
    inputs, labels = example_rows(oracle)
    weights = np.column_stack([np.reshape(templates, (len(biases), -1)), biases])  # (n, pixels + 1)
    # |inputs·w - labels|² = |R·w - Q'·labels|² + what no w can explain: a few rows in place of one for every image.
    q, r = np.linalg.qr(inputs)
    floor = np.square(labels - q @ (q.T @ labels)).sum()
    return (np.square(weights @ r.T - labels @ q).sum(axis=1) + floor) / len(labels)


def highest_perfect_rate(
    oracle: ArrayLike, rates: Iterable[float], *, steps: int = 1000, seed: int = 0
) -> float | None:
    """The highest of the learning rates whose template gets every binary image right after the last step, or None.

    The runs are those of `train_template` with a bias and the engine "numpy"; one that diverged does not count.

    >>> highest_perfect_rate([[1, 0]], [0.05, 0.1, 20], steps=200)
    0.1
    """

    def train(rate, steps):
        return train_template(oracle, steps=steps, learning_rate=rate, seed=seed, bias=True, engine="numpy")

    for rate in sorted(rates, reverse=True):
        if train(rate, math.ceil(steps / 20)).diverged_at is not None:
            continue  # a longer run begins like a shorter one: no need to wait for its end
        run = train(rate, steps)
        if run.diverged_at is None and separation(run.templates[-1], run.biases[-1], oracle).accuracy == 1:
            return rate
    return None
