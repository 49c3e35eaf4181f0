"""Predict first, and the challenges: what is asked, what is told, and what is solved on each page."""

import pytest

from lib.judging import separation
from lib.learning import train_template
from lib.templates import TEMPLATES
from lib.ui.predict import SHOW

NOISE = ["It says that it does not know", "A digit, less than 50 % sure", "A digit, at least 50 % sure"]
ASKED = {  # page: its options in their order, and which of them is right
    "start": (["“I don't know”", "0 % dog, 0 % cat", "50 % dog, 50 % cat"], "50 % dog, 50 % cat"),
    "images": (["9,000", "9,000,000", "27,000,000"], "27,000,000"),
    "template_matching": (["Yes", "No"], "Yes"),
    "template_explosion": (["11", "99", "121"], "99"),
    "convolution": (["3 × 3", "8 × 8", "9 × 9", "11 × 11"], "9 × 9"),
    "learning": (["112", "224", "448", "496"], "448"),
    "network": (NOISE, NOISE[2]),
}
REASONS = {
    "start": "50 + 50 = 100",
    "images": "3000 × 3000 × 3 = 27,000,000",
    "template_matching": "1×0 + 1×1 + 1×0 + 1×0 + 1×1 + 1×0 + 1×0 + 1×1 + 1×0 = **3**, and a match needs at least 3",
    "template_explosion": "9 × 11 = 99, not 121",
    "convolution": "fits 9 times down and 9 times across: 11 − 3 + 1",
    "network": "the 10 probabilities sum to 100 %",
    "learning": "512 − 64 missed − 0 false alarms = 448",
}
PAGES = list(ASKED)


DIAGONALS = {"conv_picture": "planted diagonals"}


def pills(at, name):
    return at.button_group(key=f"_guess_{name}")


def choose(at, name, option):
    """Click one of the pills, by what stands on it: numbers and sizes are shown as text."""
    sizes = option.split(" × ")
    if len(sizes) == 2:
        option = tuple(map(int, sizes))
    elif option.replace(",", "").isdigit():
        option = int(option.replace(",", ""))
    pills(at, name).set_value(option).run()


def told(at):
    """What the page says about an answer, or nothing."""
    boxes = [box.value.replace("\u00a0", " ") for kind in (at.success, at.info) for box in kind]
    return [words for words in boxes if "**" in words]


def right_one(at, name):
    """The answer the page tells to somebody who does not want to guess."""
    pills(at, name).set_value(SHOW).run()
    assert told(at)[0].startswith("The answer: **")
    return told(at)[0].split("**")[1]


def challenges(at):
    """For each challenge of the page: is it solved, and its line."""
    lines = [line.value for line in at.markdown if "**Challenge" in line.value]
    assert all((":green[" in line) == ("check_circle" in line) == ("Challenge solved" in line) for line in lines)
    return [("Challenge solved" in line, line) for line in lines]


@pytest.mark.parametrize("name", PAGES)
def test_a_question_is_open_until_answered_and_then_judged(open_page, name):
    at = open_page(name)
    options, answer = ASKED[name]
    assert pills(at, name).options == [*options, SHOW]
    assert pills(at, name).value is None and not told(at) and not at.success

    choose(at, name, next(option for option in options if option != answer))
    assert told(at)[0].startswith(f"Not quite: **{answer}**. ") and REASONS[name] in told(at)[0]
    assert not at.success and not at.exception

    choose(at, name, answer)
    assert at.success and told(at)[0].startswith(f"Right: **{answer}**. ") and REASONS[name] in told(at)[0]
    assert len(told(at)) == 1

    pills(at, name).set_value(None).run()  # a second click on the pill: closed again
    assert not told(at)


