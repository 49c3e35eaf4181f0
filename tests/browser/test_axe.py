"""What an automatic check of accessibility finds on every page, and what comes out of a printer.

axe-core comes from npm once a session; it looks at each page in one tab, folded and opened, light and dark, wide and
on a phone.
"""

import os
import re
import shutil
import subprocess

import pytest

from lib.ui.colours import INK
from lib.ui.pages import PAGES
from tests.browser.conftest import QUIET, wait_until_settled

AXE = "axe-core@4.14.1"
NAMES = [page.file for page in PAGES]
ALL, COLOURS = {}, {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}  # axe's options
LOOKS = [("dark", 390, COLOURS), ("dark", 1400, COLOURS), ("light", 1400, COLOURS), ("light", 390, ALL)]
TO_PRESS = "[data-testid=stSidebar], [data-testid=stHeader], .steps, [data-testid=stButton] button, .tools, .transport"
# What is Streamlit's own to mend: (rule, part of the element's HTML): why.
THEIRS = {}
RUN = """async (options) => {
    const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(node => [id, node.html.slice(0, 200), node.failureSummary]));
}"""
OPEN = """names => [...document.querySelectorAll('details')].filter(
    one => !one.open && names.includes(one.querySelector('summary p').innerText)
).forEach(one => one.querySelector('summary').click())"""


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
def test_everybody_can_read_a_page_and_paper_holds_it(contexts, server, axe, name):
    page = contexts(reduced_motion="reduce").new_page()
    page.goto(f"{server}/{'' if name == NAMES[0] else name}")
    wait_until_settled(page)
    page.evaluate(axe)
    found = {"folded": page.evaluate(RUN, ALL)}
    check_paper(page)
    page.evaluate(OPEN, ["Go deeper", "The code"])
    wait_until_settled(page)
    for scheme, width, rules in LOOKS:
        page.emulate_media(media="screen", color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(200)
        page.evaluate(QUIET)
        found[f"{scheme}, {width}"] = page.evaluate(RUN, rules)
    page.close()
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
