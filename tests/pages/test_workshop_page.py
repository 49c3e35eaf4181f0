"""Prepare a workshop: a course is begun, changed, taken back, loaded, kept; what the browser says is not trusted."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from lib.courses import Course, Lesson, write_course
from lib.ui import my_course as kept
from lib.ui.pages import WORKSHOP
from lib.ui.sheet import sheet
from tests.hostile import harms, opened
from tests.pages.conftest import ROOT

HOSTILE = "<script>x</script> **b** [l](http://x) :material/home: $a$ `c` _d_ # e"
THREE = Course(
    "Three",
    (
        Lesson("images", (("image_side", "16"),), task="Paint."),
        Lesson("convolution", (("conv_picture", "cat"), ("conv_stride", "2")), controls=("conv_stride",), closed=True),
        Lesson("start", task=HOSTILE),
    ),
)


@pytest.fixture
def open_workshop():
    """open_workshop(course) -> the page in a session to whom the browser has said what it kept."""

    def opened(course=None, **more):
        at = AppTest.from_file(str(ROOT / "lib" / "ui" / "main.py"), default_timeout=60).run()
        at.switch_page(str(WORKSHOP.path))
        state = {"_kept": "", "_kept_stays": True}
        if course:
            state |= {"_kept": write_course(course), "_my_course": course}
        for key, value in (state | more).items():
            at.session_state[key] = value
        at.run()
        assert not at.exception, at.exception
        return at

    return opened


def now(at, name):
    """The key of that control, as the page is now."""
    return f"workshop_{name}_{at.session_state['_workshop_versions'].get(name, 0)}"


@pytest.mark.parametrize("page", ["images", "workshop"])
def test_whoever_walks_through_their_own_course_can_share_and_go_back(page):
    at = opened(page, {"course": "mine", "step": "1"}, ["_share_image_"]).run()
    assert harms(at._tree) == []


def mine(at):
    """The course of the session, which is what the browser is told to keep."""
    state = at.session_state.to_dict()
    course = state.get("_my_course")
    assert state["_kept"] == (write_course(course) if course else "")
    return course


def press(at, name):
    at.button(key=f"workshop_{name}").click().run()
    assert not at.exception
    return at


def test_nothing_can_be_changed_before_the_browser_has_said_what_it_kept():
    at = AppTest.from_file(str(ROOT / "lib" / "ui" / "main.py"), default_timeout=60).run()
    at.switch_page(str(WORKSHOP.path)).run()
    assert not at.exception and not at.button and "Looking for" in at.markdown[-1].value


def test_an_empty_course_says_what_to_do(open_workshop, text_of):
    at = open_workshop()
    assert "Your course is empty" in text_of(at) and "Add to my course" in text_of(at)
    course = mine(press(at, "take_class"))
    assert course.title == "Forty minutes with a class" and len(course.lessons) == 10
    assert at.text_input(key=now(at, "title")).value == course.title
    assert len(at.radio(key=now(at, "step")).options) == 10
    press(at, "undo")
    assert mine(at) is None and "Your course is empty" in text_of(at)


def test_everything_of_a_step_can_be_changed(open_workshop):
    at = open_workshop(THREE)
    at.text_input(key=now(at, "title")).set_value(" Two \u00a0words\n").run()
    at.radio(key=now(at, "step")).set_value(1).run()
    at.text_area(key=now(at, "task")).set_value("Press\nPlay.").run()
    at.toggle(key=now(at, "closed")).set_value(False).run()
    at.multiselect(key=now(at, "controls")).set_value(["conv_padding", "conv_stride"]).run()
    course = mine(at)
    assert course.title == "Two words"
    assert course.lessons[1] == THREE.lessons[1]._replace(
        task="Press Play.", closed=False, controls=("conv_padding", "conv_stride")
    )
    assert (course.lessons[0], course.lessons[2]) == (THREE.lessons[0], THREE.lessons[2])
    at.toggle(key=now(at, "some")).set_value(False).run()
    assert mine(at).lessons[1].controls is None and not at.multiselect
    at.text_input(key=now(at, "title")).set_value(" ").run()
    assert mine(at).title == kept.UNTITLED == at.text_input(key=now(at, "title")).value


def test_steps_move_and_stay_chosen(open_workshop):
    at = open_workshop(THREE)
    assert at.button(key="workshop_up").disabled and not at.button(key="workshop_down").disabled
    press(press(at, "down"), "down")
    assert [one.page for one in mine(at).lessons] == ["convolution", "start", "images"]
    assert at.radio(key=now(at, "step")).value == 2 and at.text_area(key=now(at, "task")).value == "Paint."
    assert at.button(key="workshop_down").disabled
    press(at, "up")
    assert [one.page for one in mine(at).lessons] == ["convolution", "images", "start"]


def test_what_is_removed_comes_back_also_after_other_changes(open_workshop, text_of):
    at = open_workshop(THREE, _workshop_step=2)
    press(at, "remove")
    assert mine(at).lessons == THREE.lessons[:2]
    assert at.button(key="workshop_undo").label == "Undo: remove step 3"
    at.text_area(key=now(at, "task")).set_value("Other.").run()
    press(press(at, "undo"), "undo")
    assert mine(at) == THREE
    assert not [one for one in at.button if one.key == "workshop_undo"]
    press(press(press(at, "remove"), "remove"), "remove")
    assert mine(at) is None and "Your course is empty" in text_of(at)
    assert mine(press(at, "undo")).lessons


def test_the_preview_is_the_view_of_the_step(open_workshop):
    at = open_workshop(THREE, _workshop_step=1)
    (link,) = (one.proto for one in at.get("page_link") if one.proto.label.startswith("Preview"))
    assert link.page == "convolution"
    assert link.query_string == "course=mine&step=2&conv_picture=cat&conv_stride=2"


def test_texts_are_shown_as_they_stand(open_workshop):
    at = open_workshop(THREE, _workshop_step=2)
    assert at.text_area(key=now(at, "task")).value == HOSTILE
    shown = at.radio(key=now(at, "step")).options[2]
    assert r"\*\*b\*\* \[l\]\(http\:\/\/x\) \:material" in shown and r"\<script\>" in shown


def test_what_the_browser_says_of_a_removed_step_changes_no_other(open_workshop):
    """As when Remove is pressed twice before the server has answered: the controls of another step are new ones."""
    at = open_workshop(THREE)
    before = {now(at, name) for name in ("task", "closed", "some")}
    at.text_area(key=now(at, "task")).set_value("Other.").run()
    assert now(at, "task") in before  # one's own change takes no control away
    at.button(key="workshop_remove").click().run()
    assert before.isdisjoint(one.key for one in (*at.text_area, *at.toggle) if one.key.startswith("workshop_"))


def test_a_change_that_makes_the_course_too_large_is_said_and_nothing_is_lost(open_workshop):
    full = Course("a", (Lesson("images", (("image_picture", "a" * 4210),)),) * 15)  # all but 64 kB
    at = open_workshop(full)
    at.text_input(key=now(at, "title")).set_value("a" * 100).run()
    assert not at.exception and "64 kB" in at.toast[0].value and mine(at) == full
    at.text_area(key=now(at, "task")).set_value("a" * 200).run()
    assert not at.exception and "64 kB" in at.toast[0].value and mine(at) == full


def test_a_course_of_sixty_steps_is_a_light_page(open_workshop):
    at = open_workshop(THREE._replace(lessons=THREE.lessons * 20))
    assert len(list(at.main)) < 40


@pytest.fixture
def session(monkeypatch):
    """The session's state, outside of a run."""
    state = {}
    monkeypatch.setattr(kept.st, "session_state", state)
    return state


