# %% [markdown]
# # Glass Box
#
# A network is a function: numbers go in, small steps of arithmetic, numbers come out.

# %%
import matplotlib.pyplot as plt
import numpy as np

# A photograph of a cat: 0 is black, 255 is white.
image = np.array([[0, 0, 255, 255], [0, 0, 255, 255], [0, 0, 255, 255]], dtype=np.uint8)
# A template for vertical edges.
template = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
# The number that goes into the function y = 2a, three times.
a = 3
# The scores for the two answers.
dog = 3.0
cat = 1.0

# %% [markdown]
# ## A template slides over the numbers of the photograph
#
# At each place, multiply each number with the weight on top of it, and add up.

# %%
rows, columns = image.shape[0] - 2, image.shape[1] - 2
scores = np.zeros((rows, columns), int)
for row in range(rows):
    for column in range(columns):
        scores[row, column] = (image[row : row + 3, column : column + 3] * template).sum()
print(scores)

figure, places = plt.subplots(1, 2, figsize=(9, 4))
places[0].imshow(image, cmap="gray", vmin=0, vmax=255)
places[0].set_title("picture")
places[1].imshow(scores, cmap="RdBu_r", vmin=-255, vmax=255)
places[1].set_title("scores")
plt.show()

# %% [markdown]
# ## Functions in a row

# %%
chain = [a]
for _ in range(3):
    chain.append(2 * chain[-1])
print(chain)

# %% [markdown]
# ## Scores become probabilities
#
# e to the power of each score, divided by their sum (softmax). They always sum to 1.

# %%
powers = np.exp(np.array([dog, cat]) - max(dog, cat))
probabilities = powers / powers.sum()
print(f"{probabilities[0]:.1%} dog, {probabilities[1]:.1%} cat")
