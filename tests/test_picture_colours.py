"""Colour profiles in picture files: what people see elsewhere is what the numbers say here. Oracle: arithmetic."""

import struct
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from lib.picture_files import decode_picture
from tests.files_by_hand import file_of

D65, D50 = np.array([0.95047, 1, 1.08883]), np.array([0.9642, 1, 0.8249])
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
SRGB = [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)]  # where its red, green and blue lie, as x and y
DISPLAY_P3 = [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)]
COLOURS = np.random.default_rng(5).integers(0, 256, (8, 9, 3), dtype=np.uint8)


def to_xyz(primaries):
    """The matrix from linear red, green, blue to XYZ, white being D65."""
    corners = np.array([(x / y, 1, (1 - x - y) / y) for x, y in primaries]).T
    return corners * np.linalg.solve(corners, D65)


def linear(values):
    shares = np.asarray(values) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def encoded(light):
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def fixed(*numbers):
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def icc(space, tags):
    """An ICC profile, version 4 (https://www.color.org/icc1v42.pdf)."""
    tags = {b"desc": b"mluc\0\0\0\0\0\0\0\0\0\0\0\x0c", b"wtpt": b"XYZ \0\0\0\0" + fixed(*D50)} | tags
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", start + len(body), len(tag))
        body += tag + bytes(-len(tag) % 4)
    head = struct.pack(">IIIIII", start + len(body), 0, 0x04000000, *struct.unpack(">III", b"mntr" + space + b"XYZ "))
    return (
        (head + bytes(12) + b"acsp" + bytes(28) + fixed(*D50)).ljust(128, b"\0")
        + struct.pack(">I", len(tags))
        + table
        + body
    )


def rgb_profile(primaries, more=()):
    """A profile with the curve of sRGB, which Display P3 has too."""
    to_d50 = np.linalg.inv(BRADFORD) @ np.diag(BRADFORD @ D50 / (BRADFORD @ D65)) @ BRADFORD
    curve = b"para\0\0\0\0\0\3\0\0" + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    columns = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), (to_d50 @ to_xyz(primaries)).T, strict=True))
    tags = {name: b"XYZ \0\0\0\0" + fixed(*column) for name, column in columns.items()}
    return icc(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve) | dict(more))


GRAY_PROFILE = icc(b"GRAY", {b"kTRC": b"para\0\0\0\0\0\0\0\0" + fixed(1.8)})
P3 = rgb_profile(DISPLAY_P3)


def p3_to_srgb(values):
    return encoded(linear(values) @ (np.linalg.inv(to_xyz(SRGB)) @ to_xyz(DISPLAY_P3)).T)


def test_our_oracle_knows_three_colours_that_designers_know():
    # full red, green and blue of sRGB, as they are written in Display P3
    known = p3_to_srgb([(234, 51, 35), (117, 251, 76), (0, 0, 245), (128, 128, 128)])
    assert np.abs(known - [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)]).max() < 5


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_display_p3_picture_becomes_srgb(kind):
    image = decode_picture(file_of(COLOURS, kind, lossless=True, icc_profile=P3))
    assert np.abs(image - p3_to_srgb(COLOURS)).max() < 1
    assert np.abs(image.astype(int) - COLOURS).max() > 20
    same = decode_picture(file_of(COLOURS, kind, lossless=True, icc_profile=rgb_profile(SRGB)))
    np.testing.assert_array_equal(same, COLOURS)


def test_a_display_p3_photograph_becomes_srgb_upright_and_small():
    wide = cv2.resize(COLOURS, (2048, 1536), interpolation=cv2.INTER_CUBIC)
    exif = Image.Exif()
    exif[0x0112] = 3
    plain = decode_picture(file_of(wide, "JPEG", quality=95))
    image = decode_picture(file_of(wide, "JPEG", quality=95, icc_profile=P3, exif=exif.tobytes()))
    assert image.shape == (768, 1024, 3)
    assert np.abs(image[::-1, ::-1] - p3_to_srgb(plain)).max() < 1


def test_colours_behind_a_veil_and_in_a_palette_become_srgb():
    alpha = np.tile(np.linspace(0, 255, 9).round().astype(np.uint8), (8, 1))
    share = alpha[:, :, None] / 255
    veiled = decode_picture(file_of(np.dstack([COLOURS, alpha]), "PNG", icc_profile=P3))
    assert np.abs(veiled - (p3_to_srgb(COLOURS) * share + 255 * (1 - share))).max() < 2
    palette = Image.fromarray(COLOURS).quantize(20)
    image = decode_picture(file_of(palette, "PNG", icc_profile=P3))
    assert np.abs(image - p3_to_srgb(np.asarray(palette.convert("RGB")))).max() < 1


