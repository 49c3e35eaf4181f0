"""What the browser gets before anything is drawn, made small for a room's WiFi.

Streamlit's index.html comes with our own tags in it; files travel compressed, each compressed once and kept in memory.
"""

import gzip
import hashlib
import os
import re
import threading

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, Response

SHRINK = {".js": "text/javascript", ".css": "text/css"}  # fonts and pictures are compressed already
SOON = 20  # seconds after the start, which has other work, and a server of a test ends before it
QUICK, BEST = 5, 10  # Brotli's effort. Plotly: 0.1 s for 1.24 MB, 3.5 s for 1.08; 11 takes 6.7 s for 1.06
# Streamlit's JavaScript, by the names before their hashes:
GRIDS = ("BidiComponent", "rehype-raw")  # a page's first picture is one of our own components, beside text with HTML,
WIDGETS = ("Html", "Button", "ButtonGroup", "PageLink", "Slider", "Selectbox", "Checkbox", "TextInput", "ImageList")
CHARTS = ("PlotlyChart",)  # and what stands below it, large
OURS = "'self'"  # the pages of this very server
SOURCE = r"\*|https?:|(https?://)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:([0-9]{1,5}|\*))?"  # of a Content Security Policy


def frame_ancestors(environment=os.environ):
    """Which pages may show ours in a frame: the host's GLASS_BOX_FRAME_ANCESTORS, without it our own alone.

    ValueError for what is no list of sources, parted by spaces.

    >>> frame_ancestors({}), frame_ancestors({"GLASS_BOX_FRAME_ANCESTORS": "'self' https://*.school.example"})
    ("'self'", "'self' https://*.school.example")
    """
    told = environment.get("GLASS_BOX_FRAME_ANCESTORS", "").strip() or OURS
    if told != "'none'" and not all(one == OURS or re.fullmatch(SOURCE, one, re.I) for one in told.split(" ")):
        raise ValueError(
            f"GLASS_BOX_FRAME_ANCESTORS is {told!r}. It has to be 'none', or a list parted by single spaces of 'self', "
            "*, and sources like https://school.example."
        )
    return told


def preferred(accepted):
    """The encoding to send to a browser with that Accept-Encoding, of those we have; None is as it is.

    >>> preferred("gzip, deflate, br, zstd"), preferred("gzip;q=1.0, br;q=0.5"), preferred("br;q=0")
    ('br', 'gzip', None)
    """
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = (word.strip() for word in part.partition(";"))
        weight = re.fullmatch(r"q\s*=\s*([01](\.\d{0,3})?)", weight or "q=1")
        weights[name] = float(weight[1]) if weight else 0
    ours = {name: weights.get(name, weights.get("*", 0)) for name in ("br", "gzip")}
    best = max(ours, key=ours.get)
    return best if ours[best] > 0 and ours[best] >= weights.get("identity", 0) else None


class Body:
    """Bytes in an encoding, and their ETag."""

    def __init__(self, plain, encoding, quality=QUICK):
        self.encoding = encoding
        if encoding == "br":
            plain = brotli.compress(plain, quality=quality)
        elif encoding == "gzip":
            plain = gzip.compress(plain, 6, mtime=0)
        self.bytes = plain
        self.tag = f'"{hashlib.sha256(self.bytes).hexdigest()[:32]}"'


def wanted(asked):
    """The encoding to send, by the request's headers."""
    return preferred(",".join(asked.getlist("accept-encoding")))


