"""The named templates: small grids of whole-number weights.

A template is called a kernel or a filter elsewhere. Lines and diagonals look for yellow cells in black and yellow
pictures; edges, blur, sharpen and emboss are for photographs (Gonzalez and Woods, *Digital Image Processing*, ch. 3).
"""

import numpy as np


def _template(*rows):
    template = np.array(rows)
    template.flags.writeable = False  # shared by every session
    return template


TEMPLATES = {
    "vertical line": _template((0, 1, 0), (0, 1, 0), (0, 1, 0)),
    "horizontal line": _template((0, 0, 0), (1, 1, 1), (0, 0, 0)),
    "diagonal": _template((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "other diagonal": _template((0, 0, 1), (0, 1, 0), (1, 0, 0)),
    "line, nothing left": _template((-1, 1, 0), (-1, 1, 0), (-1, 1, 0)),
    "line, nothing beside": _template((-1, 1, -1), (-1, 1, -1), (-1, 1, -1)),
    "tall line": _template((1,), (1,), (1,)),
    "vertical edges": _template((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "horizontal edges": _template((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "all edges": _template((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "blur": _template((1, 1, 1), (1, 1, 1), (1, 1, 1)),
    "sharpen": _template((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "emboss": _template((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}
