"""A small network: several learned templates, pooled, to probabilities."""

import numpy as np
import streamlit as st

from lib.changes import change_pictures
from lib.codec import decode_image, decode_levels
from lib.inside import answer, confusion, contributions, layers, not_sure
from lib.network import new_network, train_epoch
from lib.tasks import TASKS, examples
from lib.ui.charts import bars, curves, table
from lib.ui.colours import CURVES, VIOLET
from lib.ui.controls import choose_picture, choose_position, choose_row_and_column, choose_window
from lib.ui.figures import gallery
from lib.ui.grids import grid, paintable, stage, touch, weights_grid
from lib.ui.networks import FOOLED, SHIFT, learned, measured
from lib.ui.page import code, go_deeper, next_page, show, takeaway
from lib.ui.predict import challenge, predict
from lib.ui.words import number

WORDS = {"lines": "Lines", "digits": "Handwritten digits"}
LEVELS = {"lines": 1, "digits": 16}  # of a pixel, above black
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
MANY = 12  # wrong pictures shown
FEW, SURE = 3, 0.99  # painted pixels and probability of the challenge
MEASURES = (("learned from", VIOLET), ("held back", CURVES[1]))
CHANGED = {
    "none": "As it is",
    "blank": "Blank: nothing but black",
    "noise": "Noise: every pixel brighter or darker by chance",
    "inverted": "Inverted: bright and dark have changed places",
    "shifted": "Shifted: two pixels to the right",
}


def learning_curves(network, key):
    """Loss and share of right answers, on the part it learned from and the part held back."""
    epochs = np.arange(network.epoch + 1)
    left, right = st.columns(2)
    for place, what, values in (
        (left, "error (cross-entropy)", (network.train_losses, network.test_losses)),
        (right, "share of right answers", (network.train_accuracies, network.test_accuracies)),
    ):
        lines = [(name, epochs, np.float32(y), colour) for (name, colour), y in zip(MEASURES, values, strict=True)]
        with place:
            show(
                curves(lines, x="epoch", y=what, height=260),
                f"The {what} after each epoch: at the end {number(values[0][-1])} on the pictures it learned from, "
                f"{number(values[1][-1])} on those held back.",
                key=f"{key} {what}",
            )


