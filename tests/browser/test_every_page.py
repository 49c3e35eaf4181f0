"""What holds on every page as it opens: the picture first and whole, numbers that can be read, few words, no gap.

Each page is visited once; the tests look at the same tab in several sizes. The last one changes it: axe-core, which
comes from npm once a session, looks at the page folded and opened, light and dark, wide and on a phone.
"""

import os
import re
import shutil
import subprocess

import pytest

from lib.ui.colours import INK
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
# What has no height and yet a gap below it, and a question narrower than the page.
HOLES = """() => [...document.querySelectorAll('[data-testid=stMain] [data-testid=stVerticalBlock] > *')]
.filter(one => {
    const { height, width } = one.getBoundingClientRect();
    const isNarrow = one.matches('[class*=st-key-_guess_]') && width < one.parentElement.clientWidth - 1;
    return isNarrow || (height < 1 && one.checkVisibility() && getComputedStyle(one).position !== 'absolute');
}).map(one => one.className)"""

AXE = "axe-core@4.14.1"
ALL, COLOURS = {}, {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}  # axe's options
LOOKS = [("dark", 390, COLOURS), ("dark", 1400, COLOURS), ("light", 390, ALL)]
TO_PRESS = "[data-testid=stSidebar], [data-testid=stHeader], .steps, [data-testid=stButton] button, .tools, .transport"
# What is Streamlit's own to mend: (rule, part of the element's HTML): why.
THEIRS = {}
RUN = """async (options) => {
    const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(node => [id, node.html.slice(0, 200), node.failureSummary]));
}"""
REACHED = """() => [...document.querySelectorAll('[data-testid=stCode] pre')].every(
    one => one.scrollWidth <= one.clientWidth || one.tabIndex === 0)"""  # browser/mended.js sees to it, soon
OPEN = """names => [...document.querySelectorAll('details')].filter(
    one => !one.open && names.includes(one.querySelector('summary p').innerText)
).forEach(one => one.querySelector('summary').click())"""

FILLED = """() => [...document.querySelectorAll('[data-testid=stExpander] :is(summary, input, :has(> input))')].filter(
    one => one.checkVisibility() && getComputedStyle(one).backgroundColor !== 'rgba(0, 0, 0, 0)'
).map(one => one.outerHTML)"""


@pytest.fixture(scope="module")
def tabs(new_tab, server):
    """tabs(name) -> that page in a tab, visited once; errors and the addresses it asked for are kept beside it."""
    opened = {}

    def tab(name):
        if name not in opened:
            page = new_tab(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
            errors, asked = [], []
            listen(page, errors)
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"{server}/{'' if name == NAMES[0] else name}")
            wait_until_settled(page)
            page.wait_for_selector("link[rel=prefetch]", state="attached")
            opened[name] = page, errors, asked
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
def test_a_page_has_no_holes(tabs, name):
    page, _, _ = tabs(name)
    assert page.evaluate(HOLES) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_phone(tabs, name):
    page, errors, _ = tabs(name)
    resized(page, 390, 844)
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0
    cut = page.evaluate("""() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].filter(
        chart => chart.querySelector('.main-svg').getBoundingClientRect().height
                 > chart.getBoundingClientRect().height + 1).length""")
    assert cut == 0
    assert errors == []


@pytest.mark.parametrize("name", NAMES)
def test_a_visit_stays_here_and_asks_early_for_what_it_needs(tabs, server, name):
    """No request leaves the server, and none is for the highlighter of code that nobody has opened."""
    page, _, asked = tabs(name)
    assert [url for url in asked if not url.startswith((f"{server}/", "data:", "blob:"))] == []
    scripts = {url for url in asked if "/static/js/" in url and "/Progress" not in url}  # while a network still learns
    assert not [url for url in scripts if "SyntaxHighlighter" in url]
    assert scripts - set(early(page)) == set(), "WIDGETS in lib/ui/served.py names what is early"


def early(page):
    """The addresses in the page as the server sent it."""
    sent = page.request.get(page.url).text()
    root = page.url.partition("?")[0].rpartition("/")[0]
    return [f"{root}/{name}" for name in re.findall(r'["\s]\./([^"\s]+)', sent)]


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The program of axe-core, as text."""
    if not shutil.which("npm"):
        missing = "no npm on this machine: install Debian's npm"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, AXE], check=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_everybody_can_read_a_page_and_paper_holds_it(tabs, axe, name):
    page, _, _ = tabs(name)
    resized(page, 1400, 1000)
    page.evaluate(axe)
    found = {"folded": page.evaluate(RUN, ALL)}
    check_paper(page)
    page.evaluate(OPEN, ["Go deeper", "The code"])
    page.wait_for_selector("[data-testid=stCode] pre span")  # the highlighter comes when it is asked for
    wait_until_settled(page)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(FILLED) == []  # what is opened is dark on white too
    for scheme, width, rules in LOOKS:
        page.emulate_media(media="screen", color_scheme=scheme)
        resized(page, width, 1000)
        page.wait_for_function(REACHED)
        found[f"{scheme}, {width}"] = page.evaluate(RUN, rules)
    assert {look: ours for look, those in found.items() if (ours := [one for one in those if not is_theirs(one)])} == {}


def is_theirs(finding):
    return any(finding[0] == rule and part in finding[1] for rule, part in THEIRS)


def check_paper(page):
    """Also who has a dark screen prints dark on white, on two sheets, and nothing that is only to press."""
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate(QUIET)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 2
    assert not any(one.evaluate("one => one.checkVisibility()") for one in page.locator(TO_PRESS).all())
    style = "selector => (({ backgroundColor, color }) => [backgroundColor, color])"
    style += "(getComputedStyle(document.querySelector(selector)))"
    looks = [page.evaluate(style, selector) for selector in ("body", "[data-testid=stApp]", "h1")]
    assert {back for back, _ in looks} == {"rgba(0, 0, 0, 0)"} and looks[-1][1].replace(" ", "") == INK["light"]
