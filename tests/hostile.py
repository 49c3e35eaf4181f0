"""Links that nobody means well, after the README's table of keys, and what no page may make of one."""

import base64
import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from lib.templates import TEMPLATES
from lib.ui.pages import PREFIXES, WORKSHOP

# Whatever of these a page shows as it stands is markup: an element, a link, an outside picture, a formula, a colour.
PLANTED = ["<x-planted>", "[x](//planted.example)", "![x](//planted.example)", "https://planted.example/",
           ":red[planted]", "$planted$", "**planted**", "<img src=x onerror=planted()>", "`planted`"]  # fmt: skip
RUBBISH = ["", " ", "\0", "nan", "inf", "-inf", "1e400", "9" * 400, "-" + "9" * 400, "-0", "0x10", "1_000", "١٢",
           "true", "None", "null", "[]", "{}", "1,2", ";", "%", "%00", "\u202e", "🙂", "\ufeff1", "é" * 5000,
           "../" * 9, "\r\n", "1;1,1", "33x33-0", "3x3-", "0x0-0", "1x1c-____", "custom", "example"]  # fmt: skip
TEXTS = {  # what a cell of the table says -> texts that fit it, from end to end
    "template": [*TEMPLATES, "0", "1", "-1", "999", "0.0001", "-999.9999", "0,0,0;0,0,0;0,0,0",
                 "-1,-1,-1;-1,-1,-1;-1,-1,-1", ";".join("1" * 7), ",".join(["1"] * 7),
                 ";".join([",".join(["999.9999"] * 7)] * 7), ";".join([",".join(["-999"] * 7)] * 7),
                 "0.0001,0,0;0,0,0;0,0,0", "999,-999,999;-999,999,-999;999,-999,999"],
    "picture": ["3x3-000", "3x3-ff8", "1x1-0", "1x1-8", "1x32-ffffffff", "32x1-00000000", "32x32-" + "f" * 256,
                "32x32-" + "0" * 256, "8x8-" + "f" * 16, "8x8-" + "g" * 64, "8x8-" + "0" * 64, "1x1g-10", "1x1c-_wAA",
                "32x32g-" + "10" * 1024, "5x5-8a88000", "1,0;0,1", "2x2-09ag"],
    "layer": ["Pooling", "Dense 9,0,0", "Dense 999,999,999", "Convolution 2 1,2,3", "Changed", "Input"],
    "number": ["0", "-1", "99999", "-99999", "2.5", "0.00001", "99999.99999", "-99999.99999"],
}  # fmt: skip
ELSEWHERE = {"course": ["article", "class", "mine", "schema", "x"], "room": ["KXPTM", "kxptm", "00000"],
             "step": ["1", "2", "999", "0", "-1", "1.5"], "embed": ["true", "false"], "embed_options": ["dark_theme"],
             "conv_gone": ["1"], "_page": ["1"], "_lesson": ["x"], "_arrival_": ["x"]}  # fmt: skip
NOT_FINITE = re.compile(r"(?<!\w)[+−-]?(nan|inf|infinity)(?!\w)", re.IGNORECASE)
QUOTED = re.compile("“[^”]*”")
FILES = [*PREFIXES, WORKSHOP.file]
ROOT = Path(__file__).resolve().parents[1]


