"""Picture files, written by Pillow or byte by byte, and how ours are refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from lib.picture_files import PictureError, decode_picture


def file_of(image, kind, **options):
    buffer = BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(buffer, kind, **options)
    return buffer.getvalue()


def png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width, height, rows, *, depth=8, colour=0, interlaced=0, extra=b""):
    """A PNG written by hand, so that it can lie."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
    body = header + extra + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def refusal(data):
    with pytest.raises(PictureError) as caught:
        decode_picture(data)
    return str(caught.value)
