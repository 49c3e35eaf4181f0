"""A prediction is judged at once, uncovers what it asked for, is kept across page switches, and never travels."""

import re


def main_text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def pill(page, text):
    return page.get_by_test_id("stButtonGroup").locator("button", has_text=re.compile(f"{text}$"))


def test_a_click_is_judged_uncovers_the_answer_and_is_kept_in_the_session_only(visit, settle):
    page = visit("/template_explosion?explosion_length=4")
    link = page.url
    assert "Predict first." in main_text(page) and "8 × 11 = 88" not in main_text(page)
    assert page.get_by_role("button", name="Show the count and what it costs").is_visible()

    pill(page, "121").click()
    page.get_by_text("Not quite: 88").wait_for()
    settle(page)
    assert "8 × 11 = 88, not 121" in page.get_by_test_id("stAlert").first.inner_text()
    assert "8 places down, 11 across" in main_text(page)  # the answer on the page
    assert page.get_by_role("button", name="Show the count").count() == 0

    pill(page, "88").click()  # thought again
    page.get_by_text("Right: 88").wait_for()
    assert page.url == link

    for name in ("Convolution", "Template explosion"):
        page.get_by_role("link", name=name, exact=True).click()
        settle(page)
    assert "Right: 88" in main_text(page) and "8 places down, 11 across" in main_text(page)
    assert page.url == link

    page.reload()
    settle(page)
    assert "Predict first." in main_text(page) and "Right: 88" not in main_text(page)
    pill(page, "Show the answer").press("Enter")  # by keyboard, without a guess
    page.get_by_text("The answer: 88").wait_for()
    assert page.url == link


def focused(page):
    """What has the keyboard's focus: its words, also inside a component."""
    return page.evaluate("""() => {
        let one = document.activeElement;
        while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
        return one === document.body ? "the page" : one.innerText || one.ariaLabel;
    }""")


def test_a_pressed_button_keeps_the_focus(visit, settle):
    page = visit("/template_explosion")
    pill(page, "Show the answer").press("Enter")
    settle(page)
    assert "Show the answer" in focused(page)
    page.get_by_role("button", name="Clear").press("Enter")
    page.get_by_text("Paint at least one pixel").wait_for()
    settle(page)
    assert focused(page).startswith("Clear")
    page.get_by_role("link", name="Start", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Try two very low scores").press("Enter")
    page.get_by_text("Both scores are very low").wait_for()
    assert "Try two very low scores" in focused(page)


def test_the_steps_lead_to_their_pages_without_a_reload(visit, settle):
    page = visit("/template_explosion?explosion_length=4")
    page.evaluate("window.before = true")
    page.locator(".steps a").nth(4).click()
    settle(page)
    assert page.url.endswith("/convolution") and page.locator("h1").inner_text() == "Convolution"
    page.locator(".steps a").nth(3).click()
    settle(page)
    assert "explosion_length=4" in page.url and page.evaluate("window.before")
