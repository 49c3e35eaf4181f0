"""A value as code gives the value back and does nothing else, and a script keeps all but its values."""

import ast
import base64
import io
import json

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from lib.notebook import MOST_WRITTEN, SCRIPTS, literal, notebook, with_values

NAMES = sorted(file.stem for file in SCRIPTS.glob("*.py") if file.stem != "__init__")
FINITE = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | st.integers() | FINITE | st.text(max_size=20)
NESTED = st.recursive(PLAIN, lambda inside: st.lists(inside, max_size=3) | st.tuples(inside), max_leaves=6)


def from_png(letters):
    return np.array(Image.open(io.BytesIO(base64.b64decode(letters))))


def run(code):
    return eval(code, {"np": np, "from_png": from_png, "__builtins__": {}})


@given(NESTED)
def test_a_plain_value_comes_back(value):
    assert literal(value).isascii()
    found = ast.literal_eval(literal(value))  # reads values, and no code
    assert found == value and repr(found) == repr(value)


@given(
    st.sampled_from([np.float64, np.float32, np.int64, np.uint8]).flatmap(
        lambda kind: arrays(
            kind,
            array_shapes(max_dims=4, max_side=6),
            elements={"allow_nan": False, "allow_infinity": False} if np.dtype(kind).kind == "f" else None,
        )
    )
)
def test_an_array_comes_back_to_the_last_digit(array):
    found = run(literal(array))
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 3)])
def test_a_photograph_travels_as_a_picture(shape):
    photograph = np.random.default_rng(0).integers(256, size=shape, dtype=np.uint8)
    assert photograph.size > MOST_WRITTEN
    code = literal(photograph)
    assert code.startswith("from_png(") and max(map(len, code.splitlines())) < 120
    np.testing.assert_array_equal(run(code), photograph)


@pytest.mark.parametrize(
    "value",
    [
        np.nan,
        np.inf,
        np.array([np.nan]),
        np.array(["a"]),
        np.array([object()]),
        np.zeros((0, 3)),
        {"a": 1},
        print,
        b"a",
    ],
)
def test_anything_else_is_refused(value):
    with pytest.raises(ValueError, match="can be written"):
        literal(value)


HOSTILE = '\'"""\n# %%\nimport os\\'


@pytest.mark.parametrize("text", [HOSTILE, "\u2028", "\0", "a\r\nb"])
def test_a_hostile_text_stays_a_text(text):
    script = with_values("a = 1\n# %%\nb = a\n", {"a": text})
    assert len(script.splitlines()) == 3
    names = {}
    exec(script, names)
    assert names["b"] == text


def test_only_the_first_place_of_a_value_is_replaced():
    script = "# a = 0\na = [\n    1,\n    2,\n]\nb = a\na = 3\n"
    assert with_values(script, {"a": (1,)}) == "# a = 0\na = (1,)\nb = a\na = 3\n"
    assert with_values(script, {}) == script


def test_an_unknown_value_is_named():
    with pytest.raises(ValueError, match="no values called c, d"):
        with_values("a = 1\n", {"c": 1, "a": 2, "d": 3})


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_one_and_the_same_each_time(name):
    text = notebook(name, {})
    assert text == notebook(name, {})
    made = nbformat.reads(text, 4)
    nbformat.validate(made)
    first, *rest = made.cells
    assert first.cell_type == "markdown" and first.source.startswith("# ")
    code = [cell.source for cell in rest if cell.cell_type == "code"]
    assert len(json.loads(text)["cells"]) == len(made.cells)
    script = (SCRIPTS / f"{name}.py").read_text("utf-8")
    assert ast.dump(ast.parse("\n".join(code))) == ast.dump(ast.parse(script))  # no code is lost
    for one in ast.walk(ast.parse("\n".join(code))):
        if isinstance(one, ast.Import | ast.ImportFrom):
            assert not (getattr(one, "module", None) or one.names[0].name).startswith(("lib", "streamlit"))
