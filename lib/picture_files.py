"""Strangers' picture files: turn the bytes of a picture file into pixels, or say in one sentence why not."""

import math
import struct
import threading
import zlib
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from lib import jpeg

MAX_BYTES = 8 * 2**20  # as maxUploadSize in .streamlit/config.toml
MAX_PIXELS = 16_800_000  # 4096 × 4096 fits
MAX_PIXELS_OF_WEBP = 12_500_000  # 4032 × 3024 fits; libwebp and Pillow hold four copies
MAX_PIXELS_IN_STRIPS = 50_000_000  # a JPEG in one scan is made smaller while decoded, and never whole in memory
MIN_SIDE = 3  # the smallest picture a 3×3 template fits on
MAX_SIDE = 1024  # longer pictures are shrunk to this
MAX_CHUNKS = 50_000  # of a PNG, whose pixels come in chunks of some 8 kB
MAX_PROFILE = 4 * 2**20  # colour profiles of real files have up to 3 MB

EMPTY = "This file is empty: please choose another picture."
TOO_HEAVY = "This file has {:.1f} MB, and {:.0f} MB is the most we take: please save the picture smaller and try again."
UNKNOWN = "This is not a PNG, JPEG or WebP picture: please take a screenshot of it and use that."
TOO_LARGE = "This picture has {} × {} pixels, which is too many: please make it at most {} pixels wide and high."
TOO_SMALL = "This picture has only {} × {} pixels: please choose one with at least {} in each direction."
TOO_NARROW = "This picture is too narrow, {} × {} pixels: please cut it to a shape closer to a square."
DAMAGED = "This picture file is damaged or incomplete: please save it again, or take a screenshot of it and use that."

_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_PNG_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND")  # the chunks that say how the picture looks
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
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


def decode_picture(data: bytes) -> np.ndarray:
    """Turn the bytes of a PNG, JPEG or WebP file into pixels, (H, W, 3) uint8, longest side at most 1024.

    The picture comes upright, in the colours of sRGB, on white where it is transparent, of an animation the first
    frame. What kind of file it is and how large is read from its first bytes, before anything is decoded; its name
    does not count. `PictureError`, with a sentence for the person who chose the file, for everything that is not such
    a picture, is too large, or lacks pixels.

    >>> decode_picture(b"")
    Traceback (most recent call last):
    lib.picture_files.PictureError: This file is empty: please choose another picture.
    """
    if not data:
        raise PictureError(EMPTY)
    if len(data) > MAX_BYTES:
        raise PictureError(TOO_HEAVY.format(len(data) / 2**20, MAX_BYTES / 2**20))
    try:
        return _decoder(data)(data)
    except PictureError:
        raise
    except Exception as error:  # Pillow raises OSError, SyntaxError, ValueError, EOFError, struct.error, ...
        raise PictureError(DAMAGED) from error


def _decoder(data):
    if data.startswith(b"\x89PNG\r\n"):
        return _decode_png
    if data.startswith(b"\xff\xd8\xff"):
        return _decode_jpeg
    if data[:4] + data[8:12] == b"RIFFWEBP":
        return _decode_webp
    raise PictureError(UNKNOWN)


def _decode_webp(data):
    with Image.open(BytesIO(data), formats=["WEBP"]) as image:
        size = _final_size(image, MAX_PIXELS_OF_WEBP)
        with _one_at_a_time:
            return _pixels(image, size, image.info.get("icc_profile"))


