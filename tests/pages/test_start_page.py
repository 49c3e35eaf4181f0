"""The start page: the opening picture, doubled numbers, and two scores that become 100 %."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import correlate2d
from streamlit.testing.v1 import AppTest

from lib.images import photograph, shrink, to_gray
from lib.templates import TEMPLATES
from lib.ui.pages import PAGES, WORKSHOP
from tests.sent import cells_of

MAIN = Path(__file__).resolve().parents[2] / "lib" / "ui" / "main.py"


@pytest.fixture
def open_start():
    """open_start(start_a=4): the start page is the first one, so the link is there from the first run."""

    def opened(**query):
        at = AppTest.from_file(str(MAIN), default_timeout=60)
        for key, value in query.items():
            at.query_params[key] = str(value)
        at.run()
        assert not at.exception, at.exception
        assert at.title[0].value == "Start"
        return at

    return opened


def boxes(at):
    """The numbers in the row of boxes."""
    return re.findall(r">(−?\d+)</div>", at.get("html")[1].proto.body)


def shares(at):
    """(P dog, P cat) as shown above the bar, in tenths of a percent."""
    shown = re.findall(r"<b>(\d+)\.(\d) %</b>", at.get("html")[2].proto.body)
    return tuple(int(whole + tenth) for whole, tenth in shown)


def test_it_opens_with_the_numbers_of_its_defaults(open_start, text_of):
    at = open_start()
    assert boxes(at) == ["3", "6", "12", "24"]
    assert shares(at) == (881, 119)
    assert "3 goes in, 24 comes out" in text_of(at)
    assert "Scores of 3 for dog and 1 for cat become 88.1 % dog and 11.9 % cat." in text_of(at)
    assert "no network runs on this page" in text_of(at)
    assert text_of(at).startswith("Start\nA network is a function\nGlass Box")


def test_the_article_is_named(open_start, text_of):
    assert "Hasnain Raza (2021)" in text_of(open_start(start_deeper="true"))


def test_the_opening_is_a_cat_and_the_scores_of_its_vertical_edges(open_start, parts_of):
    told = parts_of(open_start())["opening"]
    pixels, template, scores = (cells_of(told[part]) for part in ("pixels", "template", "scores"))
    np.testing.assert_array_equal(pixels, shrink(to_gray(photograph("cat")), 32))
    np.testing.assert_array_equal(template, TEMPLATES["vertical edges"])
    np.testing.assert_array_equal(scores, correlate2d(pixels, template, mode="valid"))
    assert told["photo"].startswith("data:image/jpeg;base64,") and all(told["words"].values())


def test_it_says_that_there_is_no_i_do_not_know_only_to_those_who_have_answered(open_start, text_of):
    at = open_start()
    gives_away = ("there is no “I don’t know”", "always gives some answer")
    assert not [words for words in gives_away if words in text_of(at)]
    at.button_group(key="_guess_start").set_value("“I don't know”").run()
    assert [words for words in gives_away if words in text_of(at)] == list(gives_away)


@pytest.mark.parametrize(
    ("a", "row"), [(0, ["0", "0", "0", "0"]), (-10, ["−10", "−20", "−40", "−80"]), (10, ["10", "20", "40", "80"])]
)
def test_the_boxes_double_from_one_to_the_next(open_start, a, row):
    assert boxes(open_start(start_a=a)) == row


def test_a_moved_slider_moves_the_boxes_and_back(open_start):
    at = open_start()
    at.slider(key="start_a").set_value(5).run()
    assert boxes(at) == ["5", "10", "20", "40"]
    at.slider(key="start_a").set_value(3).run()
    assert boxes(at) == ["3", "6", "12", "24"]


@pytest.mark.parametrize(
    ("dog", "cat", "shown"),
    [
        (3, 3, (500, 500)),
        (-10, -10, (500, 500)),
        (1, 3, (119, 881)),
        (10, -10, (1000, 0)),
        (-10, 10, (0, 1000)),
        (0.1, 0, (525, 475)),
    ],
)
def test_two_scores_become_shares_of_100(open_start, dog, cat, shown):
    assert shares(open_start(start_dog=dog, start_cat=cat)) == shown


@pytest.mark.parametrize("lead", [tenths / 10 for tenths in range(-50, 51, 7)])
def test_the_shares_sum_to_100_as_shown(open_start, lead):
    at = open_start(start_dog=lead, start_cat=0)
    assert sum(shares(at)) == 1000
    widths = re.findall(r"width:([\d.]+)%", at.get("html")[2].proto.body)
    assert [round(float(width) * 10) for width in widths] == list(shares(at))


def test_two_very_low_scores_give_the_same_answer_as_two_higher_ones(open_start, text_of):
    at = open_start()
    before = shares(at)
    button = next(button for button in at.button if button.label == "Try two very low scores")
    button.click().run()
    assert at.slider(key="start_dog").value == -8
    assert at.slider(key="start_cat").value == -10
    assert shares(at) == before
    assert "as sure as with 3 and 1" in text_of(at)
    assert "Scores of −8 for dog and −10 for cat become 88.1 % dog" in text_of(at)


def test_a_score_between_the_steps_is_the_nearest_step(open_start, text_of):
    at = open_start(start_dog="2.96", start_cat="0.98765")
    assert shares(at) == (881, 119)
    assert "Scores of 3 for dog and 1 for cat" in text_of(at)


def test_the_way_on_is_the_next_page_of_the_story(open_start):
    assert [link.proto.page for link in open_start().get("page_link")] == [PAGES[1].file, WORKSHOP.file]
