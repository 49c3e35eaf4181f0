"""A whole room: a leader and eight participants through a small course, with a server that dies in between."""

import os
import re
import signal
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.conftest import running_server

PHONE = {"reduced_motion": "reduce", "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PROGRAM = ("tests/served_courses.py", "tests/courses")


def ways(page, name):
    return page.get_by_role("navigation", name="Steps of the course").get_by_role("link", name=name)


def at_step(page, n):
    expect(page.locator(".lesson-where")).to_contain_text(f"step {n} of")


def pill(page, text):
    return page.get_by_test_id("stButtonGroup").locator("button", has_text=re.compile(f"^{text}$"))


def counted(page, words):
    expect(page.locator(".lead-counts")).to_contain_text(words)


def open_a_room(page, address, course="tiny"):
    """By the page's own controls; the room's code."""
    page.goto(f"{address}/?course={course}")
    page.get_by_role("button", name="Open a room").click()
    page.get_by_role("button", name="Open a room for this course").click()
    page.get_by_role("link", name="Go in as its leader").click()
    page.locator(".lead-counts").wait_for()
    assert "lead" not in page.url  # the secret stands in no address bar
    return re.search("room=([A-Z]{5})", page.url)[1]


def test_a_leader_and_eight_participants_through_a_course(tab):
    with running_server("/workshop/one", program=PROGRAM) as (address, pid):
        leader, people = (
            tab(viewport={"width": 1280, "height": 720}, reduced_motion="reduce"),
            [tab(**PHONE) for _ in range(8)],
        )
        code = open_a_room(leader, address)
        for page in people:
            page.goto(f"{address}/{code.lower()}", wait_until="commit")
        for page in people:
            at_step(page, 1)
        counted(leader, "8 here")

        ways(leader, "Next").click()
        at_step(leader, 2)
        for page in people:
            page.get_by_text("The room is at step 2: come along").click()
        for n, page in enumerate(people):
            at_step(page, 2)
            pill(page, "8 × 8" if n < 4 else "5 × 5").click()
            expect(page.get_by_text("Noted. The answer opens in the room.")).to_be_visible()
        counted(leader, "8 answered")
        pill(people[0], "5 × 5").click()  # thought again
        nobody_sees_it_early(people[1], leader, address, code)
        people[2].reload()
        expect(people[2].get_by_text("Noted. The answer opens in the room.")).to_be_visible()
        counted(leader, "8 answered")
        os.kill(pid, signal.SIGKILL)

    with running_server("/workshop/one", program=PROGRAM, port=urlsplit(address).port):
        back_again(leader, address, code)  # the course and the step come from the leader's tab
        counted(leader, "8 answered")  # and the answers from the participants'
        leader.get_by_role("button", name="Open the answer").click()
        expect(leader.locator(".votes li.right")).to_have_text(re.compile("5 × 5 *5 *right"))
        for page in people:
            expect(page.locator(".votes li.right")).to_have_text(re.compile("5 × 5 *5 *right"))
            assert page.get_by_text(re.compile("^(Right|Not quite): 5 × 5")).count() == 1

        leader.get_by_text("Participants come along by themselves").click()
        ways(leader, "Next").click()
        for page in people:
            at_step(page, 3)
        assert f"room={code}&step=3" in people[0].url and people[0].evaluate("performance.navigation.type") == 0


def back_again(page, address, code):
    """Wait until the server knows the room."""
    for _ in range(100):
        said = page.request.get(f"{address}/room/{code}").json()
        if said:
            assert said["step"] == 2
            return
        page.wait_for_timeout(300)
    raise AssertionError("the room did not come back")


def nobody_sees_it_early(page, leader, address, code):
    """No part of a participant's page, and nothing that its browser may ask for, has the answer or the counts."""
    assert page.locator(".votes, .lead-counts").count() == 0 and "5 × 5." not in page.locator("body").inner_text()
    assert page.locator(".cover button").is_hidden()
    said = page.request.get(f"{address}/room/{code}")
    assert {*said.json()} == {"step", "follow", "news", "born"} and len(said.body()) < 300
    assert page.request.get(f"{address}/lead/{'x' * 32}", max_redirects=0).status in (303, 400)
    cookies = {cookie["name"]: cookie for cookie in leader.context.cookies()}
    secret = cookies[f"glass_box_lead_{code}"]
    assert secret["httpOnly"] and secret["sameSite"] == "Strict" and secret["path"].startswith("/workshop/one")
    assert not any("lead" in cookie["name"] for cookie in page.context.cookies() if cookie["name"].endswith(code))
