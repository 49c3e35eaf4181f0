"""Pictures made, decoded and converted. Oracles: brute force, Pillow's own readers, OpenCV."""

import itertools
import re
import struct
import threading
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import cv2
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageFile, ImageOps

from lib import picture_files
from lib.images import (
    PHOTOGRAPHS,
    all_images,
    crop,
    cut_outs,
    gradient_image,
    line_image,
    photograph,
    planted_lines,
    planted_patterns,
    random_image,
    shrink,
    to_binary,
    to_gray,
)
from lib.picture_files import PictureError, decode_picture

NOISE = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)  # asymmetric, nothing repeats
SMOOTH = np.dstack([np.add.outer(np.arange(40) * 3, np.arange(60) * 2), *np.indices((40, 60)) * 4]).astype(np.uint8)
DAMAGED = "This picture file is damaged or incomplete: please save it again, or take a screenshot of it and use that."


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


def with_jpeg_size(data, width, height):
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


def refusal(data):
    with pytest.raises(PictureError) as caught:
        decode_picture(data)
    return str(caught.value)


# Every binary picture


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1), (2, 3), (3, 3)])
def test_all_images_are_the_numbers_in_binary(shape):
    images = all_images(shape)
    assert images.dtype == np.uint8
    expected = list(itertools.product([0, 1], repeat=shape[0] * shape[1]))
    np.testing.assert_array_equal(images.reshape(len(images), -1), expected)
    assert images.shape[1:] == shape


def test_all_images_takes_up_to_16_pixels():
    assert all_images((4, 4)).shape == (65536, 4, 4)
    with pytest.raises(ValueError, match="1 x 17 = 17"):
        all_images((1, 17))
    with pytest.raises(ValueError, match="0 x 3"):
        all_images((0, 3))


# Lines and noise


def test_line_image_draws_down_or_right():
    assert line_image((4, 5), length=2, row=1, column=3).nonzero()[0].tolist() == [1, 2]
    assert line_image((4, 5), length=2, row=1, column=3).nonzero()[1].tolist() == [3, 3]
    across = line_image((4, 5), length=3, row=2, column=1, orientation="horizontal")
    assert across.tolist() == [[0] * 5, [0] * 5, [0, 1, 1, 1, 0], [0] * 5]
    assert across.dtype == np.uint8


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"length": 4}, r"4 at row 0, column 1 .*\(3, 3\)"),
        ({"row": 1}, "row 1"),
        ({"column": 3}, "column 3"),
        ({"row": -1, "length": 1}, "row -1"),
        ({"column": -1}, "column -1"),
        ({"length": 0}, "line of 0"),
        ({"orientation": "horizontal"}, "horizontal line of 3"),
        ({"orientation": "diagonal"}, "'diagonal'"),
    ],
)
def test_line_image_refuses_lines_that_do_not_fit(options, words):
    with pytest.raises(ValueError, match=words):
        line_image(**options)


def test_random_image_is_the_seeded_generator_and_leaves_global_state_alone():
    before = np.random.get_state()[1].copy()
    image = random_image((9, 8), density=0.3, seed=5)
    np.testing.assert_array_equal(image, np.random.default_rng(5).random((9, 8)) < 0.3)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    assert random_image((9, 8), density=0).sum() == 0
    assert random_image((9, 8), density=1).sum() == 72


@pytest.mark.parametrize("density", [-0.1, 1.5, float("nan")])
def test_random_image_quotes_a_wrong_density(density):
    with pytest.raises(ValueError, match=str(density)):
        random_image((3, 3), density=density)


@pytest.mark.parametrize("columns", [2, 4, 10, 64, 256, 300, 1024])
def test_gradient_brightens_and_half_of_it_is_bright(columns):
    image = gradient_image((3, columns))
    assert (image.shape, image.dtype) == ((3, columns), np.uint8)
    assert (image[:, 0] == 0).all() and (image[:, -1] == 255).all()
    assert (np.diff(image.astype(int), axis=1) >= 0).all() and not np.diff(image, axis=0).any()
    assert to_binary(image).mean() == 0.5


