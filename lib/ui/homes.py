"""What each page has to take home: the values for its notebook, its tables, and the grids of its picture."""

from typing import NamedTuple

import numpy as np

from lib.convolution import correlate
from lib.explosion import full_size_scores
from lib.images import photograph, shrink, to_gray
from lib.inside import answer, layers
from lib.learning import start_template
from lib.tasks import DIGITS
from lib.templates import TEMPLATES
from lib.ui import trained  # noqa: TID251
from lib.ui.colours import GRAY  # noqa: TID251
from lib.ui.figures import panel, score_colours  # noqa: TID251

IN_A_ROW = 12  # maps of a network, at most


class Home(NamedTuple):
    """What there is to take of a view."""

    script: str  # its name in lib/notebooks
    values: dict  # those of the script that are the view's
    tables: dict  # name -> (h, w)
    rows: list  # of `panel`s: the picture


def start(side, a, dog, cat):
    """The cat as `side` × `side` numbers, what goes into the chain, and the two scores."""
    image, template = shrink(to_gray(photograph("cat")), side), TEMPLATES["vertical edges"]
    scores = correlate(image, template)
    values = {"image": image, "template": template, "a": a, "dog": dog, "cat": cat}
    row = [
        panel(image, "Picture", high=255, scale=GRAY),
        weights("Template", template),
        panel(scores, "Scores", **score_colours(template, photograph=True)),
    ]
    return Home("start", values, {"picture": image, "template": template, "scores": scores}, [row])


def images(view):
    """The picture in its three kinds."""
    tables = {"gray": view.gray, "binary": view.binary}
    tables |= {name: view.colour[..., channel] for channel, name in enumerate(("red", "green", "blue"))}
    row = [
        panel(view.gray, "Grayscale", high=255, scale=GRAY),
        panel(view.binary, "Binary"),
        panel(view.colour, "Colour"),
    ]
    return Home("images", {"colour": view.colour, "threshold": view.threshold}, tables, [row])


def template_matching(view):
    """Picture × template = products."""
    products = view.image * view.template
    values = {"image": view.image, "template": view.template, "value": view.value, "five": view.five}
    row = [panel(view.image, "Picture"), weights("Template", view.template), weights("Products", products)]
    tables = {"picture": view.image, "template": view.template, "products": products}
    return Home("template_matching", values, tables, [row])


def template_explosion(view):
    """The picture, the pattern, and the sums of all templates, where they are drawn."""
    rows, columns = view.shape
    tables, row = {"template": view.pattern}, [panel(view.pattern, "Pattern")]
    if view.image is not None:
        scores = full_size_scores(view.image, view.pattern)
        tables = {"picture": view.image, **tables, "scores": scores}
        row = [panel(view.image, "Picture"), *row, panel(scores, "Scores", high=int(view.pattern.sum()))]
    values = {"rows": rows, "columns": columns, "pattern": view.pattern, "image": view.image}
    return Home("template_explosion", values, tables, [row])


def convolution(view, scores, share):
    """The picture, the template and the score map; `share` is the threshold of a photograph, in percent."""
    hidden = []
    if view.hidden:
        _, pattern, positions = view.hidden
        hidden = [tuple(cell) for cell in (np.reshape(positions, (-1, 2)) + np.array(pattern.shape) // 2).tolist()]
    values = {"image": view.image, "template": view.template, "value": view.value, "share": share / 100}
    values |= {"hidden": hidden, **view.steps}
    colours = {} if view.hidden else {"high": 255, "scale": GRAY}
    row = [panel(view.image, "Picture", **colours), weights("Template", view.template)]
    row.append(panel(scores, "Scores", **view.map_colours))
    return Home("convolution", values, {"picture": view.image, "template": view.template, "scores": scores}, [row])


def learning(view, learned, step):
    """The labeller, the start, and the template after the step that is shown."""
    run = learned.run
    values = {"labeller": view.oracle, "rate": view.rate, "seed": view.seed, "with_bias": view.bias}
    values |= {"steps": trained.STEPS, "shown": step}
    tables = {"labeller": view.oracle, "template": run.templates[step], "errors": learned.errors[:, None]}
    row = [
        weights("Labeller", view.oracle),
        weights("Start", start_template(view.oracle.shape, view.seed)),
        weights(f"After step {step}", run.templates[step]),
    ]
    return Home("learning", values, tables, [row])


def network(view, network, seen):
    """The network, and what it makes of the picture that is shown now: the last one in `seen`."""
    (picture,), kind, task = seen, view.kind, view.settings.task
    image = picture.seen
    found = layers(network, image)
    values = {"picture": image, "answers": kind.answers, "shown": answer(network, image[None])[0]}
    names = {"convolution 1": "convolution", "convolution 2": "second"}
    values |= {names.get(name, name.replace(" ", "_")): array for name, array in network.weights.items()}
    settings = view.settings
    values |= {"n_templates": settings.n_templates, "seed": settings.seed, "rate": settings.rate}
    values["epochs"] = network.epoch
    tables = {"picture": np.rint(image * kind.levels).astype(int)}  # as it can be brought in again
    tables["templates"] = network.weights["convolution 1"].reshape(-1, 9)
    tables |= {"scores": found["Dense"][None], "probabilities": found["Probabilities"][None]}
    if task == "digits":
        values |= {"dropout": settings.dropout, **_digits()}
    return Home(f"network_{task}", values, tables, list(_rows_of(network, found)))


def _digits():
    """All handwritten digits, a row of 64 levels each, in the order of the file."""
    with np.load(DIGITS) as file:
        return {"digits": file["images"].reshape(-1, 64), "digit_labels": file["labels"].astype(int)}


def _rows_of(network, found):
    """A row of panels for each layer, or several: the colours mean what they mean on the page."""
    reach = trained.for_browser(network)["reach"]
    for name, values in found.items():
        if name == "Dropout":  # leaves out nothing here
            continue
        grids = values if values.ndim == 3 else values[None, None]
        most = reach[name] or 1
        low = -most if name.startswith(("Convolution", "Dense")) else 0
        panels = [panel(one, low=low, high=most) for one in grids]
        panels[0]["title"] = name
        n_rows = -(-len(panels) // IN_A_ROW)
        for n in range(n_rows):  # of one length, so that all maps are of one size
            yield panels[n * len(panels) // n_rows : (n + 1) * len(panels) // n_rows]


def weights(title, template):
    """A grid in the diverging scale, white at 0."""
    strongest = float(abs(template).max()) or 1
    return panel(template, title, low=-strongest, high=strongest)
