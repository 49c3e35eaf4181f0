"""A participant of a workshop: moves every kind of control by chance, paints, and looks at what comes back."""

import hashlib
import json
import random
import time

import numpy as np

from benchmarks.expected import complaints
from benchmarks.visitor import Visitor, data_of
from lib.codec import encode, encode_image, encode_levels

PATIENCE = 10  # seconds: a run that the server began by itself may end between a release and its answer
PAINTS = {  # what a stroke can paint: from where to where, and the text of it
    "pixels": (0, 1, encode_image),
    "levels": (0, 16, encode_levels),
    "weights": (-1, 1, encode),
}


class Participant:
    """Somebody on one page of a running app. `seen` is shared by all: what a view drew for the first who had it."""

    def __init__(self, address, page, seen, seed, cookie="", query=""):
        self.visitor, self.page, self.seen, self.query = Visitor(address, cookie), page, seen, query
        self.chance = random.Random(seed)

    async def arrive(self, page=None):
        """Open a page; it takes `Answer.seconds`."""
        self.page = page or self.page
        return await self.visitor.open("" if self.page == "start" else self.page, self.query)

    async def release(self):
        """Move something: (kind of control, `Answer`, what is wrong on the page then)."""
        control, value = self.choose()
        answer = await self.visitor.move(control, value)
        if wrong := self.complaints():
            try:
                await self.visitor.until(lambda: not self.complaints(), PATIENCE)
                answer.seconds, wrong = time.perf_counter() - answer.sent, []
            except TimeoutError:
                wrong = self.complaints()
        return control.kind, answer, wrong

    def choose(self):
        """A control and its next value: each kind as often as any other."""
        moves = {}
        for control in self.visitor.controls:
            if control.can_move and (values := self.values(control)):
                moves.setdefault(control.kind, []).append((control, values))
        control, values = self.chance.choice(self.chance.choice(list(moves.values())))
        return control, self.chance.choice(values)

    def values(self, control):
        """What it can be moved to, or nothing."""
        if control.kind == "button":
            return [True]
        if control.kind == "text_input":
            fitting = [canvas for canvas in self.canvases() if canvas[0] == control.key]
            return [PAINTS[kind][2](self.paint(kind, grid)) for _, kind, grid in fitting]
        if control.kind == "bidi_component":
            return list(self.reports(control))
        return [value for value in control.choices if value != self.visitor.value(control)]

    def reports(self, control):
        """What a component of the page may tell: something painted, or where a window rests."""
        data = data_of(control.proto)
        for key, kind, grid in canvases(data):
            yield {"strokes": {"n": data["n"] + 1, "value": {key: self.paint(kind, grid).ravel().tolist()}}}
        if "position" in data:
            there = np.add(data["position"], 1)
            yield {"position": {"n": data["n"] + 1, "value": there.tolist()}}

    def canvases(self):
        """All that can be painted on the page: (key, kind, grid)."""
        names = ("paintable", "stage", "network")
        parts = [data for name in names for data in self.visitor.parts(f"glass_box_{name}")]
        return [canvas for data in parts for canvas in canvases(data)]

    def paint(self, kind, grid):
        low, high, _ = PAINTS[kind]
        return np.array([self.chance.randint(low, high) for _ in grid["values"]]).reshape(grid["rows"], grid["columns"])

    def complaints(self):
        """What is wrong on the page: against lib, and against what another visitor with the same view got."""
        one, controls = self.visitor, self.visitor.controls
        values = {control.key: one.value(control) for control in controls if control.key}
        found = complaints(self.page, values, one)
        if not one.timers:  # else it is not there yet
            view = (self.page, *((control.name, one.value(control)) for control in controls if is_choice(control)))
            view += tuple(control.name for control in controls if control.kind == "button")  # also what is covered
            if self.seen.setdefault(view, drawn := self.drawn()) != drawn:
                found.append("others with the same view see other charts and grids")
        return found

    def drawn(self):
        """All charts and grids of the page, as one short text."""
        counts = dict.fromkeys(("n", "n_open", "n_threshold"), 0)  # of reports
        components = self.visitor.elements("bidi_component")
        parts = [data_of(one) | counts for one in components if one.component_name != "glass_box_room"]  # it has a name
        charts = [one.spec for one in self.visitor.elements("plotly_chart")]
        return hashlib.md5(json.dumps([parts, charts]).encode()).hexdigest()


def canvases(data):
    """(key, kind, grid) of all that can be painted in a component's data: panels in a row, or the parts of a stage."""
    for panel in data.get("panels", ()):
        if panel["key"]:
            yield panel["key"], panel["paint"], panel["grid"]
    if isinstance(data.get("paint"), list):
        yield from ((key, kind, data[part]) for part, key, kind in data["paint"])
    if "kind" in data:  # a whole network
        yield data["key"], data["kind"], data["picture"]


def is_choice(control):
    return control.kind not in ("button", "bidi_component")
