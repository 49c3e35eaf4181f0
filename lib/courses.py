"""A course is a list of lessons: a view of the app, and one sentence that says what to do there. It travels as JSON.

    {"glass_box_course": 1, "title": "A course", "lessons": [
        {"link": "convolution?conv_stride=2", "task": "How large is the score map?",
         "controls": ["conv_stride"], "closed": true}]}

Only `link` must stand in a lesson. `courses/schema.json` says the same for other programs.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

VERSION = 1
MOST_BYTES, MOST_LESSONS, LONGEST_TITLE, LONGEST_TASK = 64_000, 60, 100, 200
_LESSON = {"link": str, "task": str, "controls": list, "closed": bool}


class CourseError(ValueError):
    """What is wrong with a course, in one sentence for the one who wrote it."""


class Lesson(NamedTuple):
    """One step of a course."""

    page: str  # as in its address; "start" for the first
    choices: tuple[tuple[str, str], ...] = ()  # (key, value) as the link carries them
    task: str = ""  # plain text, what to do here
    controls: tuple[str, ...] | None = None  # keys that stay in sight; None: all
    closed: bool = False  # the answer stays closed: in a room until the leader opens it

    @property
    def link(self) -> str:
        """The address of its view, from the root of the app.

        >>> Lesson("convolution", (("conv_stride", "2"),)).link
        'convolution?conv_stride=2'
        """
        return self.page + ("?" if self.choices else "") + urlencode(self.choices, safe=",;")


class Course(NamedTuple):
    """A title and its lessons, at least one."""

    title: str
    lessons: tuple[Lesson, ...]


def read_course(text: str | bytes, prefixes: Mapping[str, str]) -> Course:
    """The course in this JSON. `prefixes` says which pages there are, and how the keys of each begin.

    CourseError for anything that is not exactly a course: other fields and types, unknown pages, keys of another page.

    >>> text = '{"glass_box_course": 1, "title": "One", "lessons": [{"link": "images?image_side=16"}]}'
    >>> read_course(text, {"images": "image_"}).lessons[0].choices
    (('image_side', '16'),)
    """
    told = _parsed(text)
    if not isinstance(told, dict) or "glass_box_course" not in told:
        raise CourseError('This is no course: it does not begin with "glass_box_course".')
    version = told["glass_box_course"]
    if type(version) is not int or version != VERSION:
        raise CourseError(f"This course has version {version!r:.20}; version {VERSION} is what can be read here.")
    _only(told, {"glass_box_course", "title", "lessons"}, "The course")
    title, lessons = _line(told.get("title"), LONGEST_TITLE, "The title"), told.get("lessons")
    if not title:
        raise CourseError("The course has no title.")
    if not isinstance(lessons, list) or not 1 <= len(lessons) <= MOST_LESSONS:
        raise CourseError(f"A course has a list of 1 to {MOST_LESSONS} lessons.")
    return Course(title, tuple(_lesson(one, prefixes, f"Lesson {n}") for n, one in enumerate(lessons, 1)))


def write_course(course: Course) -> str:
    """The JSON that `read_course` reads back; what is as usual is left out.

    >>> print(write_course(Course("One", (Lesson("images", task="Look."),))))
    {
      "glass_box_course": 1,
      "title": "One",
      "lessons": [
        {
          "link": "images",
          "task": "Look."
        }
      ]
    }
    """
    lessons = [
        {"link": one.link}
        | ({"task": one.task} if one.task else {})
        | ({} if one.controls is None else {"controls": list(one.controls)})
        | ({"closed": True} if one.closed else {})
        for one in course.lessons
    ]
    told = {"glass_box_course": VERSION, "title": course.title, "lessons": lessons}
    return json.dumps(told, indent=2, ensure_ascii=False)


def read_lesson(link: str, prefixes: Mapping[str, str], **rest) -> Lesson:
    """The lesson of a link like `convolution?conv_stride=2`; `rest` is its task and so on. CourseError if it is none.

    >>> read_lesson("images", {"images": "image_"}, task="Look.")
    Lesson(page='images', choices=(), task='Look.', controls=None, closed=False)
    """
    page, _, query = link.partition("?")
    if page not in prefixes:
        raise CourseError(f"There is no page “{page[:40]}”.")
    try:
        choices = tuple(parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")) if query else ()
    except ValueError:
        raise CourseError(f"The link “{link[:60]}” cannot be read.") from None
    keys = [key for key, _ in choices]
    _keys(keys, prefixes[page], page)
    return Lesson(page, choices, **rest)


def _lesson(told, prefixes, where):
    if not isinstance(told, dict):
        raise CourseError(f"{where} is no lesson.")
    _only(told, _LESSON, where)
    for field, kind in _LESSON.items():
        if field in told and type(told[field]) is not kind:
            raise CourseError(f"{where}: “{field}” is of the wrong kind.")
    if "link" not in told:
        raise CourseError(f"{where} has no link.")
    controls = told.get("controls")
    try:
        lesson = read_lesson(
            told["link"], prefixes, task=_line(told.get("task", ""), LONGEST_TASK, "The task"),
            controls=None if controls is None else tuple(controls), closed=told.get("closed", False),
        )  # fmt: skip
        _keys(lesson.controls or (), prefixes[lesson.page], lesson.page)
    except CourseError as error:
        raise CourseError(f"{where}: {error}") from None
    return lesson


def _keys(keys, prefix, page):
    """Each a key of that page, and none twice."""
    for key in keys:
        if not (isinstance(key, str) and key.startswith(prefix)):
            raise CourseError(f"“{str(key)[:40]}” is no choice of the page “{page}”.")
    if len({*keys}) < len(keys):
        raise CourseError("one choice stands twice.")


def _line(text, longest, what):
    """Plain text of one line."""
    if not isinstance(text, str) or not text.isprintable() or len(text) > longest:
        raise CourseError(f"{what} is one line of text, at most {longest} characters.")
    return text.strip()


def _only(told, fields, where):
    if unknown := sorted(told.keys() - {*fields}):
        raise CourseError(f"{where} has a field that nobody knows: “{unknown[0][:40]}”.")


def _parsed(text):
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MOST_BYTES:
        raise CourseError(f"A course has at most {MOST_BYTES // 1000} kB; this has {len(data) / 1000:,.0f}.")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except CourseError:
        raise
    except (ValueError, RecursionError):
        raise CourseError("This is no JSON.") from None


def _once(pairs):
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise CourseError("One field stands twice.")
    return fields


def _no_number(name):
    raise CourseError(f"{name} is no number of JSON.")
