"""Multiply, sum, compare."""

import numpy as np
import streamlit as st

from lib.images import all_images, line_image, random_image
from lib.matching import best_value, census, is_match, score, sort_images
from lib.ui.controls import choose_picture, choose_template, choose_value
from lib.ui.figures import gallery
from lib.ui.grids import grid, paintable, touch, weights_grid
from lib.ui.page import code, equation, go_deeper, next_page, number, show, strip, takeaway
from lib.ui.predict import challenge, predict

NAMES = ("vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left", "line, nothing beside")
REFUSING = "line, nothing beside"
YELLOW = np.ones((3, 3), np.uint8)  # all over

st.markdown(
    "Can you write an algorithm that finds a line of 3 yellow pixels in the middle of a picture? Here is one: lay a "
    "**template**, a small grid of numbers called **weights**, over the picture, multiply each pixel with the weight "
    "on top of it, and add everything up. The sum is the picture's **score**: if it is as large as it can get, the "
    "picture matches."
)

question, body = st.container(), st.container()
takeaway("A match is a sum that is large enough. Nothing in here decides or thinks: it multiplies, adds and compares.")
goal = st.container()
deeper = go_deeper()

with body:  # where their messages go
    picture, image = choose_picture("match_picture", ["identical", "random", "all yellow"], shape=(3, 3), typed=deeper)
    name, template = choose_template("match_template", NAMES, shape=(3, 3), typed=deeper)
    value = choose_value("match_value", template)
seed = st.sidebar.slider("Seed: which random pictures", 0, 99, 3, key="match_seed", bind="query-params")

five = random_image((15, 3), seed=seed).reshape(5, 3, 3)  # the article's five, from one generator
if image is None:
    image = {"identical": (template > 0).astype(np.uint8), "random": five[0], "all yellow": np.ones_like(five[0])}[
        picture
    ]
total, verdict = score(image, template), "a match" if is_match(image, template, value) else "no match"

yellow_matches = is_match(YELLOW, template, value)
why = ""
if yellow_matches and (template == 0).any():
    why = " A weight of 0 does not mind a yellow pixel."
elif not yellow_matches and (template < 0).any():
    why = " Weights below 0 say no to yellow pixels."
with question:
    predict(
        "template_matching",
        "A picture is yellow all over. Does it match the template of this page?",
        ["Yes", "No"],
        "Yes" if yellow_matches else "No",
        f"{equation(YELLOW, template)}, and a match needs at least {number(value)}.{why}",
    )

with body:
    st.subheader("Multiply and add", anchor=False)
    paintable(
        "match",
        touch("Picture", grid(image), key="match_picture", after="×"),
        touch("Template", weights_grid(template), key="match_template", kind="weights", after="="),
        touch("Products", weights_grid(template) | {"values": (image * template).ravel().tolist()}),
    )
    st.markdown(
        ":small[Click or drag to paint; a press takes a weight through −1, 0 and 1. Each product is a pixel times the "
        f"weight on top of it. The products add up to {number(total)}.]"
    )
    st.markdown(equation(image, template))
    st.markdown(f"The sum is **{number(total)}**. A match needs at least **{number(value)}**. This is **{verdict}**.")

    st.subheader("Five random pictures", anchor=False)
    scores = [score(one, template) for one in five]
    matches = [n for n, one in enumerate(five) if is_match(one, template, value)]
    show(
        gallery(five, [f"{number(s)}, {'match' if n in matches else 'no'}" for n, s in enumerate(scores)], columns=5,
                height=150, marks=matches),
        f"The same template on five random pictures, with their sums: {len(matches)} of 5 match. "
        "Another seed gives other pictures.",
    )  # fmt: skip

    st.subheader("All 512 pictures", anchor=False)
    counts = census(template, value)
    match, exact = sort_images(template, value)
    st.markdown(
        f"There are only {counts.n_images} black and yellow pictures of 3 by 3 pixels, so we can try them all: "
        f"**{counts.n_matches}** match, and **{counts.n_exact}** is the exact copy of the template's positive numbers. "
        "If only that copy were right, the others would be false alarms:"
    )
    everything = all_images(template.shape)
    strip(everything[match & exact], everything[exact & ~match], everything[match & ~exact], "exact copies")
    if (template >= 0).all() and template.any():
        st.markdown("An all-yellow picture has the line in it too. The template cannot say no to extra yellow pixels, "
                    "unless some of its numbers are negative.")  # fmt: skip
        st.button("Try negative numbers", on_click=st.session_state.update, args=({"match_template": REFUSING},))

with goal:
    line_matches = is_match(line_image(), template, value)
    line_too = "matches" if line_matches else "does not"
    challenge(
        "template_matching",
        "Change the template so that the vertical line still matches, but fewer than 10 of the 512 pictures do.",
        line_matches and counts.n_matches < 10,
        f"You are at {counts.n_matches} of {counts.n_images}, and the line {line_too}.",
    )

with deeper:
    st.markdown(
        "- A template is called a **kernel** or a **filter** elsewhere.\n"
        f"- This template's best sum is {number(best_value(template))}: its positive weights added up. No black and "
        "yellow picture gets more, so “at least the best” and the article's “equal to 3” mean the same there.\n"
        "- Each −1 beside the line turns away half of the pictures that still matched: three of them leave 8 of the "
        "64, six leave 1."
    )

code(score, best_value, is_match, census, sort_images)
next_page("template_explosion", "Next: a template for every place",
          explosion_rows=11, explosion_columns=11, explosion_length=3)  # fmt: skip