def hear(state, **told):
    state["_kept_in_browser"] = {"told": {"after": state.get("_kept_change", "")} | told}
    kept._hear()


def test_a_new_session_hears_what_the_browser_kept(session):
    hear(session, text=write_course(THREE), stays=True)
    assert kept.my_course() == THREE
    assert kept.what_was_kept() == "" and kept.what_to_undo() is None


def test_the_later_change_of_two_tabs_wins_and_can_be_taken_back(session):
    hear(session, text="", stays=True)
    kept.change_my_course(THREE, "mine")
    other = THREE._replace(title="Other")
    hear(session, text=write_course(other), stays=True)
    assert kept.my_course() == other and "another tab" in kept.what_was_kept()
    kept.undo_my_course()
    assert kept.my_course() == THREE and kept.what_was_kept() == ""
    hear(session, text="", stays=True)  # the other tab has removed all steps
    assert kept.my_course() is None and kept.what_to_undo() == kept.BY_ANOTHER_TAB


def test_what_was_said_before_a_change_does_not_take_it_back(session):
    hear(session, text="", stays=True)
    kept.change_my_course(THREE, "mine")
    hear(session, text="", stays=True, after="")
    assert kept.my_course() == THREE and kept.what_was_kept() == ""


@pytest.mark.parametrize("text", ["{", json.dumps({"glass_box_course": 1, "title": "", "lessons": []}), "x" * 65_000])
def test_what_is_no_course_is_said_and_nothing_is_lost(session, text):
    hear(session, text=text, stays=True)
    assert kept.my_course() is None and "cannot be read" in kept.what_was_kept()
    kept.change_my_course(THREE, "mine")
    hear(session, text=text, stays=True)
    assert kept.my_course() == THREE and "cannot be read" in kept.what_was_kept()


