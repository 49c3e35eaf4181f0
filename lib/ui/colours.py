"""Every colour of the app: Python takes them from here, JavaScript and CSS from what app.py makes of it.

Colours are written as rgb(...), which no theme of Streamlit's replaces. The magma scale is the article's.
"""

import numpy as np


def _scale(*colours):
    return [[i / (len(colours) - 1), f"rgb{colour}"] for i, colour in enumerate(colours)]


MAGMA = _scale(
    (0, 0, 4),
    (24, 15, 62),
    (69, 16, 119),
    (114, 31, 129),
    (159, 47, 127),
    (205, 64, 113),
    (241, 96, 93),
    (253, 149, 103),
    (254, 202, 141),
    (252, 253, 191),
)
DIVERGING = _scale((33, 102, 172), (146, 197, 222), (255, 255, 255), (244, 165, 130), (178, 24, 43))
GRAY = _scale((0, 0, 0), (255, 255, 255))
RED, GREEN, BLUE = (_scale((0, 0, 0), colour) for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255)))
SCALES = {"magma": MAGMA, "diverging": DIVERGING, "gray": GRAY, "red": RED, "green": GREEN, "blue": BLUE}

# What carries meaning has a contrast of 3 : 1 or more with the page, light or dark, and with its sidebar.
LINE = "rgb(128,128,128)"  # frames and lines between cells
WINDOW, EDGE = "rgb(0,195,175)", "rgb(0,0,0)"  # a mark with its dark edge: one of both reads on any cell and any page
MISSED = "rgb(200,80,0)"  # dots around what was missed
WRONG = "rgb(214,69,80)"  # an answer on the wrong side
FLOOR = "rgb(60,140,220)"  # the smallest error possible
VIOLET, ORANGE = "rgb(160,70,170)", "rgb(214,110,45)"  # the two shares of a whole
CURVES = ("rgb(205,64,113)", "rgb(0,150,135)", "rgb(100,130,215)")  # lines side by side
# The themes of config.toml: text, page, and what is pressed or chosen.
INK = {"light": "rgb(29,24,36)", "dark": "rgb(243,239,247)"}
PAPER = {"light": "rgb(255,255,255)", "dark": "rgb(19,16,24)"}
ACCENT = {"light": "rgb(123,35,130)", "dark": "rgb(213,139,220)"}

# What carries no meaning may be faint.
FAINT = "rgba(128,128,128,0.25)"  # the lines behind a chart, the track of a bar
GAPS = "rgba(128,128,128,0.6)"  # between cells
CLEAR = "rgba(0,0,0,0)"  # the page's own colour


def for_browser():
    """This palette as JavaScript and CSS take it: each scale as its colours, single colours by their use, and what
    page.css takes, by theme.

    >>> sorted(for_browser()["single"])
    ['curve', 'edge', 'faint', 'line', 'missed', 'window']
    """
    single = {"curve": CURVES[0], "edge": EDGE, "faint": FAINT, "line": LINE, "missed": MISSED, "window": WINDOW}
    scales = {name: [channels(colour) for _, colour in scale] for name, scale in SCALES.items()}
    themed = {"ink": INK, "paper": PAPER, "accent": ACCENT}
    page = {f"{name}-{theme}": colour for name, themes in themed.items() for theme, colour in themes.items()}
    return {"scales": scales, "single": single, "page": page}


def channels(colour):
    """The three numbers of a colour, 0 to 255 each.

    >>> channels(VIOLET)
    (160, 70, 170)
    """
    red, green, blue = (int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    return red, green, blue


def at(scale, share):
    """The colour of a scale at a share from 0 to 1, as plotly and the browser's grids mix it.

    >>> at(GRAY, 0.5)
    'rgb(128,128,128)'
    """
    return f"rgb({','.join(f'{channel:.0f}' for channel in _mixed(scale, share))})"


def contrast(one, other):
    """How far two colours are apart for the eye, from 1 to 21 (WCAG 2.2, contrast ratio).

    >>> round(contrast("rgb(0,0,0)", "rgb(255,255,255)"))
    21
    """
    low, high = sorted(float(_luminance(np.array(channels(colour)))) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def text_on(colour):
    """Black or white, whichever reads better on that colour: never less than 4.58 : 1.

    >>> text_on("rgb(205,64,113)"), text_on("rgb(252,253,191)")
    ('rgb(255,255,255)', 'rgb(0,0,0)')
    """
    return max("rgb(0,0,0)", "rgb(255,255,255)", key=lambda ink: contrast(ink, colour))


def text_levels(scale, shares):
    """`text_on` for many shares of a scale at once, as levels: 0 is black, 255 white. uint8, of the shape of `shares`.

    >>> text_levels(MAGMA, [[0, 0.5], [0.6, 1]])
    array([[255, 255],
           [  0,   0]], dtype=uint8)
    """
    is_bright = _luminance(_mixed(scale, shares)) + 0.05 > (1.05 * 0.05) ** 0.5  # nearer to white than to black
    return np.where(is_bright, 0, 255).astype(np.uint8)


def colours_at(scale, shares):
    """`at` for many shares (...) at once: their channels, uint8 (..., 3).

    >>> colours_at(GRAY, [0, 0.5])
    array([[  0,   0,   0],
           [128, 128, 128]], dtype=uint8)
    """
    return _mixed(scale, shares).astype(np.uint8)


def _mixed(scale, shares):
    """The channels (..., 3) of a scale at shares (...), whole numbers from 0 to 255."""
    steps = [step for step, _ in scale]
    red, green, blue = zip(*(channels(colour) for _, colour in scale), strict=True)
    return np.floor(np.stack([np.interp(shares, steps, channel) for channel in (red, green, blue)], axis=-1) + 0.5)


def _luminance(rgb):
    """Relative luminance, 0 to 1 (WCAG 2.2), of channels (..., 3)."""
    c = rgb / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
