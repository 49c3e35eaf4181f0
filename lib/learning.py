"""Learn a template from labelled examples, instead of drawing it by hand.

Learning starts from random weights and sees images and labels, and the labeller's best value, but not its weights.
"""

import math
import threading
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lib.labeller import as_labeller, example_numbers, example_rows, labelled_examples
from lib.matching import best_value

MOST_SHOWN = 70  # steps of a run: with 0, the last and one more, a few may fall together
RUNAWAY = 1000  # a weight or bias beyond this size is on its way to infinity
# Torch gives Python's lock away several times a step: ten runs side by side take far longer than one after the other.
ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, eq=False)
class Training:
    """Every step of a run. Row k of `templates` and `biases` is after k steps, row 0 is the start.

    `diverged_at` is the first k whose weights ran away, else None. The arrays end with that row; where it is not even
    finite (rates beyond 1e300), with the row before. So everything here is finite.
    """

    templates: np.ndarray  # (steps + 1, h, w)
    biases: np.ndarray  # (steps + 1,)
    losses: np.ndarray  # (steps,) squared error of each example, before its step
    images: np.ndarray  # (steps, h, w)
    labels: np.ndarray  # (steps,)
    diverged_at: int | None


@dataclass(frozen=True, eq=False)
class Learners:
    """Where many runs ended, one a seed. One that ran away stopped there: `diverged` says which."""

    templates: np.ndarray  # (seeds, h, w)
    biases: np.ndarray  # (seeds,)
    diverged: np.ndarray  # (seeds,) bool


def train_template(
    oracle: ArrayLike,
    *,
    steps: int = 1000,
    learning_rate: float = 0.1,
    seed: int = 0,
    bias: bool = False,
    engine: str = "torch",
    examples: tuple[ArrayLike, ArrayLike] | None = None,
) -> Training:
    """Start from random weights and improve them a little after every example. Returns a `Training`.

    One example of `labelled_examples(oracle, steps, seed=seed)` a step, or of the `examples` given as images and
    labels, again from the first after the last. `learning_rate` is the step size. With `bias=True` a number added to
    every output is learned too, from 0. ValueError where a setting makes no sense.

    >>> run = train_template([[1, 0]], steps=200, seed=1, engine="numpy")
    >>> run.templates.shape, run.templates[-1].round(2).tolist()
    ((201, 1, 2), [[1.0, 0.0]])
    """
    check_settings(steps, learning_rate)
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}")
    if examples is None:
        images, labels = labelled_examples(oracle, steps, seed=seed)
    else:
        images, labels = repeat_examples(examples, steps, as_labeller(oracle).shape)
    start = start_template(images.shape[1:], seed)
    inputs = images.astype(float) / best_value(oracle)  # so that a perfect match scores 1, like its label
    turn = ONE_AT_A_TIME if engine == "torch" else nullcontext()
    with turn, np.errstate(all="ignore"):  # weights that run away overflow: `end_where_it_diverged` says so
        history = ENGINES[engine](inputs, labels.astype(float), start, float(learning_rate), bool(bias))
        return end_where_it_diverged(*map(np.array, history), images, labels)


def check_settings(steps: int, learning_rate: float) -> None:
    """ValueError unless there is at least one step, of a size above 0."""
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"learning_rate must be above 0 and finite, got {learning_rate}")


def repeat_examples(examples, steps, shape):
    """The given images and labels, as many as there are steps: from the first again after the last."""
    images, labels = (np.asarray(part, dtype=np.float32) for part in examples)
    if labels.ndim != 1 or len(labels) == 0 or images.shape != (len(labels), *shape):
        raise ValueError(f"examples must be images (n, {shape[0]}, {shape[1]}) and labels (n,), at least one of each, "
                         f"got {images.shape} and {labels.shape}")  # fmt: skip
    turn = np.arange(steps) % len(labels)
    return images[turn], labels[turn]


def start_template(shape: tuple[int, int], seed: int) -> np.ndarray:
    """Random normal weights to start from, (h, w): a stream of their own, apart from the one that draws examples."""
    return np.random.default_rng([seed, 1]).normal(size=shape)


def train_with_torch(images, labels, start, learning_rate, with_bias):
    """The article's loop: autograd finds the gradient, torch's SGD takes the step. No random numbers are drawn here."""
    import torch  # slow to import, and only this function needs it

    template = torch.tensor(start, requires_grad=True)
    bias = torch.zeros((), dtype=template.dtype, requires_grad=True)
    optimizer = torch.optim.SGD([template, bias] if with_bias else [template], lr=learning_rate)
    weights = template.detach().numpy()  # the same memory, so the optimizer's steps show up here
    templates, biases, losses = [start], [0.0], []
    for image, label in zip(torch.tensor(images), torch.tensor(labels), strict=True):
        y = (template * image).sum()
        if with_bias:
            y = y + bias
        loss = (y - label).square()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        templates.append(weights.copy())
        biases.append(bias.item())
        losses.append(loss.item())
    return templates, biases, losses


