"""The template matching page: its numbers and its verdicts."""

import numpy as np
import pytest

from lib.images import all_images, random_image
from lib.matching import sort_images
from lib.templates import TEMPLATES
from lib.ui.figures import gallery, strip_figure
from tests.sent import html_of


@pytest.fixture
def adds_up(parts_of):
    """adds_up(at) -> the sum that the page shows, and the value a match needs; None is the most there can be."""

    def total(at):
        part = parts_of(at)["paintable"]
        return sum(part["panels"][2]["grid"]["values"]), part["total"]["value"]

    return total


def test_the_identical_pair_matches_and_64_of_512_do(open_page, text_of, adds_up):
    at = open_page("template_matching")
    assert adds_up(at) == (3, None)
    assert "2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 = 512 pictures" in text_of(at)
    assert "**64** match, and **1** is the exact copy" in text_of(at)


def test_which_pictures_match_is_covered_until_the_question_is_answered(open_page, text_of, parts_of):
    words = "Found 1 of 1 exact copies, missed 0, false alarms 63."
    at = open_page("template_matching")
    assert parts_of(at)["paintable"]["total"]["asked"]
    assert words not in text_of(at) and "all-yellow" not in text_of(at)
    next(button for button in at.button if button.label.endswith("Show which pictures match")).click().run()
    assert not parts_of(at)["paintable"]["total"]["asked"]
    assert words in text_of(at) and "An all-yellow picture has the line in it too." in text_of(at)

    everything = all_images((3, 3))
    match, exact = sort_images(TEMPLATES["vertical line"])
    groups = everything[match & exact], everything[exact & ~match], everything[match & ~exact]
    assert strip_figure(*groups) in html_of(at)
    at.session_state["_all_exact copies"] = True
    at.run()
    assert strip_figure(*groups, most=512) in html_of(at)


def test_at_least_one_of_the_five_random_pictures_matches_by_default(open_page, text_of):
    assert "2 of 5 match" in text_of(open_page("template_matching"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"match_template": "line, nothing left"}, "**8** match, and **1**"),
        ({"match_template": "line, nothing beside"}, "**1** matches, and **1**"),
        ({"match_value": "2"}, "**256** match"),
        ({"match_value": "-3"}, "**512** match"),
        ({"match_value": "10"}, "**0** match"),
        ({"match_template": "0,0.5,0;0,0.5,0;0,0.5,0"}, "**64** match"),
        ({"match_picture": "3x3-000"}, "This is your picture. Click"),
        ({"match_picture": "3x3-000", "match_template": "1,0,0;0,0,0;0,0,0"}, "your picture and your template. Click"),
        ({"match_template": "0,0,0;0,0,0;0,0,0"}, "**0** match"),
        ({"match_template": "0,0,0;0,-1,0;0,0,0", "match_picture": "3x3-000"}, "**0** match"),
        ({"match_template": "0,0,0;0,0,0;0,0,0", "match_value": "0"}, "**512** match"),
    ],
)
def test_links_give_what_they_say(open_page, text_of, query, words):
    at = open_page("template_matching", **query)
    assert words in text_of(at)
    assert not at.warning


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({"match_picture": "all yellow"}, (3, None)),
        ({"match_picture": "all yellow", "match_template": "line, nothing beside"}, (-3, None)),
        ({"match_template": "diagonal"}, (3, None)),
        ({"match_value": "2"}, (3, 2)),
        ({"match_value": "-3"}, (3, -3)),
        ({"match_picture": "1,0,0;0,0,0;0,0,0"}, (0, None)),
        ({"match_template": "0,0.5,0;0,0.5,0;0,0.5,0"}, (1.5, None)),
        ({"match_template": "0,0,0;0,-1,0;0,0,0"}, (0, None)),
        ({"match_template": "0,0,0;0,0,0;0,0,0", "match_value": "0"}, (0, 0)),
    ],
)
def test_the_sum_and_what_it_must_reach(open_page, adds_up, query, total):
    assert adds_up(open_page("template_matching", **query)) == total


def test_a_picture_or_template_of_another_size_gives_the_default_and_says_so(open_page, adds_up):
    for key, kind in (("match_picture", "picture"), ("match_template", "template")):
        at = open_page("template_matching", **{key: "0,1;1,0"})
        assert f"That {kind} cannot be read: this page needs 3 rows" in at.warning[0].value
        assert adds_up(at) == (3, None)


def test_a_template_that_looks_for_nothing_says_so(open_page, text_of):
    for template in ("0,0,0;0,0,0;0,0,0", "-1,0,0;0,0,0;0,0,-2.5"):
        at = open_page("template_matching", match_template=template)
        assert "looks for nothing" in text_of(at) and "0 of 5 match" in text_of(at)


def test_negative_numbers_are_one_click_away_once_the_question_is_answered(open_page, text_of, adds_up):
    at = open_page("template_matching", match_picture="all yellow")
    at.button_group(key="_guess_template_matching").set_value("No").run()
    next(button for button in at.button if button.label == "Try negative numbers").click().run()
    assert adds_up(at) == (-3, None)
    assert "The template above now has −1 on both sides of the line" in text_of(at)
    assert not any(button.label == "Try negative numbers" for button in at.button)


def test_no_chart_is_loaded_and_the_code_is_what_ran(open_page):
    at = open_page("template_matching", unfolded=True)
    assert not at.get("plotly_chart")
    assert any("def is_match(image: " in block.value for block in at.code)


def test_the_five_pictures_have_their_sums_and_matches_their_frames(open_page):
    five = random_image((15, 3), seed=8).reshape(5, 3, 3)
    sums = five[:, :, 1].sum(axis=1)
    titles = [f"{total}, {'match' if total == 3 else 'no'}" for total in sums]
    html = gallery(five, titles, columns=5, height=110, marks=np.flatnonzero(sums == 3))
    assert html in html_of(open_page("template_matching", match_seed=8))


def test_picture_template_and_products_are_grids_and_two_of_them_can_be_painted(open_page, parts_of, painted_of):
    at = open_page("template_matching", match_picture="3x3-ff8", match_template="-1,2,0;0,0.5,0;0,0,0")
    shown = painted_of(at)
    assert shown["Picture"].tolist() == [[1, 1, 1]] * 3
    assert shown["Template"].tolist() == [[-1, 2, 0], [0, 0.5, 0], [0, 0, 0]]
    assert shown["Products"].tolist() == (shown["Picture"] * shown["Template"]).tolist()
    panels = parts_of(at)["paintable"]["panels"]
    assert [panel["paint"] for panel in panels] == ["pixels", "weights", None]
    assert [(panel["grid"]["low"], panel["grid"]["high"]) for panel in panels] == [(0, 1), (-2, 2), (-2, 2)]
    assert [at.selectbox(key=f"_match_{part}_name").value for part in ("picture", "template")] == ["custom", "custom"]


def test_the_list_leads_back_from_a_custom_template(open_page, adds_up):
    at = open_page("template_matching", match_template="1,1,1;0,0,0;0,0,0")
    at.selectbox(key="_match_template_name").set_value("vertical line").run()
    assert adds_up(at) == (3, None)
    assert at.text_input(key="match_template").value == "vertical line"
