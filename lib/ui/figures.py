"""Arrays in, plotly figures (as dicts) out; no streamlit.

The colours mean the same number on every page: limits are given by the caller and follow from meaning, never from the
data. Colours are written as rgb(...), which no theme replaces. Text takes its colour from `show` in lib/ui/page.py.
"""

import base64
import io

import numpy as np
from PIL import Image

from lib.ui.colours import BLUE, DIVERGING, GRAY, GREEN, LINE, MAGMA, RED, WINDOW, WRONG  # noqa: F401, TID251

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
TITLE = 15  # px
BRIGHT = [(GRAY, 128), (GREEN, 160)]  # from here on, of 0 to 255, black reads better on the cell than white
MOST_NUMBERS = 20  # a side longer than this shows no numbers in its cells


def panel(array, title="", *, low=0, high=1, scale=None, after="", numbers=None, window=None, start=0):
    """One grid of numbers for `figure`: its colours run from `low` to `high`, by meaning.

    A negative `low` takes the diverging scale. `after` is the sign that follows it (× or =); `window` is
    (top, left, rows, columns) of a frame, in cells.
    Rows and columns count from `start`, which is below 0 where there is padding.
    """
    array = np.asarray(array)
    if scale is None:
        scale = DIVERGING if low < 0 else MAGMA
    if numbers is None:
        numbers = max(array.shape[:2]) <= MOST_NUMBERS
    return {"array": array, "title": title, "low": low, "high": high, "scale": scale, "after": after,
            "numbers": numbers, "window": window, "start": start}  # fmt: skip


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


def figure(*panels, height=260, gap=0.12):
    """Grids side by side in ONE figure: square cells, row 0 on top, the number in each cell that is large enough.

    One figure keeps small grids in one row on a phone, where Streamlit's columns stack.
    """
    share = (1 - gap * (len(panels) - 1)) / len(panels)
    data, layout, notes, shapes = [], {}, [], []
    titles = any(p["title"] for p in panels)
    for n, p in enumerate(panels):
        left, tail = n * (share + gap), "" if n == 0 else str(n + 1)
        data.append(_trace(p, height) | {"xaxis": f"x{tail}", "yaxis": f"y{tail}"})
        axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "fixedrange": True,
                "constrain": "domain", "showline": True, "mirror": True, "linecolor": LINE}  # fmt: skip
        (rows, columns), start = p["array"].shape[:2], p["start"] - 0.5
        layout[f"xaxis{tail}"] = axis | {
            "domain": [left, left + share],
            "anchor": f"y{tail}",
            "range": [start, start + columns],
        }
        layout[f"yaxis{tail}"] = axis | {
            "anchor": f"x{tail}",
            "scaleanchor": f"x{tail}",
            "constraintoward": "top",
            "range": [start + rows, start],
        }
        if p["title"]:
            notes.append(_note(p["title"], left + share / 2, 1, "bottom", TITLE) | {"yshift": 4})
        if p["after"]:
            sign = _note(p["after"], left + share + gap / 2, 0.5, "middle", 24)
            notes.append(sign | {"yref": f"y{tail} domain"})  # halfway down the grid, which is lower on a phone
        frames = [_frame(*p["window"])] if p["window"] else []
        shapes += [frame | {"xref": f"x{tail}", "yref": f"y{tail}"} for frame in frames]
    data += [bright for p, trace in zip(panels, data, strict=True) for bright in _dark_numbers(p, trace)]
    margin = {"l": 3, "r": 3, "t": 26 if titles else 3, "b": 3}
    return {"data": data, "layout": layout | _bare(height, margin) | {"annotations": notes, "shapes": shapes}}


def gallery(images, titles=(), *, columns=6, low=0, high=1, scale=None, height=150, marks=()):
    """Many small pictures of one shape in one figure, at most `columns` in a row, each with a title below.

    `images` is (n, h, w). The pictures whose numbers are in `marks` get the window's frame.
    """
    tall = 1.5 if len(titles) else 1.2
    data, shapes, axes = _tiles(np.asarray(images), columns, tall, marks)
    notes = [
        {"x": trace["x0"] + (images[0].shape[1] - 1) / 2, "y": trace["y0"] + images[0].shape[0] - 0.4, "text": title}
        for trace, title in zip(data, titles, strict=False)
    ]  # fmt: skip
    layout = axes | {"coloraxis": _coloraxis(low, high, scale), "annotations": notes, "shapes": shapes}
    layout |= {"template": _tile_defaults(images)}
    return {"data": data, "layout": layout | _bare(height, {"l": 0, "r": 0, "t": 0, "b": 0}, cells=False)}


