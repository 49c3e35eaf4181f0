"""What the server answers about courses and rooms by itself, without a run of a page."""

import posixpath
import re
import secrets
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route

from lib.courses import MOST_BYTES, CourseError
from lib.room import RoomError
from lib.rooms import CODE, LIFE
from lib.ui.lesson import address_of, shipped
from lib.ui.pages import PAGES
from lib.ui.rooms import LEAD, ROOMS, SEAT, is_seat, rebuild

FRESH = {"cache-control": "no-store"}


class Doors:
    """`/?course=NAME` leads to the first lesson, `/KXPTM` and `/?room=KXPTM` to the lesson where that room is.

    Whoever comes into a room gets a number by chance as a cookie. `base` is the path of the app, like "/workshop/one".
    """

    def __init__(self, app, base):
        self.app, self.root = app, posixpath.join(base, "")
        self.pages = {self.root.rstrip("/"), self.root, *(self.root + page.file for page in PAGES)}

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        path, query = scope["path"], scope["query_string"]
        code = path.removeprefix(self.root).upper() if len(path) == len(self.root) + 5 else ""
        if CODE.fullmatch(code):
            return await self.redirect({"room": code}, scope, receive, send)
        if (b"room=" not in query and b"course=" not in query) or path not in self.pages:
            return await self.app(scope, receive, send)
        asked = dict(parse_qsl(query.decode("latin-1")))
        if "step" not in asked and path.rstrip("/") == self.root.rstrip("/"):
            return await self.redirect(asked, scope, receive, send)
        await self.app(scope, receive, self.with_seat(scope, send) if "room" in asked else send)

    async def redirect(self, asked, scope, receive, send):
        """To the lesson that is asked for; to the page itself where there is none."""
        address = self.lesson(asked)
        code = asked.get("room", "").upper()
        if not address and CODE.fullmatch(code) and (scope["path"] not in self.pages or asked["room"] != code):
            address = f"{self.root}?{urlencode({'room': code})}"  # another server may have it
        if not address:
            return await self.app(scope, receive, self.with_seat(scope, send) if "room" in asked else send)
        embed = {key: value for key, value in asked.items() if key.startswith("embed")}
        response = RedirectResponse(address + ("&" if embed else "") + urlencode(embed), 302, headers=FRESH)
        await response(scope, receive, send)

    def lesson(self, asked):
        """The address of the lesson where a course begins or a room is, or None."""
        room = ROOMS.find(asked.get("room", "").upper())
        if room:
            return address_of(room.course.lessons[room.step - 1], room.step, "room", room.code, self.root)
        try:
            course = shipped(asked.get("course", ""))
        except CourseError:
            return None
        return address_of(course.lessons[0], 1, "course", asked["course"], self.root)

    def with_seat(self, scope, send):
        """Gives a participant's cookie to a browser that has none."""
        kept = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        if SEAT in kept and is_seat(kept[SEAT].value):
            return send
        cookie = f"{SEAT}={secrets.token_urlsafe(16)}; Path={self.root}; HttpOnly; SameSite=Lax; Max-Age={LIFE}"
        cookie += "; Secure" if is_secure(scope) else ""

        async def with_cookie(message):
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return with_cookie


def is_secure(scope):
    """Did the browser ask by HTTPS, also through a web server that says so?"""
    return "https" in (scope["scheme"], Headers(scope=scope).get("x-forwarded-proto", "").partition(",")[0].strip())


async def poll(request):
    """How far a room is: {} for one that is not here."""
    room = ROOMS.find(request.path_params["code"])
    if not room:
        return JSONResponse({}, headers=FRESH)
    seat = request.cookies.get(SEAT) or request.query_params.get("who")
    said = room.said(seat)
    return JSONResponse(said, headers=FRESH) if said else PlainTextResponse("", 429, headers=FRESH)


async def bring(request):
    """The leader's browser brings its room to this server, with the course and the step where it is."""
    code, text = request.path_params["code"], b""
    async for part in request.stream():
        text += part
        if len(text) > MOST_BYTES:
            return PlainTextResponse("", 413, headers=FRESH)
    step = request.query_params.get("step", "")
    step = int(step) if re.fullmatch("[0-9]{1,3}", step) else 1
    room = await run_in_threadpool(rebuild, code, request.cookies.get(LEAD + code, ""), text, step)
    return PlainTextResponse("", 204 if room else 403, headers=FRESH)


def room_routes(base):
    """The addresses of rooms: what a participant's page asks for, and the leader's link."""
    root = posixpath.join(base, "")

    async def lead(request):
        secret = request.path_params["secret"]
        try:
            code = await run_in_threadpool(ROOMS.code, secret)
        except RoomError as error:
            return PlainTextResponse(str(error), 400, headers=FRESH)
        room = ROOMS.find(code)
        there = f"{root}?room={code}"
        if room:
            there = address_of(room.course.lessons[room.step - 1], room.step, "room", code, root)
        response = RedirectResponse(there, 303, headers=FRESH)
        response.set_cookie(
            LEAD + code, secret, path=root, max_age=LIFE, httponly=True, samesite="strict",
            secure=is_secure(request.scope),
        )  # fmt: skip
        return response

    return [
        Route(f"{root}room/{{code}}", poll),
        Route(f"{root}room/{{code}}", bring, methods=["POST"]),
        Route(f"{root}lead/{{secret}}", lead),
    ]
