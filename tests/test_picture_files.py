"""Strangers' picture files: every kind people have, or refused in plain words. Oracles: Pillow, OpenCV, arithmetic."""

import struct
import threading
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, ImageOps

from lib import picture_files
from lib.images import photograph, to_gray
from lib.picture_files import PictureError, decode_picture
from tests.files_by_hand import file_of, png_chunk, png_of, refusal

NOISE = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)  # asymmetric, nothing repeats
SMOOTH = np.dstack([np.add.outer(np.arange(40) * 3, np.arange(60) * 2), *np.indices((40, 60)) * 4]).astype(np.uint8)
DAMAGED = "This picture file is damaged or incomplete: please save it again, or take a screenshot of it and use that."


def with_jpeg_size(data, width, height):
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


# Decoding: the kinds of picture people have


def test_decode_gives_back_the_pixels_of_lossless_files():
    for data in (file_of(NOISE, "PNG"), file_of(NOISE, "WEBP", lossless=True)):
        image = decode_picture(data)
        np.testing.assert_array_equal(image, NOISE)
        assert image.dtype == np.uint8
        image[:] = 0  # writable, and the caller's own


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"comment": b"x" * 60000}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_decode_reads_jpeg_as_pillow_does(mode, options):
    data = file_of(Image.fromarray(SMOOTH).convert(mode), "JPEG", quality=95, **options)
    image = decode_picture(data)
    np.testing.assert_array_equal(image, np.asarray(Image.open(BytesIO(data)).convert("RGB")))
    expected = np.asarray(Image.fromarray(SMOOTH).convert(mode).convert("RGB")).astype(int)
    assert np.abs(image - expected).mean() < 4


def test_decode_keeps_what_says_how_a_jpeg_stores_its_colours():
    data = bytearray(file_of(SMOOTH, "JPEG", keep_rgb=True, quality=95))
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    for number in range(3):  # channels named 1, 2, 3 instead of R, G, B: only the note by Adobe is left to tell
        data[frame + 10 + 3 * number] = data[scan + 5 + 2 * number] = number + 1
    assert np.abs(decode_picture(bytes(data)).astype(int) - SMOOTH).mean() < 4


def test_decode_reads_past_markers_without_a_length():
    data = file_of(SMOOTH, "JPEG")
    image = decode_picture(data[:2] + b"\xff\xd0" + data[2:])
    np.testing.assert_array_equal(image, decode_picture(data))


def test_decode_reads_one_bit_gray_and_palette():
    gray = to_gray(SMOOTH)
    np.testing.assert_array_equal(decode_picture(file_of(gray, "PNG")), np.dstack([gray] * 3))
    bits = gray >= 100
    np.testing.assert_array_equal(decode_picture(file_of(Image.fromarray(bits), "PNG"))[:, :, 1], bits * 255)
    for n_colours in (2, 4, 16, 200):  # stored as 1, 2, 4 and 8 bits a pixel
        palette = Image.fromarray(SMOOTH).quantize(n_colours)
        image = decode_picture(file_of(palette, "PNG"))
        np.testing.assert_array_equal(image, np.asarray(palette.convert("RGB")))


def test_decode_scales_sixteen_bits_instead_of_clipping_them():
    deep = np.linspace(0, 65535, 60 * 40).round().astype(np.uint16).reshape(40, 60)
    image = decode_picture(file_of(Image.fromarray(deep), "PNG"))
    assert np.abs(image - deep[:, :, None] / 257).max() < 1
    assert (image[0, 0] == 0).all() and (image[-1, -1] == 255).all()
    for n_channels in (3, 4):  # written by OpenCV, which Pillow cannot
        colours = np.random.default_rng(2).integers(0, 65536, (6, 5, n_channels), dtype=np.uint16)
        colours[:, :, 3:] = 65535
        data = cv2.imencode(".png", colours)[1].tobytes()
        assert np.abs(decode_picture(data)[:, :, ::-1] - colours[:, :, :3] / 257).max() < 1


def test_decode_flattens_transparency_on_white():
    alpha = np.linspace(0, 255, 35).round().astype(np.uint8).reshape(5, 7)
    share = alpha[:, :, None] / 255
    for data in (
        file_of(np.dstack([NOISE, alpha]), "PNG"),
        file_of(np.dstack([NOISE, alpha]), "WEBP", lossless=True, exact=True),
    ):
        assert np.abs(decode_picture(data) - (NOISE * share + 255 * (1 - share))).max() <= 1
    gray = NOISE[:, :, :1]
    data = file_of(Image.merge("LA", [Image.fromarray(gray[:, :, 0]), Image.fromarray(alpha)]), "PNG")
    assert np.abs(decode_picture(data) - (gray * share + 255 * (1 - share))).max() <= 1