@pytest.mark.parametrize("told", [None, 3, [], {}, {"text": None}, {"text": 3, "stays": True}])
def test_what_no_browser_of_ours_says_changes_nothing(session, told):
    session["_kept_in_browser"] = {"told": told}
    kept._hear()
    assert session.keys() == {"_kept_in_browser"}


def test_a_browser_that_keeps_nothing_is_said_to(session):
    hear(session, text="", stays=False)
    assert "a reload loses the course" in kept.what_was_kept()
    kept.change_my_course(THREE, "mine")
    hear(session, text=write_course(THREE), stays=False)
    assert kept.my_course() == THREE and "a reload loses the course" in kept.what_was_kept()


def test_a_course_without_room_stays_as_it_is(session):
    full = THREE._replace(lessons=THREE.lessons * 20)
    kept.change_my_course(full, "mine")
    with pytest.raises(ValueError, match="60 steps"):
        kept.add_to_my_course(THREE.lessons[0])
    long = Lesson("images", (("image_picture", "32x32c-" + "a" * 4000),))
    with pytest.raises(ValueError, match="64 kB"):
        kept.change_my_course(Course("Long", (long,) * 20), "long")
    assert kept.my_course() == full


@pytest.mark.parametrize(("text", "words"), [("{", "This is no JSON."), ('{"title": "<b>*x*"}', "This is no course")])
def test_a_broken_file_is_said_and_nothing_is_lost(open_workshop, text, words):
    at = open_workshop(THREE, _workshop_other=True)
    at.file_uploader[0].set_value(("course.json", text.encode(), "application/json")).run()
    assert not at.exception and words in at.error[0].value.replace("\\", "")
    assert mine(at) == THREE
    other = THREE._replace(title="Other")
    at.file_uploader[0].set_value(("course.json", write_course(other).encode(), "application/json")).run()
    assert mine(at) == other and not at.error
    assert mine(press(at, "undo")) == THREE


def test_share_adds_the_view_that_one_looks_at(open_page, text_of):
    at = open_page("convolution", shared=True, conv_stride="2", conv_picture="cat")
    assert at.button(key="_add_conv_").disabled  # the browser has not said what it kept
    at.session_state["_kept"], at.session_state["_my_course"] = write_course(THREE), THREE
    at.run()
    at.button(key="_add_conv_").click().run()
    assert mine(at).lessons == (*THREE.lessons, THREE.lessons[1]._replace(controls=None, closed=False))
    assert [toast.value for toast in at.toast] == ["Added: this view is step 4 of your course."]
    assert "workshop" in [link.proto.page for link in at.get("page_link")]
    assert at.session_state["_workshop_step"] == 3


def test_a_room_opens_for_the_course_as_it_is_and_a_changed_one_needs_another(open_workshop):
    at = open_workshop(THREE, _open_room=True)
    press_named(at, "Open a room for this course")
    opened, link, _ = at.session_state["_room_link"]
    assert opened == mine(at) and "/lead/" in link and link in "".join(block.proto.body for block in at.get("html"))
    at.text_input(key=now(at, "title")).set_value("Other").run()
    assert link not in "".join(block.proto.body for block in at.get("html"))


def press_named(at, label):
    next(button for button in at.button if button.label == label).click().run()


def test_the_sheet_to_print_is_the_course_as_it_is(open_workshop):
    printed = sheet(mine(open_workshop(THREE)), "")
    assert all(f"{n}. " in printed for n in (1, 2, 3)) and "Solutions" in printed
