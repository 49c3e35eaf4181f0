"""The named templates: what they are made of, and what they do to a picture (scipy as the oracle)."""

import numpy as np
import pytest
from scipy import ndimage
from scipy.signal import correlate2d

from lib.codec import decode_template, encode
from lib.images import line_image
from lib.matching import best_value, is_match
from lib.templates import TEMPLATES

LINES = ["vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left", "line, nothing beside"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_small_whole_numbers_that_travel_in_a_link(name):
    template = TEMPLATES[name]
    assert np.issubdtype(template.dtype, np.integer)
    assert template.ndim == 2
    assert max(template.shape) <= 7
    assert decode_template(encode(template)).tolist() == template.tolist()


@pytest.mark.parametrize("name", TEMPLATES)
def test_nobody_changes_a_shared_template(name):
    with pytest.raises(ValueError, match="read-only"):
        TEMPLATES[name][0, 0] = 9


def test_no_two_are_the_same():
    assert len({encode(template) for template in TEMPLATES.values()}) == len(TEMPLATES)


def test_names_can_be_told_from_numbers():
    for name in TEMPLATES:
        with pytest.raises(ValueError, match="rows of one length"):
            decode_template(name)


def test_lines_are_what_they_are_called():
    drawn = {
        "vertical line": line_image((3, 3), row=0, column=1),
        "horizontal line": line_image((3, 3), row=1, column=0, orientation="horizontal"),
        "diagonal": np.eye(3),
        "other diagonal": np.eye(3)[::-1],
        "tall line": line_image((3, 1), column=0),
    }
    assert {name: TEMPLATES[name].tolist() for name in drawn} == {name: a.tolist() for name, a in drawn.items()}


@pytest.mark.parametrize("name", LINES)
def test_a_line_has_three_pixels_and_matches_itself(name):
    template = TEMPLATES[name]
    assert best_value(template) == 3
    assert is_match(template > 0, template)


@pytest.mark.parametrize("name", ["line, nothing left", "line, nothing beside"])
def test_negative_weights_refuse_yellow_where_they_are_and_only_there(name):
    template = TEMPLATES[name]
    for row, column in np.argwhere(template <= 0):
        image = line_image()
        image[row, column] = 1
        assert is_match(image, template) == (template[row, column] == 0)


def test_edges_are_sobels_and_point_to_the_brighter_side():
    picture = np.random.default_rng(0).integers(0, 256, (8, 9))
    inner = (slice(1, -1), slice(1, -1))
    for name, axis in (("vertical edges", 1), ("horizontal edges", 0)):
        assert (correlate2d(picture, TEMPLATES[name], "valid") == ndimage.sobel(picture, axis)[inner]).all()


@pytest.mark.parametrize(("name", "factor"), [("all edges", 0), ("blur", 9), ("sharpen", 1), ("emboss", 1)])
def test_on_a_picture_of_one_gray_the_photograph_templates_keep_or_remove_it(name, factor):
    assert (correlate2d(np.full((5, 5), 100), TEMPLATES[name], "valid") == 100 * factor).all()
