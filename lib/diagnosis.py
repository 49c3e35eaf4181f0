"""What went wrong in a run, from what it saw and where it ended."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lib.judging import best_template, check_answers, learned_answers, mean_squared_errors, outputs
from lib.labeller import every_example, image_numbers
from lib.learning import Training


class Finding(NamedTuple):
    """What was found: of which kind, and the numbers to tell it with, by name."""

    kind: str
    numbers: dict[str, float]


def diagnose(run: Training, oracle: ArrayLike, *, bias: bool = False) -> Finding:
    """What weighs most of all that went wrong in a run. `bias` says whether it learned one. Images are 0 and 1.

    Kinds, in the order it looks for them: "runaway", "few images", "wrong labels", "one label", "unbalanced", then for
    an error far from the smallest possible "restless", "no better" or "slow"; else "healthy".

    >>> from lib.learning import train_template
    >>> diagnose(train_template([[1, 0]], learning_rate=20, engine="numpy"), [[1, 0]]).kind
    'runaway'
    """
    for look in (find_runaway, find_few_images, find_wrong_labels, find_unbalance, find_distance):
        finding = look(run, oracle, bias)
        if finding:
            return finding
    error, floor = mean_squared_errors(*stacked(run, best_template(oracle, bias=bias)), oracle).tolist()
    return Finding("healthy", {"error": error, "floor": floor})


def find_runaway(run, oracle, bias):
    """Weights that grew without end: at which step, and the largest there. Or None."""
    if run.diverged_at is None:
        return None
    largest = max(abs(run.templates[-1]).max(), abs(run.biases[-1]))
    return Finding("runaway", {"step": run.diverged_at, "largest": float(largest)})


def find_few_images(run, oracle, bias):
    """Fewer different images than there are numbers to learn, and how it does on them and on all. Or None."""
    seen, first = np.unique(image_numbers(run.images), return_index=True)
    n_weights = np.size(oracle) + bias
    if len(seen) >= n_weights:
        return None
    template, offset, images, labels = run.templates[-1], run.biases[-1], run.images[first], run.labels[first]
    everywhere = learned_answers(run, oracle)
    own = check_answers(template, offset, everywhere.threshold, images, labels, oracle)
    counts = {"n_seen": len(seen), "n_yes": int(labels.sum()), "n_weights": n_weights}
    return Finding(
        "few images", counts | {"own_right": own.right, "right": everywhere.right, "n": len(everywhere.is_found)}
    )


def find_wrong_labels(run, oracle, bias):
    """Labels that say the opposite of the labeller, and how much more a yes gets than a no, on average. Or None.

    `gap` is that of the run, `best_gap` that of the best template.
    """
    images, labels = every_example(oracle)
    n_wrong = int((run.labels != labels[image_numbers(run.images)]).sum())
    if not n_wrong:
        return None

    def gap(template, bias):
        y = outputs(template, bias, images, oracle)
        return float(y[labels == 1].mean() - y[labels == 0].mean())

    gaps = {"gap": gap(run.templates[-1], run.biases[-1]), "best_gap": gap(*best_template(oracle, bias=bias))}
    return Finding("wrong labels", {"n_wrong": n_wrong, "n_labels": len(run.labels)} | gaps)


def find_unbalance(run, oracle, bias):
    """One label much more often in the examples than in all images, and what the run says to those. Or None."""
    share, usual = float(run.labels.mean()), float(every_example(oracle)[1].mean())
    if abs(share - usual) <= 4 * math.sqrt(usual * (1 - usual) / len(run.labels)):  # chance alone: 1 run in 10,000
        return None
    answers = learned_answers(run, oracle)
    if share in (0, 1):
        return Finding("one label", {"label": int(share), "right": answers.right, "n": len(answers.is_found)})
    counts = {"says_yes": answers.found + answers.false_alarms, "n_yes": answers.found + answers.misses}
    shares = {"share": share, "usual": usual}
    return Finding("unbalanced", shares | counts | {"missed": answers.misses, "false_alarms": answers.false_alarms})


def find_distance(run, oracle, bias):
    """An error far above the smallest possible, or None.

    Steps that are too large jump about the best weights, so that the average of many is far better than the last:
    "restless". Else it is "no better" than at the start, or "slow": the share of the way it has come.
    """
    half = len(run.biases) // 2
    average = run.templates[half:].mean(axis=0), run.biases[half:].mean()
    best = best_template(oracle, bias=bias)
    nothing = np.zeros(np.shape(oracle)), 0.0
    start = run.templates[0], run.biases[0]
    errors = mean_squared_errors(*stacked(run, best, average, nothing, start), oracle).tolist()
    error, floor, middle, zero, first = errors
    above = error - floor
    if above <= (zero - floor) / 4:
        return None
    told = {"n_steps": len(run.losses), "error": error, "above": above}
    if middle - floor < above / 2:
        return Finding("restless", told)
    if first <= error:
        return Finding("no better", told)
    return Finding("slow", told | {"way": (first - error) / (first - floor)})


def stacked(run, *others):
    """The templates and biases of a run's end and of others, each (template, bias): (n, h, w) and (n,)."""
    templates, biases = zip((run.templates[-1], run.biases[-1]), *others, strict=True)
    return np.stack(templates), np.array(biases)
