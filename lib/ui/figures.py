"""Grids of numbers in, plotly figures (as dicts) out, and HTML of many small ones; no streamlit.

`charts.py` has curves, bars and histograms.

The colours mean the same number on every page: limits are given by the caller and follow from meaning, never from the
data. Text beside the grids takes its colour from `show` in lib/ui/page.py.
"""

import base64
import io
from html import escape
from itertools import zip_longest

import numpy as np
from PIL import Image

from lib.ui.colours import CLEAR, DIVERGING, EDGE, GAPS, GRAY, LINE, MAGMA, WINDOW, channels, colours_at, text_levels  # noqa: TID251

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
TITLE = 15  # px
MOST_NUMBERS = 20  # a side longer than this shows no numbers in its cells

# Plotly's template: what all grids share travels once.
_AXIS = {
    "showgrid": False,
    "zeroline": False,
    "showticklabels": False,
    "ticks": "",
    "fixedrange": True,
    "constrain": "domain",
    "showline": True,
    "mirror": True,
    "linecolor": LINE,
}
_HEATMAP = {"showscale": False, "hovertemplate": "row %{y}, column %{x}: %{z}<extra></extra>"}
_GRIDS = {"data": {"heatmap": [_HEATMAP]}, "layout": {"xaxis": _AXIS, "yaxis": _AXIS}}
GAP = 6  # px between small pictures
LINE_OF_TEXT = 22  # px
_ROW = "display:flex;flex-wrap:wrap;align-items:flex-start"
_MARK = f"outline:3px solid {WINDOW};box-shadow:0 0 0 5px {EDGE}"  # the frame of a window
_INK = f'<span style="color:rgb({",".join(3 * ["%{text}"])})">'  # a cell's `text` is the level of its ink


def panel(array, title="", *, low=0, high=1, scale=None, after="", numbers=None, window=None, start=0):
    """One grid of numbers for `figure`: its colours run from `low` to `high`, by meaning.

    A negative `low` takes the diverging scale. `after` is the sign that follows it (× or =); `window` is
    (top, left, rows, columns) of a frame, in cells.
    Rows and columns count from `start`, which is below 0 where there is padding.
    """
    array = np.asarray(array)
    return {
        "array": array,
        "title": title,
        "low": low,
        "high": high,
        "scale": scale or _scale_from(low),
        "after": after,
        "numbers": max(array.shape[:2]) <= MOST_NUMBERS if numbers is None else numbers,
        "window": window,
        "start": start,
    }


def score_colours(template, *, photograph=False):
    """How `panel` shows a score map: by what the template can reach on a picture of 0 and 1.

    On a photograph, a template that makes a picture again goes up to what an all-white one gives; others go from
    -255 to 255.
    """
    total = float(template.sum())
    if photograph:
        return {"high": 255 * total, "scale": GRAY} if total > 0 else {"low": -255, "high": 255}
    most = max(float(template[template > 0].sum()), -float(template[template < 0].sum())) or 1
    return {"low": -most if (template < 0).any() else 0, "high": most}


def figure(*panels, height=260, gap=0.12, one_size=False):
    """Grids side by side in ONE figure: square cells, row 0 on top, the number in each cell that is large enough.

    One figure keeps small grids in one row on a phone, where Streamlit's columns stack. With `one_size`, their cells
    are equally large, also where one grid has fewer.
    """
    widths = np.array([p["array"].shape[1] if one_size else 1 for p in panels])
    shares = (1 - gap * (len(panels) - 1)) * widths / widths.sum()
    data, layout, notes, shapes = [], {}, [], []
    for n, (p, share) in enumerate(zip(panels, shares.tolist(), strict=True)):
        tail, left, (rows, columns), start = (
            _tail(n),
            float(shares[:n].sum()) + n * gap,
            p["array"].shape[:2],
            p["start"] - 0.5,
        )
        data.append(_trace(p, height) | {"xaxis": f"x{tail}", "yaxis": f"y{tail}"})
        same = {"scaleanchor": "x"} if one_size and n else {}
        layout |= _axes(tail, [start, start + columns], [start + rows, start], domain=[left, left + share], **same)
        notes += _words_around(p, tail, left + share / 2, left + share + gap / 2)
        shapes += _frame(*p["window"], tail) if p["window"] else []
    margin = {"l": 3, "r": 3, "t": 26 if any(p["title"] for p in panels) else 3, "b": 3}
    layout |= {"annotations": notes, "shapes": shapes, "template": _GRIDS}
    return {"data": data, "layout": layout | bare(height, margin, back=GAPS)}


