"""The whole story in one picture, and a network is a function."""

import streamlit as st

from lib.convolution import correlate
from lib.images import photograph, shrink, to_gray
from lib.parts import chain, double, percentages, probabilities
from lib.templates import TEMPLATES
from lib.ui.diagram import number_row, share_bar
from lib.ui.grids import opening, opening_of
from lib.ui.page import code, next_page, takeaway, tell
from lib.ui.pages import WORKSHOP
from lib.ui.predict import challenge, predict
from lib.ui.take_home import take_home
from lib.ui.words import number, term

SIDE, SMOOTH = 32, 240  # pixels a side: of the photograph as numbers, and of the one that turns into them
LOW = {"start_dog": -8.0, "start_cat": -10.0}  # the lead of 2 that the sliders start with
EQUAL = [1.0, 1.0]  # two scores for a picture of noise


@st.cache_resource(max_entries=1, show_spinner=False)
def cat():
    gray, template = to_gray(photograph("cat")), TEMPLATES["vertical edges"]
    pixels = shrink(gray, SIDE)
    words = {
        "photo": f"A photograph of a cat as {SIDE} × {SIDE} numbers: arrow keys move the window",
        "map": "The score map of a template for vertical edges: the edges of the cat’s eyes and nose stand out",
    }
    return opening_of(shrink(gray, SMOOTH), pixels, template, correlate(pixels, template), words=words)


story = tell(
    "start",
    f"Glass Box opens the black box of vision AI: inside is arithmetic. A photograph turns into numbers, a small "
    f"{term('template')} slides over them, and its {term('score', 'scores')} show the cat’s edges.",
)

with story.body:
    opening("start", cat())

    st.header("A network is a function", anchor=False)
    left, right = st.columns([2, 3], vertical_alignment="center")
    a = left.slider("a: the number that goes in", -10, 10, 3, key="start_a", bind="query-params")
    values = [number(value) for value in chain([double] * 3, a)]
    right.html(number_row(values, "× 2"))
    st.markdown(
        f"**1.** Numbers go in, numbers come out: {values[0]} goes in, {values[-1]} comes out. The same input always "
        "gives the same output.\n\n"
        f"**2.** Here the {term('function')} **y = 2a** is used three times. A {term('network')} is many such "
        "functions in a row. The sliding template above is one of them.\n\n"
        f"**3.** Its last numbers are scores, one for each answer. They are turned into "
        f"{term('probability', 'probabilities')}.",
        unsafe_allow_html=True,
    )

    even = percentages(probabilities(EQUAL))
    half_half = f"{even[0]:.0f} % dog, {even[1]:.0f} % cat"
    settled = predict(
        "start",
        "A picture of pure noise goes in, and dog and cat get the same score. What does the network answer?",
        ["“I don't know”", "0 % dog, 0 % cat", half_half],
        half_half,
        f"Equal scores get equal shares, and shares always sum to 100 %: {number(even[0])} + {number(even[1])} = "
        f"{number(sum(even))}. A probability compares the scores; it is not the truth about the picture.",
    )

    left, right = st.columns([2, 3], vertical_alignment="center")
    dog = left.slider("Dog's score", -10.0, 10.0, 3.0, 0.1, format="%.1f", key="start_dog", bind="query-params")
    cats = left.slider("Cat's score", -10.0, 10.0, 1.0, 0.1, format="%.1f", key="start_cat", bind="query-params")
    scores = [round(dog, 1), round(cats, 1)]  # a link can lie between the steps
    shares = percentages(probabilities(scores))
    right.html(share_bar(["Dog", "Cat"], shares))
    told = [
        f"Scores of {number(scores[0])} for dog and {number(scores[1])} for cat become {shares[0]:.1f}\u00a0% dog and "
        f"{shares[1]:.1f}\u00a0% cat. You set the scores here; no network runs on this page."
    ]
    if settled:
        told.append("The two always sum to 100 %: there is no “I don’t know”.")
    if scores == list(LOW.values()):
        told.append("Both scores are very low, and the answer is as sure as with 3 and 1: only the lead counts.")
    right.markdown(" ".join(told))
    right.button("Try two very low scores", on_click=st.session_state.update, args=(LOW,))
    challenge(
        "start",
        "Make it 99 % dog.",
        shares[0] >= 99,
        f"You are at {shares[0]:.1f}\u00a0% dog, with a lead of {number(scores[0] - scores[1])}.",
    )
    always = " It always gives some answer." if settled else ""
    takeaway(f"A network is a function: numbers in, small steps of arithmetic, numbers out.{always}")

if story.deeper.open:
    story.deeper.markdown(
        "- Glass Box follows the article *Opening the black box of vision AI algorithms* by Hasnain Raza (2021).\n"
        "- A network with convolutions is called a **CNN**, convolutional neural network.\n"
        "- Turning scores into probabilities is called **softmax**: e = 2.718… to the power of each score, divided by "
        "their sum. It never gives exactly 0 or 100 %; what you see here is rounded to one decimal.\n"
        "- The window’s template is called a **Sobel filter**: negative weights on the left, positive ones on the "
        "right. Where both sides are alike, its sum is near 0."
    )

code("start", double, chain, probabilities, percentages)
take_home("start", SIDE, a, *scores)
next_page("images", "Next: a picture is numbers")
st.page_link(WORKSHOP.path, label=WORKSHOP.title, icon=":material/groups:")