@pytest.mark.parametrize("shape", [(0, 4), (3, 1)])
def test_gradient_needs_two_columns(shape):
    with pytest.raises(ValueError, match=str(shape[1])):
        gradient_image(shape)


# Planted lines


def tops_of_lines(image, length):
    """Brute force: every place where `length` cells below each other are all 1."""
    rows, columns = image.shape
    return [
        [row, column]
        for row in range(rows - length + 1)
        for column in range(columns)
        if all(image[row + step, column] == 1 for step in range(length))
    ]


def most_lines(rows, columns, length, gap):
    """The most lines that fit, by trying every column after every column; `gap` rows apart in neighbouring columns."""
    places = range(rows - length + 1)
    fillings = [
        tops
        for size in range(rows + 1)
        for tops in itertools.combinations(places, size)
        if all(low - high > length for high, low in itertools.pairwise(tops))
    ]

    def side_by_side(left, right):
        return all(abs(a - b) >= length + gap for a in left for b in right)

    best = {tops: len(tops) for tops in fillings}
    for _ in range(columns - 1):
        best = {
            tops: len(tops) + max(count for left, count in best.items() if side_by_side(left, tops))
            for tops in fillings
        }
    return max(best.values())


def check_planted(image, positions, n, length):
    assert image.dtype == np.uint8 and set(np.unique(image)) <= {0, 1}
    assert positions.shape == (n, 2) and np.issubdtype(positions.dtype, np.integer)
    assert positions.tolist() == tops_of_lines(image, length)  # brute force walks sorted by row, then column
    assert image.sum() == n * length  # nothing else is drawn
    assert {0, image.shape[1] - 1} & set(positions[:, 1].tolist())
    for (row, column), (other, beside) in itertools.combinations(positions.tolist(), 2):
        assert abs(column - beside) > 1 or abs(row - other) >= length + (column == beside)


def touches_at_corners(positions, length):
    pairs = itertools.combinations(positions.tolist(), 2)
    return any(abs(c - d) <= 1 and abs(r - s) <= length for (r, c), (s, d) in pairs)


def test_planted_lines_for_every_seed_of_the_app():
    for seed in range(1000):
        for n in (1, 8) if seed % 20 else range(1, 19):
            image, positions = planted_lines((11, 11), n, seed=seed)
            if seed % 20 == 0:
                check_planted(image, positions, n, 3)
            assert len(positions) == n and {0, 10} & set(positions[:, 1].tolist())
            assert image.sum() == 3 * n and not touches_at_corners(positions, 3)


@given(
    st.integers(1, 12), st.integers(1, 9), st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**32), st.booleans()
)
def test_planted_lines_are_all_there_is(rows, columns, n, length, seed, again):
    try:
        image, positions = planted_lines((rows, columns), n, length=length, seed=seed)
    except ValueError as error:
        assert f"({rows}, {columns})" in str(error) and str(n) in str(error) and str(length) in str(error)
        assert rows < length or n > (rows + 1) // (length + 1) * ((columns + 1) // 2)
        return
    check_planted(image, positions, n, length)
    if again:
        twice = planted_lines((rows, columns), n, length=length, seed=seed)
        np.testing.assert_array_equal(image, twice[0])
        np.testing.assert_array_equal(positions, twice[1])


@pytest.mark.parametrize(("rows", "columns", "length"), list(itertools.product(range(1, 9), range(1, 6), (1, 2, 3))))
def test_planted_lines_fit_exactly_as_many_as_there_is_room_for(rows, columns, length):
    if rows < length:
        with pytest.raises(ValueError, match=f"of length {length} in "):
            planted_lines((rows, columns), 1, length=length)
        return
    apart = most_lines(rows, columns, length, gap=1)
    most = most_lines(rows, columns, length, gap=0)
    for n in {1, apart, apart + 1, most} & set(range(1, most + 1)):
        image, positions = planted_lines((rows, columns), n, length=length, seed=n)
        check_planted(image, positions, n, length)
        assert touches_at_corners(positions, length) == (n > apart)
    with pytest.raises(ValueError, match=f"at most {most} lines .* got {most + 1}"):
        planted_lines((rows, columns), most + 1, length=length)


