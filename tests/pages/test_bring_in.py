"""Tables of numbers, pasted or uploaded, become the picture or template of a page; what cannot be used is told."""

import numpy as np
import pytest
import streamlit

from lib.codec import encode_image
from lib.csv_numbers import MOST_BYTES, write_csv
from lib.images import planted_lines

PICTURE = planted_lines((11, 11), 6)[0]


@pytest.fixture
def bring(open_page):
    """bring(page, key, text or bytes) -> the AppTest after its run: text is pasted, bytes are a file."""

    def brought(page, key, numbers):
        at = open_page(page, unfolded=True)
        at.session_state[f"_bring_{key}"] = True
        at.run()
        if isinstance(numbers, bytes):
            uploader = next(one for one in at.get("file_uploader") if one.key == f"_bring_{key}_file")
            uploader.upload("numbers.csv", numbers, "text/csv")
            at.run()
        else:
            at.text_area(key=f"_bring_{key}_text").input(numbers)
            at.button(key=f"_bring_{key}_use").click().run()
        assert not at.exception, at.exception
        return at

    return brought


@pytest.mark.parametrize(
    ("page", "key", "numbers", "link"),
    [
        ("template_matching", "match_picture", "0 1 0\n1 1 1\n0 1 0", "3x3-5d0"),
        ("template_matching", "match_template", "1;-1;0\n0.5;0;0\n0;0;0", "1,-1,0;0.5,0,0;0,0,0"),
        ("convolution", "conv_picture", write_csv(PICTURE).encode(), encode_image(PICTURE)),
        ("convolution", "conv_template", "0.12346\t−1\t-0.0", "0.1235,-1,0"),
        ("template_explosion", "explosion_pattern", "\ufeff1,1\r\n0,1\r\n".encode(), "2x2-d"),
        ("learning", "learn_template", b"1,0,0\n0,1,0\n0,0,1\n", "1,0,0;0,1,0;0,0,1"),
        ("images", "image_picture", "0,128,255", "1x3g-0080ff"),
        ("images", "image_picture", "0,1", "1x2-4"),
    ],
)
def test_numbers_become_the_picture_or_template_that_the_link_carries(bring, page, key, numbers, link):
    at = bring(page, key, numbers)
    assert at.text_input(key=key).value == link
    assert [one.value for one in at.success if "These numbers are your" in one.value]
    assert not at.error
    assert not [one for one in at.warning if "cannot be read" in one.value]


@pytest.mark.parametrize(
    ("key", "numbers", "said"),
    [
        ("conv_picture", "0,1\n1", "rows need one length: row 0 has 2 numbers, row 1 has 1"),
        ("conv_picture", "a,b\n0,1", "row 0, column 0 is no number: “a”; leave out headings"),
        ("conv_picture", write_csv(np.zeros((33, 4), int)), "that is too large: 33 rows of 4 numbers"),
        ("conv_picture", "0,2", "only whole numbers from 0 to 1 fit here: row 0, column 1 is 2"),
        ("conv_template", "0,−1000", "only numbers from −999 to 999 fit here: row 0, column 1 is −1000"),
        ("conv_template", "", "there are no numbers"),
        ("conv_template", b"1," * MOST_BYTES, "that is too long"),
        ("conv_template", b"\xff\xfe1", "that is no text"),
        ("conv_picture", "![](//evil.example)", r"“\!\[\]\(\/\/evil\.example\)”"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_lost(bring, key, numbers, said):
    at = bring("convolution", key, numbers)
    assert at.text_input(key=key).value == {"conv_picture": "planted lines", "conv_template": "vertical line"}[key]
    (error,) = [one.value for one in at.error]
    assert error.startswith(f"The {key[5:]} stays as it is: ") and error.endswith(".")
    assert said in error or said in error.replace("\\", "")
    if isinstance(numbers, str):
        assert at.text_area(key=f"_bring_{key}_text").value == numbers


def test_only_the_size_of_the_page_fits(bring):
    at = bring("template_matching", "match_picture", "0,1\n1,0")
    assert "this page needs 3 rows of 3 numbers, not 2 of 2" in at.error[0].value.replace("\\", "")


def test_a_file_that_is_text_can_be_mended(bring):
    at = bring("convolution", "conv_template", b"1,2\n3\n")
    at.text_area(key="_bring_conv_template_text").input(at.text_area(key="_bring_conv_template_text").value + ",4")
    assert at.error
    at.text_area(key="_bring_conv_template_text").input("1,2\n3,4")
    at.button(key="_bring_conv_template_use").click().run()
    assert at.text_input(key="conv_template").value == "1,2;3,4" and not at.error


def test_nothing_is_there_before_it_is_opened(open_page):
    def folds(at):
        return [one for one in at.expander if one.label.startswith("Bring in numbers")]

    assert not folds(open_page("convolution"))
    at = open_page("convolution", unfolded=True)
    assert len(folds(at)) == 2 and not at.text_area and not at.get("file_uploader")


def test_in_another_web_page_numbers_are_pasted(bring, monkeypatch):
    monkeypatch.setattr(type(streamlit.context), "is_embedded", True)
    at = bring("convolution", "conv_template", "1,2")
    assert not at.get("file_uploader") and at.text_input(key="conv_template").value == "1,2"
