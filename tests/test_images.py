"""Pictures made and converted. Oracles: brute force, Pillow, OpenCV, SciPy."""

import itertools
import re
from io import BytesIO

import cv2
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from lib.images import (
    PHOTOGRAPHS,
    all_images,
    crop,
    cut_outs,
    gradient_image,
    line_image,
    photograph,
    planted_lines,
    planted_patterns,
    random_image,
    shrink,
    to_binary,
    to_gray,
)

NOISE = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)  # asymmetric, nothing repeats
# Every binary picture


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1), (2, 3), (3, 3)])
def test_all_images_are_the_numbers_in_binary(shape):
    images = all_images(shape)
    assert images.dtype == np.uint8
    expected = list(itertools.product([0, 1], repeat=shape[0] * shape[1]))
    np.testing.assert_array_equal(images.reshape(len(images), -1), expected)
    assert images.shape[1:] == shape


def test_all_images_takes_up_to_16_pixels():
    assert all_images((4, 4)).shape == (65536, 4, 4)
    with pytest.raises(ValueError, match="1 x 17 = 17"):
        all_images((1, 17))
    with pytest.raises(ValueError, match="0 x 3"):
        all_images((0, 3))


# Lines and noise


def test_line_image_draws_down_or_right():
    assert line_image((4, 5), length=2, row=1, column=3).nonzero()[0].tolist() == [1, 2]
    assert line_image((4, 5), length=2, row=1, column=3).nonzero()[1].tolist() == [3, 3]
    across = line_image((4, 5), length=3, row=2, column=1, orientation="horizontal")
    assert across.tolist() == [[0] * 5, [0] * 5, [0, 1, 1, 1, 0], [0] * 5]
    assert across.dtype == np.uint8


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"length": 4}, r"4 at row 0, column 1 .*\(3, 3\)"),
        ({"row": 1}, "row 1"),
        ({"column": 3}, "column 3"),
        ({"row": -1, "length": 1}, "row -1"),
        ({"column": -1}, "column -1"),
        ({"length": 0}, "line of 0"),
        ({"orientation": "horizontal"}, "horizontal line of 3"),
        ({"orientation": "diagonal"}, "'diagonal'"),
    ],
)
def test_line_image_refuses_lines_that_do_not_fit(options, words):
    with pytest.raises(ValueError, match=words):
        line_image(**options)


def test_random_image_is_the_seeded_generator_and_leaves_global_state_alone():
    before = np.random.get_state()[1].copy()
    image = random_image((9, 8), density=0.3, seed=5)
    np.testing.assert_array_equal(image, np.random.default_rng(5).random((9, 8)) < 0.3)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    assert random_image((9, 8), density=0).sum() == 0
    assert random_image((9, 8), density=1).sum() == 72


@pytest.mark.parametrize("density", [-0.1, 1.5, float("nan")])
def test_random_image_quotes_a_wrong_density(density):
    with pytest.raises(ValueError, match=str(density)):
        random_image((3, 3), density=density)


@pytest.mark.parametrize("columns", [2, 4, 10, 64, 256, 300, 1024])
def test_gradient_brightens_and_half_of_it_is_bright(columns):
    image = gradient_image((3, columns))
    assert (image.shape, image.dtype) == ((3, columns), np.uint8)
    assert (image[:, 0] == 0).all() and (image[:, -1] == 255).all()
    assert (np.diff(image.astype(int), axis=1) >= 0).all() and not np.diff(image, axis=0).any()
    assert to_binary(image).mean() == 0.5


@pytest.mark.parametrize("shape", [(0, 4), (3, 1)])
def test_gradient_needs_two_columns(shape):
    with pytest.raises(ValueError, match=str(shape[1])):
        gradient_image(shape)


# Planted lines


def tops_of_lines(image, length):
    """Brute force: every place where `length` cells below each other are all 1."""
    rows, columns = image.shape
    return [
        [row, column]
        for row in range(rows - length + 1)
        for column in range(columns)
        if all(image[row + step, column] == 1 for step in range(length))
    ]


