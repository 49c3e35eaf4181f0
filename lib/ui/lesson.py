"""The lesson that is on: a course or a room and a step in the address, and the bar with its task above the page.

Back, reload and a copied address work, because all of it is in the address. Who wanders off is told the way back.
"""

import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from lib.courses import Course, CourseError, Lesson, read_course
from lib.room import Leader, Room, RoomError
from lib.ui import rooms
from lib.ui.pages import PAGES, PREFIXES
from lib.ui.rooms import open_room
from lib.ui.words import plain

COURSES = Path(__file__).resolve().parents[2] / "courses"
OWN = "mine"  # the name of the course that a visitor has made
ALL = "_all_controls"
TYPED = ("_picture", "_template", "_pattern")  # chosen from a list or painted; their text under “Go deeper” is extra
AIDS = {"_size": "explosion_rows", "_step": "explosion_rows"}  # pills that move a control


class On(NamedTuple):
    """A lesson that somebody is at."""

    kind: str  # "course" or "room"
    name: str  # of the course, or the room's code
    course: Course | None  # None while the room waits for its leader
    step: int  # counted from 1
    room: Room | None = None
    leader: Leader | None = None  # for the leader only

    @property
    def lesson(self) -> Lesson:
        return self.course.lessons[self.step - 1] if self.course else Lesson("", closed=True)

    @property
    def place(self) -> str:
        """What tells this lesson from all others."""
        return f"{self.kind} {self.name} {self.step}"

    def address(self, step: int) -> str:
        """Where another step of the same course is."""
        return address_of(self.course.lessons[step - 1], step, self.kind, self.name)


def address_of(lesson, step, kind, name, root="./"):
    """The address of a lesson as part of a course or room; `root` is that of the app.

    >>> address_of(Lesson("images", (("image_side", "16"),)), 2, "course", "article")
    './images?image_side=16&course=article&step=2'
    """
    page = "" if lesson.page == PAGES[0].file else lesson.page
    return f"{root}{page}?{urlencode([*lesson.choices, (kind, name), ('step', step)], safe=',;')}"


@lru_cache(maxsize=32)
def shipped(name: str) -> Course:
    """The course of that name in the folder `courses`; CourseError where there is none."""
    file = COURSES / f"{name}.json"
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", name) or name == "schema" or not file.is_file():
        raise CourseError(f"There is no course with the name “{plain(name[:40])}”.")
    return read_course(file.read_bytes(), PREFIXES)


def on() -> On | None:
    """The lesson of this run."""
    return st.session_state.get("_lesson")


def arrive(page: str) -> bool:
    """Find the lesson that the address names on this page. Has the visitor just come to it?"""
    state, asked = st.session_state, st.query_params
    before, state["_lesson"], state["_lesson_says"] = on(), None, ""
    kind = next((kind for kind in ("room", "course") if kind in asked), None)
    if not kind:
        state["_lesson_left"] = before if before and before.course else state.get("_lesson_left")
        return False
    try:
        found = _find(kind, asked[kind], asked.get("step", ""))
        if found.room and not found.leader:
            found.room.enter(rooms.who())
    except (CourseError, RoomError) as error:
        state["_lesson_says"] = str(error)
        return False
    if found.course and (found.lesson.page != page or "step" not in asked):
        state["_lesson_left"] = found
        return False
    state["_lesson"], state["_lesson_left"] = found, None
    new = not before or before.place != found.place
    state["_lesson_new"] = new
    if new and found.leader:
        found.leader.move(found.step)
    return new and found.course is not None


def _find(kind, name, step):
    wanted = int(step) if re.fullmatch("[0-9]{1,3}", step) else 0
    if kind == "course":
        course = _own_course() if name == OWN else shipped(name)
        return On(kind, name, course, min(wanted, len(course.lessons)) or 1)
    code = name.upper()
    rooms.check_code(code)
    room = rooms.find_room(code, wanted or 1)
    if not room:
        return On(kind, code, None, wanted or 1)
    return On(kind, code, room.course, min(wanted, len(room.course.lessons)) or room.step, room, rooms.leader_of(room))


def _own_course():
    if "_kept" not in st.session_state:
        raise CourseError("Looking for your own course …")
    if "_my_course" not in st.session_state:
        raise CourseError("Your own course is not here. Open “Prepare a workshop” to make or load one.")
    return st.session_state["_my_course"]


def show_bar():
    """What stands above the page: the task of the lesson, the way back to one that was left, or nothing."""
    state = st.session_state
    if lesson := on():
        _show_lesson(lesson)
    elif left := state.get("_lesson_left"):
        _show_way_back(left)
    if state.get("_lesson_says"):
        st.warning(state["_lesson_says"])


