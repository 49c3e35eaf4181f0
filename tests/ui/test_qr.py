"""What a camera reads in the drawing is the link."""

import re

import cv2
import numpy as np
import pytest

from lib.ui.qr import qr


def picture_of(svg, pixels=6):
    """Our SVG as an image: segno draws each row of dark squares as a stroke of height 1 around y + 0.5."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    image, x, y = np.full((side, side), 255, np.uint8), 0, 0.0
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", svg.rsplit(' d="')[-1]):
        steps = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if kind == "h":
            image[int(y), x : x + int(steps[0])] = 0
            x += int(steps[0])
        else:
            x, y = (int(steps[0]), steps[1]) if kind == "M" else (x + int(steps[0]), y + steps[1])
    return np.kron(image, np.ones((pixels, pixels), np.uint8))


@pytest.mark.parametrize("link", ["https://glass.box/?room=KXPTM", "http://x/convolution?conv_row=1&conv_picture=cat"])
def test_a_camera_reads_the_link(link):
    svg = qr(link, "20rem")
    assert 'style="width:20rem;height:20rem"' in svg and "<script" not in svg
    assert cv2.QRCodeDetector().detectAndDecode(picture_of(svg))[0] == link
