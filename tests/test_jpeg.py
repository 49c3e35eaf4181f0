"""JPEG files: a whole one is never refused, a part of one never taken. Oracles: Pillow, and where the file was cut."""

from functools import partial
from io import BytesIO

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lib.images import PHOTOGRAPHS
from lib.jpeg import MAX_SCANS, MAX_SEGMENTS, first_picture
from lib.picture_files import DAMAGED, decode_picture
from tests.files_by_hand import file_of, refusal

END = b"\xff\xd9"
NOTE = b"\xff\xfe\0\2"  # an empty one
KINDS = {
    "baseline": {},
    "small codes": {"optimize": True},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 3},
    "progressive with restarts": {"progressive": True, "restart_marker_rows": 1},
    "full colour": {"subsampling": 0},
    "coarse": {"quality": 5},
}
jpeg_of = partial(file_of, kind="JPEG")
every_kind = pytest.mark.parametrize("kind", KINDS)


def scans_of(data):
    """Where the scans of a JPEG without a thumbnail begin."""
    return [place for place in range(len(data) - 1) if data[place : place + 2] == b"\xff\xda"]


def as_pillow_reads(data):
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"))


def picture(height, width, seed, flat_below=None):
    """Soft noise; from the middle down one level of gray, if one is given, like what libjpeg paints where bits lack."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    image = cv2.GaussianBlur(noise, (0, 0), 1.5)
    if flat_below is not None:
        image[height // 2 :] = flat_below
    return image


# A whole picture


@every_kind
@given(st.integers(3, 70), st.integers(3, 70), st.integers(0, 99), st.sampled_from([None, 128, 127, 0, 255]))
def test_whole_pictures_are_taken_however_they_end(kind, height, width, seed, flat_below):
    image = picture(height, width, seed, flat_below)
    for data in (jpeg_of(image, **KINDS[kind]), jpeg_of(image[:, :, 0], **KINDS[kind])):
        np.testing.assert_array_equal(decode_picture(data), as_pillow_reads(data))


@every_kind
@pytest.mark.parametrize("level", [0, 127, 128, 255])
def test_a_picture_of_nothing_but_gray_is_taken(kind, level):
    data = jpeg_of(np.full((300, 200, 3), level, np.uint8), **KINDS[kind])
    np.testing.assert_array_equal(decode_picture(data), as_pillow_reads(data))


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photographs_are_taken_in_every_coding_of_another_program(name):
    image = cv2.imread(str(PHOTOGRAPHS[name].path))
    for progressive in (0, 1):
        for every in (0, 1, 7):
            options = [cv2.IMWRITE_JPEG_PROGRESSIVE, progressive, cv2.IMWRITE_JPEG_RST_INTERVAL, every]
            data = cv2.imencode(".jpg", image, options)[1].tobytes()
            np.testing.assert_array_equal(decode_picture(data), as_pillow_reads(data))


def test_what_stands_between_and_behind_the_scans_does_not_matter():
    data = jpeg_of(picture(40, 50, 1), progressive=True)
    padded = (
        data.replace(b"\xff\xda", NOTE + b"\xff\xff\xff\xda")[:-2] + NOTE + b"\0rubbish\xff\0" + NOTE + b"\xff" + END
    )
    np.testing.assert_array_equal(decode_picture(padded), decode_picture(data))


@every_kind
def test_a_video_behind_the_picture_does_not_matter(kind):
    """A motion photo: on some 6.5 MB of video, chance alone writes 100 markers of scans."""
    data = jpeg_of(picture(40, 50, 2), **KINDS[kind])
    video = b"\0\0\0\x18ftypmp42" + np.random.default_rng(0).bytes(7_900_000)
    assert video.count(b"\xff\xda") > MAX_SCANS
    np.testing.assert_array_equal(decode_picture(data + video), decode_picture(data))
    assert refusal(data[:-40] + END + data + video) == DAMAGED  # a whole picture behind half of one does not help


def test_a_thumbnail_in_the_notes_is_not_the_picture():
    thumbnail = jpeg_of(picture(8, 8, 3))
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + thumbnail
    data = jpeg_of(picture(40, 50, 3), exif=exif)
    assert len(scans_of(data)) == 2
    assert decode_picture(data).shape == (40, 50, 3)
    assert refusal(data[: data.rindex(b"\xff\xda") + 100]) == DAMAGED  # the thumbnail has an end, the picture none


# A part of one


@every_kind
@pytest.mark.parametrize("flat_below", [None, 128])
def test_half_a_picture_with_an_end_marker_is_damaged(kind, flat_below):
    data = jpeg_of(picture(160, 120, 4, flat_below), **KINDS[kind])
    start = scans_of(data)[0] + 14
    for cut in range(start, len(data) - 40, 37):  # the last bytes may be a bit of one block
        assert refusal(data[:cut] + END) == DAMAGED, cut


def test_half_a_photograph_is_damaged_at_every_size_it_is_read_at():
    for side in (900, 2100, 4200, 8200):  # whole, and at 1/2, 1/4 and 1/8
        image = cv2.resize(picture(60, 60, 5), (side, side // 8), interpolation=cv2.INTER_CUBIC)
        for progressive in (False, True):
            data = jpeg_of(image, progressive=progressive)
            assert decode_picture(data).shape[1] == min(side, 1024)
            for share in (0.5, 0.9, 0.99):
                assert refusal(data[: int(share * len(data))] + END) == DAMAGED


def test_a_picture_that_lacks_whole_scans_is_damaged():
    data = jpeg_of(picture(40, 50, 6), progressive=True)
    tables = [data.rindex(b"\xff\xc4", 0, scan) for scan in scans_of(data)[1:]]  # each scan has code tables before it
    assert len(tables) > 8
    for place in (*tables, *scans_of(data)[1:]):
        assert refusal(data[:place] + END) == DAMAGED


def test_one_scan_for_all_colours_is_what_lets_a_picture_be_very_large():
    data = jpeg_of(picture(40, 50, 7))
    (scan,) = scans_of(data)
    size = (6000).to_bytes(2, "big") + (8000).to_bytes(2, "big")
    frame = data.index(b"\xff\xc0")
    large = data[: frame + 5] + size + data[frame + 9 :]
    assert refusal(large) == DAMAGED  # allowed to be so large, but it is not
    one_colour = b"\xff\xda\0\x08\1\1\0\0\x3f\0"  # then libjpeg keeps all of it, 300 MB, until the others have come
    assert "8000 × 6000 pixels, which is too many" in refusal(large.replace(data[scan : scan + 14], one_colour))


def test_a_jpeg_with_hundreds_of_scans_is_damaged():
    data = jpeg_of(picture(40, 50, 8), progressive=True)
    first, second = scans_of(data)[:2]
    scan = data[first : data.index(b"\xff\xc4", first)]  # all colours, roughly: it may come again
    assert first < second
    for times, taken in ((20, True), (MAX_SCANS, False)):
        many = data[:first] + scan * times + data[first:]
        if taken:
            np.testing.assert_array_equal(decode_picture(many), decode_picture(data))
        else:
            assert refusal(many) == DAMAGED


def test_a_jpeg_with_thousands_of_notes_is_damaged():
    data = jpeg_of(picture(40, 50, 9))
    assert decode_picture(data[:2] + NOTE * 500 + data[2:]).shape == (40, 50, 3)
    assert refusal(data[:2] + NOTE * MAX_SEGMENTS + data[2:]) == DAMAGED


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xda", b"\xff\xd8\xff\xe0\0\4" + END]
)
def test_no_end_is_said_so(data):
    with pytest.raises(ValueError):
        first_picture(data)
