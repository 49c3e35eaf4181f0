# %% [markdown]
# # Convolution
#
# Slide one small template over the picture. At each place multiply and add up: the sum, the score, goes into the score
# map.

# %%
import base64
import io

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image


def from_png(letters):
    """The numbers of a picture file that is written in letters."""
    return np.array(Image.open(io.BytesIO(base64.b64decode(letters))))


# 1 is yellow and 0 is black; in a photograph, 0 is black and 255 is white.
image = np.array([[0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]])
template = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
# Cells from one position to the next, rows of zeros around the picture, and how far apart the weights lie.
stride = 1
padding = 0
dilation = 1
# The score that counts as a match. None for a photograph: there, a share of the largest possible sum counts.
value = 3
share = 0.3
# The cells in the middle of the patterns that are hidden in the picture: row, column.
hidden = [(1, 2)]

# %% [markdown]
# ## The score map

# %%
bordered = np.pad(image.astype(float), padding)
h, w = template.shape
reach = (dilation * (h - 1) + 1, dilation * (w - 1) + 1)
rows = (bordered.shape[0] - reach[0]) // stride + 1
columns = (bordered.shape[1] - reach[1]) // stride + 1

scores = np.zeros((rows, columns))
for row in range(rows):
    for column in range(columns):
        top, left = row * stride, column * stride
        window = bordered[top : top + reach[0] : dilation, left : left + reach[1] : dilation]
        scores[row, column] = (window * template).sum()
scores = scores.round(9)  # decimals add up to 2.9999999999999996 where they mean 3
print("The score map has", rows, "rows and", columns, "columns.")
print(scores)

# %%
positive, negative = template[template > 0].sum(), -template[template < 0].sum()
most = max(positive, negative) * (255 if value is None else 1) or 1
figure, places = plt.subplots(1, 3, figsize=(12, 4))
places[0].imshow(image, cmap="magma" if value is not None else "gray", vmin=0, vmax=1 if value is not None else 255)
places[0].set_title("picture")
places[1].imshow(template, cmap="RdBu_r", vmin=-np.abs(template).max() or -1, vmax=np.abs(template).max() or 1)
places[1].set(title="template", xticks=range(w), yticks=range(h))
if negative:
    places[2].imshow(scores, cmap="RdBu_r", vmin=-most, vmax=most)
else:
    places[2].imshow(scores, cmap="magma", vmin=0, vmax=most)
places[2].set_title("scores")
plt.show()

# %% [markdown]
# ## The large scores

# %%
enough = share * 255 * positive if value is None else value
matches = np.argwhere(scores >= enough)  # rows and columns of the score map
print(len(matches), "of", scores.size, "scores reach", enough)

# The cell of the picture that lies in the middle of each window that matches.
middles = matches * stride - padding + [(h - 1) * dilation // 2, (w - 1) * dilation // 2]
middles = set(map(tuple, middles.tolist()))
found, false_alarms = middles & set(hidden), middles - set(hidden)
if value is not None:
    print("Of", len(hidden), "hidden patterns", len(found), "are found, and", len(false_alarms), "false alarms.")

# %% [markdown]
# ## What usually comes next
#
# Activation: scores below 0 become 0. Pooling: of every 2 by 2 scores only the largest stays.

# %%
active = np.maximum(scores, 0)
print(active)
pooled = active[: rows // 2 * 2, : columns // 2 * 2].reshape(rows // 2, 2, columns // 2, 2).max(axis=(1, 3))
print(pooled)
