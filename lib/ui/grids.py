"""Grids to touch: paint on them, slide a window over them, replay a training. Looking at them asks the server nothing.

The browser's part is in `browser/`, which app.py serves at /browser; a component's own JavaScript only fetches it. So a
change of its data sends the data and no code, and all components of a page share one copy.
"""

import base64
import io
import json

import numpy as np
import streamlit as st
from PIL import Image

from lib.codec import encode, encode_image, encode_levels, encode_pixels

_FETCH = """
const code = import(new URL("browser/%s.js", document.baseURI)).then((module) => module.default);
export default (component) => {
  let end, gone;
  const place = component.parentElement;
  const { host } = place;
  host.ariaBusy ??= "true";
  place.words ??= place.appendChild(document.createElement("div"));
  const say = (words) => {
    place.words.textContent = words;
    host.ariaBusy = "false";
  };
  const late = setTimeout(say, 10000, "This part of the page is still loading. If it does not come, reload the page.");
  code.then((show) => {
    if (!gone) end = show(component);
    say("");
  }, () => say("This part of the page could not be loaded. Please reload the page.")).then(() => clearTimeout(late));
  return () => { gone = true; clearTimeout(late); end?.(); };
};
"""


def fetched(file):
    """A component whose JavaScript is browser/`file`.js."""
    return st.components.v2.component(f"glass_box_{file}", js=_FETCH % file)


_paintable, _kinds, _stage, _replay, _rest, _opening, _places, _whole, _weights, _mistakes = map(
    fetched, ("paintable", "kinds", "stage", "replay", "rest", "opening", "places", "network", "weights", "mistakes")
)
_ENCODERS = {"pixels": encode_image, "levels": encode_levels, "weights": encode}  # what a stroke can paint
CELL = 56  # px a cell of a small grid: a thumb can hit it, the last row can read it


def grid(array, *, low=0, high=1):
    """A grid of numbers as the browser's part takes it. A negative `low` takes the diverging scale."""
    rows, columns = array.shape
    shades = {"low": float(low), "high": float(high), "scale": "diverging" if low < 0 else "magma"}
    return {"rows": rows, "columns": columns, "values": array.ravel().tolist()} | shades


def photograph_grid(gray):
    """A gray picture (H, W) uint8 for `stage`, which draws it without numbers: a byte a pixel."""
    rows, columns = gray.shape
    file = base64.b64encode(gray.tobytes()).decode()
    return {"rows": rows, "columns": columns, "bytes": file, "low": 0, "high": 255, "scale": "gray"}


def map_grid(shape, *, low=0, high=1, scale=None):
    """The score map of a photograph for `stage`, which adds up its numbers by itself. Any `scale` but None is gray."""
    rows, columns = shape
    shades = {"low": float(low), "high": float(high), "scale": "gray" if scale else "diverging"}
    return {"rows": rows, "columns": columns} | shades


def weights_grid(template):
    """A template in the diverging scale, white at 0."""
    strongest = float(abs(template).max()) or 1
    return grid(template, low=-strongest, high=strongest)


def touch(title, grid, *, key=None, kind="pixels", after=""):
    """One grid of `paintable`: with a `key`, strokes of that kind write it there as text.

    Kinds are "pixels" (0 and 1), "levels" (0 to 16) and "weights".
    """
    return {"title": title, "grid": grid, "key": key, "paint": kind if key else None, "after": after}


def paintable(name, *panels, total=None, cell=CELL):
    """Show the grids that `touch` describes in one row. A stroke writes what is painted into the grid's key.

    With a `total`, the third grid is the first times the second, and their sum stands below as a bar. It is a dict of
    `value`, which a match needs (None: the most the weights can reach), and `asked`: is the verdict on the picture that
    is yellow all over still a question?
    """
    component = f"_{name}_paint"
    columns = max(panel["grid"]["columns"] for panel in panels)
    painted = {panel["key"]: (panel["grid"], panel["paint"]) for panel in panels if panel["key"]}
    _paintable(
        key=component,
        data={"panels": panels, "total": total, "width": f"{cell * columns}px", "n": _reports(component, "strokes")},
        on_strokes_change=_writer(component, painted),
    )


def kinds(name, colour, threshold, *, key, threshold_key, paint=True):
    """Show a picture (H, W, 3) uint8 as grayscale, as binary from that threshold on, and in colour, side by side.

    A stroke on any of the three writes the picture as text into `key`, where people may `paint`; the slider below the
    binary one writes the threshold into `threshold_key`.
    """
    component, (rows, columns, _) = f"_{name}_kinds", colour.shape

    def stroked():
        for values in st.session_state[component]["strokes"]["value"].values():
            try:
                pixels = np.array(values, dtype=np.int32).reshape(rows, columns, 1)
                st.session_state[key] = encode_pixels(pixels >> np.array([16, 8, 0]) & 255)
            except (TypeError, ValueError, OverflowError):  # no grid of ours sends that, or it has another shape by now
                continue

    def moved():
        st.session_state[threshold_key] = min(max(int(st.session_state[component]["threshold"]["value"]), 1), 255)

    data = {"rows": rows, "columns": columns, "pixels": base64.b64encode(colour.tobytes()).decode()}
    data |= {"threshold": threshold, "n_threshold": _reports(component, "threshold")}
    data |= {"paint": paint, "n": _reports(component, "strokes")}
    _kinds(key=component, data=data, on_strokes_change=stroked, on_threshold_change=moved)


