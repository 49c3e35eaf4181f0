"""A link reproduces the view: opened cold, moved, shared, reset, gone back to, carried from page to page."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from lib.ui.pages import PAGES
from tests.views import VIEWS

TITLE = {page.file: page.title for page in PAGES}
ADDRESS = {page.file: "/" + page.file * (page is not PAGES[0]) for page in PAGES}
SEEN = """() => {
    const all = (css, root = document) => [...root.querySelectorAll(css),
        ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? all(css, one.shadowRoot) : []))];
    const text = (css) => all(css).map((one) => one.innerText);
    return {
        texts: text("[data-testid=stMain], [data-testid=stSidebarUserContent], .sum"),
        charts: all(".js-plotly-plot").map((plot) => JSON.stringify(
            plot.data.map((trace) => [trace.type, trace.z, trace.x, trace.y, trace.source]))),
        cells: all(".grid i").filter((cell) => !cell.closest(".opened")).map(  // a layer draws what is scrolled to
            (cell) => [cell.textContent, cell.style.background]),
        values: all("input").map((input) => [input.type, input.ariaLabel, input.value, input.checked]),
        chosen: text("[aria-checked=true], [aria-pressed=true]"),
    };
}"""


def text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def pictures(page):
    """The numbers of every chart on the page, as the browser drew them."""
    return page.evaluate(SEEN)["charts"]


def slider(page, name):
    return page.get_by_role("slider", name=name)


def values(page):
    """The choices in the address."""
    return dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))


@pytest.fixture
def share(settle):
    """share(page) -> the link that Share shows, and what it carries."""

    def shared(page):
        page.get_by_role("button", name="Share").click()
        settle(page)
        link = page.locator("[data-testid=stPopoverBody] textarea").first.input_value()
        page.keyboard.press("Escape")
        page.wait_for_selector("[data-testid=stPopoverBody]", state="detached")
        return link, dict(parse_qsl(urlsplit(link).query))

    return shared


@pytest.fixture
def follow(settle):
    """follow(page, "Images") presses the first link with that name."""

    def followed(page, name):
        page.get_by_role("link", name=name).first.click()
        settle(page)

    return followed


def seen_soon(page, wanted):
    """What is seen on the page: at once, or within five seconds, what is wanted."""
    for _ in range(20):
        if page.evaluate(SEEN) == wanted:
            break
        page.wait_for_timeout(250)
    return page.evaluate(SEEN)


@pytest.mark.parametrize(("name", "which", "rest"), [view for view in VIEWS if len(view[2]) > 2])  # the richest of each
def test_the_shared_link_draws_the_same_in_another_browser(visit, share, settle, name, which, rest):
    page = visit(f"{ADDRESS[name]}?{urlencode(which | rest)}")
    link, carried = share(page)
    assert carried == which | rest == values(page)
    other = visit(link, locale="en-GB")  # other options: another browser context
    for tab in (page, other):
        tab.wait_for_function("!document.querySelector('[data-testid=stProgress]')")  # of a network that still learns
        settle(tab)
    seen = page.evaluate(SEEN)
    assert seen["texts"] and seen["values"]
    assert seen_soon(other, seen) == seen


def test_share_carries_what_is_shown_and_differs(visit, settle, share, follow):
    """Both tasks by the page's own control, with something moved in each; the other task's is kept, but not shared."""
    page = visit("/network?network_lines_epochs=1&network_digits_epochs=1")
    slider(page, "Dropout").press("ArrowRight")
    settle(page)
    page.get_by_role("radio", name="Lines").click()
    settle(page)
    slider(page, "Seed").press("ArrowRight")
    settle(page)
    link, carried = share(page)
    assert carried == values(page)
    assert carried == {"network_task": "Lines", "network_lines_epochs": "1", "network_lines_seed": "1"}
    assert visit(link, locale="en-GB").evaluate(SEEN) == page.evaluate(SEEN)
    page.get_by_role("radio", name="Handwritten digits").click()
    settle(page)
    carried = share(page)[1]
    assert carried == values(page) and set(carried) == {"network_digits_epochs", "network_dropout"}


def test_a_link_between_pages_wins_over_every_remembered_value(visit, settle, share, follow):
    """The link names the picture and its seed; the stride it leaves out is 1 again."""
    page = visit("/convolution?conv_stride=3&conv_picture=cat&conv_threshold=40")
    follow(page, "Template explosion")
    slider(page, "Seed").press("ArrowRight")
    settle(page)
    follow(page, "Next")
    assert page.locator("h1").inner_text() == TITLE["convolution"]
    assert "11 × 11 numbers" in text(page) and "in steps of" not in text(page)
    assert share(page)[1] == values(page) == {"conv_seed": "1"}


def test_a_moved_slider_is_in_the_address_and_kept_while_other_pages_are_visited(visit, settle, follow):
    page = visit("/convolution")
    before = page.evaluate(SEEN)["cells"]
    slider(page, "Padding").press("ArrowRight")
    settle(page)
    assert values(page) == {"conv_padding": "1"}
    seen = page.evaluate(SEEN)
    assert seen["cells"] != before
    follow(page, "Images")
    follow(page, "Convolution")
    assert page.evaluate(SEEN) == seen


def test_back_leads_through_the_pages_visited_each_as_it_was(visit, settle, follow):
    """One press each: moved, painted, kept and forgotten values add nothing to the browser's history."""
    page = visit("/convolution?conv_seed=5&conv_stride=2&conv_padding=1&conv_dilation=2")
    slider(page, "Padding").press("ArrowRight")
    settle(page)
    visited = []

    def go(name):
        visited.append((values(page), page.evaluate(SEEN)))
        follow(page, name)

    go("Template matching")
    page.locator(".grid i").first.click()  # a stroke, which the server writes into the address
    page.mouse.move(0, 0)  # looked at, a pixel says more
    settle(page)
    assert list(values(page)) == ["match_picture"]
    go("Convolution")  # all four values come back with it
    assert values(page) == visited[0][0]
    go("Template explosion")
    go("Next")  # and that link forgets them again
    for choices, seen in reversed(visited):
        page.go_back()
        settle(page)
        assert (values(page), seen_soon(page, seen)) == (choices, seen)
    page.go_forward()
    settle(page)
    assert (page.locator("h1").inner_text(), values(page)) == (TITLE["template_matching"], visited[1][0])


