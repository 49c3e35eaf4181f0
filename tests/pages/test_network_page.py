"""The page of the small network: its numbers are lib's, its links give what they say, and it can be fooled."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lib.changes import change_pictures
from lib.codec import encode_image, encode_levels
from lib.inside import answer, confusion, contributions, layers
from lib.network import new_network, train_epoch
from lib.parts import percentages
from lib.tasks import TASKS, examples
from lib.ui import trained
from lib.ui.layer_by_layer import colour_limit, numbered, small_pictures
from tests.sent import html_of, images_in, unpacked

DIGITS = {"network_task": "Handwritten digits"}
SHORT = {"network_lines_epochs": 2, "network_digits_epochs": 2}  # quick to learn


@cache
def learned(task, epochs=2, seed=0, templates=None, rate=None, dropout=None):
    """What the page's network must be, made in this process."""
    network = new_network(task, n_templates=templates, seed=seed)
    for _ in range(epochs):
        network = train_epoch(network, learning_rate=rate, dropout=dropout)
    return network


def spec(at, words):
    """The chart whose sentence has these words."""
    return next(json.loads(chart.proto.spec) for chart in at.get("plotly_chart") if words in chart.proto.alt)


def shows(at, html):
    """Do the small pictures of this HTML stand on the page? Two processes may round a colour differently."""
    wanted = images_in(html)
    for images in map(images_in, html_of(at)):
        if [image.shape for image in images] == [image.shape for image in wanted]:
            return all(abs(one.astype(int) - other).max() <= 1 for one, other in zip(images, wanted, strict=True))
    return False


@pytest.mark.parametrize("task", TASKS)
def test_the_answer_is_that_of_the_network_the_settings_give(open_page, text_of, painted_of, task):
    query = (DIGITS if task == "digits" else {}) | SHORT | {f"network_{task}_example": 7, f"network_{task}_seed": 3}
    at = open_page("network", unfolded=True, **query)
    network, data = learned(task, seed=3), examples(task)
    shares = answer(network, data.test_images[7:8])[0]
    shown = unpacked(spec(at, "The network answers")["data"][0]["x"])
    np.testing.assert_allclose(shown, shares, atol=1e-3)
    best = TASKS[task].answers[int(shares.argmax())]
    assert f"The network answers {best}, with {max(percentages(shares)):.1f} %." in text_of(at)
    levels = 16 if task == "digits" else 1
    np.testing.assert_array_equal(painted_of(at)["Picture"], np.rint(data.test_images[7] * levels))
    assert f"labelled **{TASKS[task].answers[data.test_labels[7]]}**" in text_of(at)
    right = network.test_accuracies[-1]
    assert f"after epoch 2, {right * len(data.test_labels):.0f} of its answers are right" in text_of(at)
    assert f"which is **{100 * right:.1f} %**" in text_of(at)
    counts = unpacked(spec(at, "on the diagonal")["data"][0]["z"])
    np.testing.assert_array_equal(counts, confusion(answer(network, data.test_images), data.test_labels))


@pytest.mark.parametrize("task", TASKS)
def test_every_layer_shows_the_numbers_of_the_real_forward_pass(open_page, parts_of, text_of, task):
    network, image = learned(task), examples(task).test_images[1]
    for name, values in layers(network, image).items():
        query = (DIGITS if task == "digits" else {}) | SHORT | {f"network_{task}_layer": name}
        at = open_page("network", **query)
        if name in ("Convolution", "Convolution 1"):
            stage = parts_of(at)["stage"]
            np.testing.assert_allclose(stage["template"]["values"], network.weights["convolution 1"][0, 0].ravel())
            np.testing.assert_allclose(stage["scores"]["values"], values[0].ravel(), atol=1e-6)
            assert not stage["paint"]
        elif name == "Dense":
            best = int(values.argmax())
            parts = contributions(network, image)[best]
            most = abs(parts).max()
            assert shows(at, small_pictures(parts, numbered(parts), -most, most))
            total = parts.sum() + network.weights["dense bias"][best]
            assert total == pytest.approx(values[best], abs=1e-4)
        elif name == "Probabilities":
            shown = unpacked(spec(at, "only their differences count")["data"][0]["x"])
            np.testing.assert_allclose(shown, values, atol=1e-3)
        else:
            words = {"Input": "as the network gets it", "Pooling": "only the largest stays",
                     "Dropout": "left out by chance", "Convolution 2": "score maps"}.get(name, "below 0")  # fmt: skip
            high = colour_limit(network, name)
            assert words in text_of(at)
            assert shows(at, small_pictures(values, numbered(values), -high if (values < 0).any() else 0, high))


