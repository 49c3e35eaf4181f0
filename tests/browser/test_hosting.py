"""What a host and a line change: the path that the app is served under, and what travels for a visit."""

import re

from lib.ui.pages import PAGES


def test_under_a_path_grids_come_and_links_lead_on(server_under_a_path, visit, settle):
    page = visit("/convolution?conv_stride=2", address=server_under_a_path)
    assert page.locator(".maps i").count() > 0
    assert page.locator(".steps").evaluate("bar => getComputedStyle(bar).display") == "flex"  # page.css is there
    assert "native code" not in page.evaluate("String(history.pushState)")  # and history.js
    page.get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stPopoverBody] textarea").first.input_value()
    assert link.startswith(f"{server_under_a_path}/convolution?") and "conv_stride=2" in link
    page.keyboard.press("Escape")
    for name, path in (("Learning", "/learning"), ("Start", "/")):
        page.get_by_role("link", name=name, exact=True).click()
        settle(page)
        assert page.url == server_under_a_path + path and page.locator("h1").inner_text() == name
    page.go_back()
    settle(page)
    assert page.locator(".replay").count() == 1
    assert "in steps of 2" in visit(link).locator("[data-testid=stMain]").inner_text()


def test_a_visit_stays_here_and_asks_early_for_what_it_needs(server, visit):
    """No request leaves the server, and none is for the highlighter of code that nobody has opened."""
    for one in PAGES:
        asked = []

        def listen(page, asked=asked):
            page.on("request", lambda request: asked.append(request.url))

        page = visit("/" if one.file == "start" else f"/{one.file}", before=listen)
        page.wait_for_selector("link[rel=prefetch]", state="attached")
        assert [url for url in asked if not url.startswith((f"{server}/", "data:", "blob:"))] == []
        scripts = {url for url in asked if "/static/js/" in url}
        assert not [url for url in scripts if "SyntaxHighlighter" in url]
        assert scripts - set(early(page)) == set(), f"{one.file}: WIDGETS in lib/ui/served.py names what is early"


def early(page):
    """The addresses in the page as the server sent it."""
    sent = page.request.get(page.url).text()
    root = page.url.partition("?")[0].rpartition("/")[0]
    return [f"{root}/{name}" for name in re.findall(r'["\s]\./([^"\s]+)', sent)]
