"""The page of the small network: the browser computes with lib's numbers, links give what they say, noise fools it."""

import base64
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lib.changes import change_pictures
from lib.codec import encode_image, encode_levels
from lib.inside import answer, confusion, largest, layers
from lib.network import new_network, train_epoch
from lib.parts import percentages
from lib.tasks import TASKS, examples, noise_picture
from lib.ui import trained
from lib.ui.predict import SHOW
from tests.sent import cells_of, unpacked

LINES = {"network_task": "Lines"}
SHORT = {"network_lines_epochs": 2, "network_digits_epochs": 2}  # quick to learn
BOTH = pytest.mark.parametrize("task", TASKS)


@cache
def learned(task, epochs=2, seed=0, templates=None, rate=None, dropout=None):
    """What the page's network must be, made in this process."""
    network = new_network(task, n_templates=templates, seed=seed)
    for _ in range(epochs):
        network = train_epoch(network, learning_rate=rate, dropout=dropout)
    return network


def query(task, **more):
    return (LINES if task == "lines" else {}) | SHORT | more


def floats(told):
    return np.frombuffer(told if isinstance(told, bytes) else base64.b64decode(told), "<f4")


def all_weights(network):
    return np.concatenate([array.ravel() for array in network.weights.values()])


def spec(at, words):
    """The chart whose sentence has these words."""
    return next(json.loads(chart.proto.spec) for chart in at.get("plotly_chart") if words in chart.proto.alt)


def settle(at):
    """Open the answer to the question, and with it all that it covers."""
    at.button_group(key="_guess_network").set_value(SHOW).run()
    assert not at.exception
    return at


def challenge(at):
    (line,) = [line.value for line in at.markdown if "**Challenge" in line.value]
    return line


@BOTH
def test_the_browser_computes_with_the_network_the_settings_give(open_page, parts_of, text_of, task):
    more = {f"network_{task}_example": 7, f"network_{task}_seed": 3}
    at = open_page("network", **query(task, **more))
    network, data, kind = learned(task, seed=3), examples(task), TASKS[task]
    told, shown = parts_of(at)["weights"], parts_of(at)["network"]
    np.testing.assert_array_equal(floats(told["weights"]), all_weights(network))
    made = layers(network, data.test_images[7])
    assert [name for name, *_ in told["layers"]] == list(made)
    assert [np.prod(shape) for _, *shape in told["layers"]] == [values.size for values in made.values()]
    assert told["reach"] == largest(network, data.test_images[: trained.MOST_PICTURES])
    assert (told["answers"], told["epoch"], told["epochs"]) == (list(kind.answers), 2, 2)
    np.testing.assert_array_equal(cells_of(shown["picture"]), np.rint(data.test_images[7] * kind.levels))
    assert shown["picture"]["high"] == kind.levels
    assert shown["label"] == kind.answers[data.test_labels[7]]
    assert (shown["change"], shown["open"]) == ("none", None)
    right = network.test_accuracies[-1]
    assert f"{right * len(data.test_labels):.0f} of its answers are right after 2 epochs" in text_of(at)
    assert f"**{100 * right:.1f} %**" in text_of(at)


@BOTH
def test_each_answer_is_counted_and_opens_its_pictures(open_page, parts_of, task):
    shown = parts_of(open_page("network", **query(task)))["mistakes"]
    network, data = learned(task), examples(task)
    answers = answer(network, data.test_images)
    np.testing.assert_array_equal(cells_of(shown["counts"]), confusion(answers, data.test_labels))
    said = answers.argmax(axis=1)
    assert shown["wrong"] == (said != data.test_labels).sum()
    n, levels = len(TASKS[task].answers), TASKS[task].levels
    letters = {"".join("0123456789abcdefg"[round(x * levels)] for x in image.ravel().tolist()): (label, best)
               for image, label, best in zip(data.test_images, data.test_labels, said, strict=True)}  # fmt: skip
    counts = cells_of(shown["counts"])
    for cell, pictures in shown["cells"].items():
        pair = divmod(int(cell), n)
        assert [letters[picture] for picture in pictures] == [pair] * len(pictures)
        most = trained.SOME_RIGHT if pair[0] == pair[1] else trained.MOST_WRONG
        assert len(pictures) == min(counts[pair], most)
    assert {divmod(int(cell), n) for cell in shown["cells"]} == {tuple(pair) for pair in np.argwhere(counts)}