def most_lines(rows, columns, length, gap):
    """The most lines that fit, by trying every column after every column; `gap` rows apart in neighbouring columns."""
    places = range(rows - length + 1)
    fillings = [
        tops
        for size in range(rows + 1)
        for tops in itertools.combinations(places, size)
        if all(low - high > length for high, low in itertools.pairwise(tops))
    ]

    def side_by_side(left, right):
        return all(abs(a - b) >= length + gap for a in left for b in right)

    best = {tops: len(tops) for tops in fillings}
    for _ in range(columns - 1):
        best = {
            tops: len(tops) + max(count for left, count in best.items() if side_by_side(left, tops))
            for tops in fillings
        }
    return max(best.values())


def check_planted(image, positions, n, length):
    assert image.dtype == np.uint8 and set(np.unique(image)) <= {0, 1}
    assert positions.shape == (n, 2) and np.issubdtype(positions.dtype, np.integer)
    assert positions.tolist() == tops_of_lines(image, length)  # brute force walks sorted by row, then column
    assert image.sum() == n * length  # nothing else is drawn
    assert {0, image.shape[1] - 1} & set(positions[:, 1].tolist())
    for (row, column), (other, beside) in itertools.combinations(positions.tolist(), 2):
        assert abs(column - beside) > 1 or abs(row - other) >= length + (column == beside)


def touches_at_corners(positions, length):
    pairs = itertools.combinations(positions.tolist(), 2)
    return any(abs(c - d) <= 1 and abs(r - s) <= length for (r, c), (s, d) in pairs)


def test_planted_lines_for_every_seed_of_the_app():
    for seed in range(1000):
        for n in (1, 8) if seed % 20 else range(1, 19):
            image, positions = planted_lines((11, 11), n, seed=seed)
            if seed % 20 == 0:
                check_planted(image, positions, n, 3)
            assert len(positions) == n and {0, 10} & set(positions[:, 1].tolist())
            assert image.sum() == 3 * n and not touches_at_corners(positions, 3)


@given(
    st.integers(1, 12), st.integers(1, 9), st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**32), st.booleans()
)
def test_planted_lines_are_all_there_is(rows, columns, n, length, seed, again):
    try:
        image, positions = planted_lines((rows, columns), n, length=length, seed=seed)
    except ValueError as error:
        assert f"({rows}, {columns})" in str(error) and str(n) in str(error) and str(length) in str(error)
        assert rows < length or n > (rows + 1) // (length + 1) * ((columns + 1) // 2)
        return
    check_planted(image, positions, n, length)
    if again:
        twice = planted_lines((rows, columns), n, length=length, seed=seed)
        np.testing.assert_array_equal(image, twice[0])
        np.testing.assert_array_equal(positions, twice[1])


@pytest.mark.parametrize(("rows", "columns", "length"), list(itertools.product(range(1, 9), range(1, 6), (1, 2, 3))))
def test_planted_lines_fit_exactly_as_many_as_there_is_room_for(rows, columns, length):
    if rows < length:
        with pytest.raises(ValueError, match=f"of length {length} in "):
            planted_lines((rows, columns), 1, length=length)
        return
    apart = most_lines(rows, columns, length, gap=1)
    most = most_lines(rows, columns, length, gap=0)
    for n in {1, apart, apart + 1, most} & set(range(1, most + 1)):
        image, positions = planted_lines((rows, columns), n, length=length, seed=n)
        check_planted(image, positions, n, length)
        assert touches_at_corners(positions, length) == (n > apart)
    with pytest.raises(ValueError, match=f"at most {most} lines .* got {most + 1}"):
        planted_lines((rows, columns), most + 1, length=length)


def test_planted_lines_differ_between_seeds_and_reach_every_place():
    seen = sum(planted_lines((5, 4), 2, seed=seed)[0].astype(int) for seed in range(300))
    assert (seen > 0).all()


