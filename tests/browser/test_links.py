"""A link reproduces the view: opened cold, moved, shared, reset, carried from page to page."""

import pytest

TITLES = ["Start", "Images", "Template matching", "Template explosion", "Convolution", "Learning", "A small network"]
COLD = {
    "/?start_dog=1&start_cat=1": ("Start", "50"),
    "/images?image_side=5&image_picture=gradient": ("Images", "25 numbers"),
    "/template_matching?match_template=line,%20nothing%20left": ("Template matching", "8 match"),
    "/template_explosion?explosion_rows=5&explosion_columns=4": ("Template explosion", "= 12 templates"),
    "/convolution?conv_stride=2": ("Convolution", "5 rows and 5 columns"),
    "/learning?learn_step=0": ("Learning", "after step 0"),
    "/network?network_lines_epochs=1": ("A small network", "after epoch 1,"),
}


def text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def pictures(page):
    """The numbers of every chart on the page, as the browser drew them."""
    drawn = page.evaluate("""() => [...document.querySelectorAll('.js-plotly-plot')].map(
        plot => JSON.stringify(plot.data.map(trace => [trace.type, trace.z, trace.x, trace.y, trace.source])))""")
    assert drawn
    return drawn


def slider(page, name):
    return page.get_by_role("slider", name=name)


def shared_link(page):
    page.get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stPopoverBody] code").inner_text()
    page.keyboard.press("Escape")
    return link


@pytest.mark.parametrize("path", COLD)
def test_a_link_opened_on_a_fresh_server_shows_its_page(path, fresh_server, visit):
    title, words = COLD[path]
    page = visit(path, address=fresh_server)
    assert page.title() == f"{title} · Glass Box"
    assert page.locator("h1").inner_text() == title
    assert page.locator("[data-testid=stSidebarNavLink]").all_inner_texts() == TITLES
    assert words in text(page)
    assert page.url.startswith(fresh_server + path.split("?")[0])


def test_a_moved_slider_is_in_the_url_and_another_browser_sees_the_same(visit, settle):
    page = visit("/convolution")
    before = pictures(page)
    slider(page, "Stride").press("ArrowRight")
    settle(page)
    assert "conv_stride=2" in page.url
    after = pictures(page)
    assert after != before
    other = visit(page.url, locale="en-GB")  # other options: another browser context
    assert pictures(other) == after and text(other) == text(page)


def test_the_shared_link_carries_defaults_which_win_over_remembered_values(visit, settle):
    link = shared_link(visit("/convolution?conv_padding=1"))
    assert "conv_stride=1" in link and "conv_padding=1" in link and "conv_template=vertical" in link
    page = visit("/convolution?conv_stride=3&conv_seed=5")
    page.goto(link)
    settle(page)
    assert "11 rows and 11 columns" in text(page)
    assert pictures(page) == pictures(visit("/convolution?conv_padding=1"))


def test_a_link_between_pages_wins_over_remembered_values(visit, settle):
    page = visit("/convolution?conv_stride=3")
    page.get_by_role("link", name="Template explosion", exact=True).click()
    settle(page)
    page.get_by_role("link", name="Next").click()
    settle(page)
    assert page.locator("h1").inner_text() == "Convolution"
    assert "9 rows and 9 columns" in text(page)


def test_choices_are_kept_while_other_pages_are_visited(visit, settle):
    page = visit("/convolution")
    slider(page, "Padding").press("ArrowRight")
    settle(page)
    seen = pictures(page)
    for name in ("Images", "Convolution"):
        page.get_by_role("link", name=name, exact=True).click()
        settle(page)
    assert pictures(page) == seen


def test_reset_brings_back_the_view_of_the_link(visit, settle):
    page = visit("/convolution?conv_seed=3&conv_template=diagonal")
    arrived = pictures(page)
    slider(page, "Stride").press("ArrowRight")
    settle(page)
    slider(page, "Seed").press("ArrowRight")
    settle(page)
    for name in ("Images", "Convolution"):  # coming back is no new link
        page.get_by_role("link", name=name, exact=True).click()
        settle(page)
    assert pictures(page) != arrived
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert pictures(page) == arrived
    assert "conv_seed=3" in page.url and "conv_stride" not in page.url


def test_the_window_starts_again_at_0_when_the_score_map_shrinks_past_it(visit, settle):
    page = visit("/convolution?conv_row=8&conv_column=2")
    assert "row 8, column 2" in page.locator(".sum").inner_text()
    slider(page, "Stride").press("ArrowRight")  # 9 rows become 5
    settle(page)
    assert "row 0, column 2" in page.locator(".sum").inner_text()


def test_numbers_travel_as_text_in_the_link(visit):
    page = visit("/template_matching?match_picture=0,1,1;0,1,0;0,1,0&match_template=-1,1,-1;0,2,0;0,0.5,0")
    assert "0×(−1) + 1×1 + 1×(−1) + 0×0 + 1×2 + 0×0 + 0×0 + 1×0.5 + 0×0 = 2.5" in text(page)