@pytest.mark.parametrize("change", ["blank", "noise", "inverted", "shifted"])
def test_a_change_reaches_the_browser_and_what_it_does_is_measured(open_page, parts_of, text_of, change):
    at = open_page("network", network_change=change, **SHORT)
    shown, data = parts_of(at)["network"], examples("digits")
    assert shown["change"] == change and shown["columns"] == trained.SHIFT
    if change == "noise":
        changed = np.clip(data.test_images[1].ravel() + floats(shown["noise"]), 0, 1)
        wanted = change_pictures(data.test_images[1], "noise").ravel()
        np.testing.assert_allclose(changed, wanted, atol=1e-6)
    changes = change_pictures(data.test_images, change, columns=2)
    right = np.mean(answer(learned("digits"), changes).argmax(axis=1) == data.test_labels)
    assert "| Change |" not in text_of(at)  # it would give the answer to the question away
    rows = [row for row in text_of(settle(at)).splitlines() if row.startswith("| ")]
    assert any(f"| {100 * right:.1f} % |" in row and row.lower().startswith(f"| {change}") for row in rows)


@BOTH
def test_the_question_about_noise_is_answered_by_the_network_and_can_be_tried(open_page, parts_of, text_of, task):
    at = settle(open_page("network", **query(task)))
    picture, it = noise_picture(task), {"digits": "digit", "lines": "line"}[task]
    shares = answer(learned(task), picture[None])[0]
    sure = "at least" if shares.max() >= 0.5 else "less than"
    told = at.info[0].value.replace("\u00a0", " ")
    assert told.startswith(
        f"The answer: **A {it}, {sure} 50 % sure**. It answers {TASKS[task].answers[shares.argmax()]}, "
    )
    assert f"{100 * shares.max():.1f} % sure" in told
    next(button for button in at.button if button.label.startswith("Put this noise")).click().run()
    shown = parts_of(at)["network"]
    np.testing.assert_allclose(cells_of(shown["picture"]), picture * TASKS[task].levels, atol=1e-5)
    assert shown["label"] is None
    next(button for button in at.button if button.label == "Back to the example").click().run()
    assert parts_of(at)["network"]["label"] == TASKS[task].answers[examples(task).test_labels[1]]


def test_not_sure_is_said_by_the_app_and_costs_right_answers(open_page, text_of):
    at = open_page("network", unfolded=True, network_threshold=90, **SHORT)
    assert "not sure" not in text_of(at)  # it would give the answer to the question away
    next(button for button in at.button if button.label == "Show how often it is not sure").click().run()
    shares, labels = answer(learned("digits"), examples("digits").test_images), examples("digits").test_labels
    sure, right = shares.astype(np.float32).max(axis=1) >= 0.9, shares.argmax(axis=1) == labels
    assert (
        f"**{(sure & right).sum()}** right, **{(sure & ~right).sum()}** wrong, **{(~sure).sum()}** not sure "
        f"({(~sure & right).sum()} of them would have been right)" in text_of(at)
    )
    at.slider(key="network_threshold").set_value(0).run()
    assert "At 0 % it does so about no picture" in text_of(at)
    assert f"**{right.sum()}** right, **{(~right).sum()}** wrong, **0** not sure. With noise" in text_of(at)


def test_painted_pictures_come_through_a_link_and_the_challenge_is_checked(open_page, parts_of):
    image = np.zeros((11, 11), int)
    image[5, 5] = 1
    at = open_page("network", **query("lines", network_lines_picture=encode_image(image)))
    assert cells_of(parts_of(at)["network"]["picture"]).tolist() == image.tolist()
    assert parts_of(at)["network"]["label"] is None and "You are at 1 pixel and" in challenge(at)
    digit = np.zeros((8, 8), int)
    digit[:, 4] = 9
    at = open_page("network", **query("digits", network_digits_picture=encode_levels(digit)))
    assert cells_of(parts_of(at)["network"]["picture"]).tolist() == digit.tolist()
    assert "**Challenge:**" in challenge(at)


def test_another_example_takes_the_place_of_what_was_painted(open_page, parts_of):
    at = open_page("network", **query("digits", network_digits_picture=encode_levels(np.eye(8, dtype=int))))
    at.slider(key="network_digits_example").set_value(5).run()
    wanted = np.rint(16 * examples("digits").test_images[5])
    np.testing.assert_array_equal(cells_of(parts_of(at)["network"]["picture"]), wanted)
    assert "Nothing is painted yet." in challenge(at)


def test_a_picture_that_cannot_be_read_is_named(open_page, parts_of):
    for text, words in (("8x8-z", "write levels like"), ("2x2-09ag", "this network needs 8 rows of 8 numbers")):
        at = open_page("network", **query("digits", network_digits_picture=text))
        assert words in at.warning[0].value and parts_of(at)["network"]["label"] is not None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dense", ["Dense"]),
        ("Convolution 1", ["Convolution 1"]),
        ("Convolution 2 3,4,1", ["Convolution 2", 3, 4 * 8 + 1]),
        ("Pooling 16,0,0", ["Pooling"]),  # there are 16, from 0
        ("Pooling 0,4,0", ["Pooling"]),
        ("Convolution", None),
        ("Dense 1", None),
    ],
)
def test_a_link_opens_a_layer_or_one_of_its_numbers(open_page, parts_of, text, shown):
    at = open_page("network", **query("digits", network_digits_layer=text))
    assert parts_of(at)["network"]["open"] == shown