def test_a_gray_profile_is_for_gray_pictures():
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    expected = encoded((ramp / 255) ** 1.8)[:, :, None]
    for kind in ("PNG", "JPEG"):
        plain = file_of(ramp, kind, quality=100)
        image = decode_picture(file_of(ramp, kind, quality=100, icc_profile=GRAY_PROFILE))
        assert np.abs(image - encoded((decode_picture(plain) / 255) ** 1.8)).max() < 2
    deep = file_of(Image.fromarray(ramp.astype(np.uint16) * 257), "PNG", icc_profile=GRAY_PROFILE)
    assert np.abs(decode_picture(deep) - expected).max() < 2
    np.testing.assert_array_equal(decode_picture(file_of(ramp, "PNG", icc_profile=P3)), np.dstack([ramp] * 3))
    np.testing.assert_array_equal(decode_picture(file_of(COLOURS, "PNG", icc_profile=GRAY_PROFILE)), COLOURS)


def test_a_profile_for_print_says_what_its_inks_look_like():
    """Four inks, each full or none, looked up in a table of Lab colours that could not be guessed."""
    table = np.random.default_rng(6).uniform((40, -20, -20), (80, 20, 20), (16, 3))
    table[0] = 100, 0, 0  # lcms takes bare paper for white
    numbers = np.stack([table[:, 0] * 652.8, *((table[:, 1:] + 128) * 256).T], axis=1).round()  # 16-bit Lab, version 2
    lut = b"mft2\0\0\0\0\4\3\2\0" + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + struct.pack(">HH", 2, 2)
    lut += struct.pack(">HH", 0, 65535) * 4 + numbers.astype(">u2").tobytes() + struct.pack(">HH", 0, 65535) * 3
    profile = icc(b"CMYK", {b"A2B0": lut})
    profile = profile[:12] + b"prtr" + profile[16:20] + b"Lab " + profile[24:]
    for number in (0, 1, 6, 9, 15):
        inks = tuple(255 * (number >> bit & 1) for bit in (3, 2, 1, 0))
        data = file_of(Image.new("CMYK", (16, 16), inks), "JPEG", quality=100, icc_profile=profile)
        lab = table[number][None, None].astype(np.float32)
        expected = 255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)[0, 0]
        assert np.abs(decode_picture(data)[8, 8] - expected).max() < 6  # lcms and OpenCV adapt white differently
    plain = file_of(Image.new("CMYK", (16, 16), (10, 200, 30, 40)), "JPEG", quality=100, icc_profile=P3)
    np.testing.assert_array_equal(decode_picture(plain), np.asarray(Image.open(BytesIO(plain)).convert("RGB")))


CHAIN = b"matf\0\0\0\0\0\3\0\3" + struct.pack(">12f", 0.9, 0, 0, 0, 0.9, 0, 0, 0, 0.9, 0, 0, 0)


def slow_profile(n):
    """A profile that is a chain of `n` matrices: 5,000 of them take lcms some 4 s."""
    places = b"".join(struct.pack(">II", 16 + 8 * n + number * len(CHAIN), len(CHAIN)) for number in range(n))
    return rgb_profile(DISPLAY_P3, {b"D2B0": b"mpet\0\0\0\0\0\3\0\3" + struct.pack(">I", n) + places + CHAIN * n})


def test_a_profile_that_takes_seconds_is_none(monkeypatch):
    data = file_of(COLOURS, "PNG", icc_profile=slow_profile(10))
    monkeypatch.setattr(ImageCms, "profileToProfile", lambda *_, **__: pytest.fail("used"))
    np.testing.assert_array_equal(decode_picture(data), COLOURS)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    "profile",
    [b"odd", P3[:200], P3[:128] + bytes(len(P3) - 128), bytes(5_000_000), P3.replace(b"acsp", b"abcd")],
    ids=["short", "cut", "empty", "huge", "unsigned"],
)
def test_a_broken_profile_is_none(kind, profile):
    plain = file_of(COLOURS, kind, lossless=True)
    data = file_of(COLOURS, kind, lossless=True, icc_profile=profile)
    np.testing.assert_array_equal(decode_picture(data), decode_picture(plain))
