"""Learn a template from labelled examples, instead of drawing it by hand.

The labeller (machine learning says oracle) is a template whose matches get the label 1, all other images the label 0.
Learning starts from random weights and sees images and labels, and the labeller's best value, but not its weights.
The article shows the loop but not how it makes its labels: that part is a reconstruction.
"""

import math
import threading
from dataclasses import dataclass

import numpy as np

from lib.images import all_images
from lib.matching import best_value, sort_images

RUNAWAY = 1000  # a weight or bias beyond this size is on its way to infinity
SAME = 1e-6  # outputs closer than this count as one: they differ by rounding only
# Torch gives Python's lock away several times a step: ten runs side by side take far longer than one after the other.
ONE_AT_A_TIME = threading.Lock()
CHANGES = ("none", "half strength", "inverted", "shifted", "noise")


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


@dataclass(frozen=True, eq=False)
class Learners:
    """Where many runs ended, one a seed. One that ran away stopped there: `diverged` says which."""

    templates: np.ndarray  # (seeds, h, w)
    biases: np.ndarray  # (seeds,)
    diverged: np.ndarray  # (seeds,) bool


def train_template(oracle, *, steps=1000, learning_rate=0.1, seed=0, bias=False, engine="torch", examples=None):
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
    with ONE_AT_A_TIME, np.errstate(all="ignore"):  # weights that run away overflow: `end_where_it_diverged` says so
        history = ENGINES[engine](inputs, labels.astype(float), start, float(learning_rate), bool(bias))
        return end_where_it_diverged(*map(np.array, history), images, labels)


def check_settings(steps, learning_rate):
    """ValueError unless there is at least one step, of a size above 0."""
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"learning_rate must be above 0 and finite, got {learning_rate}")


def start_template(shape, seed):
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


