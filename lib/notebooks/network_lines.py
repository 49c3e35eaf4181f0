# %% [markdown]
# # A small network that tells lines apart
#
# Templates slide over the picture, scores below 0 become 0, the largest score of each score map stays, and four sums of
# these become probabilities.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional

# The picture that goes in: 1 is yellow, 0 is black. It is read as rows of columns.
picture = np.zeros((11, 11), dtype=np.float32)
answers = ("vertical line", "horizontal line", "diagonal", "other diagonal")
# The weights that the network has learned: templates (n, 1, 3, 3), and those of the last sums.
convolution = np.zeros((4, 1, 3, 3), dtype=np.float32)
dense = np.zeros((4, 4), dtype=np.float32)
dense_bias = np.zeros(4, dtype=np.float32)
# The probabilities that the page shows for this picture.
shown = (0.25, 0.25, 0.25, 0.25)
# How it learned.
n_templates = 4
seed = 0
epochs = 10
rate = 0.05
# Learn it once more, at the end of this notebook? It takes a few seconds.
learn = False

# %% [markdown]
# ## From the picture to the probabilities

# %%
torch.set_num_threads(1)


def scores_of(images, convolution, dense, dense_bias):
    """Four scores for each of the pictures (n, 1, 11, 11)."""
    maps = functional.relu(functional.conv2d(images, convolution))
    largest = functional.adaptive_max_pool2d(maps, 1)
    return functional.linear(largest.flatten(1), dense, dense_bias)


with torch.no_grad():
    scores = scores_of(torch.tensor(picture)[None, None], *map(torch.tensor, (convolution, dense, dense_bias)))[0]
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
# 2,000 different pictures with a line of 5 pixels and a little noise; a fifth of them is held back. Set `learn = True`
# in the first cell to run this. On another machine or version of PyTorch the weights may differ in their last digits.

# %%


def random_numbers(epoch):
    """A source of random numbers for each epoch; epoch 0 is the start."""
    state = np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))


def lines():
    """The pictures (2000, 11, 11), and the number of each one's answer."""
    draw, k = np.random.default_rng(0), np.arange(5)
    kinds = [(k, 0 * k), (0 * k, k), (k, k), (k, k[::-1])]  # rows and columns of each direction's pixels
    found = {}
    while len(found) < 2000:
        label = len(found) % 4
        down, across = kinds[label]
        image = (draw.random((11, 11)) < 0.03).astype(np.float32)
        row, column = draw.integers(0, [11 - down.max(), 11 - across.max()])
        image[row + down, column + across] = 1
        found.setdefault(image.tobytes(), (image, label))
    images, labels = zip(*found.values(), strict=True)
    return np.array(images), np.array(labels)


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
    weights = [torch.empty(n_templates, 1, 3, 3), torch.empty(4, n_templates), torch.zeros(4)]
    torch.nn.init.kaiming_uniform_(weights[0], nonlinearity="relu", generator=start)
    torch.nn.init.kaiming_uniform_(weights[1], a=5**0.5, generator=start)
    return [one.requires_grad_() for one in weights]


if learn:
    images, labels = without_held_back(*lines())
    weights = new_weights()
    optimizer = torch.optim.Adam(weights, lr=rate)
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = rate * 0.9**epoch
        for batch in torch.randperm(len(labels), generator=random_numbers(epoch + 1)).split(64):
            loss = functional.cross_entropy(scores_of(images[batch], *weights), labels[batch])
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