def test_the_sum_behind_a_number_of_the_second_convolution_adds_up(open_page, text_of):
    query = DIGITS | SHORT | {"network_digits_layer": "Convolution 2", "network_digits_map": 3, "network_digits_row": 4,
                              "network_digits_column": 0}  # fmt: skip
    at = open_page("network", **query)
    value = layers(learned("digits"), examples("digits").test_images[1])["Convolution 2"][3, 4, 0]
    sums, total = re.search(r"Together: (.*) = (−?[\d.]+), up to rounding", text_of(at)).groups()
    numbers = [float(text.replace("−", "-")) for text in sums.split(" + ")]
    assert len(numbers) == TASKS["digits"].n_templates
    assert sum(numbers) == pytest.approx(value, abs=1e-3)
    assert float(total.replace("−", "-")) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize("change", ["blank", "noise", "inverted", "shifted"])
def test_a_changed_picture_still_gets_an_answer_and_the_accuracy_is_measured(open_page, text_of, change):
    at = open_page("network", network_change=change, **DIGITS, **SHORT)
    network, data = learned("digits"), examples("digits")
    shares = answer(network, change_pictures(data.test_images[1:2], change, columns=2))[0]
    np.testing.assert_allclose(unpacked(spec(at, "The network answers")["data"][0]["x"]), shares, atol=1e-3)
    answers = answer(network, change_pictures(data.test_images, change, columns=2)).argmax(axis=1)
    right = np.mean(answers == data.test_labels)
    rows = [row for row in text_of(at).splitlines() if row.startswith("| ")]
    assert any(f"| {100 * right:.1f} % |" in row and row.lower().startswith(f"| {change}") for row in rows)


def test_not_sure_is_said_by_the_app_and_costs_right_answers(open_page, text_of):
    at = open_page("network", network_threshold=90, **DIGITS, **SHORT)
    shares, labels = answer(learned("digits"), examples("digits").test_images), examples("digits").test_labels
    sure, right = shares.astype(np.float32).max(axis=1) >= 0.9, shares.argmax(axis=1) == labels
    assert (
        f"**{(sure & right).sum()}** right, **{(sure & ~right).sum()}** wrong, **{(~sure).sum()}** not sure "
        f"({(~sure & right).sum()} of them would have been right)" in text_of(at)
    )
    at.slider(key="network_threshold").set_value(0).run()
    assert "At 0 % it does so about no picture" in text_of(at)
    assert f"**{right.sum()}** right, **{(~right).sum()}** wrong, **0** not sure. With noise" in text_of(at)


def test_painted_pictures_come_through_a_link_and_the_challenge_is_checked(open_page, text_of, painted_of):
    image = np.zeros((11, 11), int)
    image[5, 5] = 1
    at = open_page("network", network_lines_picture=encode_image(image), **SHORT)
    assert painted_of(at)["Picture"].tolist() == image.tolist()
    assert "You painted it." in text_of(at) and "You are at 1 pixel and" in text_of(at)
    digit = np.zeros((8, 8), int)
    digit[:, 4] = 9
    at = open_page("network", network_digits_picture=encode_levels(digit), **DIGITS, **SHORT)
    assert painted_of(at)["Picture"].tolist() == digit.tolist()
    solved = [line.value for line in at.markdown if "**Challenge" in line.value]
    assert len(solved) == 1 and "**Challenge:**" in solved[0]


@pytest.mark.parametrize("task", TASKS)
def test_the_percentages_shown_sum_to_100(open_page, task):
    """They added up to 99.9 beside the words that all sum to 100 %."""
    for example in range(6):
        query = (DIGITS if task == "digits" else {}) | SHORT | {f"network_{task}_example": example}
        for words in ("The network answers", "only their differences count"):
            at = open_page("network", **query, **{f"network_{task}_layer": "Probabilities"})
            shown = spec(at, words)["data"][0]["text"]
            assert sum(round(10 * float(text.removesuffix(" %"))) for text in shown) == 1000


