"""Make, decode and convert pictures: an image is a grid of numbers, indexed row, column."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from lib.picture_files import fitted_size


class Photograph(NamedTuple):
    """A photograph that comes with the project, and whom to thank for it."""

    path: Path
    author: str


_FOLDER = Path(__file__).parent / "data"  # its README.md names sources, licences and changes
PHOTOGRAPHS: dict[str, Photograph] = {
    "cat": Photograph(_FOLDER / "cat.jpg", "Stéfan van der Walt"),
    "camera man": Photograph(_FOLDER / "camera_man.jpg", "Lav Varshney"),
    "coffee": Photograph(_FOLDER / "coffee.jpg", "Rachel Michetti"),
}


def all_images(shape: Sequence[int]) -> np.ndarray:
    """Return every black and yellow picture there is, shape (2**(h*w), h, w) uint8.

    Image number i holds the bits of i, the first pixel being the highest bit. `ValueError` above 16 pixels.

    >>> all_images((1, 2)).tolist()
    [[[0, 0]], [[0, 1]], [[1, 0]], [[1, 1]]]
    """
    rows, columns = shape
    n_pixels = rows * columns
    if rows < 1 or columns < 1 or n_pixels > 16:
        raise ValueError(f"all_images takes 1 to 16 pixels, got {rows} x {columns} = {n_pixels}")
    numbers = np.arange(2**n_pixels, dtype=np.uint32)
    bits = numbers[:, None] >> np.arange(n_pixels - 1, -1, -1, dtype=np.uint32) & 1  # (images, pixels)
    return bits.astype(np.uint8).reshape(-1, rows, columns)


def line_image(
    shape: Sequence[int] = (3, 3), *, length: int = 3, row: int = 0, column: int = 1, orientation: str = "vertical"
) -> np.ndarray:
    """Draw one yellow line (1) on black (0), starting at row, column; (H, W) uint8.

    `orientation` is "vertical" (downwards) or "horizontal" (to the right). `ValueError` where the line does not fit.

    >>> line_image()
    array([[0, 1, 0],
           [0, 1, 0],
           [0, 1, 0]], dtype=uint8)
    """
    if orientation not in ("vertical", "horizontal"):
        raise ValueError(f'orientation is "vertical" or "horizontal", got {orientation!r}')
    height, width = (length, 1) if orientation == "vertical" else (1, length)
    if length < 1 or row < 0 or column < 0 or row + height > shape[0] or column + width > shape[1]:
        raise ValueError(f"a {orientation} line of {length} at row {row}, column {column} does not fit into {shape}")
    image = np.zeros(shape, np.uint8)
    image[row : row + height, column : column + width] = 1
    return image


def random_image(shape: Sequence[int], *, density: float = 0.5, seed: int = 0) -> np.ndarray:
    """Return noise: each pixel is yellow (1) with probability `density`, else black (0); uint8. A seed is a picture.

    >>> random_image((2, 3), seed=1)
    array([[0, 0, 1],
           [0, 1, 1]], dtype=uint8)
    """
    if not 0 <= density <= 1:
        raise ValueError(f"density is a probability from 0 to 1, got {density}")
    return (np.random.default_rng(seed).random(shape) < density).astype(np.uint8)


def gradient_image(shape: Sequence[int]) -> np.ndarray:
    """Return a picture that brightens from 0 on the left to 255 on the right, half of it 128 or more; (H, W) uint8.

    >>> gradient_image((1, 6))
    array([[  0,  51, 102, 153, 204, 255]], dtype=uint8)
    """
    rows, columns = shape
    if rows < 1 or columns < 2:
        raise ValueError(f"a gradient needs at least 1 row and 2 columns, got {shape}")
    return np.tile(np.linspace(0, 255, columns).round().astype(np.uint8), (rows, 1))


def planted_lines(shape: Sequence[int], n: int, *, length: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Hide n vertical lines in a black picture; return (image, positions).

    The image is (H, W) uint8; positions (n, 2) holds the row and column of each line's top cell, sorted. At least one
    line is in an outer column, and no run of `length` yellow cells is anywhere but at the positions. Lines touch at
    most corner to corner, and only where n would not fit otherwise. `ValueError` where n does not fit even so.

    >>> image, positions = planted_lines((3, 5), 2, seed=1)
    >>> image
    array([[1, 0, 0, 0, 1],
           [1, 0, 0, 0, 1],
           [1, 0, 0, 0, 1]], dtype=uint8)
    >>> positions.tolist()
    [[0, 0], [0, 4]]
    """
    rows, columns = shape
    if n < 1 or length < 1 or rows < length or columns < 1:
        raise ValueError(f"planted_lines takes 1 or more lines that fit, got {n} of length {length} in {shape}")
    rng = np.random.default_rng(seed)
    positions = _scattered(shape, n, (length, 1), rng)
    if len(positions) < n:
        positions = _packed_lines(shape, n, length, rng)
    image = np.zeros(shape, np.uint8)
    for row, column in positions:
        image[row : row + length, column] = 1
    return image, np.array(sorted(positions))