@pytest.mark.parametrize(("n", "length"), [(0, 3), (-1, 3), (1, 0)])
def test_planted_lines_wants_at_least_one_line(n, length):
    with pytest.raises(ValueError, match=f"got {n} of length {length}"):
        planted_lines((5, 5), n, length=length)


# Gray, binary, smaller


def test_gray_is_the_luma_pillow_computes():
    rgb = np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    pillow = np.asarray(Image.fromarray(rgb).convert("L")).astype(int)
    assert np.abs(to_gray(rgb) - pillow).max() <= 1
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_gray(np.dstack([levels[None]] * 3)), levels[None])
    assert to_gray(np.eye(3, dtype=np.uint8)[None] * 255).tolist() == [[76, 150, 29]]


@pytest.mark.parametrize("wrong", [np.zeros((4, 5), np.uint8), np.zeros((4, 5, 4), np.uint8), np.zeros((4, 5, 3))])
def test_gray_quotes_a_wrong_picture(wrong):
    with pytest.raises(ValueError, match=r"\(4, 5.*(uint8|float64)"):
        to_gray(wrong)


def test_binary_includes_the_threshold():
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for threshold in (0, 1, 128, 255, 256):
        assert to_binary(gray, threshold).sum() == 256 - threshold
    assert to_binary(gray).dtype == np.uint8
    with pytest.raises(ValueError, match=r"\(5, 7, 3\)"):
        to_binary(NOISE)


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([(), (3,)])).map(lambda s: (*s[:2], *s[2]))


@given(shapes, st.integers(1, 40), st.integers(0, 2**32))
def test_shrink_keeps_shape_and_mean(shape, side, seed):
    image = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    before = image.copy()
    small = shrink(image, side)
    long, short = sorted(shape[:2], reverse=True)
    assert max(small.shape[:2]) == side and small.dtype == np.uint8 and small.shape[2:] == shape[2:]
    assert abs(min(small.shape[:2]) - max(1, side * short / long)) <= 0.5
    if side <= short and shape[0] % small.shape[0] == 0 and shape[1] % small.shape[1] == 0:
        assert np.abs(small.mean(axis=(0, 1)) - image.mean(axis=(0, 1))).max() <= 1
    assert small.min() >= image.min() and small.max() <= image.max()
    flat = np.full(shape, image.flat[0])
    assert (shrink(flat, side) == image.flat[0]).all()
    np.testing.assert_array_equal(image, before)


def test_shrink_averages_areas_and_enlarges_by_repeating():
    image = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
    blocks = image.reshape(2, 2, 3, 2).mean(axis=(1, 3))  # (rows, columns)
    assert np.abs(shrink(image, 3) - blocks).max() <= 1
    np.testing.assert_array_equal(shrink(image, 12), image.repeat(2, 0).repeat(2, 1))
    np.testing.assert_array_equal(shrink(NOISE, 7), NOISE)
    photo = photograph("coffee")  # 400 × 400, so 150 does not divide
    fine = photo.repeat(3, 0).repeat(3, 1).reshape(150, 8, 150, 8, 3).mean(axis=(1, 3))  # thirds of pixels do
    assert np.abs(shrink(photo, 150) - fine).max() <= 0.51
    closely = cv2.resize(photo, (150, 150), interpolation=cv2.INTER_AREA)
    assert np.abs(shrink(photo, 150).astype(int) - closely).max() <= 1
    assert shrink(np.array([[0, 100, 200]], np.uint8), 2).tolist() == [[33, 167]]


@pytest.mark.parametrize(
    ("image", "side", "words"),
    [
        (NOISE, 0, "got 0"),
        (NOISE, -3, "got -3"),
        (NOISE.astype(float), 3, "float64"),
        (NOISE[:, :, :2], 3, r"\(5, 7, 2\)"),
        (NOISE[0, 0], 3, r"\(3,\)"),
        (NOISE[:0], 3, r"\(0, 7, 3\)"),
    ],
)
def test_shrink_quotes_what_is_wrong(image, side, words):
    with pytest.raises(ValueError, match=words):
        shrink(image, side)