@pytest.mark.parametrize("name", PAGES)
def test_the_answer_is_told_without_a_guess_and_neither_is_in_the_link(open_page, parts_of, name):
    at = open_page(name, shared=True)
    assert right_one(at, name) == ASKED[name][1]
    assert REASONS[name] in told(at)[0]
    assert parts_of(at)["share"]["link"] == ""  # without an address in front: nothing differs from the defaults
    assert not [key for key in at.query_params if "guess" in key or key.startswith("_")]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_its_challenge_and_it_is_open(open_page, name):
    found = challenges(open_page(name))
    assert [solved for solved, _ in found] == [False] * (2 if name == "convolution" else 1)


@pytest.mark.parametrize(
    ("name", "query", "answer"),
    [
        ("template_matching", {"match_template": "line, nothing beside"}, "No"),
        ("template_matching", {"match_template": "line, nothing left", "match_value": "0"}, "Yes"),
        ("template_matching", {"match_template": "line, nothing left", "match_value": "1"}, "No"),
        ("template_explosion", {"explosion_rows": 20, "explosion_length": 5}, "176"),  # 16 rows × 11 columns
        ("template_explosion", {"explosion_rows": 3, "explosion_length": 4}, "0"),
        ("template_explosion", {"explosion_rows": 3000, "explosion_columns": 3000}, "8,994,000"),
        ("convolution", {"conv_padding": 2, "conv_stride": 3}, "5 × 5"),
        ("convolution", {"conv_template": "tall line"}, "9 × 11"),
        ("convolution", {"conv_picture": "cat"}, "54 × 54"),
        ("convolution", {"conv_dilation": 3}, "5 × 5"),
    ],
)
def test_the_answer_is_that_of_the_values_on_the_page(open_page, name, query, answer):
    assert right_one(open_page(name, **query), name) == answer


@pytest.mark.parametrize("seed", [0, 2, 50, 99])
def test_the_random_template_is_right_on_as_many_as_its_own_seed_gives(open_page, seed):
    oracle = TEMPLATES["vertical line"]
    start = train_template(oracle, steps=1, seed=seed, engine="numpy").templates[0]
    assert right_one(open_page("learning", learn_seed=seed), "learning") == str(separation(start, 0, oracle).right)


def test_other_values_ask_anew_and_the_same_values_keep_the_answer(open_page):
    at = open_page("template_explosion")
    pills(at, "template_explosion").set_value(99).run()
    at.slider(key="explosion_seed").set_value(5).run()
    assert at.success[0].value.startswith("Right: **99**")
    at.slider(key="explosion_rows").set_value(12).run()
    assert pills(at, "template_explosion").value is None and not told(at)
    assert pills(at, "template_explosion").options == ["11", "110", "132", SHOW]
    assert right_one(at, "template_explosion") == "110"
    at.slider(key="explosion_rows").set_value(13).run()
    assert not told(at)  # closed again, for the leader on a projector


def test_the_same_words_with_another_answer_are_another_question(open_page):
    at = open_page("template_matching")
    choose(at, "template_matching", "Yes")
    assert at.success[0].value.startswith("Right: **Yes**")
    next(button for button in at.button if button.label == "Try negative numbers").click().run()
    assert pills(at, "template_matching").value is None and not told(at)


