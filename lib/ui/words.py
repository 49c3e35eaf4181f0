"""Numbers as people read them: the one place where they become text. A minus sign is a real one."""

import re
from html import escape

import numpy as np

TERMS = {  # the words people will meet elsewhere, each with its plain meaning; `term` shows it on a hover or a tap
    "pixel": "one small square of a picture, with one number or three",
    "grid": "numbers in rows and columns; also called a matrix or an array",
    "channel": "the numbers of one colour: how much red, green or blue",
    "template": "a small grid of numbers to look for; also called a kernel or a filter",
    "weight": "one of the numbers of a template",
    "product": "two numbers multiplied: a pixel times the weight on top of it",
    "score": "all products added up: how well the template fits here",
    "match": "a score that reaches the value it must have",
    "score map": "the scores of all positions, as a grid; also called a feature map",
    "convolution": "one small template slides over the whole picture and writes down its score at each position",
    "window": "the part of the picture that the template lies on",
    "stride": "how many cells the template moves from one position to the next",
    "padding": "a border of zeros around the picture",
    "activation": "what is done to each score alone: here, all below 0 become 0",
    "pooling": "of each few neighbouring numbers only the largest stays",
    "example": "a picture together with its right answer",
    "label": "the right answer to a picture, given by a person",
    "labeller": "who gives the labels: here a rule that a person has made",
    "error": "how far the output is from the label",
    "step size": "how far each step changes the weights; also called the learning rate",
    "gradient": "for each weight, how much the error grows when that weight grows",
    "bias": "a number that is added to every sum",
    "threshold": "from this number on, the answer is yes",
    "probability": "a share of 100 %, here made from the scores",
    "epoch": "one pass over all examples",
    "dense": "every number before, times a weight of its own, added up to one score for each answer",
    "function": "numbers go in, numbers come out; the same in, the same out",
    "network": "many small functions, one after the other",
}


def term(name: str, words: str = "") -> str:
    """A term, in these `words` if given, that shows its meaning on a hover, a tap or by keyboard. HTML.

    >>> term("bias")
    '<abbr title="a number that is added to every sum" tabindex="0">bias</abbr>'
    """
    return f'<abbr title="{escape(TERMS[name])}" tabindex="0">{escape(words or name)}</abbr>'


def number(x: float) -> str:
    """At most four decimals.

    >>> number(-0.5), number(2.0), number(0.06249999999999999)
    ('−0.5', '2', '0.0625')
    """
    return f"{round(round(float(x), 9), 4) + 0:.4f}".rstrip("0").rstrip(".").replace("-", "−")


def short(x: float) -> str:
    """At most four decimals; from a thousand on, whole and with commas.

    >>> short(-0.5), short(1234.5678)
    ('−0.5', '1,235')
    """
    return f"{x:,.0f}".replace("-", "−") if abs(x) >= 1000 else number(x)


def roughly(x: float) -> str:
    """Three digits that count; from a thousand on, whole and with commas.

    >>> roughly(0.06875), roughly(-1234.5)
    ('0.0688', '−1,234')
    """
    return (f"{x:,.0f}" if abs(x) >= 1000 else f"{round(float(x), 9):.3g}").replace("-", "−")


def percent(share: float, *, decimals: int = 1) -> str:
    """A share from 0 to 1. No line ends before its sign.

    >>> percent(0.125), percent(2 / 3, decimals=0)
    ('12.5\\xa0%', '67\\xa0%')
    """
    return f"{100 * share:.{decimals}f}\u00a0%"


def counted(n: int, word: str) -> str:
    """A count with its word, which gets an s unless there is exactly one.

    >>> counted(1, "pixel"), counted(1200, "pixel")
    ('1 pixel', '1,200 pixels')
    """
    return f"{n:,} {word}" + ("" if n == 1 else "s")


def plain(text: str) -> str:
    """A text of somebody else's that Markdown shows as it stands.

    >>> plain("no *course* [x](y)")
    'no \\\\*course\\\\* \\\\[x\\\\]\\\\(y\\\\)'
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def equation(image: np.ndarray, template: np.ndarray) -> str:
    """The sum of products of two arrays of one shape, product by product, row by row; those with a weight of 0 too.

    >>> equation(np.array([[0, 1]]), np.array([[-1, 1]]))
    '0×(−1) + 1×1 = **1**'
    """

    def factor(x):
        return f"({number(x)})" if x < 0 else number(x)

    pairs = list(zip(image.ravel().tolist(), template.ravel().tolist(), strict=True))
    total = sum(pixel * weight for pixel, weight in pairs)
    return " + ".join(f"{factor(p)}×{factor(w)}" for p, w in pairs) + f" = **{number(total)}**"


def in_words(n: int) -> str:
    """A count as people say it: every digit below a thousand million, from there rounded, with a word.

    >>> in_words(11_979), in_words(80_946_000_000_000)
    ('11,979', '81 trillion')
    """
    return f"{n:,}" if n < 10**9 else _rounded(n, ("", "thousand", "million", "billion", "trillion"))


def in_bytes(n: int) -> str:
    """Memory as people say it, rounded, with a unit. A kB is 1,000 bytes.

    >>> in_bytes(3), in_bytes(11_979), in_bytes(80_946_000_000_000)
    ('3 bytes', '12 kB', '81 TB')
    """
    return f"{n} bytes" if n < 1000 else _rounded(n, ("bytes", "kB", "MB", "GB", "TB"))


def _rounded(n, units):
    """In the largest of the units, each 1,000 of the one before, that keeps it at 1 or more; one decimal below 10."""
    power = min((len(f"{float(f'{n:.3g}'):.0f}") - 1) // 3, len(units) - 1)  # 999,950 is 1 million, not 1,000 thousand
    x = n / 1000**power
    return f"{round(x, 1 if x < 9.95 else None):g} {units[power]}"
