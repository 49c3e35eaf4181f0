"""What travels before anything is drawn: Streamlit's own files and page, as a browser gets them."""

import asyncio
import gzip
from pathlib import Path

import brotli
import pytest
from starlette.datastructures import Headers
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from lib.ui.served import CHARTS, GRIDS, WIDGETS, Compressed, Kept, OwnPage, chunks, frame_ancestors

STREAMLITS = Path(file_util.get_static_dir())
JS = STREAMLITS / "static" / "js"
FILE = next(JS.glob("preload-helper.*.js"))
URL, FOREVER = f"/static/js/{FILE.name}", "public, immutable, max-age=31536000"
CHANGED = "/browser/own.js"


@pytest.fixture
def served(tmp_path):
    """Streamlit's answers behind ours, as in app.py, with a folder of files that change."""
    (tmp_path / "own.js").write_text("1")
    streamlits = create_streamlit_static_handler(str(STREAMLITS), "")
    page = OwnPage(streamlits, STREAMLITS / "index.html", ["./browser/own.js"], ["./static/js/later.js"])
    return Compressed(page, Kept(), [("/static", STREAMLITS / "static", FOREVER), ("/browser", tmp_path, "no-cache")])


def ask(app, path, method="GET", **headers):
    """Status, headers and body of the answer."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": sent, "query_string": b"", "root_path": ""}
    came = []

    async def receive():
        await asyncio.sleep(60)  # nobody hangs up

    async def send(message):
        came.append(message)

    asyncio.run(app(scope, receive, send))
    return came[0]["status"], Headers(raw=came[0]["headers"]), b"".join(one.get("body", b"") for one in came[1:])


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br; q=0, *;q=0.1", "gzip"),
        ("*", "br"),
        ("identity, br;q=0.5", None),
        ("gzip;q=0", None),
        ("br;q=nonsense", None),
        ("", None),
    ],
)
def test_a_file_travels_as_the_browser_likes_it_best(served, accepted, encoding):
    status, headers, body = ask(served, URL, accept_encoding=accepted)
    undo = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert (status, headers.get("content-encoding"), undo(body)) == (200, encoding, FILE.read_bytes())
    assert int(headers["content-length"]) == len(body) and "javascript" in headers["content-type"]
    assert headers["cache-control"] == FOREVER and headers["vary"] == "Accept-Encoding"


def test_what_a_browser_has_is_not_sent_again(served):
    tags = {encoding: ask(served, URL, accept_encoding=encoding)[1]["etag"] for encoding in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3
    for encoding, tag in tags.items():
        for known in (tag, f'"other", W/{tag}'):
            status, headers, body = ask(served, URL, accept_encoding=encoding, if_none_match=known)
            assert (status, headers["etag"], body) == (304, tag, b"") and headers["vary"] == "Accept-Encoding"
    assert ask(served, URL, accept_encoding="br", if_none_match=tags["gzip"])[0] == 200


def test_a_part_of_a_file_is_a_part_of_the_file_itself(served):
    status, headers, body = ask(served, URL, accept_encoding="br", range="bytes=2-9")
    assert (status, body, headers.get("content-encoding")) == (206, FILE.read_bytes()[2:10], None)
    assert headers["content-range"] == f"bytes 2-9/{FILE.stat().st_size}" and headers["vary"] == "Accept-Encoding"


def test_head_is_the_same_without_a_body(served):
    _, headers, _ = ask(served, URL, accept_encoding="br")
    status, head, body = ask(served, URL, "HEAD", accept_encoding="br")
    assert (status, sorted(head.items()), body) == (200, sorted(headers.items()), b"")


def test_what_is_compressed_already_is_left_alone(served):
    font = next((STREAMLITS / "static" / "media").glob("KaTeX_Size2*.woff2"))
    _, headers, body = ask(served, f"/static/media/{font.name}", accept_encoding="br, gzip")
    assert "content-encoding" not in headers and body == font.read_bytes()


def test_each_file_is_compressed_once_until_it_changes(served, tmp_path, monkeypatch):
    first = ask(served, CHANGED, accept_encoding="br")
    with monkeypatch.context() as patch:
        patch.setattr("lib.ui.served.brotli", None)
        assert ask(served, CHANGED, accept_encoding="br") == first
    (tmp_path / "own.js").write_text("22")
    assert brotli.decompress(ask(served, CHANGED, accept_encoding="br")[2]) == b"22"
    assert [path.name for path in tmp_path.iterdir()] == ["own.js"]  # and nothing is written


@pytest.mark.parametrize("path", ["/static/../index.html", "/static/js/../../../../../app.py", "/browser/../secret"])
def test_no_address_leads_out_of_the_folders(served, path):
    assert ask(served, path, accept_encoding="br")[0] == 400


@pytest.mark.parametrize("path", ["/", "/convolution", "/index.html", "/no-such-page", "/static/js/none.js"])
def test_wherever_streamlit_answers_with_its_page_it_is_ours(served, path):
    status, headers, body = ask(served, path, accept_encoding="gzip")
    page = gzip.decompress(body).decode()
    assert (status, headers["cache-control"], headers["content-type"]) == (200, "no-cache", "text/html; charset=utf-8")
    assert "<title>Glass Box</title>" in page and "<title>Streamlit</title>" not in page
    history, streamlits, early, css = (
        page.index(tag)
        for tag in ("./browser/history.js", "./static/js/index.", 'crossorigin href="./browser/own.js"', "page.css")
    )
    assert history < streamlits < early < css < page.index("</head>")


def test_the_page_is_asked_about_and_sent_when_it_has_changed(served):
    etag = ask(served, "/", accept_encoding="br")[1]["etag"]
    assert ask(served, "/convolution", accept_encoding="br", if_none_match=etag)[0] == 304
    theirs = ask(served.app.app, "/")[1]
    old = {"if_none_match": theirs["etag"], "if_modified_since": theirs["last-modified"]}
    assert ask(served, "/", accept_encoding="br", **old)[0] == 200  # of a visit before the page was ours
    assert ask(served, "/", "HEAD")[2] == b""


def test_other_answers_of_streamlit_stay(served):
    assert ask(served, "/convolution/")[0] == 301
    assert ask(served, "/manifest.json")[2] == (STREAMLITS / "manifest.json").read_bytes()


def test_what_is_asked_for_early_is_there_with_all_it_imports():
    for names in (GRIDS, WIDGETS, CHARTS):
        for name in names:
            (found, *_) = chunks(JS, name)
            assert found.name.startswith(f"{name}.")
    assert any(path.name.startswith("react-dom.") for path in chunks(JS, *GRIDS))
    assert chunks(JS, "NoSuchThing") == []


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        ("", "'self'"),
        ("'none'", "'none'"),
        ("*", "*"),
        ("'self' https://school.example", "'self' https://school.example"),
        (" http://*.school.example:8080 localhost:* https: ", "http://*.school.example:8080 localhost:* https:"),
    ],
)
def test_a_host_says_who_may_frame_the_pages(told, sent):
    assert frame_ancestors({"GLASS_BOX_FRAME_ANCESTORS": told}) == sent


@pytest.mark.parametrize(
    "told",
    [
        "https://a.example; script-src *", "https://a.example, https://b.example", "'self'\r\nset-cookie: a=b", "self'",
        "'none' https://a.example", "javascript:", "https://a.example/path?x", "https://a b  c", "https://ä.example",
    ],
)  # fmt: skip
def test_what_is_no_list_of_sources_is_refused(told):
    with pytest.raises(ValueError, match=r"GLASS_BOX_FRAME_ANCESTORS is .* It has to be"):
        frame_ancestors({"GLASS_BOX_FRAME_ANCESTORS": told})
