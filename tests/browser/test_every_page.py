"""What holds on every page as it opens: the picture first and whole, numbers that can be read, few words, no gap.

Each page is visited once; the tests look at the same tab in several sizes, and change nothing on it.
"""

from urllib.parse import urlsplit

import pytest

from lib.ui.pages import PAGES
from tests.browser.conftest import QUIET, listen, wait_until_settled

NAMES = [page.file for page in PAGES]
SIZES = [(1280, 720), (1024, 768), (390, 844), (360, 640)]
BEFORE_THE_PICTURE_IS_DONE, ON_A_PAGE, IDEA = 120, 350, 40  # words
MAIN_PICTURE = ".grid, .js-plotly-plot, canvas"  # the first on the page
# Words that a visitor reads without opening anything; numbers in cells are none, and an icon's name is none.
WORDS = """() => {
    const main = document.querySelector('[data-testid=stMainBlockContainer]');
    const picture = document.querySelector('[data-testid=stBidiComponentIsolated], .js-plotly-plot');
    const silent = '[data-testid=stIconMaterial], script, style, .js-plotly-plot, .st-key-_top';
    const texts = (until) => {
        const found = [];
        const walk = (node) => {
            if (node === until) return false;
            if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent);
            if (node.nodeType !== Node.ELEMENT_NODE || node.matches(silent) || !node.checkVisibility()) return true;
            const told = node.shadowRoot?.querySelectorAll('p:not(.said), figcaption') ?? [];
            found.push(...[...told].map(one => one.innerText));
            return [...node.childNodes].every(walk);
        };
        walk(main);
        return found.join(' ').split(/\\s+/).filter(word => /\\p{L}/u.test(word)).length;
    };
    const after = [...main.querySelectorAll('h2, h3, [class*=st-key-_guess_]')].find(
        one => picture?.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    const idea = main.querySelector('[data-testid=stMarkdown]').innerText.split(/\\s+/).length;
    return [idea, texts(after), texts(null)];
}"""


@pytest.fixture(scope="module")
def tabs(contexts, server):
    """tabs(name) -> that page in a tab, visited once; errors and the hosts it asked are kept beside it."""
    opened = {}

    def tab(name):
        if name not in opened:
            page = contexts(viewport={"width": 1280, "height": 720}).new_page()
            errors, hosts = [], set()
            listen(page, errors)
            page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
            page.goto(f"{server}/{'' if name == NAMES[0] else name}")
            wait_until_settled(page)
            opened[name] = page, errors, hosts
        return opened[name]

    yield tab
    for page, *_ in opened.values():
        page.close()


def resized(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(200)  # grids and charts hear of it late
    page.evaluate(QUIET)


@pytest.mark.parametrize("name", NAMES)
def test_the_main_picture_is_whole_on_the_first_screen_and_its_numbers_can_be_read(tabs, name):
    page, _, _ = tabs(name)
    for width, height in SIZES:
        resized(page, width, height)
        picture = page.locator(MAIN_PICTURE).first
        box = picture.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, (width, box)
        assert box["y"] + box["height"] <= height, (width, height, box)
        if cells := picture.locator("i").count():
            size = picture.locator("i").first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
            columns = picture.evaluate("grid => Number(grid.style.getPropertyValue('--columns'))")
            if columns <= 11:
                assert size >= {1280: 16, 1024: 13}.get(width, 11), (width, size, cells)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_few_words(tabs, name):
    page, _, _ = tabs(name)
    idea, first, whole = page.evaluate(WORDS)
    assert idea <= IDEA and first <= BEFORE_THE_PICTURE_IS_DONE and whole <= ON_A_PAGE, (idea, first, whole)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_phone_and_talks_to_this_server_only(tabs, server, name):
    page, errors, hosts = tabs(name)
    resized(page, 390, 844)
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0
    cut = page.evaluate("""() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].filter(
        chart => chart.querySelector('.main-svg').getBoundingClientRect().height
                 > chart.getBoundingClientRect().height + 1).length""")
    assert cut == 0
    assert hosts - {urlsplit(server).netloc, ""} == set()
    assert errors == []
