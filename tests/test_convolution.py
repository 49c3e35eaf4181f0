"""Scores at every position, against three oracles: a plain loop, scipy and torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.signal import correlate2d

from lib import convolution
from lib.convolution import (
    correlate,
    correlate_plainly,
    find_matches,
    output_shape,
    score_dtype,
    window_at,
    window_centres,
)
from lib.matching import check_matches

CORNER = np.array([[1, 1, 1], [1, 0, 0], [1, 0, -2]])  # neither its rows nor its columns can be swapped
thorough = settings(max_examples=25)
STEPS = {"stride": st.integers(1, 4), "padding": st.integers(0, 3), "dilation": st.integers(1, 3)}


def by_torch(image, template, **steps):
    """conv2d in float64; (H, W) or (H, W, C)."""
    image, template = (torch.tensor(np.atleast_3d(array).astype(float)) for array in (image, template))
    scores = torch.nn.functional.conv2d(image.permute(2, 0, 1)[None], template.permute(2, 0, 1)[None], **steps)
    return scores[0, 0].numpy()


@st.composite
def problems(draw, dtype=np.uint8, largest_weight=9):
    """(image, template, steps) where the template fits."""
    steps = draw(st.fixed_dictionaries(STEPS))
    weights = st.integers(-largest_weight, largest_weight)
    template = draw(hnp.arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=weights))
    needed = [max(1, (size - 1) * steps["dilation"] + 1 - 2 * steps["padding"]) for size in template.shape]
    shape = tuple(size + draw(st.integers(0, 6)) for size in needed)
    return draw(hnp.arrays(dtype, shape)), template, steps


# --- planted and known examples


def test_a_planted_asymmetric_pattern_is_the_only_match():
    image = np.zeros((12, 15), np.uint8)
    image[4:7, 9:12] = CORNER > 0
    image[0:3, 0:3] = CORNER[:, ::-1] > 0  # mirrored: must not match
    image[8:11, 2:5] = CORNER[::-1] > 0  # upside down: must not match
    assert find_matches(correlate(image, CORNER), 5).tolist() == [[4, 9]]


def test_the_nine_by_nine_score_map_of_the_article():
    image = np.zeros((11, 11), np.uint8)
    image[2:5, 7] = 1
    scores = correlate(image, np.array([[0, 1, 0]] * 3))
    assert scores.shape == (9, 9)
    assert scores[:, 6].tolist() == [1, 2, 3, 2, 1, 0, 0, 0, 0]
    assert scores.sum() == 9


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
def test_many_blocks_in_threads_give_the_same_as_one(monkeypatch, dtype):
    image = np.random.default_rng(0).integers(0, 256, (61, 37)).astype(dtype)
    whole = correlate(image, CORNER, stride=2, padding=1)
    monkeypatch.setattr(convolution, "BLOCK_BYTES", 100)
    np.testing.assert_array_equal(correlate(image, CORNER, stride=2, padding=1), whole)


# --- independent oracles


@thorough
@given(problems())
def test_equals_scipy_at_stride_one(problem):
    image, template, _ = problem
    if template.shape[0] <= image.shape[0] and template.shape[1] <= image.shape[1]:
        wanted = correlate2d(image.astype(int), template, mode="valid")
        np.testing.assert_array_equal(correlate(image, template), wanted)


@thorough
@given(problems())
def test_equals_torch_with_stride_padding_and_dilation(problem):
    image, template, steps = problem
    np.testing.assert_array_equal(correlate(image, template, **steps), by_torch(image, template, **steps))


@thorough
@given(problems())
def test_the_plain_loop_equals_torch_and_correlate(problem):
    image, template, steps = problem
    scores = correlate_plainly(image, template, **steps)
    np.testing.assert_array_equal(scores, by_torch(image, template, **steps))
    fast = correlate(image, template, **steps)
    assert (scores.dtype, scores.tolist()) == (fast.dtype, fast.tolist())


@thorough
@given(problems())
def test_the_plain_loop_of_floats_is_correlate_up_to_rounding(problem):
    image, template, steps = problem
    image, template = image / 7, template / 3
    np.testing.assert_allclose(
        correlate_plainly(image, template, **steps), correlate(image, template, **steps), rtol=0, atol=1e-9
    )


@thorough
@given(problems(), st.sampled_from([np.float32, np.float64]))
def test_floats_equal_torch(problem, dtype):
    image, template, steps = problem
    image, template = (image / 7).astype(dtype), (template / 3).astype(dtype)
    tolerance = {np.float32: 1e-3, np.float64: 1e-9}[dtype]
    np.testing.assert_allclose(
        correlate(image, template, **steps), by_torch(image, template, **steps), rtol=0, atol=tolerance
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_colour_sums_over_the_channels(dtype):
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (13, 11, 3)).astype(dtype)
    template = rng.integers(-5, 6, (3, 2, 3))
    steps = {"stride": 2, "padding": 1, "dilation": 2}
    scores = correlate(image, template, **steps)
    np.testing.assert_array_equal(scores, by_torch(image, template, **steps))
    channels = [correlate(image[..., c], template[..., c], **steps).astype(int) for c in range(3)]
    np.testing.assert_array_equal(scores, sum(channels))


# --- exact integers


INTEGER_TYPES = [np.bool_, np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32]


@pytest.mark.parametrize("dtype", INTEGER_TYPES)
@thorough
@given(data=st.data())
def test_integers_are_exact_for_every_value_of_their_type(dtype, data):
    image, template, steps = data.draw(problems(dtype, largest_weight=2**20))
    scores = correlate(image, template, **steps)
    assert scores.dtype.kind == "i"
    assert (scores.astype(object) == correlate_plainly(image, template, **steps)).all()


def test_white_under_a_template_of_nines_does_not_wrap():
    scores = correlate(np.full((11, 11), 255, np.uint8), np.full((9, 9), 9, np.uint8))
    assert scores.dtype == np.int32
    assert (scores == 255 * 9 * 81).all()


@pytest.mark.parametrize("weight", [-128, -1, 1, 128])
def test_the_narrow_type_holds_its_extreme_score(weight):
    image = np.full((3, 3), 255, np.uint8)
    assert correlate(image, [[weight]]).dtype == np.int16
    assert correlate(image, [[weight]]).tolist() == [[255 * weight] * 3] * 3
    assert correlate(image, [[weight * 2]]).tolist() == [[510 * weight] * 3] * 3


@pytest.mark.parametrize(
    ("image", "template", "wanted"),
    [
        (np.ones((3, 3), bool), [[1]], np.int16),
        (np.ones((3, 3), np.uint8), [[129]], np.int32),
        (np.full((3, 3), -128, np.int8), [[-1]], np.int16),
        (np.full((3, 3), -128, np.int8), [[-256]], np.int32),
        (np.full((3, 3), 40000, np.uint16), [[1]], np.int32),
        (np.ones((3, 3), np.int32), [[1]], np.int32),
        (np.full((3, 3), 2**31 - 1, np.int32), [[2]], np.int64),
        (np.ones((3, 3), np.int64), [[1]], np.int64),
        (np.ones((3, 3), np.uint64), [[1]], np.int64),
        (np.ones((3, 3), np.float32), np.ones((1, 1), int), np.float32),
        (np.ones((3, 3), np.float32), np.ones((1, 1), np.float64), np.float32),
        (np.ones((3, 3), np.float64), np.ones((1, 1), np.float32), np.float64),
        (np.ones((3, 3), np.uint8), np.ones((1, 1), np.float32), np.float32),
        (np.ones((3, 3), np.uint8), np.ones((1, 1), np.float64), np.float64),
        (np.ones((3, 3), np.int64), np.ones((1, 1), np.float32), np.float64),
    ],
)
def test_the_type_of_the_scores(image, template, wanted):
    template = np.asarray(template)
    assert score_dtype(image, template) == wanted
    assert correlate(image, template).dtype == wanted


# --- properties


@thorough
@given(problems())
def test_output_shape_agrees_with_correlate(problem):
    image, template, steps = problem
    assert correlate(image, template, **steps).shape == output_shape(image.shape, template.shape, **steps)


@thorough
@given(problems(), st.integers(-5, 5), st.integers(-5, 5))
def test_linear_in_the_template(problem, a, b):
    image, template, steps = problem
    other = template[::-1, ::-1]
    wanted = a * correlate(image, template, **steps).astype(int) + b * correlate(image, other, **steps).astype(int)
    np.testing.assert_array_equal(correlate(image, a * template + b * other, **steps), wanted)


@thorough
@given(problems())
def test_inputs_are_never_changed(problem):
    image, template, steps = problem
    for dtype in (image.dtype, np.float32):
        inputs = image.astype(dtype), template.astype(dtype if dtype == np.float32 else int)
        copies = [array.copy() for array in inputs]
        for array in inputs:
            array.flags.writeable = False
        scores = correlate(*inputs, **steps)
        assert not np.shares_memory(scores, inputs[0])
        for array, copy in zip(inputs, copies, strict=True):
            np.testing.assert_array_equal(array, copy)


def test_views_and_lists_are_pictures_too():
    image = np.arange(80, dtype=np.uint8).reshape(8, 10)
    for view in (image.T, image[::-2, ::3], image[:, ::-1]):
        for dtype in (np.uint8, np.float32):
            np.testing.assert_array_equal(correlate(view.astype(dtype, order="K"), CORNER), correlate(view, CORNER))
            np.testing.assert_array_equal(correlate(view, CORNER), correlate(view.tolist(), CORNER.tolist()))


def test_nan_is_noticed_except_under_a_column_of_zeros():
    image = np.zeros((3, 5))
    image[1, 2] = np.nan
    scores = correlate(image, np.array([[1, 0], [1, 0]]))
    assert np.isnan(scores).tolist() == [[False, False, True, False]] * 2


# --- what does not fit


@pytest.mark.parametrize("function", [output_shape, correlate])
@pytest.mark.parametrize(
    ("image", "template", "steps", "message"),
    [
        ((2, 5), (3, 3), {}, r"template of shape \(3, 3.*does not fit in image of shape \(2, 5"),
        ((5, 2), (3, 3), {}, r"template of shape \(3, 3.*does not fit in image of shape \(5, 2"),
        ((4, 4), (3, 3), {"dilation": 2}, r"\(dilation 2\) does not fit"),
        ((2, 2), (5, 5), {"padding": 1}, r"\(padding 1\)"),
        ((5, 5), (3, 3), {"stride": 0}, "stride must be a whole number of at least 1, got 0"),
        ((5, 5), (3, 3), {"stride": 1.0}, r"stride must be a whole number of at least 1, got 1\.0"),
        ((5, 5), (3, 3), {"stride": "2"}, "got '2'"),
        ((5, 5), (3, 3), {"padding": -1}, "padding must be a whole number of at least 0, got -1"),
        ((5, 5), (3, 3), {"dilation": 0}, "dilation must be a whole number of at least 1, got 0"),
        ((5,), (3, 3), {}, r"image must .*got shape \(5,\)"),
        ((5, 5), (1, 3, 3, 3), {}, r"template must .*got shape \(1, 3, 3, 3\)"),
        ((0, 5), (3, 3), {}, r"image must .*got shape \(0, 5\)"),
        ((5, 5), (3, 0), {}, r"template must .*got shape \(3, 0\)"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_values(function, image, template, steps, message):
    if function is correlate:
        image, template = np.ones(image, np.uint8), np.ones(template, np.uint8)
    with pytest.raises(ValueError, match=message):
        function(image, template, **steps)


@pytest.mark.parametrize(
    ("image", "template", "message"),
    [
        (np.ones((5, 5, 3)), np.ones((3, 3)), r"\(5, 5, 3\) and template of shape \(3, 3\) differ in channels"),
        (np.ones((5, 5)), np.ones((3, 3, 1)), r"\(5, 5\) and template of shape \(3, 3, 1\) differ in channels"),
        (np.ones((5, 5, 3)), np.ones((3, 3, 4)), r"\(5, 5, 3\) and template of shape \(3, 3, 4\) differ in channels"),
        (np.ones((5, 5), complex), np.ones((3, 3)), "image must hold integers or floats, got complex128"),
        (np.ones((5, 5)), np.full((3, 3), "a"), "template must hold integers or floats, got <U1"),
        (np.full((5, 5), 2**62), np.full((1, 1), 4), f"scores up to {2**64} do not fit in 64-bit integers"),
        (np.full((5, 5), 2**64 - 1, np.uint64), np.ones((1, 1), int), f"scores up to {2**64 - 1} do not fit"),
    ],
)
def test_arrays_that_cannot_be_scored_are_refused(image, template, message):
    with pytest.raises(ValueError, match=message):
        correlate(image, template)


# --- matches


@thorough
@given(hnp.arrays(np.int64, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.integers(-3, 3)), st.integers(-3, 4))
def test_find_matches_lists_every_score_that_reaches_the_value(scores, value):
    wanted = [list(cell) for cell in np.ndindex(scores.shape) if scores[cell] >= value]
    matches = find_matches(scores, value)
    assert matches.shape == (len(wanted), 2)
    assert matches.tolist() == wanted


def test_find_matches_wants_a_score_map():
    with pytest.raises(ValueError, match=r"scores must have rows and columns, got shape \(3,\)"):
        find_matches([1, 2, 3], 2)


@thorough
@given(problems())
def test_window_centres_name_the_cell_under_the_middle_weight(problem):
    _, _, steps = problem
    image = np.arange(1, 12 * 14 + 1).reshape(12, 14)
    pointer = np.zeros((3, 3), int)
    pointer[1, 1] = 1  # its score is the cell under the middle, and 0 in the padding
    scores = correlate(image, pointer, **steps)
    for position, (row, column) in zip(
        np.ndindex(scores.shape), window_centres(list(np.ndindex(scores.shape)), (3, 3), **steps), strict=True
    ):
        inside = 0 <= row < 12 and 0 <= column < 14
        assert scores[position] == (image[row, column] if inside else 0)


def test_window_centres_of_a_tall_template_of_an_even_one_and_of_nothing():
    assert window_centres([[0, 0]], (5, 1)).tolist() == [[2, 0]]
    assert window_centres([[4, 4]], (2, 4)).tolist() == [[4, 5]]
    assert window_centres([], (3, 3)).shape == (0, 2)
    with pytest.raises(ValueError, match="stride must be"):
        window_centres([[0, 0]], (3, 3), stride=0)


def test_planted_lines_found_missed_and_false():
    image = np.zeros((9, 9), np.uint8)
    image[1:4, 2] = image[5:8, 0] = image[4:7, 7] = 1
    line = np.array([[0, 1, 0]] * 3)
    planted = np.array(
        [[2, 2], [6, 0], [0, 8]]
    )  # the middle cells; the last was never drawn, the third line not wanted
    check = check_matches(window_centres(find_matches(correlate(image, line), 3), line.shape), planted)
    assert check.found.tolist() == [[2, 2]]
    assert check.missed.tolist() == [[0, 8], [6, 0]]  # the outer column needs padding
    assert check.false_alarms.tolist() == [[5, 7]]
    matches = find_matches(correlate(image, line, padding=1), 3)
    assert check_matches(window_centres(matches, line.shape, padding=1), planted).missed.tolist() == [[0, 8]]


cells = hnp.arrays(np.int64, st.tuples(st.integers(0, 8), st.just(2)), elements=st.integers(-2, 2))


@thorough
@given(cells, cells)
def test_check_matches_sorts_every_cell_into_one_list(found, wanted):
    check = check_matches(found, wanted)
    parts = [check.found, check.missed, check.false_alarms]
    assert all(part.dtype == np.int64 and part.shape == (len(part), 2) for part in parts)
    named = {tuple(cell) for cell in np.concatenate([found, wanted]).tolist()}
    assert sorted(tuple(cell) for part in parts for cell in part.tolist()) == sorted(named)
    assert all(tuple(cell) in set(map(tuple, found.tolist())) for cell in [*check.found, *check.false_alarms])
    assert all(tuple(cell) in set(map(tuple, wanted.tolist())) for cell in [*check.found, *check.missed])


def test_check_matches_with_nothing_found_and_with_duplicates():
    assert check_matches([], [[1, 2], [1, 2]]).missed.tolist() == [[1, 2]]
    assert check_matches([[1, 2], [1, 2]], np.empty((0, 2))).false_alarms.tolist() == [[1, 2]]
    assert check_matches([], []).found.shape == (0, 2)


@pytest.mark.parametrize("cells", [[1, 2], [[1, 2, 3]], [[1.0, 2.0]]])
def test_check_matches_refuses_what_are_not_cells(cells):
    with pytest.raises(ValueError, match=r"found must be \(n, 2\) integers, got"):
        check_matches(cells, [[1, 2]])
    with pytest.raises(ValueError, match=r"wanted must be \(n, 2\) integers, got"):
        check_matches([[1, 2]], cells)


@given(
    hnp.arrays(np.int64, st.tuples(st.integers(3, 8), st.integers(3, 8)), elements=st.integers(-9, 9)),
    st.integers(1, 3), st.integers(0, 2), st.integers(1, 2), st.randoms(use_true_random=False),
)  # fmt: skip
@settings(max_examples=50)
def test_the_window_times_the_template_is_the_score(image, stride, padding, dilation, random):
    steps = {"stride": stride, "padding": padding, "dilation": dilation}
    template = np.array([[1, -2], [3, 5]])
    scores = correlate(image, template, **steps)
    row, column = random.randrange(scores.shape[0]), random.randrange(scores.shape[1])
    assert (window_at(image, template.shape, row, column, **steps) * template).sum() == scores[row, column]
