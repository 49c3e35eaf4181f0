"""What a host changes: the path that the app is served under. And the first link that a fresh server opens."""

from lib.ui.pages import PAGES


def test_under_a_path_grids_come_and_links_lead_on(server_under_a_path, visit, settle):
    page = visit("/convolution?conv_stride=2", address=server_under_a_path)
    assert page.title() == "Convolution · Glass Box" and page.locator("h1").inner_text() == "Convolution"
    assert page.locator("[data-testid=stSidebarNavLink]").all_inner_texts() == [page.title for page in PAGES]
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
