"""What the small networks are asked: to tell lines apart, or handwritten digits. Labelled pictures for each."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

DIGITS = Path(__file__).parent / "data" / "digits.npz"
N_LINES, LINE_LENGTH, LINE_NOISE = 2000, 5, 0.03  # pictures, pixels of a line, share of the other pixels that are on


@dataclass(frozen=True)
class Task:
    """What the small network is asked, and the settings it is trained with unless somebody chooses others."""

    answers: tuple[str, ...]  # label k means answers[k]
    shape: tuple[int, int]  # of a picture
    levels: int  # of a pixel, above black
    weights: tuple[str, ...]  # names of the arrays of weights, in the order of the layers
    n_templates: int  # of the first convolution
    epochs: int
    learning_rate: float
    dropout: float  # share of the pooled values left out in training; 0 where there is no dropout layer


TASKS = {
    "lines": Task(
        answers=("vertical line", "horizontal line", "diagonal", "other diagonal"),
        shape=(11, 11),
        levels=1,
        weights=("convolution 1", "dense", "dense bias"),
        n_templates=4,
        epochs=10,
        learning_rate=0.05,
        dropout=0.0,
    ),
    "digits": Task(
        answers=tuple("0123456789"),
        shape=(8, 8),
        levels=16,
        weights=("convolution 1", "convolution 2", "dense", "dense bias"),
        n_templates=8,
        epochs=15,
        learning_rate=0.02,
        dropout=0.25,
    ),
}


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled pictures in two parts: training sees the first, the held-out second (a fifth) only measures."""

    train_images: np.ndarray  # (n, h, w) float32, 0 to 1
    train_labels: np.ndarray  # (n,) int64
    test_images: np.ndarray
    test_labels: np.ndarray


@lru_cache(maxsize=len(TASKS))
def examples(task: str) -> Examples:
    """The labelled pictures of a task as `Examples`, the same ones for every network.

    "lines": 2,000 different pictures of 0 and 1, each with a line of 5 pixels somewhere, and 3 % of the other pixels
    yellow as noise. "digits": 1,797 handwritten digits (source: lib/data/README.md), their levels 0 to 16 divided by
    16. The held-out fifth is drawn once, from each answer alike. Read-only, as all callers share it. ValueError for an
    unknown task.

    >>> examples("digits").test_images.shape
    (359, 8, 8)
    """
    check_task(task)
    images, labels = _lines() if task == "lines" else _digits()
    draw = np.random.default_rng(0)
    groups = [draw.permutation(np.flatnonzero(labels == label)) for label in range(len(TASKS[task].answers))]
    held_out = np.sort(np.concatenate([group[: round(len(group) / 5)] for group in groups]))
    is_training = ~np.isin(np.arange(len(labels)), held_out)
    parts = Examples(images[is_training], labels[is_training], images[held_out], labels[held_out])
    for array in vars(parts).values():
        array.flags.writeable = False
    return parts


def noise_picture(task: str, *, seed: int = 0) -> np.ndarray:
    """A picture of nothing but chance, (h, w) float32 from 0 to 1: each pixel has any of the task's levels.

    ValueError for an unknown task.

    >>> noise_picture("lines").shape
    (11, 11)
    """
    check_task(task)
    levels = np.random.default_rng(seed).integers(0, TASKS[task].levels + 1, TASKS[task].shape)
    return (levels / TASKS[task].levels).astype(np.float32)


def check_task(task: str) -> None:
    """ValueError unless there is such a task."""
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {task!r}")


def _digits():
    with np.load(DIGITS) as file:
        return (file["images"] / 16).astype(np.float32), file["labels"].astype(np.int64)


def _lines():
    draw, k, size = np.random.default_rng(0), np.arange(LINE_LENGTH), TASKS["lines"].shape[0]
    lines = [(k, 0 * k), (0 * k, k), (k, k), (k, k[::-1])]  # rows and columns of each direction's pixels
    pictures = {}  # by their bytes: a picture drawn twice could be in both parts
    while len(pictures) < N_LINES:
        label = len(pictures) % len(lines)
        rows, columns = lines[label]
        image = (draw.random((size, size)) < LINE_NOISE).astype(np.float32)
        row, column = draw.integers(0, [size - rows.max(), size - columns.max()])
        image[row + rows, column + columns] = 1
        pictures.setdefault(image.tobytes(), (image, label))
    images, labels = zip(*pictures.values(), strict=True)
    return np.array(images), np.array(labels)
