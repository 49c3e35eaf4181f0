"""Multiply, sum, compare: against loops over plain Python numbers, which neither wrap nor round differently."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lib.images import all_images
from lib.matching import Census, best_value, census, is_match, score, sort_images
from lib.templates import TEMPLATES

LINE = TEMPLATES["vertical line"]
small_shapes = array_shapes(min_dims=2, max_dims=2, max_side=3)
small_templates = small_shapes.flatmap(lambda shape: arrays(np.int8, shape, elements=st.integers(-5, 5)))


def by_hand(image, template):
    return sum(
        int(image[row][column]) * int(template[row][column]) for row, column in np.ndindex(np.asarray(image).shape)
    )


def test_a_planted_example_with_an_asymmetric_template():
    image = [[1, 0, 2], [0, 3, 1]]
    template = [[5, 7, -1], [11, 2, 4]]
    assert score(image, template) == 5 - 2 + 6 + 4


@given(st.integers(0, 999))
def test_scores_are_exact_in_every_integer_type(seed):
    rng = np.random.default_rng(seed)
    for types in itertools.product((np.uint8, np.int8, np.uint16, np.int16, np.int32, np.int64, np.uint64), repeat=2):
        image, template = (
            rng.integers(max(np.iinfo(t).min, -30_000), min(np.iinfo(t).max, 60_000), (3, 4)).astype(t) for t in types
        )
        total = score(image, template)
        assert total == by_hand(image, template)
        assert type(total) is int


def test_bytes_do_not_wrap():
    image = np.full((9, 9), 255, np.uint8)
    assert score(image, np.full((9, 9), 9, np.uint8)) == 255 * 9 * 81
    assert score(image, np.full((9, 9), -128, np.int8)) == -255 * 128 * 81
    assert best_value(np.full((9, 9), 255, np.uint8)) == 255 * 81
    assert census(np.full((1, 2), 200, np.uint8)) == Census(4, 1, 1)  # 400 is no byte


def test_true_and_false_are_1_and_0():
    assert score(np.eye(3, dtype=bool), np.eye(3, dtype=bool)) == 3
    assert best_value(np.eye(3, dtype=bool)) == 3


def test_decimals_give_decimals():
    assert score([[1, 1]], [[0.25, -1]]) == -0.75
    assert score(np.float32([[0.5]]), [[3]]) == 1.5
    assert isinstance(score([[0.5]], [[2]]), float)


@pytest.mark.parametrize(("image", "template"), [((3, 3), (3, 1)), ((2, 3), (3, 2)), ((9,), (3, 3)), ((0, 3), (0, 3))])
def test_shapes_that_differ_or_hold_nothing_are_refused_and_quoted(image, template):
    with pytest.raises(ValueError, match=re.escape(f"image {image} and template {template}")):
        score(np.ones(image), np.ones(template))
    with pytest.raises(ValueError, match=re.escape(str(image))):
        is_match(np.ones(image), np.ones(template))


@given(small_templates)
def test_the_best_value_is_the_best_of_all_pictures(template):
    scores = [by_hand(image, template) for image in all_images(template.shape)]
    assert best_value(template) == max(scores)
    assert type(best_value(template)) is int


@given(small_templates, st.one_of(st.none(), st.integers(-9, 9)))
def test_the_census_is_a_loop_over_all_pictures(template, value):
    images = all_images(template.shape)
    wanted = best_value(template) if value is None else value
    matches = [by_hand(image, template) >= wanted for image in images]
    exact = [image.tolist() == (template > 0).astype(int).tolist() for image in images]
    assert census(template, value) == Census(len(images), sum(matches), 1)
    assert [column.tolist() for column in sort_images(template, value)] == [matches, exact]
    assert [is_match(image, template, value) for image in images] == matches


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (5, 2), (4, 3)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_with_decimals_the_perfect_picture_still_matches(shape, order):
    """The sum of the positive weights must not be rounded up past the score of the picture that has just these."""
    for seed in range(100):
        template = np.random.default_rng(seed).uniform(-1, 1, shape).round(4)
        template = np.asarray(template, order=order)
        assert score(template > 0, template) == best_value(template)
        assert is_match(template > 0, template)
        matches, exact = sort_images(template)
        assert matches[exact].all()


def test_the_articles_counts():
    assert census(LINE) == Census(n_images=512, n_matches=64, n_exact=1)
    assert census(TEMPLATES["line, nothing left"]) == Census(512, 8, 1)
    assert census(TEMPLATES["line, nothing beside"]) == Census(512, 1, 1)


def test_all_yellow_matches_until_weights_say_no():
    yellow = np.ones((3, 3), np.uint8)
    assert is_match(yellow, LINE)
    assert not is_match(yellow, TEMPLATES["line, nothing beside"])


def test_the_value_is_reached_not_passed():
    assert is_match(LINE, LINE, 3)
    assert not is_match(LINE, LINE, 3.5)
    assert is_match(LINE, LINE, 0)
    assert not is_match(LINE, LINE, float("nan"))
    assert census(LINE, 0).n_matches == 512
    assert census(LINE, 4).n_matches == 0


def test_a_template_without_a_positive_weight_is_matched_by_an_empty_picture():
    refuser = np.full((2, 2), -1)
    assert best_value(refuser) == 0
    assert census(refuser) == Census(16, 1, 1)


def test_sixteen_pixels_are_the_most():
    assert census(np.ones((4, 4), int)) == Census(65_536, 1, 1)
    for shape in ((17, 1), (5, 4), (0, 3)):
        with pytest.raises(ValueError, match="1 to 16 pixels"):
            census(np.ones(shape, int))


def test_inputs_stay_as_they_are():
    image, template = np.eye(3, dtype=np.uint8), np.eye(3, dtype=np.int8)
    score(image, template), is_match(image, template), census(template)
    assert image.tolist() == template.tolist() == np.eye(3).tolist()
