"""What the server answers about courses and rooms by itself, without a run of a page."""

import posixpath
from urllib.parse import parse_qsl, urlencode

from starlette.responses import RedirectResponse

from lib.courses import CourseError
from lib.ui.lesson import address_of, shipped


class Doors:
    """`/?course=NAME` leads to the first lesson. `base` is the path of the app, "/" or "/workshop/one"."""

    def __init__(self, app, base):
        self.app, self.root = app, posixpath.join(base, "")

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or not scope["query_string"] or scope["path"] not in (self.root, self.root[:-1]):
            return await self.app(scope, receive, send)
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        address = "step" not in asked and self.first_lesson(asked)
        if not address:
            return await self.app(scope, receive, send)
        embed = [(key, value) for key, value in asked.items() if key.startswith("embed")]
        response = RedirectResponse(address + ("&" if embed else "") + urlencode(embed), 302)
        await response(scope, receive, send)

    def first_lesson(self, asked):
        """Its address, or None where no course of ours is asked for."""
        try:
            course = shipped(asked.get("course", ""))
        except CourseError:
            return None
        return address_of(course.lessons[0], 1, "course", asked["course"], self.root)
