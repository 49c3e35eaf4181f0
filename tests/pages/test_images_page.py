"""The images page: the very numbers of each picture."""

import json
from urllib.parse import parse_qs

import numpy as np
import pytest

from lib.codec import decode_image
from lib.images import PHOTOGRAPHS, gradient_image, photograph, random_image, shrink, to_binary, to_gray
from tests.sent import unpacked

LINE = [[0, 1, 0]] * 3


def charts(at):
    """The arrays of the charts' grids, in order; a picture in colour counts as None."""
    found = []
    for chart in at.get("plotly_chart"):
        for trace in json.loads(chart.proto.spec)["data"]:
            found.append(None if trace["type"] == "image" else unpacked(trace["z"]))
    return found


def alts(at):
    return [chart.proto.alt for chart in at.get("plotly_chart")]


def keys(at):
    return {widget.key for widget in [*at.sidebar.slider, *at.sidebar.selectbox] if widget.key}


def next_link(at):
    return {key: values[0] for key, values in parse_qs(at.get("page_link")[-1].proto.query_string).items()}


@pytest.fixture
def shown(painted_of):
    """The picture of 0 and 1 on the page: painted on where it is small, else only looked at."""
    return lambda at: painted_of(at).get("Picture", next(iter(charts(at)), None))


def test_it_opens_with_the_articles_line(open_page, text_of, shown):
    at = open_page("images")
    assert shown(at).tolist() == LINE
    assert "3 rows and 3 columns. 3 of the 9 pixels are 1" in text_of(at)
    assert "3 × 3 = **9** numbers" in text_of(at)
    assert "3000 × 3000 × 3 = **27,000,000** numbers" in text_of(at)
    assert keys(at) == {"_image_picture_name"}  # a line has its size, its colours and no seed


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_becomes_numbers(open_page, text_of, shown, name):
    colour = shrink(photograph(name), 20)
    gray = to_gray(colour)

    at = open_page("images", image_picture=name, image_side=20, image_threshold=90)
    np.testing.assert_array_equal(shown(at), to_binary(gray, 90))
    assert f"{(gray >= 90).sum()} of the 400 pixels are 1" in text_of(at)
    assert PHOTOGRAPHS[name].author in text_of(at)

    at = open_page("images", image_picture=name, image_side=20, image_view="grayscale")
    np.testing.assert_array_equal(charts(at)[0], gray)
    assert f"The darkest pixel is {gray.min()}, the brightest {gray.max()}." in text_of(at)
    assert "20 × 20 = **400** numbers" in text_of(at)

    at = open_page("images", image_picture=name, image_side=20, image_view="colour")
    together, *channels = charts(at)
    assert together is None
    np.testing.assert_array_equal(np.stack(channels, axis=-1), colour)
    assert "20 × 20 × 3 = **1,200** numbers" in text_of(at)
    assert PHOTOGRAPHS[name].author in text_of(at)


def test_a_photograph_stands_beside_its_numbers_with_an_alt_text(open_page):
    at = open_page("images", image_picture="cat", image_side=8)
    (image,) = at.get("image")
    assert image.proto.imgs[0].alt == "The cat, before it is shrunk to 8 rows and 8 columns."


def test_numbers_stand_in_the_cells_up_to_20_a_side(open_page, text_of):
    for side, readable in ((20, True), (21, False)):
        at = open_page("images", image_picture="cat", image_view="grayscale", image_side=side)
        trace = json.loads(at.get("plotly_chart")[0].proto.spec)["data"][0]
        assert ("texttemplate" in trace) is readable
        assert ("you can read the numbers" in text_of(at)) is not readable


def test_random_pictures_go_by_seed_and_side(open_page, shown):
    for seed, side in ((0, 16), (7, 5), (1, 32), (1, 33)):
        at = open_page("images", image_picture="random", image_seed=seed, image_side=side)
        np.testing.assert_array_equal(shown(at), random_image((side, side), seed=seed))
        assert len(at.get("plotly_chart")) == (side > 32)  # too large to paint on
    assert keys(at) == {"_image_picture_name", "image_seed", "image_side"}


