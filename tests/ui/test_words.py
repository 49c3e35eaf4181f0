"""Numbers as text: what a visitor with a pencil would write."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ui.words import counted, equation, in_bytes, in_words, number, percent, roughly, short


@pytest.mark.parametrize(
    ("n", "words", "memory"),
    [
        (0, "0", "0 bytes"),
        (297, "297", "297 bytes"),
        (999, "999", "999 bytes"),
        (1_000, "1,000", "1 kB"),
        (11_979, "11,979", "12 kB"),
        (153_600, "153,600", "154 kB"),
        (999_499, "999,499", "999 kB"),
        (999_500, "999,500", "1 MB"),
        (80_892_036, "80,892,036", "81 MB"),
        (999_999_999, "999,999,999", "1 GB"),
        (1_000_000_000, "1 billion", "1 GB"),
        (2_495_152_128, "2.5 billion", "2.5 GB"),
        (9_949_999_999, "9.9 billion", "9.9 GB"),
        (9_950_000_000, "10 billion", "10 GB"),
        (999_600_000_000, "1 trillion", "1 TB"),
        (80_946_000_000_000, "81 trillion", "81 TB"),
        (255_936_000_000_000, "256 trillion", "256 TB"),
    ],
)
def test_large_numbers_are_said_in_words(n, words, memory):
    assert in_words(n) == words
    assert in_bytes(n) == memory


@given(st.integers(0, 10**15 - 10**12))
def test_words_and_units_stay_within_five_percent_and_below_a_thousand(n):
    factors = {"kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "billion": 1e9, "trillion": 1e12}
    for text in (in_bytes(n), in_words(n)):
        amount, _, unit = text.replace(",", "").partition(" ")
        assert float(amount) * factors.get(unit, 1) == pytest.approx(n, rel=0.05)
        assert unit in ("", "bytes") or 1 <= float(amount) < 1000


@given(st.floats(-1e6, 1e6))
def test_a_number_is_the_nearest_with_four_decimals_and_a_real_minus(x):
    text = number(x)
    assert "-" not in text and text != "−0"
    assert float(text.replace("−", "-")) == pytest.approx(x, abs=0.5000001e-4)
    assert "." not in text or not text.endswith(("0", "."))


@given(st.floats(-1e9, 1e9))
def test_short_and_roughly_are_whole_from_a_thousand_on(x):
    for text, off in ((short(x), 0.5000001e-4), (roughly(x), 0.005 * abs(x) + 1e-9)):
        value = float(text.replace("−", "-").replace(",", ""))
        assert value == pytest.approx(x, abs=0.5 if abs(x) >= 1000 else off)
        assert abs(x) < 1000 or "." not in text


def test_one_is_not_many():
    assert [counted(n, "picture") for n in (0, 1, 2, 1000)] == [
        "0 pictures",
        "1 picture",
        "2 pictures",
        "1,000 pictures",
    ]


def test_products_below_0_stand_in_brackets():
    assert equation(np.array([[1, 0], [2, 1]]), np.array([[-1, 3], [0.5, 0]])) == "1×(−1) + 0×3 + 2×0.5 + 1×0 = **0**"


@pytest.mark.parametrize(("share", "text"), [(0, "0.0"), (0.9805, "98.0"), (1 / 3, "33.3"), (1, "100.0")])
def test_a_share_is_said_in_percent(share, text):
    assert percent(share) == f"{text}\u00a0%"
