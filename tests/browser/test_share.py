"""What leaves the app: a link that is copied, scanned off a wall or framed by another web page, and a printed sheet."""

import re
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np
import pytest

from lib.courses import Course
from lib.ui.sheet import sheet
from tests.browser.conftest import running_server, wait_until_settled
from tests.ui.test_sheet import ADDRESS, OTHERS, TWO

ELSEWHERE = "http://localhost:9/"  # another site than 127.0.0.1, made up by the browser
KEPT = """() => [...document.querySelectorAll("[data-testid=stElementContainer]")]
    .filter((one) => one.checkVisibility()).flatMap((one) => [...one.classList])
    .filter((name) => name.startsWith("st-key-")).map((name) => name.slice(7))"""
WHOLE = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    return main.scrollHeight <= innerHeight + 1 && main.scrollWidth <= innerWidth;
}"""
CUT = """() => [...document.querySelectorAll("td, table, .line, pre")].filter((one) =>
    one.scrollWidth > one.clientWidth + 1
    || one.getBoundingClientRect().right > document.body.getBoundingClientRect().right + 1
).map((one) => one.outerHTML.slice(0, 200))"""
A4, LETTER = (297, 210), (279.4, 215.9)  # mm
MARGIN = 12


@pytest.fixture(scope="module")
def open_server():
    """A server whose host lets every web page frame it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASS_BOX_FRAME_ANCESTORS", "*")
        with running_server() as (address, _):
            yield address


def test_a_link_is_copied_and_read_off_a_wall(visit, settle):
    page = visit("/convolution?conv_stride=2&conv_template=diagonal", color_scheme="dark", device_scale_factor=1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    copy = page.get_by_role("button", name="Copy: Link to this view")
    copy.click()
    page.wait_for_function("one => one.textContent === 'Copied'", arg=copy.element_handle())
    assert page.get_by_role("status").filter(has_text="Copied: Link to this view").count() == 1
    link = page.get_by_label("Link to this view", exact=True).input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link == page.url

    page.evaluate("delete Navigator.prototype.clipboard")  # as by plain HTTP
    page.get_by_role("button", name="Copy: The same, as a frame").click()
    page.get_by_role("status").filter(has_text="Copied: The same").wait_for()
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy: Only the picture").press("Enter")
    page.get_by_role("status").filter(has_text="Selected: now copy it: Only").wait_for()
    only = page.get_by_label("Only the picture and its controls", exact=True).input_value()
    assert only == link + "&embed=true" == page.get_by_role("link", name="Open only").get_attribute("href")
    frame = page.get_by_role("textbox", name="The same, as a frame").input_value()
    assert f'src="{only.replace("&", "&amp;")}"' in frame and 'title="Glass Box: Convolution"' in frame
    assert page.get_by_text("says which other web pages may show it").is_visible()

    page.get_by_role("button", name="QR code of the link").click()
    page.locator(".wall").wait_for()
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == link
    page.keyboard.press("Escape")
    page.locator(".wall").wait_for(state="hidden")
    assert page.locator(".share").is_visible()  # Escape closed the large code alone


def test_another_web_page_frames_the_picture_and_its_controls(open_server, new_tab, errors):
    """Slider moves are in the way out; a picture of one's own is added in a tab, and the page says so."""
    page = new_tab(viewport={"width": 900, "height": 600})
    page.on("pageerror", lambda error: errors.append(str(error)))
    where = f"{open_server}/convolution?conv_stride=2&amp;embed=true"
    body = f'<body style="margin:0"><iframe width="900" height="600" style="border:0" src="{where}"></iframe>'
    page.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(ELSEWHERE)
    frame = page.frames[1]
    frame.wait_for_selector("h1", state="attached")
    wait_until_settled(frame)
    assert sorted(frame.evaluate(KEPT)) == ["_conv_stage", "conv_padding", "conv_stride"]
    assert (
        frame.evaluate(WHOLE) and not frame.locator("[data-testid=stSidebar], h1, header").filter(visible=True).count()
    )
    frame.get_by_role("slider", name="Stride").press("ArrowRight")
    frame.wait_for_url("**conv_stride=3**")
    way_out = frame.get_by_role("link", name="Open in Glass Box")
    way_out.hover()
    out = urlsplit(way_out.get_attribute("href"))
    assert (out.path, parse_qs(out.query)) == ("/convolution", {"conv_stride": ["3"]})

    frame.goto(f"{open_server}/images?image_picture=your+own&embed=true")
    wait_until_settled(frame)
    assert frame.get_by_text("press “Open in Glass Box”").is_visible() and frame.evaluate(WHOLE)
    assert not frame.locator("input[type=file]").count()
    page.close()


@pytest.mark.parametrize("course", [TWO, OTHERS], ids=lambda course: course.title)
def test_a_sheet_prints_whole(new_tab, course: Course):
    page = new_tab()
    page.set_content(sheet(course, ADDRESS))
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == [] and not page.get_by_role("button").filter(visible=True).count()
    for (height, width), paper in ((A4, "A4"), (LETTER, "Letter")):
        mm = 96 / 25.4
        page.set_viewport_size({"width": round((width - 2 * MARGIN) * mm), "height": 1000})
        room = (height - 2 * MARGIN) * mm
        tall = page.evaluate("[...document.querySelectorAll('section')].map((one) => one.offsetHeight)")
        assert max(tall) < room, "a lesson has to be on one page"
        n_pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
        assert 2 <= n_pages <= len(tall) + 3  # two parts, and the code
    page.close()