def train_many(oracle, *, seeds=256, steps=1000, learning_rate=0.1, bias=False):
    """The runs of `train_template` for the seeds 0 .. seeds - 1, all in one go: where they end, as `Learners`.

    Every step is one torch operation for all seeds together, so 256 runs take about as long as one.

    >>> bool(abs(train_many([[1, 0]], seeds=3, steps=200).templates - [[1, 0]]).max() < 0.01)
    True
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    check_settings(steps, learning_rate)
    inputs, labels = least_squares_inputs(oracle)
    inputs[:, -1] *= bias  # without a bias nothing pulls at it, and it stays 0
    numbers = np.stack([example_numbers(len(labels), steps, seed) for seed in range(seeds)], axis=1)  # (steps, seeds)
    starts = [[*start_template(np.shape(oracle), seed).flat, 0.0] for seed in range(seeds)]
    with ONE_AT_A_TIME:
        weights, diverged = train_batch(inputs, labels, numbers, starts, float(learning_rate))
    return Learners(weights[:, :-1].reshape(-1, *np.shape(oracle)), weights[:, -1], diverged)


def train_batch(inputs, labels, numbers, starts, learning_rate):
    """All runs side by side, with the gradient by hand: the last weights (runs, weights), and which diverged (runs,).

    `numbers` (steps, runs) says which of the inputs (n, weights) and labels (n,) each run sees at each step.
    """
    import torch

    inputs, labels, weights = (torch.tensor(part, dtype=torch.float64) for part in (inputs, labels, starts))
    running = torch.ones(len(weights), dtype=torch.bool)
    for seen in torch.tensor(numbers):
        images = inputs[seen]
        errors = (weights * images).sum(dim=1) - labels[seen]
        stepped = torch.addcmul(weights, images, 2 * errors[:, None], value=-learning_rate)
        largest = stepped.abs().amax(dim=1)
        weights = torch.where((running & largest.isfinite())[:, None], stepped, weights)
        running &= largest <= RUNAWAY  # never again true for one that ran away: it stays where it broke off
    return weights.numpy(), ~running.numpy()


def end_where_it_diverged(templates, biases, losses, images, labels):
    """Keep the steps until a weight or bias is beyond RUNAWAY or no number at all. Returns a `Training`."""
    largest = np.maximum(np.abs(templates).max(axis=(1, 2)), np.abs(biases))  # (steps + 1,)
    runaway = np.flatnonzero(~(largest <= RUNAWAY))  # "not <=", because comparisons with NaN are false
    diverged_at = int(runaway[0]) if runaway.size else None
    end = len(losses) if diverged_at is None else diverged_at - (not np.isfinite(largest[diverged_at]))
    return Training(templates[: end + 1], biases[: end + 1], losses[:end], images[:end], labels[:end], diverged_at)


def step_details(run, oracle):
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


def moments(last, *, also=0, most=70):
    """Steps from 0 to `last` worth looking at, at most `most`: close together at the start, where most happens.

    The step `also` is one of them.

    >>> moments(1000, also=321, most=10)
    [0, 1, 3, 10, 32, 100, 316, 321, 1000]
    """
    spaced = np.geomspace(1, max(last, 1), most - 3).round().astype(int).tolist()
    return sorted({0, min(also, last), last, *(step for step in spaced if step <= last)})


def labelled_examples(oracle, n, *, seed=0):
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


def example_numbers(n_images, n, seed):
    """Which of all images the n examples of a seed are, (n,)."""
    return np.random.default_rng(seed).integers(n_images, size=n)


def troubled_examples(oracle, n, *, seed=0, wrong=0.0, positives=None):
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
        no, yes = (part[(chance[1] * len(part)).astype(int)] for part in (everything[answers == 0],
                                                                         everything[answers == 1]))  # fmt: skip
        images, labels = np.where(is_yes[:, None, None], yes, no), is_yes.astype(np.float32)
    return images, np.where(chance[2] < wrong, 1 - labels, labels)


def check_share(name, share):
    """ValueError unless the share is from 0 to 1."""
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is a share from 0 to 1, got {share}")


def repeat_examples(examples, steps, shape):
    """The given images and labels, as many as there are steps: from the first again after the last."""
    images, labels = (np.asarray(part, dtype=np.float32) for part in examples)
    if labels.ndim != 1 or len(labels) == 0 or images.shape != (len(labels), *shape):
        raise ValueError(f"examples must be images (n, {shape[0]}, {shape[1]}) and labels (n,), at least one of each, "
                         f"got {images.shape} and {labels.shape}")  # fmt: skip
    turn = np.arange(steps) % len(labels)
    return images[turn], labels[turn]


def every_example(oracle):
    """Every binary image of the labeller's shape, (2 ** pixels, h, w), and its label 0 or 1, both float32.

    ValueError where the labeller is not a grid of 1 to 16 finite weights, or none of its weights is positive.

    >>> every_example([[1, 0]])[1].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    oracle = as_labeller(oracle)
    matches, _ = sort_images(oracle)
    return all_images(oracle.shape).astype(np.float32), matches.astype(np.float32)


def as_labeller(oracle):
    """The labeller as an array (h, w). ValueError where nothing can be learned from it."""
    oracle = np.asarray(oracle)
    if oracle.ndim != 2 or not 1 <= oracle.size <= 16:
        raise ValueError(f"The labeller must be a grid of 1 to 16 pixels, got shape {oracle.shape}")
    if not np.isfinite(oracle).all() or best_value(oracle) <= 0:
        raise ValueError(f"The labeller needs finite weights, at least one of them above 0, got {oracle.tolist()}")
    return oracle


def check_oracle(oracle):
    """Can learning be followed with this labeller? ValueError where it says yes to fewer than 1 image in 64.

    It never says yes to more than 1 in 2: a match needs the pixel of every positive weight, and there is at least one.

    >>> check_oracle([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
    """
    labels = every_example(oracle)[1]
    n, n_yes = len(labels), int(labels.sum())
    if n_yes < n / 64:
        raise ValueError(
            f"This labeller says yes to {n_yes:,} of all {n:,} pictures: too few to learn from, "
            f"it takes at least {math.ceil(n / 64):,}."
        )


