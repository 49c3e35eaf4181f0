"""The visitor's own picture: shown, kept when the next file is bad, and carried to the convolution page."""

import io

import numpy as np
from PIL import Image


def png(colour):
    file = io.BytesIO()
    Image.fromarray(np.full((30, 40, 3), colour, np.uint8)).save(file, "PNG")
    return {"name": "mine.png", "mimeType": "image/png", "buffer": file.getvalue()}


def text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def test_an_upload_is_shown_kept_and_carried_along(visit, settle):
    page = visit("/images?image_picture=your+own&image_view=grayscale&image_side=4")
    page.locator("input[type=file]").set_input_files(png((90, 90, 90)))
    settle(page)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').innerText.includes('12 numbers')")
    values = "document.querySelector('.js-plotly-plot').data[0].z"
    assert (
        page.evaluate(f"JSON.stringify([...({values}._inputArray ?? {values})].map(row => [...row]))").count("90") == 12
    )

    lying = {"name": "photo.png", "mimeType": "image/png", "buffer": b"GIF89a, not a picture"}
    page.locator("[data-testid=stFileUploaderDeleteBtn] button, [aria-label*='Remove']").first.click()
    settle(page)
    page.locator("input[type=file]").set_input_files(lying)
    settle(page)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').innerText.includes('not a PNG')")
    assert "12 numbers" in text(page)  # the picture before it is still there

    page.get_by_role("link", name="Convolution", exact=True).click()
    settle(page)
    box = page.get_by_role("combobox", name="Picture")
    box.fill("your own")
    box.press("Enter")
    settle(page)
    assert "42 rows and 56 columns" in text(page)

    page.goto(page.url)  # a new session: the link does not carry the picture
    settle(page)
    assert "Add your picture" in text(page)
