"""In a frame, page.css keeps a page's picture and controls by their keys; a sheet has what the page shows."""

import base64
import re
from pathlib import Path

import numpy as np
import pytest

from lib.codec import decode_template
from lib.courses import Lesson
from lib.learning import train_template
from lib.templates import TEMPLATES
from lib.ui.by_hand import Grid, exercise
from tests.sent import cells_of
from tests.views import VIEWS

CSS = (Path(__file__).resolve().parents[2] / "lib" / "ui" / "browser" / "page.css").read_text("utf-8")
KEPT = set(re.findall(r"\.st-key-([\w]+)", CSS[CSS.index("?embed=true") : CSS.index(".way-out")]))
SHOWN = {  # the picture of each page, and how many controls stay
    "start": ("_start_opening", 0),
    "images": ("_image_kinds", 2),
    "template_matching": ("_match_paint", 2),
    "template_explosion": ("_explosion_places", 1),
    "convolution": ("_conv_stage", 2),
    "learning": ("_learn_replay", 2),
    "network": ("_network_whole", 2),
}


KINDS = ("bidi_component", "selectbox", "slider", "select_slider", "checkbox", "toggle", "button_group")


def keys(at):
    """The keys of all components and controls."""
    ids = [one.proto.id for kind in KINDS for one in at.get(kind)]
    return {match[1] for match in (re.search(r"-(_?[a-z]\w*)$", one) for one in ids) if match}


@pytest.mark.parametrize("page", SHOWN)
def test_a_frame_keeps_the_picture_and_one_or_two_controls(open_page, page):
    picture, n_controls = SHOWN[page]
    kept = keys(open_page(page)) & KEPT
    assert picture in kept and len(kept) == 1 + n_controls


def test_no_key_is_kept_in_vain(open_page):
    there = {key for page in SHOWN for key in keys(open_page(page))}
    assert KEPT - there == {"network_lines_example", "_explosion_too_large"}
    assert open_page("network", network_task="Lines", network_lines_epochs=0).slider(key="network_lines_example")


def on_paper(page, **choices):
    told = exercise(Lesson(page, tuple(choices.items())))
    return [part.values for part in told.row if isinstance(part, Grid)]


def of(page):
    """The usual view, and those of every control."""
    return [{}, *(which | rest for name, which, rest in VIEWS if name == page)]


@pytest.mark.parametrize("choices", of("images"))
def test_a_sheet_has_the_picture_of_the_page(open_page, parts_of, choices):
    told = parts_of(open_page("images", **choices))["kinds"]
    pixels = np.frombuffer(base64.b64decode(told["pixels"]), np.uint8).reshape(told["rows"], told["columns"], 3)
    gray, binary = on_paper("images", **choices)
    assert np.abs(gray - (pixels @ [0.299, 0.587, 0.114])[:16, :16]).max() <= 0.51
    assert (binary == (gray >= told["threshold"])).all()


@pytest.mark.parametrize("choices", of("template_matching"))
def test_a_sheet_has_the_sum_of_the_page(open_page, painted_of, choices):
    shown = painted_of(open_page("template_matching", **choices))
    for there, here in zip(shown.values(), on_paper("template_matching", **choices), strict=True):
        np.testing.assert_array_equal(here, there)


@pytest.mark.parametrize("choices", of("template_explosion"))
def test_a_sheet_has_the_place_of_the_page(open_page, parts_of, choices):
    told = parts_of(open_page("template_explosion", **choices))
    (grid,) = exercise(Lesson("template_explosion", tuple(choices.items()))).row
    pattern = cells_of(told["places"]["pattern"])
    np.testing.assert_array_equal(grid.values, cells_of(told["places"]["picture"]))
    top, left = divmod(told["rest"]["position"], grid.values.shape[1] - pattern.shape[1] + 1)
    there = np.add(np.argwhere(pattern), [top, left])
    assert np.argwhere(grid.marked).tolist() == there.tolist()


@pytest.mark.parametrize("choices", [one for one in of("convolution") if one.get("conv_picture") != "cat"])
def test_a_sheet_has_the_score_map_of_the_page(open_page, parts_of, choices):
    told = parts_of(open_page("convolution", **choices))["stage"]
    picture, template, scores = on_paper("convolution", **choices)
    border = int(choices.get("conv_padding", 0))
    inside = picture[border : picture.shape[0] - border, border : picture.shape[1] - border]
    for here, there in ((inside, "picture"), (template, "template"), (scores, "scores")):
        np.testing.assert_allclose(here, cells_of(told[there]))


@pytest.mark.parametrize("choices", of("learning"))
def test_a_sheet_has_the_template_of_the_page(open_page, choices):
    """The page has its numbers in a film; here they are learned anew from what its controls say."""
    chosen = open_page("learning", **choices).session_state.to_dict()
    name, rate, seed, bias, step = (chosen[f"learn_{one}"] for one in ("template", "rate", "seed", "bias", "step"))
    oracle = TEMPLATES[name] if name in TEMPLATES else decode_template(name)
    run = train_template(oracle, learning_rate=rate, seed=seed, bias=bias, engine="numpy")
    image, template, _ = on_paper("learning", **choices)
    assert (template == run.templates[step].round(2)).all() and (image == run.images[0]).all()


@pytest.mark.parametrize("choices", of("network"))
def test_a_sheet_has_the_picture_that_goes_in(open_page, parts_of, choices):
    picture = parts_of(open_page("network", learned=False, **choices))["network"]["picture"]
    np.testing.assert_array_equal(on_paper("network", **choices)[0], cells_of(picture))
