"""Trained networks for all visitors: not in the page, which defines its functions anew on every run."""

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.inside import answer, layers, template_kinds
from lib.network import new_network
from lib.tasks import examples

FOOLED = ("none", "blank", "noise", "inverted", "shifted")
SHIFT = 2  # columns


# A Network never changes, so visitors share one: as cached data, each would be unpickled on every run.
@st.cache_resource(max_entries=48, show_spinner=False)
def learned(task, templates, seed, rate, dropout):
    """Epoch to the network after it, for all visitors; the page adds the epochs it needs."""
    return {0: new_network(task, n_templates=templates, seed=seed)}


@st.cache_resource(max_entries=64, show_spinner=False)
def measured(*settings, epoch):
    """What no rerun computes again: answers after each change, (n, answers) each; reaches; noise; template kinds.

    A reach is the largest number of a layer over some of those pictures: colours mean the same on all of them.
    """
    network, pictures = learned(*settings)[epoch], examples(settings[0]).test_images
    fooled = {
        change: answer(network, change_pictures(pictures, change, columns=SHIFT)).astype(np.float32)
        for change in FOOLED
    }
    found = [[float(abs(values).max()) for values in layers(network, picture).values()] for picture in pictures[:50]]
    noise = answer(network, change_pictures(np.zeros_like(pictures[:1]), "noise"))[0]
    kinds = template_kinds(network) if settings[0] == "lines" else ()
    return fooled, (np.max(found, axis=0) + 1e-9).tolist(), noise, kinds
