"""A real server and a real browser, for what only a browser shows."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from lib.ui.pages import PAGES, WORKSHOP

ROOT = Path(__file__).resolve().parents[2]
HOST = "glass.example"  # another name of this machine
ENGINES = {  # Debian's package, the program's names, how Playwright starts it
    "chromium": (
        "chromium",
        ["chromium", "chromium-browser", "google-chrome"],
        {
            "args": [
                "--no-sandbox",
                "--disable-gpu",
                "--js-flags=--no-maglev --no-opt",  # a visit is too short for what compiles twice: a tenth of its time
                "--disable-features=LocalNetworkAccessChecks",  # frames of a test
                f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
            ]
        },
    ),
    "firefox": ("firefox-esr", ["firefox-esr", "firefox"], {"channel": "moz-firefox"}),  # unpatched, by WebDriver BiDi
}
VIEW = {"viewport": {"width": 1400, "height": 1000}}
# A link into a page does not tell Streamlit where its server's root is: it asks under the page first, and gets a 404.
STREAMLITS_OWN = re.compile(
    rf".* status of 404 .*/({'|'.join(page.file for page in (*PAGES, WORKSHOP))})/_stcore/(health|host-config)"
)
AWAY = re.compile(  # what a browser says while there is no server
    "ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|HTTP2_PROTOCOL_ERROR)|WebSocket|Failed to fetch"
    "|when disconnected"
)
expect.set_options(timeout=30_000)  # two busy processors may take more than Playwright's own 5 s
# Streamlit says that no script runs as soon as one has ended, also when another has been asked for meanwhile. So we
# read along: what the browser asks for (BackMsg.rerun_script) is owed until a run has begun after it
# (ForwardMsg.new_session) and ended (script_finished). The fields' numbers are Streamlit's.
READ_ALONG = """() => {
    const fields = (bytes) => {
        const found = [];
        let at = 0;
        const number = () => {
            let value = 0;
            for (let shift = 1; ; shift *= 128) {
                const byte = bytes[at++];
                value += (byte & 127) * shift;
                if (byte < 128) return value;
            }
        };
        while (at < bytes.length) {
            const tag = number();
            found.push(Math.floor(tag / 8));
            const kind = tag % 8;
            const length = kind === 2 ? number() : { 1: 8, 5: 4 }[kind];
            if (kind === 0) number();
            else at += length;
        }
        return found;
    };
    window.WebSocket = class extends WebSocket {
        constructor(...words) {
            super(...words);
            let begun = false;
            this.ask = () => { window.owed = true; begun = false; };
            this.addEventListener('message', ({ data }) => {
                const [kind] = fields(new Uint8Array(data)).filter(field => field === 4 || field === 6);
                if (kind === 4) begun = true;
                if (kind === 6 && begun) window.owed = false;
            });
            this.addEventListener('close', () => { window.owed = false; });
        }
        send(data) {
            if (data instanceof Uint8Array && fields(data).includes(11)) this.ask();
            super.send(data);
        }
    };
}"""
READY = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app?.dataset.testScriptState === 'notRunning' && document.querySelector('h1') && !window.owed
        && !document.querySelector('[data-testid=stSkeleton]')  // the place of a chart that is still loading
        && !document.querySelector('[data-testid=stBidiComponentIsolated]:not([aria-busy=false])');  // or of a grid
}"""
# What was drawn last may draw on, as charts do: wait until nothing has changed for 60 ms, at most for 300.
QUIET = """() => new Promise(resolve => {
    let quiet = setTimeout(resolve, 60);
    setTimeout(resolve, 300);
    new MutationObserver(() => {
        clearTimeout(quiet);
        quiet = setTimeout(resolve, 60);
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})"""


