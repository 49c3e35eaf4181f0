"""What the README promises: the commands as they are, and every key that a link can carry."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
VIEWS = {  # between them, these views draw every control
    "start": [{}],
    "images": [{"image_picture": "random"}, {"image_picture": "cat"}],
    "template_matching": [{}],
    "template_explosion": [{}],
    "convolution": [{}, {"conv_picture": "cat"}],
    "learning": [{"learn_runs": "3", "learn_trouble": "wrong labels"}],
    "network": [
        {},
        {"network_task": "Handwritten digits"},
        {"network_task": "Handwritten digits", "network_digits_layer": "Convolution 2"},
    ],
}
PREFIXES = ("start_", "image_", "match_", "explosion_", "conv_", "learn_", "network_")


def test_the_commands_stand_there_as_they_are():
    assert "\n    pip install -r requirements.txt && streamlit run app.py\n" in README
    assert "\n    pip install -r requirements-dev.txt && pytest\n" in README
    assert (ROOT / "requirements-dev.txt").read_text().startswith("-r requirements.txt\n")


def test_the_table_lists_the_keys_of_every_page_and_no_others():
    keys = set()
    for page, views in VIEWS.items():
        for view in views:
            at = AppTest.from_file(str(ROOT / "lib" / "ui" / "main.py"), default_timeout=60).run()
            at.switch_page(str(ROOT / "pages" / f"{page}.py"))
            for key, value in view.items():
                at.query_params[key] = value
            at.run()
            keys |= {key for key in at.session_state.to_dict() if key.startswith(PREFIXES)}
    rows = [line for line in README.splitlines() if line.startswith("| ")]
    listed = {key for row in rows for key in re.findall(r"`([a-z_0-9]+)`", row) if key.startswith(PREFIXES)}
    assert listed == keys
