"""What people take home: each notebook runs by itself and gives the numbers of lib, and tables can be read again."""

import io
import json
from unittest import mock

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image
from streamlit.runtime.media_file_manager import MediaFileManager

from lib.changes import change_pictures
from lib.codec import decode_image, decode_pixels, decode_template
from lib.convolution import correlate, find_matches
from lib.csv_numbers import read_csv
from lib.explosion import full_size_cost, full_size_scores
from lib.images import line_image, photograph, planted_lines, planted_patterns, random_image, shrink, to_binary, to_gray
from lib.inside import answer
from lib.judging import mean_squared_errors, separation
from lib.learning import train_template
from lib.matching import census, score
from lib.network import new_network, train_epoch
from lib.parts import max_pool, probabilities, relu
from lib.tasks import examples
from lib.templates import TEMPLATES
from lib.ui.pages import PAGES

EDGES, LINE = TEMPLATES["vertical edges"], TEMPLATES["vertical line"]
TYPED, PAINTED = "0,0.5,0;1,-1,0;0,1,2", "3x3-ff8"


@pytest.fixture
def files_of(open_page, monkeypatch):
    """files_of("images", image_side=16) -> what its buttons give: file name to a function that makes it."""
    offered = {}

    def add_deferred(self, data_callable, mimetype, coordinates, file_name=None, **more):
        offered[file_name] = data_callable
        return file_name

    monkeypatch.setattr(MediaFileManager, "add_deferred", add_deferred)

    def files(name, **query):
        open_page(name, home=True, **query)
        return dict(offered)

    return files


def start(side=32, a=3, scores=(3.0, 1.0)):
    image = shrink(to_gray(photograph("cat")), side)
    return {
        "scores": correlate(image, EDGES),
        "chain": [a, 2 * a, 4 * a, 8 * a],
        "probabilities": probabilities(scores),
    }


def images(colour, threshold):
    gray = to_gray(colour)
    return {"colour": colour, "gray": gray, "binary": to_binary(gray, threshold)}


def matching(image, template, value, seed):
    five, counts = random_image((15, 3), seed=seed).reshape(5, 3, 3), census(template, value)
    return {
        "score": score(image, template),
        "five_scores": [score(one, template) for one in five],
        "n_matches": counts.n_matches,
        "n_copies": counts.n_exact,
    }


def explosion(rows, columns, pattern, image=None):
    cost = full_size_cost((rows, columns), pattern.shape)
    found = {"templates": cost.templates, "weights": cost.weights}
    return found if image is None else found | {"slid": full_size_scores(image, pattern)}


def convolution(image, template, value, **steps):
    scores = correlate(image, template, **steps).round(9)
    return {
        "scores": scores,
        "matches": find_matches(scores, value),
        "active": relu(scores),
        "pooled": max_pool(relu(scores)),
    }


def learning(oracle, rate, seed, bias, shown):
    run = train_template(oracle, learning_rate=rate, seed=seed, bias=bias, engine="numpy")
    shown = min(shown, len(run.losses))
    answers = separation(run.templates[shown].round(4), run.biases[shown], oracle)
    return {
        "templates": run.templates,
        "biases": run.biases,
        "errors": mean_squared_errors(run.templates, run.biases, oracle),
        "right": answers.right,
        "found": answers.found,
        "false_alarms": answers.false_alarms,
    }


def network(task, **settings):
    made = train_epoch(new_network(task, seed=settings.get("seed", 0)), learning_rate=settings.get("rate"))
    image = change_pictures(examples(task).test_images[1], settings.get("change", "none"), columns=2)
    return {"probabilities": answer(made, image[None])[0], "learned": made.weights["convolution 1"]}


