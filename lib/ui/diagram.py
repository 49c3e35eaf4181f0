"""Boxes and arrows as HTML for st.html: numbers on their way, the parts of a network, shares of a whole.

No image is loaded. Text takes the theme's colour; frames and fills are readable on white and on near-black.
"""

from html import escape

from lib.ui.colours import EDGE, LINE, MAGMA, ORANGE, VIOLET, WINDOW, at  # noqa: TID251
from lib.ui.pages import PAGES  # noqa: TID251

_BOX = f"border:2px solid {VIOLET};border-radius:8px;box-sizing:border-box"


def number_row(texts, between):
    """Boxes with a number each, in one row, with an arrow and the words `between` from each to the next."""
    style = f"{_BOX};flex:1 1 0;max-width:7rem;padding:.7rem 0;text-align:center;font-size:1.5rem;font-weight:600"
    arrow = f'<div style="text-align:center;font-size:.85rem;line-height:1.1">{escape(between)}<br>→</div>'
    row = arrow.join(f'<div style="{style}">{escape(text)}</div>' for text in texts)
    return f'<div style="display:flex;align-items:center;gap:.4rem">{row}</div>'


PARTS = [  # of a network, in order: (name, line)
    ("Convolution", "A small template slides over the picture and scores every position."),
    ("Activation", "Negative scores become 0, the others stay."),
    ("Pooling", "Of each few neighbouring scores only the largest stays."),
    ("Dropout", "While it learns, a few scores are left out at random, so that none matters too much."),
    ("Dense", "All scores are weighted and added up: one last number per answer."),
]


def parts_row(parts=PARTS):
    """The parts of a network, in order: a small drawing, its name and one line each. `parts` is (name, line).

    Side by side with arrows to the right where there is room, below each other with arrows down on a phone.
    """
    cells = '<div class="part-arrow" aria-hidden="true">→</div>'.join(
        f'<div class="part">{_drawing(name)}<div><b>{escape(name)}</b><br>{escape(line)}</div></div>'
        for name, line in parts
    )
    return f'<style>{_PARTS_CSS}</style><div class="parts"><div class="parts-row">{cells}</div></div>'


def share_bar(names, percents):
    """One bar, always full, shared by two `names`; each stands above its end with its percentage."""
    frame = f"border:1px solid {LINE};border-radius:6px;forced-color-adjust:none"
    ends = "".join(f"<span>{escape(n)} <b>{p:.1f} %</b></span>" for n, p in zip(names, percents, strict=True))
    fills = "".join(
        f'<div style="width:{p:.1f}%;background:{colour}"></div>'
        for p, colour in zip(percents, (VIOLET, ORANGE), strict=True)
    )
    return (
        f'<div style="display:flex;justify-content:space-between;font-size:1.25rem">{ends}</div>'
        f'<div style="display:flex;gap:3px;height:2rem;overflow:hidden;{frame}">{fills}</div>'
    )


_PARTS_CSS = f"""
.parts {{container-type: inline-size}}
.parts-row {{display: flex; align-items: stretch; gap: .4rem}}
.part {{{_BOX}; flex: 1 1 0; padding: .7rem; line-height: 1.35; font-size: .95rem}}
.part-drawing {{display: grid; grid-template-columns: repeat(4, 11px); gap: 2px; flex: none; margin-bottom: .5rem;
  forced-color-adjust: none}}
.part-drawing i {{height: 11px}}
.part-arrow {{align-self: center; font-size: 1.3rem; text-align: center}}
@container (max-width: 760px) {{
  .parts-row {{flex-direction: column; gap: .1rem}}
  .part {{display: flex; gap: .9rem; align-items: center}}
  .part-drawing {{margin: 0}}
  .part-arrow {{transform: rotate(90deg)}}
}}"""

# What each part does, in 4 by 4 squares: # is a score, o one that matters here, . none. (st.html drops svg.)
_DRAWINGS = {
    "Convolution": "ooo#ooo#ooo#####",  # the window
    "Activation": "...o..o.oo......",  # flat, then rising
    "Pooling": "#o####o####oo###",  # one of each block
    "Dropout": "#.######.##.##.#",  # holes
    "Dense": "#...#..o#..o#...",  # many into few
}


def _drawing(name):
    fills = {"#": f"background:{LINE}", "o": f"background:{WINDOW};border:1px solid {EDGE}", ".": ""}
    squares = "".join(f'<i style="{fills[square]}"></i>' for square in _DRAWINGS[name])
    return f'<div class="part-drawing" aria-hidden="true">{squares}</div>'


DARKEST, DARK, BRIGHTEST = (at(MAGMA, share) for share in (0, 0.25, 1))
_BOX_OF_GLASS = (
    f'<rect x="2" y="2" width="32" height="32" rx="5" fill="{DARKEST}" stroke="{VIOLET}" stroke-width="3"/>'
    f'<path d="M8 9h6v6H8zM8 15h6v6H8zM8 21h6v6H8zM22 9h6v6h-6zM22 15h6v6h-6zM22 21h6v6h-6z" fill="{DARK}"/>'
    f'<path d="M15 8h6v6h-6zM15 15h6v6h-6zM15 22h6v6h-6z" fill="{BRIGHTEST}"/>'
)
MARK = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">{_BOX_OF_GLASS}</svg>'
LOGO = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 170 36">{_BOX_OF_GLASS}<text x="44" y="27" '
    'font-family="Segoe UI,Helvetica,Arial,sans-serif" font-size="26" font-weight="700" '
    f'textLength="122" lengthAdjust="spacingAndGlyphs" fill="{VIOLET}">'
    "Glass Box</text></svg>"
)


def steps_bar(now):
    """The seven steps of the story as a bar; `now` counts from 0, and beyond them nothing is done.

    history.js follows its links without a reload.
    """
    links = "".join(
        f'<a href="./{page.file if n else ""}" title="{n + 1} {page.title}: {page.line}"'
        f'{" aria-current=step" if n == now else ""} class="{"done" if n <= now < len(PAGES) else "open"}">{n + 1}</a>'
        for n, page in enumerate(PAGES)
    )
    where = f"Step {now + 1} of {len(PAGES)}" if now < len(PAGES) else "The steps of the story"
    return f'<nav class="steps" aria-label="{where}">{links}</nav>'
