"""The visitor's own course: in the session, and in this browser's own storage, so that a reload loses nothing."""

import time

import streamlit as st

from lib.courses import MOST_LESSONS, Course, CourseError, Lesson, read_course, write_course
from lib.ui.grids import _FETCH
from lib.ui.lesson import OWN
from lib.ui.pages import PAGES, PREFIXES, WORKSHOP
from lib.ui.words import plain

UNTITLED = "My workshop"
MOST_UNDONE = 30
BY_ANOTHER_TAB = "change in another tab"
_browsers = st.components.v2.component("glass_box_kept", js=_FETCH % "kept")


def my_course():
    """The visitor's own `Course`, or None before it has a lesson."""
    return st.session_state.get("_my_course")


def change_my_course(course, words):
    """Make this the visitor's own course, None for none; `words` say what has been done, for `undo_my_course`.

    CourseError, and nothing has changed, for a course that could not be read again. `keep_my_course` brings it to the
    browser.
    """
    text = write_course(course) if course and course.lessons else ""
    _take(read_course(text, PREFIXES) if text else None, words)
    st.session_state.update(_kept=text, _kept_change=str(time.time_ns()), _kept_says="")


def _take(course, words):
    before = st.session_state.setdefault("_my_courses_before", [])
    before.append((words, my_course()))
    del before[:-MOST_UNDONE]
    if course:
        st.session_state["_my_course"] = course
    else:
        st.session_state.pop("_my_course", None)


def undo_my_course():
    """Take back the last change."""
    before = st.session_state["_my_courses_before"]
    if before:  # a second press may come before the button has gone
        change_my_course(before.pop()[1], "")
        before.pop()


def what_to_undo():
    """The words of the last change, or None."""
    before = st.session_state.get("_my_courses_before")
    return before[-1][0] if before else None


def add_to_my_course(lesson):
    """Add a step at the end. CourseError where there is no room for it."""
    course = my_course() or Course(UNTITLED, ())
    if len(course.lessons) == MOST_LESSONS:
        raise CourseError(f"Your course has {MOST_LESSONS} steps, and no room for another one.")
    change_my_course(course._replace(lessons=(*course.lessons, lesson)), f"add step {len(course.lessons) + 1}")


def keep_my_course():
    """Draw the part of the page that keeps the course in the browser. Has it said what it had kept?

    Before it has, a change would be lost or overwrite what is there.
    """
    state = st.session_state
    data = {"text": state.get("_kept"), "change": state.get("_kept_change", ""), "stays": state.get("_kept_stays")}
    _browsers(key="_kept_in_browser", data=data, on_told_change=_hear)
    return "_kept" in state


def keep_on_the_walk():
    """On a step of the visitor's own course: what a reload needs, and the way back to where it is prepared."""
    if _on_the_walk() and st.session_state["_page"] != WORKSHOP.prefix:  # there, the page itself keeps it
        st.page_link(WORKSHOP.path, label=f"Back to “{WORKSHOP.title}”", icon=":material/edit:")
        keep_my_course()


def _on_the_walk():
    return st.query_params.get("course") == OWN


def _hear():
    """The browser has another text than this session: from before the reload, or from another tab."""
    state, told = st.session_state, st.session_state["_kept_in_browser"]["told"]
    if not (isinstance(told, dict) and isinstance(told.get("text"), str)):  # nothing of ours says that
        return
    text, first = told["text"], "_kept" not in state
    state["_kept_stays"] = told.get("stays") is True
    if text == state.get("_kept") or told.get("after") != state.get("_kept_change", ""):
        return  # known, or said before the last change here, which is the later one
    try:
        course = read_course(text, PREFIXES) if text else None
    except CourseError as error:
        state.update(_kept=text, _kept_says=f"The course that this browser kept cannot be read. {plain(str(error))}")
        return
    state["_kept"] = text
    if course != my_course():
        _take(course, BY_ANOTHER_TAB)
        state["_kept_says"] = "This course was changed in another tab. You see the later change."
    if first:  # as it was before the reload: nothing to undo, nothing to say
        state.update(_kept_says="", _my_courses_before=[])


def what_was_kept():
    """What the visitor should know about that, in a sentence, or nothing."""
    if not st.session_state.get("_kept_stays", True):
        return "This browser keeps nothing, as in some private windows: a reload loses the course. Save it as a file."
    return st.session_state.get("_kept_says", "")


def offer_my_course(prefix, choices):
    """In Share: a button that adds the view of these choices, and the way to the course."""
    page = next((page for page in PAGES if page.prefix == prefix), None)
    if page is None:
        return
    place, course = st.container(), my_course()
    ready = "_kept" in st.session_state if _on_the_walk() else keep_my_course()  # it is drawn once
    lesson = Lesson(page.file, tuple(choices.items()))
    place.button("Add to my course", icon=":material/playlist_add:", key=f"_add_{prefix}", disabled=not ready,
              on_click=_add, args=(lesson,))  # fmt: skip
    n = len(course.lessons) if course else 0
    steps = f" ({n} step{'s' * (n != 1)})" if n else ""
    place.page_link(WORKSHOP.path, label=f"{WORKSHOP.title}{steps}", icon=":material/groups:")


def _add(lesson):
    try:
        add_to_my_course(lesson)
    except CourseError as error:
        st.toast(str(error), icon=":material/error:")
        return
    n = len(my_course().lessons)
    st.session_state["_workshop_step"] = n - 1  # its task is what one writes next
    st.toast(f"Added: this view is step {n} of your course.", icon=":material/playlist_add_check:")
