"""WebKitGTK, the engine of Safari, spoken to in the few words of Playwright that the engines' tests use."""

import os
import subprocess
import time
from contextlib import contextmanager, suppress

from selenium import webdriver
from selenium.common.exceptions import NoSuchFrameException
from selenium.webdriver.common.actions.action_builder import ActionBuilder

BORN = "() => performance.timeOrigin"  # tells one document from the next
LISTEN = """() => {
    const found = (window.errorsFound = []);
    addEventListener("error", event => found.push(event.message));
    addEventListener("unhandledrejection", event => found.push(String(event.reason)));
    console.error = (...words) => found.push(words.join(" "));
}"""


@contextmanager
def running_webkit(driver, xvfb):
    """A tab of WebKitGTK on a screen that nobody sees; takes the paths of WebKitWebDriver and Xvfb."""
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    try:
        os.close(write)
        with os.fdopen(read) as told:
            display = told.readline().strip()
        options = webdriver.WebKitGTKOptions()
        options.page_load_strategy = "none"  # we wait ourselves: "eager" hangs on Streamlit, "normal" takes 4 s
        service = webdriver.WebKitGTKService(driver, env=os.environ | {"DISPLAY": f":{display}"})
        with webdriver.WebKitGTK(options, service) as started:
            started.set_window_size(1400, 1000)
            yield Tab(started)
    finally:
        screen.terminate()
        screen.wait(20)


class Tab:
    """A page: functions are JavaScript's, times are ms."""

    def __init__(self, driver):
        self.driver = driver
        self.mouse = Mouse(driver)

    @property
    def url(self):
        return self.driver.current_url

    def goto(self, address):
        before = self.evaluate(BORN)
        self.driver.get(address)
        self.wait_for_function(f"before => ({BORN})() !== before", arg=before)
        self.evaluate(LISTEN)

    def errors(self):
        return self.evaluate("() => window.errorsFound")

    def evaluate(self, function, arg=None):
        return self.driver.execute_script(f"return ({function})(arguments[0])", arg)

    def wait_for_function(self, function, *, arg=None, timeout=30_000):
        end = time.monotonic() + timeout / 1000
        while time.monotonic() < end:
            with suppress(NoSuchFrameException):  # one document is gone, the next not yet there
                if self.evaluate(function, arg):
                    return
            time.sleep(0.05)
        raise AssertionError(f"never came true in WebKit: {function} of {arg}")

    def wait_for_timeout(self, timeout):
        time.sleep(timeout / 1000)


class Mouse:
    def __init__(self, driver):
        self.driver = driver

    def move(self, x, y, *, steps=1):
        self._do("move_to_location", round(x), round(y), duration=10 * steps)

    def down(self):
        self._do("pointer_down")

    def up(self):
        self._do("pointer_up")

    def _do(self, action, *where, duration=0):
        actions = ActionBuilder(self.driver, duration=duration)
        getattr(actions.pointer_action, action)(*where)
        actions.perform()
