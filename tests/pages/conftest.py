"""Opens a page the way the server does: through lib/ui/main.py, with the values of a link."""

import functools
import json
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from lib.ui import trained
from lib.ui.pages import PAGES
from tests.sent import cells_of

ROOT = Path(__file__).resolve().parents[2]
# AppTest looks through all installed packages for components at every run, which takes ten times as long as the run.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def only_what_is_asked_for(monkeypatch):
    """Workers have nothing to do ahead: the other tests want the processor."""
    monkeypatch.setattr(trained.TURNS, "looks_ahead", 0)


@pytest.fixture
def open_page():
    """open_page("convolution", conv_stride=2) -> the AppTest after its run; without an exception on the page.

    With `unfolded`, “Go deeper” and “The code” are open, with `shared` “Share”, with `home` “Take home”: what is in
    them is there. A network has `learned` what it is asked to: in a browser, the page runs once more by itself.
    """

    def opened(name, *, unfolded=False, shared=False, home=False, learned=True, **query):
        at = AppTest.from_file(str(ROOT / "lib" / "ui" / "main.py"), default_timeout=60)
        if name != PAGES[0].file:
            at.run()
            at.switch_page(str(ROOT / "pages" / f"{name}.py"))
        for key, value in query.items():
            at.query_params[key] = value
        prefix = next(page.prefix for page in PAGES if page.file == name)
        if shared:
            at.session_state[f"_share_{prefix}"] = True
        if home:
            at.session_state[f"_home_{name}"] = True
        if unfolded:
            at.query_params[f"{prefix}deeper"] = at.session_state[f"_code_{name}"] = True
        at.run()
        while learned and at.get("progress"):
            trained.TURNS.wait()
            at.run()
        assert not at.exception, at.exception
        return at

    return opened


@pytest.fixture
def parts_of():
    """parts_of(at) -> what the page tells its components to touch: "paintable", "stage", "replay", "rest"."""

    def parts(at):
        protos = [element.proto for element in at.get("bidi_component")]
        return {proto.component_name.removeprefix("glass_box_"): _told(proto) for proto in protos}

    return parts


def _told(proto):
    """What the component hears; a network's weights are the bytes after a line of JSON."""
    line, _, weights = proto.bytes.partition(b"\n")
    return json.loads(proto.json or line) | ({"weights": weights} if weights else {})


@pytest.fixture
def painted_of(parts_of):
    """painted_of(at) -> title to array of each grid that can be painted on, or stands beside one."""

    def painted(at):
        panels = parts_of(at).get("paintable", {"panels": []})["panels"]
        return {panel["title"].split(":")[0]: cells_of(panel["grid"]) for panel in panels}

    return painted


@pytest.fixture
def text_of():
    """Everything a person can read on the page, chart sentences included; a space that breaks no line is a space."""

    def text(at):
        kinds = ("title", "header", "markdown", "info", "warning", "error")
        words = [element.value for kind in kinds for element in at.get(kind)]
        return "\n".join(str(word) for word in words).replace("\u00a0", " ")

    return text