def stage(
    name, picture, template, scores, *, keys=(), missed=(), value=None, stride=1, padding=0, dilation=1,
    covered=False, opened=None,
):  # fmt: skip
    """Slide the template over the picture: three grids as `grid` makes them, or `photograph_grid` and `map_grid`.

    Strokes write picture and template as text into the two `keys`; without a key a grid cannot be painted. `missed`
    holds the (row, column) of the picture's cells that get a dotted frame; scores that reach `value` are called a
    match. A `covered` score map opens when somebody asks for it or plays, and `opened` hears of it; where it is
    "closed", it does not. `resting` with the same name says where the window rests.
    """
    component = f"_{name}_stage"
    sides = zip(("picture", "template"), (picture, template), ("pixels", "weights"), keys or (None, None), strict=True)
    paint = [(part, key, kind, grid) for part, grid, kind, key in sides if key]
    across = picture["columns"] + 2 * padding
    data = {"name": name, "picture": picture, "template": template, "scores": scores}
    data |= {"value": value, "stride": stride, "padding": padding, "dilation": dilation}
    data |= {
        "fine": "bytes" in picture,
        "covered": covered,
        "missed": [(row + padding) * across + column + padding for row, column in missed],
        "paint": [[part, key, kind] for part, key, kind, _ in paint],
        "n": _reports(component, "strokes"),
    }
    painted = {key: (grid, kind) for _, key, kind, grid in paint}
    _stage(
        key=component,
        data=data,
        on_strokes_change=_writer(component, painted),
        on_opened_change=opened or (lambda: None),
    )


def replay(name, film, shape, *, best, lines):
    """Play a training from the text that `film` makes: the template, the example it sees next, and the error's curve.

    `shape` is that of the template, `best` what each sum is divided by, and of the film's lines the first `lines` are
    drawn. `resting` with the same name says where it stands.
    """
    rows, columns = shape
    data = {"name": name, "film": film, "rows": rows, "columns": columns, "best": float(best), "lines": lines}
    _replay(key=f"_{name}_replay", data=data)


def resting(name, position, on_rest):
    """Tell the stage or replay of that name where it stands; `on_rest` gets the position where a visitor left it.

    Apart from the stage's data, because it changes often, and the data is large.
    """
    component = f"_{name}_rest"

    def rested():
        on_rest(st.session_state[component]["position"]["value"])

    data = {"name": name, "position": position, "n": _reports(component, "position")}
    _rest(key=component, data=data, on_position_change=rested)


def _reports(component, part):
    """The number of the last report from the browser about that part: it tells a late answer from a new one."""
    return (st.session_state.get(component, {}).get(part) or {}).get("n", 0)


def _writer(component, painted):
    """What happens after strokes: the numbers of each painted grid go into its key as the text of a link.

    `painted` is key to (grid, kind). One report carries every stroke that the browser has no answer to yet.
    """

    def stroked():
        for key, values in st.session_state[component]["strokes"]["value"].items():
            try:
                grid, kind = painted[key]
                values = np.array(values, dtype=float).reshape(grid["rows"], grid["columns"])
                st.session_state[key] = _ENCODERS[kind](values)
            except (KeyError, TypeError, ValueError):  # no grid of ours sends that, or it has another shape by now
                continue

    return stroked


def opening_of(photograph, pixels, template, scores, *, words):
    """What `opening` plays, to be kept: all gray, 0 to 255, the photograph (H, W) and the pixels it turns into.

    `scores` is the whole score map of the template on the pixels. `words` is what screen readers call the two
    pictures, under "photo" and "map".
    """
    file = io.BytesIO()
    Image.fromarray(photograph).save(file, "JPEG", quality=60)
    return {
        "photo": "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode(),
        "pixels": grid(pixels, high=255),
        "template": weights_grid(template),
        "scores": grid(scores, low=-255, high=255),
        "words": words,
    }


def opening(name, data):
    """A photograph turns into numbers, and a template slides over them, again and again until somebody takes it over.

    Nothing is reported: what a visitor does here stays in the browser.
    """
    _opening(key=f"_{name}_opening", data=data)


def places(name, image, pattern, *, it, settled):
    """One template for every place of the pattern on a picture: they differ in nothing else, so the browser draws them.

    Both are arrays of 0 and 1, and `it` is what the pattern is called. How many templates there are shows once the
    question is `settled`. `resting` with the same name says which one is on the picture.
    """
    data = {"name": name, "picture": grid(image), "pattern": grid(pattern), "it": it, "settled": settled}
    _places(key=f"_{name}_places", data=data)


def whole_network(name, picture, *, key, kind, change, label, opened, on_open):
    """A whole small network as one picture: its layers, as `network_weights` with the same name tells them.

    A stroke on the picture runs through all layers in the browser, and writes the picture into `key`. `change` is a
    dict: what is done to the picture before it goes in. `label` says what it shows, None for a visitor's own. `opened`
    is (layer, map, number) of what is shown large, or None; `on_open` gets the text of what a visitor opens.
    """
    component = f"_{name}_whole"

    def told():
        on_open(st.session_state[component]["open"]["value"])

    data = {"name": name, "picture": picture, "key": key, "kind": kind, "label": label, "open": opened} | change
    data |= {"n": _reports(component, "strokes"), "n_open": _reports(component, "open")}
    _whole(key=component, data=data, on_strokes_change=_writer(component, {key: (picture, kind)}), on_open_change=told)


def network_weights(name, weights, data):
    """Tell the `whole_network` of that name its layers and words, and its weights as bytes: large, and seldom changed.

    All of it travels as bytes, `data` as a line of JSON before them: as text, weights would take a third more.
    """
    _weights(key=f"_{name}_weights", data=json.dumps({"name": name} | data).encode() + b"\n" + weights)


def mistakes(name, data):
    """A table of counts whose cells open their pictures. Nothing is reported: looking stays in the browser."""
    _mistakes(key=f"_{name}_mistakes", data={"name": name} | data)
