"""The rooms of this server, and what a page knows of them: who is here, who leads, and what the leader sees."""

import re
import secrets
from html import escape

import streamlit as st

from lib.courses import Course, CourseError, read_course, write_course
from lib.room import Leader, Question, Room, RoomError
from lib.rooms import CODE, Rooms
from lib.ui.grids import fetched
from lib.ui.pages import PREFIXES, WORKSHOP
from lib.ui.qr import qr

ROOMS = Rooms()
SEAT, LEAD = "glass_box_seat", "glass_box_lead_"  # cookies: of a participant; of the leader, with the code
EVERY = 2  # seconds from one look at the counts to the next
_PART = "_room"
_room, _brought = map(fetched, ("room", "brought"))


def open_room(course: Course) -> tuple[str, str]:
    """A new room for that course: the address that makes its leader of whoever opens it, and its code. RoomError if
    there is none."""
    secret, room = ROOMS.new(course)
    return f"{root()}lead/{secret}", room.code


def show_brought(course: Course, link: str, code: str) -> None:
    """The part of a page that brings a new room to where its code leads: with several servers, that may be another."""
    _brought(key="_room_brought", data={"link": link, "code": code, "course": write_course(course)})


def root() -> str:
    """The address of the app, with a slash at its end."""
    address = (st.context.url or "").rstrip("/")
    start, _, last = address.rpartition("/")
    return f"{start if last in (*PREFIXES, WORKSHOP.file) else address}/"


def who() -> str:
    """The participant's number by chance: of the browser, or of the tab where it takes no cookie."""
    seat = _cookies().get(SEAT, "")
    return seat if is_seat(seat) else st.session_state.setdefault("_seat", secrets.token_urlsafe(16))


def is_seat(text) -> bool:
    """May a participant have that number?"""
    return bool(re.fullmatch(r"[\w-]{16,64}", text, re.ASCII))


def find_room(code: str, step: int) -> Room | None:
    """The room with that code. After a restart its leader's tab brings it back, at the step where it is."""
    return ROOMS.find(code) or _rebuild(code, step)


def leader_of(room: Room) -> Leader | None:
    """The leader's rights, for who came by the leader's link."""
    secret = _cookies().get(LEAD + room.code)
    return room.leader(secret) if secret else None


def check_code(code: str) -> None:
    """CourseError where no room can have that code."""
    if not CODE.fullmatch(code):
        raise CourseError("A room's code has five letters, like KXPTM. Please check it.")


def show_poll(code, step, room):
    """The part of a participant's page that hears from the room."""
    _hear(code, step, room, {"ask": room is None and LEAD + code in _cookies()})


def show_lead(leader, step):
    """What the leader's page has beside: the code for the wall, and the counts."""
    room, address = leader.room, f"{root()}{leader.room.code}"
    wall = {"keep": write_course(room.course), "wall": address.partition("://")[2], "qr": qr(address, "100%")}
    with st.container(key="_lead_row", horizontal=True, vertical_alignment="center"):
        with st.container(key="_lead_wall", width=330):
            _hear(room.code, step, room, wall)
        with st.container(key="_lead"):
            show_panel(leader, step)


def _hear(code, step, room, more):
    data = {"code": code, "step": step, "news": room.news if room else 0, "born": room.born if room else None}
    data |= {"who": None if SEAT in _cookies() else who()}
    _room(key=_PART, data=data | more, on_news_change=_heard, on_course_change=_heard)


def waiting(code):
    """What somebody reads whose room is not here, in words."""
    if LEAD + code not in _cookies():
        return f"Waiting for the leader of room {code}. If the code is wrong, nobody comes: please check it."
    if _told() == "":
        return f"This server no longer has your room {code}, and this tab not its course. Open a room anew."
    return f"Your room {code} is coming back."


@st.fragment(run_every=EVERY)
def show_panel(leader, step):
    """What the leader sees and does; it looks at the counts by itself."""
    question, counts, opened = leader.question(step), leader.counts(step), leader.room.opened(step) is not None
    told = [f"<b>{leader.here()}</b> here"]
    told += [f"<b>{sum(counts)}</b> answered"] if question else []
    told += [f"<b>{n}</b> solved the challenge" for n in leader.solved(step).values()]
    with st.container(horizontal=True, vertical_alignment="center", key="_lead_now"):
        st.html(f'<p class="lead-counts">{" · ".join(told)}</p>', width="content")
        if question and not opened and st.button("Open the answer", key="_lead_open", type="primary"):
            leader.open(step)
            st.rerun()
        st.session_state["_lead_follow"] = leader.room.follow
        st.toggle(
            "Participants come along by themselves", key="_lead_follow",
            on_change=lambda: leader.let_follow(st.session_state["_lead_follow"]),
        )  # fmt: skip
    if opened:
        st.html(votes_bars(question, counts))


def votes_bars(question: Question, counts: list[int]) -> str:
    """A bar for each option, as long as it was chosen often; the right one is marked."""
    most, right = max(*counts, 1), question.options.index(question.answer)
    rows = "".join(
        f"<li{' class=right' if n == right else ''}><span>{escape(option)}</span>"
        f'<div><i style="width:{75 * count / most:.1f}%"></i><b>{count}</b>{" right" if n == right else ""}</div></li>'
        for n, (option, count) in enumerate(zip(question.options, counts, strict=True))
    )
    return f'<ul class="votes" aria-label="Answers of the room">{rows}</ul>'


def _cookies():
    return st.context.cookies


def _heard():
    """What the browser's part has to say makes the page run; what it is, is asked for there."""


def _told():
    """The course as the leader's tab has kept it: "" where it has none, None where it has said nothing yet."""
    return ((st.session_state.get(_PART) or {}).get("course") or {}).get("text")


def _rebuild(code, step):
    secret, text = _cookies().get(LEAD + code), _told()
    return rebuild(code, secret, text, step) if secret and text else None


def rebuild(code: str, secret: str, text: str | bytes, step: int) -> Room | None:
    """The room of that secret, opened on this server at that step; None where code, secret or course are not right."""
    try:
        course = read_course(text, PREFIXES)
        if ROOMS.code(secret) != code:
            return None
        room = ROOMS.reopen(secret, course)
    except (CourseError, RoomError):
        return None
    room.leader(secret).move(step)
    return room
