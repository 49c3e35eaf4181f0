"""The templates of the explosion in a browser: each lies where it should, and the address says which one rests."""

import numpy as np

from lib.explosion import full_size_templates
from tests.browser.hands import cells, link, lit, sentence, wait_for_link

ROWS, COLUMNS = 7, 5
TEMPLATES = list(full_size_templates((ROWS, COLUMNS), np.ones((3, 1), int)))


def check_template(page, at):
    assert lit(cells(page, "The line")) == np.flatnonzero(TEMPLATES[at]).tolist()
    row, column = divmod(at, COLUMNS)
    assert f"at row {row}, column {column}. Its other 32 weights are 0" in sentence(page)


def test_each_template_lies_where_lib_puts_it_and_playing_asks_the_server_nothing(visit, settle):
    page = visit(f"/template_explosion?explosion_rows={ROWS}&explosion_columns={COLUMNS}&explosion_template=8")
    check_template(page, 8)
    page.get_by_role("button", name="Next template").press("Enter")
    check_template(page, 9)
    wait_for_link(page, "explosion_template", "9")  # once it rests
    page.get_by_role("application", name="Picture of").press("ArrowDown")
    check_template(page, 14)
    cells(page, "The line").nth(34).click()  # too low for a line of 3: the lowest
    check_template(page, 24)
    page.get_by_role("slider", name="template", exact=True).press("Home")
    check_template(page, 0)
    page.get_by_role("slider", name="Speed").press("End")
    page.get_by_role("button", name="Play").press("Enter")
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()  # at the end by itself
    check_template(page, 24)
    wait_for_link(page, "explosion_template", "24")
    settle(page)

    assert "so far" in page.locator(".all figcaption").inner_text()  # no count before the answer
    assert page.locator(".st-key-explosion_template [data-testid=stSliderTickBar]").is_hidden()  # 0 to 24
    page.get_by_role("button", name="Show the count").press("Enter")
    page.get_by_text("5 places down, 5 across: 25 templates").wait_for()
    settle(page)
    assert page.locator(".all figcaption").inner_text() == "All 25 templates: 5 down, 5 across"
    page.locator(".all canvas").click()  # the one in the middle
    check_template(page, 12)
    wait_for_link(page, "explosion_template", "12")
    page.get_by_role("slider", name="Template:").press("ArrowRight")  # the one at the side moves it too
    settle(page)
    check_template(page, 13)
    assert link(page, "explosion_template") == "13"