def best_template(oracle, *, bias=False, positives=None):
    """The template, and bias, with the smallest mean squared error over all binary images: exact least squares.

    With `positives`, the mean is that of examples of which this share comes from the images the labeller says yes to,
    and the rest from the others. Of several templates with the same error (for a share of 0 or 1), the one with the
    smallest weights.

    >>> template, bias = best_template([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
    >>> template[0].round(6).tolist(), bias
    ([-0.15, 0.6, -0.15], 0.0)
    """
    inputs, labels = least_squares_inputs(oracle)
    if positives is not None:
        check_share("positives", positives)
        shares = np.where(labels == 1, positives / labels.sum(), (1 - positives) / (1 - labels).sum())
        inputs, labels = inputs * np.sqrt(shares)[:, None], labels * np.sqrt(shares)
    weights = np.linalg.lstsq(inputs if bias else inputs[:, :-1], labels)[0]
    return weights[: np.size(oracle)].reshape(np.shape(oracle)), float(weights[-1]) if bias else 0.0


def mean_squared_errors(templates, biases, oracle):
    """The mean over all binary images of (y - label)², for each template of a run: (n, h, w) and (n,) in, (n,) out.

    >>> mean_squared_errors([[[1, 0]], [[0, 0]]], [0, 0], [[1, 0]]).round(6).tolist()
    [0.0, 0.5]
    """
    shape = (len(biases), *np.shape(oracle))
    if np.shape(templates) != shape:
        raise ValueError(f"templates must have shape {shape}, got {np.shape(templates)}")
    inputs, labels = least_squares_inputs(oracle)
    weights = np.column_stack([np.reshape(templates, (len(biases), -1)), biases])  # (n, pixels + 1)
    # |inputs·w - labels|² = |R·w - Q'·labels|² + what no w can explain: a few rows in place of one for every image.
    q, r = np.linalg.qr(inputs)
    floor = np.square(labels - q @ (q.T @ labels)).sum()
    return (np.square(weights @ r.T - labels @ q).sum(axis=1) + floor) / len(labels)


def least_squares_inputs(oracle):
    """All binary images as rows of pixels / best value, and a last column of ones for the bias; and their labels."""
    images, labels = every_example(oracle)
    pixels = images.reshape(len(images), -1).astype(float) / best_value(oracle)
    return np.column_stack([pixels, np.ones(len(images))]), labels.astype(float)


def check_answers(template, bias, threshold, images, labels, oracle):
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


def separation(template, bias, oracle):
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


def best_cut(y, labels):
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


def learned_answers(run, oracle):
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


def output_groups(template, bias, oracle):
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


def diagnose(run, oracle, *, bias=False):
    """A plain sentence or two on what went wrong in a `Training`, from what it saw and where it ended.

    Looks for what weighs most first: weights that ran away, too few different images, wrong labels, one label too
    often, an error far from the smallest possible. `bias` says whether the run learned one. Images are 0 and 1.

    >>> diagnose(train_template([[1, 0]], learning_rate=20, engine="numpy"), [[1, 0]]).split(":")[0]
    'It broke off at step 2'
    """
    for look in (find_runaway, find_few_images, find_wrong_labels, find_unbalance, find_distance):
        words = look(run, oracle, bias)
        if words:
            return words
    error, floor = mean_squared_errors(*stacked(run, best_template(oracle, bias=bias)), oracle)
    return f"Nothing is wrong: its error of {in_short(error)} is close to {in_short(floor)}, the smallest possible."