def maps(values, reach, words):
    """The grids of one layer (channels, h, w) as small pictures."""
    titles = [str(n) for n in range(len(values))]
    signed = {"low": -reach, "high": reach} if (values < 0).any() else {"high": reach}
    show(gallery(values, titles, columns=8, height=130 * -(-len(values) // 8) + 20, **signed), words)


st.markdown(
    "Now everything together: several small templates slide over the picture, what they find is **pooled**, weighted "
    "and turned into **probabilities**. This is a real network, small enough to look at every number in it. Nothing "
    "was prepared: it learns from examples on this server, all its templates at once."
)
question, body = st.container(), st.container()
takeaway(
    "A network is templates, sums and the largest of a few numbers, over and over. It always answers, often very sure, "
    "also about pictures that are nothing it knows."
)
goal = st.container()
deeper = go_deeper()

task = st.sidebar.segmented_control("What it learns", list(WORDS), default="lines", required=True, key="network_task",
                                    format_func=WORDS.get, bind="query-params") or "lines"  # fmt: skip
kind, key = TASKS[task], f"network_{task}"
data, levels = examples(task), LEVELS[task]
with body:
    name, image = choose_picture(f"{key}_picture", ["example"], shape=kind.shape, typed=deeper,
                                 decode=decode_levels if task == "digits" else decode_image)  # fmt: skip
chosen = choose_position(
    "Example: one of those it never learned from", len(data.test_images), f"{key}_example", start=1
)
change = st.sidebar.selectbox("Change the picture", FOOLED, key="network_change", filter_mode="contains",
                              bind="query-params")  # fmt: skip
templates = st.sidebar.slider("Templates", 1, 12, kind.n_templates, key=f"{key}_templates", bind="query-params")
epochs = st.sidebar.slider("Epochs: how often it sees all examples", 0, 30, kind.epochs, key=f"{key}_epochs",
                           bind="query-params")  # fmt: skip
rate = st.sidebar.select_slider("Step size", RATES, kind.learning_rate, key=f"{key}_rate", bind="query-params")
seed = st.sidebar.slider("Seed: which random start, which order", 0, 99, 0, key=f"{key}_seed", bind="query-params")
dropout = 0.0
if task == "digits":
    dropout = st.sidebar.slider("Dropout: share of numbers left out while it learns", 0, 80, 25, 5, format="%d%%",
                                key="network_dropout", bind="query-params") / 100  # fmt: skip

with body:
    live = st.empty()
settings = (task, templates, seed, rate, dropout)
run = learned(*settings)
for epoch in range(1, epochs + 1):
    if epoch not in run:  # learned now, and somebody waits for it
        run.setdefault(epoch, train_epoch(run[epoch - 1], learning_rate=rate, dropout=dropout))
        with live.container():
            st.progress(epoch / epochs, f"Learning: epoch {epoch} of {epochs}")
            learning_curves(run[epoch], f"_live {epoch}")
network = run[epochs]
live.empty()
fooled, reach, noise, kinds = measured(*settings, epoch=epochs)
clean = fooled["none"]

label = None
if image is None:
    image, label = data.test_images[chosen], int(data.test_labels[chosen])
else:
    image = np.float32(image / levels)
seen = change_pictures(image[np.newaxis], change, columns=SHIFT)[0]
steps = layers(network, seen)
shares = steps["Probabilities"]
best = int(shares.argmax())

with question:
    said = f"{kind.answers[int(noise.argmax())]}, {100 * noise.max():.0f} %"
    predict(
        "network",
        "A picture of pure noise goes into the network of this page. What does it answer?",
        ["Nothing at all", f"The same for each of the {len(noise)} answers", said],
        said,
        f"It has no answer for “nothing”: the {len(noise)} probabilities sum to 100 % for every picture. Some template "
        "always finds a little of what it looks for.",
    )

with body:
    st.subheader("A picture goes in, probabilities come out", anchor=False)
    left, right = st.columns(2)
    with left:
        whole = np.rint(image * levels).astype(int)
        grids = [touch("Picture: paint", grid(whole, high=levels), key=f"{key}_picture",
                       kind="levels" if levels > 1 else "pixels")]  # fmt: skip
        if change != "none":
            grids.append(touch("What goes in", grid((seen * levels).round(1), high=levels)))
        paintable("network", *grids)
        st.markdown(
            f":small[{kind.shape[0]} rows and {kind.shape[1]} columns, each pixel from 0 to {levels}. "
            + (f"This example is labelled **{kind.answers[label]}**.]" if label is not None else "You painted it.]")
        )
    with right:
        show(
            bars(kind.answers, shares, marked=best),
            f"The network answers {kind.answers[best]}, with {100 * shares[best]:.1f} %. "
            f"All {len(shares)} probabilities sum to 100 %.",
        )

    st.subheader("Layer by layer", anchor=False)
    names = list(steps)
    st.markdown("From left to right, each layer turns the numbers of the one before into new ones. Choose one:")
    shown = st.segmented_control("Layer", names, default=names[1], required=True, key=f"{key}_layer",
                                 bind="query-params", label_visibility="collapsed") or names[1]  # fmt: skip
    at = names.index(shown)
    values, before = steps[shown], steps[names[max(at - 1, 0)]]
    if shown in ("Convolution", "Convolution 1"):
        weights = network.weights["convolution 1"][:, 0]
        one = choose_position("Template", templates, f"{key}_template", place=st)
        strongest = float(abs(weights).max())
        became = f" In order, they became: {', '.join(kinds)}." if kinds else ""
        show(
            gallery(weights, [str(n) for n in range(templates)], columns=8, low=-strongest, high=strongest, marks={one},
                    height=130 * -(-templates // 8) + 20),
            f"The {templates} templates as they were learned, blue below 0, red above.{became} Below is number {one}.",
        )  # fmt: skip
        stage(
            key,
            grid(seen),
            weights_grid(weights[one]),
            grid(values[one], low=-reach[at], high=reach[at]),
            products=weights_grid(weights[one]),
            padding=(len(values[one]) + 2 - kind.shape[0]) // 2,
        )
        choose_window(*values.shape[1:], key)
        st.markdown(f":small[Move over the grids: template {one} slides over the picture, and each sum is one number "
                    "of its score map. All numbers are those the network used, rounded to four decimals.]")  # fmt: skip
    elif shown == "Convolution 2":
        maps(
            values,
            reach[at],
            f"{len(values)} score maps. Each adds up what {len(before)} templates, one for each map before, give at "
            "the same place.",
        )
        st.markdown("**The sum behind one number**")
        one = choose_position("Score map", len(values), f"{key}_map", place=st)
        row, column = choose_row_and_column(*values.shape[1:], key, place=st)
        window = np.pad(before, ((0, 0), (1, 1), (1, 1)))[:, row : row + 3, column : column + 3]
        products = window * network.weights["convolution 2"][one]
        sums = products.sum(axis=(1, 2))
        most = float(abs(products).max()) or 1
        show(
            gallery(products, [number(x) for x in sums], columns=8, low=-most, high=most,
                    height=130 * -(-len(products) // 8) + 20),
            f"The products at row {row}, column {column}: for each map before, its window times its template, with "
            f"their sum below. Together: {' + '.join(map(number, sums))} = {number(values[one, row, column])}, up to "
            "rounding.",
        )  # fmt: skip
    elif shown == "Dense":
        who = kind.answers[best]
        parts = contributions(network, seen)[best]
        bias = float(network.weights["dense bias"][best])
        most = float(abs(parts).max()) or 1
        show(
            gallery(parts, [number(x) for x in parts.sum(axis=(1, 2))], columns=8, low=-most, high=most,
                    height=130 * -(-len(parts) // 8) + 20),
            f"For the answer {who}: every number before times its weight, one grid for each map, with its sum below. "
            f"All of them together {number(parts.sum())}, and {number(bias)} added at the end, make a score of "
            f"{number(values[best])}.",
        )  # fmt: skip
        scores = ", ".join(
            f"{answer_}: {number(round(float(x), 2))}" for answer_, x in zip(kind.answers, values, strict=True)
        )
        st.markdown(f"The scores of all answers: {scores}. The largest one wins.")
    elif shown == "Probabilities":
        show(bars(kind.answers, values, marked=best), "The scores as shares of 100 %: only their differences count.",
             key="_shares")  # fmt: skip
    else:
        words = {
            "Input": "The picture as the network gets it, from 0 to 1.",
            "Pooling": f"Of {before.shape[1] // values.shape[1]} by {before.shape[2] // values.shape[2]} neighbouring "
            "numbers only the largest stays.",
            "Dropout": "While it learns, some of these are left out by chance. When it answers, all are used: the same "
            "numbers as before.",
        }
        maps(values, reach[at], words.get(shown, "Numbers below 0 have become 0, the others stay."))

    st.subheader("How it learned", anchor=False)
    right_now = network.test_accuracies[-1]
    st.markdown(
        f"It learned from {len(data.train_images):,} pictures and is asked about {len(data.test_images):,} others that "
        f"were held back: after epoch {network.epoch}, **{100 * right_now:.1f} %** of its answers are right."
    )
    learning_curves(network, "_learned")
    left, right = st.columns(2)
    with left:
        counts = confusion(clean, data.test_labels)
        show(
            table(counts, kind.answers, rows="what it is", columns="what the network answers"),
            f"{counts.trace()} of {counts.sum()} are right: they stand on the diagonal.",
        )
    with right:
        wrong = np.flatnonzero(clean.argmax(axis=1) != data.test_labels)
        if len(wrong):
            said = [f"{kind.answers[data.test_labels[n]]}, not {kind.answers[clean[n].argmax()]}" for n in wrong[:MANY]]
            if task == "lines":
                said = ()  # too long to stand below
            show(
                gallery(data.test_images[wrong[:MANY]], said, columns=4, height=110 * -(-min(len(wrong), MANY) // 4)),
                f"{min(len(wrong), MANY)} of the {len(wrong)} pictures it gets wrong"
                + (", with what they are and what it took them for." if len(said) else "."),
            )
        else:
            st.markdown("It gets none of them wrong.")

    st.subheader("Fool it", anchor=False)
    st.markdown(
        "The pictures held back once more, each changed in the same way. The labels stay, and a person would mostly "
        "answer as before, or say that there is nothing to see. Change the one above in the sidebar, or paint a smiley."
    )
    rows = [
        f"| {CHANGED[one]} | {100 * np.mean(p.argmax(axis=1) == data.test_labels):.1f} % | "
        f"{100 * p.max(axis=1).mean():.0f} % |"
        for one, p in fooled.items()
    ]
    st.markdown("\n".join(["| Change | Right answers | How sure it is, on average |", "|:--|--:|--:|", *rows]))
    threshold = st.slider("Say “not sure” where the largest probability is below", 0, 100, 0, format="%d%%",
                          key="network_threshold", bind="query-params")  # fmt: skip
    counts, when_fooled = (not_sure(fooled[one], data.test_labels, threshold / 100) for one in ("none", "noise"))
    st.markdown(
        f"The network itself never says so; this app does, below {threshold} %. On the {len(clean)} pictures as they "
        f"are: **{counts.right}** right, **{counts.wrong}** wrong, **{counts.unsure}** not sure, which costs "
        f"{counts.right_but_unsure} right answers. With noise: {when_fooled.right} right, {when_fooled.wrong} wrong, "
        f"{when_fooled.unsure} not sure."
    )

with goal:
    painted = int((image > 0).sum())
    where = f"You are at {painted} pixels and {100 * shares[best]:.1f} %" + (
        "." if name == "custom" else ", unpainted."
    )
    challenge(
        "network",
        f"Paint a picture of at most {FEW} pixels about which the network is at least {100 * SURE:.0f} % sure.",
        name == "custom" and change == "none" and painted <= FEW and shares[best] >= SURE,
        where,
    )

with deeper:
    st.markdown(
        "- A network like this is a **CNN**, a convolutional neural network. Its score maps are **feature maps**, its "
        "templates **filters**; one pass over all examples is an **epoch**.\n"
        "- The seed decides which templates it ends up with. Some become lines, others mixtures of several, and some "
        "are **dead**: they never score above 0, and the activation turns all they say into 0. Try more templates.\n"
        "- The error here is the **cross-entropy**: minus the logarithm of the probability of the right answer. It "
        "steps with **Adam**, which gives each weight a step size of its own.\n"
        "- The digits are 1,797 real ones, written by 43 people: see lib/data/README.md. One fifth of them is held "
        "back."
    )

code("network", new_network, train_epoch, layers, contributions, answer, change_pictures, not_sure)
next_page("start", "Back to the start")