@pytest.mark.parametrize(("depth", "clear"), [(1, 1), (2, 1), (4, 9), (8, 77), (16, 0x4D4D)])
def test_one_level_of_gray_may_be_transparent_at_every_depth(depth, clear):
    levels = np.random.default_rng(depth).integers(0, 2**depth, (6, 8))
    levels[:2, 1:3] = clear
    levels[3, 3] = clear ^ 1  # the nearest level is not transparent
    if depth == 16:
        rows = [row.astype(">u2").tobytes() for row in levels]
    else:  # the first pixel is in the highest bits
        bits = levels[:, :, None] >> np.arange(depth - 1, -1, -1) & 1
        rows = list(np.packbits(bits.reshape(6, -1).astype(np.uint8), axis=1))
    rows = b"".join(b"\0" + bytes(row) for row in rows)
    data = png_of(8, 6, rows, depth=depth, extra=png_chunk(b"tRNS", struct.pack(">H", clear)))
    expected = np.where(levels == clear, 255, levels * 255 / (2**depth - 1))
    assert np.abs(decode_picture(data) - expected[:, :, None]).max() < 1


def test_one_colour_of_sixteen_bits_may_be_transparent():
    colours = np.random.default_rng(4).integers(0, 65536, (5, 6, 3), dtype=np.uint16)
    colours[2, 3] = (1000, 2000, 30000)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in colours)
    clear = png_chunk(b"tRNS", struct.pack(">HHH", 1000, 2000, 30000))
    expected = colours / 257
    expected[2, 3] = 255
    assert np.abs(decode_picture(png_of(6, 5, rows, depth=16, colour=2, extra=clear)) - expected).max() < 1


def test_decode_flattens_transparent_colours_and_palettes():
    opaque = np.full((4, 4, 3), 90, np.uint8)
    opaque[1, 2] = (10, 20, 30)
    expected = opaque.copy()
    expected[1, 2] = 255
    np.testing.assert_array_equal(decode_picture(file_of(opaque, "PNG", transparency=(10, 20, 30))), expected)
    gray = opaque[:, :, 0]
    np.testing.assert_array_equal(decode_picture(file_of(gray, "PNG", transparency=10)), expected)
    palette = Image.fromarray((gray == 10).astype(np.uint8)).convert("P")
    palette.putpalette([90, 90, 90, 10, 20, 30])
    np.testing.assert_array_equal(decode_picture(file_of(palette, "PNG", transparency=1)), expected)
    half = decode_picture(file_of(palette, "PNG", transparency=bytes([255, 51])))  # one alpha per colour
    assert np.abs(half[1, 2] - (np.array([10, 20, 30]) * 0.2 + 255 * 0.8)).max() <= 1
    np.testing.assert_array_equal(half[0], opaque[0])


def test_hidden_colours_do_not_leak_when_a_transparent_picture_is_shrunk():
    stripes = np.zeros((2048, 2048, 4), np.uint8)
    stripes[:, ::2] = (255, 0, 0, 0)  # red, but invisible
    stripes[:, 1::2] = (0, 0, 0, 255)
    image = decode_picture(file_of(stripes, "PNG", compress_level=1)).astype(int)
    assert image.shape == (1024, 1024, 3) and np.abs(image - 127.5).max() <= 1


