"""The learning page's first screen: sums that a pencil finds, a silent film, an answer covered until asked for."""

import re

import pytest

from tests.browser.hands import cells, link, numbers, sentence, wait_for_link


def value(text):
    return float(text.replace("−", "-").replace(",", "").replace(" ", ""))


def added(text):
    """What a sum like −0.1 + 0.2 − 3 comes to."""
    return round(sum(value(term) for term in re.findall(r"[−]?\s*[\d.,]*\d", text.replace("+", ""))), 4)


def check_with_a_pencil(page, bias=False):
    """Every number of the sentence follows from the cells that are shown."""
    told = sentence(page).replace("\u00a0", " ")
    template, example = numbers(cells(page, "Template")), numbers(cells(page, "Example"))
    lit = [weight for weight, pixel in zip(template, example, strict=True) if pixel]
    terms, output = re.search(r"pixels give (.*?), ÷ 3(?: [+−] bias [\d.]+)? = (\S+)\. The", told).groups()
    total = value(terms.split("=")[-1])
    assert total == pytest.approx(sum(lit), abs=1e-9) and added(terms.split("=")[0]) == pytest.approx(total)
    offset = value("".join(re.search(r"([+−]) bias ([\d.]+)", told).groups()).replace("+", "")) if bias else 0
    assert value(output) == pytest.approx(total / 3 + offset, abs=0.0051)
    label, error = re.search(r"The label is (?:yes|no), ([01]), so the error is .* = (\S+)\. Grad", told).groups()
    assert value(error) == pytest.approx(value(output) - int(label), abs=1e-9)
    slope = value(re.search(r"= ([−\d.]+)\.$", told)[1])
    assert slope == pytest.approx(2 * value(error) / 3, abs=0.0051)
    assert numbers(cells(page, "Gradient")) == pytest.approx([slope * pixel for pixel in example])
    assert not re.search(r"[+−] −|-\d", told)


def font(cells):
    return cells.first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")


def test_the_first_screen_adds_up_and_covers_the_answer(visit, settle):
    page = visit("/learning?learn_step=7", viewport={"width": 1280, "height": 720})
    for name in ("Template", "Example", "Gradient"):
        assert font(cells(page, name)) >= 16
        assert page.get_by_role("img", name=re.compile(f"^{name}.*row by row: ")).count() == 1
    curve = page.locator("svg.curve")
    box = curve.bounding_box()
    assert box["y"] + box["height"] < 720 and "0.4353 at step 0" in curve.get_attribute("aria-label")
    check_with_a_pencil(page)
    main = page.locator("[data-testid=stMain]")
    assert "always 0" not in curve.text_content() and "448 of 512" not in main.inner_text()
    page.get_by_role("button", name="Show the count").click()
    page.get_by_text("Always saying no, with nothing learned, is right on 448.").wait_for()
    settle(page)
    assert "always 0: 0.125" in curve.text_content()
    page.get_by_text("Learn a bias too", exact=True).click()
    wait_for_link(page, "learn_bias", "true")
    settle(page)
    check_with_a_pencil(page, bias=True)
    assert "with a bias" in main.inner_text()
    page.get_by_role("slider", name="Step size").press("End")  # the error grows without end
    page.get_by_text("broke off at step").wait_for()
    settle(page)
    ends = curve.locator("text").all_text_contents()
    inside = curve.evaluate("""svg => [...svg.querySelectorAll('text')].every(text => {
        const [one, all] = [text.getBoundingClientRect(), svg.getBoundingClientRect()];
        return one.left >= all.left - 1 && one.right <= all.right + 1 && one.top >= all.top - 2;
    })""")
    assert inside and "0.4353" in ends and any("," in text for text in ends)


def test_on_a_phone_it_plays_in_silence_and_says_where_it_paused(visit, settle):
    page = visit("/learning", viewport={"width": 360, "height": 640}, has_touch=True)
    for name in ("Template", "Example", "Gradient"):
        assert font(cells(page, name)) >= 11
    box = page.locator(".grid").first.bounding_box()
    assert box["y"] + box["height"] < 640
    said = page.locator(".replay .said")
    page.get_by_label("Play").tap()
    before = said.inner_text()
    page.wait_for_timeout(700)
    assert said.inner_text() == before
    page.get_by_label("Pause").tap()
    assert said.inner_text().startswith("Paused. Step")
    wait_for_link(page, "learn_step")
    settle(page)
    assert said.inner_text().startswith("Paused. Step") and int(link(page, "learn_step")) > 0
    check_with_a_pencil(page)
