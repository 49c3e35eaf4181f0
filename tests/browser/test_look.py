"""What only the rendered page shows: colours, and numbers that can be read on them."""

import io

import numpy as np
import pytest
from PIL import Image

from lib.ui.colours import contrast


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_binary_cells_are_black_and_pale_yellow_never_pink(visit, settle, scheme):
    page = visit("/template_matching", color_scheme=scheme)
    page.get_by_role("button", name="Show which pictures match").click()
    settle(page)
    exact_copy = page.locator("[data-testid=stHtml] img").nth(5)  # after five random ones
    for plot in (exact_copy, page.locator(".grid").first):  # a small picture, and a grid to paint on
        plot.scroll_into_view_if_needed()
        check_line(np.asarray(Image.open(io.BytesIO(plot.screenshot())).convert("RGB")))


def check_line(picture):
    side = picture.shape[0] / 3
    corner = [int(side * (n + 0.2)) for n in range(3)]  # away from the number in the middle of the cell
    cells = picture[np.ix_(corner, corner)].astype(int)
    line = np.zeros((3, 3), bool)
    line[:, 1] = True
    assert abs(cells[line] - (252, 253, 191)).max() <= 3
    assert abs(cells[~line] - (0, 0, 4)).max() <= 3


def test_charts_carry_their_sentence_and_numbers_that_can_be_read(visit, settle):
    page = visit("/convolution")
    page.get_by_role("button", name="Show the score map").click()
    settle(page)
    names = page.locator("[data-testid=stPlotlyChart]").evaluate_all(
        "charts => charts.map(chart => chart.getAttribute('aria-label') ?? '')"
    )
    assert names and all(len(name) > 20 for name in names)
    inks = [check_numbers(chart) for chart in page.locator(".js-plotly-plot:has(.heatmap-label)").all()]
    assert set().union(*inks) == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}


def check_numbers(chart):
    """Each number of a chart stands out from the cell that is drawn under it. Returns the inks."""
    chart.scroll_into_view_if_needed()
    numbers = chart.evaluate("""chart => {
        const corner = chart.getBoundingClientRect();
        return [...chart.querySelectorAll(".heatmap-label text")].map((text) => {
            const { x, y, width } = text.getBoundingClientRect();
            const ink = getComputedStyle(text.querySelector("tspan")).fill;
            return [ink, x + width / 2 - corner.x, y - corner.y];  // between the glyphs and the edge of the cell
        });
    }""")
    picture = np.asarray(Image.open(io.BytesIO(chart.screenshot())).convert("RGB"))
    for ink, x, y in numbers:
        cell = f"rgb({','.join(map(str, picture[int(y), int(x)].tolist()))})"
        assert contrast(ink, cell) > 4.5, (ink, cell)
    return {ink for ink, _, _ in numbers}


def test_the_server_sends_its_security_headers(server, new_tab):
    headers = new_tab().request.get(server + "/convolution").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["content-security-policy"] == "frame-ancestors 'self'"
