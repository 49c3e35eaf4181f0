"""A network is a function."""

import streamlit as st

from lib.parts import chain, double, percentages, probabilities
from lib.ui.diagram import number_row, parts_row, share_bar
from lib.ui.page import code, next_page, takeaway, tell
from lib.ui.pages import PAGES
from lib.ui.predict import challenge, predict
from lib.ui.words import number

PARTS = [
    ("Convolution", "A small template slides over the picture and scores every position."),
    ("Activation", "Negative scores become 0, the others stay."),
    ("Pooling", "Of each few neighbouring scores only the largest stays."),
    ("Dropout", "While it learns, a few scores are left out at random, so that none matters too much."),
    ("Dense", "All scores are weighted and added up: one last number per answer."),
]
NEITHER = {"start_dog": -8.0, "start_cat": -10.0}  # the lead of 2 that the sliders start with
EQUAL = [1.0, 1.0]  # two scores for a picture of noise

story = tell(
    "start",
    "Software that finds dogs and cats in pictures looks like a black box. Inside is arithmetic that you can follow: a "
    "network is a **function**, numbers go in and numbers come out. This app opens the box step by step, after the "
    "article *Opening the black box of vision AI algorithms* by Hasnain Raza (2021).",
)

even = percentages(probabilities(EQUAL))
half_half = f"{even[0]:.0f} % dog, {even[1]:.0f} % cat"
with story.question:
    predict(
        "start",
        "A picture of pure noise goes in, and dog and cat get the same score. What does the network answer?",
        ["“I don't know”", "Neither dog nor cat", half_half],
        half_half,
        f"Equal scores get equal shares, and shares always sum to 100 %: {number(even[0])} + {number(even[1])} = "
        f"{number(sum(even))}. A probability compares the scores; it is not the truth about the picture.",
    )

a = st.sidebar.slider("a: the number that goes in", -10, 10, 3, key="start_a", bind="query-params")
dog = st.sidebar.slider("Dog's score", -10.0, 10.0, 3.0, 0.1, format="%.1f", key="start_dog", bind="query-params")
cat = st.sidebar.slider("Cat's score", -10.0, 10.0, 1.0, 0.1, format="%.1f", key="start_cat", bind="query-params")
scores = [round(dog, 1), round(cat, 1)]  # a link can lie between the steps
st.sidebar.caption("The two scores stand in for a network's last numbers. No network runs on this page.")

with story.body:
    st.subheader("Numbers in, numbers out", anchor=False)
    st.markdown(
        "The function **y = 2a** doubles a number. A network is many small functions in a row; here are three. Move "
        "the slider for **a** at the side (on a phone, » at the top opens it)."
    )
    values = [number(value) for value in chain([double] * 3, a)]
    st.html(number_row(values, "× 2"))
    st.markdown(f":small[{values[0]} goes in, {values[-1]} comes out. The same input always gives the same output.]")

    st.subheader("What a network for pictures is made of", anchor=False)
    st.markdown("A picture goes into the first of these functions, and each one passes its numbers on to the next.")
    st.html(parts_row(PARTS))

    st.subheader("Probabilities come out", anchor=False)
    st.markdown("The last numbers are scores, one for each answer. They are turned into probabilities:")
    shares = percentages(probabilities(scores))
    st.html(share_bar(["Dog", "Cat"], shares))
    st.markdown(
        f":small[Scores of {number(scores[0])} for dog and {number(scores[1])} for cat become {shares[0]:.1f} % dog "
        f"and {shares[1]:.1f} % cat. The two always sum to 100 %: there is no “I don't know”.]"
    )
    st.button("Try two very low scores", on_click=st.session_state.update, args=(NEITHER,))
    if scores == list(NEITHER.values()):
        st.markdown("Both scores are very low, and the answer is as sure as with 3 and 1: only the lead counts.")
    challenge(
        "start",
        "Make it 99 % dog.",
        shares[0] >= 99,
        f"You are at {shares[0]:.1f} % dog, with a lead of {number(scores[0] - scores[1])}.",
    )

    st.subheader("The route", anchor=False)
    places = [*st.columns(3), *st.columns(3)]
    for n, (place, page) in enumerate(zip(places, PAGES[1:], strict=True), start=1):
        with place.container(border=True, height="stretch", gap="xsmall"):
            st.page_link(page.path, icon=f":material/counter_{n}:")
            st.markdown(f":small[{page.line}]")

with story.lesson:
    takeaway(
        "A network is a function: numbers in, small steps of arithmetic, numbers out. It always gives some answer."
    )

if story.deeper.open:
    story.deeper.markdown(
        "- A network with convolutions is called a **CNN**, convolutional neural network. Real ones repeat the first "
        "three parts many times.\n"
        "- Turning scores into probabilities is called **softmax**: e = 2.718… to the power of each score, divided by "
        "their sum. It never gives exactly 0 or 100 %; what you see here is rounded to one decimal.\n"
        "- The activation is no optional extra: without it, two convolutions in a row are the same as one. Pooling and "
        "dropout are optional."
    )

code("start", double, chain, probabilities, percentages)
next_page("images", "Next: a picture is numbers", image_picture="line")
