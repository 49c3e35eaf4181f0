"""How smoothly the stage plays in a headless Chromium, and what it sends: python benchmarks/stage.py

Opens the convolution page with a random picture of 32 × 32 and plays at 60 positions a second. Prints the positions it
really showed a second and their ratio to the 30 it has to reach, and the bytes of the page, of a rest and of looking,
with their ratios to what they may be; exits with 1 if one misses its limit.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.codec import encode_image
from lib.images import random_image
from tests.browser.conftest import program, running_server, wait_until_settled

ASKED, NEEDED = 60, 30  # positions a second
LIMITS = {"stage": 25_000, "page": 60_000, "rest": 4_000, "play": 0}  # bytes
COUNT = """(scrub, seconds) => new Promise((done) => {
    const first = Number(scrub.value), start = performance.now();
    const tick = (now) => now - start < 1000 * seconds ? requestAnimationFrame(tick)
        : done((Number(scrub.value) - first) / (now - start) * 1000);
    requestAnimationFrame(tick);
})"""


def main():
    with running_server() as (address, _), sync_playwright() as playwright:
        path = program("chromium", "chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        frames, files = [], []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
        page.on("response", lambda response: files.append(response) if "/browser/" in response.url else None)
        page.goto(f"{address}/convolution?conv_picture={encode_image(random_image((32, 32)))}")
        wait_until_settled(page)
        code = sum(file.request.sizes()["responseBodySize"] for file in files)  # compressed, as it travels
        stage = max(len(frame) for frame in frames if b"glass_box_stage" in frame)
        sizes = {"page": sum(map(len, frames)), "stage": stage + code}

        page.get_by_role("button", name="Show the score map").click()  # the answer to the page's question
        wait_until_settled(page)
        page.get_by_label("Speed").evaluate("(slider, speed) => (slider.value = speed)", ASKED)
        frames.clear()
        page.get_by_label("Play").click()
        shown = page.locator(".scrub").evaluate(COUNT, 4)
        sizes["play"] = sum(map(len, frames))
        page.get_by_label("Pause").click()
        page.wait_for_url("**conv_row**")
        wait_until_settled(page)
        sizes["rest"] = sum(map(len, frames))
        browser.close()

    print(f"positions a second at 32 × 32: {shown:.1f} of {ASKED} asked, {shown / NEEDED:.2f} of the {NEEDED} needed")
    for name, limit in LIMITS.items():
        ratio = f"{sizes[name] / limit:.2f} of {limit:,}" if limit else "must be 0"
        print(f"bytes of {name:5s}: {sizes[name]:7,}, {ratio}")
    missed = [name for name, limit in LIMITS.items() if sizes[name] > limit]
    return 1 if missed or shown < NEEDED else 0


if __name__ == "__main__":
    sys.exit(main())
