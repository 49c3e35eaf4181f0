"""Tables of numbers: what is written reads back, what other programs write is read, and anything else is refused."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lib.csv_numbers import MOST_BYTES, check_numbers, csv_text, read_csv, write_csv

SHAPES = array_shapes(min_dims=2, max_dims=2, max_side=6)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(arrays(float, SHAPES, elements=FINITE))
def test_what_is_written_reads_back_to_the_last_digit(numbers):
    text = write_csv(numbers)
    np.testing.assert_array_equal(read_csv(text), numbers)
    np.testing.assert_array_equal(read_csv("\ufeff".encode() + text.encode()), numbers)


@given(arrays(np.float32, SHAPES, elements=st.floats(-1000, 1000, width=32)))
def test_other_programs_read_what_is_written(numbers):
    rows = list(csv.reader(io.StringIO(write_csv(numbers))))
    np.testing.assert_array_equal(np.array(rows, float), numbers)


@given(
    arrays(float, SHAPES.filter(lambda shape: shape[1] > 1), elements=st.floats(-1000, 1000)),
    st.sampled_from([",", ";", "\t", " ", " , "]),
    st.sampled_from(["\n", "\r\n", "\n\n", " \n"]),
    st.booleans(),
)
def test_any_separator_and_end_of_line(numbers, separator, end, real_minus):
    text = end.join(separator.join(map(str, row)) for row in numbers.tolist())
    np.testing.assert_array_equal(read_csv(text.replace("-", "−") if real_minus and "e" not in text else text), numbers)


@given(st.text(max_size=60) | st.text("0123456789.,;\t -+e\n", max_size=60) | st.binary(max_size=60))
def test_anything_is_a_grid_of_finite_numbers_or_refused(data):
    try:
        numbers = read_csv(data)
    except ValueError as error:
        assert str(error)
    else:
        assert numbers.ndim == 2 and numbers.size and np.isfinite(numbers).all()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "there are no numbers"),
        (" \n\n", "there are no numbers"),
        ("1,2\n\n3", "row 0 has 2 numbers, row 1 has 1"),
        ("1,,2", "row 0, column 1 is empty"),
        ("1,2,", "row 0, column 2 is empty"),
        ("x,y\n1,2", "row 0, column 0 is no number: “x”; leave out headings"),
        ("1,5;2", "row 0, column 0 is no number: “1,5”; write decimals with a point"),
        ("1;2,5", "row 0, column 1 is no number: “2,5”; write decimals with a point"),
        ("nan", "row 0, column 0 is nan, and numbers must be finite"),
        ("1,-inf", "row 0, column 1 is -inf, and numbers must be finite"),
        ("1e999", "row 0, column 0 is too large"),
        ("0x10", "is no number"),
        ("1_000", "is no number"),
        ("١", "is no number"),  # a digit to Python's float, not to other programs
        ("=1+1", "is no number"),
        ("y" * 1000, f"“{'y' * 20}”;"),
        ("1 " * MOST_BYTES, "that is too long: at most 32,768"),
        ("1".encode("utf-16"), "that is no text: save the table as CSV, in UTF-8"),
    ],
)
def test_what_is_no_grid_of_numbers_is_named(data, said):
    with pytest.raises(ValueError) as raised:
        read_csv(data)
    assert said in str(raised.value)


def test_the_longest_text_is_read():
    assert csv_text(b"1" * MOST_BYTES) == "1" * MOST_BYTES
    assert read_csv(write_csv(np.full((32, 32), -0.1234567890123456789))).shape == (32, 32)


def test_short_numbers_stay_short():
    assert write_csv(np.array([[1e-5, 2e6]])) == "0.00001,2000000\n"
    assert write_csv(np.array([[True, False]])) == "1,0\n"
    assert write_csv(np.array([[1e-200]])) == "1e-200\n"


@pytest.mark.parametrize(
    ("numbers", "limits", "said"),
    [
        ([[0, 1, 0]], {"shape": (3, 3)}, "this page needs 3 rows of 3 numbers, not 1 of 3"),
        ([[0] * 5], {"most": 4}, "that is too large: 1 rows of 5 numbers, and at most 4 of 4 fit"),
        ([[0, 1], [0, 1.5]], {"whole": True}, "only whole numbers from −2 to 2 fit here: row 1, column 1 is 1.5"),
        ([[0, -3]], {}, "only numbers from −2 to 2 fit here: row 0, column 1 is −3"),
    ],
)
def test_numbers_that_do_not_fit_are_named(numbers, limits, said):
    with pytest.raises(ValueError) as raised:
        check_numbers(np.array(numbers), **{"most": 32, "low": -2, "high": 2, "whole": False} | limits)
    assert str(raised.value) == said


def test_the_ends_fit():
    check_numbers(np.array([[-2, 2, 0.5]]), most=3, low=-2, high=2, whole=False, shape=(1, 3))
