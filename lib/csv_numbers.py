"""Grids of numbers as CSV files, as tables and other programs write and read them."""

import re

import numpy as np
from numpy.typing import ArrayLike

MOST_BYTES = 32_768  # of a text: 32 × 32 numbers with room to spare
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def write_csv(array: ArrayLike) -> str:
    """The (h, w) grid as text: a line a row, numbers parted by commas, decimals with a point, to the last digit.

    >>> write_csv([[0, 1], [-0.5, 0.1]])
    '0,1\\n-0.5,0.1\\n'
    """
    rows = np.asarray(array).tolist()
    return "".join(",".join(map(_plain, row)) + "\n" for row in rows)


def read_csv(data: str | bytes) -> np.ndarray:
    """The grid (h, w) of numbers, float64, in a text or the bytes of a file.

    Numbers are parted by tabs, semicolons or commas, whichever comes first in this list and in the text, or by spaces.
    Blank lines and spaces around numbers do not count. ValueError for anything that is no grid of finite numbers: rows
    of different lengths, text, nothing at all, over MOST_BYTES.

    >>> read_csv("0; 1\\r\\n-2.5;3").tolist()
    [[0.0, 1.0], [-2.5, 3.0]]
    """
    text = csv_text(data)
    separator = next((one for one in "\t;," if one in text), None)
    rows = [line.strip(" ").split(separator) for line in text.splitlines() if line.strip()]
    if not rows:
        raise ValueError("there are no numbers")
    for n, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(f"rows need one length: row 0 has {len(rows[0])} numbers, row {n} has {len(row)}")
    return np.array([[_number(cell, i, j) for j, cell in enumerate(row)] for i, row in enumerate(rows)])


def csv_text(data: str | bytes) -> str:
    """The text of a file, without the mark that some programs put at its beginning. ValueError where it is too long.

    >>> csv_text(b"\\xef\\xbb\\xbf1,2")
    '1,2'
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"that is too long: at most {MOST_BYTES:,} characters")
    try:
        return (data if isinstance(data, str) else data.decode()).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise ValueError("that is no text: save the table as CSV, in UTF-8") from None


def check_numbers(
    numbers: np.ndarray, *, most: int, low: float, high: float, whole: bool, shape: tuple[int, int] | None = None
) -> None:
    """ValueError unless the (h, w) numbers fit: at most `most` a side or of that shape, and each from low to high.

    >>> check_numbers(np.array([[0, 1]]), most=32, low=0, high=1, whole=True)
    """
    rows, columns = numbers.shape
    if shape and (rows, columns) != tuple(shape):
        raise ValueError(f"this page needs {shape[0]} rows of {shape[1]} numbers, not {rows} of {columns}")
    if max(rows, columns) > most:
        raise ValueError(f"that is too large: {rows} rows of {columns} numbers, and at most {most} of {most} fit")
    wrong = (numbers < low) | (numbers > high) | (whole & (numbers != numbers.round()))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        kind = "whole numbers" if whole else "numbers"
        found = f"from {low:g} to {high:g} fit here: row {row}, column {column} is {numbers[row, column]:g}"
        raise ValueError(f"only {kind} {found.replace('-', '−')}")


def _plain(number):
    """Without an exponent, which some tables do not read, unless the number would be very long."""
    if isinstance(number, int):  # bool too
        return str(int(number))
    text = np.format_float_positional(number, trim="-")
    return text if len(text) < 30 else repr(number)


def _number(cell, row, column):
    place, cell = f"row {row}, column {column}", cell.strip().replace("−", "-")
    if not cell:
        raise ValueError(f"{place} is empty")
    if cell.lower().strip("+-") in ("nan", "inf", "infinity"):
        raise ValueError(f"{place} is {cell}, and numbers must be finite")
    if not _NUMBER.fullmatch(cell):
        hint = "write decimals with a point, like 0.5" if re.fullmatch(r"-?\d+,\d+", cell) else "leave out headings"
        raise ValueError(f"{place} is no number: “{cell[:20]}”; {hint}")
    if not np.isfinite(number := float(cell)):
        raise ValueError(f"{place} is too large")
    return number
