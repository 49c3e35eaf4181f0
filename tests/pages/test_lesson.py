"""A lesson, alone and in a room: its task, its controls, the answer that is closed, and what its leader sees."""

from pathlib import Path

import pytest

from lib.courses import Course, CourseError, Lesson
from lib.room import RoomError
from lib.rooms import Rooms
from lib.ui import lesson, rooms
from lib.ui.predict import SHOW
from tests.hostile import PLANTED, harms

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


@pytest.mark.parametrize("name", PLANTED)
def test_the_name_of_a_course_that_is_none_is_no_markup(open_page, name):
    at = open_page("images", course=name, step=1)
    assert len(at.warning) == 1 and harms(at._tree) == []


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
    assert "There is no course with the name “\\<b\\>no\\<\\/b\\>”." in text_of(at) and at.header


def test_the_visitors_own_course(open_page, text_of):
    at = open_page("start", course="mine")
    assert "Looking for your own course" in text_of(at)
    at.session_state["_kept"] = ""  # the browser has answered
    at.run()
    assert "Open “Prepare a workshop”" in text_of(at)
    at.session_state["_my_course"] = Course("Mine", (Lesson("images", (("image_side", "16"),)),))
    at.run()
    assert hrefs(at) == ["./images?image_side=16&course=mine&step=1"]


# ---- in a room ----


@pytest.fixture
def room(monkeypatch, cookies):
    """A room for the tiny course: (secret, room). `cookies` of the test decide who somebody is."""
    monkeypatch.setattr(rooms, "ROOMS", Rooms())
    return rooms.ROOMS.new(lesson.shipped("tiny"))


@pytest.fixture
def cookies(monkeypatch):
    """Those of the browser; filled by the test."""
    jar = {}
    monkeypatch.setattr(rooms, "_cookies", lambda: jar)
    return jar


@pytest.fixture
def leads(room, cookies, open_page):
    """leads(step=2) -> the leader's page."""

    def page(name="convolution", step=2, **query):
        cookies[rooms.LEAD + room[1].code] = room[0]
        at = open_page(name, room=room[1].code, step=step, **query)
        cookies.clear()
        return at

    return page


def words(at):
    return "\n".join(box.value for kind in (at.info, at.success, at.warning) for box in kind)


def votes(at):
    return [block.proto.body for block in at.get("html") if 'class="votes"' in block.proto.body]


def test_an_answer_is_noted_counted_and_told_when_the_leader_opens_it(leads, room, cookies, open_page, parts_of):
    leads(conv_stride=2)
    leader = room[1].leader(room[0])
    cookies[rooms.SEAT] = "a-participant-of-ours"
    at = open_page("convolution", room=room[1].code.lower(), step=2, conv_stride=2)
    pills(at).set_value((8, 8)).run()
    assert "Noted. The answer opens in the room." in words(at) and "5 × 5" not in words(at)
    assert leader.counts(2) == [0, 0, 1, 0] and parts_of(at)["stage"]["covered"] == "closed"
    assert "The room opens what the sums find." in "".join(one.value for one in at.markdown)
    pills(at).set_value((5, 5)).run()
    assert leader.counts(2) == [0, 1, 0, 0] and not votes(at)

    reloaded = open_page("convolution", room=room[1].code, step=2, conv_stride=2)
    assert pills(reloaded).value == (5, 5) and leader.counts(2) == [0, 1, 0, 0]

    leader.open(2)
    at.run()
    assert "Right: **5 × 5**" in words(at) and parts_of(at)["stage"]["covered"] is False
    assert "<b>1</b> right" in votes(at)[0]
    pills(at).set_value((3, 3)).run()
    assert leader.counts(2) == [0, 1, 0, 0]


def test_who_has_not_answered_is_told_what_the_leader_opens(leads, room, open_page):
    leads(conv_stride=2)
    room[1].leader(room[0]).open(2)
    at = open_page("convolution", room=room[1].code, step=2, conv_stride=2)
    assert "The answer: **5 × 5**" in words(at) and votes(at)


def test_other_values_are_another_question_and_said_to_be(leads, room, cookies, open_page):
    leads(conv_stride=2)
    at = open_page("convolution", room=room[1].code, step=2, conv_stride=3)
    pills(at).set_value((3, 3)).run()
    assert "This is not the room's question" in words(at) and "Noted" not in words(at)
    assert room[1].leader(room[0]).counts(2) == [0, 0, 0, 0]


def test_an_open_lesson_of_a_room_judges_at_once_and_counts_too(leads, room, open_page):
    leads(step=3)
    at = open_page("convolution", room=room[1].code, step=3)
    assert SHOW in pills(at).options
    pills(at).set_value((3, 3)).run()
    assert "Not quite: **9 × 9**" in words(at) and sum(room[1].leader(room[0]).counts(3)) == 1
    pills(at).set_value(SHOW).run()
    assert sum(room[1].leader(room[0]).counts(3)) == 1


def test_a_solved_challenge_is_counted(leads, room, open_page):
    leads(step=3)
    at = open_page("convolution", room=room[1].code, step=3)
    at.slider(key="conv_padding").set_value(1).run()
    assert [*room[1].leader(room[0]).solved(3).values()] == [1]