def _final_size(image, most):
    """(width, height) of what we make of the picture, or PictureError where it has a shape we do not take."""
    width, height = image.size
    if width * height > most:
        raise PictureError(TOO_LARGE.format(width, height, math.isqrt(most) // 500 * 500))
    if min(width, height) < MIN_SIDE:
        raise PictureError(TOO_SMALL.format(width, height, MIN_SIDE))
    if max(width, height) <= MAX_SIDE:
        return width, height
    size = fitted_size(width, height, MAX_SIDE)
    if min(size) < MIN_SIDE:
        raise PictureError(TOO_NARROW.format(width, height))
    return size


# PNG: chunks, each a length, a name, data and a checksum (https://www.w3.org/TR/png-3/)


def _decode_png(data):
    chunks = _png_chunks(data)
    file = data[:8] + b"".join(chunk for name, chunk in chunks if name in _PNG_PIXELS)
    with Image.open(BytesIO(file), formats=["PNG"]) as image:  # notes stay out: Pillow gives up where one is too long
        size = _final_size(image, MAX_PIXELS)
        with _one_at_a_time:
            _check_png(image, chunks, *data[24:26])
            return _pixels(image, size, _png_profile(chunks))


def _png_chunks(png):
    """The name and all the bytes of each chunk, up to the end or to where the file was cut off."""
    chunks, position = [], 8
    while position + 8 <= len(png) and len(chunks) < MAX_CHUNKS:
        size, name = struct.unpack_from(">I4s", png, position)
        chunks.append((name, png[position : position + 12 + size]))
        position += 12 + size
        if name == b"IEND":
            break
    return chunks


def _check_png(image, chunks, depth, colour):
    """PictureError where less or more follows than the header promises: Pillow would fill in black.

    And what is transparent is told in the levels that Pillow makes of the file's: of 8 bits.
    """
    width, height = image.size
    row = 1 + (width * depth * _PNG_CHANNELS[colour] + 7) // 8  # a filter byte, then the pixels
    whole = image.info.get("interlace") or _inflated_length(chunks, height * row + 1) == height * row
    if not whole or chunks[-1][1] != _PNG_END:
        raise PictureError(DAMAGED)
    clear = image.info.get("transparency")
    if colour == 0 and depth in (2, 4) and clear is not None:
        image.info["transparency"] = clear * 255 // (2**depth - 1)
    if colour == 2 and depth == 16 and clear is not None:
        image.info["transparency"] = tuple(level >> 8 for level in clear)


def _inflated_length(chunks, most):
    """How many bytes the pixels of a PNG unpack to, at most `most`, or -1 where their end is missing."""
    inflate, length = zlib.decompressobj(), 0
    for name, chunk in chunks:
        if name == b"IDAT" and length < most:
            length += len(inflate.decompress(chunk[8:-4], most - length))
    return length if inflate.eof else -1


def _png_profile(chunks):
    """The colour profile: behind its name, a zero and a byte that says how it is packed. Nothing where it is broken."""
    packed = next((chunk[8:-4].partition(b"\0")[2][1:] for name, chunk in chunks if name == b"iCCP"), b"")
    try:
        return zlib.decompressobj().decompress(packed, MAX_PROFILE + 1)
    except zlib.error:
        return None


def _decode_jpeg(data):
    file, scans = jpeg.first_picture(data)
    with Image.open(BytesIO(file), formats=["JPEG"]) as image:
        size = _final_size(image, MAX_PIXELS_IN_STRIPS if jpeg.comes_in_strips(image, scans) else MAX_PIXELS)
        with _one_at_a_time:
            jpeg.load(image, file, scans, size)
            return _pixels(image, size, image.info.get("icc_profile"))


# Pixels


def _pixels(image, size, profile):
    image.load()
    turn = _turn(image.info.get("exif"))
    image = _in_eight_bits(image).resize(size, Image.Resampling.BOX)
    picture = _in_srgb(image.convert(image.mode.removesuffix("A")), profile)
    if image.mode.endswith("A"):
        picture = Image.composite(picture, Image.new("RGB", size, "white"), image.getchannel("A"))
    return np.array(picture if turn is None else picture.transpose(turn))


def _turn(exif):
    """What turns the picture upright, or None. A photograph with broken notes is still a photograph.

    `Image.getexif` would do, but where EXIF says nothing it believes XMP, which no browser does.
    """
    notes = Image.Exif()
    try:
        notes.load(exif)
        return _UPRIGHT.get(notes.get(0x0112))
    except Exception:  # Pillow raises whatever the broken notes lead to
        return None


def _in_eight_bits(image):
    """The picture as L, RGB or CMYK, the first two with an A where some of it may be transparent."""
    if image.mode != "I;16":
        gray = image.mode in ("1", "L", "LA")
        mode = "CMYK" if image.mode == "CMYK" else "L" if gray else "RGB"
        mode += "A" * image.has_transparency_data
        return image if image.mode == mode else image.convert(mode)  # `convert` copies in any case, 67 MB
    levels = np.asarray(image)  # 16-bit gray, which Pillow would cut off at 255
    picture = Image.fromarray((levels >> 8).astype(np.uint8))
    if "transparency" in image.info:
        picture.putalpha(Image.fromarray((levels != image.info["transparency"]).astype(np.uint8) * 255))
    return picture


def _in_srgb(image, profile):
    """The picture in RGB, its colours as `profile` means them. A profile that does not fit is none.

    Chains of multi-process elements are left out: 12,000 fit into 1 MB and take 10 s.
    """
    if profile and len(profile) <= MAX_PROFILE and b"mpet" not in profile:
        try:
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    return image.convert("RGB")


def fitted_size(width, height, side):
    """Return (width, height) with the longer one equal to `side` and the other in proportion, at least 1.

    >>> fitted_size(4000, 3000, 1024)
    (1024, 768)
    """
    longest = max(width, height)
    return tuple(max(1, (2 * length * side + longest) // (2 * longest)) for length in (width, height))
