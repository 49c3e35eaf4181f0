"""Text of a link to numbers and back: what decodes encodes back, anything else is refused."""

import re
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lib.codec import (
    decode_image,
    decode_levels,
    decode_pixels,
    decode_template,
    encode,
    encode_image,
    encode_levels,
    encode_pixels,
)

# Written from the rule in words: no sign on zero, no leading or trailing zeros, at most 3 + 4 digits.
whole = st.integers(-999, 999).map(str)
decimal = st.builds(
    lambda sign, n, digits: f"{sign}{n}.{digits}",
    st.sampled_from(["", "-"]),
    st.integers(0, 999),
    st.integers(1, 9999).map(lambda n: f"{n:04d}".rstrip("0")),
)


@st.composite
def grids(draw, numbers, side):
    rows, columns = draw(st.integers(1, side)), draw(st.integers(1, side))
    return [[draw(numbers) for _ in range(columns)] for _ in range(rows)]


def text_of(grid):
    return ";".join(",".join(row) for row in grid)


@given(grids(whole | decimal, 7))
def test_every_template_is_read_as_written_and_comes_back_the_same(grid):
    weights = decode_template(text_of(grid))
    assert weights.tolist() == [[float(number) for number in row] for row in grid]
    assert encode(weights) == text_of(grid)


@given(grids(st.sampled_from("01"), 8))
def test_every_picture_is_read_as_written_and_comes_back_the_same(grid):
    image = decode_image(text_of(grid))
    assert image.dtype == np.uint8
    assert image.tolist() == [[int(number) for number in row] for row in grid]
    assert encode(image) == text_of(grid)


@given(grids(st.sampled_from("01"), 9))
def test_a_picture_in_short_is_its_bits_in_hexadecimal_and_comes_back_the_same(grid):
    bits = "".join("".join(row) for row in grid)
    padded = bits + "0" * (-len(bits) % 4)
    text = f"{len(grid)}x{len(grid[0])}-{int(padded, 2):0{len(padded) // 4}x}"
    image = decode_image(text)
    assert image.dtype == np.uint8
    assert image.tolist() == [[int(number) for number in row] for row in grid]
    assert encode_image(image) == text


@pytest.mark.parametrize("shape", [(32, 32), (1, 32), (32, 1)])
def test_the_largest_pictures_travel(shape):
    image = np.random.default_rng(0).integers(0, 2, shape)
    for text in (encode(image), encode_image(image)):
        assert decode_image(text).tolist() == image.tolist()
    assert len(encode_image(image)) <= 262


def test_masks_and_floats_travel_as_pictures_too():
    assert encode_image(np.eye(3)) == encode_image(np.eye(3) == 1) == "3x3-888"
    assert encode_image([[0, 0.0, 1]]) == "1x3-2"


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 16)))
def test_levels_travel(image):
    text = encode_levels(image)
    assert text == f"{image.shape[0]}x{image.shape[1]}-" + "".join("0123456789abcdefg"[level] for level in image.flat)
    assert decode_levels(text).tolist() == image.tolist()
    assert decode_levels(text).dtype == np.uint8


@pytest.mark.parametrize("levels", [[[17]], [[-1]], [[0.5]], [[float("nan")]]])
def test_other_numbers_are_no_levels(levels):
    with pytest.raises(ValueError, match="whole numbers from 0 to 16"):
        encode_levels(levels)


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[0-9]{1,2}x[0-9]{1,2}-[0-9a-h]{0,9}", fullmatch=True)))
@example("2x2-000h")
@example("2x2-00G0")
@example("2x2-00000")
@example("33x1-" + "0" * 33)
@example("2x2-000\n")
def test_any_text_is_refused_or_is_exactly_these_levels(text):
    try:
        image = decode_levels(text)
    except ValueError as error:
        assert "write levels" in str(error)
    else:
        assert encode_levels(image) == text


SHORT = ["3x3-", "3x3-49", "3x3-4900", "3x3-491", "3x3-49A", "3X3-490", "3x3-490 ", " 3x3-490", "3x3-490\n", "03x3-490",
         "3x03-490", "0x3-0", "3x0-0", "33x1-000000000", "1x33-000000000", "3x3", "3x3-xyz", "-3x3-490", "3×3-490",
         "3x3-4\u0669\u0660", "3x3-490;3x3-490", "99x99-" + "0" * 256, "32x32-" + "f" * 257]  # fmt: skip


@pytest.mark.parametrize("text", SHORT, ids=ascii)
def test_a_short_text_that_no_picture_has_is_refused(text):
    with pytest.raises(ValueError, match="write 0s and 1s"):
        decode_image(text)


# Text of the signs that matter, of those that look like them, and of anything at all.
hostile = st.one_of(
    st.text(st.sampled_from("0123456789-.,;"), max_size=12),
    st.text(st.sampled_from("01,;-. \n\0+eE\u0661\uff11\u00b2\u2212"), max_size=8),
    st.text(max_size=20),
    st.from_regex(r"[0-4]?[0-9]x[0-4]?[0-9]-[0-9a-f]{0,6}", fullmatch=True),
)


@given(hostile)
@example("0")
@example("-0.5,1")
@example("1;1\n")
@example("1,0;0,1")
def test_any_text_is_refused_or_comes_back_the_same(text):
    for decode in (decode_template, decode_image):
        try:
            array = decode(text)
        except ValueError as error:
            assert "write" in str(error)  # our own sentence, not numpy's
        else:
            assert text in (encode(array), encode_image(array))


