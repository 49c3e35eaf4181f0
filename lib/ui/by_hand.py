"""What one does with a pencil at a lesson: its own picture and template, with what is to be worked out left empty."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lib.codec import decode_image, decode_levels
from lib.convolution import correlate, correlate_plainly, output_shape
from lib.explosion import count_templates, full_size_cost
from lib.images import crop, planted_lines, planted_patterns, random_image, to_binary, to_gray
from lib.labeller import check_oracle
from lib.learning import train_template, train_with_numpy
from lib.matching import best_value, is_match, score
from lib.parts import chain, double, max_pool, percentages, probabilities
from lib.tasks import TASKS, examples
from lib.ui import choices as chosen  # noqa: TID251, neither has streamlit
from lib.ui.words import number  # noqa: TID251

SMALL = 16  # rows or columns that one fills in by hand
LARGEST_DRAWN = 32  # rows or columns, as on the page
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)


class Grid(NamedTuple):
    """Numbers (h, w) with a title."""

    title: str
    values: np.ndarray
    given: bool = True  # else to be filled in
    marked: np.ndarray | None = None  # (h, w) bool: cells with a thick frame
    border: int = 0  # cells of padding around it


class Exercise(NamedTuple):
    """One lesson on paper."""

    row: tuple  # of a `Grid` or a sign like ×, from left to right
    lines: list[str]  # below them, each with `gap`s
    code: tuple[Callable, ...]  # the plain code of the idea


def gap(answer) -> str:
    """A place to write an answer, in a line of an `Exercise`.

    >>> gap(9), gap("yes")
    ('⟦9⟧', '⟦yes⟧')
    """
    if isinstance(answer, int):
        return f"⟦{answer:,}⟧".replace("-", "−")
    return f"⟦{answer if isinstance(answer, str) else number(answer)}⟧"


def exercise(lesson) -> Exercise:
    """The exercise of a `Lesson`. Choices that make no sense fall back to the page's defaults, as on the pages.

    >>> from lib.courses import Lesson
    >>> exercise(Lesson("start", (("start_a", "-2"),))).lines[0]
    '−2 goes in. × 2 = ⟦−4⟧, × 2 = ⟦−8⟧, × 2 = ⟦−16⟧'
    """
    return EXERCISES[lesson.page](dict(lesson.choices))


def start(choices):
    a = chosen.whole(choices, "start_a", 3, -10, 10)
    scores = [chosen.decimal(choices, key, default) for key, default in (("start_dog", 3.0), ("start_cat", 1.0))]
    dog, cat = percentages(probabilities(scores))
    sure = "neither" if dog == cat else "dog" if dog > cat else "cat"
    values = ", ".join(f"× 2 = {gap(value)}" for value in chain([double] * 3, a)[1:])
    return Exercise(
        (),
        [
            f"{number(a)} goes in. {values}",
            f"Dog has a score of {number(scores[0])}, cat {number(scores[1])}. Whose share is larger? {gap(sure)}",
            f"The two shares, which always sum to 100 %: {gap(f'{dog:.1f}')} % dog and {gap(f'{cat:.1f}')} % cat",
        ],
        (double, chain, probabilities),
    )


def images(choices):
    gray = to_gray(chosen.colour_picture(choices))
    threshold, part = chosen.whole(choices, "image_threshold", 128, 1, 255), gray[:SMALL, :SMALL]
    binary, where = to_binary(part, threshold), "" if part.size == gray.size else ", top left corner"
    rows, columns = gray.shape
    return Exercise(
        (Grid(f"Gray, 0 to 255{where}", part), Grid(f"Binary: 1 from {threshold} on", binary, given=False)),
        [
            f"Pixels that are 1: {gap(int(binary.sum()))} of {binary.size}",
            f"Numbers in the whole picture, in gray: {rows} × {columns} = {gap(gray.size)}",
            f"Numbers in colour: {rows} × {columns} × {gap(3)} = {gap(3 * gray.size)}",
        ],
        (to_gray, to_binary),
    )


def template_matching(choices):
    template = chosen.template_of(choices, "match_template", (3, 3))
    value, seed = chosen.value_of(choices, "match_value", template), chosen.whole(choices, "match_seed", 3, 0, 99)
    named = {
        "random": random_image((15, 3), seed=seed)[:3],
        "all yellow": np.ones((3, 3), np.uint8),
        "identical": (template > 0).astype(np.uint8),
    }
    image = chosen.picture_of(choices, "match_picture", named, "identical", (3, 3))
    verdict = "yes" if is_match(image, template, value) else "no"
    return Exercise(
        (*_products(image, template),),
        [f"Sum: {gap(score(image, template))}", f"A match needs at least {number(value)}. A match? {gap(verdict)}"],
        (score, best_value, is_match),
    )


def template_explosion(choices):
    shape = rows, columns = [chosen.whole(choices, f"explosion_{way}", 11, 3, 4000) for way in ("rows", "columns")]
    length = chosen.whole(choices, "explosion_length", 3, 2, 10)
    usual = {"vertical line": np.ones((length, 1), np.uint8)}
    pattern = crop(chosen.picture_of(choices, "explosion_pattern", usual, "vertical line"))
    pattern = pattern if pattern.size else usual["vertical line"]
    h, w = pattern.shape
    cost = full_size_cost(shape, pattern.shape)
    drawn = cost.templates > 0 and max(shape) <= LARGEST_DRAWN
    down, across = max(rows - h + 1, 0), max(columns - w + 1, 0)
    return Exercise(
        (_one_template(choices, shape, pattern, cost.templates),) if drawn else (Grid("Pattern", pattern),),
        [
            f"The picture has {rows:,} × {columns:,} pixels, the pattern {h} × {w}. It fits {gap(down)} times down × "
            f"{gap(across)} times across = {gap(cost.templates)} templates",
            f"Each has {rows:,} × {columns:,} = {gap(rows * columns)} weights, all together {gap(cost.weights)}",
        ],
        (count_templates, full_size_cost),
    )


def _one_template(choices, shape, pattern, count):
    seed, at = (chosen.whole(choices, key, 0, 0, last) for key, last in
                (("explosion_seed", 99), ("explosion_template", count - 1)))  # fmt: skip
    top, left = divmod(at, shape[1] - pattern.shape[1] + 1)
    marked = np.zeros(shape, bool)
    marked[top : top + pattern.shape[0], left : left + pattern.shape[1]] = pattern > 0
    image = planted_patterns(shape, [pattern], chosen.COPIES, seed=seed)[0]
    return Grid(f"A picture; template {at} has its pattern in the thick frame", image, marked=marked)


def convolution(choices):
    image, template = chosen.slid_over(choices), chosen.template_of(choices, "conv_template")
    value = chosen.value_of(choices, "conv_value", template, decimals=True)
    steps = {
        name: chosen.whole(choices, f"conv_{name}", *bounds)
        for name, bounds in {"stride": (1, 1, 4), "padding": (0, 0, 3), "dilation": (1, 1, 3)}.items()
    }
    try:
        output_shape(image.shape, template.shape, **steps)
    except ValueError:  # what the page shows then
        image, template, value = planted_lines((11, 11), chosen.COPIES)[0], chosen.LINE, 3
        steps = {"stride": 1, "padding": 0, "dilation": 1}
    scores = correlate(image, template, **steps).round(9)
    stride, padding, dilation = steps.values()
    lines = [
        f"({gap(n)} + 2 × {gap(padding)} − {gap(dilation * (m - 1) + 1)}) ÷ {gap(stride)} + 1 = {gap(size)} {what}"
        + (", rounded down" if stride > 1 else "")
        for n, m, size, what in zip(image.shape, template.shape, scores.shape, ("rows", "columns"), strict=True)
    ]
    lines[0] = f"Size of the score map: {lines[0]}"
    spread = f", its numbers {dilation} cells apart" if dilation > 1 else ""
    row = (Grid(f"Template{spread}", template),)
    if max(image.shape) <= SMALL:
        lines.append(f"Scores that reach {number(value)}: {gap(int((scores >= value).sum()))}")
        steps_of = f", in steps of {stride}" if stride > 1 else ""
        picture = Grid("Picture", np.pad(image, padding), border=padding)
        row = (picture, *row, Grid(f"Score map{steps_of}", scores, given=False))
    else:
        lines.insert(0, f"The picture has {image.shape[0]} × {image.shape[1]} pixels.")
    return Exercise(row, lines, (correlate_plainly, output_shape))


def learning(choices):
    oracle = chosen.template_of(choices, "learn_template", (3, 3))
    try:
        check_oracle(oracle)
    except ValueError:
        oracle = chosen.LINE
    rate, seed = choices.get("learn_rate"), chosen.whole(choices, "learn_seed", 50, 0, 99)
    rate = next((one for one in RATES if str(one) == rate), 0.1)
    with_bias = choices.get("learn_bias") == "true"
    run = train_template(oracle, learning_rate=rate, seed=seed, bias=with_bias, engine="numpy")
    step = min(chosen.whole(choices, "learn_step", 1000, 0, 1000), len(run.losses))
    template, bias = run.templates[step].round(2), round(float(run.biases[step]), 2)
    image, label, best = run.images[0].astype(int), int(run.labels[0]), best_value(oracle)
    total = round(float((image * template).sum()), 2)
    output = round(total / best + bias, 2)
    return Exercise(
        (*_products(image, template, f"Template after {step} steps"),),
        [
            f"Sum: {gap(total)}",
            f"Output: sum ÷ {number(best)}{f' + bias {number(bias)}' if with_bias else ''} = {gap(output)}",
            f"The label is {'yes, 1' if label else 'no, 0'}. Error: output − label = {gap(round(output - label, 2))}, "
            f"squared {gap(round((output - label) ** 2, 2))}",
        ],
        (train_with_numpy,),
    )


def network(choices):
    name = "lines" if choices.get("network_task") == "Lines" else "digits"
    task, held_back = TASKS[name], examples(name)
    at = chosen.whole(choices, f"network_{name}_example", 1, 0, len(held_back.test_labels) - 1)
    usual = {"example": np.rint(held_back.test_images[at] * task.levels).astype(int)}
    read = decode_levels if task.levels > 1 else decode_image
    image = chosen.picture_of(choices, f"network_{name}_picture", usual, "example", task.shape, read)
    label = task.answers[held_back.test_labels[at]] if image is usual["example"] else "painted: nobody gave it a label"
    pooled = Grid("Pooling: the largest of each 2 × 2", max_pool(image), given=False)
    return Exercise(
        (Grid(f"Picture, 0 to {task.levels}", image), pooled),
        [
            f"What is it? {gap(label)}",
            f"What does a network say about a picture of noise? {gap('some answer: its shares sum to 100 %')}",
        ],
        (max_pool, probabilities),
    )  # fmt: skip


EXERCISES = {one.__name__: one for one in
             (start, images, template_matching, template_explosion, convolution, learning, network)}  # fmt: skip


def _products(image, template, title="Template"):
    return Grid("Picture", image), "×", Grid(title, template), "=", Grid("Products", image * template, given=False)
