"""The README's commands are as they are; its table of keys is checked in tests/pages."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_commands_stand_there_as_they_are():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "\n    pip install -r requirements.txt && streamlit run app.py\n" in readme
    assert "\n    pip install -r requirements-dev.txt && pytest\n" in readme
    assert (ROOT / "requirements-dev.txt").read_text().startswith("-r requirements.txt\n")
