"""Numbers from a table, pasted or out of a file, as the picture or template of a page."""

import numpy as np
import streamlit as st

from lib.codec import decode_image, decode_pixels, decode_template, encode, encode_image, encode_pixels
from lib.csv_numbers import MOST_BYTES, check_numbers, csv_text, read_csv
from lib.ui.words import plain


def as_pixels(gray):
    """The text of grays (h, w); where there are only 0s and 1s, they are black and white, as the link has it."""
    return encode_pixels(np.stack([gray * (255 if gray.max() < 2 else 1)] * 3, axis=-1))


WRITERS = {  # what reads the link: what writes it, and which numbers fit
    decode_template: (encode, {"most": 7, "low": -999, "high": 999, "whole": False}),
    decode_image: (encode_image, {"most": 32, "low": 0, "high": 1, "whole": True}),
    decode_pixels: (as_pixels, {"most": 32, "low": 0, "high": 255, "whole": True}),
}


def bring_in(label, key, decode, shape, place):
    """A fold in which people paste or upload a table of numbers for the control of that key, whose link `decode` reads.

    What cannot be used is told in a sentence, and the view stays. A fold that is closed costs one element.
    """
    what, own = label.lower(), f"_bring_{key}"
    fold = place.expander(f"Bring in numbers: {what}", icon=":material/upload:", key=own, on_change="rerun")
    if not fold.open:
        return
    limits = WRITERS[decode][1]
    size = "{} rows of {}".format(*shape) if shape else f"at most {limits['most']} rows of {limits['most']}"
    kind = "whole numbers" if limits["whole"] else "numbers"
    fold.markdown(f"A table becomes your {what}: {size} {kind} from {limits['low']} to {limits['high']}."
                  .replace("-", "−"))  # fmt: skip
    told = own, what, key, decode, shape
    if not st.context.is_embedded:  # there, browsers send no cookie along, and uploads are refused
        fold.file_uploader("CSV file", max_upload_size=1, key=f"{own}_file", on_change=_take_file, args=told)
    fold.text_area("Numbers, typed or pasted: a line a row, commas between them", key=f"{own}_text",
                   max_chars=MOST_BYTES, height=120)  # fmt: skip
    fold.button("Use these numbers", key=f"{own}_use", on_click=_take_text, args=told)
    taken, said = st.session_state.get(f"{own}_said", (False, ""))
    if said:
        (fold.success if taken else fold.error)(said)


def _take_file(own, what, *told):
    """What the file holds goes into the text, where it can be mended."""
    file = st.session_state[f"{own}_file"]
    if file is None:
        return
    try:
        st.session_state[f"{own}_text"] = csv_text(file.getvalue())
    except ValueError as error:
        _say(own, what, error)
    else:
        _take_text(own, what, *told)


def _take_text(own, what, key, decode, shape):
    write, limits = WRITERS[decode]
    try:
        numbers = read_csv(st.session_state[f"{own}_text"])
        check_numbers(numbers, shape=shape, **limits)
    except ValueError as error:
        _say(own, what, error)
    else:
        st.session_state[key] = write(numbers.astype(np.uint8) if limits["whole"] else numbers)
        st.session_state[f"{own}_said"] = True, "These numbers are your {} now: {} × {}.".format(what, *numbers.shape)


def _say(own, what, error):
    st.session_state[f"{own}_said"] = False, f"The {what} stays as it is: {plain(str(error))}."
