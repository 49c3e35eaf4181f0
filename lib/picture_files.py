"""Turn a stranger's picture file into pixels, or say in one sentence why not."""

import struct
import threading
import zlib
from io import BytesIO

import numpy as np
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 8 * 2**20  # as maxUploadSize in .streamlit/config.toml
MAX_PIXELS = 16_800_000  # 4096 × 4096 fits
MAX_PIXELS_IN_STRIPS = 50_000_000  # a baseline JPEG is made smaller while it is decoded, and is never whole in memory
MIN_SIDE = 3  # the smallest picture a 3×3 template fits on
MAX_SIDE = 1024  # longer pictures are shrunk to this
MAX_SCANS = 100  # each scan of a JPEG goes over the whole picture, and 30 bytes are enough for one

EMPTY = "This file is empty: please choose another picture."
TOO_HEAVY = "This file has {:.1f} MB, and {:.0f} MB is the most we take: please save the picture smaller and try again."
UNKNOWN = "This is not a PNG, JPEG or WebP picture: please take a screenshot of it and use that."
TOO_LARGE = "This picture has {} × {} pixels, which is too many: please make it at most 4000 pixels wide and high."
TOO_SMALL = "This picture has only {} × {} pixels: please choose one with at least {} in each direction."
TOO_NARROW = "This picture is too narrow, {} × {} pixels: please cut it to a shape closer to a square."
DAMAGED = "This picture file is damaged or incomplete: please save it again, or take a screenshot of it and use that."

_SIGNATURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"RIFF")
_JPEG = ("JPEG", "MPO")  # MPO: several JPEGs in one file, as phones write them
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# What turns a picture stored with EXIF orientation 2 to 8 upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Image.MAX_IMAGE_PIXELS = None  # Pillow's own guard comes as a warning; ours, below, is stricter
_one_at_a_time = threading.Semaphore(1)  # a large picture takes some 200 MB while it is decoded


class PictureError(ValueError):
    """A picture file we cannot use; the message is one sentence for the person who chose the file."""


def decode_picture(data: bytes):
    """Turn the bytes of a PNG, JPEG or WebP file into pixels, (H, W, 3) uint8, longest side at most 1024.

    The picture comes upright and on white where it is transparent, of an animation the first frame. The size is read
    from the file's first bytes, before anything is decoded. `PictureError`, with a sentence for the person who chose
    the file, for everything that is not such a picture or is too large.

    >>> decode_picture(b"")
    Traceback (most recent call last):
    lib.picture_files.PictureError: This file is empty: please choose another picture.
    """
    if not data:
        raise PictureError(EMPTY)
    if len(data) > MAX_BYTES:
        raise PictureError(TOO_HEAVY.format(len(data) / 2**20, MAX_BYTES / 2**20))
    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as image:
            _check_size(image)
            with _one_at_a_time:
                _check_honesty(data, image)
                return np.array(_small_and_upright(image))
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError(DAMAGED if data.startswith(_SIGNATURES) else UNKNOWN) from error
    except Exception as error:  # Pillow raises OSError, SyntaxError, ValueError, EOFError, struct.error, ...
        raise PictureError(DAMAGED) from error


def _check_size(image):
    width, height = image.size
    in_strips = image.format in _JPEG and "progressive" not in image.info
    if width * height > (MAX_PIXELS_IN_STRIPS if in_strips else MAX_PIXELS):
        raise PictureError(TOO_LARGE.format(width, height))
    if min(width, height) < MIN_SIDE:
        raise PictureError(TOO_SMALL.format(width, height, MIN_SIDE))
    if max(width, height) > MAX_SIDE and min(fitted_size(width, height, MAX_SIDE)) < MIN_SIDE:
        raise PictureError(TOO_NARROW.format(width, height))


def _check_honesty(data, image):
    """PictureError where less (or, in a PNG, more) follows than the header promises: Pillow would fill in black."""
    width, height = image.size
    if image.format == "PNG" and not image.info.get("interlace"):
        depth, colour = data[24:26]
        row = 1 + (width * depth * _PNG_CHANNELS[colour] + 7) // 8  # a filter byte, then the pixels
        honest = _inflated_length(data, height * row + 1) == height * row
    elif image.format in _JPEG:  # each 8 × 8 pixels take at least a bit
        honest = b"\xff\xd9" in data and len(data) * 8 * 64 >= width * height and data.count(b"\xff\xda") <= MAX_SCANS
    else:
        honest = True
    if not honest:
        raise PictureError(DAMAGED)


def _inflated_length(png, most):
    """How many bytes the pixels of a PNG unpack to, at most `most`, or -1 where their end is missing.

    The file is made of chunks: a length, a name, data and a checksum (https://www.w3.org/TR/png-3/).
    """
    inflate, length, position = zlib.decompressobj(), 0, 8
    while position < len(png) and length < most:
        size, name = struct.unpack_from(">I4s", png, position)
        if name == b"IDAT":
            length += len(inflate.decompress(png[position + 8 : position + 8 + size], most - length))
        position += 12 + size
    return length if inflate.eof and b"IEND\xaeB`\x82" in png else -1


def _small_and_upright(image):
    orientation = _orientation(image)
    size = fitted_size(*image.size, MAX_SIDE) if max(image.size) > MAX_SIDE else image.size
    image.draft(None, size)  # a JPEG comes out of the decoder at 1/2, 1/4 or 1/8
    if image.mode == "I;16":  # 16-bit gray, which Pillow would cut off at 255
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    image = image.convert("RGBA" if image.has_transparency_data else "RGB").resize(size, Image.Resampling.BOX)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", size, "white"), image).convert("RGB")
    return image if orientation is None else image.transpose(orientation)


def _orientation(image):
    """How to turn the picture upright, or None. A photograph with broken notes is still a photograph."""
    try:
        return _UPRIGHT.get(image.getexif().get(0x0112))
    except Exception:  # Pillow raises whatever the broken notes lead to
        return None


def fitted_size(width, height, side):
    """Return (width, height) with the longer one equal to `side` and the other in proportion, at least 1.

    >>> fitted_size(4000, 3000, 1024)
    (1024, 768)
    """
    longest = max(width, height)
    return tuple(max(1, (2 * length * side + longest) // (2 * longest)) for length in (width, height))
