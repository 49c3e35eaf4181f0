"""The template matching page in a browser: products and their sum follow the hand."""

import numpy as np

from tests.browser.hands import cells, lit, middle, numbers

LINE = np.array([[0, 1, 0]] * 3).ravel()


def bar(page):
    return page.locator(".adds output").inner_text()


def boxes(elements):
    return [one.bounding_box() for one in elements.all()]


def filled(page):
    """From where to where the bar is filled, as shares of its room."""
    track, fill = (page.locator(f".adds {part}").bounding_box() for part in (".track", ".fill"))
    return [(fill["x"] - track["x"] + end) / track["width"] for end in (0, fill["width"])]


def test_products_and_their_sum_follow_the_stroke_before_the_server_hears_of_it(visit, settle):
    page = visit("/template_matching", viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    picture, template, products = (cells(page, name) for name in ("Picture", "Template", "Products"))
    assert bar(page) == "3: a match"
    assert np.allclose(filled(page), [0, 1], atol=0.02)
    page.mouse.move(*middle(picture.nth(1)))
    page.mouse.down()
    page.mouse.move(*middle(picture.nth(4)), steps=4)
    assert numbers(products) == [0, 0, 0, 0, 0, 0, 0, 1, 0]  # the button is still down
    assert bar(page) == "1: no match"
    assert np.allclose(filled(page), [0, 1 / 3], atol=0.02)
    page.mouse.up()
    settle(page)
    assert page.locator(".sum").inner_text() == "Pixel 0 × weight 1 = 0."
    assert [lit(grid) for grid in (picture, template, products)] == [[4]] * 3
    page.mouse.move(0, 0)
    equation = "0×0 + 0×1 + 0×0 + 0×0 + 0×1 + 0×0 + 0×0 + 1×1 + 0×0 = 1. A match needs at least 1"
    assert page.locator(".sum").inner_text().replace("\u00a0", " ").startswith(equation.replace("least 1", "least 3"))

    template.nth(7).click()  # 1 becomes -1: the most that the other weights reach is 2 now
    page.mouse.move(0, 0)
    assert bar(page) == "−1: no match" and "at least 2" in page.locator(".sum").inner_text()
    settle(page)
    assert np.allclose(filled(page), [0, 1 / 3], atol=0.02)  # from −1 to 0, of −1 to 2
    assert bar(page) == "−1: no match"


def test_the_answer_to_the_question_is_covered_until_it_is_answered(visit, settle):
    page = visit("/template_matching?match_picture=all+yellow", viewport={"width": 390, "height": 844})
    assert bar(page) == "What do you predict?"
    assert numbers(cells(page, "Products")) == LINE.tolist()
    assert "Found 1 of 1" not in page.locator("[data-testid=stMain]").inner_text()
    rows = [{round(box["y"]) for box in boxes(one.locator("button"))} for one in page.locator(".tools").all()]
    assert len(rows) == 2 and all(len(row) == 1 for row in rows)  # four buttons in one row, each grid's
    signs, grids = boxes(page.locator(".row > .sign")), boxes(page.locator(".row .grid"))
    middle = grids[0]["y"] + grids[0]["height"] / 2
    assert all(abs(sign["y"] + sign["height"] / 2 - middle) < 3 for sign in signs)
    assert [grid["y"] for grid in grids] == [grids[0]["y"]] * 3
    page.get_by_role("button", name="Yes", exact=True).or_(page.get_by_role("radio", name="Yes", exact=True)).click()
    settle(page)
    assert bar(page) == "3: a match"
    page.get_by_text("All of them").click()
    settle(page)
    sheets = page.locator("[data-testid=stHtml] img")
    sizes = sheets.evaluate_all("all => all.map(one => [one.naturalWidth, one.naturalHeight, one.clientWidth])")
    widths = [width for width, _, _ in sizes]
    assert len(sizes) == 5 + 2 + 2  # the five random ones, three of each group, all of each group
    assert all(shown <= min(width, 358) for width, _, shown in sizes) and max(widths) > 300
    holes = page.locator("[data-testid=stHtml]").evaluate_all(
        "all => all.map(one => one.clientHeight - Math.max(0, ...[...one.querySelectorAll('img, b, div')].map("
        "part => part.getBoundingClientRect().bottom - one.getBoundingClientRect().top)))"
    )
    assert max(holes[1:]) <= 12  # what is below the last picture or word; the first is the bar of steps