def find_runaway(run, oracle, bias):
    """The words for weights that grew without end, or None."""
    if run.diverged_at is None:
        return None
    largest = max(abs(run.templates[-1]).max(), abs(run.biases[-1]))
    return (
        f"It broke off at step {run.diverged_at:,}: each step overshoots further than the error it corrects, and the "
        f"largest weight has grown to {in_short(largest)}."
    )


def find_few_images(run, oracle, bias):
    """The words for fewer different images than there are numbers to learn, or None."""
    seen, first = np.unique(image_numbers(run.images), return_index=True)
    n, n_weights = len(seen), np.size(oracle) + bias
    if n >= n_weights:
        return None
    everywhere = learned_answers(run, oracle)
    own = check_answers(
        run.templates[-1], run.biases[-1], everywhere.threshold, run.images[first], run.labels[first], oracle
    )
    return (
        f"It saw only {n} different picture{'s' * (n > 1)}, {int(run.labels[first].sum())} of them yes. They settle at "
        f"most {n} of the {n_weights} numbers it learns; nobody taught the rest, which is as the random start left it. "
        f"It is right on {own.right} of its own {n}, but only on {everywhere.right} of all "
        f"{len(everywhere.is_found):,}."
    )


def find_wrong_labels(run, oracle, bias):
    """The words for labels that say the opposite of the labeller, or None."""
    images, labels = every_example(oracle)
    n_wrong = int((run.labels != labels[image_numbers(run.images)]).sum())
    if not n_wrong:
        return None

    def gap(template, bias):
        y = outputs(template, bias, images, oracle)
        return y[labels == 1].mean() - y[labels == 0].mean()

    now, best = gap(run.templates[-1], run.biases[-1]), gap(*best_template(oracle, bias=bias))
    effect = (
        "leave next to nothing of the pattern" if abs(now) < 0.1 * best else
        "turn it around" if now < 0 else
        "pull the outputs together" if now < 0.9 * best else
        "did little here"
    )  # fmt: skip
    way = f"{in_short(abs(now))} {'less' if now < 0 else 'more'}"
    return (
        f"{n_wrong:,} of its {len(run.labels):,} labels are wrong. They {effect}: on average, a yes picture gets {way} "
        f"than a no, where the best template gives it {in_short(best)} more."
    )


def image_numbers(images):
    """Which of `every_example` the binary images (n, h, w) are, (n,): number i holds the bits of i."""
    pixels = images.reshape(len(images), -1).astype(int)
    return pixels @ (1 << np.arange(pixels.shape[1] - 1, -1, -1))


def find_unbalance(run, oracle, bias):
    """The words for one label much more often in the examples than in all images, or None."""
    share, usual = run.labels.mean(), every_example(oracle)[1].mean()
    if abs(share - usual) <= 4 * math.sqrt(usual * (1 - usual) / len(run.labels)):  # chance alone: 1 run in 10,000
        return None
    answers = learned_answers(run, oracle)
    n, n_yes = len(answers.is_found), answers.found + answers.misses
    says_yes = answers.found + answers.false_alarms
    if share in (0, 1):
        only, other = ("yes", "no") if share else ("no", "yes")
        return (
            f"All of its examples are {only}, so nothing ever taught it to say {other}: it says {only} to all {n:,} "
            f"pictures, and is right on {answers.right:,}."
        )
    return (
        f"{in_short(100 * share)} % of its examples are yes, of all pictures {in_short(100 * usual)} %. It says yes to "
        f"{says_yes:,} pictures where {n_yes:,} are: {answers.misses:,} missed, {answers.false_alarms:,} false alarms."
    )


