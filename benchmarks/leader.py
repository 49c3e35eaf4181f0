"""A room on a running server as a leader opens it, and the connection by which a browser asks how far the room is."""

import asyncio
import re
from urllib.parse import urlsplit

from benchmarks.visitor import Visitor

EVERY = 3  # seconds from poll to poll
HEADERS = """\
Connection: keep-alive
sec-ch-ua-platform: "Android"
User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36
sec-ch-ua: "Chromium";v="149", "Not)A;Brand";v="24"
sec-ch-ua-mobile: ?1
Accept: */*
Sec-Fetch-Site: same-origin
Sec-Fetch-Mode: cors
Sec-Fetch-Dest: empty
Accept-Encoding: gzip, deflate
Accept-Language: en-GB,en;q=0.9
Cookie: glass_box_seat=AAAAAAAAAAAAAAAAAAAAAA
"""  # what Chromium on a phone sends; the cookie is as long as one of ours


class Line:
    """A browser's connection to the server, kept open."""

    def __init__(self, address, cookie=""):
        self.host, self.out = urlsplit(address).netloc, None
        self.headers = HEADERS.rstrip() + (f"; {cookie}\n" if cookie else "\n")

    async def get(self, path):
        """The answer's head, and all bytes that travelled for it and its body."""
        if not self.out or self.into.at_eof():  # the server closes what is quiet for five seconds
            self.into, self.out = await asyncio.open_connection(*self.host.split(":"))
        asked = f"GET {path} HTTP/1.1\nHost: {self.host}\n{self.headers}\n".replace("\n", "\r\n")
        self.out.write(asked.encode())
        head = (await self.into.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"content-length: (\d+)", head.lower())[1])
        await self.into.readexactly(length)
        return head, len(asked) + len(head) + length


async def open_room(address, stack, cookie=""):
    """By the controls of a course: (the room's code, its leader, who stands at the second step)."""
    host = await stack.enter_async_context(Visitor(address, cookie))
    await host.open("convolution", "course=tiny&step=3")
    await host.move(next(one for one in host.controls if one.kind == "popover" and "room" in one.proto.label), True)
    await host.move(next(one for one in host.controls if one.kind == "button" and "room" in one.proto.label))
    secret = re.search(r"/lead/([\w-]+)", host.texts())[1]
    head, _ = await Line(address, cookie).get(f"/lead/{secret}")
    code = re.search(r"glass_box_lead_(\w{5})=", head)[1]
    cookies = "; ".join(filter(None, [cookie, f"glass_box_lead_{code}={secret}"]))
    leader = await stack.enter_async_context(Visitor(address, cookies))
    await leader.open("convolution", in_room(code))
    return code, leader


def in_room(code):
    """The query of that room's second step."""
    return f"conv_stride=2&room={code}&step=2"
