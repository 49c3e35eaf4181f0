"""Numbers in, plotly figures (as dicts) out: a bar, curves, dots and histograms; no streamlit.

What carries meaning reads on a light page and on a dark one: the window's colour always has its dark edge.
"""

from itertools import cycle

import numpy as np

from lib.ui.colours import CURVES, EDGE, FAINT, LINE, WINDOW, WRONG  # noqa: TID251
from lib.ui.figures import TITLE, bare, typed  # noqa: TID251

_DASHES = ("solid", "dash", "dot", "dashdot")
_MARKED = {"color": WINDOW, "line": {"color": EDGE, "width": 1}}


def bar(value, total, *, title, mark, words):
    """A thin bar from 0 to `total`, filled as far as `value`, with its title; a line with `words` stands at `mark`."""
    half = {"type": "bar", "orientation": "h", "y": [0], "hoverinfo": "skip", "cliponaxis": False}
    track = {"color": FAINT, "line": {"color": LINE, "width": 1}}
    place = {"yref": "paper", "showarrow": False}
    above, below = {"y": 1.2, "yanchor": "bottom"}, {"y": -0.2, "yanchor": "top"}  # or they meet on a phone
    notes = [
        place | above | {"text": f"<b>{title}</b>", "x": 0, "xanchor": "left", "font": {"size": TITLE}},
        place | below | {"text": words, "x": mark, "xanchor": "right", "font": {"size": 13}},
    ]
    axis = {"visible": False, "fixedrange": True}
    layout = {
        "barmode": "stack",
        "bargap": 0,
        "showlegend": False,
        "xaxis": axis | {"range": [0, total]},
        "yaxis": axis,
        "shapes": _line_at(mark, LINE, y0=-0.2, y1=1.1, yref="paper"),
        "annotations": notes,
    }
    data = [half | {"x": [value], "marker": _MARKED}, half | {"x": [total - value], "marker": track}]
    return {"data": data, "layout": layout | bare(78, {"l": 3, "r": 3, "t": 30, "b": 24})}