def show_next():
    """The way on again, below the page."""
    lesson = on()
    if lesson and lesson.course and lesson.step < _last(lesson):
        st.html(f'<p class="lesson-on">{_link(lesson, lesson.step + 1, "Next step", "go")}</p>')


def _show_lesson(lesson):
    with st.container(key="_lesson_bar"):
        if lesson.course:
            _show_task(lesson)
        else:
            st.html(f'<p class="lesson-where">{escape(rooms.waiting(lesson.name))}</p>')
        if lesson.leader:
            rooms.show_lead(lesson.leader, lesson.step)
        elif lesson.kind == "room":
            rooms.show_poll(lesson.name, lesson.step, lesson.room)


def _show_task(lesson):
    n, controls = len(lesson.course.lessons), lesson.lesson.controls
    row = st.container(key="_lesson_row", horizontal=True, vertical_alignment="center")
    row.html(
        f'<section class="lesson" aria-label="Lesson"><p class="lesson-where">{escape(lesson.course.title)} · '
        f'step {lesson.step} of {n}</p><p class="lesson-task">{escape(lesson.lesson.task)}</p></section>'
        f"{_hidden(lesson.lesson, everything=controls is None or st.session_state.get(ALL, False))}"
    )
    if controls is not None:
        row.toggle("All controls", key=ALL)
    if lesson.kind == "course":
        offer_room(row, lesson.course)
    links = [_link(lesson, lesson.step - 1, "Back")] if lesson.step > 1 else []
    links += [_link(lesson, lesson.step + 1, "Next", "go")] if lesson.step < _last(lesson) else []
    links += ["<span>The last step</span>"] if lesson.step == n else []
    row.html(f'<nav class="lesson-ways" aria-label="Steps of the course">{"".join(links)}</nav>', width="content")


def _last(lesson):
    """The last step that a visitor may go on to: in a room, only its leader goes ahead."""
    return lesson.room.step if lesson.room and not lesson.leader else len(lesson.course.lessons)


def offer_room(place, course: Course) -> None:
    """A room for that course: its leader's link, shown to whoever opens it and to nobody else."""
    popover = place.popover("Open a room", icon=":material/groups:", key="_open_room", on_change="rerun")
    if not popover.open:
        return
    popover.write("In a room, others follow this course with you on their own devices, and answer its questions.")
    if popover.button("Open a room for this course"):
        try:
            st.session_state["_room_link"] = course, *open_room(course)
        except RoomError as error:
            popover.warning(str(error))
    opened, link, code = st.session_state.get("_room_link", (None, "", ""))
    if opened == course:
        popover.html(
            f'<p><a class="leave" href="{escape(link)}">Go in as its leader</a></p><p>Whoever has this '
            "link leads the room: show it to nobody.</p>"
        )
        with popover:
            rooms.show_brought(course, link, code)


def _show_way_back(left):
    step = left.room.step if left.room else left.step
    what = f"room {left.name}" if left.room else f"“{escape(left.course.title)}”"
    with st.container(key="_lesson_row", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<p class="lesson-where">You left {what} at step {left.step} of {len(left.course.lessons)}. '
            f"{_link(left, step, 'Back to the step' if step == left.step else f'On to step {step}')}</p>"
        )
        st.button("Leave the room" if left.room else "End the course", key="_lesson_end", on_click=_end)


def _end():
    st.session_state["_lesson_left"] = None
    for key in ("course", "room", "step"):
        st.query_params.pop(key, None)


def _link(lesson, step, words, kind=""):
    """history.js follows it without a reload."""
    return f'<a class="lesson-link {kind}" href="{escape(lesson.address(step))}">{escape(words)}</a>'


def _hidden(lesson, *, everything):
    """A style that takes out of sight what leads elsewhere, and the controls that are not the lesson's."""
    hidden = ['[class*="st-key-_next_"]']
    if not everything:
        kept = {key for key in lesson.controls if re.fullmatch(r"\w+", key, re.ASCII)}
        prefix, classes = PREFIXES[lesson.page], [f".st-key-{key}" for key in sorted(kept)]
        around = [f":has(.st-key-{key})" for key in sorted(kept) if not key.endswith(TYPED)]
        hidden.append(f'[class*="st-key-{prefix}"]{_but(classes + around)}')
        hidden.append(f'[class*="st-key-_{prefix}"][class*="_name"]{_but([f".st-key-_{key}_name" for key in kept])}')
        hidden += [f".st-key-{aid}" for aid, key in AIDS.items() if key not in kept]
    return f"<style>{', '.join(hidden)} {{display: none !important}}</style>"


def _but(selectors):
    return f":not({', '.join(selectors)})" if selectors else ""
