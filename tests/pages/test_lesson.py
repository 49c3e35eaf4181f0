"""A course walked alone: the bar with its task, the controls in sight, the answer that is closed, the way back."""

from pathlib import Path

import pytest

from lib.courses import Course, CourseError, Lesson
from lib.ui import lesson
from lib.ui.predict import SHOW

COURSES = Path(__file__).resolve().parents[1] / "courses"


@pytest.fixture(autouse=True)
def tiny_courses(monkeypatch):
    monkeypatch.setattr(lesson, "COURSES", COURSES)
    lesson.shipped.cache_clear()
    yield
    lesson.shipped.cache_clear()


def bar(at):
    """The HTML of the bar, or nothing."""
    return "".join(block.proto.body for block in at.get("html") if "lesson-" in block.proto.body)


def hrefs(at):
    return [part.partition('"')[0].replace("&amp;", "&") for part in bar(at).split('href="')[1:]]


def pills(at):
    return at.button_group(key="_guess_convolution")


@pytest.mark.parametrize("name", ["", "..", "schema", "tiny.json", "a" * 41, "TINY", "tiny\n", "../courses/tiny", "\0"])
def test_a_name_that_is_no_course_says_so(name):
    with pytest.raises(CourseError, match="no course"):
        lesson.shipped(name)


def test_nothing_is_drawn_without_a_lesson(open_page):
    at = open_page("convolution")
    assert bar(at) == "" and not [key for key in at.session_state.to_dict() if key.startswith("_all_controls")]


def test_the_bar_has_title_step_task_and_both_ways(open_page):
    at = open_page("convolution", course="tiny", step=3, conv_padding=1)
    assert "A tiny course · step 3 of 4" in bar(at)
    assert "Find all lines &lt;b&gt;&amp; nothing else&lt;/b&gt;. **Here**" in bar(at)
    back, on, below = hrefs(at)
    assert back == "./convolution?conv_stride=2&course=tiny&step=2"
    assert on == below == "./template_explosion?explosion_rows=20&course=tiny&step=4"
    assert at.slider(key="conv_padding").value == 1


def test_the_first_step_has_no_way_back_and_the_last_none_on(open_page):
    assert hrefs(open_page("start", course="tiny", step=1)) == ["./convolution?conv_stride=2&course=tiny&step=2"] * 2
    assert hrefs(open_page("template_explosion", course="tiny", step=4)) == ["./convolution?course=tiny&step=3"]


@pytest.mark.parametrize("step", ["0", "-1", "x", "", "99999", "٣"])
def test_a_step_that_is_none_leads_to_one(open_page, step):
    at = open_page("images", course="tiny", step=step)
    assert "You left “A tiny course” at step" in bar(at) and len(hrefs(at)) == 1


def test_only_the_lessons_controls_are_in_sight_until_all_are_asked_for(open_page):
    at = open_page("convolution", course="tiny", step=3)
    rule = '[class*="st-key-conv_"]:not(.st-key-conv_padding, :has(.st-key-conv_padding))'
    assert rule in bar(at) and '[class*="st-key-_next_"]' in bar(at)
    at.toggle(key="_all_controls").set_value(True).run()
    assert rule not in bar(at) and '[class*="st-key-_next_"]' in bar(at)
    assert "_all_controls" not in at.query_params


def test_a_lesson_without_a_list_of_controls_hides_none(open_page):
    at = open_page("start", course="tiny", step=1)
    assert "start_" not in bar(at).partition("<style>")[2].partition("</style>")[0] and not at.toggle


def test_keys_of_a_strangers_course_write_no_style(open_page):
    keys = ("conv_x{}</style><script>alert(1)</script>", "conv_é", "conv_template")
    rule = lesson._hidden(Lesson("convolution", controls=keys), everything=False)
    assert "script" not in rule and "é" not in rule and rule.count("<") == 2
    assert ":not(.st-key-conv_template)" in rule  # its text under “Go deeper” does not keep that open


def test_a_closed_answer_comes_only_with_ones_own(open_page):
    at = open_page("convolution", course="tiny", step=2, conv_stride=2)
    assert SHOW not in pills(at).options
    assert not [button for button in at.button if button.key and button.key.startswith("_cover_")]
    assert "Answer the question to see what the sums find" in "".join(one.value for one in at.markdown)
    pills(at).set_value((3, 3)).run()
    assert at.info[0].value.startswith("Not quite: **5 × 5**")
    at.query_params["step"] = "3"
    at.run()
    assert SHOW in pills(at).options and pills(at).value is None  # the next lesson asks anew, and is not closed
    assert [button for button in at.button if button.key and button.key.startswith("_cover_")]


def test_what_was_opened_before_is_closed_again_in_a_closed_lesson(open_page, parts_of):
    at = open_page("convolution")
    pills(at).set_value(SHOW).run()
    assert parts_of(at)["stage"]["covered"] is False
    at.query_params["course"], at.query_params["step"], at.query_params["conv_stride"] = "tiny", "2", "2"
    at.run()
    assert parts_of(at)["stage"]["covered"] == "closed"


def test_who_wanders_off_is_told_the_way_back_and_can_end_the_course(open_page):
    at = open_page("convolution", course="tiny", step=3)
    del at.query_params["course"], at.query_params["step"]
    at.run()
    assert "You left “A tiny course” at step 3 of 4." in bar(at)
    assert hrefs(at) == ["./convolution?course=tiny&step=3"]
    at.run()
    assert hrefs(at)
    at.button(key="_lesson_end").click().run()
    assert bar(at) == ""


def test_an_unknown_course_is_told_and_the_page_is_there(open_page, text_of):
    at = open_page("start", course="<b>no</b>", step=1)
    assert "There is no course with the name “&lt;b&gt;no&lt;/b&gt;”." in text_of(at) and at.header


def test_the_visitors_own_course(open_page, text_of):
    at = open_page("start", course="mine")
    assert "Looking for your own course" in text_of(at)
    at.session_state["_kept"] = ""  # the browser has answered
    at.run()
    assert "Open “Prepare a workshop”" in text_of(at)
    at.session_state["_my_course"] = Course("Mine", (Lesson("images", (("image_side", "16"),)),))
    at.run()
    assert hrefs(at) == ["./images?image_side=16&course=mine&step=1"]