def answer(scope, body, media_type, cache):
    """The response with that body, or 304 where the browser says that it has it."""
    headers = {"etag": body.tag, "cache-control": cache, "vary": "Accept-Encoding"}
    if body.tag in re.findall(r'"[^"]*"', Headers(scope=scope).get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    if body.encoding:
        headers["content-encoding"] = body.encoding
    response = Response(body.bytes, media_type=media_type, headers=headers)
    if scope["method"] == "HEAD":
        response.body = b""
    return response


class Kept:
    """Compressed files, in memory: 14 MB if somebody asks for all that Streamlit has, in both encodings."""

    def __init__(self):
        self.made = {}  # (path, encoding) -> (when the file was changed, its Body)
        self.one = threading.Lock()

    def look(self, path, encoding):
        """The Body, or None where nobody has asked for the file as it is now."""
        changed, body = self.made.get((path, encoding), (None, None))
        return body if changed == os.stat(path).st_mtime_ns else None

    def make(self, path, encoding, quality=QUICK):
        """Compress a file; thirty who ask at once wait for the first."""
        with self.one:
            return self.look(path, encoding) or self.keep(path, encoding, quality)

    def keep(self, path, encoding, quality):
        """Compress a file anew."""
        changed = os.stat(path).st_mtime_ns
        self.made[path, encoding] = changed, Body(path.read_bytes(), encoding, quality)
        return self.made[path, encoding][1]

    def make_best(self, paths):
        """Compress these as well as it goes, soon and in a thread: nobody waits for it, and Python's lock is free."""

        def work():
            for path in paths:
                self.keep(path, "br", BEST)

        timer = threading.Timer(SOON, work)
        timer.daemon = True
        timer.start()


class Compressed:
    """Files that shrink travel compressed to a browser that takes it; all else, and parts of files, is up to `app`.

    `folders` has (address, folder, cache-control). What is in there is looked up by name: no address leads elsewhere.
    """

    def __init__(self, app, kept, folders):
        self.app, self.kept = app, kept
        self.files = {
            f"{address}/{path.relative_to(folder).as_posix()}": (path, cache)
            for address, folder, cache in folders
            for path in folder.rglob("*")
            if path.suffix in SHRINK
        }

    async def __call__(self, scope, receive, send):
        there = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and self.files.get(scope["path"])
        if not there:  # every message of a page passes here
            return await self.app(scope, receive, send)
        asked, (path, cache) = Headers(scope=scope), there
        encoding = None if "range" in asked else wanted(asked)
        if not encoding:
            return await self.app(*as_it_is(scope, receive, send))
        body = self.kept.look(path, encoding) or await run_in_threadpool(self.kept.make, path, encoding)
        await answer(scope, body, SHRINK[path.suffix], cache)(scope, receive, send)


def as_it_is(scope, receive, send):
    """The same request for a file that nobody may compress on its way; the answer says that others get another."""

    async def with_vary(message):
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await send(message)

    plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": plain}, receive, with_vary


def chunks(folder, *names):
    """Files of Streamlit's JavaScript by the names before their hashes, each with all that it imports; a name that is
    not there is left out."""
    found = {}

    def take(path):
        if path.name in found or not path.is_file():
            return
        found[path.name] = path
        with path.open(encoding="utf-8") as file:
            start = file.read(20_000)  # its imports stand there
        for name in re.findall(r'(?:from|import)"\./([^"/]+\.js)"', start):
            take(folder / name)

    for name in names:
        for path in sorted(folder.glob(f"{name}.*.js")):
            take(path)
    return list(found.values())


def with_our_tags(page, early="", later=""):
    """Streamlit's index.html with our title, scripts and style sheet; their addresses are relative like its own.

    The browser asks for the modules `early` at once, for `later` when it has nothing else to do. Our scripts run before
    Streamlit's; our style sheet comes last, so that it wins.

    >>> with_our_tags("<title>Streamlit</title></head>", ["./a.js"]).splitlines()[-1]
    '<link rel="stylesheet" href="./browser/page.css"></head>'
    """
    scripts = (f'<script type="module" src="./browser/{name}.js"></script>' for name in ("history", "ahead"))
    first = ["<title>Glass Box</title>", f'<meta name="later" content="{" ".join(later)}">', *scripts]
    page = re.sub("<title>.*?</title>", "\n".join(first), page, count=1)
    page = page.replace("./favicon.png", "./browser/icon.png", 1)
    last = [
        f'<link rel="modulepreload" fetchpriority="low" crossorigin href="{one}">'
        for one in early
        if f'"{one}"' not in page
    ]
    last += ['<link rel="preload" as="fetch" crossorigin href="./browser/cells.css">'] if early else []
    last += ['<link rel="stylesheet" href="./browser/page.css">']
    return page.replace("</head>", "\n".join(last) + "</head>", 1)


class OwnPage:
    """Wherever `app` answers with the file at `path`, Streamlit's index.html, the browser gets it with our tags.

    Streamlit does so for every address that is nothing else. It is known by its ETag, which a 304 carries, too.
    """

    def __init__(self, app, path, early, later):
        self.app = app
        self.theirs = FileResponse(path, stat_result=os.stat(path)).headers["etag"]
        body = with_our_tags(path.read_text("utf-8"), early, later).encode()
        self.bodies = {encoding: Body(body, encoding, BEST) for encoding in (None, "br", "gzip")}

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        ours = False

        async def unless_ours(message):
            nonlocal ours
            if message["type"] == "http.response.start":
                ours = Headers(raw=message["headers"]).get("etag") == self.theirs
            if not ours:
                await send(message)

        await self.app(scope, receive, unless_ours)
        if ours:
            body = self.bodies[wanted(Headers(scope=scope))]
            await answer(scope, body, "text/html", "no-cache")(scope, receive, send)