PLANTED = planted_lines((11, 11), 6)[0]
CAT = to_gray(shrink(photograph("cat"), 56))
COLOURS = decode_pixels("1x2c-_wAAAAD_")
DECIMALS = decode_template(TYPED)
PLANTED_PATTERNS = planted_patterns((11, 11), [np.ones((3, 1))], 6, seed=0)[0]
ONE_EPOCH = {"network_digits_epochs": "1", "network_lines_epochs": "1"}  # quick to learn
IN_JUPYTER = [  # page, what it is opened with, what its notebook gives
    ("start", {}, start()),
    ("images", {}, images(shrink(photograph("cat"), 8), 128)),
    ("template_matching", {}, matching(line_image(), LINE, 3, 3)),
    ("template_explosion", {}, explosion(11, 11, np.ones((3, 1)), PLANTED_PATTERNS)),
    ("convolution", {}, convolution(PLANTED, LINE, 3)),
    ("learning", {}, learning(LINE, 0.1, 50, False, 1000)),
    ("network", ONE_EPOCH, network("digits")),
    (
        "convolution",
        {"conv_template": TYPED, "conv_value": "1.5", "conv_stride": "2", "conv_padding": "3", "conv_dilation": "2"},
        convolution(PLANTED, DECIMALS, 1.5, stride=2, padding=3, dilation=2),
    ),
    (
        "network",
        ONE_EPOCH
        | {
            "network_task": "Lines",
            "network_lines_seed": "3",
            "network_lines_rate": "0.02",
            "network_change": "shifted",
        },
        network("lines", seed=3, rate=0.02, change="shifted"),
    ),
]
HERE = [  # the same without a kernel, which takes seconds to start
    ("start", {"start_a": "-2", "start_dog": "-1.5", "start_cat": "2.3"}, start(a=-2, scores=(-1.5, 2.3))),
    ("images", {"image_picture": "coffee", "image_side": "64"}, images(shrink(photograph("coffee"), 64), 128)),
    ("images", {"image_picture": "1x2c-_wAAAAD_", "image_threshold": "90"}, images(COLOURS, 90)),
    (
        "template_matching",
        {"match_picture": PAINTED, "match_template": TYPED, "match_value": "2", "match_seed": "5"},
        matching(decode_image(PAINTED), DECIMALS, 2, 5),
    ),
    ("template_explosion", {"explosion_rows": "3000", "explosion_columns": "40"}, explosion(3000, 40, np.ones((3, 1)))),
    ("template_explosion", {"explosion_rows": "3", "explosion_length": "5"}, explosion(3, 11, np.ones((5, 1)))),
    (
        "convolution",
        {"conv_picture": "cat", "conv_template": "vertical edges", "conv_threshold": "45", "conv_stride": "3"},
        convolution(CAT, EDGES, 0.45 * 255 * 4, stride=3),
    ),
    (
        "learning",
        {"learn_template": "1,0,0;1,0,0;1,-1,0", "learn_rate": "0.05", "learn_seed": "3", "learn_step": "100"}
        | {"learn_bias": "true"},
        learning(decode_template("1,0,0;1,0,0;1,-1,0"), 0.05, 3, True, 100),
    ),
    ("learning", {"learn_rate": "20"}, learning(LINE, 20, 50, False, 1000)),
]


def compare(found, expected):
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], np.asarray(value, float), atol=1e-7, err_msg=name)


def opened(text):
    """A notebook that is one, with all that takes time switched on."""
    made = nbformat.reads(text, 4)
    nbformat.validate(made)
    assert len(text) < 500_000
    for cell in made.cells:
        cell.source = cell.source.replace("learn = False", "learn = True")
    return made


def in_jupyter(wanted):
    """What the variables of those names are at the end of each of the (text, names) that one kernel runs in turn."""
    together, told = nbformat.v4.new_notebook(), []
    for text, names in wanted:
        tell = f"import json; print(json.dumps({{name: np.asarray(globals()[name]).tolist() for name in {names}}}))"
        told.append(nbformat.v4.new_code_cell(tell))
        together.cells += [nbformat.v4.new_code_cell("%reset -f"), *opened(text).cells, told[-1]]
    NotebookClient(together, timeout=120).execute()
    return [json.loads(cell.outputs[-1].text) for cell in told]


def here(text):
    """The variables at the end of a notebook that has run in this process."""
    names = {}
    with mock.patch.dict("os.environ", MPLBACKEND="agg"):
        import matplotlib.pyplot as plt

        plt.switch_backend("agg")
        with mock.patch.object(plt, "show", lambda: plt.close("all")):
            for cell in opened(text).cells:
                if cell.cell_type == "code":
                    exec(compile(cell.source, "notebook", "exec"), names)
    return names


def test_jupyter_runs_the_notebook_of_every_page_to_its_numbers(files_of):
    assert {page for page, _, _ in IN_JUPYTER} == {page.file for page in PAGES}
    wanted = [(files_of(page, **query)[f"{page}.ipynb"](), list(expected)) for page, query, expected in IN_JUPYTER]
    for found, (_, _, expected) in zip(in_jupyter(wanted), IN_JUPYTER, strict=True):
        compare(found, expected)


@pytest.mark.parametrize(("page", "query", "expected"), HERE)
def test_a_notebook_gives_the_numbers_of_the_page(files_of, page, query, expected):
    compare(here(files_of(page, **query)[f"{page}.ipynb"]()), expected)


def test_a_fold_that_is_closed_makes_nothing(open_page, monkeypatch):
    monkeypatch.setattr(MediaFileManager, "add_deferred", pytest.fail)
    for page in PAGES:
        assert not open_page(page.file).get("download_button")


@pytest.mark.parametrize("page", [page.file for page in PAGES])
def test_tables_and_a_picture_of_every_page(files_of, page):
    files = files_of(page, **(ONE_EPOCH if page == "network" else {}))
    image = np.array(Image.open(io.BytesIO(files.pop(f"{page}.png")())))
    assert image.shape[2] == 3
    assert min(image.shape[:2]) > 200 and max(image.shape[:2]) < 4000
    assert files.pop(f"{page}.ipynb")
    tables = {name.removesuffix(".csv"): read_csv(make()) for name, make in files.items()}
    assert all(name.startswith(page) for name in tables)
    if page == "convolution":
        assert tables.keys() == {f"convolution_{name}" for name in ("picture", "template", "scores")}
        np.testing.assert_array_equal(tables["convolution_picture"], PLANTED)
        np.testing.assert_array_equal(tables["convolution_scores"], correlate(PLANTED, LINE))
