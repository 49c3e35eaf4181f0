"""Controls that several pages share: a template, a value, a position, the visitor's own picture."""

import re

import streamlit as st

from lib.codec import decode_image, decode_template
from lib.images import photograph
from lib.matching import best_value
from lib.picture_files import PictureError, decode_picture
from lib.templates import TEMPLATES
from lib.ui.bring_in import bring_in
from lib.ui.grids import resting

OWN = "your own"
CUSTOM = "custom"  # painted or typed


def choose_template(key, names=tuple(TEMPLATES), *, shape=None, typed, place=st.sidebar):
    """The template chosen in its `place`: (text, weights). The text is its name, or its numbers, as in the link.

    A text that is no template, or not of the `shape` the page needs, gets a clear message and the first name. `typed`
    is the container for the text. Without a `place`, there is no list to choose from.
    """
    text = _choose_text("Template", "0,1,0;0,1,0;0,1,0", key, names, typed, place)
    if typed.open:
        bring_in("Template", key, decode_template, shape, typed)
    if text in names or (text in TEMPLATES and TEMPLATES[text].shape == shape):  # the link of another page may name it
        return text, TEMPLATES[text]
    try:
        template = decode_template(text)
        if shape and template.shape != shape:
            raise ValueError(f"this page needs {shape[0]} rows of {shape[1]} weights")
        return text, template
    except ValueError as error:
        st.warning(f"That template cannot be read: {error}. You see the {names[0]} instead.")
        return names[0], TEMPLATES[names[0]]


def choose_picture(key, names, *, shape=None, typed, label="Picture", decode=decode_image, place=st.sidebar):
    """The picture chosen in its `place`: (name, None), or ("custom", image) where the link carries its numbers.

    `typed` is the container for the text that the link carries, `decode` reads numbers from it.
    """
    text = _choose_text(label, "0,1,0;0,1,0;0,1,0", key, names, typed, place)
    if typed.open:
        bring_in(label, key, decode, shape, typed)
    if text in names:
        return text, None
    try:
        image = decode(text)
        if shape and image.shape != shape:
            raise ValueError(f"this page needs {shape[0]} rows of {shape[1]} numbers")
        return "custom", image
    except ValueError as error:
        st.warning(f"That {label.lower()} cannot be read: {error}. You see “{names[0]}” instead.")
        return names[0], None


def _choose_text(label, example, key, names, typed, place):
    """One of the names, or numbers as text: what the link carries. The list says custom for numbers."""
    choice = f"_{key}_name"
    opens = choice not in st.session_state  # Streamlit forgets it on another page
    names_place = place.container() if place else None
    text = typed.text_input(
        f"{label} as text", names[0], key=key, bind="query-params",
        help=f"A name from the list, or numbers: rows parted by semicolons, like {example}",
    )  # fmt: skip
    if not place:
        return text
    named = text in names or text in TEMPLATES
    if opens and not named and whose(key, text) == "yours":
        st.session_state[f"_linked_{key}"] = text, "learned" if "_arrival_learn_" in st.session_state else "linked"
    st.session_state[choice] = text if named else CUSTOM
    names_place.selectbox(
        label, dict.fromkeys([*names, st.session_state[choice]]), key=choice, filter_mode="contains",
        on_change=lambda: st.session_state.update({key: st.session_state[choice]}),
    )  # fmt: skip
    return text


def whose(key, text):
    """Whose numbers are in the control of that key, where they have no name: "yours", "learned" or "linked".

    A text that was there when the page opened came with a link: from the learning page, for those who come from there.
    """
    known, origin = st.session_state.get(f"_linked_{key}", (None, ""))
    return origin if text == known else "yours"


def choose_value(key, template, *, decimals=False):
    """The score that counts as a match: "perfect" is the best the template can reach on a 0/1 picture, or a number.

    Where no weight is above 0, a perfect score of 0 would be every black picture's: then 1, which none reaches.
    """
    best = best_value(template)
    text = st.sidebar.selectbox(
        "Score that counts as a match", ["perfect", "0", "1", "2", "3"], key=key, bind="query-params",
        accept_new_options=True, filter_mode="contains",
        help="Perfect is the best score this template can reach: all its positive weights added up. Or type a number.",
    )  # fmt: skip
    if text != "perfect" and re.fullmatch(r"-?[0-9]{1,5}" + (r"(\.[0-9]{1,5})?" if decimals else ""), text):
        return float(text) if "." in text else int(text)
    if text != "perfect":
        kind = "a number like 2.5" if decimals else "a whole number"
        st.warning(
            f"That score cannot be read: write {kind}, or perfect. You see the matches for {best}, the perfect score."
        )
    if best > 0:
        return best
    st.info("No weight is above 0, so this template looks for nothing, and nothing matches. Paint one above 0.")
    return 1


