"""Predict first, then a challenge: what a page asks of its visitors. Nothing of either is in the link.

An answer is kept across page switches and gone on reload: nobody reads it off a neighbour's link. What has been opened
once stays open while the tab is open, also where other values ask anew. The answer of a closed lesson is not to be had
without a guess, and in a room not before its leader opens it; a room counts the answers.
"""

from contextlib import suppress

import streamlit as st

from lib.room import Question, RoomError
from lib.ui import lesson, rooms

SHOW = "Show the answer"
NOTED = "Noted. The answer opens in the room."
WAITING = "Noted. The room waits for its leader; your answer counts when the room is back."


def predict(name, question, options, answer, reason):
    """Ask `question` and judge the click on one of `options`. Has the visitor answered on this page, or opened it?

    Until then the page covers what would give the answer away: see `cover`. `options` are texts, or whole numbers, or
    sizes like (9, 9): those are shown from the smallest up, each once, and always with the `answer` among them. `name`
    is the page's own.
    """
    state, guess, asked = st.session_state, f"_guess_{name}", f"_asked_{name}"
    choices, now = _in_order(options, answer), (question, answer, _place())
    if asked in state and state[asked] != now:  # other values, or another lesson: a new question starts open
        state[guess] = None
    state[asked] = now
    room = _Asking(question, choices, answer)
    if state.get(guess) is None and room.vote is not None:
        state[guess] = room.vote
    chosen = st.pills(  # its callback comes before the run: what it uncovers may stand further up
        f"**Predict first.** {question}", choices if is_closed() else [*choices, SHOW], format_func=_text, key=guess,
        persist_state="session", wrap=True, on_change=_answered, args=(name,),
    )  # fmt: skip
    room.take(chosen)
    if room.waits:
        if chosen is not None and not room.complaint:
            st.info(NOTED if room.on.room else WAITING, icon=":material/schedule:")
        return is_settled(name)
    chosen = SHOW if chosen is None and room.counts else chosen
    if chosen == answer:
        st.success(f"Right: **{_text(answer)}**. {reason}", icon=":material/check:")
    elif chosen is not None:
        verdict = "The answer" if chosen == SHOW else "Not quite"
        st.info(f"{verdict}: **{_text(answer)}**. {reason}", icon=":material/lightbulb:")
    room.show_counts()
    return is_settled(name)


class _Asking:
    """A question in the room of this page, if there is one. Only what the room itself asks is counted."""

    def __init__(self, question, choices, answer):
        self.on, self.choices, self.complaint = _room(), choices, ""
        self.question = Question(str(question), tuple(_plain(choice) for choice in choices), _plain(answer))
        self.room = self.on and self.on.room
        if self.room and self.on.leader and (st.session_state["_lesson_new"] or not self.room.opened(self.on.step)):
            self.on.leader.ask(self.on.step, self.question)
        self.ours = bool(self.room and self.room.is_asked(self.on.step, self.question))
        self.counts = self.room.opened(self.on.step) if self.ours else None

    @property
    def vote(self):
        """The option that this participant has chosen before, also before a reload."""
        vote = self.room.vote(rooms.who(), self.on.step) if self.ours and not self.on.leader else None
        return None if vote is None else self.choices[self.question.options.index(vote)]

    @property
    def waits(self):
        """Is the answer still for the leader to open?"""
        return bool(self.on and self.on.lesson.closed and self.counts is None)

    def take(self, chosen):
        """Count an answer, or say why it does not count."""
        if not self.room or self.on.leader or chosen in (None, SHOW) or self.counts:
            return
        try:
            self.room.answer(rooms.who(), self.on.step, self.question, _plain(chosen))
        except RoomError as error:
            self.complaint = str(error)
            st.warning(self.complaint)

    def show_counts(self):
        """What the room has answered, once it is opened; the leader sees it further up."""
        if self.counts and not self.on.leader:
            st.html(rooms.votes_bars(self.question, self.counts))


def is_closed():
    """Is the answer of this lesson not to be opened without one's own?"""
    on = lesson.on()
    return bool(on and on.lesson.closed)


def is_settled(name):
    """Has the visitor answered the question of the page of that name, or opened what covers its answer?"""
    on = _room()
    if on and on.room and on.room.opened(on.step) is not None:
        return True
    return st.session_state.get(_settled(name), False)


def cover(name, what):
    """Stand where the answer to the question of that name would show, until it is answered or opened here."""
    if is_closed():
        return st.markdown(f":small[{'The room opens' if _room() else 'Answer the question to see'} {what}.]")
    return st.button(
        f"Show {what}", icon=":material/visibility:", key=f"_cover_{name}_{what}", on_click=uncover, args=(name,)
    )


def is_covered(name):
    """What the page's grids are told: False, True, or "closed" where no press opens them."""
    return not is_settled(name) and ("closed" if is_closed() else True)


def uncover(name):
    """Open what is covered on the page of that name, without an answer to its question."""
    if not is_closed():
        st.session_state[_settled(name)] = True


def challenge(name, text, solved, hint):
    """One line beside what the visitor changes: something to reach. `solved` is computed from the page's values.

    Once solved, it stays so while the tab is open. `hint` says in words where the visitor is now.
    """
    solved = st.session_state[f"_solved_{name}"] = solved or st.session_state.get(f"_solved_{name}", False)
    on = _room()
    if solved and on and on.room and not on.leader:
        with suppress(RoomError):
            on.room.solve(rooms.who(), on.step, text)
    icon = ":green[:material/check_circle:]" if solved else ":gray[:material/radio_button_unchecked:]"
    st.markdown(f"{icon} **{'Challenge solved' if solved else 'Challenge'}:** {text} :small[{hint}]")


def _answered(name):
    """In a closed lesson of a room, one's own answer opens nothing."""
    if not (is_closed() and _room()):
        st.session_state[_settled(name)] = True


def _room():
    """The lesson that is on, in a room."""
    on = lesson.on()
    return on if on and on.kind == "room" else None


def _place():
    """The lesson whose answers are its own, or nothing."""
    on = lesson.on()
    return on.place if on and (on.lesson.closed or on.kind == "room") else ""


def _settled(name):
    return f"_settled_{name}{_place()}"


def _in_order(options, answer):
    """Texts as they stand; numbers and sizes sorted, each once, with the answer."""
    return options if isinstance(answer, str) else sorted({*options, answer})


def _text(option):
    return f":material/visibility: {SHOW}" if option == SHOW else _plain(option)


def _plain(option):
    if isinstance(option, tuple):
        return " × ".join(map(str, option))
    return option if isinstance(option, str) else f"{option:,}"
