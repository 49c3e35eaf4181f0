"""A prediction is judged at once, costs no page run, is kept across page switches, and never travels."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def frames_of(page, frames):
    """Collect what the server sends, from before the page is opened."""
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(data)))


def main_text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def pill(page, text):
    return page.get_by_test_id("stButtonGroup").get_by_text(text, exact=True)


def test_a_click_is_judged_without_a_page_run_and_kept_in_the_session_only(visit, settle):
    frames = []
    page = visit("/template_explosion?explosion_length=4", before=lambda tab: frames_of(tab, frames))
    link, before = page.url, main_text(page)
    assert "Predict first." in before and "8 × 11 = 88" not in before
    sent = len(frames)

    pill(page, "121").click()
    page.get_by_text("Not quite: 88").wait_for()
    settle(page)
    messages = [ForwardMsg.FromString(frame) for frame in frames[sent:]]
    ends = [message.script_finished for message in messages if message.WhichOneof("type") == "script_finished"]
    assert ends == [ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY]  # the question ran, and not the page
    assert sum(map(len, frames[sent:])) < 10_000
    after = main_text(page)
    told = page.get_by_test_id("stAlert").first.inner_text()
    assert "8 × 11 = 88, not 121" in told
    assert after.split("How many templates\n")[1] == before.split("How many templates\n")[1]
    assert page.get_by_role("button", name="Show the answer").count() == 0

    pill(page, "88").click()  # thought again
    page.get_by_text("Right: 88").wait_for()
    assert page.url == link

    for name in ("Convolution", "Template explosion"):
        page.get_by_role("link", name=name, exact=True).click()
        settle(page)
    assert "Right: 88" in main_text(page)
    assert page.url == link

    page.reload()
    settle(page)
    assert "Predict first." in main_text(page) and "Right: 88" not in main_text(page)
    page.get_by_role("button", name="Show the answer").press("Enter")  # by keyboard, without a guess
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
    page.get_by_role("button", name="Show the answer").press("Enter")
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
