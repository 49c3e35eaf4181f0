"""Grids of numbers as one picture file to keep: the colours of the page, and numbers in the cells that have room."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lib.ui.colours import INK, LINE, PAPER, channels, colours_at, text_levels  # noqa: TID251
from lib.ui.words import number  # noqa: TID251

WIDTH, LARGEST = 1600, 480  # px of a full row, and of a grid's longer side at most
GAP, TITLE, ABOVE = 24, 22, 32  # px between grids, of the letters above them, and what these take
SMALLEST, LARGEST_NUMBER = 9, 28  # px of a number: smaller ones are left out
LEAST_LINES, LARGEST_CELL = 12, 96  # px of a cell: smaller ones have no lines around them


def drawn(rows):
    """PNG bytes of rows of grids, each grid a `panel` of lib/ui/figures.py; its title may reach over the next ones."""
    lines = [[(panel, _tile(panel, _room(row))) for panel in row] for row in rows]
    across = max(_length(line) for line in lines) + GAP
    sheet = Image.new("RGB", (across, sum(map(_height, lines)) + GAP), channels(PAPER["light"]))
    pencil, y = ImageDraw.Draw(sheet), GAP
    for line in lines:
        x = GAP
        for panel, tile in line:
            pencil.text((x, y), panel["title"], channels(INK["light"]), ImageFont.load_default(TITLE))
            sheet.paste(tile, (x, y + ABOVE))
            x += tile.width + GAP
        y += _height(line)
    file = io.BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def _length(line):
    """px of a row, and of its last title where that is longer."""
    *_, (panel, tile) = line
    words = round(ImageFont.load_default(TITLE).getlength(panel["title"]))
    return sum(tile.width + GAP for _, tile in line) + max(words - tile.width, 0)


def _height(line):
    return ABOVE + max(tile.height for _, tile in line) + GAP


def _room(row):
    """px for the longer side of each of the grids in a row."""
    return min(LARGEST, WIDTH // len(row) - GAP)


def _tile(panel, room):
    """One grid with its numbers."""
    rows, columns = panel["array"].shape[:2]
    cell = min(max(1, room // max(rows, columns)), LARGEST_CELL)
    tile = Image.new("RGB", (columns * cell + 1, rows * cell + 1))
    pencil = ImageDraw.Draw(tile)
    tile.paste(Image.fromarray(_colours(panel)).resize((columns * cell, rows * cell), Image.Resampling.NEAREST))
    _draw_lines(pencil, cell if cell >= LEAST_LINES else None, *tile.size)
    if panel["array"].ndim == 2 and panel["numbers"]:
        _write_numbers(pencil, panel, cell)
    return tile


def _share(panel):
    """Where each number lies between the ends of the panel's colours."""
    low, high = float(panel["low"]), float(panel["high"])
    return np.clip((panel["array"] - low) / ((high - low) or 1), 0, 1)


def _colours(panel):
    return panel["array"] if panel["array"].ndim == 3 else colours_at(panel["scale"], _share(panel))


def _draw_lines(pencil, cell, width, height):
    """Around each cell, or around the grid where cells are small."""
    for x in range(0, width, cell or width - 1):
        pencil.line([(x, 0), (x, height)], channels(LINE))
    for y in range(0, height, cell or height - 1):
        pencil.line([(0, y), (width, y)], channels(LINE))


def _write_numbers(pencil, panel, cell):
    """At most two decimals each, all as large as the longest one allows."""
    numbers = panel["array"].round(2).tolist()
    texts = [[number(x).replace("−", "-") for x in row] for row in numbers]  # Pillow's letters have no real minus
    longest = max((text for row in texts for text in row), key=len)
    size = min(cell // 2, int(0.9 * cell / ImageFont.load_default(100).getlength(longest) * 100))
    if size < SMALLEST:
        return
    font, inks = ImageFont.load_default(min(size, LARGEST_NUMBER)), text_levels(panel["scale"], _share(panel)).tolist()
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            place = ((column + 0.5) * cell, (row + 0.5) * cell)
            pencil.text(place, text, (inks[row][column],) * 3, font, anchor="mm")
