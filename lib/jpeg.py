"""JPEG files: where their first picture ends, and whether all of it is there.

A file is made of segments, each a marker, a length and data; only the pixels, behind the segment that begins a scan,
have no length (ITU-T T.81, annex B, https://www.w3.org/Graphics/JPEG/itu-t81.pdf).
"""

import re
from typing import NamedTuple

from PIL import Image

MAX_SCANS = 100  # each scan goes over the whole picture, and 30 bytes are enough for one
MAX_SEGMENTS = 2000  # one holds up to 64 kB, so 8 MB are 128 of them, and a few small ones a scan

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")  # but for those that stand among pixels
_SCAN, _END = b"\xda", b"\xd9"
_WITHOUT_LENGTH = (b"\x01", b"\xd8")
_NO_CODE = b"\xff\x00"  # eight bits set: no code is made of ones alone
_SKIPPED = [_NO_CODE, _NO_CODE] + [bytes([0xFF, 0xD0 + number]) + _NO_CODE for number in range(8)]


class Scan(NamedTuple):
    """What one scan sends: the numbers of its components, from which to which coefficient, down to which bit."""

    components: bytes
    first: int
    last: int
    bit: int


def first_picture(data: bytes) -> tuple[bytes, list[Scan]]:
    r"""The first picture of a JPEG file, without its end marker, and its scans. `ValueError` where it has no end.

    Phones write more behind it: other pictures, a depth map, a video.

    >>> first_picture(b"\xff\xd8" + b"\xff\xd9" + b"a video")
    (b'\xff\xd8', [])
    """
    position, scans = 2, []
    for _ in range(MAX_SEGMENTS):
        marker = _MARKER.search(data, position)
        if marker is None or len(scans) > MAX_SCANS:
            break
        if marker[1] == _END:
            return data[: marker.start()], scans
        position = marker.end()
        if marker[1] not in _WITHOUT_LENGTH:
            length = int.from_bytes(data[position : position + 2], "big")
            if marker[1] == _SCAN:
                scans.append(_scan(data[position : position + length]))
            position += length
    raise ValueError(f"no end marker after {len(scans)} scans")


def _scan(segment):
    """Two bytes of length, one that counts, two for each component, and the last three."""
    first, last, bits = segment[-3:]
    return Scan(segment[3:-3:2], first, last, bits & 15)


def comes_in_strips(image: Image.Image, scans: list[Scan]) -> bool:
    """Whether the picture is decoded row by row: one scan has it all. Otherwise it is whole in memory meanwhile."""
    return "progressive" not in image.info and [len(scan.components) for scan in scans] == [image.layers]


def load(image: Image.Image, jpeg: bytes, scans: list[Scan], size: tuple[int, int]) -> None:
    """Decode into `image`, at 1/2, 1/4 or 1/8 where that is enough for `size`. `ValueError` where pixels are missing.

    `jpeg` and `scans` are what `first_picture` found, `image` is what Pillow opened from it.
    """
    width, height = image.size
    if len(jpeg) * 8 * 64 < width * height:  # 8 × 8 pixels take at least a bit
        raise ValueError(f"{len(jpeg)} bytes are not enough for {width} x {height} pixels")
    if not _has_all_coefficients(image, scans):
        raise ValueError(f"{len(scans)} scans do not send all of the picture")
    image.draft(None, size)
    image.load_prepare()
    codec, extents, _, options = image.tile.pop()
    # as `Image.load` does, which keeps to itself how many bytes the decoder used up
    decoder = Image._getdecoder(image.mode, codec, options, image.decoderconfig)
    try:
        decoder.setimage(image.im, extents)
        if not _decode(jpeg, decoder, comes_in_strips(image, scans)):
            raise ValueError("the pixels end too early")
    finally:
        decoder.cleanup()


def _has_all_coefficients(image, scans):
    """Whether each of the 64 coefficients of each component is sent down to its last bit."""
    if "progressive" not in image.info:  # then a scan sends all 64, whatever it says
        return len({component for scan in scans for component in scan.components}) == image.layers
    sent = {
        (component, coefficient)
        for scan in scans
        if scan.bit == 0
        for component in scan.components
        for coefficient in range(scan.first, scan.last + 1)
    }
    return len(sent) == 64 * image.layers


def _decode(jpeg, decoder, in_strips):
    """Decode, and say whether there were bits for every pixel.

    Where an end marker comes too early, libjpeg paints the rest gray and says nothing. So it first gets bits that are
    no code instead, the 8 bytes that it looks ahead. In strips it is done then, or lacks pixels. Where another scan
    might follow it is done only at the end marker; until then it skips what is no marker and restart markers. Lacking
    pixels it would keep the former, or go on with one of the latter and keep what follows, to wait for more.
    """
    done = (-1, 0)
    file = jpeg + _NO_CODE * 8
    read = decoder.decode(file)  # (how many bytes are used up, 0)
    if in_strips:
        return read == done
    skips = read == (len(file), 0) and all(decoder.decode(more) == (len(more), 0) for more in _SKIPPED)
    return skips and decoder.decode(b"\xff" + _END) == done