def test_what_is_not_trained_yet_answers_at_once_and_the_page_runs_again_when_it_is(open_page, text_of):
    query = {"network_lines_seed": 9, "network_lines_epochs": 4, "network_lines_templates": 1}
    at = open_page("network", learned=False, **query)
    network = learned("lines", epochs=0, seed=9, templates=1)
    assert "It is still learning: this is epoch 0 of 4." in text_of(at)
    shares = answer(network, examples("lines").test_images[1:2])[0]
    assert f"with {max(percentages(shares)):.1f} %" in text_of(at)
    assert "after epoch 0, " in text_of(at)
    assert at.get("progress")[0].proto.text.startswith("It is still learning: epoch ")
    trained.TURNS.wait()
    at.run()
    assert not at.get("progress") and "still learning" not in text_of(at)
    right = learned("lines", epochs=4, seed=9, templates=1).test_accuracies
    assert f"after epoch 4, {round(right[-1] * 400)} of its answers" in text_of(at)
    curve = spec(at, "share of right answers")["data"][1]["y"]
    np.testing.assert_allclose(unpacked(curve), right, atol=1e-6)


def test_what_there_is_so_far_is_shown_while_it_learns_on(open_page, text_of):
    at = open_page("network", network_lines_seed=8, network_lines_epochs=3)
    at.slider(key="network_lines_epochs").set_value(19).run()
    assert re.search(r"It is still learning: this is epoch ([3-9]|1\d) of 19\.", text_of(at))
    at.slider(key="network_lines_epochs").set_value(2).run()  # it was there on the way
    assert "after epoch 2, " in text_of(at) and not at.get("progress")


def test_every_choice_of_training_gives_its_own_network(open_page, text_of):
    for query, settings in (
        ({"network_digits_templates": "2"}, {"templates": 2}),
        ({"network_digits_templates": "1", "network_digits_rate": "0.2"}, {"templates": 1, "rate": 0.2}),
        ({"network_digits_templates": "1", "network_dropout": "50"}, {"templates": 1, "dropout": 0.5}),
        ({"network_digits_templates": "1", "network_dropout": "0"}, {"templates": 1, "dropout": 0.0}),
    ):
        at = open_page("network", **DIGITS, **SHORT, **query)
        right = learned("digits", **settings).test_accuracies[-1] * 359
        assert f"after epoch 2, {right:.0f} of its answers" in text_of(at)


def test_an_activation_with_nothing_below_0_says_so(open_page, text_of):
    black = encode_image(np.zeros((11, 11), int))
    at = open_page("network", network_lines_picture=black, network_lines_layer="Activation", **SHORT)
    assert "Here none is, so all stay." in text_of(at)
    at = open_page("network", network_lines_layer="Activation", **SHORT)
    below = (layers(learned("lines"), examples("lines").test_images[1])["Convolution"] < 0).sum()
    assert f"{below:,} numbers below 0 have become 0" in text_of(at)


def test_the_digits_were_written_by_as_many_people_as_their_readme_says(open_page, text_of):
    readme = (Path(__file__).resolve().parents[2] / "lib" / "data" / "README.md").read_text("utf-8")
    people = re.search(r"written by (\d+) people", readme).group(1)
    assert f"written by {people} people" in text_of(open_page("network", unfolded=True, **SHORT))


def test_a_picture_that_is_99_percent_sure_as_shown_solves_the_challenge(open_page):
    """The shown number decides, so that nobody stands at 99.0 % in vain."""
    images = np.zeros((9 * 11, 11, 11))
    for n, image in enumerate(images):  # three pixels, anywhere in a column
        image[n // 11 : n // 11 + 3, n % 11] = 1
    shown = {}  # percent to a link
    for seed in range(10):
        for image, shares in zip(images, answer(learned("lines", seed=seed), images), strict=True):
            query = {"network_lines_picture": encode_image(image.astype(int)), "network_lines_seed": seed}
            shown[max(percentages(shares))] = query
    for percent in (max(shown), min(p for p in shown if p >= 99), max(p for p in shown if p < 99)):
        at = open_page("network", **shown[percent], **SHORT)
        line = next(line.value for line in at.markdown if "**Challenge" in line.value)
        assert f"You are at 3 pixels and {percent:.1f} %." in line
        assert ("Challenge solved" in line) == (percent >= 99)


def test_an_untrained_network_answers_too(open_page, text_of):
    at = open_page("network", network_lines_epochs=0)
    assert "The network answers" in text_of(at) and "after epoch 0" in text_of(at)
