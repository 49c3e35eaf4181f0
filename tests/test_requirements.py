"""What the app imports is what it is installed with."""

import ast
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def imported_packages():
    """The first names of everything that app.py, lib and pages import, but for Python's and our own.

    The scripts in lib/notebooks run at visitors' homes.
    """
    lib = (path for path in (ROOT / "lib").rglob("*.py") if path.parent.name != "notebooks")
    for path in (ROOT / "app.py", *lib, *(ROOT / "pages").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            yield from {name.split(".")[0] for name in names} - {"lib"} - sys.stdlib_module_names


def test_whatever_is_imported_is_pinned_to_the_version_that_is_tested():
    owners = packages_distributions()
    needed = {owners[name][0].lower() for name in imported_packages()}
    needed.add("uvloop")  # Streamlit takes it by itself where it is there: 1 ms less of processor time a rerun
    lines = (ROOT / "requirements.txt").read_text().split()
    pins = dict(line.partition(";")[0].split("==") for line in lines)
    assert pins == {name: version(name).partition("+")[0] for name in needed}  # torch+cpu is a build of torch
