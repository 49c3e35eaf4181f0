"""Multiply, sum, compare."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.images import all_images, line_image, random_image
from lib.matching import best_value, census, is_match, score, sort_images
from lib.ui.controls import choose_picture, choose_template, choose_value
from lib.ui.figures import gallery
from lib.ui.grids import grid, paintable, touch, weights_grid
from lib.ui.page import code, next_page, show, strip, takeaway, tell
from lib.ui.predict import challenge, predict
from lib.ui.words import equation, number

NAMES = ("vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left", "line, nothing beside")
REFUSING = "line, nothing beside"
YELLOW = np.ones((3, 3), np.uint8)  # all over
GOAL = 2  # pictures that may match in the challenge


def page():
    """The page from top to bottom."""
    story = tell(
        "template_matching",
        "Can you write an algorithm that finds a line of 3 yellow pixels in the middle of a picture? Here is one: lay "
        "a **template**, a small grid of numbers called **weights**, over the picture, multiply each pixel with the "
        "weight on top of it, and add everything up. The sum is the picture's **score**: if it is as large as it can "
        "get, the picture matches.",
    )
    with story.messages:
        view = choose(story.deeper)
    with story.question:
        ask_about_yellow(view)
    with story.body:
        show_sum(view)
        set_challenge(view)
        show_five(view)
        show_all(view)
    with story.lesson:
        takeaway("A match is a sum that is large enough. Nothing in here decides or thinks: it multiplies, adds and "
                 "compares.")  # fmt: skip
    if story.deeper.open:
        with story.deeper:
            show_other_names(view)
    code("template_matching", score, best_value, is_match, census, sort_images)
    next_page("template_explosion", "Next: a template for every place", explosion_rows=11)


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    image: np.ndarray  # (3, 3) of 0 and 1
    template: np.ndarray  # (3, 3)
    value: float  # the score that counts as a match
    five: np.ndarray  # (5, 3, 3), random pictures


def choose(typed):
    """The controls, in the order of the sidebar."""
    picture, image = choose_picture("match_picture", ["identical", "random", "all yellow"], shape=(3, 3), typed=typed)
    _, template = choose_template("match_template", NAMES, shape=(3, 3), typed=typed)
    value = choose_value("match_value", template)
    seed = st.sidebar.slider("Seed: which random pictures", 0, 99, 3, key="match_seed", bind="query-params")
    five = random_image((15, 3), seed=seed).reshape(5, 3, 3)  # the article's five, from one generator
    if image is None:
        image = {"identical": (template > 0).astype(np.uint8), "random": five[0], "all yellow": YELLOW}[picture]
    return View(image, template, value, five)


def ask_about_yellow(view):
    matches, why = is_match(YELLOW, view.template, view.value), ""
    if matches and (view.template == 0).any():
        why = " A weight of 0 does not mind a yellow pixel."
    elif not matches and (view.template < 0).any():
        why = " Weights below 0 say no to yellow pixels."
    predict(
        "template_matching",
        "A picture is yellow all over. Does it match the template of this page?",
        ["Yes", "No"],
        "Yes" if matches else "No",
        f"{equation(YELLOW, view.template)}, and a match needs at least {number(view.value)}.{why}",
    )


def show_sum(view):
    total = number(score(view.image, view.template))
    verdict = "a match" if is_match(view.image, view.template, view.value) else "no match"
    st.subheader("Multiply and add", anchor=False)
    paintable(
        "match",
        touch("Picture", grid(view.image), key="match_picture", after="×"),
        touch("Template", weights_grid(view.template), key="match_template", kind="weights", after="="),
        touch("Products", weights_grid(view.template) | {"values": (view.image * view.template).ravel().tolist()}),
    )
    st.markdown(
        ":small[Click or drag to paint; a press takes a weight through −1, 0 and 1. Each product is a pixel times the "
        f"weight on top of it. The products add up to {total}.]\n\n{equation(view.image, view.template)}\n\n"
        f"The sum is **{total}**. A match needs at least **{number(view.value)}**. This is **{verdict}**."
    )


def set_challenge(view):
    line, n_matches = is_match(line_image(), view.template, view.value), census(view.template, view.value).n_matches
    challenge(
        "template_matching",
        f"Paint a template that the vertical line and only {GOAL - 1} other of the 512 pictures match.",
        line and n_matches == GOAL,
        f"You are at {n_matches} of 512, and the line {'matches' if line else 'does not'}.",
    )


def show_five(view):
    matches = [n for n, one in enumerate(view.five) if is_match(one, view.template, view.value)]
    titles = [
        f"{number(score(one, view.template))}, {'match' if n in matches else 'no'}" for n, one in enumerate(view.five)
    ]
    st.subheader("Five random pictures", anchor=False)
    show(
        gallery(view.five, titles, columns=5, height=150, marks=matches),
        f"The same template on five random pictures, with their sums: {len(matches)} of 5 match. "
        "Another seed gives other pictures.",
    )


def show_all(view):
    """All pictures of this size, sorted by the template."""
    counts, (match, exact) = census(view.template, view.value), sort_images(view.template, view.value)
    st.subheader("All 512 pictures", anchor=False)
    st.markdown(
        f"There are only {counts.n_images} black and yellow pictures of 3 by 3 pixels, so we can try them all: "
        f"**{counts.n_matches}** match, and **{counts.n_exact}** is the exact copy of the template's positive numbers. "
        "If only that copy were right, the others would be false alarms:"
    )
    everything = all_images(view.template.shape)
    strip(everything[match & exact], everything[exact & ~match], everything[match & ~exact], "exact copies")
    if (view.template >= 0).all():
        st.markdown("An all-yellow picture has the line in it too. The template cannot say no to extra yellow pixels, "
                    "unless some of its numbers are negative.")  # fmt: skip
    st.button("Try negative numbers", on_click=st.session_state.update, args=({"match_template": REFUSING},))


def show_other_names(view):
    st.markdown(
        "- A template is called a **kernel** or a **filter** elsewhere.\n"
        f"- This template's best sum is {number(best_value(view.template))}: its positive weights added up. No black "
        "and yellow picture gets more, so “at least the best” and the article's “equal to 3” mean the same there.\n"
        "- Each −1 beside the line turns away half of the pictures that still matched: three of them leave 8 of the "
        "64, six leave 1."
    )


page()
