"""Changed pictures, one pixel at a time; and that they break what was learned."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.changes import CHANGES, change_pictures
from lib.judging import best_template, check_answers
from lib.labeller import every_example
from tests.brute_force import LINE

pictures = arrays(np.float32, (3, 2, 4), elements=st.sampled_from([0, 0.25, 0.7, 1]))


@pytest.mark.parametrize(
    ("change", "found", "false_alarms", "right"),
    [
        ("none", 64, 0, 512),
        ("half strength", 0, 0, 448),
        ("blank", 0, 0, 448),
        ("inverted", 0, 64, 384),
        ("shifted", 8, 56, 400),
    ],
)
def test_changed_inputs_break_what_was_learned(change, found, false_alarms, right):
    template, bias = best_template(LINE, bias=True)
    images, labels = every_example(LINE)
    answers = check_answers(template, bias, 0.375, change_pictures(images, change), labels, LINE)
    assert (answers.found, answers.false_alarms, answers.right) == (found, false_alarms, right)
    assert answers.misses == 64 - found


@given(pictures, st.integers(0, 5))
def test_changes_one_pixel_at_a_time(images, columns):
    half, blank, inverted = (change_pictures(images, change) for change in ("half strength", "blank", "inverted"))
    shifted = change_pictures(images, "shifted", columns=columns)
    for n, row, column in np.ndindex(images.shape):
        assert half[n, row, column] == images[n, row, column] / 2
        assert blank[n, row, column] == 0
        assert inverted[n, row, column] == 1 - images[n, row, column]
        assert shifted[n, row, column] == (images[n, row, column - columns] if column >= columns else 0)
    assert np.array_equal(change_pictures(images, "none"), images)


@given(pictures, st.sampled_from(CHANGES))
def test_changes_are_copies_from_0_to_1_and_the_picture_stays(images, change):
    before = images.copy()
    changed = change_pictures(images, change)
    assert (changed.dtype, changed.shape) == (np.float32, images.shape)
    assert changed.min() >= 0 and changed.max() <= 1
    assert not np.shares_memory(changed, images)
    np.testing.assert_array_equal(images, before)


def test_noise_is_normal_and_cut_off_at_black_and_full():
    gray = np.full((2000, 3, 3), 0.5)
    noisy = change_pictures(gray, "noise", seed=3)
    inside = (noisy > 0) & (noisy < 1)
    assert (noisy.min(), noisy.max(), noisy.dtype) == (0, 1, np.float32)
    assert abs(inside.mean() - 0.6827) < 0.01  # within one standard deviation of 0.5
    assert abs((noisy == 0).mean() - 0.1587) < 0.01
    assert np.quantile(noisy, 0.75) == pytest.approx(0.5 + 0.6745 * 0.5, abs=0.02)
    assert np.array_equal(noisy, change_pictures(gray, "noise", seed=3))
    assert not np.array_equal(noisy, change_pictures(gray, "noise", seed=4))


def test_every_change_has_an_effect_but_none():
    images, _ = every_example(LINE)
    assert [change for change in CHANGES if np.array_equal(change_pictures(images, change), images)] == ["none"]


@pytest.mark.parametrize("change", ["upside down", "mirrored", ""])
def test_an_unknown_change_is_named(change):
    with pytest.raises(ValueError, match=f"shifted, got '{change}'"):
        change_pictures(np.ones((1, 2, 2)), change)
