"""A file fits in the head, a function on a screen. `pytest -n 0 -s tests/test_sizes.py` prints the figures."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted([ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "lib").rglob("*.py")])
LINES_OF_A_FILE, LINES_OF_A_FUNCTION, LINES_OF_THE_MEDIAN_BODY = 300, 40, 8


def name_of(file):
    return file.relative_to(ROOT).as_posix()


def functions(file):
    """Name, lines with the docstring, and lines of the body without it, for every function of a file."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = ast.get_docstring(node) is not None
            first = node.body[1] if told and len(node.body) > 1 else node.body[0]
            yield f"{name_of(file)}: {node.name}", node.end_lineno - node.lineno + 1, node.end_lineno - first.lineno + 1


FUNCTIONS = [function for file in FILES for function in functions(file)]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_is_short(file):
    n = len(file.read_text("utf-8").splitlines())
    print(f"{n:5} {name_of(file)}")
    assert n <= LINES_OF_A_FILE


def test_a_function_is_short():
    longest = sorted(FUNCTIONS, key=lambda function: -function[1])
    print("", *(f"{lines:5} {name}" for name, lines, _ in longest[:12]), sep="\n")
    assert [(name, lines) for name, lines, _ in longest if lines > LINES_OF_A_FUNCTION] == []


def test_most_functions_are_very_short():
    bodies = [body for _, _, body in FUNCTIONS]
    print(f"\n{len(bodies)} functions, with a body of {median(bodies):g} lines in the middle")
    assert median(bodies) <= LINES_OF_THE_MEDIAN_BODY
