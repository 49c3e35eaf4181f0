"""Somebody on a page, without a browser: speaks Streamlit's own protocol and does what its frontend does.

With every rerun a visitor sends the values of all controls that are shown, the bound ones in the query too, and the
hashes of the large messages kept from before. A control in a fragment reruns that fragment only, and a fragment that
runs by a timer is asked for at its interval.
"""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from benchmarks.controls import control_of, text_of, write

WAIT = 120  # seconds for an answer
KEPT = 2  # runs that a large message is kept for: Streamlit's global.maxCachedMessageAge


@dataclass
class Answer:
    """What came back for one release: seconds until its run ended, bytes, elements sent, errors shown."""

    fragment: str
    sent: float
    seconds: float | None = None
    size: int = 0
    elements: int = 0
    errors: list = field(default_factory=list)


class Visitor:
    """Use as `async with Visitor(address) as one`, then `open` a page and `move` its `controls`."""

    def __init__(self, address, cookie=""):
        self.headers = {"Cookie": cookie} if cookie else None
        self.url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        self.page, self.pages = "", {}  # the hash of the page shown, and of all pages by their address
        self.shown = {}  # place -> (message, run)
        self.run, self.running = "", False  # the one that draws now, or drew last
        self.values = {}  # id of a control -> its value
        self.kept, self.runs = {}, 0  # hash -> (message, run number when it came)
        self.timers = {}  # fragment -> (interval, task)
        self.begun = set()  # runs since the last release
        self.ended = asyncio.Event()  # a run has ended

    async def __aenter__(self):
        self.socket = await connect(self.url, subprotocols=["streamlit", "x"], max_size=None, compression=None,
                                    open_timeout=WAIT, additional_headers=self.headers)  # fmt: skip
        self.reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_):
        self._stop([*self.timers])
        self.reader.cancel()
        with suppress(asyncio.CancelledError):
            await self.reader
        await self.socket.close()

    async def open(self, page, query=""):
        """Come to a page: by a link at first, later on by the navigation. The start page is `""`."""
        self.page = self.pages.get(page, "")
        self.lesson = {key: value for key, value in parse_qsl(query) if key in ("course", "room", "step")}
        return await self._release(query=query, page="" if self.page else page)

    async def move(self, control, value=None):
        """Give a control that value, and wait for what comes of it; a button is pressed."""
        pressed = control if control.kind == "button" else None
        if not pressed:
            self.values[control.proto.id] = value
        return await self._release(control.fragment, pressed)

    async def until(self, done, seconds):
        """Wait until `done()` holds at the end of a run. TimeoutError after so many seconds."""
        deadline = time.perf_counter() + seconds
        while self.running or not done():
            self.ended.clear()
            ended = asyncio.create_task(self.ended.wait())
            left = deadline - time.perf_counter()
            await asyncio.wait([ended, self.reader], timeout=left, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            if self.reader.done():
                self.reader.result()  # raises what it stumbled over
                raise ConnectionError("the server has closed the connection")
            if time.perf_counter() >= deadline:
                raise TimeoutError(f"no answer in {seconds} s")

    @property
    def controls(self):
        """All that are shown, in the order of the page."""
        found = (control_of(message.delta) for _, (message, _) in sorted(self.shown.items()))
        return [one for one in found if one]

    def value(self, control):
        """The value a control has now."""
        return self.values.get(control.proto.id, control.default)

    def elements(self, kind):
        """All elements of that kind that are shown, in the order of the page."""
        nodes = (message.delta.new_element for _, (message, _) in sorted(self.shown.items()))
        return [getattr(node, kind) for node in nodes if node.WhichOneof("type") == kind]

    def texts(self):
        """All that is written on the page, as one text."""
        return "\n".join(one.body for kind in ("markdown", "alert", "html", "heading") for one in self.elements(kind))

    def parts(self, name):
        """What the components of that name draw."""
        return [data_of(one) for one in self.elements("bidi_component") if one.component_name == name]

    async def _release(self, fragment="", pressed=None, **arrival):
        self.begun, self.answer = set(), Answer(fragment, time.perf_counter())
        await self._ask(fragment, pressed, **arrival)
        await self.until(lambda: self.answer.seconds is not None, WAIT)
        return self.answer

    async def _ask(self, fragment, pressed=None, *, query=None, page="", by_timer=False):
        """Send what the frontend sends for a rerun."""
        message = BackMsg()
        ask = message.rerun_script
        ask.page_script_hash, ask.page_name, ask.fragment_id, ask.is_auto_rerun = self.page, page, fragment, by_timer
        ask.query_string = self._query() if query is None else query
        ask.cached_message_hashes.extend(self.kept)
        ask.context_info.timezone, ask.context_info.locale = "UTC", "en"
        if query is None:
            for control in self.controls:
                if control.kind != "button" and (control.kind != "bidi_component" or self.value(control)):
                    write(ask.widget_states.widgets.add(), control, self.value(control))
        if pressed:
            write(ask.widget_states.widgets.add(), pressed, True)
        await self.socket.send(message.SerializeToString())

    def _query(self):
        """The address as the browser has it: bound values that differ from their default, and the lesson."""
        changed = {one.key: self.value(one) for one in self.controls if one.key and self.value(one) != one.default}
        return urlencode({key: text_of(value) for key, value in changed.items()} | self.lesson)

    async def _read(self):
        """Take in what the server sends, until the visitor leaves."""
        async for data in self.socket:
            message = ForwardMsg.FromString(data)
            if self.answer.seconds is None:
                self.answer.size += len(data)
            if message.WhichOneof("type") == "ref_hash":
                place, message = message.metadata, self.kept[message.ref_hash][0]
                message.metadata.CopyFrom(place)
            elif message.metadata.cacheable:
                self.kept.setdefault(message.hash, (message, self.runs))
            takes = getattr(self, f"_take_{message.WhichOneof('type')}", None)
            if takes:
                takes(message)

    def _take_new_session(self, message):
        self.run, self.running = message.metadata.run.script_run_id, True
        self.begun.add(self.run)
        if not message.metadata.run.fragment_ids:
            self._stop([*self.timers])

    def _take_navigation(self, message):
        self.page = message.navigation.page_script_hash
        self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}

    def _take_delta(self, message):
        place, delta = tuple(message.metadata.delta_path), message.delta
        before = self.shown.get(place)
        if delta.WhichOneof("type") == "new_element":
            self.answer.elements += self.answer.seconds is None
            if before and before[0].delta.WhichOneof("type") == "add_block":  # its place is taken, with all in it
                self.shown = {at: node for at, node in self.shown.items() if at[: len(place)] != place}
            if delta.new_element.WhichOneof("type") == "exception":
                error = delta.new_element.exception
                self.answer.errors.append(f"{error.type}: {error.message}")
        self.shown[place] = message, self.run
        control = control_of(delta)
        if control and control.told is not None:
            self.values[control.proto.id] = control.told

    def _take_auto_rerun(self, message):
        fragment, interval = message.auto_rerun.fragment_id, message.auto_rerun.interval
        if self.timers.get(fragment, (None,))[0] != interval:
            self._stop([fragment])
            self.timers[fragment] = interval, asyncio.create_task(self._tick(fragment, interval))

    def _take_stop_auto_rerun(self, message):
        self._stop(message.stop_auto_rerun.fragment_ids)

    def _take_script_finished(self, message):
        run, status = message.metadata.run, message.script_finished
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.answer.errors.append("the page does not compile")
        self._forget_stale(run)
        answers = not run.fragment_ids or self.answer.fragment in run.fragment_ids
        if answers and run.script_run_id in self.begun and self.answer.seconds is None:
            self.answer.seconds = time.perf_counter() - self.answer.sent
        self.running = False
        self.ended.set()

    def _forget_stale(self, run):
        """What the run would have drawn and did not is gone, with its values; so are messages kept too long."""
        there = {place for place, (_, drawn) in self.shown.items() if drawn == run.script_run_id}
        if run.fragment_ids:  # it clears up only in what it has drawn itself
            anew = {place for place in there if self.shown[place][0].delta.fragment_id in run.fragment_ids}
            there |= {place for place in self.shown if not any(place[:n] in anew for n in range(len(place)))}
        self.shown = {place: node for place, node in self.shown.items() if place in there}
        alive = {control.proto.id for control in self.controls}
        self.values = {one: value for one, value in self.values.items() if one in alive}
        self.runs += 1
        self.kept = {
            key: (message, came)
            for key, (message, came) in self.kept.items()
            if self.runs - came <= KEPT or (run.fragment_ids and message.delta.fragment_id not in run.fragment_ids)
        }

    async def _tick(self, fragment, interval):
        while True:
            await asyncio.sleep(interval)
            await self._ask(fragment, by_timer=True)

    def _stop(self, fragments):
        for fragment in fragments:
            if fragment in self.timers:
                self.timers.pop(fragment)[1].cancel()


def data_of(component):
    """What a component draws; one that draws bytes says in their first line what they are."""
    if component.WhichOneof("data") != "bytes":
        return json.loads(component.json)
    words, _, numbers = component.bytes.partition(b"\n")
    return json.loads(words) | {"bytes": numbers.hex()}
