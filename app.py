"""The server: `streamlit run app.py` and `uvicorn app:app` both serve lib/ui/main.py."""

import gc
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

MAIN = Path(__file__).parent / "lib" / "ui" / "main.py"
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


class SecurityHeaders:
    """Adds HEADERS to every HTTP response."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def with_headers(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers)


@asynccontextmanager
async def warm_up(_app):
    """Import what the first visitor should not wait for, and keep it out of the garbage collector's rounds."""
    import plotly.tools  # noqa: F401

    from lib.learning import train_template

    train_template([[1]], steps=1)  # torch's first step loads more than its import
    gc.collect()
    gc.freeze()
    yield


app = st.App(MAIN, lifespan=warm_up, middleware=[Middleware(SecurityHeaders)])
