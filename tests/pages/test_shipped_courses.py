"""The courses that come with the app: each lesson opens as it says. And what the controls of a lesson are called."""

import json
from pathlib import Path

import jsonschema
import pytest

from lib.courses import read_course
from lib.ui.control_names import CONTROLS
from lib.ui.pages import PREFIXES
from tests.views import VIEWS

FOLDER = Path(__file__).resolve().parents[2] / "courses"
FILES = sorted(path for path in FOLDER.glob("*.json") if path.stem != "schema")
LESSONS = [
    pytest.param(lesson, id=f"{path.stem}-{n}")
    for path in FILES
    for n, lesson in enumerate(read_course(path.read_bytes(), PREFIXES).lessons, 1)
]


def control(at, key):
    """The control of that key, of whatever kind."""
    widgets = [*at.main, *at.sidebar]
    return next(one for one in widgets if getattr(one, "key", None) == key)


def test_there_are_two():
    assert [path.stem for path in FILES] == ["article", "class"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_says_yes(path):
    jsonschema.validate(json.loads(path.read_text("utf-8")), json.loads((FOLDER / "schema.json").read_text("utf-8")))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_opens_with_its_choices_and_has_its_controls(open_page, lesson):
    at = open_page(lesson.page, **dict(lesson.choices))
    assert not at.warning and not at.error
    for key, value in lesson.choices:
        assert str(at.session_state[key]).lower() == value.lower(), key
    usual = open_page(lesson.page)
    assert all(str(usual.session_state.to_dict().get(key)).lower() != value.lower() for key, value in lesson.choices)
    for key in lesson.controls or ():
        assert control(at, key), key
    assert set(lesson.controls or ()) <= CONTROLS[lesson.page].keys()
    assert lesson.task


@pytest.mark.parametrize(("name", "which", "rest"), VIEWS)
def test_a_control_is_called_as_on_its_page(open_page, name, which, rest):
    at = open_page(name, **which, **rest)
    names = CONTROLS[name]
    drawn = {key for key in at.session_state.to_dict() if key.startswith(PREFIXES[name])} - {f"{PREFIXES[name]}deeper"}
    assert drawn <= names.keys()
    for key in drawn:
        label = control(at, key).label.split(":")[0].removesuffix(" as text")
        assert names[key].split(" (")[0] == label, key
