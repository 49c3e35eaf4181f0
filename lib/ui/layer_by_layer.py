"""The layers of a small network in words: what each is called, what it does, and how a link says which one is open."""

import re

from lib.ui.diagram import PARTS  # noqa: TID251
from lib.ui.words import TERMS  # noqa: TID251

CALLED = {  # the first word of a layer's name -> what stands above its drawing, and what that means
    "Changed": ("Goes in", "the picture as it goes in, once it is changed"),
    "Template": ("Tem\u00adplates", TERMS["template"]),
    "Convolution": ("Score maps", TERMS["score map"]),
    "Activation": ("Acti\u00advation", TERMS["activation"]),
    "Pooling": ("Pool\u00ading", TERMS["pooling"]),
    "Dense": ("Scores", TERMS["dense"]),
    "Probabilities": ("Proba\u00adbilities", TERMS["probability"]),
}
DOES = dict(PARTS) | {
    "Input": "The picture as the network gets it, from 0 to 1.",
    "Probabilities": "The scores as shares of 100 %: only their differences count.",
}


def opened(text, layers):
    """What a link opens, as (layer, map, number in the map) or (layer,); None for a text that means nothing here.

    The text is a layer's name, or with one of its numbers: map, row, column. `layers` are (name, maps, rows, columns).

    >>> opened("Dense 3,0,0", [("Dense", 10, 1, 1)]), opened("Pooling", [("Pooling", 8, 4, 4)]), opened("x", [])
    (('Dense', 3, 0), ('Pooling',), None)
    """
    for name, maps, rows, columns in layers:
        if text == name:
            return (name,)
        match = re.fullmatch(rf"{name} ([0-9]{{1,3}}),([0-9]{{1,3}}),([0-9]{{1,3}})", text)
        if match:
            n, row, column = map(int, match.groups())
            return (name, n, row * columns + column) if n < maps and row < rows and column < columns else (name,)
    return None