def choose_position(label, count, key, *, place=st.sidebar, start=0):
    """A slider over 0 .. count - 1, first at `start`, and there again where the score map has shrunk past the position.

    A select_slider, because a slider with another maximum is another control to Streamlit: a new control takes its
    value from the address, and Reset would lose to what still stands there.
    """
    if count < 2:
        return 0
    if st.session_state.get(key, start) >= count:
        st.session_state[key] = start
    return place.select_slider(label, range(count), start, key=key, bind="query-params")


def choose_side(label, sides, key, place):
    """One of these numbers of pixels, first the first; another whole number in the link is taken for the nearest."""
    asked, nearest = st.query_params.get(key, ""), f"_nearest_{key}"
    if key not in st.session_state and re.fullmatch("[0-9]{1,9}", asked) and int(asked) not in sides:
        st.session_state[key] = st.session_state[nearest] = min(sides, key=lambda side: abs(side - int(asked)))
    elif st.session_state.pop(nearest, None) and key in st.session_state:
        st.session_state[key] = st.session_state[key]  # into the address, where Streamlit writes no first value
    chosen = place.segmented_control(label, sides, default=sides[0], required=True, key=key, bind="query-params")
    return chosen or sides[0]  # an empty value in a link means none, required or not


@st.fragment
def choose_window(rows, columns, name):
    """The window's sliders, which move with the stage of that name and move it; the page does not run again."""

    def rested(position):
        for part, place, count in zip(("row", "column"), position, (rows, columns), strict=True):
            if count > 1:
                st.session_state[f"{name}_{part}"] = min(max(int(place), 0), count - 1)

    resting(name, choose_cell(rows, columns, name, place=st), rested)


def choose_cell(rows, columns, name, *, place=st.sidebar):
    """The position of the window in the score map, as two sliders with the keys `name`_row and `name`_column."""
    row = choose_position("Window: row in the score map", rows, f"{name}_row", place=place)
    return row, choose_position("Window: column in the score map", columns, f"{name}_column", place=place)


def choose_photo(picture):
    """The photograph of that name, or the visitor's own: (name, pixels (H, W, 3)). The cat where there is none yet."""
    own, framed = None, st.context.is_embedded  # there, browsers send no cookie along, and uploads are refused
    if picture == OWN and not framed:
        own = _own_picture()
    if picture == OWN and own is None:
        if framed:
            st.warning("Your picture cannot be added in here: press “Open in Glass Box”. Until then, you see the cat.")
        else:
            st.info("Add your picture in the sidebar. Until then, you see the cat.")
        picture = "cat"
    return picture, photograph(picture) if own is None else own


def _own_picture():
    """The visitor's picture (H, W, 3), kept for this session only, or None before there is one.

    A file that cannot be read gets a clear message, and the picture before it stays.
    """
    with st.sidebar:
        source = st.segmented_control("Take it from", ["File", "Camera"], default="File", required=True, key="_source")
        if source == "File":
            # no `type`: it goes by the name, and phones and chats send pictures as .jfif or without an extension
            file = st.file_uploader("Your picture (PNG, JPEG or WebP)", key="_file")
        else:
            file = st.camera_input("Your picture", key="_camera")
        st.caption(
            "Your picture is sent to this server, kept only while this tab is open, and is not part of the link."
        )
    if file is not None and file.file_id != st.session_state.get("_own_id"):
        st.session_state["_own_id"], st.session_state["_own_error"] = file.file_id, None
        try:
            st.session_state["_own"] = decode_picture(file.getvalue())
        except PictureError as error:
            st.session_state["_own_error"] = str(error)
    if file is not None and st.session_state["_own_error"]:
        st.error(st.session_state["_own_error"])
    return st.session_state.get("_own")
