"""Prepare a workshop: a course of one's own, step by step, and the room for it."""

import re

import streamlit as st

from lib.courses import LONGEST_TASK, LONGEST_TITLE, CourseError, read_course, write_course
from lib.ui.control_names import CONTROLS
from lib.ui.lesson import OWN, offer_room, shipped
from lib.ui.my_course import (
    UNTITLED,
    change_my_course,
    keep_my_course,
    my_course,
    undo_my_course,
    what_to_undo,
    what_was_kept,
)
from lib.ui.pages import PAGES, PREFIXES
from lib.ui.sheet import sheet
from lib.ui.words import counted, plain

READY = ("article", "class")  # in the folder courses
PAGE = {page.file: page for page in PAGES}
HOW = (
    "To add a step, open a page, set it up as people should find it, press **Share** and there **Add to my course**. "
    "The list on the left has all pages."
)
state = st.session_state


def page():
    """The page from top to bottom."""
    st.markdown("A course is a list of views, each with a task. You prepare it here, and open a room for it: then "
                "everyone's page follows yours.")  # fmt: skip
    body = st.container()  # above the part that keeps, which shows nothing
    ready = keep_my_course()
    with body:
        show() if ready else st.markdown("Looking for the course that this browser keeps …")


def show():
    if words := what_was_kept():
        st.warning(words, icon=":material/info:")
    course = my_course()
    if course is None:
        begin()
    else:
        edit(course)


def begin():
    """No step yet: what to do now."""
    st.info("Your course is empty. Begin with one that is ready, load a file, or collect views of your own.",
            icon=":material/playlist_add:")  # fmt: skip
    take_another()
    offer_undo()
    st.header("Views of your own", anchor=False)
    st.markdown(HOW)
    st.page_link(PAGE["images"].path, label="Go to Images and begin", icon=":material/arrow_forward:")


def take_another():
    """A course that is ready, or a file of one."""
    with st.container(horizontal=True):
        for name in READY:
            st.button(shipped(name).title, key=f"workshop_take_{name}", on_click=take, args=(shipped(name),))
    n = state.setdefault("_workshop_loads", 0)  # a new uploader after each file: it would keep the last one
    st.file_uploader("Load a course from a file", key=f"workshop_file_{n}", max_upload_size=1,
                     on_change=load, args=(n,))  # fmt: skip
    if error := state.get("_workshop_error"):
        st.error(f"That file was not loaded. {error} {'Your course is as it was.' if my_course() else ''}")


def load(n):
    file = state[f"workshop_file_{n}"]
    if file is None:
        return
    state["_workshop_loads"] = n + 1
    try:
        take(read_course(file.getvalue(), PREFIXES))
    except CourseError as error:
        state["_workshop_error"] = plain(str(error))


def take(course):
    change_my_course(course, "take another course" if my_course() else f"take “{course.title}”")
    state.update(_workshop_step=0, _workshop_error=None)


def edit(course):
    """The title, the steps, and the one of them that is chosen."""
    key = shows("title", course.title)
    st.text_input("Title", key=key, max_chars=LONGEST_TITLE, on_change=set_title, args=(key,))
    left, right = st.columns(2, gap="large")
    n = min(max(state.get("_workshop_step", 0), 0), len(course.lessons) - 1)
    with left:
        choose_step(course, n)
    with right, st.container(border=True):
        edit_step(course, n)
    finish(course)


def set_title(key):
    course, title = my_course(), line(state[key]) or UNTITLED
    if course:
        change(course._replace(title=title), "title")


def choose_step(course, n):
    key = shows("step", n)
    st.radio(
        f"{counted(len(course.lessons), 'step')}", range(len(course.lessons)), key=key,
        format_func=lambda i: f"{i + 1}. {in_a_line(course.lessons[i])}",
        on_change=go_to_step, args=(key,),
    )  # fmt: skip
    with st.expander("Add a step", icon=":material/add:"):
        st.markdown(HOW)


def go_to_step(key):
    if isinstance(state[key], int):  # Streamlit gives a label that has changed since as it was, a text
        state["_workshop_step"] = state[key]


def in_a_line(lesson):
    words = lesson.task if len(lesson.task) < 70 else lesson.task[:67].rsplit(" ", 1)[0] + " …"
    return f"**{PAGE[lesson.page].title}**" + (f": {plain(words)}" if words else ": :gray[no task yet]")


