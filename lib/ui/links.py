"""Every view is a link: whatever a page binds to the address starts with the page's prefix (conv_, learn_, ...).

Streamlit keeps the address: after a page has run, `st.query_params` holds what differs from its default, each value as
its control reads it.
"""

from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.ui.controls import OWN
from lib.ui.grids import fetched
from lib.ui.my_course import offer_my_course
from lib.ui.pages import PAGES
from lib.ui.qr import READABLE, qr
from lib.ui.served import OURS, frame_ancestors

FRAME = 900, 600  # pixels of a view in another web page
_share = fetched("share")


def let_the_link_win(prefix, *, always=False):
    """On arrival by a link that carries any key of the page, forget the page's remembered values. Was it such a link?

    Else a value that the link leaves out, because it is the default, would lose to a remembered one. A lesson's link
    wins `always`, also with no key, and on the page that is shown already.
    """
    state, arrived = st.session_state, st.session_state.get("_page") != prefix
    state["_page"] = prefix
    back = get_script_run_ctx().is_history_navigation  # Back is no new link; Streamlit then takes the address alone
    if not always and (not arrived or back or not _choices(prefix, st.query_params)):
        return False
    for key in _choices(prefix, state):
        state.pop(key, None)
    return True


def remember_arrival(prefix, linked):
    """Keep the view for the Reset button: as it was at the first visit, or as a later link gave it."""
    if linked or f"_arrival_{prefix}" not in st.session_state:
        st.session_state[f"_arrival_{prefix}"] = _choices(prefix, st.session_state)


def reset_button(prefix):
    """A button that brings back the view the link gave."""
    st.button(
        "Reset", icon=":material/restart_alt:", on_click=_reset, args=(prefix,), help="Back to the view you opened"
    )


def share_button(prefix):
    """A popover with the shortest link to this view, as text, as a code to scan, and for another web page.

    Opening it runs the page, so that the link has what moved in a fragment, and nothing of a control that is gone.
    """
    room = round(6.5 * (st.get_option("theme.baseFontSize") or 16))  # px: Firefox's own is a hair too narrow and cuts
    popover = st.popover("Share", icon=":material/link:", key=f"_share_{prefix}", on_change="rerun", width=room)
    if popover.open:
        choices = {key: value for key, value in _choices(prefix, st.query_params).items() if key in st.session_state}
        with popover:
            _share(key=f"_link_{prefix}", data=_shared(prefix, choices))
            offer_my_course(prefix, choices)


def _shared(prefix, choices):
    """What browser/share.js shows of a view: its link, and all that is made of it."""
    link, only = (
        (st.context.url or "") + ("?" if asked else "") + urlencode(asked, safe=",;")
        for asked in (choices, choices | {"embed": "true"})
    )
    title = next(page.title for page in PAGES if page.prefix == prefix)
    width, height = FRAME
    return {
        "link": link,
        "only": only,
        "frame": f'<iframe src="{escape(only)}" title="Glass Box: {escape(title)}" width="{width}" height="{height}" '
        'style="border: 0"></iframe>',
        "code": qr(link, "100%") if len(link.encode()) <= READABLE else None,
        "own": OWN in choices.values(),
        "held": frame_ancestors() in (OURS, "'none'"),
    }


def _choices(prefix, values):
    """Those of the values that are the page's. Session state names the key of a control that is gone for a while."""
    return {key: values[key] for key in sorted(values) if key.startswith(prefix) and key in values}


def _reset(prefix):
    for key, value in st.session_state[f"_arrival_{prefix}"].items():
        st.session_state[key] = value