def planted_patterns(
    shape: Sequence[int], patterns: ArrayLike, n: int, *, seed: int = 0
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Hide up to n copies of each pattern in a black picture, in turn, so that no two touch.

    `patterns` are 0/1 pictures of one shape (h, w). Returns the image (H, W) uint8 and, for each pattern, the rows and
    columns of its copies' top left cells, (copies, 2), sorted; fewer than n copies where there is no room for more.
    `ValueError` where a pattern does not fit.

    >>> image, (found, others) = planted_patterns((2, 5), [np.eye(2), np.eye(2)[::-1]], 1, seed=1)
    >>> image.tolist(), found.tolist(), others.tolist()
    ([[1, 0, 0, 0, 1], [0, 1, 0, 1, 0]], [[0, 0]], [[0, 3]])
    """
    patterns = np.asarray(patterns, np.uint8)
    h, w = patterns.shape[1:]
    if n < 1 or not (1 <= h <= shape[0] and 1 <= w <= shape[1]):
        raise ValueError(f"planted_patterns takes 1 or more copies that fit, got {n} of shape {(h, w)} in {shape}")
    image = np.zeros(shape, np.uint8)
    places = _scattered(shape, n * len(patterns), (h, w), np.random.default_rng(seed))
    for number, (row, column) in enumerate(places):
        image[row : row + h, column : column + w] = patterns[number % len(patterns)]
    found = (sorted(places[kind :: len(patterns)]) for kind in range(len(patterns)))
    return image, [np.reshape(cells, (-1, 2)).astype(int) for cells in found]


def _scattered(shape, n, size, rng):
    """Drop up to n blocks of size (h, w) at random places that touch none before, the first at an outer column."""
    (rows, columns), (h, w) = shape, size
    places = [divmod(int(place), columns - w + 1) for place in rng.permutation((rows - h + 1) * (columns - w + 1))]
    first = next(place for place in places if place[1] in (0, columns - w))
    taken = np.zeros((rows + 2, columns + 2), bool)  # one cell of margin all around
    positions = []
    for row, column in [first, *places]:
        if len(positions) < n and not taken[row + 1 : row + 1 + h, column + 1 : column + 1 + w].any():
            taken[row : row + h + 2, column : column + w + 2] = True
            positions.append((row, column))
    return positions


def _packed_lines(shape, n, length, rng):
    """Choose n places of a tight regular layout, one of them in an outer column.

    The layout is made of bands: every second column holds a line. A band right below another one takes the columns
    between, so that they touch at corners only; one black row between them lets it take the same columns.
    """
    rows, columns = shape
    layout = []
    for n_bands in range((rows + 1) // (length + 1), rows // length + 1):  # the first of these touch nowhere
        same = min(rows - n_bands * length, n_bands - 1)  # how many bands repeat the columns above
        bands = [(band * length + min(band, same), max(0, band - same) % 2) for band in range(n_bands)]
        layout = max(layout, [(top, column) for top, first in bands for column in range(first, columns, 2)], key=len)
        if len(layout) >= n:
            others = [layout[place] for place in 1 + rng.permutation(len(layout) - 1)[: n - 1]]
            return [layout[0], *others]
    raise ValueError(f"at most {len(layout)} lines of length {length} fit into {shape}, got {n}")


def photograph(name: str) -> np.ndarray:
    """Return one of the `PHOTOGRAPHS`, (H, W, 3) uint8, at most 512 pixels on the longer side.

    >>> photograph("cat").shape
    (300, 300, 3)
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(f"the photographs are {list(PHOTOGRAPHS)}, got {name!r}")
    with Image.open(PHOTOGRAPHS[name].path) as image:
        return np.array(image.convert("RGB"))


def to_gray(rgb: ArrayLike) -> np.ndarray:
    """Return the brightness of each pixel, (H, W) uint8, for a colour picture (H, W, 3) uint8.

    Green counts most because eyes are most sensitive to it: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601 luma).

    >>> to_gray(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8))
    array([[ 76, 150,  29]], dtype=uint8)
    """
    rgb = np.asarray(rgb)
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"to_gray takes (H, W, 3) uint8, got {rgb.shape} {rgb.dtype}")
    return ((rgb @ np.array([299, 587, 114], np.uint32) + 500) // 1000).astype(np.uint8)


def to_binary(gray: ArrayLike, threshold: int = 128) -> np.ndarray:
    """Return 1 where a gray picture is at least `threshold`, else 0; (H, W) uint8.

    >>> to_binary(np.array([[0, 127, 128, 255]]))
    array([[0, 0, 1, 1]], dtype=uint8)
    """
    gray = np.asarray(gray)
    if gray.ndim != 2:
        raise ValueError(f"to_binary takes a gray picture (H, W), got {gray.shape}")
    return (gray >= threshold).astype(np.uint8)


def shrink(image: ArrayLike, side: int) -> np.ndarray:
    """Resize a picture so that its longest side is `side`: each new pixel is the average of the area it covers.

    (H, W) or (H, W, 3) uint8 in, the same out; the other side is rounded and at least 1. Where the sizes do not divide,
    a pixel on a border counts for each area by the part that lies in it. A smaller picture is enlarged the same way.

    >>> shrink(np.array([[0, 100, 10, 10], [100, 200, 10, 10]], np.uint8), 2)
    array([[100,  10]], dtype=uint8)
    """
    image = np.asarray(image)
    if image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)) or image.size == 0 or image.dtype != np.uint8:
        raise ValueError(f"shrink takes (H, W) or (H, W, 3) uint8, got {image.shape} {image.dtype}")
    if side < 1:
        raise ValueError(f"side is at least 1 pixel, got {side}")
    height, width = image.shape[:2]
    columns, rows = fitted_size(width, height, side)
    channels = np.moveaxis(np.atleast_3d(image), 2, 0).astype(np.float32)  # (C, H, W)
    averages = _shares(height, rows) @ channels @ _shares(width, columns).T
    return np.moveaxis(averages.round().astype(np.uint8), 0, 2).reshape(rows, columns, *image.shape[2:])


