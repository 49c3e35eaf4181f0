"""What the server answers about courses and rooms by itself: where a link leads, and what a cookie says."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lib.courses import MOST_BYTES, write_course
from lib.rooms import Rooms
from lib.ui import lesson, rooms, rooms_served
from lib.ui.rooms_served import Doors, room_routes


@pytest.fixture
def there(monkeypatch):
    """The rooms of the server, for the tiny courses of the tests."""
    monkeypatch.setattr(lesson, "COURSES", Path(__file__).resolve().parents[1] / "courses")
    monkeypatch.setattr(rooms_served, "ROOMS", Rooms())
    monkeypatch.setattr(rooms, "ROOMS", rooms_served.ROOMS)
    lesson.shipped.cache_clear()
    yield rooms_served.ROOMS
    lesson.shipped.cache_clear()


@pytest.fixture(params=["/", "/workshop/one"])
def base(request):
    return request.param


class Answer(NamedTuple):
    status: int
    headers: Headers
    text: str


@pytest.fixture
def ask(base, there):
    """ask("/?course=tiny") -> the answer to a request below the path of the app."""

    def page(_request):
        return PlainTextResponse("a page")

    routes = [*room_routes(base), Route("/{path:path}", page)]
    app = Starlette(routes=routes, middleware=[Middleware(Doors, base=base)])

    def asked(address, method="GET", body=b"", **headers):
        path, _, query = (base.rstrip("/") + address).partition("?")
        sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": unquote(path), "query_string": query.encode()}
        scope |= {"headers": [(b"host", b"box"), *sent], "root_path": "", "scheme": "http", "server": ("box", 80)}
        came = []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            came.append(message)

        asyncio.run(app(scope, receive, send))
        body = b"".join(one.get("body", b"") for one in came[1:])
        return Answer(came[0]["status"], Headers(raw=came[0]["headers"]), body.decode())

    return asked


def leads(ask, base, path):
    """Where the server sends a browser, without the path of the app; None where it shows the page."""
    answer = ask(path)
    if answer.status == 200:
        return None
    assert answer.headers["cache-control"] == "no-store" and "set-cookie" not in answer.headers
    return answer.headers["location"].removeprefix(base.rstrip("/"))


def test_a_course_leads_to_its_first_lesson(ask, base):
    assert leads(ask, base, "/?course=tiny") == "/?start_a=4&course=tiny&step=1"
    assert leads(ask, base, "/?course=one&embed=true") == "/images?image_side=16&course=one&step=1&embed=true"


@pytest.mark.parametrize(
    "path",
    ["/", "/?course=no", "/?course=mine", "/?course=tiny&step=2", "/?course=../x", "/?course=%FF%00", "/?room=KXPTM",
     "/images?course=tiny", "/?room=", "/?room=%3Cb%3E", "/?xroom=KXPTM&step=1", "/browser/x.js?course=tiny"],
)  # fmt: skip
def test_all_else_shows_the_page(ask, base, path):
    assert leads(ask, base, path) is None


def test_a_room_leads_to_where_it_is(ask, base, there):
    secret, room = there.new(lesson.shipped("tiny"))
    room.leader(secret).move(2)
    where = f"/convolution?conv_stride=2&room={room.code}&step=2"
    for path in (f"/{room.code}", f"/{room.code.lower()}", f"/?room={room.code.lower()}"):
        assert leads(ask, base, path) == where
    for path in ("/BBBBB", "/?room=bbbbb"):  # of several servers, this one has none; the page says so if none has
        assert leads(ask, base, path) == "/?room=BBBBB"
    assert leads(ask, base, "/AAAAA") is None  # no code
    assert ask(f"/?room={room.code}", "HEAD").headers["location"].endswith(where)


def test_a_participant_gets_a_number_by_chance_and_keeps_it(ask, base):
    path = "/convolution?room=KXPTM&step=1"
    cookie = ask(path).headers["set-cookie"]
    name, _, number = cookie.partition(";")[0].partition("=")
    assert name == rooms.SEAT and rooms.is_seat(number) and len(number) == 22
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and f"Path={base.rstrip('/')}/;" in cookie
    assert "Secure" not in cookie
    assert "set-cookie" not in ask(path, cookie=f"{rooms.SEAT}={number}").headers
    assert "set-cookie" in ask(path, cookie=f"{rooms.SEAT}=forged").headers
    assert ask(path, x_forwarded_proto="https").headers["set-cookie"].endswith("; Secure")
    assert "set-cookie" not in ask("/convolution?conv_stride=2").headers


def test_a_poll_says_how_far_the_room_is_and_who_asks_is_here(ask, base, there):
    secret, room = there.new(lesson.shipped("tiny"))
    room.enter("a-participant-of-ours")
    room._seats["a-participant-of-ours"].seen -= 100
    assert room.leader(secret).here() == 0
    answer = ask(f"/room/{room.code}", cookie=f"{rooms.SEAT}=a-participant-of-ours")
    assert json.loads(answer.text) == {"step": 1, "follow": False, "news": 0, "born": room.born}
    assert len(answer.text) <= 300 and answer.headers["cache-control"] == "no-store"
    assert room.leader(secret).here() == 1
    assert ask("/room/BBBBB").text == "{}"
    room._polls.left = 0
    room._polls.rate = 0
    assert ask(f"/room/{room.code}").status == 429


def test_the_leaders_link_gives_the_right_and_hides_the_secret(ask, base, there):
    secret, room = there.new(lesson.shipped("tiny"))
    answer = ask(f"/lead/{secret}", x_forwarded_proto="https")
    assert answer.status == 303 and secret not in answer.headers["location"]
    assert answer.headers["location"] == f"{base.rstrip('/')}/?start_a=4&room={room.code}&step=1"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{rooms.LEAD}{room.code}={secret};")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Secure", f"Path={base.rstrip('/')}/"))


@pytest.mark.parametrize("secret", ["short", "x" * 65, "%00" * 32, "é" * 32])
def test_what_is_no_secret_is_refused_in_words(ask, base, secret):
    answer = ask(f"/lead/{secret}")
    assert answer.status == 400 and "leader" in answer.text and "set-cookie" not in answer.headers


def test_a_forged_secret_leads_a_room_that_is_not_there(ask, base, there):
    _, room = there.new(lesson.shipped("tiny"))
    there._digests.rate = 0
    answer = ask(f"/lead/{'x' * 32}")
    assert answer.status == 303 and room.code not in answer.headers["location"]
    for _ in range(40):
        answer = ask(f"/lead/{'x' * 32}")
    assert answer.status == 400 and "Too many" in answer.text


def test_its_leader_brings_a_room_to_the_server_that_its_code_leads_to(ask, there):
    course = lesson.shipped("tiny")
    secret, elsewhere = Rooms().new(course)
    path, cookie = f"/room/{elsewhere.code}", f"{rooms.LEAD}{elsewhere.code}={secret}"
    text = write_course(course).encode()
    assert ask(path, "POST", text).status == 403  # without the secret
    assert ask("/room/BBBBB", "POST", text, cookie=f"{rooms.LEAD}BBBBB={secret}").status == 403
    assert ask(path, "POST", b"{}", cookie=cookie).status == 403
    assert ask(path, "POST", b"x" * (MOST_BYTES + 1), cookie=cookie).status == 413
    assert ask(path).text == "{}"
    assert ask(f"{path}?step=2", "POST", text, cookie=cookie).status == 204
    assert json.loads(ask(path).text)["step"] == 2 and there.find(elsewhere.code).course == course


@pytest.mark.parametrize("page", ["", "convolution", "workshop"])
def test_the_root_of_the_app_is_known_on_every_page(monkeypatch, base, page):
    root = f"http://box{base.rstrip('/')}/"
    monkeypatch.setattr(rooms.st, "context", SimpleNamespace(url=root + page))
    assert rooms.root() == root