def gallery(images, titles=(), *, columns=6, low=0, high=1, scale=None, height=150, marks=()):
    """Many small pictures of one shape as HTML, at most `columns` in a row and fewer where there is less room.

    `images` is (n, h, w); each may have a title below. The pictures whose numbers are in `marks` get the window's
    frame. At full width it is about `height` px high.
    """
    images = np.asarray(images)
    n, h, w = images.shape
    rows = -(-n // columns)
    cell = max(1, round((height / rows - GAP - (LINE_OF_TEXT if len(titles) else 0)) / h))
    colours = {"low": low, "high": high, "scale": scale or _scale_from(low)}
    tiles = "".join(
        f"<div>{_sheet(one[None], 1, cell, style=_MARK if i in marks else '', **colours)}"
        f"<div>{escape(title)}</div></div>"
        for i, (one, title) in enumerate(zip_longest(images, titles, fillvalue=""))
    )
    edge = ";padding:5px" if len(marks) else ""  # for what stands out around a mark
    room = f"max-width:{columns * (w * cell + 4 * GAP) + GAP}px"
    return f'<div style="{_ROW};gap:8px {2 * GAP}px;text-align:center;{room}{edge}">{tiles}</div>'


def strip_figure(found, missed, false_alarms, *, most=3):
    """Three groups as HTML, found, missed and false alarms: the count, and at most `most` small pictures each."""
    groups = []
    for words, images in (("Found", found), ("Missed", missed), ("False alarms", false_alarms)):
        images, few = np.asarray(images), most <= 3
        count = f" <small>{most} of {len(images)}</small>" if len(images) > most else ""
        cell = max(1, (48 if few else 21) // max(images.shape[1:]))
        sheet = _sheet(images[:most], 3 if few else 12, cell, low=0, high=1, scale=MAGMA) if len(images) else ""
        groups.append(f'<div style="min-width:9rem"><b>{words} {len(images)}</b>{count}<br>{sheet}</div>')
    return f'<div style="{_ROW};gap:8px 24px">{"".join(groups)}</div>'


def magnified(shape, part, *, height=260):
    """A grid of 0 and 1 that is too large for its cells to be seen, at scale, as HTML: all 0 but for a part.

    That part (h, w) is framed in the middle of the grid's `shape`, and stands beside it with cells that can be seen.
    """
    (rows, columns), (h, w) = shape, part.shape
    whole = f"width:{height * columns / max(shape):.0f}px;aspect-ratio:{columns}/{rows};background:{MAGMA[0][1]}"
    frame = f"width:{100 * w / columns:.2f}%;height:{100 * h / rows:.2f}%;min-width:4px;min-height:4px;{_MARK}"
    middle = "position:absolute;left:50%;top:50%;transform:translate(-50%,-50%)"
    return (
        f'<div style="{_ROW};flex-wrap:nowrap;gap:24px"><div style="min-width:0">One template<br>'
        f'<div style="max-width:100%;position:relative;{whole}"><div style="{middle};{frame}"></div></div></div>'
        f'<div style="min-width:0">Its frame<br>'
        f"{_sheet(part[None], 1, height // h, low=0, high=1, scale=MAGMA)}</div></div>"
    )


def typed(array):
    """The array as plotly's typed base64: a third of the bytes of a list of numbers, and quicker to write."""
    array = np.ascontiguousarray(array)
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:  # the browser has no 64-bit whole numbers
        array = array.astype(np.int32 if abs(array).max(initial=0) < 2**31 else np.float64)
    text = base64.b64encode(array).decode()
    return {"dtype": array.dtype.str[1:], "bdata": text, "shape": ", ".join(map(str, array.shape))}


def inked(levels, digits="%{z}"):
    """The numbers of a heatmap in their cells, each in the ink of its level (h, w), from 0, black, to 255, white.

    Plotly's own choice falls to 2.6 : 1, and its `textfont` has one colour for all cells; `text` has one for each.
    """
    return {"text": typed(levels), "texttemplate": f"{_INK}{digits}</span>"}


def bare(height, margin, *, back=CLEAR):
    """What every figure shares: no drag, a see-through page, and `back` behind the cells or curves."""
    colours = {"paper_bgcolor": CLEAR, "plot_bgcolor": back}
    return {"height": height, "margin": margin, "dragmode": False, "hovermode": "closest"} | colours


def _trace(p, height):
    array = p["array"]
    if array.dtype == bool:  # yes or no in every cell: a picture file is a tenth of the numbers
        return _image(np.uint8([channels(MAGMA[0][1]), channels(MAGMA[-1][1])])[array.astype(int)])
    if array.ndim == 3:
        return _image(array)
    limits = {"zmin": float(p["low"]), "zmax": float(p["high"]), "colorscale": p["scale"]}
    gap = int(max(array.shape) <= 24)  # lines between smaller cells would hide them
    place = {"x0": p["start"], "y0": p["start"], "xgap": gap, "ygap": gap}
    return {"type": "heatmap", "z": typed(array)} | limits | place | (_numbers(p, height) if p["numbers"] else {})


def _numbers(p, height):
    """The numbers as people write them: at most two decimals, and plotly's own format has a real minus sign."""
    array, largest = p["array"], abs(p["array"]).max()
    whole = np.issubdtype(array.dtype, np.integer) or (array == array.round()).all()
    size = min(18 if whole and largest < 10 else 13, height // (2 * max(array.shape)))
    levels = text_levels(p["scale"], (array - float(p["low"])) / (p["high"] - p["low"]))
    digits = "%{z}" if whole or largest < 1e5 else "%{z:.0e}"  # a runaway weight fits its cell too
    shown = array if whole else array.round(2 if largest < 1000 else 0)
    return inked(levels, digits) | {"z": typed(shown), "textfont": {"size": size}}


def _image(rgb):
    return {"type": "image", "source": _png(rgb), "hoverinfo": "skip"}


def _sheet(images, across, cell, *, low, high, scale, style=""):
    """Pictures (n, h, w) of one shape as ONE image file in HTML, `across` in a row, a cell as so many pixels.

    An image prints, keeps its colours where a system forces its own, and is a tenth of the bytes of its cells.
    """
    n, h, w = images.shape
    rgb = colours_at(scale, (images - float(low)) / ((high - low) or 1))  # (n, h, w, 3)
    size, line = (h * cell + 1, w * cell + 1), channels(LINE)
    tiles = np.full((n, *size, 4), 255, np.uint8)
    tiles[:, 1:, 1:, :3] = rgb.repeat(cell, axis=1).repeat(cell, axis=2)
    every = cell if max(h, w) <= 8 else None  # lines between smaller cells would hide them
    for edge in (slice(None, None, every), -1) if every else (0, -1):
        tiles[:, edge, :, :3] = tiles[:, :, edge, :3] = line
    rows, across = -(-n // across), min(n, across)
    sheet = np.zeros((rows * across, size[0] + GAP, size[1] + GAP, 4), np.uint8)  # what is left is transparent
    sheet[:n, : size[0], : size[1]] = tiles
    sheet = sheet.reshape(rows, across, *sheet.shape[1:]).swapaxes(1, 2).reshape(rows * (size[0] + GAP), -1, 4)
    sheet = sheet[:-GAP, :-GAP]
    style = f"image-rendering:pixelated;max-width:100%;{style}"
    return f'<img alt="" width="{sheet.shape[1]}" style="{style}" src="{_png(sheet)}">'


def _png(pixels):
    """A picture (H, W, 3 or 4) as the address of an image that travels with the page."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _tail(n):
    """What follows x and y in the names of plotly's pair of axes number n."""
    return str(n + 1) if n else ""


def _axes(tail, across, down, **xaxis):
    """A pair of axes with square cells over these two ranges."""
    return {
        f"xaxis{tail}": {"anchor": f"y{tail}", "range": across} | xaxis,
        f"yaxis{tail}": {"anchor": f"x{tail}", "scaleanchor": f"x{tail}", "constraintoward": "top", "range": down},
    }


def _scale_from(low):
    return DIVERGING if low < 0 else MAGMA


def _corners(top, left, rows, columns, tail):
    on = {"xref": f"x{tail}", "yref": f"y{tail}"}
    return {"x0": left - 0.5, "x1": left + columns - 0.5, "y0": top - 0.5, "y1": top + rows - 0.5} | on


def _frame(top, left, rows, columns, tail=""):
    """The window's frame around cells: a line with a dark edge on both sides."""
    corners = _corners(top, left, rows, columns, tail)
    return [corners | {"line": {"color": colour, "width": width}} for colour, width in ((EDGE, 5), (WINDOW, 3))]


def _words_around(p, tail, middle, behind):
    """The title above a panel, and the sign behind it: halfway down the grid, which is lower on a phone."""
    title = _note(p["title"], middle, 1, "bottom", TITLE) | {"yshift": 4}
    sign = _note(p["after"], behind, 0.5, "middle", 24) | {"yref": f"y{tail} domain"}
    return [note for note in (title, sign) if note["text"]]


def _note(text, x, y, yanchor, size):
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": yanchor}
    return place | {"text": text, "showarrow": False, "font": {"size": size}}