def _shares(n_pixels, n_areas):
    """How much each of n pixels in a row counts for each of the equal areas they are divided into: (areas, pixels)."""
    edges = np.arange(n_areas + 1) * n_pixels / n_areas
    pixels = np.arange(n_pixels)
    overlaps = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (np.clip(overlaps, 0, None) * n_areas / n_pixels).astype(np.float32)


def count_numbers(shape: Sequence[int]) -> int:
    """How many numbers a picture of this shape is: rows × columns, × channels where there are several.

    >>> count_numbers((3, 3)), count_numbers((3000, 3000, 3))
    (9, 27000000)
    """
    return math.prod(shape)


def crop(image: np.ndarray) -> np.ndarray:
    """The part of a 0/1 picture (H, W) from its first to its last yellow row and column; (0, 0) of a black picture.

    >>> crop(np.array([[0, 0, 0], [0, 1, 1], [0, 0, 1]])).tolist()
    [[1, 1], [0, 1]]
    """
    rows, columns = (np.flatnonzero(np.asarray(image).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else image[:0, :0]


def binary_to_gray(image: ArrayLike) -> np.ndarray:
    """0 becomes black (0) and 1 becomes white (255); (H, W) of 0 and 1 in, (H, W) uint8 out.

    >>> binary_to_gray(np.array([[0, 1]])).tolist()
    [[0, 255]]
    """
    return (np.asarray(image) * 255).astype(np.uint8)


def gray_to_colour(gray: ArrayLike) -> np.ndarray:
    """The same gray in colour: red, green and blue are equal in each pixel; (H, W) -> (H, W, 3).

    >>> gray_to_colour(np.array([[0, 200]])).tolist()
    [[[0, 0, 0], [200, 200, 200]]]
    """
    return np.stack([gray] * 3, axis=-1)


def cut_outs(image: np.ndarray, cells: ArrayLike, shape: Sequence[int]) -> np.ndarray:
    """The surroundings of some cells as small pictures, (n, h, w), black outside the picture; h and w are odd.

    >>> cut_outs(np.arange(9).reshape(3, 3), [[0, 1]], (3, 1)).tolist()
    [[[0], [1], [4]]]
    """
    bordered = np.pad(image, max(shape))
    corners = np.asarray(cells).reshape(-1, 2) + max(shape) - np.array(shape) // 2
    return np.array([bordered[r : r + shape[0], c : c + shape[1]] for r, c in corners]).reshape(-1, *shape)
