"""Predict first, then a challenge: what a page asks of its visitors. Nothing of either is in the link.

An answer is kept across page switches and gone on reload: nobody reads it off a neighbour's link. What has been opened
once stays open while the tab is open, also where other values ask anew. The answer of a closed lesson is not to be had
without a guess.
"""

import streamlit as st

from lib.ui import lesson

SHOW = "Show the answer"


def predict(name, question, options, answer, reason):
    """Ask `question` and judge the click on one of `options`. Has the visitor answered on this page, or opened it?

    Until then the page covers what would give the answer away: see `cover`. `options` are texts, or whole numbers, or
    sizes like (9, 9): those are shown from the smallest up, each once, and always with the `answer` among them. `name`
    is the page's own.
    """
    state, guess, asked = st.session_state, f"_guess_{name}", f"_asked_{name}"
    now = question, answer, _closed_at()
    if state.get(asked) != now:  # the page's values have changed, or the lesson: a new question starts open
        state[asked], state[guess] = now, None
    asking, choices = f"**Predict first.** {question}", _in_order(options, answer)
    chosen = st.pills(  # its callback comes before the run: what it uncovers may stand further up
        asking, choices if is_closed() else [*choices, SHOW], format_func=_text, key=guess, persist_state="session",
        wrap=True, on_change=_open, args=(name,),
    )  # fmt: skip
    if chosen == answer:
        st.success(f"Right: **{_text(answer)}**. {reason}", icon=":material/check:")
    elif chosen is not None:
        verdict = "The answer" if chosen == SHOW else "Not quite"
        st.info(f"{verdict}: **{_text(answer)}**. {reason}", icon=":material/lightbulb:")
    return is_settled(name)


def is_closed():
    """Is the answer of this lesson not to be opened without one's own?"""
    return bool(_closed_at())


def is_settled(name):
    """Has the visitor answered the question of the page of that name, or opened what covers its answer?"""
    return st.session_state.get(_settled(name), False)


def cover(name, what):
    """Stand where the answer to the question of that name would show, until it is answered or opened here."""
    if is_closed():
        return st.markdown(f":small[Answer the question to see {what}.]")
    return st.button(
        f"Show {what}", icon=":material/visibility:", key=f"_cover_{name}_{what}", on_click=uncover, args=(name,)
    )


def is_covered(name):
    """What the page's grids are told: False, True, or "closed" where no press opens them."""
    return not is_settled(name) and ("closed" if is_closed() else True)


def uncover(name):
    """Open what is covered on the page of that name, without an answer to its question."""
    if not is_closed():
        _open(name)


def challenge(name, text, solved, hint):
    """One line beside what the visitor changes: something to reach. `solved` is computed from the page's values.

    Once solved, it stays so while the tab is open. `hint` says in words where the visitor is now.
    """
    solved = st.session_state[f"_solved_{name}"] = solved or st.session_state.get(f"_solved_{name}", False)
    icon = ":green[:material/check_circle:]" if solved else ":gray[:material/radio_button_unchecked:]"
    st.markdown(f"{icon} **{'Challenge solved' if solved else 'Challenge'}:** {text} :small[{hint}]")


def _closed_at():
    """The lesson whose answer is closed, or nothing."""
    on = lesson.on()
    return on.place if on and on.lesson.closed else ""


def _open(name):
    st.session_state[_settled(name)] = True


def _settled(name):
    return f"_settled_{name}{_closed_at()}"


def _in_order(options, answer):
    """Texts as they stand; numbers and sizes sorted, each once, with the answer."""
    return options if isinstance(answer, str) else sorted({*options, answer})


def _text(option):
    if isinstance(option, tuple):
        return " × ".join(map(str, option))
    if option == SHOW:
        return f":material/visibility: {SHOW}"
    return option if isinstance(option, str) else f"{option:,}"
