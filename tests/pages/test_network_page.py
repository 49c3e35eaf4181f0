"""The page of the small network: its numbers are lib's, its links give what they say, and it can be fooled."""

import json
import re

import numpy as np
import pytest

from lib.changes import change_pictures
from lib.codec import encode_image, encode_levels
from lib.inside import answer, confusion, contributions, layers
from lib.network import new_network, train_epoch
from lib.tasks import TASKS, examples
from tests.sent import unpacked

DIGITS = {"network_task": "Handwritten digits"}
SHORT = {"network_lines_epochs": 2, "network_digits_epochs": 2}  # quick to learn


def learned(task, epochs=2, **settings):
    kind = TASKS[task]
    network = new_network(task, n_templates=settings.get("templates", kind.n_templates), seed=settings.get("seed", 0))
    for _ in range(epochs):
        network = train_epoch(network, learning_rate=settings.get("rate", kind.learning_rate),
                              dropout=settings.get("dropout", 0.25 if task == "digits" else 0))  # fmt: skip
    return network


def spec(at, words):
    """The chart whose sentence has these words."""
    return next(json.loads(chart.proto.spec) for chart in at.get("plotly_chart") if words in chart.proto.alt)


@pytest.mark.parametrize("task", TASKS)
def test_the_answer_is_that_of_the_network_the_settings_give(open_page, text_of, painted_of, task):
    query = (DIGITS if task == "digits" else {}) | SHORT | {f"network_{task}_example": 7, f"network_{task}_seed": 3}
    at = open_page("network", **query)
    network, data = learned(task, seed=3), examples(task)
    shares = answer(network, data.test_images[7:8])[0]
    shown = unpacked(spec(at, "The network answers")["data"][0]["x"])
    np.testing.assert_allclose(shown, shares, atol=1e-5)
    best = TASKS[task].answers[int(shares.argmax())]
    assert f"The network answers {best}, with {100 * shares.max():.1f} %." in text_of(at)
    levels = 16 if task == "digits" else 1
    np.testing.assert_array_equal(painted_of(at)["Picture"], np.rint(data.test_images[7] * levels))
    assert f"labelled **{TASKS[task].answers[data.test_labels[7]]}**" in text_of(at)
    assert f"after epoch 2, **{100 * network.test_accuracies[-1]:.1f} %**" in text_of(at)
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
            grids = [unpacked(trace["z"]) for trace in spec(at, "every number before times its weight")["data"]]
            np.testing.assert_allclose(np.reshape(grids, parts.shape), parts, atol=1e-6)
            total = parts.sum() + network.weights["dense bias"][best]
            assert total == pytest.approx(values[best], abs=1e-4)
        elif name == "Probabilities":
            shown = unpacked(spec(at, "only their differences count")["data"][0]["x"])
            np.testing.assert_allclose(shown, values, atol=1e-6)
        else:
            chart = spec(at, {"Input": "as the network gets it", "Pooling": "only the largest stays",
                              "Dropout": "left out by chance", "Convolution 2": "score maps"}.get(
                                  name, "have become 0"))  # fmt: skip
            grids = np.array([unpacked(trace["z"]) for trace in chart["data"]])
            np.testing.assert_allclose(grids.reshape(values.shape), values, atol=1e-6)


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
    np.testing.assert_allclose(unpacked(spec(at, "The network answers")["data"][0]["x"]), shares, atol=1e-5)
    answers = answer(network, change_pictures(data.test_images, change, columns=2)).argmax(axis=1)
    right = np.mean(answers == data.test_labels)
    rows = [row for row in text_of(at).splitlines() if row.startswith("| ")]
    assert any(f"| {100 * right:.1f} % |" in row and row.lower().startswith(f"| {change}") for row in rows)


def test_not_sure_is_said_by_the_app_and_costs_right_answers(open_page, text_of):
    at = open_page("network", network_threshold=90, **DIGITS, **SHORT)
    shares, labels = answer(learned("digits"), examples("digits").test_images), examples("digits").test_labels
    sure, right = shares.astype(np.float32).max(axis=1) >= 0.9, shares.argmax(axis=1) == labels
    assert (
        f"**{(sure & right).sum()}** right, **{(sure & ~right).sum()}** wrong, **{(~sure).sum()}** not sure, which "
        f"costs {(~sure & right).sum()} right answers" in text_of(at)
    )


def test_painted_pictures_come_through_a_link_and_the_challenge_is_checked(open_page, text_of, painted_of):
    image = np.zeros((11, 11), int)
    image[5, 5] = 1
    at = open_page("network", network_lines_picture=encode_image(image), **SHORT)
    assert painted_of(at)["Picture"].tolist() == image.tolist()
    assert "You painted it." in text_of(at) and "You are at 1 pixels" in text_of(at)
    digit = np.zeros((8, 8), int)
    digit[:, 4] = 9
    at = open_page("network", network_digits_picture=encode_levels(digit), **DIGITS, **SHORT)
    assert painted_of(at)["Picture"].tolist() == digit.tolist()
    solved = [line.value for line in at.markdown if "**Challenge" in line.value]
    assert len(solved) == 1 and "**Challenge:**" in solved[0]


def test_an_untrained_network_answers_too(open_page, text_of):
    at = open_page("network", network_lines_epochs=0)
    assert "The network answers" in text_of(at) and "after epoch 0" in text_of(at)
