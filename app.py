"""The server: `streamlit run app.py` and `uvicorn app:app` both serve lib/ui/main.py."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads spin for each other: 60 ms of CPU for 1 ms of work

import asyncio.base_events
import functools
import gc
import json
import mimetypes
import posixpath
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import config, file_util
from streamlit.components.v2.bidi_component import serialization
from streamlit.elements.widgets import selectbox, text_widgets
from streamlit.runtime import app_session

from lib.ui import colours
from lib.ui.rooms_served import Doors, room_routes
from lib.ui.served import CHARTS, GRIDS, WIDGETS, Compressed, Kept, OwnPage, chunks, frame_ancestors
from lib.ui.sheet import shipped_sheet

UI = Path(__file__).parent / "lib" / "ui"
STREAMLITS = Path(file_util.get_static_dir())
BASE = posixpath.join("/", st.get_option("server.baseUrlPath").strip("/"))  # Streamlit adds it to its own
BROWSER, STATIC = (posixpath.join(BASE, folder) for folder in ("browser", "static"))
FOREVER = "public, immutable, max-age=31536000"  # as Streamlit says: a changed file has another name
FOLDERS = [(STATIC, STREAMLITS / "static", FOREVER), (BROWSER, UI / "browser", "no-cache")]
HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
HEADERS.append((b"content-security-policy", f"frame-ancestors {frame_ancestors()}".encode()))


class SecurityHeaders:
    """Adds HEADERS to every HTTP response."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":  # every message of a page passes here
            return await self.app(scope, receive, send)

        async def with_headers(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        return await self.app(scope, receive, with_headers)


class Fresh(StaticFiles):
    """Files that the browser asks about whenever it opens the app: after an update it never runs an old one."""

    def file_response(self, *args, **kwargs):
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


@asynccontextmanager
async def warm_up(_app):
    """Import what the first visitor should not wait for, and keep it out of the garbage collector's rounds."""
    import plotly.tools  # noqa: F401

    from lib.learning import train_template
    from lib.ui.trained import prepare, train_what_is_shown_first

    train_template([[1]], steps=1)  # torch's first step loads more than its import
    prepare()
    gc.collect()
    gc.freeze()
    kept.make_best(dict.fromkeys([*(STREAMLITS / "static").glob("css/index.*"), *drawing, *controls, *charts]))
    train_what_is_shown_first()  # in a process of its own: nobody waits for it
    yield


def palette(_request):
    """The colours of lib/ui/colours.py as a module for the files of /browser."""
    code = f"export default {json.dumps(colours.for_browser(), separators=(',', ':'))};\n"
    return Response(code, media_type="text/javascript", headers={"cache-control": "no-cache"})


def streamlits(files):
    """Their addresses, seen from a page."""
    return [f"./static/js/{path.name}" for path in files]


def send_at_once(sock):
    """Make a socket wait for nothing: a page travels as many small messages."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


# asyncio asks for this where a socket says it is TCP. Streamlit's does not, and each rerun waited 40 ms for a receipt.
asyncio.base_events._set_nodelay = send_at_once
# Streamlit collects the theme from all options for every run of a page. While it serves, none of them changes.
config.get_options_for_section = functools.cache(config.get_options_for_section)
app_session.to_snake_case = functools.cache(app_session.to_snake_case)  # of each option's name, for every run
# It copies all of a visitor's state to look up one key, for each text field and list of options: 1 ms of a run.
selectbox.get_session_state = text_widgets.get_session_state = lambda: SimpleNamespace(filtered_state=st.session_state)
serialization.is_dataframe_like = lambda _data: False  # no grid of ours gets a table, and to look for one takes 0.4 ms
mimetypes.add_type("text/javascript", ".js")  # some systems say text/plain, which no browser runs
drawing, controls, charts = (chunks(STREAMLITS / "static" / "js", *names) for names in (GRIDS, WIDGETS, CHARTS))
OUR_OWN = ["colours.js", *(path.name for path in sorted((UI / "browser").glob("*.js")))]
kept = Kept()
app = st.App(
    UI / "main.py",
    lifespan=warm_up,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(Doors, base=BASE),
        Middleware(Compressed, kept=kept, folders=FOLDERS),
        Middleware(
            OwnPage,
            path=STREAMLITS / "index.html",
            early=[*streamlits(drawing), *(f"./browser/{name}" for name in OUR_OWN), *streamlits(controls)],
            later=streamlits(charts),
        ),
    ],
    routes=[
        *room_routes(BASE),
        Route(f"{BROWSER}/colours.js", palette),
        Route(posixpath.join(BASE, "sheet", "{name}"), shipped_sheet),
        Mount(BROWSER, Fresh(directory=UI / "browser")),  # the JavaScript of lib/ui/grids.py
    ],
)
