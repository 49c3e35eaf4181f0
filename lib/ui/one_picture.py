"""One picture on its way through a small network: the part of its page that a stroke or another picture moves alone."""

import base64
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.changes import NOISE, change_pictures
from lib.codec import decode_image, decode_levels, encode_image, encode_levels
from lib.inside import answer
from lib.parts import percentages
from lib.ui import trained
from lib.ui.grids import grid, whole_network
from lib.ui.layer_by_layer import opened
from lib.ui.predict import challenge
from lib.ui.words import counted

EXAMPLE = "example"
FEW, SURE = 3, 99  # painted pixels and percent of the challenge


class Picture(NamedTuple):
    """What goes into the network."""

    image: np.ndarray  # (h, w), from 0 to 1
    label: int | None  # None where the visitor painted it
    change: str

    @property
    def seen(self):
        """The picture as it goes in."""
        return change_pictures(self.image, self.change, columns=trained.SHIFT)


@st.fragment
def show_one_picture(view, network):
    """One picture on its way through the network; another one, or a stroke, runs this part alone.

    Returns a list that always holds the `Picture` that is shown now.
    """
    place, controls, below = st.container(), st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    picture = choose_image(view, controls)
    with place:
        show_network(view, network, picture)
    with below:
        set_challenge(network, picture)
    seen = st.session_state.setdefault("_seen", [])
    seen[:] = [picture]
    return seen


def choose_image(view, place):
    """One of the pictures held back, or what the visitor painted; and how it is changed."""
    held_back, key = view.data.test_images, f"{view.key}_picture"
    with place:
        chosen = st.slider(
            "Example: one of those it never learned from", 0, len(held_back) - 1, 1, key=f"{view.key}_example",
            bind="query-params", on_change=back_to_the_example, args=(key,),
        )  # fmt: skip
        change = st.selectbox(
            "Change the picture", trained.CHANGES, key="network_change", filter_mode="contains", bind="query-params"
        )
    with st.expander("Picture and open layer as text"):
        painted = read_picture(view, st.text_input(
            "Picture as text", EXAMPLE, key=key, bind="query-params",
            help=f"{EXAMPLE}, or the text that painting writes",
        ))  # fmt: skip
        st.text_input(
            "Open layer as text", key=f"{view.key}_layer", bind="query-params",
            help="The name of a layer, and after it map, row and column of a number: Pooling 3,0,1",
        )  # fmt: skip
    if painted is None:
        return Picture(held_back[chosen], int(view.data.test_labels[chosen]), change)
    place.button("Back to the example", on_click=back_to_the_example, args=(key,))
    return Picture(painted, None, change)


def back_to_the_example(key):
    st.session_state[key] = EXAMPLE


def read_picture(view, text):
    """The picture (h, w) in that text, from 0 to 1, or None for an example."""
    if text == EXAMPLE:
        return None
    try:
        image = (decode_levels if view.kind.levels > 1 else decode_image)(text)
        if image.shape != view.kind.shape:
            raise ValueError("this network needs {} rows of {} numbers".format(*view.kind.shape))
        return np.float32(image / view.kind.levels)
    except ValueError as error:
        st.warning(f"That picture cannot be read: {error}. You see an example instead.")
        return None


def put_in(view, image):
    """Make a picture (h, w) the visitor's own."""
    levels = np.rint(image * view.kind.levels).astype(int)
    st.session_state[f"{view.key}_picture"] = (encode_levels if view.kind.levels > 1 else encode_image)(levels)


def show_network(view, network, picture):
    """The picture to paint on, and all that the network makes of it."""
    levels, layer = view.kind.levels, f"{view.key}_layer"
    change = {"change": picture.change, "columns": trained.SHIFT}
    if picture.change == "noise":
        change["noise"] = added_noise(view.kind.shape)
    whole_network(
        "network",
        grid(np.rint(picture.image * levels).astype(int), high=levels),
        key=f"{view.key}_picture",
        kind="levels" if levels > 1 else "pixels",
        change=change,
        label=None if picture.label is None else view.kind.answers[picture.label],
        opened=opened(st.session_state[layer], trained.for_browser(network)["layers"]),
        on_open=lambda text: st.session_state.update({layer: str(text)[:40]}),
    )


@lru_cache
def added_noise(shape):
    """What "noise" adds to a picture of that shape, as the browser reads it."""
    noise = np.random.default_rng(0).normal(scale=NOISE, size=shape)
    return base64.b64encode(noise.astype("<f4")).decode()


def set_challenge(network, picture):
    """Only a picture that the visitor has painted counts, as it is."""
    at, solved = "Nothing is painted yet.", False
    if picture.label is None:
        n_painted = int((picture.image > 0).sum())
        surest = max(percentages(answer(network, picture.seen[None])[0]))
        solved = picture.change == "none" and n_painted <= FEW and surest >= SURE
        changed = "" if picture.change == "none" else ", and the picture is changed"
        at = f"You are at {counted(n_painted, 'pixel')} and {surest:.1f}\u00a0%{changed}."
    challenge(
        "network",
        f"Paint a picture of at most {FEW} pixels about which the network is at least {SURE}\u00a0% sure.",
        solved,
        at,
    )