# Photographs that come with the project


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photographs_are_colour_arrays_of_one_s_own(name):
    image = photograph(name)
    assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
    assert 200 <= max(image.shape) <= 512 and image.std() > 20
    path, author = PHOTOGRAPHS[name]
    assert path.stat().st_size <= 61_000
    credit = next(line for line in (path.parent / "README.md").read_text().splitlines() if f"`{path.name}`" in line)
    assert author in credit and "CC0" in credit
    np.testing.assert_array_equal(image, np.asarray(Image.open(BytesIO(path.read_bytes())).convert("RGB")))
    image[:] = 0
    assert photograph(name).any()


def test_photograph_quotes_an_unknown_name():
    with pytest.raises(ValueError, match=r"'cat'.*'dog'"):
        photograph("dog")


def test_cut_outs_are_centred_and_black_outside():
    image = np.arange(1, 26).reshape(5, 5)
    pictures = cut_outs(image, [[2, 2], [0, 4], [-1, 0]], (3, 1))
    assert pictures[:, :, 0].tolist() == [[8, 13, 18], [0, 5, 10], [0, 0, 1]]
    assert cut_outs(image, np.empty((0, 2), int), (5, 3)).shape == (0, 5, 3)


DIAGONAL = np.eye(3, dtype=np.uint8)
CROSS = DIAGONAL | DIAGONAL[::-1]


@pytest.mark.parametrize("seed", range(100))
def test_planted_patterns_are_where_they_are_said_to_be_and_nowhere_else(seed):
    image, positions = planted_patterns((11, 11), [DIAGONAL, CROSS], 3, seed=seed)
    drawn = np.zeros((11, 11), int)
    for pattern, places in zip((DIAGONAL, CROSS), positions, strict=True):
        assert 2 <= len(places) <= 3
        for row, column in places:
            drawn[row : row + 3, column : column + 3] += pattern
    assert image.dtype == np.uint8 and image.tolist() == drawn.tolist()
    # an independent search for the exact diagonal, with black at the two corners beside it
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    found = np.argwhere((windows == DIAGONAL)[..., DIAGONAL | DIAGONAL[::-1] == 1].all(axis=-1))
    assert found.tolist() == positions[0].tolist()


@given(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.integers(0, 10**6))
def test_planted_copies_touch_nowhere_and_one_is_at_an_edge(size, seed):
    image, (positions,) = planted_patterns((12, 9), [np.ones(size)], 5, seed=seed)
    assert 1 <= len(positions) <= 5
    assert scipy.ndimage.label(image, np.ones((3, 3)))[1] == len(positions)
    assert {0, 9 - size[1]} & set(positions[:, 1].tolist())
    again, _ = planted_patterns((12, 9), [np.ones(size)], 5, seed=seed)
    np.testing.assert_array_equal(image, again)


@pytest.mark.parametrize(("shape", "n"), [((2, 5), 1), ((5, 2), 1), ((5, 5), 0)])
def test_a_pattern_that_does_not_fit_is_refused(shape, n):
    with pytest.raises(ValueError, match=re.escape(f"got {n} of shape (3, 3) in {shape}")):
        planted_patterns(shape, [DIAGONAL], n)


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.integers(0, 1)))
def test_a_crop_keeps_all_that_is_yellow_and_no_black_edge(image):
    part = crop(image)
    assert part.sum() == image.sum()
    if image.any():
        assert all(edge.any() for edge in (part[0], part[-1], part[:, 0], part[:, -1]))
        assert scipy.signal.correlate2d(image.astype(int), part.astype(int), "valid").max() == image.sum()
    else:
        assert part.size == 0
