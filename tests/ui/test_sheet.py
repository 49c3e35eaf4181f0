"""A course on paper: its grids are empty in front and right behind, whatever its links say."""

import json
from html.parser import HTMLParser

import numpy as np
import pytest
from starlette.requests import Request

from lib.convolution import correlate
from lib.courses import Course, Lesson, read_course
from lib.images import photograph, planted_lines, shrink, to_gray
from lib.learning import train_template
from lib.templates import TEMPLATES
from lib.ui import sheet as sheets
from lib.ui.by_hand import EXERCISES, Grid, exercise
from lib.ui.pages import PAGES
from lib.ui.sheet import sheet, shipped_sheet
from tests.views import VIEWS

HOSTILE = ["<script>alert(1)</script>", "", "\0", "nan", "inf", "9" * 400, "-1000000", "⟦1⟧"]
ADDRESS = "https://school.example/box/?course=two"
TWO = Course(
    "Numbers & <sums>",
    (
        Lesson("images", (("image_threshold", "100"),), "Write <b>1</b> from 100 on."),
        Lesson("template_matching", (("match_picture", "all yellow"), ("match_template", "1,-1,0;0,2,0;0,0,-3"))),
        Lesson("convolution", (("conv_seed", "4"), ("conv_padding", "1"), ("conv_template", "diagonal"))),
    ),
)
OTHERS = Course(
    "The others",
    tuple(Lesson(*one) for one in [("start",), ("template_explosion",), ("learning", (("learn_bias", "true"),)),
                                   ("network",), ("convolution", (("conv_picture", "cat"),))]),
)  # fmt: skip