def test_planted_lines_differ_between_seeds_and_reach_every_place():
    seen = sum(planted_lines((5, 4), 2, seed=seed)[0].astype(int) for seed in range(300))
    assert (seen > 0).all()


@pytest.mark.parametrize(("n", "length"), [(0, 3), (-1, 3), (1, 0)])
def test_planted_lines_wants_at_least_one_line(n, length):
    with pytest.raises(ValueError, match=f"got {n} of length {length}"):
        planted_lines((5, 5), n, length=length)


# Gray, binary, smaller


def test_gray_is_the_luma_pillow_computes():
    rgb = np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    pillow = np.asarray(Image.fromarray(rgb).convert("L")).astype(int)
    assert np.abs(to_gray(rgb) - pillow).max() <= 1
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_gray(np.dstack([levels[None]] * 3)), levels[None])
    assert to_gray(np.eye(3, dtype=np.uint8)[None] * 255).tolist() == [[76, 150, 29]]


@pytest.mark.parametrize("wrong", [np.zeros((4, 5), np.uint8), np.zeros((4, 5, 4), np.uint8), np.zeros((4, 5, 3))])
def test_gray_quotes_a_wrong_picture(wrong):
    with pytest.raises(ValueError, match=r"\(4, 5.*(uint8|float64)"):
        to_gray(wrong)


def test_binary_includes_the_threshold():
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for threshold in (0, 1, 128, 255, 256):
        assert to_binary(gray, threshold).sum() == 256 - threshold
    assert to_binary(gray).dtype == np.uint8
    with pytest.raises(ValueError, match=r"\(5, 7, 3\)"):
        to_binary(NOISE)


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([(), (3,)])).map(lambda s: (*s[:2], *s[2]))


@given(shapes, st.integers(1, 40), st.integers(0, 2**32))
def test_shrink_keeps_shape_and_mean(shape, side, seed):
    image = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    before = image.copy()
    small = shrink(image, side)
    long, short = sorted(shape[:2], reverse=True)
    assert max(small.shape[:2]) == side and small.dtype == np.uint8 and small.shape[2:] == shape[2:]
    assert abs(min(small.shape[:2]) - max(1, side * short / long)) <= 0.5
    if side <= short and shape[0] % small.shape[0] == 0 and shape[1] % small.shape[1] == 0:
        assert np.abs(small.mean(axis=(0, 1)) - image.mean(axis=(0, 1))).max() <= 1
    assert small.min() >= image.min() and small.max() <= image.max()
    flat = np.full(shape, image.flat[0])
    assert (shrink(flat, side) == image.flat[0]).all()
    np.testing.assert_array_equal(image, before)


def test_shrink_averages_areas_and_enlarges_by_repeating():
    image = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
    blocks = image.reshape(2, 2, 3, 2).mean(axis=(1, 3))  # (rows, columns)
    assert np.abs(shrink(image, 3) - blocks).max() <= 1
    np.testing.assert_array_equal(shrink(image, 12), image.repeat(2, 0).repeat(2, 1))
    np.testing.assert_array_equal(shrink(NOISE, 7), NOISE)
    photo = photograph("coffee")  # 400 × 400, so 150 does not divide
    fine = photo.repeat(3, 0).repeat(3, 1).reshape(150, 8, 150, 8, 3).mean(axis=(1, 3))  # thirds of pixels do
    assert np.abs(shrink(photo, 150) - fine).max() <= 0.51
    closely = cv2.resize(photo, (150, 150), interpolation=cv2.INTER_AREA)
    assert np.abs(shrink(photo, 150).astype(int) - closely).max() <= 1
    assert shrink(np.array([[0, 100, 200]], np.uint8), 2).tolist() == [[33, 167]]


@pytest.mark.parametrize(
    ("image", "side", "words"),
    [
        (NOISE, 0, "got 0"),
        (NOISE, -3, "got -3"),
        (NOISE.astype(float), 3, "float64"),
        (NOISE[:, :, :2], 3, r"\(5, 7, 2\)"),
        (NOISE[0, 0], 3, r"\(3,\)"),
        (NOISE[:0], 3, r"\(0, 7, 3\)"),
    ],
)
def test_shrink_quotes_what_is_wrong(image, side, words):
    with pytest.raises(ValueError, match=words):
        shrink(image, side)


