"""A whole small network: made, and trained an epoch at a time."""

import operator
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from lib.tasks import TASKS, check_task, examples

BATCH = 64  # pictures a step
DECAY = 0.9  # of the learning rate, from one epoch to the next
MOST_TEMPLATES = 16
MEASURED = ("train_losses", "test_losses", "train_accuracies", "test_accuracies")


@dataclass(frozen=True, eq=False)
class Network:
    """A network after some epochs of training. Nothing in it changes: `train_epoch` returns the next one.

    Losses are mean cross-entropies, accuracies shares of right answers, both measured without dropout after each
    epoch; entry 0 is from before training.
    """

    task: str
    n_templates: int
    seed: int
    epoch: int
    weights: dict[str, np.ndarray]  # float32: convolutions (out, in, 3, 3), dense (answers, inputs) and bias (answers,)
    train_losses: np.ndarray  # (epoch + 1,)
    test_losses: np.ndarray
    train_accuracies: np.ndarray
    test_accuracies: np.ndarray
    memory: dict[str, np.ndarray]  # Adam's, for each of the weights: running means of gradient and gradient²


def new_network(task: str, *, n_templates: int | None = None, seed: int = 0) -> Network:
    """A network with random weights, before training: epoch 0. Returns a `Network`.

    "lines": convolution 3×3, activation, the largest score of each map, dense. "digits": convolution 3×3, activation,
    convolution 3×3 with twice as many templates, activation, 2×2 pooling, dropout, dense. `n_templates` is the
    number in the first convolution, 1 to 16; the task's own unless given. ValueError where a setting makes no sense.

    >>> network = new_network("digits", n_templates=4, seed=1)
    >>> {name: weights.shape for name, weights in network.weights.items()}
    {'convolution 1': (4, 1, 3, 3), 'convolution 2': (8, 4, 3, 3), 'dense': (10, 128), 'dense bias': (10,)}
    """
    check_task(task)
    n_templates = TASKS[task].n_templates if n_templates is None else operator.index(n_templates)
    if not 1 <= n_templates <= MOST_TEMPLATES:
        raise ValueError(f"n_templates must be 1 to {MOST_TEMPLATES}, got {n_templates}")
    seed = operator.index(seed)
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed}")
    torch = one_thread_torch()
    model = build_model(task, n_templates)
    generator = _generator(seed, epoch=0)
    for parameter in model.parameters():
        if parameter.dim() == 4:  # templates whose scores are as large as their inputs, half of them cut to 0
            torch.nn.init.kaiming_uniform_(parameter, nonlinearity="relu", generator=generator)
        elif parameter.dim() == 2:
            torch.nn.init.kaiming_uniform_(parameter, a=5**0.5, generator=generator)
        else:
            torch.nn.init.zeros_(parameter)
    weights = _named_arrays(task, model.parameters())
    memory = {name: np.zeros((2, *array.shape), np.float32) for name, array in weights.items()}
    measured = [np.array([value]) for value in _measure(model, examples(task))]
    return Network(task, n_templates, seed, 0, weights, *measured, memory)