def test_reset_brings_back_the_view_of_the_link(visit, settle, follow):
    page = visit("/convolution?conv_seed=3&conv_template=diagonal")
    arrived = page.evaluate(SEEN)
    slider(page, "Stride").press("ArrowRight")
    settle(page)
    slider(page, "Seed").press("ArrowRight")
    settle(page)
    follow(page, "Images")
    follow(page, "Convolution")  # coming back is no new link,
    follow(page, "Images")
    page.go_back()  # nor is Back
    settle(page)
    assert page.evaluate(SEEN) != arrived
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.evaluate(SEEN) == arrived
    assert values(page) == {"conv_seed": "3", "conv_template": "diagonal"}


@pytest.mark.parametrize(
    ("link", "changes_its_end", "position", "start"),
    [
        ("/convolution?conv_row=2&conv_deeper=true", "Stride", "Window: row", {"conv_row": "2", "conv_deeper": "true"}),
        ("/template_explosion?explosion_template=2", "Height", "Template:", {"explosion_template": "2"}),
    ],
)
def test_one_press_of_reset_is_enough_where_a_slider_ends_elsewhere(
    visit, settle, link, changes_its_end, position, start
):
    page = visit(link)
    arrived = page.evaluate(SEEN)
    slider(page, changes_its_end).press("ArrowRight")
    settle(page)
    slider(page, position).press("ArrowRight")
    settle(page)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.evaluate(SEEN) == arrived
    assert values(page) == start


def test_the_window_starts_again_at_0_when_the_score_map_shrinks_past_it(visit, settle, share):
    page = visit("/convolution?conv_row=8&conv_column=2")
    assert "row 8, column 2" in page.locator(".sum").inner_text()
    slider(page, "Stride").press("ArrowRight")  # 9 rows become 5
    settle(page)
    assert "row 0, column 2" in page.locator(".sum").inner_text()
    assert share(page)[1] == {"conv_column": "2", "conv_stride": "2"}
