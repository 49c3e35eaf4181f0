# %% [markdown]
# # A small network that reads digits
#
# Templates slide over the picture, and more templates over their score maps. Scores below 0 become 0, of every 2 by 2
# scores only the largest stays, and ten sums of these become probabilities.

# %%
import base64
import io

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import Image
from torch.nn import functional


def from_png(letters):
    """The numbers of a picture file that is written in letters."""
    return np.array(Image.open(io.BytesIO(base64.b64decode(letters))))


# The picture that goes in, from 0, black, to 1.
picture = np.zeros((8, 8), dtype=np.float32)
answers = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
# The weights that the network has learned: templates (n, 1, 3, 3) and (2 n, n, 3, 3), and those of the last sums.
convolution = np.zeros((8, 1, 3, 3), dtype=np.float32)
second = np.zeros((16, 8, 3, 3), dtype=np.float32)
dense = np.zeros((10, 256), dtype=np.float32)
dense_bias = np.zeros(10, dtype=np.float32)
# The probabilities that the page shows for this picture.
shown = (0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
# How it learned: from these handwritten digits, levels 0 to 16, a row of 64 for each; and their labels.
# E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI, CC BY 4.0.
digits = np.zeros((20, 64), dtype=np.uint8)
digit_labels = np.tile(np.arange(10), 2)
n_templates = 8
seed = 0
epochs = 15
rate = 0.02
dropout = 0.25
# Learn it once more, at the end of this notebook? It takes a few seconds.
learn = False

# %% [markdown]
# ## From the picture to the probabilities

# %%
torch.set_num_threads(1)


def scores_of(images, convolution, second, dense, dense_bias, left_out=lambda pooled: pooled):
    """Ten scores for each of the pictures (n, 1, 8, 8)."""
    maps = functional.relu(functional.conv2d(images, convolution, padding=1))
    maps = functional.relu(functional.conv2d(maps, second, padding=1))
    pooled = left_out(functional.max_pool2d(maps, 2))
    return functional.linear(pooled.flatten(1), dense, dense_bias)


with torch.no_grad():
    weights = map(torch.tensor, (convolution, second, dense, dense_bias))
    scores = scores_of(torch.tensor(picture)[None, None], *weights)[0]
probabilities = functional.softmax(scores.double(), dim=0).numpy()
for name, probability in zip(answers, probabilities, strict=True):
    print(f"{probability:8.2%}  {name}")

# %%
figure, places = plt.subplots(1, 1 + len(convolution), figsize=(12, 3), squeeze=False)
places[0, 0].imshow(picture, cmap="magma", vmin=0, vmax=1)
places[0, 0].set_title("picture")
reach = np.abs(convolution).max() or 1
for n, template in enumerate(convolution):
    places[0, n + 1].imshow(template[0], cmap="RdBu_r", vmin=-reach, vmax=reach)
    places[0, n + 1].set(title=f"template {n}", xticks=range(3), yticks=range(3))
plt.show()

# %% [markdown]
# ## How it learned
#
# 1,797 handwritten digits; a fifth of them is held back. Dropout leaves out some of the numbers in each step. Set
# `learn = True` in the first cell to run this. On another machine or version of PyTorch the weights may differ in their
# last digits.

# %%


def random_numbers(epoch):
    """A source of random numbers for each epoch; epoch 0 is the start."""
    state = np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))


def without_held_back(images, labels):
    """The pictures to learn from: of each answer, a fifth is held back."""
    draw = np.random.default_rng(0)
    groups = [draw.permutation(np.flatnonzero(labels == label)) for label in range(len(answers))]
    held_back = np.concatenate([group[: round(len(group) / 5)] for group in groups])
    kept = ~np.isin(np.arange(len(labels)), held_back)
    return torch.tensor(images[kept])[:, None], torch.tensor(labels[kept])


def new_weights():
    """Random ones, to start from."""
    start = random_numbers(0)
    weights = [
        torch.empty(n_templates, 1, 3, 3),
        torch.empty(2 * n_templates, n_templates, 3, 3),
        torch.empty(10, 2 * n_templates * 4 * 4),
        torch.zeros(10),
    ]
    torch.nn.init.kaiming_uniform_(weights[0], nonlinearity="relu", generator=start)
    torch.nn.init.kaiming_uniform_(weights[1], nonlinearity="relu", generator=start)
    torch.nn.init.kaiming_uniform_(weights[2], a=5**0.5, generator=start)
    return [one.requires_grad_() for one in weights]


def leave_out(source):
    """Dropout: a share of the values becomes 0, and the others make up for it."""
    if dropout == 0:
        return lambda pooled: pooled
    return lambda pooled: pooled * (torch.rand(pooled.shape, generator=source) >= dropout) / (1 - dropout)


if learn:
    pictures = (digits.reshape(-1, 8, 8) / 16).astype(np.float32)
    images, labels = without_held_back(pictures, digit_labels)
    weights = new_weights()
    optimizer = torch.optim.Adam(weights, lr=rate)
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = rate * 0.9**epoch
        source = random_numbers(epoch + 1)
        for batch in torch.randperm(len(labels), generator=source).split(64):
            loss = functional.cross_entropy(scores_of(images[batch], *weights, leave_out(source)), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print("epoch", epoch + 1, "loss of the last batch", loss.item())
    learned = weights[0].detach().numpy()
    print("The templates differ by at most", np.abs(learned - convolution).max(), "from those above.")

# %% [markdown]
# ## The same as on the page?

# %%
print("page:    ", np.round(shown, 6))
print("notebook:", probabilities.round(6))
assert np.allclose(shown, probabilities, atol=1e-6)