def find_distance(run, oracle, bias):
    """The words for an error far above the smallest possible, or None.

    Steps that are too large jump about the best weights, so that the average of many is far better than the last.
    """
    half = len(run.biases) // 2
    average = run.templates[half:].mean(axis=0), run.biases[half:].mean()
    best = best_template(oracle, bias=bias)
    nothing = np.zeros(np.shape(oracle)), 0.0
    start = run.templates[0], run.biases[0]
    error, floor, middle, zero, first = mean_squared_errors(*stacked(run, best, average, nothing, start), oracle)
    above = error - floor
    if above <= (zero - floor) / 4:
        return None
    words = (
        f"After {len(run.losses):,} steps its error is {in_short(error)}, still {in_short(above)} above the smallest"
    )
    if middle - floor < above / 2:
        return f"{words}: its steps are too large to come to rest, so it jumps about the best weights."
    if first <= error:
        return f"{words}, and no smaller than at the start."
    way = 100 * (first - error) / (first - floor)
    return f"{words}: it has come {way:.0f} % of the way from its start. With steps this small, it takes many more."


def stacked(run, *others):
    """The templates and biases of a run's end and of others, each (template, bias): (n, h, w) and (n,)."""
    templates, biases = zip((run.templates[-1], run.biases[-1]), *others, strict=True)
    return np.stack(templates), np.array(biases)


def in_short(x):
    """A number with three digits that count, or whole and with commas: for sentences.

    >>> in_short(0.06875), in_short(-1234.5)
    ('0.0688', '−1,234')
    """
    return (f"{x:,.0f}" if abs(x) >= 1000 else f"{round(float(x), 9):.3g}").replace("-", "−")


def highest_perfect_rate(oracle, rates, *, steps=1000, seed=0, bias=True):
    """The highest of the learning rates whose template gets every binary image right after the last step, or None.

    The runs are those of `train_template` with the engine "numpy"; one that diverged does not count.

    >>> highest_perfect_rate([[1, 0]], [0.05, 0.1, 20], steps=200)
    0.1
    """

    def train(rate, steps):
        return train_template(oracle, steps=steps, learning_rate=rate, seed=seed, bias=bias, engine="numpy")

    for rate in sorted(rates, reverse=True):
        if train(rate, math.ceil(steps / 20)).diverged_at is not None:
            continue  # a longer run begins like a shorter one: no need to wait for its end
        run = train(rate, steps)
        if run.diverged_at is None and separation(run.templates[-1], run.biases[-1], oracle).accuracy == 1:
            return rate
    return None


def outputs(template, bias, images, oracle):
    """y = sum(template × image) / best value + bias, for each of the images (n, h, w): (n,)."""
    template, images = np.asarray(template, dtype=float), np.asarray(images)
    if len(images) == 0 or images.shape[1:] != template.shape or template.shape != np.shape(oracle):
        shapes = f"{images.shape}, {template.shape} and {np.shape(oracle)}"
        raise ValueError(f"images (n, h, w), template and labeller must have one shape (h, w), got {shapes}")
    if not np.isfinite([*template.flat, bias]).all():
        raise ValueError(f"template and bias must be finite, got {template.tolist()} and {bias}")
    return images.reshape(len(images), -1) @ template.ravel() / best_value(oracle) + bias


def change_images(images, change, *, seed=0):
    """Change what the camera sees, not what is on it: (n, h, w) in, changed copies out, float32, 0 to 1.

    "shifted" moves everything one column to the right: black comes in, the last column is lost. "noise" adds normal
    noise of standard deviation 0.5, cut off at 0 and 1 because no pixel is darker than black or brighter than full.

    >>> change_images([[[1, 0, 1]]], "shifted").tolist()
    [[[0.0, 1.0, 0.0]]]
    """
    images = np.array(images, dtype=np.float32)
    if change not in CHANGES:
        raise ValueError(f"change must be one of {', '.join(CHANGES)}, got {change!r}")
    if change == "half strength":
        return images / 2
    if change == "inverted":
        return 1 - images
    if change == "shifted":
        return np.concatenate([np.zeros_like(images[..., :1]), images[..., :-1]], axis=-1)
    if change == "noise":
        noise = np.random.default_rng(seed).normal(scale=0.5, size=images.shape)
        return np.clip(images + noise, 0, 1).astype(np.float32)
    return images
