# %% [markdown]
# # Template explosion
#
# A template as large as the picture finds its pattern at one place only. To find it wherever it is takes one template
# for every place.

# %%
import matplotlib.pyplot as plt
import numpy as np

# Pixels of the picture, and the pattern to look for: 1 is yellow, 0 is black.
rows = 11
columns = 11
pattern = np.array([[1], [1], [1]])
# A picture with copies of the pattern in it. None where it is too large to be drawn.
image = None

# %% [markdown]
# ## How many templates, and what they cost

# %%
h, w = pattern.shape
down, across = max(rows - h + 1, 0), max(columns - w + 1, 0)
templates = down * across
weights = templates * rows * columns  # as many multiplications for one picture, and bytes at one byte a weight
print(f"{down:,} places down and {across:,} across: {templates:,} templates with {weights:,} weights")
print(f"One template that slides has {h * w} weights, and makes {templates * h * w:,} multiplications.")

# %% [markdown]
# ## Both ways give the same sums

# %%
if image is not None:
    one_each = np.zeros((down, across), int)
    slid = np.zeros((down, across), int)
    for row in range(down):
        for column in range(across):
            full_size = np.zeros((rows, columns), int)
            full_size[row : row + h, column : column + w] = pattern
            one_each[row, column] = (full_size * image).sum()
            slid[row, column] = (pattern * image[row : row + h, column : column + w]).sum()
    print((one_each == slid).sum(), "of", slid.size, "sums are equal")
    print((slid >= pattern.sum()).sum(), "sums reach", pattern.sum())

    figure, places = plt.subplots(1, 2, figsize=(9, 4))
    places[0].imshow(image, cmap="magma", vmin=0, vmax=1)
    places[0].set_title("picture")
    places[1].imshow(slid, cmap="magma", vmin=0, vmax=pattern.sum())
    places[1].set_title("sums")
    plt.show()

# %% [markdown]
# ## How it grows

# %%
sides = np.unique(np.geomspace(max(3, h, w), 4000, 60).round().astype(np.int64))
positions = (sides - h + 1) * (sides - w + 1)
plt.loglog(sides, positions * sides**2, label="one template per place: multiplications, weights")
plt.loglog(sides, positions * h * w, label="one that slides: multiplications")
plt.loglog(sides, np.full(len(sides), h * w), label="one that slides: weights")
plt.xlabel("pixels a side of a square picture")
plt.legend()
plt.show()