def strip_figure(found, missed, false_alarms, *, most=3):
    """Three groups side by side, found, missed and false alarms: the count, and at most `most` small pictures each."""
    data, shapes, notes, layout = [], [], [], {"coloraxis": _coloraxis(0, 1, None)}
    for n, (words, images) in enumerate((("Found", found), ("Missed", missed), ("False alarms", false_alarms))):
        tail, left, right = ("" if n == 0 else str(n + 1)), n * 0.35, n * 0.35 + 0.3
        notes.append(
            _note(f"<b>{words} {len(images)}</b>", left, 1, "bottom", TITLE) | {"xanchor": "left", "yshift": 4}
        )
        shown = np.asarray(images[:most]) if len(images) else np.full((1, 3, 3), np.nan)
        traces, frames, axes = _tiles(shown, most, 1.2, (), tail)
        data += traces
        shapes += frames if len(images) else []
        axes[f"xaxis{tail}"] |= {"domain": [left, right], "range": [-0.6, most * shown.shape[2] * 1.2 - 0.4]}
        layout |= axes
    layout |= {"annotations": notes, "shapes": shapes, "template": _tile_defaults(found)}
    return {"data": data, "layout": layout | _bare(150, {"l": 2, "r": 2, "t": 30, "b": 2}, cells=False)}