# Photographs that come with the project


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photographs_are_colour_arrays_of_one_s_own(name):
    image = photograph(name)
    assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
    assert 200 <= max(image.shape) <= 512 and image.std() > 20
    path, author = PHOTOGRAPHS[name]
    assert path.stat().st_size <= 61_000
    credit = next(line for line in (path.parent / "README.md").read_text().splitlines() if f"`{path.name}`" in line)
    assert author in credit and "CC0" in credit
    np.testing.assert_array_equal(image, np.asarray(Image.open(BytesIO(path.read_bytes())).convert("RGB")))
    image[:] = 0
    assert photograph(name).any()


def test_photograph_quotes_an_unknown_name():
    with pytest.raises(ValueError, match=r"'cat'.*'dog'"):
        photograph("dog")


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


def test_a_jpeg_with_hundreds_of_scans_is_damaged():
    data = file_of(SMOOTH, "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert decode_picture(data[:-2] + scan * 20 + data[-2:]).shape == SMOOTH.shape
    assert refusal(data[:-2] + scan * 200 + data[-2:]) == DAMAGED


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

    for name in ("_check_honesty", "_small_and_upright"):  # both unpack all the pixels
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


def test_cut_outs_are_centred_and_black_outside():
    image = np.arange(1, 26).reshape(5, 5)
    pictures = cut_outs(image, [[2, 2], [0, 4], [-1, 0]], (3, 1))
    assert pictures[:, :, 0].tolist() == [[8, 13, 18], [0, 5, 10], [0, 0, 1]]
    assert cut_outs(image, np.empty((0, 2), int), (5, 3)).shape == (0, 5, 3)


DIAGONAL = np.eye(3, dtype=np.uint8)
CROSS = DIAGONAL | DIAGONAL[::-1]


@pytest.mark.parametrize("seed", range(100))
def test_planted_patterns_are_where_they_are_said_to_be_and_nowhere_else(seed):
    image, positions = planted_patterns((11, 11), [DIAGONAL, CROSS], 3, seed=seed)
    drawn = np.zeros((11, 11), int)
    for pattern, places in zip((DIAGONAL, CROSS), positions, strict=True):
        assert 2 <= len(places) <= 3
        for row, column in places:
            drawn[row : row + 3, column : column + 3] += pattern
    assert image.dtype == np.uint8 and image.tolist() == drawn.tolist()
    # an independent search for the exact diagonal, with black at the two corners beside it
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    found = np.argwhere((windows == DIAGONAL)[..., DIAGONAL | DIAGONAL[::-1] == 1].all(axis=-1))
    assert found.tolist() == positions[0].tolist()


@given(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.integers(0, 10**6))
def test_planted_copies_touch_nowhere_and_one_is_at_an_edge(size, seed):
    image, (positions,) = planted_patterns((12, 9), [np.ones(size)], 5, seed=seed)
    assert 1 <= len(positions) <= 5
    assert scipy.ndimage.label(image, np.ones((3, 3)))[1] == len(positions)
    assert {0, 9 - size[1]} & set(positions[:, 1].tolist())
    again, _ = planted_patterns((12, 9), [np.ones(size)], 5, seed=seed)
    np.testing.assert_array_equal(image, again)


@pytest.mark.parametrize(("shape", "n"), [((2, 5), 1), ((5, 2), 1), ((5, 5), 0)])
def test_a_pattern_that_does_not_fit_is_refused(shape, n):
    with pytest.raises(ValueError, match=re.escape(f"got {n} of shape (3, 3) in {shape}")):
        planted_patterns(shape, [DIAGONAL], n)


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.integers(0, 1)))
def test_a_crop_keeps_all_that_is_yellow_and_no_black_edge(image):
    part = crop(image)
    assert part.sum() == image.sum()
    if image.any():
        assert all(edge.any() for edge in (part[0], part[-1], part[:, 0], part[:, -1]))
        assert scipy.signal.correlate2d(image.astype(int), part.astype(int), "valid").max() == image.sum()
    else:
        assert part.size == 0
