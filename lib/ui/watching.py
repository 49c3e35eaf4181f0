"""A network while it learns: how far it is, and its curves. The page waits for nothing; what grows runs by itself."""

import numpy as np
import streamlit as st

from lib.ui import trained
from lib.ui.charts import curves
from lib.ui.colours import CURVES, VIOLET
from lib.ui.grids import network_weights
from lib.ui.layer_by_layer import CALLED, DOES
from lib.ui.page import show
from lib.ui.words import counted, number, percent

WATCHED = 0.5  # seconds from one look at a network that is still learning to the next
RIGHT, ERROR = "share of right answers", "error (cross-entropy)"


def watch(view, network):
    """The curve of a network, and its numbers for the picture. While it learns both grow, until the page runs again."""
    if network.epoch < view.epochs:
        st.fragment(_watch, run_every=WATCHED)(view)
    else:
        _show_so_far(view, network)


def _watch(view):
    network, before = trained.progress(view.settings, view.epochs)
    if network.epoch == view.epochs:
        st.rerun()
    turns = f" Visitors take turns: {counted(before, 'other network')} first." if before else ""
    st.progress(network.epoch / view.epochs, f"It is still learning: epoch {network.epoch} of {view.epochs}.{turns}")
    _show_so_far(view, network)


def _show_so_far(view, network):
    if network.epoch:
        show_curve(network, RIGHT, key="_learned")
    told = dict(trained.for_browser(network))
    weights = told.pop("weights")
    told |= {
        "answers": view.kind.answers,
        "epoch": network.epoch,
        "epochs": view.epochs,
        "words": CALLED,
        "parts": DOES,
    }
    network_weights("network", weights, told)


def show_curve(network, what, *, key):
    """RIGHT or ERROR after each epoch: on the part it learned from, and on the part held back."""
    right, errors = (network.train_accuracies, network.test_accuracies), (network.train_losses, network.test_losses)
    learned_from, held_back = right if what == RIGHT else errors
    say = percent if what == RIGHT else number
    epochs = np.arange(network.epoch + 1)
    lines = [
        ("learned from", epochs, np.float32(learned_from), VIOLET),
        ("held back", epochs, np.float32(held_back), CURVES[1]),
    ]
    show(
        curves(lines, x="epoch", y=what, height=280),
        f"The {what} after each epoch: at the end {say(learned_from[-1])} on the pictures it learned from, "
        f"{say(held_back[-1])} on those held back.",
        key=key,
    )
