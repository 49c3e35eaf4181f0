"""A small network without torch: every layer's values in float64, and some networks and pictures to try it on."""

from functools import lru_cache

import numpy as np
import pytest

from lib.convolution import correlate
from lib.network import MEASURED, new_network, train_epoch
from lib.parts import max_pool, probabilities, relu
from lib.tasks import TASKS

both_tasks = pytest.mark.parametrize("task", TASKS)


@lru_cache
def trained(task, epochs, seed=0, n_templates=None):
    network = new_network(task, seed=seed, n_templates=n_templates)
    for _ in range(epochs):
        network = train_epoch(network)
    return network


def by_hand(network, image):
    """Every layer's values, made without torch, in float64."""
    weights = {name: array.astype(float) for name, array in network.weights.items()}
    image = np.asarray(image, dtype=float)
    layers = [image[None]]
    if network.task == "lines":
        layers.append(np.array([correlate(image, template) for template in weights["convolution 1"][:, 0]]))
        layers.append(relu(layers[-1]))
        layers.append(np.array([[[scores.max()]] for scores in layers[-1]]))
    else:
        for name in ("convolution 1", "convolution 2"):
            deep = layers[-1].transpose(1, 2, 0)  # correlate has the channels last
            templates = weights[name].transpose(0, 2, 3, 1)
            layers.append(np.array([correlate(deep, template, padding=1) for template in templates]))
            layers.append(relu(layers[-1]))
        layers.append(np.array([max_pool(scores) for scores in layers[-1]]))
        layers.append(layers[-1])  # dropout leaves nothing out
    layers.append(weights["dense"] @ layers[-1].ravel() + weights["dense bias"])
    layers.append(probabilities(layers[-1]))
    return layers


def random_pictures(task, n, seed=0):
    return np.random.default_rng(seed).random((n, *TASKS[task].shape)).astype(np.float32)


def same(one, other):
    pairs = [(one.weights[name], other.weights[name]) for name in one.weights]
    pairs += [(one.memory[name], other.memory[name]) for name in one.memory]
    pairs += [(getattr(one, name), getattr(other, name)) for name in MEASURED]
    return one.epoch == other.epoch and all(np.array_equal(a, b) for a, b in pairs)