def test_decode_reads_interlaced_png():
    height, width = 11, 9
    gray = np.random.default_rng(3).integers(0, 256, (height, width), dtype=np.uint8)
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    rows = b"".join(b"\0" + row.tobytes() for top, left, down, right in passes for row in gray[top::down, left::right])
    np.testing.assert_array_equal(decode_picture(png_of(width, height, rows, interlaced=1))[:, :, 0], gray)
    assert refusal(png_of(width, height, rows[:-1], interlaced=1)) == DAMAGED
    tiny = gray[:3, :3]  # some passes have no pixel at all
    rows = b"".join(
        b"\0" + r.tobytes() for top, left, down, right in passes for r in tiny[top::down, left::right] if r.size
    )
    np.testing.assert_array_equal(decode_picture(png_of(3, 3, rows, interlaced=1))[:, :, 0], tiny)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_decode_takes_the_first_frame_of_an_animation(kind):
    frames = [Image.new("RGB", (6, 5), colour) for colour in ("red", "lime", "blue")]
    data = file_of(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert Image.open(BytesIO(data)).n_frames == 3
    np.testing.assert_array_equal(decode_picture(data), np.full((5, 6, 3), (255, 0, 0)))


def test_decode_takes_the_first_picture_of_a_phone_file_with_several():
    data = file_of(Image.fromarray(SMOOTH), "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])
    assert Image.open(BytesIO(data)).n_frames == 2
    np.testing.assert_array_equal(decode_picture(data), np.asarray(Image.open(BytesIO(data))))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_decode_turns_pictures_upright(kind, byte_order, orientation):
    exif = Image.Exif()
    exif.endian = byte_order
    exif[0x010E] = "a description, so that the orientation is not the first entry"
    exif[0x0112] = orientation
    assert exif.tobytes()[6:8] == (b"II" if byte_order == "<" else b"MM")
    odd = {"lossless": True, "icc_profile": b"odd"} if kind == "WEBP" else {}
    data = file_of(SMOOTH, kind, exif=exif.tobytes(), **odd)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGB"))
    np.testing.assert_array_equal(decode_picture(data), expected)
    if kind == "PNG":  # planted: where the first pixel of the file has to end up
        corner = [(0, 0), (0, -1), (-1, -1), (-1, 0), (0, 0), (0, -1), (-1, -1), (-1, 0)][orientation - 1]
        np.testing.assert_array_equal(expected[corner], SMOOTH[0, 0])
        assert expected.shape == ((40, 60, 3) if orientation < 5 else (60, 40, 3))


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"rubbish",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff\x0f\x01",
        b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x0112, 3, 1, 9),
        b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x0112, 3, 1, 0),
    ],
)
def test_broken_notes_do_not_spoil_a_picture(exif):
    data = file_of(NOISE, "PNG")
    data = data[:33] + png_chunk(b"eXIf", exif) + data[33:]
    np.testing.assert_array_equal(decode_picture(data), NOISE)


XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_only_exif_turns_a_picture(kind):
    plain = file_of(SMOOTH, kind, lossless=True)
    if kind == "PNG":
        note = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        data = plain[:33] + note + plain[33:]
    else:
        data = file_of(SMOOTH, kind, lossless=True, xmp=XMP)
    assert Image.open(BytesIO(data)).getexif()[0x0112] == 6  # Pillow finds it
    np.testing.assert_array_equal(decode_picture(data), decode_picture(plain))


def test_exif_behind_the_pixels_of_a_png_turns_it():
    data = file_of(NOISE, "PNG")
    note = png_chunk(b"eXIf", b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x0112, 3, 1, 3, 0))
    np.testing.assert_array_equal(decode_picture(data[:-12] + note + data[-12:]), NOISE[::-1, ::-1])


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"tEXt"])
def test_no_note_in_a_png_spoils_it(name):
    text = zlib.compress(bytes(3_000_000))  # Pillow takes up to 1 MB
    data = file_of(NOISE, "PNG")
    note = png_chunk(name, b"a note\0" + b"\1\0\0\0" * (name == b"iTXt") + b"\0" * (name == b"zTXt") + text)
    np.testing.assert_array_equal(decode_picture(data[:33] + note + data[33:]), NOISE)
    assert refusal(data[:33] + png_chunk(name, b"") * picture_files.MAX_CHUNKS + data[33:]) == DAMAGED
    wrong = note[:-1] + bytes([note[-1] ^ 1])  # and its checksum does not count
    np.testing.assert_array_equal(decode_picture(data[:33] + wrong + data[33:]), NOISE)


@pytest.mark.parametrize(
    "body", [b"", b"name", b"name\0", b"name\0\0rubbish", b"\0\0" + zlib.compress(bytes(9_000_000))]
)
def test_a_broken_profile_chunk_is_none(body):
    data = file_of(NOISE, "PNG")
    np.testing.assert_array_equal(decode_picture(data[:33] + png_chunk(b"iCCP", body) + data[33:]), NOISE)


def test_decode_shrinks_to_1024_by_area():
    wide = cv2.resize(photograph("coffee"), (2048, 1536), interpolation=cv2.INTER_CUBIC)
    expected = wide.reshape(768, 2, 1024, 2, 3).mean(axis=(1, 3))
    image = decode_picture(file_of(wide, "PNG", compress_level=1))
    assert image.shape == (768, 1024, 3) and np.abs(image - expected).max() <= 1
    tall = decode_picture(file_of(wide.swapaxes(0, 1), "JPEG", quality=95))
    assert tall.shape == (1024, 768, 3) and np.abs(tall.swapaxes(0, 1) - expected).mean() < 2
    odd = decode_picture(file_of(wide[:1499, :1777], "PNG", compress_level=1))
    assert odd.shape == (864, 1024, 3)  # 1024 * 1499 / 1777 = 863.8
    exact = np.zeros((3, 1024, 3), np.uint8)
    assert decode_picture(file_of(exact, "PNG")).shape == exact.shape