def test_the_leader_moves_the_room_asks_and_sees_the_counts(leads, room, cookies):
    at = leads(step=3)
    cookies[rooms.LEAD + room[1].code] = room[0]
    assert room[1].step == 3 and room[1].leader(room[0]).question(3).answer == "9 × 9"
    room[1].answer("somebody else", 3, room[1].leader(room[0]).question(3), "9 × 9")
    room[1].step = 1  # in another tab
    at.run()
    assert room[1].step == 1  # only who comes to a lesson moves the room
    counts = next(block.proto.body for block in at.get("html") if "lead-counts" in block.proto.body)
    assert "<b>1</b> here · <b>1</b> answered" in counts


def test_the_leaders_own_answer_is_not_counted(leads, room, cookies):
    at = leads(conv_stride=2)
    cookies[rooms.LEAD + room[1].code] = room[0]
    pills(at).set_value((5, 5)).run()
    assert sum(room[1].leader(room[0]).counts(2)) == 0 and "5 × 5" not in words(at)
    at.button(key="_lead_open").click().run()
    assert "Right: **5 × 5**" in words(at) and len(votes(at)) == 1
    at.toggle(key="_lead_follow").set_value(True).run()
    assert room[1].said()["follow"] is True


def test_a_forged_right_is_none(room, cookies, open_page):
    cookies[rooms.LEAD + room[1].code] = "x" * 32
    at = open_page("convolution", room=room[1].code, step=3)
    assert room[1].step == 1 and not [button for button in at.button if button.key == "_lead_open"]
    assert "lead-counts" not in "".join(block.proto.body for block in at.get("html"))


def test_a_participant_goes_no_further_than_the_room(leads, room, open_page):
    leads(conv_stride=2)
    assert [href.rpartition("=")[2] for href in hrefs(open_page("convolution", room=room[1].code, step=2))] == ["1"]


@pytest.mark.parametrize("code", ["KXPT", "<b>ha</b>", "AAAAA", "KXPTM1"])
def test_what_is_no_code_is_said(room, open_page, text_of, code):
    assert "A room's code has five letters" in text_of(open_page("start", room=code)).replace("&#x27;", "'")


def test_a_room_that_is_not_here_is_waited_for(room, open_page, parts_of):
    at = open_page("convolution", room="KXPTM", step=2, conv_stride=2)
    assert "Waiting for the leader of room KXPTM" in bar(at) and parts_of(at)["room"]["born"] is None
    pills(at).set_value((5, 5)).run()
    assert "The room waits for its leader" in words(at) and "5 × 5" not in words(at)


def test_the_leaders_tab_brings_the_room_back(room, cookies, open_page, parts_of, monkeypatch):
    secret, gone = room
    monkeypatch.setattr(rooms, "ROOMS", Rooms())  # after a restart
    cookies[rooms.LEAD + gone.code] = secret
    at = open_page("convolution", room=gone.code, step=3)
    assert parts_of(at)["room"]["ask"] is True
    for text in ("{}", "x" * 70_000, "\0"):  # hostile tabs bring nothing
        monkeypatch.setattr(rooms, "_told", lambda text=text: text)
        at.run()
        assert rooms.ROOMS.find(gone.code) is None
    monkeypatch.setattr(rooms, "_told", lambda: rooms.write_course(gone.course))
    at.run()
    back = rooms.ROOMS.find(gone.code)
    assert back.course == gone.course and back.step == 3 and back.leader(secret)
    assert "step 3 of 4" in bar(at)


def test_nobody_else_brings_it_back(room, cookies, open_page, monkeypatch):
    monkeypatch.setattr(rooms, "ROOMS", Rooms())
    monkeypatch.setattr(rooms, "_told", lambda: rooms.write_course(room[1].course))
    for forged in ("x" * 32, "short", "'; DROP"):
        cookies[rooms.LEAD + room[1].code] = forged
        open_page("convolution", room=room[1].code, step=3)
    assert rooms.ROOMS.find(room[1].code) is None and not rooms.ROOMS._rooms


def test_a_room_that_is_full_says_so(room, open_page, text_of, monkeypatch):
    def full(_):
        raise RoomError("The room is full.")

    monkeypatch.setattr(room[1], "enter", full)
    assert "The room is full." in text_of(open_page("convolution", room=room[1].code, step=3))


def test_a_room_is_opened_from_a_course(open_page, cookies, monkeypatch):
    monkeypatch.setattr(rooms, "ROOMS", Rooms())
    at = open_page("convolution", course="tiny", step=3)
    at.session_state["_open_room"] = True
    at.run()
    next(button for button in at.button if button.label == "Open a room for this course").click().run()
    _, link, _ = at.session_state["_room_link"]
    secret = link.rpartition("/lead/")[2]
    assert f'href="{link}"' in "".join(block.proto.body for block in at.get("html"))
    assert rooms.ROOMS.find(rooms.ROOMS.code(secret)).course.title == "A tiny course"


def test_bars_are_escaped_and_as_long_as_the_counts():
    question = lesson.rooms.Question("?", ("<b>", "right"), "right")
    html = rooms.votes_bars(question, [1, 3])
    assert "&lt;b&gt;" in html and "width:25.0%" in html and "width:75.0%" in html and html.count("class=right") == 1
    assert "width:0.0%" in rooms.votes_bars(question, [0, 0])
