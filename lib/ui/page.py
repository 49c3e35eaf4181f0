"""What the pages are made of: a picture with its sentence, the strip of answers, the code, the way on."""

import inspect
from functools import lru_cache
from typing import NamedTuple

import streamlit as st
from plotly.basedatatypes import BaseFigure
from streamlit.delta_generator import DeltaGenerator

from lib.ui.colours import INK
from lib.ui.figures import CONFIG, strip_figure
from lib.ui.pages import FOLDER, PAGES


class Ready(BaseFigure):
    """A figure as a dict that is sent as it stands.

    Streamlit has plotly check and copy every plain dict, 25 ms for a gallery, and add a 6 kB template to it.
    """

    def __init__(self, figure):
        object.__setattr__(self, "ready", figure)  # plotly's own __init__ is what takes the time

    def to_dict(self):
        return self.ready


class Story(NamedTuple):
    """The places of a page under its idea."""

    body: DeltaGenerator  # picture first, then the question and all else in reading order
    deeper: DeltaGenerator  # controls and words for some; what it shows is computed only while it is `open`


def tell(name, idea):
    """Begin the page of that name with its idea: at most two sentences, 40 words. They may hold `term`s.

    Returns the places of a `Story`; `code` and `next_page` end it.
    """
    prefix = next(page.prefix for page in PAGES if page.file == name)
    st.markdown(idea, unsafe_allow_html=True)
    body = st.container()
    return Story(body, st.expander("Go deeper", icon=":material/explore:", key=f"{prefix}deeper", bind="query-params"))


def show(figure, sentence, *, key=None):
    """Draw a figure with its text twin: one sentence of what it shows, read out by screen readers as well.

    `figure` is plotly's, as a dict, or HTML with pictures that say nothing but the sentence.
    """
    if isinstance(figure, str):
        st.html(figure)
        return st.markdown(f":small[{sentence}]")
    colour = INK[st.context.theme.type or "light"]
    figure["layout"]["font"] = {"color": colour, "family": '"Source Sans", sans-serif', "size": 14}
    st.plotly_chart(Ready(figure), theme=None, config=CONFIG, alt=sentence, key=key)
    return st.markdown(f":small[{sentence}]")


def strip(found, missed, false_alarms, what="lines", *, key=None):
    """The same strip on every page that has a right answer: found, missed, false alarms, each with thumbnails.

    Each of the three is (n, h, w): one small picture per case. Colours run from 0 to 1. Three of each are shown, the
    others once somebody opens them. Two strips on one page need a `key` each.
    """
    n_found, n_missed, n_false = (len(images) for images in (found, missed, false_alarms))
    sentence = f"Found {n_found} of {n_found + n_missed} {what}, missed {n_missed}, false alarms {n_false}."
    show(strip_figure(found, missed, false_alarms), sentence)
    if max(n_found, n_missed, n_false) > 3:
        rest = st.expander("All of them", key=f"_all_{what}{key or ''}", on_change="rerun")
        if rest.open:
            rest.html(strip_figure(found, missed, false_alarms, most=512))


def takeaway(sentence):
    """The one thing to remember of a page."""
    st.info(sentence, icon=":material/lightbulb:")


def code(name, *functions):
    """The very functions that ran on the page of that name, as they stand in lib; sent when somebody opens it."""
    place = st.expander("The code", icon=":material/code:", key=f"_code_{name}", on_change="rerun")
    if place.open:
        place.code("\n\n".join(_source(function) for function in functions), language="python")


def next_page(file, label, **choices):
    """A link to another page that takes `choices` along; it carries every key it means."""
    with st.container(key=f"_next_{file}"):  # page.css makes it a button that is seen
        st.page_link(FOLDER / f"{file}.py", label=label, icon=":material/arrow_forward:",
                     query_params={key: str(value) for key, value in choices.items()})  # fmt: skip


@lru_cache
def _source(function):
    return f"# {function.__module__.replace('.', '/')}.py\n{inspect.getsource(function)}"
