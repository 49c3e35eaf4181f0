"""Changes after learning: what the camera sees is different, what is on the picture is not."""

import numpy as np

CHANGES = ("none", "half strength", "blank", "noise", "inverted", "shifted")
NOISE = 0.5  # standard deviation, on pictures from 0 to 1


def change_pictures(images: np.ndarray, change: str, *, columns: int = 1, seed: int = 0) -> np.ndarray:
    """Pictures (..., h, w) of values 0 to 1, each changed in the same way: copies, float32, from 0 to 1.

    "blank" is all black. "noise" adds normal noise of standard deviation 0.5, cut off at 0 and 1 because no pixel is
    darker than black or brighter than full. "inverted" swaps black and bright. "shifted" moves everything `columns` to
    the right: black comes in, the last columns are lost. ValueError for an unknown change.

    >>> change_pictures([[1, 0.25, 0, 0]], "shifted", columns=2).tolist()
    [[0.0, 0.0, 1.0, 0.25]]
    """
    images = np.array(images, dtype=np.float32)
    if change not in CHANGES:
        raise ValueError(f"change must be one of {', '.join(CHANGES)}, got {change!r}")
    if change == "half strength":
        return images / 2
    if change == "blank":
        return np.zeros_like(images)
    if change == "noise":
        noise = np.random.default_rng(seed).normal(scale=NOISE, size=images.shape)
        return np.clip(images + noise, 0, 1).astype(np.float32)
    if change == "inverted":
        return 1 - images
    if change == "shifted":
        from_the_left = [(0, 0)] * (images.ndim - 1) + [(columns, 0)]
        return np.pad(images, from_the_left)[..., : images.shape[-1]]
    return images
