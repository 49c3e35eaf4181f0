"""What the browser gets before anything is drawn: Streamlit's page with our own tags in it."""

import hashlib
import os
import re

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response

FIRST = '<title>Glass Box</title>\n    <script type="module" src="./browser/history.js"></script>'  # before Streamlit's
LAST = '<link rel="stylesheet" href="./browser/page.css">'  # after Streamlit's, so that it wins


def with_our_tags(page):
    """Streamlit's index.html with our title, script and style sheet; their addresses are relative like its own.

    >>> with_our_tags("<title>Streamlit</title></head>").endswith(LAST + "</head>")
    True
    """
    page = re.sub("<title>.*?</title>", FIRST, page, count=1)
    page = page.replace("./favicon.png", "./browser/icon.png", 1)
    return page.replace("</head>", f"{LAST}</head>", 1)


class OwnPage:
    """Wherever `app` answers with the file at `path`, Streamlit's index.html, the browser gets it with our tags.

    Streamlit does so for every address that is nothing else. It is known by its ETag, which a 304 carries, too.
    """

    def __init__(self, app, path):
        self.app = app
        self.theirs = FileResponse(path, stat_result=os.stat(path)).headers["etag"]
        self.body = with_our_tags(path.read_text("utf-8")).encode()
        tag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'
        self.headers = {"etag": tag, "cache-control": "no-cache"}

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":  # every message of a page passes here
            return await self.app(scope, receive, send)
        ours = False

        async def unless_ours(message):
            nonlocal ours
            if message["type"] == "http.response.start":
                ours = Headers(raw=message["headers"]).get("etag") == self.theirs
            if not ours:
                await send(message)

        await self.app(scope, receive, unless_ours)
        if ours:
            await self.answer(Headers(scope=scope))(scope, receive, send)

    def answer(self, asked):
        """The whole page, or 304 where the browser has it."""
        if self.headers["etag"] in re.findall(r'"[^"]*"', asked.get("if-none-match", "")):
            return Response(status_code=304, headers=self.headers)
        return Response(self.body, media_type="text/html", headers=self.headers)