def test_what_is_not_trained_yet_answers_at_once_and_the_page_runs_again_when_it_is(open_page, parts_of, text_of):
    more = {"network_lines_seed": 9, "network_lines_epochs": 4, "network_lines_templates": 1}
    at = open_page("network", learned=False, **LINES, **more)
    network = learned("lines", epochs=0, seed=9, templates=1)
    told = parts_of(at)["weights"]
    assert told["epochs"] == 4
    if told["epoch"] == 0:  # a worker may have been as quick
        np.testing.assert_array_equal(floats(told["weights"]), all_weights(network))
    assert "right after 0 epochs" in text_of(at)
    assert at.get("progress")[0].proto.text.startswith("It is still learning: epoch ")
    trained.TURNS.wait()
    at.run()
    assert not at.get("progress") and "still learning" not in text_of(at)
    network = learned("lines", epochs=4, seed=9, templates=1)
    assert f"{round(network.test_accuracies[-1] * 400)} of its answers are right after 4 epochs" in text_of(at)
    np.testing.assert_array_equal(floats(parts_of(at)["weights"]["weights"]), all_weights(network))
    curve = spec(at, "share of right answers")["data"][1]["y"]
    np.testing.assert_allclose(unpacked(curve), network.test_accuracies, atol=1e-6)


def test_what_there_is_so_far_is_shown_while_it_learns_on(open_page, parts_of, text_of):
    at = open_page("network", **LINES, network_lines_seed=8, network_lines_epochs=3)
    at.slider(key="network_lines_epochs").set_value(19).run()
    assert 3 <= parts_of(at)["weights"]["epoch"] < 19 and at.get("progress")
    at.slider(key="network_lines_epochs").set_value(2).run()  # it was there on the way
    assert "right after 2 epochs" in text_of(at) and not at.get("progress")


def test_every_choice_of_training_gives_its_own_network(open_page, parts_of):
    for more, settings in (
        ({"network_digits_templates": "2"}, {"templates": 2}),
        ({"network_digits_templates": "1", "network_digits_rate": "0.2"}, {"templates": 1, "rate": 0.2}),
        ({"network_digits_templates": "1", "network_dropout": "50"}, {"templates": 1, "dropout": 0.5}),
        ({"network_digits_templates": "1", "network_dropout": "0"}, {"templates": 1, "dropout": 0.0}),
    ):
        at = open_page("network", **query("digits", **more))
        network = learned("digits", **settings)
        np.testing.assert_array_equal(floats(parts_of(at)["weights"]["weights"]), all_weights(network))


def test_the_digits_were_written_by_as_many_people_as_their_readme_says(open_page, text_of):
    readme = (Path(__file__).resolve().parents[2] / "lib" / "data" / "README.md").read_text("utf-8")
    people = re.search(r"written by (\d+) people", readme).group(1)
    assert f"written by {people} people" in text_of(open_page("network", unfolded=True, **SHORT))


def test_the_parts_of_a_network_stand_in_their_order_with_a_line_each(open_page):
    at = open_page("network", unfolded=True, **SHORT)
    diagram = next(html.proto.body for html in at.get("html") if "parts-row" in html.proto.body)
    names = re.findall(r"<b>(\w+)</b><br>[^<]+\.</div>", diagram)
    assert names == ["Convolution", "Activation", "Pooling", "Dropout", "Dense"]


def test_a_picture_that_is_99_percent_sure_as_shown_solves_the_challenge(open_page):
    """The shown number decides, so that nobody stands at 99.0 % in vain."""
    images = np.zeros((9 * 11, 11, 11))
    for n, image in enumerate(images):  # three pixels, anywhere in a column
        image[n // 11 : n // 11 + 3, n % 11] = 1
    shown = {}  # percent to a link
    for seed in range(10):
        for image, shares in zip(images, answer(learned("lines", seed=seed), images), strict=True):
            link = {"network_lines_picture": encode_image(image.astype(int)), "network_lines_seed": seed}
            shown[max(percentages(shares))] = link
    for percent in (max(shown), min(p for p in shown if p >= 99), max(p for p in shown if p < 99)):
        line = challenge(open_page("network", **query("lines", **shown[percent])))
        assert f"You are at 3 pixels and {percent:.1f}\u00a0%." in line
        assert ("Challenge solved" in line) == (percent >= 99)


def test_an_untrained_network_answers_too(open_page, parts_of, text_of):
    at = open_page("network", network_digits_epochs=0)
    assert parts_of(at)["weights"]["epoch"] == 0 and "right after 0 epochs" in text_of(at)