def keys_of():
    """Page -> key -> values that fit it, from end to end, out of the README's table."""
    found = {file: {} for file in FILES}
    for line in (ROOT / "README.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall("`([a-z_0-9]+)`", cells[1]) if len(cells) == 4 else []
        for key in names:
            file = next((file for file, prefix in PREFIXES.items() if key.startswith(prefix)), None)
            if file:
                same = re.match("as `([a-z_]+)`", cells[2])
                found[file][key] = found[file][same[1]] if same else fitting(cells[2])
    return found


def fitting(told):
    """Values that fit what a cell of the table tells."""
    ends = [float(end) for pair in re.findall(r"(-?[\d.]+) to (-?[\d.]+)", told) for end in pair]
    around = [f"{end + more:g}" for end in ends for more in (-1, 0, 1)] + [f"{sum(ends) / 2:g}"] * bool(ends)
    around += ["0", "1", "78", "9999999"] * ("0 to the " in told)
    listed = told.split() if re.fullmatch(r"[\d. ]+", told) else [word.strip() for word in told.split(",")]
    words = [word for word in listed if not re.search(r" to |^(an?|or|the|for|step) |[()]", word)]
    return [*around, *words, *(text for word, texts in TEXTS.items() if word in told for text in texts)]


def links(keys, seed):
    """Queries without end for a page with those keys: of what fits, of rubbish, of both, and of what is of no page."""
    chance, valid = random.Random(seed), [value for values in keys.values() for value in values] or RUBBISH
    keys = keys | ELSEWHERE
    while True:
        fits, many = chance.choice([0, 0.6, 1]), chance.random()
        query = {}
        for key, fitting_it in keys.items():
            if chance.random() < (0.15 if key in ELSEWHERE else many):
                other = chance.choice([valid, RUBBISH, PLANTED, [_any_text(chance)]])
                query[key] = chance.choice(fitting_it if chance.random() < fits else other)
        if query and chance.random() < 0.1:  # one key twice
            key = chance.choice([*query])
            query[key] = [query[key], chance.choice(RUBBISH)]
        yield query


def _any_text(chance):
    letters = [*range(32, 127), 0, 10, 0x661, 0x202E, 0x1F642]
    return "".join(chr(chance.choice(letters)) for _ in range(chance.randint(0, 30)))


def opened(page, query, folds=()):
    """The AppTest of a page opened by that link, not run yet; `folds` are open."""
    at = AppTest.from_file(str(ROOT / "lib" / "ui" / "main.py"), default_timeout=60)
    if page != FILES[0]:
        at.switch_page(str(ROOT / "pages" / f"{page}.py"))
    at.query_params.update(query)
    for fold in folds:
        at.session_state[fold] = True
    return at


def harms(node):
    """What is wrong with all elements of an AppTest's tree."""
    if isinstance(node, Block):
        return [words for child in node.children.values() for words in harms(child)]
    return harm(node.type, node.proto)


def harm(kind, proto):
    """What is wrong with an element of a page, as Streamlit sends it: a list of sentences."""
    found = []
    if kind == "exception":
        found.append(f"an exception {proto.message[:60]}")
    for text in (proto.spec,) if kind == "plotly_chart" else _told(proto) if kind == "bidi_component" else ():
        found += _not_finite(text)
    if kind == "bidi_component" and proto.bytes:
        weights = proto.bytes.partition(b"\n")[2]
        found += [] if np.isfinite(np.frombuffer(weights, "<f4")).all() else ["a weight is not finite"]
    for name in ("body", "label", "help", "text", "caption"):
        shown = getattr(proto, name, None)
        if isinstance(shown, str):
            found += _markup(shown, html=kind == "html")
    return found


def _told(proto):
    return [text for text in (proto.json, proto.bytes.partition(b"\n")[0].decode()) if text]


def _not_finite(text):
    """What of a figure, or of what a component is told, is no finite number."""
    odd = []
    told = json.loads(text, parse_constant=lambda name: odd.append(f"{name} in a figure"))
    for part in _dicts(told):
        values = np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"]) if "bdata" in part else np.zeros(1)
        if not np.isfinite(values).all():
            odd.append("an array of a figure is not finite")
    return odd


def _dicts(told):
    if isinstance(told, dict):
        yield told
    for one in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from _dicts(one)


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        spelled = " ".join(f"{name}={value}" for name, value in attrs)
        if "planted" in tag or any(name.startswith("on") for name, _ in attrs) or "planted" in spelled:
            self.found.append(f"<{tag} {spelled}> is an element of the page")


def _markup(text, *, html):
    if html:
        tags = _Tags()
        tags.feed(text)
        return tags.found
    planted = [f"{one} is markup in {text[:80]!r}" for one in PLANTED if one in text]
    return planted + [f"{odd[0]} is no number, in {text[:80]!r}" for odd in NOT_FINITE.finditer(QUOTED.sub("", text))]