def test_a_baseline_jpeg_may_have_fifty_megapixels_and_is_never_decoded_whole(monkeypatch):
    loaded = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: (loaded.append(self.size), load(self))[1])
    data = file_of(Image.new("L", (8192, 6000), 77), "JPEG")
    assert np.abs(decode_picture(data).astype(int) - 77).max() <= 1
    assert set(loaded) == {(1024, 750)}


# Decoding: what is refused, and in which words


def test_every_refusal_is_one_plain_sentence():
    assert issubclass(PictureError, ValueError)
    assert refusal(b"") == "This file is empty: please choose another picture."
    assert refusal(b"\x89PNG\r\n\x1a\n" + bytes(8_600_000)) == (
        "This file has 8.2 MB, and 8 MB is the most we take: please save the picture smaller and try again."
    )
    assert refusal(png_of(9000, 2000, b"")) == (
        "This picture has 9000 × 2000 pixels, which is too many: please make it at most 4000 pixels wide and high."
    )
    assert refusal(file_of(Image.new("L", (4100, 3100)), "WEBP", method=0)) == (
        "This picture has 4100 × 3100 pixels, which is too many: please make it at most 3500 pixels wide and high."
    )
    assert refusal(file_of(NOISE[:2], "PNG")) == (
        "This picture has only 7 × 2 pixels: please choose one with at least 3 in each direction."
    )
    assert refusal(file_of(np.zeros((3000, 5, 3), np.uint8), "PNG")) == (
        "This picture is too narrow, 5 × 3000 pixels: please cut it to a shape closer to a square."
    )
    assert refusal(file_of(NOISE, "PNG")[:-20]) == DAMAGED


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM", "AVIF", "PDF"])
def test_other_formats_are_refused_whatever_the_file_is_called(kind):
    data = file_of(Image.fromarray(SMOOTH), kind)
    assert refusal(data) == "This is not a PNG, JPEG or WebP picture: please take a screenshot of it and use that."


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_sizes_are_refused_in_every_format(kind):
    assert "only 2 × 4 pixels" in refusal(file_of(np.zeros((4, 2, 3), np.uint8), kind))
    assert decode_picture(file_of(np.zeros((3, 3, 3), np.uint8), kind)).shape == (3, 3, 3)


def test_lossless_extended_and_simple_webp_state_their_size():
    for options in ({"lossless": True}, {}, {"icc_profile": b"x" * 200}):
        assert "only 9 × 2 pixels" in refusal(file_of(np.zeros((2, 9, 3), np.uint8), "WEBP", **options))


def large(kind):
    """Files that promise more than 16.8 megapixels; PNG and WebP keep the promise."""
    if kind == "PNG":
        return png_of(10000, 10000, bytes(10000 * 1251), depth=1)
    if kind == "WEBP":
        return file_of(Image.new("RGB", (10000, 1700)), "WEBP", quality=1, method=0)
    return with_jpeg_size(file_of(SMOOTH, "JPEG", progressive=kind == "progressive JPEG"), 10000, 10000)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG", "progressive JPEG"])
