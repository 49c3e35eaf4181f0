"""What a person does with a grid and sees in it: cells, numbers, the link; a mouse that drags, and fingers."""

import re

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def cells(page, name):
    """The cells of the grid with that caption."""
    return page.locator("figure", has=page.locator("figcaption", has_text=re.compile(f"^{name}"))).locator(".grid i")


def numbers(cells):
    return [float(text.replace("−", "-")) for text in cells.all_inner_texts()]


def lit(cells):
    return cells.evaluate_all("all => all.flatMap((cell, i) => cell.classList.contains('lit') ? [i] : [])")


def sentence(page):
    return page.locator(".sum").inner_text()


def link(page, key):
    return page.evaluate("key => new URL(location).searchParams.get(key)", key)


def wait_for_link(page, key, value=True):
    now = "new URL(location).searchParams.get(key)"
    page.wait_for_function(f"([key, value]) => value === true ? {now} : {now} === value", arg=[key, value])


def middle(cell):
    box = cell.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, first, last):
    page.mouse.move(*middle(first))
    page.mouse.down()
    page.mouse.move(*middle(last), steps=8)
    page.mouse.up()


class Fingers:
    """Real touches on a page with `has_touch`: down(a, b) with one or more points, move(a, b), up()."""

    def __init__(self, page):
        self.browser = page.context.new_cdp_session(page)

    def _touch(self, kind, *points):
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self.browser.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    def down(self, *points):
        self._touch("Start", *points)

    def move(self, *points):
        self._touch("Move", *points)

    def up(self):
        self._touch("End")

    def swipe(self, first, last, parts=2):
        """A fast one from one point to the other."""
        (x, y), (to_x, to_y) = first, last
        self.down(first)
        for part in range(1, parts + 1):
            self.move((x + part / parts * (to_x - x), y + part / parts * (to_y - y)))
        self.up()


def traffic(page):
    """The frames sent and received from now on, as two lists that fill up."""
    sent, received = [], []

    def heard(socket):
        socket.on("framesent", lambda frame: sent.append(frame))
        socket.on("framereceived", lambda frame: received.append(frame))

    page.on("websocket", heard)
    return sent, received


def runs(frames):
    """How many runs of the page, or of a part of it, the frames report the end of."""
    messages = [ForwardMsg.FromString(frame) for frame in frames]
    return sum(message.WhichOneof("type") == "script_finished" for message in messages)
