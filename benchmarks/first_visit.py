"""What a visit costs on a room's WiFi: python benchmarks/first_visit.py [PAGE …]

Opens each page in Chromium on a simulated line of 1.6 Mbit/s and 150 ms, in a new profile, and once more in the same.
Prints bytes, and seconds to the first text, to the first picture and until all is ready; then which of Streamlit's own
files weigh most. Exits with 1 where a first visit costs too much.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.ui.pages import PAGES
from lib.ui.served import SOON
from tests.browser.conftest import ENGINES, program, running_server

LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # bytes a second
LIMITS = {"bytes": 2_600_000, "picture": 8, "ready": 14}
WARM = SOON + 10  # seconds that the server has before anybody comes: then its files are at their smallest
LONGEST = 120  # seconds
PICTURE = ", ".join(
    f"[data-testid=stMain] {drawn}"
    for drawn in (
        "[data-testid=stBidiComponentIsolated][aria-busy=false]",
        ".js-plotly-plot .main-svg",
        "[data-testid=stHtml]:not(.st-key-_top *)",  # there are the steps, which are no picture
        "[data-testid=stImage] img",
    )
)
COMING = "[data-testid=stSkeleton], [data-testid=stBidiComponentIsolated]:not([aria-busy=false])"
WATCH = """(([picture, coming]) => {  // notes when something is there first, and since when nothing runs
    const seen = window.seen = {}, find = (what) => document.querySelector(what);
    const rests = () => find('[data-test-script-state=notRunning]') && !find(coming);
    setInterval(() => {
        const now = performance.now() / 1000;
        if (find('h1')?.innerText) seen.text ??= now;
        if (find(picture)) seen.picture ??= now;
        if (rests()) seen.rests ??= now;
        else delete seen.rests;
    }, 20);
})"""


class Traffic:
    """What travels for one tab: bytes by file, and when the last of it came."""

    def __init__(self, page):
        self.files, self.urls, self.open = Counter(), {}, set()
        self.first, self.last, self.heard = None, 0, time.monotonic()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", LINE)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)
        session.on("Network.loadingFailed", self._came)
        session.on("Network.webSocketFrameReceived", self._heard)

    def _asked(self, event):
        self.first = self.first or event["timestamp"]
        self.urls[event["requestId"]] = event["request"]["url"]
        self.open.add(event["requestId"])
        self._now(event)

    def _came(self, event):
        self.files[self.urls.get(event["requestId"], "")] += max(0, event.get("encodedDataLength", 0))
        self.open.discard(event["requestId"])
        self._now(event)

    def _heard(self, event):
        self.files["the page's messages"] += len(event["response"]["payloadData"]) * 3 // 4  # base64

    def _now(self, event):
        self.last, self.heard = event["timestamp"], time.monotonic()

    @property
    def quiet(self):
        """Seconds since the last request began or ended; 0 while one is on its way."""
        return 0 if self.open else time.monotonic() - self.heard


def visit(context, url):
    """Open the page in a new tab until nothing comes any more; its figures and its traffic."""
    page = context.new_page()
    page.add_init_script(f"{WATCH}({json.dumps([PICTURE, COMING])})")
    traffic = Traffic(page)
    page.goto(url, wait_until="commit")
    until, seen = time.monotonic() + LONGEST, {}
    while time.monotonic() < until and not (traffic.quiet > 1 and {"picture", "rests"} <= seen.keys()):
        page.wait_for_timeout(100)
        seen = page.evaluate("window.seen || {}")
    page.close()
    figures = {"bytes": traffic.files.total(), "text": seen["text"], "picture": seen["picture"]}
    return figures | {"ready": max(traffic.last - traffic.first, seen["picture"], seen["rests"])}, traffic.files


def line(name, which, figures, limits):
    """One line of the table, and whether it is within the limits."""
    met = all(figures[key] <= limit for key, limit in limits.items())
    words = f"{name:19} {which:7} {figures['bytes'] / 1e6:6.3f} MB" + "".join(
        f"  {key} {figures[key]:5.1f} s" for key in ("text", "picture", "ready")
    )
    print(words + ("" if not limits else "  met" if met else "  NOT MET"), flush=True)
    return met


def own(files):
    """Streamlit's own files, the heaviest first, and how long the line is busy with them: nobody is faster."""
    kept = Counter({url.rpartition("/")[2]: size for url, size in files.items() if "/static/" in url})
    heaviest = ", ".join(f"{name.partition('.')[0]} {size / 1000:.0f} kB" for name, size in kept.most_common(8))
    seconds = kept.total() / LINE["downloadThroughput"]
    return f"{heaviest}; all {len(kept)}: {kept.total() / 1e6:.2f} MB, {seconds:.1f} s of the line"


def main():
    met, names = True, sys.argv[1:] or [page.file for page in PAGES]
    with running_server() as (address, _), sync_playwright() as playwright:
        time.sleep(WARM)
        package, programs, options = ENGINES["chromium"]
        chromium = playwright.chromium.launch(executable_path=program(package, *programs), **options)
        for name in names:
            context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
            url = f"{address}/{'' if name == 'start' else name}"
            first, files = visit(context, url)
            met &= line(name, "first", first, LIMITS)
            line(name, "second", visit(context, url)[0], {})
            print(f"{'':19} Streamlit's own: {own(files)}")
            context.close()
        chromium.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
