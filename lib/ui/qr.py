"""A link as a square that a phone's camera reads, also off a projector."""

import io

import segno

from lib.ui.colours import GRAY, channels  # noqa: TID251

READABLE = 1000  # bytes of a link whose code a phone reads off a screen; the format itself ends at 2,331


def qr(link, size):
    """The QR code of `link` as inline SVG, `size` wide and high (CSS). Black on white in every theme, with its rim."""
    (_, black), (_, white) = GRAY
    made, out = segno.make(link, error="m", micro=False), io.BytesIO()
    made.save(
        out,
        kind="svg",
        border=4,
        dark=channels(black),
        light=channels(white),
        xmldecl=False,
        svgns=False,
        omitsize=True,
    )
    drawing = out.getvalue().decode().replace("<svg", f'<svg style="width:{size};height:{size}"', 1)
    return f'<div role="img" aria-label="QR code of the link" style="forced-color-adjust:none">{drawing}</div>'
