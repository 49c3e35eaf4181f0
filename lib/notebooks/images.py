# %% [markdown]
# # A picture is a grid of numbers

# %%
import base64
import io

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image


def from_png(letters):
    """The numbers of a picture file that is written in letters."""
    return np.array(Image.open(io.BytesIO(base64.b64decode(letters))))


# Red, green and blue of each pixel, from 0 to 255: rows, columns, 3.
colour = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], dtype=np.uint8)
# From this gray on, a pixel is 1.
threshold = 128

# %% [markdown]
# ## Gray
#
# Green counts most, because eyes are most sensitive to it.

# %%
gray = ((colour.astype(int) @ [299, 587, 114] + 500) // 1000).astype(np.uint8)
print(gray)

# %% [markdown]
# ## Binary

# %%
binary = (gray >= threshold).astype(np.uint8)
print(binary)
print(binary.sum(), "of", binary.size, "pixels are 1")
print("numbers in colour:", " x ".join(map(str, colour.shape)), "=", colour.size)

# %%
figure, places = plt.subplots(1, 3, figsize=(12, 4))
places[0].imshow(colour)
places[0].set_title("colour")
places[1].imshow(gray, cmap="gray", vmin=0, vmax=255)
places[1].set_title("gray")
places[2].imshow(binary, cmap="magma", vmin=0, vmax=1)
places[2].set_title("binary")
plt.show()