REFUSED = ["", ";", ",", "1;", ";1", "1,", ",1", "1,,1", "1;;1", "1,0;1", "1;1,0", "1,1;1,", "[1]", "<script>",
           "-0", "00", "01", "1.0", "0.50", ".5", "5.", "-.5", "+1", "--1", "-", ".", "1.2.3", "0.00001", "-0.0",
           "1000", "-1000", "1e9", "1e3", "1E1", "nan", "NaN", "inf", "-inf", "Infinity", "0x1", "1_0", "True", "None",
           " 1", "1 ", "1, 0", "1\n", "\n1", "1\r", "1\0", "\x001", "1\t0", "1\u00a0", "\ufeff1",
           "\u0661", "\uff11", "\u00b2", "\u22121", "1\u066b5",
           "9" * 400, "0." + "1" * 400, "1,0" * 400]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_hostile_text_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=re.escape("rows of one length, at most 7 by 7")):
        decode_template(text)
    with pytest.raises(
        ValueError, match=re.escape("write 0s and 1s like 0,1,0;0,1,0 with rows of one length, at most 32")
    ):
        decode_image(text)


@pytest.mark.parametrize("text", ["2", "-1", "0.5", "0,1;1,2", "10", "11"])
def test_a_picture_is_0_and_1_only(text):
    with pytest.raises(ValueError, match="write 0s and 1s"):
        decode_image(text)


def test_sides_end_where_they_end():
    for decode, side in ((decode_template, 7), (decode_image, 32)):
        row = ",".join("1" * side)
        assert decode(";".join([row] * side)).shape == (side, side)
        for text in (row + ",1", ";".join(["1"] * (side + 1)), ";".join([row + ",1"] * (side + 1))):
            with pytest.raises(ValueError, match=f"at most {side} by {side}"):
                decode(text)


def test_a_megabyte_is_refused_at_once():
    for text in ("1," * 500_000, "1;" * 500_000, "1" * 1_000_000, "0." + "1" * 1_000_000, "9x9-" + "f" * 1_000_000):
        start = time.perf_counter()
        for decode in (decode_template, decode_image):
            with pytest.raises(ValueError, match="at most"):
                decode(text)
        assert time.perf_counter() - start < 0.5


def test_whole_numbers_come_out_whole():
    assert decode_template("-1,2;0,999").dtype.kind == "i"
    assert decode_template("-1,2;0,0.5").dtype.kind == "f"


weights = arrays(
    float, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.floats(-999.9999, 999.9999, allow_nan=False)
)


@given(weights)
@example(np.array([[-0.00001, -0.0, 1e-9]]))
@example(np.array([[999.9999, -999.9999]]))
def test_a_template_arrives_rounded_to_four_decimals(array):
    arrived = decode_template(encode(array))
    assert arrived.tolist() == array.round(4).tolist()
    assert encode(arrived) == encode(array)


def test_integers_lists_and_single_precision_travel():
    assert encode(np.array([[0, 255]], np.uint8)) == "0,255"
    assert encode([[1, -2.5], [0.1, 2 / 3]]) == "1,-2.5;0.1,0.6667"
    assert encode(np.float32([[0.1, 0.6]])) == "0.1,0.6"
    assert encode(np.array([[True], [False]])) == "1;0"


COLOURS = arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3)))


@given(COLOURS)
@example(np.zeros((1, 1, 3), np.uint8))
@example(np.full((32, 32, 3), (1, 2, 3), np.uint8))
def test_a_picture_in_colour_comes_back_the_same(colour):
    shown = decode_pixels(encode_pixels(colour))
    assert shown.dtype == np.uint8
    np.testing.assert_array_equal(shown, colour)


@given(COLOURS, st.booleans())
def test_gray_and_black_and_white_have_shorter_texts_and_come_back_the_same(colour, two):
    gray = colour[..., :1].repeat(3, axis=2)
    gray = gray // 128 * 255 if two else gray
    text = encode_pixels(gray)
    assert len(text) <= 7 + 2 * gray[..., 0].size
    assert (text == encode_image(gray[..., 0])) == set(np.unique(gray)).issubset({0, 255})
    np.testing.assert_array_equal(decode_pixels(text), gray)


@given(st.from_regex(r"[1-3]x[1-3](-[0-9a-f]{1,3}|g-[0-9a-f]{2,18}|c-[A-Za-z0-9_-]{4,36})", fullmatch=True))
def test_a_picture_has_one_text_only(text):
    try:
        colour = decode_pixels(text)
    except ValueError:
        return
    assert encode_pixels(colour) == text


@pytest.mark.parametrize(
    "text",
    [
        "1x1g-00",  # black, which is shorter as 1x1-0
        "1x1g-0",
        "1x1g-0A",
        "1x1g-1010",
        "2x1g-10",
        "33x1g-" + "10" * 33,
        "1x1c-EBAQ",  # gray
        "1x1c-_wA",
        "1x1c-_wAA_wAA",
        "1x1c-/wAA",
        "1x1c-\u0661wAA",
        "1x1c-_wAA\n",
        "c-_wAA",
        "",
    ],
)
def test_any_other_text_is_no_picture_in_colour(text):
    with pytest.raises(ValueError):
        decode_pixels(text)