@contextmanager
def running_server(path="", *, port=None, program=("-m", "streamlit", "run", "app.py")):
    """Start the app on a free port, as a host would, under that path; yields its address and its process number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = port or free.getsockname()[1]
    command = [sys.executable, *program, "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.baseUrlPath", path]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}{path}"
        _wait_for(f"{address}/_stcore/health", process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url, process):
    for _ in range(600):
        assert process.poll() is None, "the server stopped by itself"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url} in a minute")


def program(package, *names):
    """The path of the first of these programs that is here; without one the test skips, and fails in CI."""
    for name in names:
        if path := shutil.which(name):
            return path
    missing = f"no {names[0]} on this machine: install Debian's {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def server_under_a_path():
    with running_server("/workshop/one") as (address, _):
        yield address


@pytest.fixture(scope="session")
def server():
    with running_server() as (address, _):
        yield address


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def browsers(playwright):
    """browsers(engine) -> the one browser of that engine, started when it is first asked for."""
    started = {}

    def browser(engine):
        if engine not in started:
            package, names, options = ENGINES[engine]
            path = program(package, *names)
            started[engine] = getattr(playwright, engine).launch(executable_path=path, **options)
        return started[engine]

    yield browser
    for one in started.values():
        one.close()


@pytest.fixture(scope="session")
def chromium_with_a_disk(playwright, tmp_path_factory):
    """The usual context: it keeps compiled scripts on the disk, which is a fifth of a visit's time."""
    package, names, options = ENGINES["chromium"]
    folder, path = tmp_path_factory.mktemp("chromium"), program(package, *names)
    with playwright.chromium.launch_persistent_context(folder, executable_path=path, **VIEW, **options) as context:
        context.add_init_script(f"({READ_ALONG})()")
        yield context


@pytest.fixture(scope="session")
def contexts(browsers):
    """One browser context for each set of options: its tabs are separate visitors, and share what is downloaded."""
    opened = {}

    def context(engine="chromium", **options):
        key = repr([engine, *sorted(options.items())])
        if key not in opened:
            opened[key] = browsers(engine).new_context(**(VIEW | options))
            opened[key].add_init_script(f"({READ_ALONG})()")
        return opened[key]

    yield context
    for one in opened.values():
        one.close()


@pytest.fixture(scope="session")
def new_tab(contexts, request):
    """new_tab(**options) -> an empty tab; in the usual context, if only the tab itself has options."""

    def opened(**options):
        if options.keys() - {"viewport", "reduced_motion", "color_scheme"}:
            return contexts(**options).new_page()
        tab = request.getfixturevalue("chromium_with_a_disk").new_page()
        if "viewport" in options:
            tab.set_viewport_size(options.pop("viewport"))
        tab.emulate_media(**options)
        return tab

    return opened


@pytest.fixture
def errors():
    """What the tabs of `visit` complain of. A test that causes an error takes it out, and fails on any other."""
    found = []
    yield found
    assert not found


def listen(page, errors):
    def said(message):
        words = f"{message.text} {message.location['url']}"
        if message.type == "error" and not STREAMLITS_OWN.fullmatch(words):
            errors.append(words)

    page.on("console", said)
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))


@pytest.fixture
def visit(new_tab, server, errors):
    """visit("/convolution?conv_stride=2") -> the page in a new tab, once its run has ended."""
    tabs = []

    def visited(path, *, address=server, before=None, **options):
        page = new_tab(**options)
        tabs.append(page)
        listen(page, errors)
        if before:
            before(page)
        page.goto(address + path if path.startswith("/") else path)
        wait_until_settled(page)
        return page

    yield visited
    for page in tabs:
        page.close()


@pytest.fixture
def tab(browsers, errors):
    """tab(**options) -> a page in a browser of its own, which may lose its server."""
    with ExitStack() as stack:

        def opened(**options):
            context = stack.enter_context(browsers("chromium").new_context(**options))
            page = context.new_page()
            page.set_default_timeout(30_000)
            listen(page, errors)
            return page

        yield opened
    errors[:] = [words for words in errors if not AWAY.search(words)]


@pytest.fixture
def settle():
    """settle(page) waits until a change has arrived."""
    return wait_until_settled


def wait_until_settled(page):
    """Wait until the script has run and what it drew has arrived."""
    page.evaluate(QUIET)  # a change takes a moment to leave the browser
    page.wait_for_function(READY, timeout=60_000)
    page.evaluate(QUIET)
