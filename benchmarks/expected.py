"""What a page has to show for the values of its controls: asked from lib here, and compared with what came back."""

import base64
import json
import re
from functools import lru_cache

import numpy as np

from lib.codec import decode_image, decode_template
from lib.convolution import correlate
from lib.explosion import count_templates
from lib.images import crop, gray_to_colour, planted_lines, random_image
from lib.labeller import check_oracle
from lib.learning import train_template
from lib.matching import best_value, census
from lib.parts import percentages, probabilities
from lib.tasks import examples
from lib.templates import TEMPLATES

STEPS = 1000  # of a run on the learning page
PLANTED = (11, 11), 6  # the convolution page's own picture: its shape, and the lines in it


def complaints(page, values, one):
    """What a `Visitor` sees wrong on the page, as sentences; `values` is key to value of its controls."""
    return [words for words, right in PAGES[page](values, one) if not right]


def start(values, one):
    a, scores = values["start_a"], [values["start_dog"], values["start_cat"]]
    yield f"8 × {a:g} is missing", _says(one, f"{8 * a:g}")
    for share in percentages(probabilities(scores)):
        yield f"{share} % of {scores} is missing", _says(one, f"{share:.1f}")


def images(values, one):
    picture = values["image_picture"]
    side = {"line": 3}.get(picture, int(values.get("image_side", 0)))
    if picture in ("line", "random", "gradient"):
        yield f"{side}² pixels are not counted", _says(one, f"{side * side * 3:,}")
    for part in one.parts("glass_box_kinds") if picture == "random" else ():
        wanted = gray_to_colour(255 * random_image((side, side), seed=int(values["image_seed"])))
        yield "another random picture", part["pixels"] == base64.b64encode(wanted.tobytes()).decode()


def template_matching(values, one):
    picture, template, products = _panels(one)
    yield "wrong products", np.allclose(products, picture * template)
    yield "another template", np.allclose(template, _template(values["match_template"]))
    if values["match_picture"] == "random":
        wanted = random_image((15, 3), seed=int(values["match_seed"])).reshape(5, 3, 3)[0]
        yield "another random picture", np.array_equal(picture, wanted)
    value = values["match_value"]
    value = best_value(_template(values["match_template"])) if value == "perfect" else int(value)
    n = census(_template(values["match_template"]), value).n_matches
    yield f"{n} matches are not counted", _says(one, str(n))


def template_explosion(values, one):
    text = values["explosion_pattern"]
    pattern = (int(values["explosion_length"]), 1) if text == "vertical line" else crop(decode_image(text)).shape
    if all(pattern):
        n = count_templates((int(values["explosion_rows"]), int(values["explosion_columns"])), pattern)
        if not any(
            button.proto.label.startswith("Show the count") for button in one.controls if button.kind == "button"
        ):
            yield f"{n:,} templates are not counted", _says(one, f"{n:,}")


def convolution(values, one):
    for stage in one.parts("glass_box_stage"):
        if stage["fine"]:  # a photograph, whose scores the browser adds up
            continue
        picture, template, scores = (_array(stage[part]) for part in ("picture", "template", "scores"))
        steps = {name: int(values[f"conv_{name}"]) for name in ("stride", "padding", "dilation")}
        yield "wrong scores", _close(scores, correlate(picture, template, **steps))
        yield "another template", np.allclose(template, _template(values["conv_template"]))
        if values["conv_picture"] == "planted lines":
            shape, n = PLANTED
            yield "another picture", np.array_equal(picture, planted_lines(shape, n, seed=int(values["conv_seed"]))[0])
        for rest in one.parts("glass_box_rest"):
            wanted = [int(values.get(f"conv_{side}", 0)) for side in ("row", "column")]
            yield f"the window rests at {rest['position']}, not {wanted}", rest["position"] == wanted


def learning(values, one):
    if not teaches(values["learn_template"]):
        return  # another labeller stands in for it
    for replay in one.parts("glass_box_replay"):
        rate, seed, bias = float(values["learn_rate"]), int(values["learn_seed"]), values["learn_bias"]
        wanted = learned(values["learn_template"], rate, seed, bias)
        yield "another template was learned", _close(json.loads(replay["film"])["template"][-1], wanted)


def network(values, one):
    task = "digits" if "network_digits_picture" in values else "lines"
    if values[f"network_{task}_picture"] == "example":
        levels = 16 if task == "digits" else 1
        example = examples(task).test_images[int(values[f"network_{task}_example"])]
        (shown,) = one.parts("glass_box_network")
        yield "another example", np.array_equal(_array(shown["picture"]), np.rint(example * levels))


STORY = (start, images, template_matching, template_explosion, convolution, learning, network)
PAGES = {one.__name__: one for one in STORY}


@lru_cache(4096)
def teaches(labeller):
    """Does it say yes often enough to learn from?"""
    try:
        check_oracle(_template(labeller))
    except ValueError:
        return False
    return True


@lru_cache(4096)
def learned(labeller, rate, seed, bias):
    """The last template of a run, as one list; by hand, which PyTorch's is held equal to by the tests."""
    run = train_template(_template(labeller), steps=STEPS, learning_rate=rate, seed=seed, bias=bias, engine="numpy")
    return run.templates[-1].ravel()


def _close(shown, wanted):
    """Are the numbers those, up to the rounding of what is shown, and of runs that broke off?"""
    return np.shape(shown) == np.shape(wanted) and np.allclose(shown, wanted, rtol=1e-3, atol=2e-4)


def _template(text):
    return TEMPLATES[text] if text in TEMPLATES else decode_template(text)


def _array(grid):
    return np.reshape(grid["values"], (grid["rows"], grid["columns"]))


def _panels(one):
    return [_array(panel["grid"]) for part in one.parts("glass_box_paintable") for panel in part["panels"]]


def _says(one, number):
    """Does the number stand anywhere on the page, not as a part of a longer one?"""
    number = re.escape(number.replace("-", "−"))
    return re.search(rf"(?<![\d.,−]){number}(?![\d]|[.,]\d)", one.texts())