def test_the_gradient_in_all_three_views(open_page, text_of, shown):
    gray = gradient_image((6, 6))
    at = open_page("images", image_picture="gradient", image_side=6, image_threshold=200)
    np.testing.assert_array_equal(shown(at), to_binary(gray, 200))
    assert "12 of the 36 pixels are 1" in text_of(at)
    at = open_page("images", image_picture="gradient", image_side=6, image_view="grayscale")
    np.testing.assert_array_equal(charts(at)[0], gray)
    at = open_page("images", image_picture="gradient", image_side=6, image_view="colour")
    for channel in charts(at)[1:]:
        np.testing.assert_array_equal(channel, gray)
    assert "All three are the same, which makes gray." in text_of(at)


def test_the_line_in_gray_and_colour(open_page, text_of):
    at = open_page("images", image_view="grayscale")
    np.testing.assert_array_equal(charts(at)[0], np.array(LINE) * 255)
    at = open_page("images", image_view="colour")
    _, red, green, blue = charts(at)
    np.testing.assert_array_equal(red, np.array(LINE) * 255)
    np.testing.assert_array_equal(green, red)
    assert not blue.any()
    assert "a yellow pixel is 255, 255, 0" in text_of(at)
    assert "Three grids of 9 numbers: red from 0 to 255, green from 0 to 255, blue from 0 to 0." in alts(at)
    assert "3 × 3 × 3 = **27** numbers" in text_of(at)


@pytest.mark.parametrize(
    ("threshold", "ones"), [(0, "256 of the 256"), (255, "16 of the 256"), (128, "128 of the 256")]
)
def test_the_threshold_from_end_to_end(open_page, text_of, threshold, ones):
    text = text_of(open_page("images", image_picture="gradient", image_threshold=threshold))
    assert f"{ones} pixels are 1" in text


def test_a_painted_picture_comes_by_its_numbers(open_page, text_of, shown):
    for text in ("1,0;0,1;1,1", "3x2-9c"):
        at = open_page("images", image_picture=text)
        assert shown(at).tolist() == [[1, 0], [0, 1], [1, 1]]
        assert "3 rows and 2 columns. 4 of the 6 pixels are 1" in text_of(at)
        assert at.selectbox(key="_image_picture_name").value == "custom"
        assert not at.warning
    assert shown(open_page("images", image_picture="1")).tolist() == [[1]]


def test_a_preset_brings_the_custom_picture_back(open_page, shown):
    at = open_page("images", image_picture="3x3-ff8")
    assert shown(at).all()
    at.selectbox(key="_image_picture_name").set_value("line").run()
    assert shown(at).tolist() == LINE
    assert at.selectbox(key="_image_picture_name").options[-1] != "custom"


def test_your_own_is_the_cat_until_there_is_one(open_page, shown):
    at = open_page("images", image_picture="your own", image_side=12)
    np.testing.assert_array_equal(shown(at), to_binary(to_gray(shrink(photograph("cat"), 12))))
    assert "Until then, you see the cat." in at.info[0].value
    assert "sent to this server, kept only while this tab is open" in at.sidebar.caption[0].value


def test_your_own_picture_shows_its_numbers_and_is_not_credited(open_page, text_of):
    at = open_page("images", image_picture="your own", image_side=3, image_view="colour")
    own = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    at.session_state["_own"] = own
    at.run()
    np.testing.assert_array_equal(np.stack(charts(at)[1:], axis=-1), shrink(own, 3))
    assert "2 × 3 × 3 = **18** numbers" in text_of(at)
    assert "scikit-image" not in text_of(at)
    assert "cat" not in {word.strip(".,") for word in text_of(at).split()}


def test_the_next_page_gets_a_3_by_3_picture_of_0_and_1(open_page):
    same = {"match_template": "vertical line", "match_value": "perfect"}
    assert next_link(open_page("images")) == same | {"match_picture": "3x3-490"}
    handed = next_link(open_page("images", image_picture="random", image_side=3, image_seed=4))
    assert decode_image(handed["match_picture"]).tolist() == random_image((3, 3), seed=4).tolist()
    assert next_link(open_page("images", image_picture="random")) == same | {"match_picture": "identical"}
    gray = open_page("images", image_picture="cat", image_side=3, image_view="grayscale")
    assert next_link(gray)["match_picture"] == "identical"


def test_a_size_off_the_step_is_cut_to_the_step(open_page, text_of):
    text = text_of(open_page("images", image_picture="gradient", image_side="7.5"))
    assert "7 rows and 7 columns" in text
