"""The one list of pages: navigation, the start page's route, links, tests and the README's table follow from it."""

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[2] / "pages"


class Page(NamedTuple):
    """A page of the story. A link's keys carry its prefix."""

    file: str  # pages/<file>.py, and its address but for the first
    title: str
    prefix: str
    line: str  # what it says, in one sentence

    @property
    def path(self):
        return FOLDER / f"{self.file}.py"


PAGES = (
    Page("start", "Start", "start_", "A network is a function."),
    Page("images", "Images", "image_", "A picture is a grid of numbers."),
    Page("template_matching", "Template matching", "match_", "Multiply, add, compare: that finds a line."),
    Page("template_explosion", "Template explosion", "explosion_", "One template for every place is far too many."),
    Page("convolution", "Convolution", "conv_", "So one small template slides over the picture."),
    Page("learning", "Learning", "learn_", "And its numbers can be learned from examples."),
    Page("network", "A small network", "network_", "Several learned templates make a network."),
)
# Beside the story, with no number in it: for people who lead others through it.
WORKSHOP = Page("workshop", "Prepare a workshop", "workshop_", "A course of your own for a room full of people.")
PREFIXES = {page.file: page.prefix for page in PAGES}  # what a lesson may name
