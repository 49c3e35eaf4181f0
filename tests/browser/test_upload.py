"""The visitor's own picture: whatever its name, shown, kept when the next file is bad, and carried along."""

import numpy as np
from PIL import Image


def text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def choose(page, settle, file):
    page.locator("input[type=file]").set_input_files(file)
    settle(page)


def remove(page, settle):
    page.locator("[data-testid=stFileUploaderDeleteBtn] button, [aria-label*='Remove']").first.click()
    settle(page)


def test_an_upload_is_shown_kept_and_carried_along(visit, settle, tmp_path):
    page = visit("/images?image_picture=your+own")
    accepted = page.locator("input[type=file]").get_attribute("accept")
    assert not accepted  # so dialogs offer every file, and those of phones the gallery and the camera
    components = "[...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]"
    numbers = f"{components}.flatMap(one => [...one.shadowRoot.querySelectorAll('.gray .grid i')])"
    for number, name in enumerate(["photo.jfif", "IMG_0042", "HOLIDAY.JPEG", "shot.png"]):
        level = 60 + 10 * number
        image = Image.fromarray(np.full((30, 40, 3), level, np.uint8))
        image.save(tmp_path / name, "PNG" if name.endswith("png") else "JPEG")
        if number:
            remove(page, settle)
        choose(page, settle, tmp_path / name)  # the browser itself says what kind of file it takes it for
        near = f"cell => Math.abs(cell.textContent - {level}) <= 1"  # a JPEG stores it a bit off
        page.wait_for_function(f"{numbers}.length === 48 && {numbers}.every({near})")
    assert "144 numbers" in text(page)

    remove(page, settle)
    choose(page, settle, {"name": "photo.png", "mimeType": "image/png", "buffer": b"GIF89a, not a picture"})
    page.wait_for_function("document.querySelector('[data-testid=stMain]').innerText.includes('not a PNG')")
    assert "144 numbers" in text(page)  # the picture before it is still there

    page.get_by_role("link", name="Convolution", exact=True).click()
    settle(page)
    box = page.get_by_role("combobox", name="Picture")
    box.fill("your own")
    box.press("Enter")
    settle(page)
    assert "42 × 56 pixels" in text(page)

    page.goto(page.url)  # a new session: the link does not carry the picture
    settle(page)
    assert "Add your picture" in text(page)