def test_a_bomb_is_refused_before_anything_is_decoded(kind, monkeypatch):
    data = large(kind)
    touched = []
    monkeypatch.setattr(Image.Image, "load", lambda _: touched.append("load"))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: touched.append("load"))
    tracemalloc.start()
    try:
        assert "pixels, which is too many" in refusal(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert touched == []


def test_fifty_megapixels_are_for_baseline_jpegs_only():
    baseline = with_jpeg_size(file_of(SMOOTH, "JPEG"), 8000, 6000)
    assert refusal(baseline) == DAMAGED  # allowed to be so large, but there is not enough behind the promise
    assert "8000 × 6000" in refusal(with_jpeg_size(file_of(SMOOTH, "JPEG", progressive=True), 8000, 6000))
    assert "8000 × 6000" in refusal(png_of(8000, 6000, b""))
    assert "9000 × 6000" in refusal(with_jpeg_size(baseline, 9000, 6000))


@pytest.mark.parametrize("width", [6, 8])
def test_a_png_that_lies_about_its_size_is_damaged(width):
    rows = b"".join(b"\0" + row.tobytes() for row in NOISE)
    header = {"depth": 8, "colour": 2}
    np.testing.assert_array_equal(decode_picture(png_of(7, 5, rows, **header)), NOISE)
    assert refusal(png_of(width, 5, rows, **header)) == DAMAGED
    assert refusal(png_of(7, width - 2, rows, **header)) == DAMAGED
    honest = png_of(7, 5, rows, **header)
    assert refusal(honest[:16] + struct.pack(">I", width) + honest[20:]) == DAMAGED  # and its checksum is wrong


def test_a_webp_whose_canvas_is_not_its_picture_is_damaged():
    data = bytearray(file_of(np.zeros((30, 30, 4), np.uint8), "WEBP"))
    for side in (9, 99):
        data[24:27] = (side - 1).to_bytes(3, "little")
        assert refusal(bytes(data)) == DAMAGED


def test_a_file_that_was_cut_off_is_damaged():
    for kind, options in (("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {})):
        data = file_of(SMOOTH, kind, **options)
        for length in {30, 60, len(data) // 2, len(data) - 60, len(data) - 2}:
            assert refusal(data[:length]) == DAMAGED


def test_any_changed_byte_of_the_pixels_of_a_png_is_noticed():
    data = file_of(NOISE, "PNG")
    start = data.index(b"IDAT") + 4
    for place in range(start, data.index(b"IEND") - 8):
        assert refusal(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]) == DAMAGED


def test_whatever_the_decoder_raises_is_a_picture_error(monkeypatch):
    for error in (OSError, SyntaxError, EOFError, struct.error, MemoryError, Image.DecompressionBombError):

        def fail(*_, error=error, **__):
            raise error("inside Pillow")

        monkeypatch.setattr(Image, "open", fail)
        assert refusal(file_of(NOISE, "PNG")) == DAMAGED
    monkeypatch.undo()
    np.testing.assert_array_equal(decode_picture(file_of(NOISE, "PNG")), NOISE)  # and the next one gets its turn


def test_pictures_are_decoded_one_at_a_time(monkeypatch):
    inside, most = [], []
    pause = threading.Event()

    def watched(work):
        def step(*arguments):
            inside.append(work)
            most.append(len(inside))
            pause.wait(0.01)
            try:
                return work(*arguments)
            finally:
                inside.pop()

        return step

    for name in ("_check_png", "_pixels"):  # both unpack all the pixels
        monkeypatch.setattr(picture_files, name, watched(getattr(picture_files, name)))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(decode_picture, [file_of(NOISE, "PNG")] * 16))
    assert len(results) == 16 and max(most) == 1


def picture_or_refusal(data):
    try:
        image = decode_picture(data)
    except PictureError as error:
        assert str(error).startswith("This ") and str(error).endswith(".") and ": please " in str(error)
    else:
        assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
        assert min(image.shape[:2]) >= 3 and max(image.shape[:2]) <= 1024


STARTS = [b"", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x09\0\0\0\x09", b"\xff\xd8\xff"]
STARTS += [b"\xff\xd8\xff\xc0\0\x0b\x08\0\x09\0\x09\1"]
STARTS += [b"RIFF\0\0\0\0WEBP" + name for name in (b"", b"VP8 ", b"VP8L", b"VP8X\x0a\0\0\0")]


@given(st.sampled_from(STARTS), st.binary(max_size=300))
@settings(max_examples=400)
def test_random_bytes_are_refused_in_words(start, data):
    picture_or_refusal(start + data)


VALID = [
    file_of(NOISE, "PNG"),
    file_of(Image.fromarray(SMOOTH).quantize(9), "PNG", transparency=3),
    file_of(np.dstack([NOISE, NOISE[:, :, 0]]), "PNG"),
    file_of(SMOOTH[:16, :16], "JPEG"),
    file_of(
        SMOOTH[:16, :16], "JPEG", progressive=True, exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\1\0\0\0\6\0\0\0"
    ),
    file_of(Image.fromarray(SMOOTH[:16, :16]).convert("CMYK"), "JPEG"),
    file_of(SMOOTH[:16, :16], "WEBP"),
    file_of(SMOOTH[:16, :16], "WEBP", lossless=True),
    file_of(np.dstack([NOISE, NOISE[:, :, 0]]), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
]
edits = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 6)), max_size=4)


@given(st.sampled_from(VALID), edits, st.booleans())
@settings(max_examples=1000)
def test_changed_files_become_pictures_or_refusals(data, edits, mend):
    for place, new, n_removed in edits:
        start = int(place * len(data))
        data = data[:start] + new + data[start + n_removed :]
    picture_or_refusal(mended(data) if mend else data)


def mended(data):
    """Give every chunk of a changed PNG the right checksum, so that the changes get past it."""
    position, parts = 8, [data[:8]]
    while data.startswith(b"\x89PNG") and position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        parts.append(png_chunk(data[position + 4 : position + 8], data[position + 8 : position + 8 + length]))
        position += 12 + length
    return b"".join(parts) if len(parts) > 1 else data
