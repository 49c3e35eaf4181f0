"""One picture on its way through a small network: the part of its page that a stroke or another picture moves alone."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.codec import decode_image, decode_levels
from lib.inside import layers
from lib.parts import percentages
from lib.ui import trained
from lib.ui.charts import bars
from lib.ui.controls import choose_picture, choose_position
from lib.ui.grids import grid, paintable, touch
from lib.ui.layer_by_layer import layer_by_layer
from lib.ui.page import show
from lib.ui.predict import challenge
from lib.ui.words import counted

LEVELS = {"lines": 1, "digits": 16}  # of a pixel, above black
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
    """One picture on its way through the network; another one, or a stroke, runs this part alone."""
    st.subheader("A picture goes in, probabilities come out", anchor=False)
    left, right = st.columns(2)
    with right:
        place = st.container()
        picture = choose_image(view)
    values = layers(network, picture.seen)
    percents = percentages(values["Probabilities"])
    best = int(np.argmax(percents))
    with left:
        show_picture(view, picture)
        set_challenge(picture, percents[best])
    with place:
        so_far = f" It is still learning: this is epoch {network.epoch} of {view.epochs}."
        show(
            bars(view.kind.answers, np.divide(percents, 100), marked=best),
            f"The network answers {view.kind.answers[best]}, with {percents[best]:.1f} %. All {len(percents)} "
            f"probabilities sum to 100 %.{so_far if network.epoch < view.epochs else ''}",
        )
    layer_by_layer(view, network, picture.seen, values)


def choose_image(view):
    """One of the pictures held back, or what the visitor painted; and how it is changed."""
    place, levels, held_back = st.container(), LEVELS[view.settings.task], view.data.test_images
    chosen = choose_position(
        "Example: one of those it never learned from", len(held_back), f"{view.key}_example", place=st, start=1
    )
    change = st.selectbox(
        "Change the picture", trained.CHANGES, key="network_change", filter_mode="contains", bind="query-params"
    )
    _, painted = choose_picture(
        f"{view.key}_picture",
        ["example"],
        shape=view.kind.shape,
        decode=decode_levels if levels > 1 else decode_image,
        typed=st.expander("The picture as text"),
        place=place,
    )
    if painted is None:
        return Picture(held_back[chosen], int(view.data.test_labels[chosen]), change)
    return Picture(np.float32(painted / levels), None, change)


def show_picture(view, picture):
    """The picture to paint on and, where it is changed, what goes in."""
    (rows, columns), levels = view.kind.shape, LEVELS[view.settings.task]
    whole = grid(np.rint(picture.image * levels).astype(int), high=levels)
    kind = "levels" if levels > 1 else "pixels"
    grids = [touch("Picture: paint", whole, key=f"{view.key}_picture", kind=kind)]
    if picture.change != "none":
        grids.append(touch("What goes in", grid((picture.seen * levels).round(1), high=levels)))
    paintable("network", *grids)
    painted = picture.label is None
    what = "You painted it." if painted else f"This one is labelled **{view.kind.answers[picture.label]}**."
    st.markdown(f":small[{rows} rows and {columns} columns, each pixel from 0 to {levels}. {what}]")


def set_challenge(picture, surest):
    n_painted, own, unchanged = int((picture.image > 0).sum()), picture.label is None, picture.change == "none"
    challenge(
        "network",
        f"Paint a picture of at most {FEW} pixels about which the network is at least {SURE} % sure.",
        own and unchanged and n_painted <= FEW and surest >= SURE,
        f"You are at {counted(n_painted, 'pixel')} and {surest:.1f} %"
        f"{'' if own else ', unpainted'}{'' if unchanged else ', and the picture is changed'}.",
    )