def train_epoch(network: Network, *, learning_rate: float | None = None, dropout: float | None = None) -> Network:
    """Show the network every training picture once, and return the `Network` it becomes. The old one stays as it is.

    Adam takes a step of about `learning_rate` (0 to 10) after each batch of 64 pictures, and a tenth less every epoch,
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
    generator = _generator(network.seed, network.epoch + 1)
    model = build_model(network.task, network.n_templates, network.weights, dropout, generator)
    memory = _show_all(model, network, learning_rate, generator)
    weights = _named_arrays(network.task, model.parameters())
    measured = _measure(model, examples(network.task))
    return replace(
        network,
        epoch=network.epoch + 1,
        weights=weights,
        memory=memory,
        **{name: np.append(getattr(network, name), value) for name, value in zip(MEASURED, measured, strict=True)},
    )


def _show_all(model, network, learning_rate, generator):
    """Train the model on every training picture once, from where the network is; Adam's memory after that."""
    torch = one_thread_torch()
    parts = examples(network.task)
    images, labels = torch.tensor(parts.train_images)[:, None], torch.tensor(parts.train_labels)
    optimizer = _adam(model, network, learning_rate, steps=network.epoch * -(-len(labels) // BATCH))
    model.train()
    for batch in torch.randperm(len(labels), generator=generator).split(BATCH):
        loss = torch.nn.functional.cross_entropy(values_after("Dense", model, images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    states = [optimizer.state[parameter] for parameter in model.parameters()]
    return _named_arrays(network.task, [torch.stack([s["exp_avg"], s["exp_avg_sq"]]) for s in states])


def _adam(model, network, learning_rate, steps):
    """The optimizer as it was after the network's last step."""
    torch = one_thread_torch()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate * DECAY**network.epoch)
    for parameter, means in zip(model.parameters(), network.memory.values(), strict=True):
        mean, square = torch.tensor(means)
        optimizer.state[parameter] = {"step": torch.tensor(float(steps)), "exp_avg": mean, "exp_avg_sq": square}
    return optimizer


def _measure(model, parts):
    """Loss on the training part, on the held-out part, then accuracy on both; without dropout."""
    torch = one_thread_torch()
    losses, accuracies = [], []
    with torch.no_grad():
        for images, labels in [(parts.train_images, parts.train_labels), (parts.test_images, parts.test_labels)]:
            scores, labels = values_after("Dense", model.eval(), torch.tensor(images)[:, None]), torch.tensor(labels)
            losses.append(torch.nn.functional.cross_entropy(scores, labels).item())
            accuracies.append((scores.argmax(dim=1) == labels).double().mean().item())
    return losses + accuracies


def _named_arrays(task, tensors):
    """Copies as read-only arrays, under the names of the task's weights."""
    arrays = [tensor.detach().numpy().copy() for tensor in tensors]
    for array in arrays:
        array.flags.writeable = False
    return dict(zip(TASKS[task].weights, arrays, strict=True))


def one_thread_torch():
    """Torch with one thread: the pictures are tiny, sessions share the cores, and the thread count changes rounding."""
    import torch  # slow to import, and only the functions that run a network need it

    torch.set_num_threads(1)
    return torch


def _generator(seed, epoch):
    """Random numbers for one epoch, apart from every other epoch's and from torch's global ones."""
    state = np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0]
    return one_thread_torch().Generator().manual_seed(int(state >> np.uint64(1)))


def build_model(task, n_templates, weights=None, dropout=0.0, generator=None):
    """The layers of a network as torch modules, under their names, in evaluation mode."""
    torch = one_thread_torch()
    if task == "lines":
        layers, n_pooled = _lines_layers(n_templates), n_templates
    else:
        layers, n_pooled = _digits_layers(n_templates, _dropout(dropout, generator)), 2 * n_templates * 4 * 4
    layers |= {
        "Flatten": torch.nn.Flatten(),
        "Dense": _unset(torch.nn.Linear, n_pooled, len(TASKS[task].answers)),
        "Probabilities": _softmax(),
    }
    model = torch.nn.Sequential(OrderedDict(layers)).eval()
    if weights is not None:
        with torch.no_grad():
            for parameter, array in zip(model.parameters(), weights.values(), strict=True):
                parameter.copy_(torch.tensor(array))
    return model


def _lines_layers(n_templates):
    nn = one_thread_torch().nn
    return {
        "Convolution": _unset(nn.Conv2d, 1, n_templates, 3, bias=False),
        "Activation": nn.ReLU(),
        "Pooling": nn.AdaptiveMaxPool2d(1),
    }


def _digits_layers(n_templates, dropout):
    nn = one_thread_torch().nn
    return {
        "Convolution 1": _unset(nn.Conv2d, 1, n_templates, 3, padding=1, bias=False),
        "Activation 1": nn.ReLU(),
        "Convolution 2": _unset(nn.Conv2d, n_templates, 2 * n_templates, 3, padding=1, bias=False),
        "Activation 2": nn.ReLU(),
        "Pooling": nn.MaxPool2d(2),
        "Dropout": dropout,
    }


def _unset(kind, *sizes, **options):
    """A module whose weights are still to be filled in: torch's own start would draw from the global generator."""
    return one_thread_torch().nn.utils.skip_init(kind, *sizes, **options)


def _dropout(share, generator):
    """While training, leaves a share of the values out and makes up for it; torch's draws from the global generator."""
    torch = one_thread_torch()
    module = torch.nn.Module()

    def forward(values):
        if not module.training or share == 0:
            return values
        return values * (torch.rand(values.shape, generator=generator) >= share) / (1 - share)

    module.forward = forward
    return module


def _softmax():
    module = one_thread_torch().nn.Module()
    module.forward = lambda scores: scores.double().softmax(dim=1)
    return module


def each_layer(model, values):
    """Yields every layer's name and what it hands on, when the model is given `values`, (n, 1, h, w)."""
    for name, module in model.named_children():
        values = module(values)
        yield name, values


def values_after(layer, model, values):
    """What the layer of this name hands on: the way through the model ends there."""
    return next(found for name, found in each_layer(model, values) if name == layer)
