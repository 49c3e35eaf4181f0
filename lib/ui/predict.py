"""Predict first, then a challenge: what a page asks of its visitors. Nothing of either is in the link.

An answer is kept across page switches and gone on reload: nobody reads it off a neighbour's link.
"""

import streamlit as st


@st.fragment
def predict(name, question, options, answer, reason):
    """Ask `question`; the click on one of `options` is judged at once, without rerunning the page.

    `options` are texts, or whole numbers, or sizes like (9, 9): those are shown from the smallest up, each once, and
    always with the `answer` among them. Until a click, nothing of the answer shows. `name` is the page's own.
    """
    state, guess, shown, asked = st.session_state, f"_guess_{name}", f"_shown_{name}", f"_asked_{name}"
    if state.get(asked) != (question, answer):  # the page's values have changed: a new question starts open
        state[asked], state[guess], state[shown] = (question, answer), None, False
    with st.container(border=True):
        st.markdown(f"**Predict first.** {question}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.pills(question, _in_order(options, answer), format_func=_text, key=guess, persist_state="session",
                     label_visibility="collapsed", width="content", wrap=True)  # fmt: skip
            if state[guess] is None:  # it stays when it has been pressed, and the keyboard's focus with it
                st.button("Show the answer", type="tertiary", key=f"_show_{name}",
                          on_click=state.update, args=({shown: not state[shown]},))  # fmt: skip
        if state[guess] == answer:
            st.success(f"Right: **{_text(answer)}**. {reason}", icon=":material/check:")
        elif state[guess] is not None:
            st.info(f"Not quite: **{_text(answer)}**. {reason}", icon=":material/lightbulb:")
        elif state[shown]:
            st.info(f"The answer: **{_text(answer)}**. {reason}", icon=":material/lightbulb:")


def challenge(name, text, solved, hint):
    """One line beside what the visitor changes: something to reach. `solved` is computed from the page's values.

    Once solved, it stays so while the tab is open. `hint` says in words where the visitor is now.
    """
    solved = st.session_state[f"_solved_{name}"] = solved or st.session_state.get(f"_solved_{name}", False)
    icon = ":green[:material/check_circle:]" if solved else ":gray[:material/radio_button_unchecked:]"
    st.markdown(f"{icon} **{'Challenge solved' if solved else 'Challenge'}:** {text} :small[{hint}]")


def _in_order(options, answer):
    """Texts as they stand; numbers and sizes sorted, each once, with the answer."""
    return options if isinstance(answer, str) else sorted({*options, answer})


def _text(option):
    if isinstance(option, tuple):
        return " × ".join(map(str, option))
    return option if isinstance(option, str) else f"{option:,}"
