"""The best template, errors, thresholds and answers against planted facts and brute force."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.judging import (
    best_template,
    check_answers,
    highest_perfect_rate,
    learned_answers,
    mean_squared_errors,
    output_groups,
    separation,
)
from lib.labeller import check_oracle, every_example, troubled_examples
from lib.learning import train_template
from lib.matching import best_value
from tests.brute_force import LINE, LOPSIDED, brute_images, brute_labels, brute_outputs, labellers

RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)


def test_least_squares_without_a_bias_is_not_the_pattern():
    template, bias = best_template(LINE)
    np.testing.assert_allclose(template, np.where(LINE, 0.6, -0.15), atol=1e-12)
    assert bias == 0
    answers = separation(template, bias, LINE)
    assert (answers.right, answers.found + answers.misses) == (502, 64)
    assert answers.accuracy == 502 / 512
    np.testing.assert_allclose(mean_squared_errors([template], [bias], LINE), 0.06875, atol=1e-12)


def test_least_squares_with_a_bias_is_the_pattern():
    template, bias = best_template(LINE, bias=True)
    np.testing.assert_allclose(template, LINE * 0.75, atol=1e-12)
    assert bias == pytest.approx(-0.25, abs=1e-12)
    answers = separation(template, bias, LINE)
    assert answers.threshold == pytest.approx(0.375)
    assert (answers.right, answers.found, answers.misses, answers.false_alarms) == (512, 64, 0, 0)
    np.testing.assert_allclose(mean_squared_errors([template], [bias], LINE), 0.0625, atol=1e-12)


def test_the_articles_own_template_is_right_and_yet_has_a_large_error():
    errors = mean_squared_errors([LINE, 0 * LINE], [0, 0], LINE)
    np.testing.assert_allclose(errors, [0.625 / 3, 0.125], atol=1e-12)
    assert separation(LINE, 0, LINE).right == 512


@settings(max_examples=40)
@given(labellers(), st.booleans())
def test_best_template_is_the_least_squares_solution(oracle, bias):
    columns = [image.ravel() / best_value(oracle) for image in brute_images(oracle.shape)]
    matrix = np.array([[*pixels, 1.0] if bias else pixels for pixels in columns])
    expected = np.linalg.solve(matrix.T @ matrix, matrix.T @ brute_labels(oracle))  # the normal equations
    template, offset = best_template(oracle, bias=bias)
    np.testing.assert_allclose([*template.flat, *([offset] if bias else [])], expected, atol=1e-8)
    assert bias or offset == 0


@settings(max_examples=40)
@given(labellers(), st.integers(0, 2**32))
def test_mean_squared_errors_are_the_mean_of_every_squared_error(oracle, seed):
    rng = np.random.default_rng(seed)
    templates, biases = rng.normal(size=(3, *oracle.shape)), rng.normal(size=3)
    expected = [
        np.mean((np.array(brute_outputs(template, bias, oracle)) - brute_labels(oracle)) ** 2)
        for template, bias in zip(templates, biases, strict=True)
    ]
    np.testing.assert_allclose(mean_squared_errors(templates, biases, oracle), expected, rtol=1e-9)


def brute_separation(template, bias, oracle):
    """(right, -false alarms, threshold): try each candidate on each image, one by one."""
    y, labels = brute_outputs(template, bias, oracle), brute_labels(oracle)
    distinct = []
    for value in sorted(y):
        if not distinct or value - distinct[-1] > 1e-6:
            distinct.append(value)
    middles = [(a + b) / 2 for a, b in itertools.pairwise(distinct)]
    tried = []
    for threshold in [distinct[0] - 1, *middles, distinct[-1] + 1]:
        right = sum((value >= threshold) == label for value, label in zip(y, labels, strict=True))
        false_alarms = sum(value >= threshold and not label for value, label in zip(y, labels, strict=True))
        tried.append((right, -false_alarms, threshold))
    return max(tried)


@settings(max_examples=60)
@given(labellers(shapes=[(1, 1), (1, 4), (2, 3)]), st.data())
def test_separation_is_the_best_of_all_thresholds(oracle, data):
    weights = st.integers(-2, 2) | st.sampled_from([0.3, 0.1 + 0.2, 1 / 3])  # many ties, some by rounding only
    template = data.draw(arrays(np.float64, oracle.shape, elements=weights))
    right, minus_false_alarms, threshold = brute_separation(template, 0.25, oracle)
    answers = separation(template, 0.25, oracle)
    assert (answers.right, answers.false_alarms) == (right, -minus_false_alarms)
    assert answers.threshold == pytest.approx(threshold, abs=1e-5)
    assert answers.accuracy == right / 2**oracle.size


def test_separation_can_say_no_to_everything():
    answers = separation(-LINE, 0, LINE)
    assert (answers.threshold, answers.right, answers.found, answers.misses, answers.false_alarms) == (1, 448, 0, 64, 0)


def test_separation_prefers_no_to_yes_where_both_are_as_right():
    answers = separation([[0.0]], 0.5, [[1]])  # one image of each label, one output: nothing to separate them by
    assert (answers.threshold, answers.right, answers.found, answers.false_alarms) == (1.5, 1, 0, 0)


def test_outputs_that_differ_by_rounding_only_are_one():
    assert separation([[1e-5, 0]], 0, [[1, 0]]).right == 4
    answers = separation([[1e-8, 0]], 0, [[1, 0]])
    assert (answers.right, answers.false_alarms) == (2, 0)
    assert answers.threshold == pytest.approx(1)


def test_separation_agrees_with_its_own_threshold():
    run = train_template(LINE, steps=30, seed=5, engine="numpy")
    answers = separation(run.templates[-1], 0, LINE)
    again = check_answers(run.templates[-1], 0, answers.threshold, *every_example(LINE), LINE)
    assert (again.right, again.found, again.misses) == (answers.right, answers.found, answers.misses)
    assert answers.right + answers.misses + answers.false_alarms == 512


def test_the_masks_point_at_the_images():
    images = np.array([[[1, 0]], [[1, 1]], [[0, 1]], [[0, 0]]])
    answers = check_answers(
        [[0, 1]], 0, 0.5, images, [1, 1, 0, 0], [[1, 0]]
    )  # a template that looks at the wrong pixel
    assert answers.is_found.tolist() == [False, True, False, False]
    assert answers.is_missed.tolist() == [True, False, False, False]
    assert answers.is_false_alarm.tolist() == [False, False, True, False]
    assert (answers.found, answers.misses, answers.false_alarms, answers.right) == (1, 1, 1, 2)


def test_a_score_equal_to_the_threshold_is_a_yes():
    assert check_answers([[1]], 0, 1, [[[1]]], [1], [[1]]).found == 1


@pytest.mark.parametrize("seed", [*range(0, 100, 9), 52])  # the last has none
def test_the_highest_perfect_rate_is_the_last_of_those_that_get_all_right(seed):
    right = {}
    for rate in RATES:
        run = train_template(LINE, learning_rate=rate, seed=seed, bias=True, engine="numpy")
        right[rate] = separation(run.templates[-1], run.biases[-1], LINE).right if run.diverged_at is None else 0
    perfect = [rate for rate in RATES if right[rate] == 512]
    assert highest_perfect_rate(LINE, RATES, seed=seed) == (max(perfect) if perfect else None)


def test_a_seed_may_have_no_perfect_rate():
    assert highest_perfect_rate(LINE, [20, 0.001], seed=0) is None


# A share of yes of its own


@settings(max_examples=40)
@given(labellers(), st.booleans(), st.floats(0.02, 0.98))
def test_best_template_of_a_mix_solves_its_own_normal_equations(oracle, bias, positives):
    labels = brute_labels(oracle)
    shares = [positives / labels.sum() if label else (1 - positives) / (labels == 0).sum() for label in labels]
    columns = [image.ravel() / best_value(oracle) for image in brute_images(oracle.shape)]
    rows = [np.append(pixels, 1.0) if bias else pixels for pixels in columns]
    square = sum(share * np.outer(row, row) for share, row in zip(shares, rows, strict=True))
    side = sum(share * label * row for share, label, row in zip(shares, labels, rows, strict=True))
    if np.linalg.matrix_rank(square) < len(side):
        return
    template, offset = best_template(oracle, bias=bias, positives=positives)
    np.testing.assert_allclose([*template.flat, *([offset] if bias else [])], np.linalg.solve(square, side), atol=1e-7)
    assert bias or offset == 0


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("oracle", [LINE, LOPSIDED], ids=["line", "lopsided"])
def test_the_usual_share_of_yes_has_the_usual_best_template(oracle, bias):
    usual, mixed = (
        best_template(oracle, bias=bias),
        best_template(oracle, bias=bias, positives=brute_labels(oracle).mean()),
    )
    np.testing.assert_allclose(mixed[0], usual[0], atol=1e-12)
    assert mixed[1] == pytest.approx(usual[1], abs=1e-12)


def test_the_best_template_of_one_label_only():
    np.testing.assert_allclose(
        best_template(LINE, positives=1)[0], LINE, atol=1e-9
    )  # 1 for each line, and nothing less
    np.testing.assert_allclose(best_template(LINE, positives=0)[0], 0 * LINE, atol=1e-9)
    for positives in (0, 1):
        template, bias = best_template(LINE, bias=True, positives=positives)
        y = np.array(brute_outputs(template, bias, LINE))
        np.testing.assert_allclose(y[brute_labels(LINE) == positives], positives, atol=1e-9)
    line, others = best_template(LINE, bias=True, positives=1), np.hstack([1 / 3, 1 / 3, 1 / 3, 1])
    np.testing.assert_allclose([*line[0][:, 1], line[1]], others / np.square(others).sum(), atol=1e-9)  # the shortest


# Outputs in groups, and answers with a threshold from the examples


def test_with_a_bias_the_best_template_has_four_outputs():
    values, n_no, n_yes = output_groups(*best_template(LINE, bias=True), LINE)
    np.testing.assert_allclose(values, [-0.25, 0, 0.25, 0.5], atol=1e-12)
    assert (n_no.tolist(), n_yes.tolist()) == ([64, 192, 192, 0], [0, 0, 0, 64])


def test_without_a_bias_ten_pictures_are_on_the_wrong_side():
    values, n_no, n_yes = output_groups(*best_template(LINE), LINE)
    np.testing.assert_allclose(values, np.arange(-6, 13) * 0.05, atol=1e-12)
    assert n_no[values > 0.375].sum() + n_yes[values < 0.375].sum() == 10


@settings(max_examples=40)
@given(labellers(shapes=[(1, 1), (1, 4), (2, 3)]), st.data())
def test_groups_of_outputs_count_every_image_once(oracle, data):
    template = data.draw(arrays(np.float64, oracle.shape, elements=st.sampled_from([0, 1, 0.3, 0.1 + 0.2, -0.5])))
    counted = {}
    for value, label in zip(brute_outputs(template, 0.25, oracle), brute_labels(oracle), strict=True):
        counted.setdefault(round(value, 5), [0, 0])[int(label)] += 1
    values, n_no, n_yes = output_groups(template, 0.25, oracle)
    assert values.tolist() == sorted(values)
    assert {round(v, 5): [a, b] for v, a, b in zip(values, n_no, n_yes, strict=True)} == counted


@pytest.mark.parametrize("wrong", [0, 0.3])
def test_no_threshold_is_better_for_the_runs_own_examples(wrong):
    for seed in range(5):
        examples = troubled_examples(LINE, 100, seed=seed, wrong=wrong)
        run = train_template(LINE, steps=100, seed=seed, engine="numpy", examples=examples)
        answers = learned_answers(run, LINE)
        y = (run.templates[-1] * run.images).sum(axis=(1, 2)) / 3
        own = [int(((y >= threshold) == run.labels).sum()) for threshold in (answers.threshold, -9, 9, *(y - 1e-9))]
        assert own[0] == max(own)
        yes = np.array(brute_outputs(run.templates[-1], 0, LINE)) >= answers.threshold
        assert answers.found == (yes & (brute_labels(LINE) == 1)).sum()
        assert answers.false_alarms == (yes & (brute_labels(LINE) == 0)).sum()


@pytest.mark.parametrize(("positives", "threshold"), [(1, -np.inf), (0, np.inf)])
def test_one_label_only_gives_one_answer_only(positives, threshold):
    run = train_template(LINE, engine="numpy", examples=troubled_examples(LINE, 1000, positives=positives))
    answers = learned_answers(run, LINE)
    assert answers.threshold == threshold
    assert (answers.found, answers.false_alarms) == (64 * positives, 448 * positives)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: best_template(LINE, positives=2), "2"),
        (lambda: best_template(LINE, positives=float("nan")), "nan"),
        (lambda: separation(np.ones((2, 3)), 0, LINE), "(2, 3)"),
        (lambda: separation(LINE * np.nan, 0, LINE), "nan"),
        (lambda: separation(LINE, np.inf, LINE), "inf"),
        (lambda: mean_squared_errors(LINE, [0], LINE), "(3, 3)"),
        (lambda: check_answers(LINE, 0, 1, np.ones((4, 3, 2)), np.ones(4), LINE), "(4, 3, 2)"),
        (lambda: check_answers(LINE, 0, 1, np.ones((0, 3, 3)), np.ones(0), LINE), "(0, 3, 3)"),
        (lambda: check_answers(LINE, 0, 1, np.ones((4, 3, 3)), np.ones(5), LINE), "(5,)"),
    ],
)
def test_errors_quote_the_values(call, quoted):
    with pytest.raises(ValueError) as error:
        call()
    assert quoted in str(error.value)


def test_inputs_stay_as_they_are():
    oracle, images = LOPSIDED.astype(float), brute_images((2, 3)).astype(np.float32)
    labels = brute_labels(oracle)
    frozen = [oracle, images, labels]
    for array in frozen:
        array.flags.writeable = False  # writing would raise
    copies = [array.copy() for array in frozen]
    for engine in ("torch", "numpy"):
        train_template(oracle, steps=5, bias=True, engine=engine)
    best_template(oracle)
    separation(oracle, 0.0, oracle)
    check_oracle(oracle)
    mean_squared_errors([oracle], [0.0], oracle)
    check_answers(oracle, 0.0, 0.5, images, labels, oracle)
    assert all(np.array_equal(a, b) for a, b in zip(frozen, copies, strict=True))


def test_what_the_page_calls_is_quick():
    run = train_template(LINE, engine="numpy")

    def fastest(call):
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            call()
            times.append(time.perf_counter() - begin)
        return min(times)

    assert fastest(lambda: separation(run.templates[-1], 0, LINE)) < 0.003  # with a wide margin: after every touch
    assert fastest(lambda: mean_squared_errors(run.templates, run.biases, LINE)) < 0.005
