"""Every view is a link: whatever a page binds to the URL starts with the page's prefix (conv_, learn_, ...)."""

from urllib.parse import urlencode

import streamlit as st

from lib.ui.controls import OWN


def let_the_link_win(path):
    """On arrival at the page `path`, forget remembered values of the keys its link carries. Did a link carry any?

    Streamlit gives a linked value that equals the default less weight than a remembered one.
    """
    if st.session_state.get("_page") == path:
        return False
    st.session_state["_page"] = path
    for key in st.query_params:
        st.session_state.pop(key, None)
    return bool(st.query_params)  # asked later, it would be true of remembered values too: Streamlit writes them back


def remember_arrival(prefix, linked):
    """Keep the view for the Reset button: as it was at the first visit, or as a later link gave it."""
    if linked or f"_arrival_{prefix}" not in st.session_state:
        st.session_state[f"_arrival_{prefix}"] = _choices(prefix)


def reset_button(prefix):
    """A button that brings back the view the link gave."""
    st.button(
        "Reset", icon=":material/restart_alt:", on_click=_reset, args=(prefix,), help="Back to the view you opened"
    )


def share_button(prefix):
    """A popover with the full link to this view, the defaults included: they would lose to remembered values.

    Opening it runs the page, so that the link has what moved in a fragment, too.
    """
    choices = {key: str(value).lower() if isinstance(value, bool) else value for key, value in _choices(prefix).items()}
    link = f"{st.context.url or ''}?{urlencode(choices, safe=',;')}"
    room = round(6.5 * (st.get_option("theme.baseFontSize") or 16))  # px: Firefox's own is a hair too narrow and cuts
    with st.popover("Share", icon=":material/link:", key="_share", on_change="rerun", width=room):
        own = OWN in choices.values()
        st.write("This link opens the page just as you see it" + (", but without your own picture." if own else "."))
        st.code(link, language=None, wrap_lines=True)


def _choices(prefix):
    state = st.session_state  # names the key of a control that is no longer drawn for one more run, without a value
    return {key: state[key] for key in sorted(state) if key.startswith(prefix) and key in state}


def _reset(prefix):
    for key, value in st.session_state[f"_arrival_{prefix}"].items():
        st.session_state[key] = value
