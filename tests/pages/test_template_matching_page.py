"""The template matching page: its numbers and its verdicts."""

import pytest

LINE = "The sum is **3**. A match needs at least **3**. This is **a match**."


def test_the_identical_pair_matches_and_64_of_512_do(open_page, text_of):
    text = text_of(open_page("template_matching"))
    assert "0×0 + 1×1 + 0×0 + 0×0 + 1×1 + 0×0 + 0×0 + 1×1 + 0×0 = **3**" in text
    assert LINE in text
    assert "**64** match, and **1** is the exact copy" in text
    assert "Found 1 of 1 exact copies, missed 0, false alarms 63." in text


def test_at_least_one_of_the_five_random_pictures_matches_by_default(open_page, text_of):
    assert "2 of 5 match" in text_of(open_page("template_matching"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"match_picture": "all yellow"}, LINE),
        ({"match_picture": "all yellow", "match_template": "line, nothing beside"}, "The sum is **−3**"),
        ({"match_template": "line, nothing left"}, "**8** match, and **1**"),
        ({"match_template": "line, nothing beside"}, "**1** match, and **1**"),
        ({"match_template": "diagonal"}, "= **3**"),
        ({"match_value": "2"}, "A match needs at least **2**"),
        ({"match_value": "-3"}, "**512** match"),
        ({"match_value": "10"}, "This is **no match**"),
        ({"match_picture": "1,0,0;0,0,0;0,0,0"}, "The sum is **0**"),
        ({"match_template": "0,0.5,0;0,0.5,0;0,0.5,0"}, "A match needs at least **1.5**"),
        ({"match_template": "0,0,0;0,0,0;0,0,0"}, "**0** match"),
        ({"match_template": "0,0,0;0,-1,0;0,0,0", "match_picture": "3x3-000"}, "This is **no match**"),
        ({"match_template": "0,0,0;0,0,0;0,0,0", "match_value": "0"}, "**512** match"),
    ],
)
def test_links_give_what_they_say(open_page, text_of, query, words):
    at = open_page("template_matching", **query)
    assert words in text_of(at)
    assert not at.warning


def test_a_picture_or_template_of_another_size_gives_the_default_and_says_so(open_page, text_of):
    for key, kind in (("match_picture", "picture"), ("match_template", "template")):
        at = open_page("template_matching", **{key: "0,1;1,0"})
        assert f"That {kind} cannot be read: this page needs 3 rows" in at.warning[0].value
        assert LINE in text_of(at)


def test_a_template_that_looks_for_nothing_says_so(open_page, text_of):
    for template in ("0,0,0;0,0,0;0,0,0", "-1,0,0;0,0,0;0,0,-2.5"):
        at = open_page("template_matching", match_template=template)
        assert "looks for nothing" in text_of(at) and "0 of 5 match" in text_of(at)


def test_negative_numbers_are_one_click_away(open_page, text_of):
    at = open_page("template_matching", match_picture="all yellow")
    next(button for button in at.button if button.label == "Try negative numbers").click().run()
    assert "The sum is **−3**. A match needs at least **3**. This is **no match**." in text_of(at)


def test_every_chart_has_its_sentence_and_the_code_is_what_ran(open_page, text_of):
    at = open_page("template_matching", unfolded=True)
    charts = at.get("plotly_chart")
    assert len(charts) == 2
    assert all(chart.proto.alt in text_of(at) for chart in charts)
    assert any("def is_match(image: " in block.value for block in at.code)


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


def test_the_list_leads_back_from_a_custom_template(open_page, text_of):
    at = open_page("template_matching", match_template="1,1,1;0,0,0;0,0,0")
    at.selectbox(key="_match_template_name").set_value("vertical line").run()
    assert LINE in text_of(at)
    assert at.text_input(key="match_template").value == "vertical line"
