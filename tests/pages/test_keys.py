"""Every key that a link can carry: the README lists it, Share writes it as it is read, no value of it breaks a page."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from lib.ui.pages import PAGES
from tests.views import VIEWS

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
PREFIX = {page.file: page.prefix for page in PAGES}
HOSTILE = ["<script>alert(1)</script>", "", "\0", "nan", "inf", "9" * 400, "-1000000"]
EVERY_KEY = [  # (page, what the link keeps as it is, every other key of that view, or of the page)
    *((name, {}, {key for one, which, rest in VIEWS if one == name for key in which | rest}) for name in PREFIX),
    *((name, which, set(rest)) for name, which, rest in VIEWS if which),
]


def drawn(at, name):
    """The keys of all controls of the page."""
    return {key for key in at.session_state.to_dict() if key.startswith(PREFIX[name])}


@pytest.mark.parametrize(("name", "which", "rest"), VIEWS)
def test_share_writes_the_very_choices_of_a_link(open_page, parts_of, name, which, rest):
    gone = {f"{PREFIX[name]}gone": "1"}  # a key of no control
    at = open_page(name, shared=True, **which, **rest, **gone)
    shared = parts_of(at)["share"]
    assert dict(parse_qsl(shared["link"].partition("?")[2])) == which | rest
    assert dict(parse_qsl(shared["only"].partition("?")[2])) == which | rest | {"embed": "true"}


def test_the_readme_lists_the_keys_of_every_page_and_no_others(open_page):
    keys = set()
    for name, which, rest in [*VIEWS, *((name, {}, {}) for name in PREFIX)]:
        keys |= drawn(open_page(name, **which, **rest), name)
    rows = "\n".join(line for line in README.splitlines() if line.startswith("| "))
    assert set(re.findall(rf"`((?:{'|'.join(PREFIX.values())})[a-z_0-9]+)`", rows)) == keys


@pytest.fixture(scope="module")
def usual():
    """Filled by the tests: the words of a view at its defaults."""
    return {}


@pytest.mark.parametrize("bad", HOSTILE, ids=ascii)
@pytest.mark.parametrize(("name", "which", "keys"), EVERY_KEY)
def test_a_link_of_nothing_but_hostile_values_shows_the_usual_view(open_page, text_of, usual, name, which, keys, bad):
    view = (name, *which.values())
    if view not in usual:
        usual[view] = text_of(open_page(name, **which)).splitlines()
    at = open_page(name, **which, **dict.fromkeys(keys, bad))
    shown = text_of(at)
    assert [line for line in usual[view] if line not in shown] == []
    assert "<script" not in shown and "\0" not in shown and "9" * 400 not in shown
    assert all("cannot be read" in warning.value for warning in at.warning)
