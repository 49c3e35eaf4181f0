"""Every colour of the app: Python takes them from here, JavaScript and CSS from what app.py makes of it.

Colours are written as rgb(...), which no theme of Streamlit's replaces. The magma scale is the article's.
"""


def _scale(*colours):
    return [[i / (len(colours) - 1), f"rgb{colour}"] for i, colour in enumerate(colours)]


MAGMA = _scale(
    (0, 0, 4), (24, 15, 62), (69, 16, 119), (114, 31, 129), (159, 47, 127),
    (205, 64, 113), (241, 96, 93), (253, 149, 103), (254, 202, 141), (252, 253, 191),
)  # fmt: skip
DIVERGING = _scale((33, 102, 172), (146, 197, 222), (255, 255, 255), (244, 165, 130), (178, 24, 43))
GRAY = _scale((0, 0, 0), (255, 255, 255))
RED, GREEN, BLUE = (_scale((0, 0, 0), colour) for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255)))
SCALES = {"magma": MAGMA, "diverging": DIVERGING, "gray": GRAY, "red": RED, "green": GREEN, "blue": BLUE}

LINE = "rgb(128,128,128)"  # frames and lines between cells: reads on white and on near-black
WINDOW, EDGE = "rgb(0,190,170)", "rgb(0,10,9)"  # the window's frame, with a dark edge: one of both reads on any cell
MISSED = "rgb(200,80,0)"  # dots around what was missed
WRONG = "rgb(214,69,80)"  # an answer on the wrong side
FLOOR = "rgb(60,140,220)"  # the smallest error possible
VIOLET, ORANGE = "rgb(160,70,170)", "rgb(253,149,103)"
CURVES = ("rgb(205,64,113)", "rgb(0,150,135)", "rgb(110,140,220)")  # lines side by side
INK = {"light": "rgb(29,24,36)", "dark": "rgb(243,239,247)"}  # the theme's text colours in config.toml


def channels(colour):
    """The three numbers of a colour, 0 to 255 each.

    >>> channels("rgb(0,190,170)")
    (0, 190, 170)
    """
    red, green, blue = (int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    return red, green, blue


def at(scale, share):
    """The colour of a scale at a share from 0 to 1, as plotly and the browser's grids mix it.

    >>> at(GRAY, 0.5)
    'rgb(128,128,128)'
    """
    n = min(max(share, 0), 1) * (len(scale) - 1)
    low = min(int(n), len(scale) - 2)
    pairs = zip(channels(scale[low][1]), channels(scale[low + 1][1]), strict=True)
    mixed = (int(a + (n - low) * (b - a) + 0.5) for a, b in pairs)
    return f"rgb({','.join(map(str, mixed))})"


def contrast(one, other):
    """How far two colours are apart for the eye, from 1 to 21 (WCAG 2.2, contrast ratio).

    >>> round(contrast("rgb(0,0,0)", "rgb(255,255,255)"))
    21
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(colour):
    """Black or white, whichever reads better on that colour: never less than 4.58 : 1.

    >>> text_on("rgb(205,64,113)"), text_on("rgb(252,253,191)")
    ('rgb(255,255,255)', 'rgb(0,0,0)')
    """
    return max("rgb(0,0,0)", "rgb(255,255,255)", key=lambda ink: contrast(ink, colour))


def _luminance(colour):
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