@pytest.mark.parametrize(
    ("name", "query", "solved"),
    [
        ("start", {"start_dog": 5, "start_cat": 0}, True),
        ("start", {"start_dog": 4.6, "start_cat": 0}, True),
        ("start", {"start_dog": 4.5, "start_cat": 0}, False),
        ("start", {"start_dog": 0, "start_cat": 5}, False),
        ("images", {"image_picture": "gradient"}, False),  # half of it: nobody has done anything yet
        ("images", {"image_picture": "gradient", "image_threshold": 182}, False),
        ("images", {"image_picture": "gradient", "image_threshold": 183}, True),
        ("images", {"image_picture": "gradient", "image_threshold": 219}, True),
        ("images", {"image_picture": "gradient", "image_threshold": 220}, False),
        ("images", {"image_picture": "gradient", "image_threshold": 204, "image_side": 64}, False),
        ("images", {"image_picture": "gradient", "image_threshold": 193, "image_side": 64}, True),
        ("images", {"image_picture": "4x1g-00408000", "image_threshold": 100}, False),  # a quarter of something else
        ("images", {"image_picture": "random", "image_seed": 3}, False),
        ("template_matching", {"match_template": "line, nothing left"}, False),  # 8
        ("template_matching", {"match_template": "line, nothing beside"}, False),  # 1: the button's template
        ("template_matching", {"match_template": "-1,1,-1;-1,1,-1;-1,1,0"}, True),
        ("template_matching", {"match_template": "-1,0,-1;1,1,1;-1,0,-1"}, False),  # not the line
        ("template_matching", {"match_value": "4"}, False),  # no picture, but not the line either
        ("template_matching", {"match_template": "0,1,0;0,1,0;1,1,1"}, False),
        ("template_explosion", {"explosion_rows": 357, "explosion_columns": 357}, True),
        ("template_explosion", {"explosion_rows": 356, "explosion_columns": 356}, False),
        ("template_explosion", {"explosion_rows": 358, "explosion_columns": 358}, False),
        ("template_explosion", {"explosion_rows": 357, "explosion_columns": 358}, False),
        ("learning", {"learn_bias": "true", "learn_rate": 0.2}, True),
        ("learning", {"learn_bias": "true", "learn_rate": 0.2, "learn_engine": "by hand"}, True),
        ("learning", {"learn_bias": "true", "learn_rate": 0.1}, False),
        ("learning", {"learn_bias": "true", "learn_rate": 0.5}, False),
        ("learning", {"learn_bias": "true", "learn_rate": 20}, False),
        ("learning", {"learn_bias": "true", "learn_rate": 0.2, "learn_step": 999}, False),
        ("learning", {"learn_rate": 0.2}, False),
    ],
)
def test_a_challenge_is_solved_by_what_is_on_the_page(open_page, name, query, solved):
    assert [state for state, _ in challenges(open_page(name, **query))] == [solved]


@pytest.mark.parametrize(
    ("query", "solved"),
    [
        ({"conv_padding": 1}, [True, False]),
        ({"conv_padding": 1, "conv_seed": 99}, [True, False]),
        ({"conv_padding": 1, "conv_stride": 2}, [False, False]),
        ({"conv_padding": 1, "conv_value": "2"}, [False, False]),
        ({"conv_template": "tall line"}, [False, False]),
        ({"conv_picture": "cat", "conv_template": "diagonal"}, []),  # nothing is hidden in it
        ({"conv_picture": "1,0,0;0,1,0;0,0,1", "conv_template": "diagonal"}, [False, False]),
        (DIAGONALS, [False, False]),
        (DIAGONALS | {"conv_template": "diagonal"}, [False, False]),  # it finds the crosses too
        (DIAGONALS | {"conv_template": "other diagonal"}, [False, False]),
        (DIAGONALS | {"conv_template": "1,0,-1;0,1,0;-1,0,1"}, [False, True]),
        (DIAGONALS | {"conv_template": "1,0,-1;0,1,0;0,0,1", "conv_seed": 99, "conv_padding": 1}, [False, True]),
        (DIAGONALS | {"conv_template": "1,0,-1;0,1,0;0,0,1", "conv_value": "2"}, [False, False]),
    ],
)
def test_the_challenge_of_the_convolution_page(open_page, query, solved):
    assert [state for state, _ in challenges(open_page("convolution", **query))] == solved


def test_a_challenge_says_in_words_where_the_visitor_is(open_page):
    states = {
        ("start", ""): "You are at 88.1 % dog, with a lead of 2.",
        ("template_matching", ""): "You are at 64 of 512, and the line matches.",
        ("template_explosion", ""): "You are at 11 × 11.",
        ("convolution", ""): "You are at 5 of 6, with 0 false alarms.",
        ("images", "image_picture=gradient"): "You are at 32 of 64 pixels.",
        ("images", ""): "Choose the gradient as the picture.",
    }
    for (name, query), words in states.items():
        at = open_page(name, **dict(pair.split("=") for pair in query.split("&") if pair))
        assert words in challenges(at)[0][1].replace("\u00a0", " ")
