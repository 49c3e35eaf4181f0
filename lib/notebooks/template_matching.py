# %% [markdown]
# # Template matching
#
# Is there a pattern in the picture? Lay the template over it, multiply each pixel with the weight on top of it, and add
# up. A sum that is large enough is a match.

# %%
import matplotlib.pyplot as plt
import numpy as np

# 1 is yellow, 0 is black.
image = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
template = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
# The score that counts as a match.
value = 3
# Five random pictures.
five = np.array([[[0, 1, 0], [0, 1, 0], [0, 1, 0]], [[1, 1, 1], [1, 1, 1], [1, 1, 1]]])

# %% [markdown]
# ## Multiply, sum, compare

# %%
products = image * template
score = products.sum()
print(products)
print("sum:", score, "- a match" if score >= value else "- no match")

figure, places = plt.subplots(1, 3, figsize=(9, 3))
reach = max(1, np.abs(template).max())
for place, title, grid in zip(places, ["picture", "template", "products"], [image, template, products], strict=True):
    if title == "picture":
        place.imshow(grid, cmap="magma", vmin=0, vmax=1)
    else:
        place.imshow(grid, cmap="RdBu_r", vmin=-reach, vmax=reach)
    place.set(title=title, xticks=range(3), yticks=range(3))
plt.show()

# %% [markdown]
# ## Five random pictures

# %%
five_scores = [(picture * template).sum() for picture in five]

figure, places = plt.subplots(1, len(five), figsize=(9, 2.2))
for place, picture, its_score in zip(places, five, five_scores, strict=True):
    place.imshow(picture, cmap="magma", vmin=0, vmax=1)
    place.set(title=f"{its_score:g}, {'match' if its_score >= value else 'no'}", xticks=range(3), yticks=range(3))
plt.show()

# %% [markdown]
# ## All 512 pictures
#
# Each of the nine pixels is 0 or 1. Picture number i has the binary digits of i.

# %%
numbers = np.arange(512)
pictures = (numbers[:, None] >> np.arange(8, -1, -1) & 1).reshape(512, 3, 3)
n_matches = ((pictures * template).sum(axis=(1, 2)) >= value).sum()
n_copies = (pictures == (template > 0)).all(axis=(1, 2)).sum()
print(n_matches, "of 512 pictures match,", n_copies, "is the exact copy of the positive weights")
