"""Multiply, sum, compare."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lib.images import all_images, line_image, random_image
from lib.matching import best_value, census, is_match, score, sort_images
from lib.templates import TEMPLATES
from lib.ui.controls import choose_picture, choose_template, choose_value
from lib.ui.figures import gallery
from lib.ui.grids import grid, paintable, touch, weights_grid
from lib.ui.page import code, next_page, show, strip, takeaway, tell
from lib.ui.predict import challenge, cover, is_settled, predict
from lib.ui.take_home import take_home
from lib.ui.words import equation, number, term

NAMES = ("vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left", "line, nothing beside")
PICTURES = ("identical", "random", "all yellow")
REFUSING = "line, nothing beside"
YELLOW = np.ones((3, 3), np.uint8)  # all over
GOAL = 2  # pictures that may match in the challenge


def page():
    """The page from top to bottom."""
    story = tell(
        "template_matching",
        f"Is there a line in the middle? Lay a {term('template')} over the picture, multiply each pixel with the "
        f"{term('weight')} on top of it, and add up: a sum that is large enough is a {term('match')}.",
    )
    with story.body:
        place = st.container()  # for the picture: it stands above what it follows from
        view = choose(story.deeper)
        with place:
            show_sum(view)
        set_challenge(view)
        settled = ask_about_yellow(view)
        show_five(view)
        show_all(view, settled)
        takeaway("A match is a sum that is large enough. Nothing in here decides or thinks: it multiplies, adds and "
                 "compares.")  # fmt: skip
    if story.deeper.open:
        with story.deeper:
            show_other_names(view)
    code("template_matching", score, best_value, is_match, census, sort_images)
    take_home("template_matching", view)
    next_page("template_explosion", "Next: a template for every place", explosion_rows=11)


class View(NamedTuple):
    """Everything the controls say: all that the page shows follows from it."""

    own: list  # which of picture and template is painted or typed
    image: np.ndarray  # (3, 3) of 0 and 1
    template: np.ndarray  # (3, 3)
    value: float  # the score that counts as a match
    five: np.ndarray  # (5, 3, 3), random pictures


def choose(typed):
    """The controls: picture and template under their grids, the others in the sidebar."""
    place = st.container(horizontal=True)
    picture, image = choose_picture("match_picture", PICTURES, shape=(3, 3), typed=typed, place=place)
    name, template = choose_template("match_template", NAMES, shape=(3, 3), typed=typed, place=place)
    value = choose_value("match_value", template)
    seed = st.sidebar.slider("Seed: which random pictures", 0, 99, 3, key="match_seed", bind="query-params")
    five = random_image((15, 3), seed=seed).reshape(5, 3, 3)  # the article's five, from one generator
    own = [what for what, one in (("picture", picture), ("template", name)) if one not in (*PICTURES, *TEMPLATES)]
    if image is None:
        image = {"identical": (template > 0).astype(np.uint8), "random": five[0], "all yellow": YELLOW}[picture]
    return View(own, image, template, value, five)


def ask_about_yellow(view):
    """Has the visitor answered?"""
    matches, why = is_match(YELLOW, view.template, view.value), ""
    if matches and (view.template == 0).any():
        why = " A weight of 0 does not mind a yellow pixel."
    elif not matches and (view.template < 0).any():
        why = " Weights below 0 say no to yellow pixels."
    return predict(
        "template_matching",
        "A picture is yellow all over. Does it match the template of this page?",
        ["Yes", "No"],
        "Yes" if matches else "No",
        f"{equation(YELLOW, view.template)}, and a match needs at least {number(view.value)}.{why}",
    )


def show_sum(view):
    best = best_value(view.template)
    is_perfect = view.value == (best if best > 0 else 1)  # then it follows the weights while they are painted
    products = weights_grid(view.template) | {"values": (view.image * view.template).ravel().tolist()}
    paintable(
        "match",
        touch("Picture", grid(view.image), key="match_picture", after="×"),
        touch("Template", weights_grid(view.template), key="match_template", kind="weights", after="="),
        touch("Products", products),
        total={"value": None if is_perfect else view.value, "asked": not is_settled("template_matching")},
    )
    own = f"This is your {' and your '.join(view.own)}. " if view.own else ""
    st.markdown(
        f":small[{own}Click or drag to paint. A press takes a weight through −1, 0 and 1: red adds, blue takes away, "
        "white does not mind.]"
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
    st.header("Five random pictures", anchor=False)
    show(
        gallery(view.five, titles, columns=5, height=110, marks=matches),
        f"The same template on five random pictures, with their sums: {len(matches)} of 5 match.",
    )


def show_all(view, settled):
    """All pictures of this size, sorted by the template: the one that is asked about is among them."""
    counts = census(view.template, view.value)
    st.header("All 512 pictures", anchor=False)
    others = " If only that copy were right, the others would be false alarms:" if counts.n_matches > 1 else ""
    st.markdown(
        "Each of the nine pixels is yellow or black, two choices nine times: 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 = 512 "
        f"pictures. We can try them all: **{counts.n_matches}** {'matches' if counts.n_matches == 1 else 'match'}, and "
        f"**{counts.n_exact}** is the exact copy of the template's positive numbers.{others}"
    )
    if not settled:
        return cover("template_matching", "which pictures match")
    match, exact = sort_images(view.template, view.value)
    everything = all_images(view.template.shape)
    strip(everything[match & exact], everything[exact & ~match], everything[match & ~exact], "exact copies")
    if (view.template == TEMPLATES[REFUSING]).all():
        return st.markdown("The template above now has −1 on both sides of the line: they refuse extra yellow pixels.")
    if (view.template >= 0).all():
        st.markdown("An all-yellow picture has the line in it too. The template cannot say no to extra yellow pixels, "
                    "unless some of its numbers are negative.")  # fmt: skip
    return st.button("Try negative numbers", on_click=st.session_state.update, args=({"match_template": REFUSING},))


def show_other_names(view):
    best = number(best_value(view.template))
    st.markdown(
        "- A template is called a **kernel** or a **filter** elsewhere.\n"
        f"- This template's best sum is {best}: its positive weights added up. No black and yellow picture gets more, "
        f"so “at least {best}” and “equal to {best}”, as the article has it, mean the same there.\n"
        "- Each −1 beside the line turns away half of the pictures that still matched: three of them leave 8 of the "
        "64, six leave 1."
    )


page()
