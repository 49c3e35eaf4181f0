"""A view to take home: the script of its page (lib/notebooks) with the view's own values, as a Jupyter notebook."""

import ast
import base64
import io
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

SCRIPTS = Path(__file__).parent / "notebooks"  # each runs by itself, and says what its values mean
MOST_WRITTEN = 32 * 32  # numbers of bytes that are written out; more travel as a picture file
WIDTH = 110  # letters a line, about
_CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)


def notebook(script: str, values: Mapping[str, object]) -> str:
    """The script of that name in lib/notebooks as the text of a notebook, with these `values` in place of its own.

    A cell begins at a line `# %%`, or `# %% [markdown]` for words. ValueError for a value the script does not have, or
    that is not made of numbers, texts and arrays (see `literal`).

    >>> '"image = np.array([[0, 1]])\\\\n"' in notebook("convolution", {"image": np.array([[0, 1]])})
    True
    """
    import nbformat  # slow to import, and only this function needs it

    text = with_values((SCRIPTS / f"{script}.py").read_text("utf-8"), values)
    _, *parts = _CELL.split(text)
    cells = []
    for n, (mark, body) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        body = body.strip("\n")
        place = {"id": f"cell-{n}"}  # by itself it would be a random one
        if "[markdown]" in mark:
            cells.append(nbformat.v4.new_markdown_cell(re.sub(r"^# ?", "", body, flags=re.MULTILINE), **place))
        else:
            cells.append(nbformat.v4.new_code_cell(body, **place))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}, nbformat_minor=5
    )
    return nbformat.writes(made)


def with_values(script: str, values: Mapping[str, object]) -> str:
    """The script with other values: what stands after `name =` at its first place is replaced.

    >>> with_values("# steps\\nstride = 1\\nprint(stride)\\n", {"stride": 2})
    '# steps\\nstride = 2\\nprint(stride)\\n'
    """
    places = {}
    for node in ast.parse(script).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            places.setdefault(node.targets[0].id, (node.lineno, node.end_lineno))
    if unknown := values.keys() - places.keys():
        raise ValueError(f"the script has no values called {', '.join(sorted(unknown))}")
    lines = script.splitlines()
    for name, (first, last) in places.items():
        if name in values:
            lines[first - 1 : last] = [f"{name} = {literal(values[name])}"] + [None] * (last - first)
    return "\n".join(line for line in lines if line is not None) + "\n"


def literal(value: object) -> str:
    """A value as Python code that gives it back, and does nothing else.

    None, booleans, finite numbers, texts, lists and tuples of them, and arrays of finite numbers, which are written as
    `np.array(...)`. An array of many bytes, a photograph, is written as `from_png(...)`: a picture file in letters.
    ValueError for anything else.

    >>> literal(0.5), literal("it's"), literal(np.array([[1, 2]], np.uint8))
    ('0.5', '"it\\'s"', 'np.array([[1, 2]], dtype=np.uint8)')
    """
    if isinstance(value, np.ndarray):
        many = value.dtype == np.uint8 and value.ndim > 1 and value.size > MOST_WRITTEN
        return _picture(value) if many else _array(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, list | tuple):
        inside = ", ".join(literal(one) for one in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(value) == 1)})"
    if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and np.isfinite(value)):
        return ascii(value)
    raise ValueError(f"only finite numbers, texts, lists and arrays can be written, got {value!r}")


def _array(array):
    if array.dtype.kind not in "iuf" or not array.size or not np.isfinite(array).all():
        raise ValueError(f"only arrays of finite numbers can be written, got {array.dtype} of shape {array.shape}")
    text = np.array2string(array, separator=", ", threshold=array.size + 1, max_line_width=WIDTH, floatmode="unique")
    kind = "" if array.dtype in (np.int64, np.float64) else f", dtype=np.{array.dtype}"
    return f"np.array({text}{kind})" if "\n" not in text else f"np.array(\n{text}{kind})"


def _picture(array):
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG", optimize=True)
    letters = base64.b64encode(file.getvalue()).decode()
    lines = (f'    "{letters[n : n + WIDTH]}"\n' for n in range(0, len(letters), WIDTH))
    return f"from_png(\n{''.join(lines)})"