def curves(lines, *, x, y, log=False, height=320, verticals=(), points=()):
    """Lines over one pair of axes. `lines` is (name, xs, ys, colour); `x` and `y` are the axis titles.

    Lines differ by their dashes too, and each has its name above its end; where two ends are too close for that, the
    names are in a legend. `verticals` is (place, words) of thin marked lines; `points` is (x, y) of a marked dot.
    `log` is True for both axes, "y" for that one.
    """
    data = [
        {"type": "scatter", "mode": "lines", "name": name, "x": typed(xs), "y": typed(ys)}
        | {"line": {"color": colour, "dash": dash, "width": 2.5}}
        for (name, xs, ys, colour), dash in zip(lines, cycle(_DASHES), strict=False)
    ]
    dot = {"type": "scatter", "mode": "markers", "showlegend": False, "cliponaxis": False}
    dot |= {"marker": {"size": 12, "color": WINDOW, "line": {"width": 2, "color": EDGE}}}
    data += [dot | {"x": [at_x], "y": [at_y]} for at_x, at_y in points]
    log_x, log_y = log is True, bool(log)
    dash = {"type": "line", "line": {"color": LINE, "width": 1, "dash": "dot"}, "y0": 0, "y1": 1, "yref": "paper"}
    above = {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"size": 12}}
    marks = [above | {"x": float(np.log10(at) if log_x else at), "text": words} for at, words in verticals]
    names = _names_at_ends(lines, log_x, log_y, height) if len(lines) > 1 else []
    layout = {
        "xaxis": _axis(x, log_x) | ({"dtick": 1} if log_x else {}),
        "yaxis": _axis(y, log_y) | ({"exponentformat": "power", "nticks": 6} if log_y else {}),  # not each of decades
        "legend": {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        "showlegend": len(lines) > 1 and not names,
        "annotations": [*marks, *names],
        "shapes": [dash | {"x0": at, "x1": at} for at, _ in verticals],
    }
    return {"data": data, "layout": layout | bare(height, {"l": 10, "r": 14, "t": 30, "b": 10})}


def _names_at_ends(lines, log_x, log_y, height):
    """The name of each line above its end, as plotly's annotations; none at all where two would stand on each other."""
    with np.errstate(divide="ignore"):  # the logarithm of an error of 0
        places = [
            (name, np.log10(xs) if log_x else np.asarray(xs), np.log10(ys) if log_y else np.asarray(ys))
            for name, xs, ys, _ in lines
        ]
    first, last = min(xs[0] for _, xs, _ in places), max(xs[-1] for _, xs, _ in places)
    near = first + 0.92 * (last - first)  # at the very end, a name above a rising line would leave the chart
    ends = [(name, float(min(near, xs[-1])), float(np.interp(near, xs, ys))) for name, xs, ys in places]
    all_ys = np.concatenate([ys[np.isfinite(ys)] for *_, ys in places])
    rows = max(name.count("<br>") + 1 for name, *_ in lines)
    high = (6 + 18 * rows) * np.ptp(all_ys) / (height - 90)  # of a name, beside 90 px of axis and title
    heights = np.sort([y for *_, y in ends])
    if not np.isfinite(heights).all() or (np.diff(heights) < high).any():
        return []
    note = {"showarrow": False, "xanchor": "right", "yanchor": "bottom", "font": {"size": 13}}
    return [note | {"text": name, "x": x, "y": y} for name, x, y in ends]


def outputs_figure(values, n_no, n_yes, threshold):
    """The outputs of many pictures in two rows, no and yes by their labels: one dot for equal outputs.

    A dot's area is how many pictures have that output, its colour whether the threshold, a line, puts it on its side.
    """
    x, counts = np.concatenate([values, values]), np.concatenate([n_no, n_yes])
    is_yes = np.repeat([False, True], len(values))
    wrong = (x >= threshold) != is_yes
    x, counts, is_yes, wrong = (part[counts > 0] for part in (x, counts, is_yes, wrong))
    data = {
        "type": "scatter",
        "mode": "markers",
        "x": typed(np.float32(x)),
        "y": typed(is_yes.astype(np.uint8)),
        "marker": _dots(counts, wrong),
        "hovertemplate": "%{x:.3f}: %{marker.size} pictures<extra></extra>",
    }
    axis = {"fixedrange": True, "zeroline": False}
    ends = [min(-0.4, float(x.min()) - 0.1), max(1.05, float(x.max()) + 0.1)]  # the labels 0 and 1 are always in sight
    line = {"x0": threshold, "x1": threshold, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": LINE}}
    note = {"text": "threshold", "x": threshold, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    layout = {
        "xaxis": axis | {"range": ends, "title": {"text": "output"}, "gridcolor": FAINT},
        "yaxis": axis | {"range": [-0.6, 1.6], "tickvals": [0, 1], "ticktext": ["no", "yes"], "showgrid": False},
        "annotations": [note],
        "shapes": [line],
    }
    return {"data": [data], "layout": layout | bare(210, {"l": 32, "r": 8, "t": 24, "b": 44})}


def histograms(samples, marks, *, bins=40, height=330):
    """A grid (h, w) of histograms, one for each number of `samples` (n, h, w), with a line at each of `marks` (h, w).

    All share their limits, the same far on both sides of 0, and their heights. Titles are mean ± standard deviation.
    """
    n, rows, columns = samples.shape
    far = float(np.ceil(2 * max(abs(samples).max(), abs(marks).max(), 0.5)) / 2)
    counts = _counts(samples.reshape(n, -1), far, bins)
    data, shapes, notes, axes = [], [], [], {}
    for i, (row, column) in enumerate(np.ndindex(rows, columns)):
        tail, sample = str(i + 1) if i else "", samples[:, row, column]
        data.append({"type": "bar", "y": typed(counts[i]), "xaxis": f"x{tail}", "yaxis": f"y{tail}"})
        axes |= {f"xaxis{tail}": {"showticklabels": row == rows - 1}, f"yaxis{tail}": {}}
        shapes += _line_at(float(marks[row, column]), WRONG, xref=f"x{tail}", yref=f"y{tail} domain")
        words = f"{sample.mean().round(2) + 0:.2f} ± {sample.std():.2f}".replace("-", "−")  # + 0 for a -0
        notes.append({"text": words, "xref": f"x{tail} domain", "yref": f"y{tail} domain"})
    layout = axes | {"bargap": 0, "showlegend": False, "shapes": shapes, "annotations": notes}
    layout["grid"] = {"rows": rows, "columns": columns, "pattern": "independent", "xgap": 0.1, "ygap": 0.35}
    layout["template"] = _histogram_template(far, bins, int(counts.max()))
    return {"data": data, "layout": layout | bare(height, {"l": 4, "r": 4, "t": 24, "b": 24})}


def _counts(samples, far, bins):
    """How many of the samples (n, m) of each of the m kinds are in each bin from `-far` to `far`: (m, bins)."""
    m = samples.shape[1]
    places = ((samples + far) * (bins / (2 * far))).astype(int).clip(max=bins - 1)  # `far` itself is in the last bin
    counts = np.bincount((places + bins * np.arange(m)).ravel(), minlength=m * bins).reshape(m, bins)
    return counts.astype(np.min_scalar_type(counts.max()))


def _histogram_template(far, bins, highest):
    """A plotly template: what all histograms of a grid share travels once."""
    width = 2 * far / bins
    bar = {"x0": width / 2 - far, "dx": width, "marker": {"color": CURVES[1]}, "hoverinfo": "skip"}
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True}
    title = {"x": 0.5, "y": 1, "showarrow": False, "xanchor": "center", "yanchor": "bottom", "font": {"size": 12}}
    below = {"range": [-far, far], "tickvals": [-far / 2, 0, far / 2], "showline": True, "linecolor": LINE}
    layout = {
        "xaxis": axis | below,
        "yaxis": axis | {"range": [0, highest]},
        "shapedefaults": {"y0": 0, "y1": 1},
        "annotationdefaults": title,
    }
    return {"data": {"bar": [bar]}, "layout": layout}


def _dots(counts, wrong):
    """Markers with an area for each count, in the colour of what is wrong or right."""
    return {
        "size": typed(counts.astype(np.uint16)),
        "sizemode": "area",
        "sizeref": int(counts.max()) / 160,
        "sizemin": 3.5,
        "color": typed(wrong.astype(np.uint8)),
        "cmin": 0,
        "cmax": 1,
        "colorscale": [[0, WINDOW], [1, WRONG]],
        "line": _MARKED["line"],
        "opacity": 0.8,
    }


def _axis(title, log):
    kind = {"type": "log" if log else "linear", "title": {"text": title}}
    return kind | {"fixedrange": True, "gridcolor": FAINT, "zeroline": False, "linecolor": LINE, "automargin": True}


def _line_at(x, colour, **place):
    """A vertical line with a dark edge on both sides, which reads on bars too."""
    lines = ({"color": EDGE, "width": 5}, {"color": colour, "width": 3})
    return [place | {"x0": x, "x1": x, "line": line} for line in lines]
