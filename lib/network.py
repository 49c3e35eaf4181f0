"""A network is a function: the small parts that stand around the convolution. Numbers in, numbers out.

Below them a whole small network: made, trained an epoch at a time, opened layer by layer, and fooled.
"""

import operator
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lib.learning import ONE_AT_A_TIME  # one lock for both: torch runs take turns

DIGITS = Path(__file__).resolve().parents[1] / "data" / "digits.npz"
FOOLED = ("none", "blank", "noise", "inverted", "shifted")
FOOLING_NOISE = 0.5  # standard deviation, on pictures from 0 to 1
N_LINES, LINE_LENGTH, LINE_NOISE = 2000, 5, 0.03  # pictures, pixels of a line, share of the other pixels that are on
BATCH = 32  # pictures a step
DECAY = 0.9  # of the learning rate, from one epoch to the next
MOST_TEMPLATES = 16
ONE_ANSWER_AT_A_TIME = threading.Lock()  # visitors share models, and `layers` listens to one while it answers
MEASURED = ("train_losses", "test_losses", "train_accuracies", "test_accuracies")


def double(a):
    """The smallest function of the story: y = 2a.

    >>> double(3)
    6
    """
    return 2 * a


def chain(functions, value):
    """Feed each function the result of the one before; every number on the way, the first input included.

    >>> chain([double, double, double], 1)
    [1, 2, 4, 8]
    """
    values = [value]
    for function in functions:
        values.append(function(values[-1]))
    return values


def relu(scores):
    """Activation: negative scores become 0, the others stay (rectified linear unit).

    >>> relu(np.array([[-2, 3]])).tolist()
    [[0, 3]]
    """
    return np.maximum(scores, 0)


