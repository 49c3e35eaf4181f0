"""A real server and a real browser, for what only a browser shows."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
READY = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app?.dataset.testScriptState === 'notRunning' && document.querySelector('h1')
        && !document.querySelector('[data-testid=stSkeleton]')  // the place of a chart that is still loading
        && !document.querySelector('[data-testid=stBidiComponentIsolated]:not([aria-busy=false])');  // or of a grid
}"""


@contextmanager
def running_server():
    """Start the app on a free port, as a host would; yields its address and its process number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
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


def chromium_path():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def fresh_server():
    """A server that nobody has visited yet."""
    with running_server() as (address, _):
        yield address


@pytest.fixture(scope="session")
def server():
    with running_server() as (address, _):
        yield address


@pytest.fixture(scope="session")
def browser():
    path = chromium_path()
    if not path:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs a browser: install Debian's chromium")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def contexts(browser):
    """One browser context for each set of options: its tabs are separate visitors, and share what is downloaded."""
    opened = {}

    def context(**options):
        key = repr(sorted(options.items()))
        if key not in opened:
            opened[key] = browser.new_context(**({"viewport": {"width": 1400, "height": 1000}} | options))
        return opened[key]

    yield context
    for one in opened.values():
        one.close()


@pytest.fixture
def visit(contexts, server):
    """visit("/convolution?conv_stride=2") -> the page in a new tab, once its run has ended."""
    tabs = []

    def visited(path, *, address=server, before=None, **options):
        page = contexts(**options).new_page()
        tabs.append(page)
        if before:
            before(page)
        page.goto(address + path if path.startswith("/") else path)
        wait_until_settled(page)
        return page

    yield visited
    for page in tabs:
        page.close()


@pytest.fixture
def settle():
    """settle(page) waits until a change has arrived."""
    return wait_until_settled


def wait_until_settled(page):
    """Wait until the script has run and what it drew has arrived."""
    page.wait_for_timeout(150)  # a change takes a moment to leave the browser
    page.wait_for_function(READY, timeout=60_000)
    page.wait_for_timeout(350)
