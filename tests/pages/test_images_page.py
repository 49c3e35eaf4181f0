"""The images page: the very numbers of each picture."""

import base64
from urllib.parse import parse_qs

import numpy as np
import pytest

from lib.codec import decode_image, encode_pixels
from lib.images import PHOTOGRAPHS, gradient_image, gray_to_colour, photograph, random_image, shrink, to_gray

LINE = gray_to_colour(np.array([[0, 255, 0]] * 3, np.uint8))


@pytest.fixture
def shown(parts_of):
    """shown(at) -> the picture (H, W, 3) and the threshold that the page's three kinds are made of."""

    def picture(at):
        told = parts_of(at)["kinds"]
        pixels = np.frombuffer(base64.b64decode(told["pixels"]), np.uint8)
        return pixels.reshape(told["rows"], told["columns"], 3), told["threshold"]

    return picture


def keys(at):
    return {widget.key for widget in [*at.slider, *at.selectbox, *at.button_group] if widget.key.startswith("image_")}


def next_link(at):
    return {key: values[0] for key, values in parse_qs(at.get("page_link")[-1].proto.query_string).items()}


def test_it_opens_with_the_cat_at_8_pixels(open_page, text_of, shown):
    at = open_page("images")
    picture, threshold = shown(at)
    np.testing.assert_array_equal(picture, shrink(photograph("cat"), 8))
    gray = to_gray(picture)
    assert threshold == 128
    assert f"8 rows and 8 columns. Gray goes from 0, black, to 255, white: here from {gray.min()} to {gray.max()}." in (
        text_of(at)
    )
    assert f"1 from gray 128 on, the threshold: {(gray >= 128).sum()} of the 64 pixels." in text_of(at)
    assert "8 × 8 × 3 = 192 numbers" in text_of(at)
    assert keys(at) == {"image_side", "image_threshold"}


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("side", [16, 32, 64])
def test_a_photograph_becomes_numbers(open_page, text_of, shown, name, side):
    colour = shrink(photograph(name), side)
    at = open_page("images", image_picture=name, image_side=side, image_threshold=90)
    np.testing.assert_array_equal(shown(at)[0], colour)
    assert f"{(to_gray(colour) >= 90).sum()} of the {side * side} pixels" in text_of(at).replace(",", "")
    assert PHOTOGRAPHS[name].author in text_of(at)
    (image,) = at.get("image")
    assert image.proto.imgs[0].alt == f"The {name}, before it is shrunk."


def test_counts_of_a_thousand_have_their_comma(open_page, text_of):
    assert "of the 4,096 pixels" in text_of(open_page("images", image_side=64))


def test_the_line_is_the_articles(open_page, text_of, shown):
    at = open_page("images", image_picture="line", image_side=16)  # a line has the size it has
    np.testing.assert_array_equal(shown(at)[0], LINE)
    assert "3 of the 9 pixels" in text_of(at) and "3 × 3 × 3 = 27 numbers" in text_of(at)
    assert keys(at) == {"image_threshold"}
    assert not at.get("image")


def test_random_pictures_go_by_seed_and_side(open_page, shown):
    for seed, side in ((0, 16), (7, 8), (1, 64)):
        at = open_page("images", image_picture="random", image_seed=seed, image_side=side)
        np.testing.assert_array_equal(shown(at)[0], gray_to_colour(255 * random_image((side, side), seed=seed)))
    assert keys(at) == {"image_seed", "image_side", "image_threshold"}


@pytest.mark.parametrize(("threshold", "ones"), [("1", 56), ("255", 8), ("128", 32), ("0", 32), ("256", 32)])
def test_the_threshold_from_end_to_end(open_page, text_of, shown, threshold, ones):
    at = open_page("images", image_picture="gradient", image_threshold=threshold)
    np.testing.assert_array_equal(shown(at)[0], gray_to_colour(gradient_image((8, 8))))
    assert f"{ones} of the 64 pixels" in text_of(at)