def edit_step(course, n):
    """Everything that can be said about one step."""
    lesson = course.lessons[n]
    st.markdown(f"**Step {n + 1} of {len(course.lessons)}: {PAGE[lesson.page].title}**\n\n:small[{view_of(lesson)}]")
    key = shows("task", lesson.task)
    st.text_area("Task: what people do here", key=key, max_chars=LONGEST_TASK, height=110,
                 placeholder="Guess how large the score map is. Then press Play.",
                 on_change=set_task, args=(n, key))  # fmt: skip
    choose_controls(lesson, n)
    closed = shows("closed", lesson.closed)
    st.toggle("Keep the answer closed until I open it in the room", key=closed,
              on_change=lambda: change_step(n, "answer", closed=state[closed]))  # fmt: skip
    with st.container(horizontal=True):
        last = len(course.lessons) - 1
        for way, word, to in (("upward", "Up", n - 1), ("downward", "Down", n + 1)):
            st.button(word, icon=f":material/arrow_{way}:", key=f"workshop_{word.lower()}",
                      disabled=not 0 <= to <= last, on_click=move, args=(n, to))  # fmt: skip
        st.button("Remove", icon=":material/delete:", key="workshop_remove", on_click=remove, args=(n,))
    st.page_link(PAGE[lesson.page].path, label="Preview as a participant", icon=":material/visibility:",
                 query_params={"course": OWN, "step": str(n + 1), **dict(lesson.choices)})  # fmt: skip


def view_of(lesson):
    """What the link says, in the words of the page."""
    names = CONTROLS[lesson.page] | {f"{PREFIXES[lesson.page]}deeper": "Go deeper"}
    told = [f"{names.get(key, key)}: {value if len(value) < 40 else value[:37] + '…'}" for key, value in lesson.choices]
    return plain("; ".join(told)) if told else "As the page opens by itself."


def choose_controls(lesson, n):
    """Which controls stand beside the picture. The others are a press away."""
    some = shows("some", lesson.controls is not None)
    if not st.toggle(
        "Only some controls stay in sight", key=some,
        on_change=lambda: change_step(n, "controls", controls=() if state[some] else None),
    ):  # fmt: skip
        return
    names, other = CONTROLS[lesson.page], "_lines_" if ("network_task", "Lines") not in lesson.choices else "_digits_"
    keys = [key for key in dict.fromkeys([*names, *(lesson.controls or ())]) if other not in key]
    chosen = shows("controls", [key for key in keys if key in (lesson.controls or ())])
    st.multiselect(
        "Controls in sight", keys, key=chosen, format_func=lambda key: names.get(key, key),
        placeholder="None: only what stands on the picture",
        on_change=lambda: change_step(n, "controls", controls=tuple(state[chosen])),
    )  # fmt: skip


def set_task(n, key):
    change_step(n, "task", task=line(state[key]))


def change_step(n, what, **fields):
    """Change one step. There may be none by now: another tab has taken it away."""
    course = my_course()
    if course and n < len(course.lessons):
        lessons = (*course.lessons[:n], course.lessons[n]._replace(**fields), *course.lessons[n + 1 :])
        change(course._replace(lessons=lessons), f"{what} of step {n + 1}")


def change(course, words):
    """What makes it grow may make it too large for a file: then it stays as it is."""
    try:
        change_my_course(course, words)
    except CourseError as error:
        st.toast(str(error), icon=":material/error:")


def move(n, to):
    lessons = list(my_course().lessons)
    lessons.insert(to, lessons.pop(n))
    state["_workshop_step"] = to
    change_my_course(my_course()._replace(lessons=tuple(lessons)), f"move step {n + 1}")


def remove(n):
    lessons = my_course().lessons
    change_my_course(my_course()._replace(lessons=lessons[:n] + lessons[n + 1 :]), f"remove step {n + 1}")


def finish(course):
    """What a prepared course is for: to keep, to print, to open a room."""
    row = st.container(horizontal=True)
    offer_room(row, course)
    with row:
        st.download_button("Sheet to print", lambda: sheet(course, ""), f"{file_name(course.title)}.html",
                           "text/html", key="workshop_sheet", icon=":material/print:", on_click="ignore")  # fmt: skip
        st.download_button("Save as a file", write_course(course), f"{file_name(course.title)}.json",
                           "application/json", key="workshop_save", icon=":material/download:",
                           on_click="ignore")  # fmt: skip
        offer_undo()
    other = st.expander("Take another course", icon=":material/folder_open:", key="_workshop_other", on_change="rerun")
    if other.open:
        with other:
            take_another()


def offer_undo():
    if undone := what_to_undo():
        st.button(f"Undo: {plain(undone)}", icon=":material/undo:", key="workshop_undo", on_click=undo_my_course)


def file_name(title):
    return re.sub(r"\W+", "-", title.lower()).strip("-") or "course"


def shows(name, value):
    """The key of a control that shows `value`, which follows from the course.

    Where the course was changed by anything else, it is a new control: what the browser still says of the one before,
    as after a second press on Remove, changes no other step.
    """
    versions = state.setdefault("_workshop_versions", {})
    key = f"workshop_{name}_{versions.get(name, 0)}"
    if state.get(key, value) != value:
        versions[name] = versions.get(name, 0) + 1
        key = f"workshop_{name}_{versions[name]}"
    state[key] = value
    return key


def line(text):
    """One line of plain text."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())


page()