def _tiles(images, columns, tall, marks, tail=""):
    """Small pictures (n, h, w) laid out in rows over one pair of axes: traces, frames, axes."""
    n, h, w = images.shape
    columns = min(columns, n)
    step_y, step_x = h * tall, w * 1.2
    data, shapes = [], []
    for i, image in enumerate(images):
        top, left = i // columns * step_y, i % columns * step_x
        data.append({"type": "heatmap", "z": _typed(image), "x0": left, "y0": top, "xaxis": f"x{tail}",
                     "yaxis": f"y{tail}"})  # fmt: skip
        frame = _frame(top, left, h, w)
        if i not in marks:
            del frame["line"]  # the plain one of _tile_defaults
        shapes.append(frame | {"xref": f"x{tail}", "yref": f"y{tail}"})
    axis = {"visible": False, "fixedrange": True, "constrain": "domain"}
    rows = -(-n // columns)
    return (
        data,
        shapes,
        {
            f"xaxis{tail}": axis
            | {"anchor": f"y{tail}", "range": [-0.6, (columns - 1) * step_x + w - 0.4], "constraintoward": "left"},
            f"yaxis{tail}": axis
            | {
                "anchor": f"x{tail}",
                "range": [rows * step_y - 0.4, -0.6],
                "scaleanchor": f"x{tail}",
                "constraintoward": "top",
            },
        },
    )


def _tile_defaults(images):
    """A plotly template with what all tiles (n, h, w) share: it travels once, not once a tile."""
    gap = int(max(np.shape(images)[1:]) <= 8)  # lines between smaller cells would hide them
    tile = {"xgap": gap, "ygap": gap, "coloraxis": "coloraxis", "hoverinfo": "skip"}
    frame = {"line": {"color": LINE, "width": 1}}
    title = {"showarrow": False, "yanchor": "top", "font": {"size": 13}}
    return {"data": {"heatmap": [tile]}, "layout": {"shapedefaults": frame, "annotationdefaults": title}}


def _coloraxis(low, high, scale):
    return {"cmin": low, "cmax": high, "colorscale": scale or (DIVERGING if low < 0 else MAGMA), "showscale": False}


def bar(value, total, *, title, mark, words):
    """A thin bar from 0 to `total`, filled as far as `value`, with its title; a line with `words` stands at `mark`."""
    half = {"type": "bar", "orientation": "h", "y": [0], "hoverinfo": "skip"}
    data = [
        half | {"x": [value], "marker": {"color": WINDOW}},
        half | {"x": [total - value], "marker": {"color": "rgba(128,128,128,0.3)"}},
    ]
    line = {"type": "line", "x0": mark, "x1": mark, "y0": -0.1, "y1": 1.2, "yref": "paper"}
    place = {"y": 1.2, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    notes = [
        place | {"text": f"<b>{title}</b>", "x": 0, "xanchor": "left", "font": {"size": TITLE}},
        place | {"text": words, "x": mark, "xanchor": "right", "font": {"size": 13}},
    ]
    axis = {"visible": False, "fixedrange": True}
    layout = {"barmode": "stack", "bargap": 0, "showlegend": False, "xaxis": axis | {"range": [0, total]},
              "yaxis": axis, "shapes": [line | {"line": {"color": LINE, "width": 3}}], "annotations": notes,
              }  # fmt: skip
    return {"data": data, "layout": layout | _bare(70, {"l": 3, "r": 3, "t": 34, "b": 6}, cells=False)}


def bars(names, shares, *, marked):
    """One horizontal bar for each name, from 0 to 1, with its percentage; number `marked` stands out."""
    colours = [WINDOW if n == marked else "rgba(128,128,128,0.5)" for n in range(len(names))]
    data = {"type": "bar", "orientation": "h", "x": _typed(np.float32(shares)), "y": list(names), "hoverinfo": "skip",
            "marker": {"color": colours}, "text": [f"{100 * share:.1f} %" for share in shares], "cliponaxis": False,
            "textposition": "outside"}  # fmt: skip
    axis = {"fixedrange": True, "showgrid": False, "zeroline": False}
    layout = {"xaxis": axis | {"range": [0, 1.15], "showticklabels": False}, "bargap": 0.25,
              "yaxis": axis | {"type": "category", "autorange": "reversed", "automargin": True}}  # fmt: skip
    margin = {"l": 10, "r": 10, "t": 5, "b": 5}
    return {"data": [data], "layout": layout | _bare(max(150, 27 * len(names)), margin, cells=False)}


def table(counts, names, *, rows, columns):
    """A square table of counts (n, n) as shades, with the names of its rows and columns, and the words for both."""
    highest = int(counts.sum(axis=1).max())
    text = [[str(count) if count else "" for count in row] for row in counts.tolist()]
    data = {"type": "heatmap", "z": _typed(counts), "x": list(names), "y": list(names), "zmin": 0, "zmax": highest,
            "colorscale": MAGMA, "showscale": False, "xgap": 1, "ygap": 1, "text": text, "texttemplate": "%{text}",
            "textfont": {"size": 13}, "hoverinfo": "skip"}  # fmt: skip
    axis = {"type": "category", "fixedrange": True, "showgrid": False, "automargin": True, "constrain": "domain"}
    layout = {"xaxis": axis | {"title": {"text": columns}},
              "yaxis": axis | {"title": {"text": rows}, "autorange": "reversed", "scaleanchor": "x"}}  # fmt: skip
    return {"data": [data], "layout": layout | _bare(380, {"l": 10, "r": 10, "t": 5, "b": 10})}


def curves(lines, *, x, y, log=False, height=320, verticals=(), points=()):
    """Lines over one pair of axes. `lines` is (name, xs, ys, colour); `x` and `y` are the axis titles.

    `verticals` is (place, words) of thin marked lines; `points` is (x, y) of a marked dot.
    `log` is True for both axes, "y" for that one.
    """
    data = [
        {"type": "scatter", "mode": "lines", "name": name, "x": _typed(xs), "y": _typed(ys), "line": {"color": colour}}
        for name, xs, ys, colour in lines
    ]
    for at_x, at_y in points:
        data.append({"type": "scatter", "mode": "markers", "x": [at_x], "y": [at_y], "showlegend": False,
                     "cliponaxis": False, "marker": {"size": 12, "color": WINDOW, "line": {"width": 2, "color": LINE}},
                     })  # fmt: skip
    log_x, log_y = log is True, bool(log)
    place_x = np.log10 if log_x else float
    shapes, notes = [], []
    dash = {"type": "line", "line": {"color": LINE, "width": 1, "dash": "dot"}}
    small = {"showarrow": False, "font": {"size": 12}}
    for at, words in verticals:
        shapes.append(dash | {"x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper"})
        notes.append(small | {"x": float(place_x(at)), "y": 1, "yref": "paper", "yanchor": "bottom", "text": words})
    axis = {"fixedrange": True, "gridcolor": "rgba(128,128,128,0.25)", "zeroline": False, "linecolor": LINE,
            "automargin": True}  # fmt: skip
    kinds = [{"type": "log" if flag else "linear"} for flag in (log_x, log_y)]
    tens = {"dtick": 1} if log_x else {}
    powers = {"exponentformat": "power", "nticks": 6} if log_y else {}  # over many decades not each has a tick
    layout = {
        "xaxis": axis | kinds[0] | tens | {"title": {"text": x}},
        "yaxis": axis | kinds[1] | {"title": {"text": y}} | powers,
        "legend": {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        "showlegend": len(lines) > 1,
        "annotations": notes,
        "shapes": shapes,
    }
    return {"data": data, "layout": layout | _bare(height, {"l": 10, "r": 14, "t": 30, "b": 10}, cells=False)}


def outputs_figure(values, n_no, n_yes, threshold):
    """The outputs of many pictures in two rows, no and yes by their labels: one dot for equal outputs.

    A dot's area is how many pictures have that output, its colour whether the threshold, a line, puts it on its side.
    """
    x, counts = np.concatenate([values, values]), np.concatenate([n_no, n_yes])
    is_yes = np.repeat([False, True], len(values))
    wrong = (x >= threshold) != is_yes
    x, counts, is_yes, wrong = (part[counts > 0] for part in (x, counts, is_yes, wrong))
    marker = {"size": _typed(counts.astype(np.uint16)), "sizemode": "area", "sizeref": int(counts.max()) / 160,
              "sizemin": 2.5, "color": _typed(wrong.astype(np.uint8)), "cmin": 0, "cmax": 1, "opacity": 0.8,
              "colorscale": [[0, WINDOW], [1, WRONG]]}  # fmt: skip
    data = {"type": "scatter", "mode": "markers", "x": _typed(np.float32(x)), "y": _typed(is_yes.astype(np.uint8)),
            "marker": marker, "hovertemplate": "%{x:.3f}: %{marker.size} pictures<extra></extra>"}  # fmt: skip
    axis = {"fixedrange": True, "zeroline": False}
    ends = [min(-0.4, float(x.min()) - 0.1), max(1.05, float(x.max()) + 0.1)]  # the labels 0 and 1 are always in sight
    line = {"x0": threshold, "x1": threshold, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": LINE}}
    note = {"text": "threshold", "x": threshold, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    layout = {"xaxis": axis | {"range": ends, "title": {"text": "output"}, "gridcolor": "rgba(128,128,128,0.25)"},
              "yaxis": axis | {"range": [-0.6, 1.6], "tickvals": [0, 1], "ticktext": ["no", "yes"], "showgrid": False},
              "annotations": [note], "shapes": [line]}  # fmt: skip
    return {"data": [data], "layout": layout | _bare(210, {"l": 32, "r": 8, "t": 24, "b": 44}, cells=False)}


def histograms(samples, marks, *, bins=40, height=330):
    """A grid (h, w) of histograms, one for each number of `samples` (n, h, w), with a line at each of `marks` (h, w).

    All share their limits, the same far on both sides of 0, and their heights. Titles are mean ± standard deviation.
    """
    _, rows, columns = samples.shape
    far = float(np.ceil(2 * max(abs(samples).max(), abs(marks).max(), 0.5)) / 2)
    width, highest = 2 * far / bins, 0
    data, shapes, notes, axes = [], [], [], {}
    for i, (row, column) in enumerate(np.ndindex(rows, columns)):
        tail, sample, mark = str(i + 1) if i else "", samples[:, row, column], float(marks[row, column])
        counts = np.histogram(sample, bins, (-far, far))[0]
        highest = max(highest, int(counts.max()))
        small = counts.astype(np.uint8 if counts.max() < 256 else np.uint16)
        data.append({"type": "bar", "y": _typed(small), "xaxis": f"x{tail}", "yaxis": f"y{tail}"})
        axes[f"xaxis{tail}"] = {"fixedrange": True} | ({"showticklabels": True} if row == rows - 1 else {})
        axes[f"yaxis{tail}"] = {"fixedrange": True}
        shapes.append({"x0": mark, "x1": mark, "xref": f"x{tail}", "yref": f"y{tail} domain"})
        words = f"{sample.mean().round(2) + 0:.2f} ± {sample.std():.2f}".replace("-", "−")  # + 0 for a -0
        notes.append({"text": words, "xref": f"x{tail} domain", "yref": f"y{tail} domain"})
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "showline": True, "linecolor": LINE}
    title = {"x": 0.5, "y": 1, "showarrow": False, "xanchor": "center", "yanchor": "bottom", "font": {"size": 12}}
    shared = {  # a plotly template: what all histograms share travels once
        "data": {"bar": [{"x0": -far + width / 2, "dx": width, "marker": {"color": WINDOW}, "hoverinfo": "skip"}]},
        "layout": {
            "xaxis": axis | {"range": [-far, far], "tickvals": [-far / 2, 0, far / 2]},
            "yaxis": axis | {"range": [0, highest], "showline": False},
            "shapedefaults": {"y0": 0, "y1": 1, "line": {"color": WRONG, "width": 2}},
            "annotationdefaults": title,
        },
    }
    grid = {"rows": rows, "columns": columns, "pattern": "independent", "xgap": 0.1, "ygap": 0.35}
    layout = axes | {"bargap": 0, "showlegend": False, "shapes": shapes, "annotations": notes, "template": shared}
    layout |= {"grid": grid} | _bare(height, {"l": 4, "r": 4, "t": 24, "b": 24}, cells=False)
    return {"data": data, "layout": layout}


def _trace(p, height):
    if p["array"].dtype == bool:  # yes or no in every cell: a picture file is a tenth of the numbers
        ends = np.array([(0, 0, 4), (252, 253, 191)], np.uint8)  # of MAGMA
        return {"type": "image", "source": _png(ends[p["array"].astype(int)]), "hoverinfo": "skip"}
    if p["array"].ndim == 3:
        return {"type": "image", "source": _png(p["array"]), "hoverinfo": "skip"}
    crowded = max(p["array"].shape) > 24
    trace = {
        "type": "heatmap",
        "z": _typed(p["array"]),
        "zmin": float(p["low"]),
        "zmax": float(p["high"]),
        "colorscale": p["scale"],
        "showscale": False,
        "xgap": 0 if crowded else 1,
        "ygap": 0 if crowded else 1,
        "x0": p["start"],
        "y0": p["start"],
        "hovertemplate": "row %{y}, column %{x}: %{z}<extra></extra>",
    }
    if p["numbers"]:
        whole = np.issubdtype(p["array"].dtype, np.integer) or (p["array"] == p["array"].round()).all()
        largest = abs(p["array"]).max()
        decimals = ".2f" if largest < 1000 else ".0f" if largest < 1e5 else ".0e"  # a runaway weight fits its cell too
        trace["texttemplate"] = "%{z}" if whole else f"%{{z:{decimals}}}"
        wide = whole and largest < 10
        trace["textfont"] = {"size": min(18 if wide else 13, height // (2 * max(p["array"].shape)))}
    return trace


def _dark_numbers(p, trace):
    """The bright cells of a gray or a green panel once more, with black numbers: plotly's own are too faint there."""
    for scale, start in BRIGHT:
        if p["numbers"] and p["high"] == 255 and p["scale"] == scale and (p["array"] >= start).any():
            bright = np.where(p["array"] >= start, p["array"], np.nan).astype(np.float32)
            font = trace["textfont"] | {"color": "rgb(0,0,0)"}
            yield trace | {"z": _typed(bright), "textfont": font, "hoverongaps": False}


def _typed(array):
    """The array as plotly's typed base64: a third of the bytes of a list of numbers, and quicker to write."""
    array = np.ascontiguousarray(array)
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:  # the browser has no 64-bit whole numbers
        array = array.astype(np.int32 if abs(array).max(initial=0) < 2**31 else np.float64)
    text = base64.b64encode(array.tobytes()).decode()
    return {"dtype": array.dtype.str[1:], "bdata": text, "shape": ", ".join(map(str, array.shape))}


def _png(rgb):
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _frame(top, left, rows, columns, colour=WINDOW, width=4):
    corners = {"x0": left - 0.5, "x1": left + columns - 0.5, "y0": top - 0.5, "y1": top + rows - 0.5}
    return {"line": {"color": colour, "width": width}} | corners


def _note(text, x, y, yanchor, size):
    return {"text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False, "xanchor": "center",
            "yanchor": yanchor, "font": {"size": size}}  # fmt: skip


def _bare(height, margin, *, cells=True):
    """What every figure shares: no drag, a see-through page, and gray between the cells."""
    back = "rgba(128,128,128,0.6)" if cells else "rgba(0,0,0,0)"
    return {"height": height, "margin": margin, "dragmode": False, "hovermode": "closest",
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": back}  # fmt: skip
