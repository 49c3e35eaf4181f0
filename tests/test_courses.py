import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.courses import Course, CourseError, Lesson, read_course, read_lesson, write_course

PREFIXES = {"start": "start_", "images": "image_", "convolution": "conv_"}
GOOD = {"glass_box_course": 1, "title": "One", "lessons": [{"link": "convolution?conv_stride=2"}]}

text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=100)
keys = st.lists(st.from_regex(r"conv_[a-z_]{1,12}", fullmatch=True), unique=True, max_size=5)
lessons = st.builds(
    lambda keys, values, **rest: Lesson("convolution", tuple(zip(keys, values, strict=False)), **rest),
    keys, st.lists(text, min_size=5), task=text, controls=st.none() | keys.map(tuple), closed=st.booleans(),
)  # fmt: skip


@given(st.builds(Course, text.filter(bool), st.lists(lessons, min_size=1, max_size=4).map(tuple)))
def test_what_is_written_is_read_back(course):
    assert read_course(write_course(course), PREFIXES) == course


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner)
    | st.dictionaries(st.sampled_from(["link", "task", "controls", "closed", "title", "lessons", "x"]), inner),
)  # fmt: skip


@given(st.text() | st.binary() | st.builds(lambda rest: json.dumps(GOOD | rest), st.dictionaries(
    st.sampled_from(["title", "lessons", "glass_box_course"]), json_values)))  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(told):
    try:
        course = read_course(told, PREFIXES)
    except CourseError as error:
        assert len(str(error)) < 200
    else:
        assert read_course(write_course(course), PREFIXES) == course


def changed(**fields):
    return json.dumps(GOOD | fields)


def lesson(**fields):
    return changed(lessons=[{"link": "images"}, {"link": "convolution"} | fields])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("[]", "is no course"),
        ("{", "no JSON"),
        ("[" * 20_000, "no JSON"),
        ('{"glass_box_course": NaN}', "NaN"),
        ('{"title": "a", "title": "b"}', "stands twice"),
        ("9" * 64_001, "at most 64 kB; this has 64"),
        (changed(glass_box_course=2), "version 2"),
        (changed(glass_box_course=True), "version True"),
        (changed(extra=1), "“extra”"),
        (changed(title=""), "no title"),
        (changed(title="x" * 101), "at most 100"),
        (changed(title="a\nb"), "one line"),
        (changed(lessons=[]), "1 to 60"),
        (changed(lessons=[{"link": "images"}] * 61), "1 to 60"),
        (changed(lessons=["images"]), "Lesson 1 is no lesson"),
        (lesson(link=None), "Lesson 2: “link” is of the wrong kind"),
        (lesson(closed=1), "Lesson 2: “closed”"),
        (lesson(task="x" * 201), "at most 200"),
        (lesson(link="https://example.org/convolution"), "no page “https://example.org/convolution”"),
        (lesson(link="convolution?image_side=16"), "“image_side” is no choice"),
        (lesson(link="convolution?conv_row=1&conv_row=2"), "stands twice"),
        (lesson(link="convolution?conv_row"), "cannot be read"),
        (lesson(controls=["conv_row", 3]), "“3” is no choice"),
        (lesson(controls=["learn_rate"]), "“learn_rate” is no choice"),
    ],
)
def test_what_is_wrong_is_said(told, words):
    with pytest.raises(CourseError, match=r"^.{10,200}$") as raised:
        read_course(told, PREFIXES)
    assert words in str(raised.value)


def test_a_link_is_read_as_it_is_written():
    lesson = read_lesson("convolution?conv_template=0,1,0;1,1,1;0,1,0&conv_picture=planted+lines", PREFIXES)
    assert lesson.choices == (("conv_template", "0,1,0;1,1,1;0,1,0"), ("conv_picture", "planted lines"))
    assert read_lesson(lesson.link, PREFIXES) == lesson
