"""The labeller says yes or no to pictures, and learning sees only what it says.

The labeller (machine learning says oracle) is a template whose matches get the label 1, all other images the label 0.
The article does not show how it makes its labels: this part is a reconstruction.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from lib.images import all_images
from lib.matching import best_value, sort_images

RAREST_YES = 1 / 64  # of all images: a labeller that says yes to fewer shows learning too little


def labelled_examples(oracle: ArrayLike, n: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw n random binary images, each as likely as any other, and label them: (n, h, w) and (n,), float32.

    A shorter n is the beginning of a longer one.

    >>> images, labels = labelled_examples([[1, 0]], 3)
    >>> images.tolist(), labels.tolist()
    ([[[1.0, 1.0]], [[1.0, 0.0]], [[1.0, 0.0]]], [1.0, 1.0, 1.0])
    """
    if n < 0:
        raise ValueError(f"the number of examples cannot be negative, got {n}")
    images, labels = every_example(oracle)
    numbers = example_numbers(len(images), n, seed)
    return images[numbers], labels[numbers]


def example_numbers(n_images: int, n: int, seed: int) -> np.ndarray:
    """Which of all images the n examples of a seed are, (n,)."""
    return np.random.default_rng(seed).integers(n_images, size=n)


def troubled_examples(
    oracle: ArrayLike, n: int, *, seed: int = 0, wrong: float = 0.0, positives: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Examples like `labelled_examples`, but a share of their labels is `wrong`, or a share are `positives`.

    A wrong label says the opposite of the labeller. With `positives`, each example is with that probability one of the
    images the labeller says yes to, else one of the others; None takes all images alike. Both are shares from 0 to 1.

    >>> troubled_examples([[1, 0]], 4, wrong=1)[1].tolist(), troubled_examples([[1, 0]], 4, positives=1)[1].tolist()
    ([0.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0])
    """
    check_share("wrong", wrong)
    images, labels = labelled_examples(oracle, n, seed=seed)
    chance = [np.random.default_rng([seed, stream]).random(n) for stream in (2, 3, 4)]  # each apart from the others
    if positives is not None:
        check_share("positives", positives)
        everything, answers = every_example(oracle)
        is_yes = chance[0] < positives
        no, yes = (
            group[(chance[1] * len(group)).astype(int)]
            for group in (everything[answers == 0], everything[answers == 1])
        )
        images, labels = np.where(is_yes[:, None, None], yes, no), is_yes.astype(np.float32)
    return images, np.where(chance[2] < wrong, 1 - labels, labels)


def check_share(name: str, share: float) -> None:
    """ValueError unless the share is from 0 to 1."""
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is a share from 0 to 1, got {share}")


def every_example(oracle: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Every binary image of the labeller's shape, (2 ** pixels, h, w), and its label 0 or 1, both float32.

    Read-only, as all callers share them. ValueError where the labeller is not a grid of 1 to 16 finite weights, or none
    of its weights is positive.

    >>> every_example([[1, 0]])[1].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    oracle = as_labeller(oracle)
    return _labelled(oracle.shape, tuple(oracle.ravel().tolist()))


@lru_cache(maxsize=16)  # asked for many times in a row; 20 kB for 3 × 3, 4 MB for 4 × 4
def _labelled(shape, weights):
    images = all_images(shape).astype(np.float32)
    labels = sort_images(np.reshape(weights, shape))[0].astype(np.float32)
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def example_rows(oracle: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Every example as a row of numbers, pixels / best value and a last 1 for the bias, and the labels.

    (2 ** pixels, pixels + 1) and (2 ** pixels,), float64: what least squares takes, and every output is row × weights.
    """
    images, labels = every_example(oracle)
    pixels = images.reshape(len(images), -1).astype(float) / best_value(oracle)
    return np.column_stack([pixels, np.ones(len(images))]), labels.astype(float)


def image_numbers(images: np.ndarray) -> np.ndarray:
    """Which of `every_example` the binary images (n, h, w) are, (n,): number i holds the bits of i."""
    pixels = images.reshape(len(images), -1).astype(int)
    return pixels @ (1 << np.arange(pixels.shape[1] - 1, -1, -1))


def as_labeller(oracle: ArrayLike) -> np.ndarray:
    """The labeller as an array (h, w). ValueError where nothing can be learned from it."""
    oracle = np.asarray(oracle)
    if oracle.ndim != 2 or not 1 <= oracle.size <= 16:
        raise ValueError(f"the labeller must be a grid of 1 to 16 pixels, got shape {oracle.shape}")
    if not np.isfinite(oracle).all() or best_value(oracle) <= 0:
        raise ValueError(f"the labeller needs finite weights, at least one of them above 0, got {oracle.tolist()}")
    return oracle


def check_oracle(oracle: ArrayLike) -> None:
    """Can learning be followed with this labeller? ValueError where it says yes to fewer than 1 image in 64.

    It never says yes to more than 1 in 2: a match needs the pixel of every positive weight, and there is at least one.

    >>> check_oracle([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
    """
    labels = every_example(oracle)[1]
    if labels.mean() < RAREST_YES:
        raise ValueError(
            f"the labeller says yes to {int(labels.sum())} of {len(labels)} images, the share must be {RAREST_YES}"
        )