def train_with_numpy(images, labels, start, learning_rate, with_bias):
    """The same loop by hand: the gradient of the squared error (y - label)² is 2 × error × image."""
    template, bias = start, 0.0
    templates, biases, losses = [template], [bias], []
    for image, label in zip(images, labels, strict=True):
        error = np.vdot(template, image) + bias - label
        template = template - learning_rate * (2 * error * image)
        if with_bias:
            bias = bias - learning_rate * (2 * error)
        templates.append(template)
        biases.append(bias)
        losses.append(error * error)
    return templates, biases, losses


ENGINES = {"torch": train_with_torch, "numpy": train_with_numpy}


def end_where_it_diverged(templates, biases, losses, images, labels):
    """Keep the steps until a weight or bias is beyond RUNAWAY or no number at all. Returns a `Training`."""
    largest = np.maximum(np.abs(templates).max(axis=(1, 2)), np.abs(biases))  # (steps + 1,)
    runaway = np.flatnonzero(~(largest <= RUNAWAY))  # "not <=", because comparisons with NaN are false
    diverged_at = int(runaway[0]) if runaway.size else None
    end = len(losses) if diverged_at is None else diverged_at - (not np.isfinite(largest[diverged_at]))
    return Training(templates[: end + 1], biases[: end + 1], losses[:end], images[:end], labels[:end], diverged_at)


def train_many(
    oracle: ArrayLike, *, seeds: int = 256, steps: int = 1000, learning_rate: float = 0.1, bias: bool = False
) -> Learners:
    """The runs of `train_template` for the seeds 0 .. seeds - 1, all in one go: where they end, as `Learners`.

    Every step is done for all seeds together, so 256 runs take less time than one of torch's.

    >>> bool(abs(train_many([[1, 0]], seeds=3, steps=200).templates - [[1, 0]]).max() < 0.01)
    True
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    check_settings(steps, learning_rate)
    inputs, labels = example_rows(oracle)
    inputs[:, -1] *= bias  # without a bias nothing pulls at it, and it stays 0
    numbers = np.stack([example_numbers(len(labels), steps, seed) for seed in range(seeds)], axis=1)  # (steps, seeds)
    starts = [[*start_template(np.shape(oracle), seed).flat, 0.0] for seed in range(seeds)]
    weights, diverged = train_batch(inputs, labels, numbers, starts, float(learning_rate))
    return Learners(weights[:, :-1].reshape(-1, *np.shape(oracle)), weights[:, -1], diverged)


def train_batch(inputs, labels, numbers, starts, learning_rate):
    """All runs side by side, with the gradient by hand: the last weights (runs, weights), and which diverged (runs,).

    `numbers` (steps, runs) says which of the inputs (n, weights) and labels (n,) each run sees at each step.
    """
    weights, diverged = np.array(starts), np.zeros(len(starts), bool)
    with np.errstate(all="ignore"):  # weights that run away overflow
        for block in np.array_split(numbers, -(-len(numbers) // 50)):  # of steps: few enough to keep all their weights
            history = [weights]
            rates = np.where(diverged, 0, learning_rate)  # one that ran away stays where it broke off
            for images, wanted in zip(inputs[block], labels[block], strict=True):
                errors = np.einsum("rw,rw->r", history[-1], images) - wanted
                history.append(history[-1] - images * (rates * (2 * errors))[:, None])
            weights, ran_away = end_or_break(np.array(history))
            diverged |= ran_away
    return weights, diverged


def end_or_break(history):
    """Of (steps + 1, runs, weights): each run's last weights, or those at which it ran away, and which did."""
    largest = abs(history[1:]).max(axis=2)  # (steps, runs)
    runaway, run = ~(largest <= RUNAWAY), np.arange(largest.shape[1])
    first, ran_away = runaway.argmax(axis=0), runaway.any(axis=0)
    at = np.where(ran_away, first + np.isfinite(largest[first, run]), len(largest))  # no number at all: one step before
    return history[at, run], ran_away


def step_details(run: Training, oracle: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """What each step of a `Training` saw: its output and the gradient it followed, (steps,) and (steps, h, w).

    The output is y = sum(template × image) / best value + bias before the step, and the gradient that of the squared
    error (y - label)² by each weight: 2 (y - label) × image / best value. The step subtracts learning rate × gradient.
    The gradient by the bias is 2 (y - label).

    >>> run = train_template([[1, 0]], steps=2, learning_rate=0.25, engine="numpy")
    >>> y, gradients = step_details(run, [[1, 0]])
    >>> bool(np.allclose(run.templates[1:], run.templates[:-1] - 0.25 * gradients))
    True
    """
    n, best = len(run.losses), best_value(oracle)
    y = (run.templates[:n] * run.images).sum(axis=(1, 2)) / best + run.biases[:n]
    return y, 2 * (y - run.labels)[:, None, None] * run.images / best


def steps_to_show(last: int, *, also: int = 0) -> list[int]:
    """Steps from 0 to `last` worth looking at, at most 70: close together at the start, where most happens.

    The step `also` is one of them.

    >>> steps_to_show(12, also=9)
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    >>> steps_to_show(1000, also=999)[-5:]
    [731, 811, 901, 999, 1000]
    """
    spaced = np.geomspace(1, max(last, 1), MOST_SHOWN - 3).round().astype(int).tolist()
    return sorted({0, min(also, last), last, *(step for step in spaced if step <= last)})
