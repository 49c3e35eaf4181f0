"""A course on paper: what to do by hand at each lesson, and behind it the solutions with the plain code."""

import inspect
import re
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse, PlainTextResponse

from lib.courses import Course, read_course
from lib.ui.by_hand import Grid, exercise  # noqa: TID251, they have no streamlit
from lib.ui.pages import PAGES  # noqa: TID251
from lib.ui.qr import READABLE, qr  # noqa: TID251
from lib.ui.words import number  # noqa: TID251

COURSES = Path(__file__).resolve().parents[2] / "courses"
WIDE, GAP, SIGN = 184, 4, 6  # mm: what A4 and Letter both have between their margins; between grids; of a sign
LARGEST = {False: 9, True: 13}  # mm a cell, without decimals and with
STYLE = """
@page { margin: 12mm }
:root { color-scheme: light }
body { max-width: 186mm; margin: 6mm auto; font: 11pt/1.4 system-ui, sans-serif; color: #000; background: #fff }
h1 { margin: 0; font-size: 18pt } h2 { margin: 0 0 1mm; font-size: 13pt } p { margin: 0 0 2mm }
header { display: flex; justify-content: space-between; gap: 6mm; margin-bottom: 6mm }
.address { overflow-wrap: anywhere }
section { margin-bottom: 8mm; break-inside: avoid }
.grids { display: flex; flex-wrap: wrap; align-items: center; gap: 4mm; margin: 2mm 0 3mm }
.sign { width: 2mm; font-size: 14pt }
table { border-collapse: collapse; table-layout: fixed }
caption { text-align: left; font-size: 9pt; white-space: nowrap }
td { box-sizing: border-box; width: var(--cell); height: var(--cell); padding: 0; border: .25mm solid #666;
  text-align: center; font-size: var(--letters); line-height: 1; overflow: hidden }
td.one { background: #ddd; print-color-adjust: exact; -webkit-print-color-adjust: exact }
td.border { border-style: dotted; color: #555 }
td.marked { border: .9mm solid #000 }
.gap { display: inline-block; min-width: 16mm; border-bottom: .3mm solid #000; text-align: center }
.line { line-height: 2 }
h1, h2 { break-after: avoid }
.solutions { break-before: page }
pre { break-inside: avoid; margin: 0 0 4mm; font: 7.5pt/1.35 ui-monospace, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere }
@media print { body { margin: 0 } button { display: none } }
"""


def sheet(course: Course, address: str) -> str:
    """The course as one HTML page to print, which needs nothing else. `address` is where it opens; it may be empty.

    >>> from lib.courses import Lesson
    >>> "2. Images" in sheet(Course("Two", (Lesson("start"), Lesson("images"))), "")
    True
    """
    exercises = [exercise(lesson) for lesson in course.lessons]
    both = zip(course.lessons, exercises, strict=True)
    blank, solved = zip(
        *((_lesson(n, *one, False), _lesson(n, *one, True)) for n, one in enumerate(both, 1)), strict=True
    )
    code = dict.fromkeys(function for one in exercises for function in one.code)  # each once
    title = escape(course.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=760"><style>{STYLE}</style></head><body>'
        f"<header><div><h1>{title}</h1>{_address(address)}"
        f'<button type="button" onclick="print()">Print</button></div>{_code(address)}</header>'
        f'<main>{"".join(blank)}<h1 class="solutions">Solutions: {title}</h1>{"".join(solved)}'
        f"<h2>The code</h2>{''.join(map(_source, code))}</main></body></html>"
    )  # fmt: skip


def shipped_sheet(request):
    """The answer to BASE/sheet/NAME: the sheet of a course in courses/."""
    shipped = {path.stem: path for path in COURSES.glob("*.json") if path.stem != "schema"}
    name = request.path_params["name"]
    if name not in shipped:
        return PlainTextResponse(f"There is no course “{name}” here. There are: {', '.join(sorted(shipped))}.", 404)
    course = read_course(shipped[name].read_bytes(), {page.file: page.prefix for page in PAGES})
    return HTMLResponse(sheet(course, f"{_root(request)}?course={name}"))


def _root(request):
    """The app's own address as the browser has it: a proxy that ends TLS says so."""
    told = request.headers.get("x-forwarded-proto", "")
    url = request.url.replace(scheme=told) if told in ("http", "https") else request.url
    return str(url.replace(query="")).rpartition("sheet/")[0]


def _address(address):
    return f'<p class="address">{escape(address)}</p>' if address else ""


def _code(address):
    return qr(address, "30mm") if 0 < len(address.encode()) <= READABLE else ""


def _lesson(n, lesson, told, solved):
    title = next(page.title for page in PAGES if page.file == lesson.page)
    task = f"<p>{escape(lesson.task)}</p>" if lesson.task else ""
    lines = "".join(f'<p class="line">{_line(line, solved)}</p>' for line in told.lines)
    return f"<section><h2>{n}. {title}</h2>{task}{_grids(told.row, solved)}{lines}</section>"


def _line(line, solved):
    """With its answers, or with room for them."""
    answer = (lambda match: f"<b>{match[1]}</b>") if solved else '<span class="gap">&nbsp;</span>'
    return re.sub("⟦(.*?)⟧", answer, escape(line))


def _grids(row, solved):
    """All in one row where their cells are large enough to write in, else one below the other."""
    if not row:
        return ""
    columns = [part.values.shape[1] for part in row if isinstance(part, Grid)]
    room = WIDE - (len(row) - 1) * GAP - (len(row) - len(columns)) * SIGN
    cell = room / sum(columns)
    if cell < 5:
        cell = WIDE / max(columns)
    cell = min(cell, LARGEST[any(part.values.dtype.kind == "f" for part in row if isinstance(part, Grid))])
    parts = [
        _table(part, cell, solved) if isinstance(part, Grid) else f'<span class="sign">{part}</span>' for part in row
    ]
    return f'<div class="grids">{"".join(parts)}</div>'


def _table(grid, cell, solved):
    shown = grid.given or solved
    texts = [[number(value) if shown else "" for value in line] for line in grid.values]
    longest = max(len(text) for line in texts for text in line)
    letters = min(0.5, 1.35 / max(longest, 1)) * cell
    rows = "".join(
        f"<tr>{''.join(_cell(grid, row, column, text) for column, text in enumerate(line))}</tr>"
        for row, line in enumerate(texts)
    )
    style = f"--cell:{cell:.2f}mm;--letters:{letters:.2f}mm;width:{cell * grid.values.shape[1]:.2f}mm"
    return f'<table style="{style}"><caption>{escape(grid.title)}</caption>{rows}</table>'


def _cell(grid, row, column, text):
    """The 1s of a picture are gray, so that its shape is seen with little ink."""
    height, width = grid.values.shape
    kinds = {
        "one": text == "1" and grid.values.max() == 1 and grid.values.min() == 0,
        "border": min(row, column, height - 1 - row, width - 1 - column) < grid.border,
        "marked": grid.marked is not None and grid.marked[row, column],
    }
    names = " ".join(kind for kind, is_so in kinds.items() if is_so)
    return f'<td class="{names}">{text}</td>' if names else f"<td>{text}</td>"


def _source(function):
    """As it stands in lib, but for all of its docstring after the first line."""
    first = function.__doc__.strip().splitlines()[0]
    code = inspect.getsource(function).replace(function.__doc__, first)
    return f"<pre># {function.__module__.replace('.', '/')}.py\n{escape(code)}</pre>"