def max_pool(scores, size=2):
    """Pooling: of every `size` × `size` block only the largest score stays. (H, W) -> (H // size, W // size).

    Rows and columns that do not fill a block are left out, as torch.nn.functional.max_pool2d does.
    ValueError where not one block fits.

    >>> max_pool(np.array([[1, 2, 9], [3, 4, 9]])).tolist()
    [[4]]
    """
    rows, columns = (n // size for n in scores.shape)
    if rows < 1 or columns < 1:
        raise ValueError(f"no {size} by {size} block fits into scores of shape {scores.shape}")
    blocks = scores[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return blocks.max(axis=(1, 3))


def probabilities(scores):
    """Softmax: turns scores (n,) into n shares that sum to 1. A lead of 1 makes a share e = 2.718 times as large.

    Only the differences count, so subtracting the largest changes nothing and keeps the powers small.

    >>> probabilities([1, 1]).tolist()
    [0.5, 0.5]
    """
    powers = np.exp(np.asarray(scores, dtype=float) - np.max(scores))
    return powers / powers.sum()


def percentages(shares):
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


@dataclass(frozen=True)
class Task:
    """What the small network is asked, and the settings it is trained with unless somebody chooses others."""

    answers: tuple[str, ...]  # label k means answers[k]
    shape: tuple[int, int]  # of a picture
    weights: tuple[str, ...]  # names of the arrays of weights, in the order of the layers
    templates: int  # of the first convolution
    epochs: int
    learning_rate: float
    dropout: float  # share of the pooled values left out in training; 0 where there is no dropout layer


TASKS = {
    "lines": Task(
        answers=("vertical line", "horizontal line", "diagonal", "other diagonal"),
        shape=(11, 11),
        weights=("convolution 1", "dense", "dense bias"),
        templates=4,
        epochs=20,
        learning_rate=0.03,
        dropout=0.0,
    ),
    "digits": Task(
        answers=tuple("0123456789"),
        shape=(8, 8),
        weights=("convolution 1", "convolution 2", "dense", "dense bias"),
        templates=8,
        epochs=20,
        learning_rate=0.01,
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


@dataclass(frozen=True, eq=False)
class Network:
    """A network after some epochs of training. Nothing in it changes: `train_epoch` returns the next one.

    Losses are mean cross-entropies, accuracies shares of right answers, both measured without dropout after each
    epoch; entry 0 is from before training.
    """

    task: str
    templates: int
    seed: int
    epoch: int
    weights: dict[
        str, np.ndarray
    ]  # float32; convolutions (out, in, 3, 3), dense (answers, inputs), dense bias (answers,)
    train_losses: np.ndarray  # (epoch + 1,)
    test_losses: np.ndarray
    train_accuracies: np.ndarray
    test_accuracies: np.ndarray
    moments: dict[str, np.ndarray]  # Adam's memory for each of the weights: running means of gradient and gradient²


class Layer(NamedTuple):
    """What one layer of the network hands on."""

    name: str
    values: np.ndarray  # (channels, h, w), or (answers,) for the last two layers


@dataclass(frozen=True)
class Sureness:
    """How many answers are kept at a threshold, and what it costs. right + wrong + unsure is all of them."""

    right: int  # sure, and right
    wrong: int  # sure, and wrong
    unsure: int  # below the threshold, right or not
    right_but_unsure: int  # right answers that the threshold gives away


@lru_cache(maxsize=len(TASKS))
def examples(task):
    """The labelled pictures of a task as `Examples`, the same ones for every network.

    "lines": 2,000 different pictures of 0 and 1, each with a line of 5 pixels somewhere, and 3 % of the other pixels
    yellow as noise. "digits": 1,797 handwritten digits (source: data/README.md), their levels 0 to 16 divided by 16.
    The held-out fifth is drawn once, from each answer alike. Read-only, as all callers share it. ValueError for an
    unknown task.

    >>> examples("digits").test_images.shape
    (359, 8, 8)
    """
    _checked_task(task)
    images, labels = _lines() if task == "lines" else _digits()
    draw = np.random.default_rng(0)
    groups = [draw.permutation(np.flatnonzero(labels == label)) for label in range(len(TASKS[task].answers))]
    held_out = np.sort(np.concatenate([group[: round(len(group) / 5)] for group in groups]))
    is_training = ~np.isin(np.arange(len(labels)), held_out)
    parts = Examples(images[is_training], labels[is_training], images[held_out], labels[held_out])
    for array in vars(parts).values():
        array.flags.writeable = False
    return parts


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


def new_network(task, *, templates=None, seed=0):
    """A network with random weights, before training: epoch 0. Returns a `Network`.

    "lines": convolution 3×3, activation, the largest score of each map, dense. "digits": convolution 3×3, activation,
    convolution 3×3 with twice as many templates, activation, 2×2 pooling, dropout, dense. `templates` is the number
    in the first convolution, 1 to 16; the task's own unless given. ValueError where a setting makes no sense.

    >>> network = new_network("digits", templates=4, seed=1)
    >>> {name: weights.shape for name, weights in network.weights.items()}
    {'convolution 1': (4, 1, 3, 3), 'convolution 2': (8, 4, 3, 3), 'dense': (10, 128), 'dense bias': (10,)}
    """
    _checked_task(task)
    templates = TASKS[task].templates if templates is None else operator.index(templates)
    if not 1 <= templates <= MOST_TEMPLATES:
        raise ValueError(f"templates must be 1 to {MOST_TEMPLATES}, got {templates}")
    seed = operator.index(seed)
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed}")
    torch = _torch()
    model = _model(task, templates)
    generator = _generator(seed, epoch=0)
    with ONE_AT_A_TIME:
        for parameter in model.parameters():
            if parameter.dim() == 4:  # templates whose scores are as large as their inputs, half of them cut to 0
                torch.nn.init.kaiming_uniform_(parameter, nonlinearity="relu", generator=generator)
            elif parameter.dim() == 2:
                torch.nn.init.kaiming_uniform_(parameter, a=5**0.5, generator=generator)
            else:
                torch.nn.init.zeros_(parameter)
        weights = _named_arrays(task, model.parameters())
        moments = {name: np.zeros((2, *array.shape), np.float32) for name, array in weights.items()}
        measured = [np.array([value]) for value in _measure(model, examples(task))]
        return Network(task, templates, seed, 0, weights, *measured, moments)


def train_epoch(network, *, learning_rate=None, dropout=None):
    """Show the network every training picture once, and return the `Network` it becomes. The old one stays as it is.

    Adam takes a step of about `learning_rate` (0 to 10) after each batch of 32 pictures, and a tenth less every epoch,
    so that it settles. `dropout` (0 to below 1) is the share of the pooled values left out at random in each step;
    "lines" has no such layer and leaves it aside. Both are the task's own unless given. The pictures' order and what
    is left out depend on seed and epoch only: on one machine the same settings give the same weights to the last bit.
    ValueError where a setting makes no sense.

    Source: Kingma and Ba, Adam, 2015; Srivastava et al., Dropout, 2014.
    """
    task = TASKS[network.task]
    learning_rate = task.learning_rate if learning_rate is None else float(learning_rate)
    dropout = task.dropout if dropout is None else float(dropout)
    if not 0 < learning_rate <= 10:
        raise ValueError(f"learning_rate must be above 0 and at most 10, got {learning_rate}")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout must be at least 0 and below 1, got {dropout}")
    torch = _torch()
    parts = examples(network.task)
    generator = _generator(network.seed, network.epoch + 1)
    with ONE_AT_A_TIME:
        model = _model(network.task, network.templates, network.weights, dropout, generator).train()
        optimizer = _adam(model, network, learning_rate, steps=network.epoch * -(-len(parts.train_labels) // BATCH))
        images, labels = torch.tensor(parts.train_images)[:, None], torch.tensor(parts.train_labels)
        for batch in torch.randperm(len(labels), generator=generator).split(BATCH):
            loss = torch.nn.functional.cross_entropy(model[:-1](images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        states = [optimizer.state[parameter] for parameter in model.parameters()]
        moments = _named_arrays(network.task, [torch.stack([s["exp_avg"], s["exp_avg_sq"]]) for s in states])
        weights = _named_arrays(network.task, model.parameters())
        measured = _measure(model, parts)
    return replace(
        network,
        epoch=network.epoch + 1,
        weights=weights,
        moments=moments,
        **{name: np.append(getattr(network, name), value) for name, value in zip(MEASURED, measured, strict=True)},
    )


def _adam(model, network, learning_rate, steps):
    """The optimizer as it was after the network's last step."""
    torch = _torch()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate * DECAY**network.epoch)
    for parameter, moments in zip(model.parameters(), network.moments.values(), strict=True):
        mean, square = torch.tensor(moments)
        optimizer.state[parameter] = {"step": torch.tensor(float(steps)), "exp_avg": mean, "exp_avg_sq": square}
    return optimizer


def _measure(model, parts):
    """Loss on the training part, on the held-out part, then accuracy on both; without dropout."""
    torch = _torch()
    losses, accuracies = [], []
    with torch.no_grad():
        for images, labels in [(parts.train_images, parts.train_labels), (parts.test_images, parts.test_labels)]:
            scores, labels = model.eval()[:-1](torch.tensor(images)[:, None]), torch.tensor(labels)
            losses.append(torch.nn.functional.cross_entropy(scores, labels).item())
            accuracies.append((scores.argmax(dim=1) == labels).double().mean().item())
    return losses + accuracies


def _named_arrays(task, tensors):
    """Copies as read-only arrays, under the names of the task's weights."""
    arrays = [tensor.detach().numpy().copy() for tensor in tensors]
    for array in arrays:
        array.flags.writeable = False
    return dict(zip(TASKS[task].weights, arrays, strict=True))


def _torch():
    """Torch with one thread: the pictures are tiny, sessions share the cores, and the thread count changes rounding."""
    import torch  # slow to import, and only the functions that run a network need it

    torch.set_num_threads(1)
    return torch


def _generator(seed, epoch):
    """Random numbers for one epoch, apart from every other epoch's and from torch's global ones."""
    state = np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0]
    return _torch().Generator().manual_seed(int(state >> np.uint64(1)))


def _model(task, templates, weights=None, dropout=0.0, generator=None):
    """The layers of a network as torch modules, under their names, in evaluation mode."""
    torch = _torch()
    nn = torch.nn

    class Dropout(nn.Module):  # torch's own draws from the global generator
        def forward(self, values):
            if not self.training or dropout == 0:
                return values
            return values * (torch.rand(values.shape, generator=generator) >= dropout) / (1 - dropout)

    class Probabilities(nn.Module):
        def forward(self, scores):
            return scores.double().softmax(dim=1)

    def learned(kind, *sizes, **options):  # torch's own start would draw from the global generator
        return nn.utils.skip_init(kind, *sizes, **options)

    n_answers = len(TASKS[task].answers)
    if task == "lines":
        parts = {
            "Convolution": learned(nn.Conv2d, 1, templates, 3, bias=False),
            "Activation": nn.ReLU(),
            "Pooling": nn.AdaptiveMaxPool2d(1),
            "Flatten": nn.Flatten(),
            "Dense": learned(nn.Linear, templates, n_answers),
            "Probabilities": Probabilities(),
        }
    else:
        parts = {
            "Convolution 1": learned(nn.Conv2d, 1, templates, 3, padding=1, bias=False),
            "Activation 1": nn.ReLU(),
            "Convolution 2": learned(nn.Conv2d, templates, 2 * templates, 3, padding=1, bias=False),
            "Activation 2": nn.ReLU(),
            "Pooling": nn.MaxPool2d(2),
            "Dropout": Dropout(),
            "Flatten": nn.Flatten(),
            "Dense": learned(nn.Linear, 2 * templates * 4 * 4, n_answers),
            "Probabilities": Probabilities(),
        }
    model = nn.Sequential(OrderedDict(parts)).eval()
    if weights is not None:
        with torch.no_grad():
            for parameter, array in zip(model.parameters(), weights.values(), strict=True):
                parameter.copy_(torch.tensor(array))
    return model


def layers(network, image):
    """What every layer makes of one picture, (h, w) from 0 to 1: a list of `Layer`, the picture itself first.

    The values are caught on the network's own way to its answer. Dropout leaves nothing out here: it is for training.
    ValueError for a picture of another shape, or with values outside 0 to 1.

    >>> [(name, values.shape) for name, values in layers(new_network("lines"), np.zeros((11, 11)))][:4]
    [('Input', (1, 11, 11)), ('Convolution', (4, 9, 9)), ('Activation', (4, 9, 9)), ('Pooling', (4, 1, 1))]
    """
    torch = _torch()
    inputs = torch.from_numpy(_checked_images(network, np.asarray(image)[None]))
    caught = [Layer("Input", inputs[0].numpy())]

    def catch(name):
        return lambda module, values, result: caught.append(Layer(name, result[0].numpy()))

    model = _answering(network)
    with ONE_ANSWER_AT_A_TIME, torch.no_grad():
        named = [(name, module) for name, module in model.named_children() if name != "Flatten"]  # it only reshapes
        hooks = [module.register_forward_hook(catch(name)) for name, module in named]
        try:
            model(inputs)
        finally:
            for hook in hooks:
                hook.remove()
    return caught


@lru_cache(maxsize=16)
def _answering(network):
    """The model of a network, built once: it takes longer than an answer. For one thread at a time, see `layers`."""
    return _model(network.task, network.templates, network.weights)


def answer(network, images):
    """The probability of every answer for each of the pictures: (n, h, w) in, (n, answers) float64 out.

    Rows sum to 1 whatever the pictures show: there is no "I don't know". ValueErrors as for `layers`.

    >>> answer(new_network("lines"), np.zeros((1, 11, 11))).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    torch = _torch()
    inputs = torch.from_numpy(_checked_images(network, images))
    with ONE_ANSWER_AT_A_TIME, torch.no_grad():
        return _answering(network)(inputs).numpy()


def contributions(network, image):
    """What every pooled value adds to every answer's score: dense weight × value, (answers, channels, h, w).

    Summed over the last three axes, and with the "dense bias", they are the scores of the layer "Dense".

    >>> contributions(new_network("digits"), np.zeros((8, 8))).shape
    (10, 16, 4, 4)
    """
    values = layers(network, image)[-3].values  # what the dense layer is given
    return network.weights["dense"].reshape(-1, *values.shape) * values


def template_kinds(network):
    """What became of each template of a "lines" network: the name of a line, "mixture" or "dead"; a tuple of str.

    Dead: it scores above 0 nowhere in any training picture, so it says nothing and has no gradient to learn from. A
    line: its three largest weights lie on a row, a column or a diagonal. ValueError for another task.

    >>> template_kinds(new_network("lines", templates=3, seed=6))
    ('horizontal line', 'diagonal', 'mixture')
    """
    if network.task != "lines":
        raise ValueError(f'only the templates of "lines" are lines, got a network for {network.task!r}')
    torch = _torch()
    model = _model(network.task, network.templates, network.weights)
    with torch.no_grad():
        best = model[:3](torch.tensor(examples("lines").train_images)[:, None]).amax(dim=(0, 2, 3))  # (templates,)
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


def confusion(probabilities, labels):
    """Count labels against answers: (n, answers) and (n,) in, (answers, answers) int out, row = label, column = answer.

    The answer is the one with the largest probability, the first of several. ValueError where the two do not fit.

    >>> confusion([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], [0, 1, 1]).tolist()
    [[1, 0], [1, 1]]
    """
    probabilities, labels = _checked_answers(probabilities, labels)
    counts = np.zeros((probabilities.shape[1],) * 2, dtype=int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts


def not_sure(probabilities, labels, threshold):
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


def fool(images, change, *, seed=0):
    """Change pictures of values 0 to 1 so that people are not fooled, or see that nothing is left: (..., h, w), copies.

    "blank" is all black. "noise" adds normal noise of standard deviation 0.5, cut off at 0 and 1. "inverted" swaps
    black and bright. "shifted" moves everything two pixels to the right: black comes in, two columns are lost.
    ValueError for an unknown change. Float32.

    >>> fool([[1, 0.25, 0, 0]], "shifted").tolist(), fool([[1, 0.25, 0, 0]], "inverted").tolist()
    ([[0.0, 0.0, 1.0, 0.25]], [[0.0, 0.75, 1.0, 1.0]])
    """
    images = np.array(images, dtype=np.float32)
    if change not in FOOLED:
        raise ValueError(f"change must be one of {', '.join(FOOLED)}, got {change!r}")
    if change == "blank":
        return np.zeros_like(images)
    if change == "noise":
        noise = np.random.default_rng(seed).normal(scale=FOOLING_NOISE, size=images.shape)
        return np.clip(images + noise, 0, 1).astype(np.float32)
    if change == "inverted":
        return 1 - images
    if change == "shifted":
        return np.concatenate([np.zeros_like(images[..., :2]), images[..., :-2]], axis=-1)
    return images


def _checked_task(task):
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {task!r}")


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