class Tables(HTMLParser):
    """Every table as (title, rows of texts), and what else stands there."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.tags, self.text, self.inside = [], [], "", None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append(["", []])
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag == "td":
            self.tables[-1][1][-1].append("")
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, text):
        if self.inside == "caption":
            self.tables[-1][0] += text
        elif self.inside == "td":
            self.tables[-1][1][-1][-1] += text
        elif self.inside != "style":
            self.text += text


def numbers(rows):
    return np.array([[float(text.replace("−", "-")) for text in row] for row in rows])


def split(course):
    """The tables of the first part and of the solutions."""
    first, second = sheet(course, ADDRESS).split('class="solutions"')
    return Tables(first).tables, Tables(second).tables


def test_grids_are_empty_in_front_and_filled_behind():
    blank, solved = split(TWO)
    assert [title for title, _ in blank] == [title for title, _ in solved]
    empty = ["Binary: 1 from 100 on", "Products", "Score map"]
    assert [title for title, rows in blank if not any(map(any, rows))] == empty
    for (title, rows), (_, filled) in zip(blank, solved, strict=True):
        assert np.shape(rows) == np.shape(filled) and all(map(all, filled))
        assert title in empty or rows == filled


def test_the_solutions_are_what_lib_computes():
    (_, gray), (_, binary), _, (_, template), (_, products), _, _, (_, scores) = split(TWO)[1]
    cat = to_gray(shrink(photograph("cat"), 8))
    assert (numbers(gray) == cat).all() and (numbers(binary) == (cat >= 100)).all()
    assert numbers(template).tolist() == numbers(products).tolist() == [[1, -1, 0], [0, 2, 0], [0, 0, -3]]
    image = planted_lines((11, 11), 6, seed=4)[0]
    assert (numbers(scores) == correlate(image, TEMPLATES["diagonal"], padding=1)).all()
    text = Tables(sheet(TWO, ADDRESS)).text
    assert "Sum: −1" in text and "(11 + 2 × 1 − 3) ÷ 1 + 1 = 11 rows" in text


def test_the_answers_of_the_other_pages():
    text = Tables(sheet(OTHERS, "").split('class="solutions"')[1]).text
    run = train_template(TEMPLATES["vertical line"], seed=50, bias=True, engine="numpy")
    total = round(float((run.templates[-1].round(2) * run.images[0]).sum()), 2)
    for words in (
        "3 goes in. × 2 = 6, × 2 = 12, × 2 = 24",
        "88.1 % dog and 11.9 % cat",
        "It fits 9 times down × 11 times across = 99 templates",
        "11 × 11 = 121 weights, all together 11,979",
        f"Sum: {total}".replace("-", "−"),
        "(56 + 2 × 0 − 3) ÷ 1 + 1 = 54 rows",
        "What is it? 9",
    ):
        assert words in text


def test_a_sheet_is_escaped_and_needs_nothing_else():
    page = Tables(sheet(TWO, ADDRESS + '"><script>'))
    assert "Numbers & <sums>" in page.text and "Write <b>1</b> from 100 on." in page.text
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe"})
    named = [name for _, attributes in page.tags for name in attributes]
    assert not {"src", "href"} & set(named) and [name for name in named if name.startswith("on")] == ["onclick"]
    for function in ("def to_binary", "def score", "def correlate_plainly"):
        assert page.text.count(function) == 1


@pytest.mark.parametrize("bad", HOSTILE, ids=ascii)
@pytest.mark.parametrize("page", EXERCISES)
def test_choices_that_make_no_sense_are_the_usual_ones(page, bad):
    keys = {key for name, which, rest in VIEWS if name == page for key in which | rest}
    usual, told = (exercise(Lesson(page, choices)) for choices in ((), tuple((key, bad) for key in keys)))
    assert told.lines == usual.lines and repr(told.row) == repr(usual.row)


LARGEST = [
    ("images", (("image_side", "64"),)),
    ("template_explosion", (("explosion_rows", "32"), ("explosion_columns", "32"), ("explosion_template", "900"))),
    ("convolution", (("conv_picture", "16x16-" + "f" * 64), ("conv_padding", "3"),
                     ("conv_template", ";".join([",".join(["-100.25"] * 7)] * 7)))),
    ("learning", (("learn_rate", "20"),)),
    *((name, tuple((which | rest).items())) for name, which, rest in VIEWS),
]  # fmt: skip


@pytest.mark.parametrize(("page", "choices"), LARGEST)
def test_no_grid_is_wider_than_the_paper(page, choices):
    drawn = Tables(sheets._grids(exercise(Lesson(page, choices)).row, solved=True))
    for tag, attributes in drawn.tags:
        if tag == "table":
            assert float(attributes["style"].rpartition("width:")[2].removesuffix("mm")) <= sheets.WIDE
    for title, rows in drawn.tables:
        assert title and len({len(row) for row in rows}) == 1


def test_a_template_that_does_not_fit_is_what_the_page_shows_then():
    told = exercise(Lesson("convolution", (("conv_picture", "2x2-f"), ("conv_dilation", "3"))))
    shapes = [part.values.shape for part in told.row if isinstance(part, Grid)]
    assert shapes == [(11, 11), (3, 3), (9, 9)]


def asked(name, **headers):
    told = {"host": "school.example"} | headers
    sent = [(key.replace("_", "-").encode(), value.encode()) for key, value in told.items()]
    scope = {"type": "http", "method": "GET", "path": f"/box/sheet/{name}", "query_string": b"x=1", "headers": sent}
    return shipped_sheet(Request(scope | {"scheme": "http", "path_params": {"name": name}, "root_path": ""}))


@pytest.fixture
def courses(monkeypatch, tmp_path):
    course = {"glass_box_course": 1, "title": "Mine", "lessons": [{"link": "images"}]}
    (tmp_path / "mine.json").write_text(json.dumps(course), "utf-8")
    (tmp_path / "schema.json").write_text("{}")
    monkeypatch.setattr(sheets, "COURSES", tmp_path)


def test_a_shipped_course_is_served_with_its_address(courses):
    page = asked("mine").body.decode()
    assert "http://school.example/box/?course=mine<" in page and "1. Images" in page
    assert "https://school.example/box/?course=mine<" in asked("mine", x_forwarded_proto="https").body.decode()
    assert "http://school.example" in asked("mine", x_forwarded_proto="javascript").body.decode()


@pytest.mark.parametrize("name", ["schema", "theirs", "../mine", "<script>"])
def test_any_other_name_is_not_found_in_words(courses, name):
    answer = asked(name)
    assert answer.status_code == 404 and answer.media_type == "text/plain"
    assert answer.body.decode() == f"There is no course “{name}” here. There are: mine."


@pytest.mark.parametrize("path", [one for one in sheets.COURSES.glob("*.json") if one.stem != "schema"], ids=str)
def test_every_shipped_course_prints(path):
    course = read_course(path.read_bytes(), {page.file: page.prefix for page in PAGES})
    assert Tables(sheet(course, ADDRESS)).text.count("Solutions") == 1