@pytest.mark.parametrize(
    ("asked", "side"), [("8", 8), ("64", 64), ("40", 32), ("3", 8), ("20", 16), ("9999", 64), ("7.5", 8), ("-16", 8)]
)
def test_another_side_in_a_link_is_the_nearest(open_page, shown, asked, side):
    assert shown(open_page("images", image_side=asked))[0].shape == (side, side, 3)


def test_a_painted_picture_comes_by_its_numbers(open_page, text_of, shown):
    for text in ("1,0;0,1;1,1", "3x2-9c"):
        at = open_page("images", image_picture=text)
        assert (shown(at)[0] // 255).tolist() == [[[1] * 3, [0] * 3], [[0] * 3, [1] * 3], [[1] * 3, [1] * 3]]
        assert "Your picture; choose one from the list for other sizes. 3 rows and 2 columns." in text_of(at)
        assert "4 of the 6 pixels" in text_of(at)
        assert at.selectbox(key="_image_picture_name").value == "custom"
        assert not at.warning
    colour = np.arange(2 * 5 * 3, dtype=np.uint8).reshape(2, 5, 3)
    for picture in (colour, gray_to_colour(colour[..., 0])):
        np.testing.assert_array_equal(shown(open_page("images", image_picture=encode_pixels(picture)))[0], picture)


def test_a_text_that_is_no_picture_says_so_and_shows_the_cat(open_page, shown):
    at = open_page("images", image_picture="2x2c-zzz")
    assert "That picture cannot be read" in at.warning[0].value and "“cat”" in at.warning[0].value
    assert shown(at)[0].shape == (8, 8, 3)


def test_a_preset_brings_the_custom_picture_back(open_page, shown):
    at = open_page("images", image_picture="3x3-ff8")
    assert shown(at)[0].all()
    at.selectbox(key="_image_picture_name").set_value("line").run()
    np.testing.assert_array_equal(shown(at)[0], LINE)
    assert at.selectbox(key="_image_picture_name").options[-1] != "custom"


def test_your_own_is_the_cat_until_there_is_one(open_page, shown):
    at = open_page("images", image_picture="your own", image_side=16)
    np.testing.assert_array_equal(shown(at)[0], shrink(photograph("cat"), 16))
    assert "Until then, you see the cat." in at.info[0].value
    assert "sent to this server, kept only while this tab is open" in at.sidebar.caption[0].value


def test_your_own_picture_shows_its_numbers_is_not_credited_and_stays_out_of_links(open_page, text_of, shown, parts_of):
    at = open_page("images", image_picture="your own")
    assert parts_of(at)["kinds"]["paint"]  # the cat
    own = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    at.session_state["_own"] = own
    at.run()
    np.testing.assert_array_equal(shown(at)[0], shrink(own, 8))
    assert not parts_of(at)["kinds"]["paint"]  # a stroke would write it into the link
    assert "5 × 8 × 3 = 120 numbers" in text_of(at)
    assert "scikit-image" not in text_of(at)
    assert "cat" not in {word.strip(".,") for word in text_of(at).split()}
    assert at.get("image")[0].proto.imgs[0].alt == "Your picture, before it is shrunk."


def test_the_next_page_gets_a_3_by_3_picture_of_0_and_1(open_page):
    same = {"match_template": "vertical line", "match_value": "perfect"}
    assert next_link(open_page("images", image_picture="line")) == same | {"match_picture": "3x3-490"}
    gray = np.array([[200, 0, 0], [0, 130, 0], [0, 0, 100]], np.uint8)
    handed = next_link(open_page("images", image_picture=encode_pixels(gray_to_colour(gray))))
    assert decode_image(handed["match_picture"]).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert next_link(open_page("images")) == same | {"match_picture": "identical"}


def test_the_code_is_what_ran(open_page):
    ran = {"cat": "def shrink(", "random": "def random_image(", "line": "def line_image(", "3x3-490": "def to_binary("}
    for picture, function in ran.items():
        at = open_page("images", unfolded=True, image_picture=picture)
        (code,) = (block.value for block in at.code if "def " in block.value)
        assert function in code and "def to_gray(" in code
