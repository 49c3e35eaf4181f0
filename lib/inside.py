"""Look inside a small network: layer by layer, weight by weight, and how often it is right or sure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from lib.network import Network, build_model, each_layer, one_thread_torch, values_after
from lib.tasks import TASKS, examples


def layers(network: Network, image: ArrayLike) -> dict[str, np.ndarray]:
    """What every layer makes of one picture, (h, w) from 0 to 1, by the layer's name; "Input" is the picture itself.

    (channels, h, w), for the last two layers (answers,); in the order of the network. Dropout leaves nothing out here:
    it is for training. ValueError for a picture of another shape, or with values outside 0 to 1.

    >>> from lib.network import new_network
    >>> found = layers(new_network("lines"), np.zeros((11, 11)))
    >>> [(name, values.shape) for name, values in found.items()][:4]
    [('Input', (1, 11, 11)), ('Convolution', (4, 9, 9)), ('Activation', (4, 9, 9)), ('Pooling', (4, 1, 1))]
    """
    torch = one_thread_torch()
    inputs = torch.from_numpy(_checked_images(network, np.asarray(image)[None]))
    with torch.no_grad():
        found = {"Input": inputs, **dict(each_layer(_answering(network), inputs))}
    del found["Flatten"]  # it only reshapes
    return {name: values[0].numpy() for name, values in found.items()}


def largest(network: Network, images: ArrayLike) -> dict[str, float]:
    """The largest absolute value of each layer over some pictures, (n, h, w) in, by the layer's name.

    ValueErrors as for `layers`.

    >>> from lib.network import new_network
    >>> largest(new_network("lines"), np.ones((2, 11, 11)))["Input"]
    1.0
    """
    torch = one_thread_torch()
    inputs = torch.from_numpy(_checked_images(network, images))
    with torch.no_grad():
        found = {"Input": inputs, **dict(each_layer(_answering(network), inputs))}
    return {name: float(values.abs().max()) for name, values in found.items() if name != "Flatten"}


@lru_cache(maxsize=64)
def _answering(network):
    """The model of a network, built once: it takes longer than an answer. Answering changes nothing in it."""
    return build_model(network.task, network.n_templates, network.weights)


def answer(network: Network, images: ArrayLike) -> np.ndarray:
    """The probability of every answer for each of the pictures: (n, h, w) in, (n, answers) float64 out.

    Rows sum to 1 whatever the pictures show: there is no "I don't know". ValueErrors as for `layers`.

    >>> from lib.network import new_network
    >>> answer(new_network("lines"), np.zeros((1, 11, 11))).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    torch = one_thread_torch()
    inputs = torch.from_numpy(_checked_images(network, images))
    with torch.no_grad():
        return _answering(network)(inputs).numpy()


def template_kinds(network: Network) -> tuple[str, ...]:
    """What became of each template of a "lines" network: the name of a line, "mixture" or "dead"; a tuple of str.

    Dead: it scores above 0 nowhere in any training picture, so it says nothing and has no gradient to learn from. A
    line: its three largest weights lie on a row, a column or a diagonal. ValueError for another task.

    >>> from lib.network import new_network
    >>> template_kinds(new_network("lines", n_templates=3, seed=6))
    ('horizontal line', 'diagonal', 'mixture')
    """
    if network.task != "lines":
        raise ValueError(f'only the templates of "lines" are lines, got a network for {network.task!r}')
    torch = one_thread_torch()
    images = torch.tensor(examples("lines").train_images)[:, None]
    with torch.no_grad():
        best = values_after("Pooling", _answering(network), images).amax(dim=(0, 2, 3))  # (templates,)
    kinds = (_line_in(template) for template in network.weights["convolution 1"][:, 0])
    return tuple(kind if alive else "dead" for kind, alive in zip(kinds, best.numpy() > 0, strict=True))


def _line_in(template):
    largest = np.argsort(template, axis=None)[-3:]
    rows, columns = (sorted(axis.tolist()) for axis in np.unravel_index(largest, template.shape))
    cells = set(largest.tolist())
    names = TASKS["lines"].answers
    if len(set(columns)) == 1:
        return names[0]
    if len(set(rows)) == 1:
        return names[1]
    return names[2] if cells == {0, 4, 8} else names[3] if cells == {2, 4, 6} else "mixture"


@dataclass(frozen=True)
class Sureness:
    """How many answers are kept at a threshold, and what it costs. right + wrong + unsure is all of them."""

    right: int  # sure, and right
    wrong: int  # sure, and wrong
    unsure: int  # below the threshold, right or not
    right_but_unsure: int  # right answers that the threshold gives away


def confusion(probabilities: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """Count labels against answers: (n, answers) and (n,) in, (answers, answers) int out, row = label, column = answer.

    The answer is the one with the largest probability, the first of several. ValueError where the two do not fit.

    >>> confusion([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], [0, 1, 1]).tolist()
    [[1, 0], [1, 1]]
    """
    probabilities, labels = _checked_answers(probabilities, labels)
    counts = np.zeros((probabilities.shape[1],) * 2, dtype=int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts


def not_sure(probabilities: ArrayLike, labels: ArrayLike, threshold: float) -> Sureness:
    """Let only answers with a probability of at least `threshold` (0 to 1) count: `Sureness`. (n, answers) and (n,) in.

    >>> not_sure([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2]], [0, 1, 1], 0.7)
    Sureness(right=1, wrong=1, unsure=1, right_but_unsure=1)
    """
    probabilities, labels = _checked_answers(probabilities, labels)
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold is a probability from 0 to 1, got {threshold}")
    sure = probabilities.max(axis=1) >= threshold
    right = probabilities.argmax(axis=1) == labels
    return Sureness(*(int(mask.sum()) for mask in (sure & right, sure & ~right, ~sure, ~sure & right)))


def _checked_images(network, images):
    """A copy of the pictures as the network takes them, (n, 1, h, w) float32."""
    images, shape = np.array(images, dtype=np.float32), TASKS[network.task].shape
    if images.ndim != 3 or images.shape[1:] != shape:
        raise ValueError(f"{network.task!r} takes pictures (n, h, w) of shape {shape}, got an array {images.shape}")
    if not ((images >= 0) & (images <= 1)).all():
        raise ValueError(f"pictures have values from 0 to 1, got {images.min()} to {images.max()}")
    return images[:, None]


def _checked_answers(probabilities, labels):
    probabilities, labels = np.asarray(probabilities, dtype=float), np.asarray(labels)
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise ValueError(
            f"probabilities (n, answers) and labels (n,) do not fit: {probabilities.shape}, {labels.shape}"
        )
    if labels.size and not (labels.min() >= 0 and labels.max() < probabilities.shape[1]):
        raise ValueError(f"labels must be 0 to {probabilities.shape[1] - 1}, got {labels.min()} to {labels.max()}")
    return probabilities, labels.astype(int)
