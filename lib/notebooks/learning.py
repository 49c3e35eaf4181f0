# %% [markdown]
# # A template learned from examples
#
# It starts as random numbers. After each example, its weights change a little, so that the error gets smaller.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

# The labeller: it says yes to each picture whose sum is the largest possible. Learning sees its answers only.
labeller = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
# The step size (learning rate).
rate = 0.1
# Which examples, which random start.
seed = 50
# Is a number learned too that is added to every output?
with_bias = False
# How many examples there are, and after which step the page shows the template.
steps = 1000
shown = 1000

# %% [markdown]
# ## The examples
#
# There are 512 pictures of 3 by 3 pixels. Picture number i has the binary digits of i.

# %%
pictures = (np.arange(512)[:, None] >> np.arange(8, -1, -1) & 1).reshape(512, 3, 3)
best = np.where(labeller > 0, labeller, 0).sum()  # the largest sum of all pictures
answers = (pictures * labeller).sum(axis=(1, 2)) >= best
drawn = np.random.default_rng(seed).integers(512, size=steps)
images = pictures[drawn] / best  # so that a perfect match scores 1, like its label
labels = answers[drawn].astype(float)
print("yes to", answers.sum(), "of 512 pictures, and to", int(labels.sum()), "of the", steps, "examples")

# %% [markdown]
# ## Learning by hand
#
# The gradient of the squared error is 2 x error x picture.

# %%
start = np.random.default_rng([seed, 1]).normal(size=(3, 3))
template, bias = start, 0.0
templates, biases = [template], [bias]
for image, label in zip(images, labels, strict=True):
    error = np.vdot(template, image) + bias - label
    template = template - rate * (2 * error * image)
    if with_bias:
        bias = bias - rate * (2 * error)
    if not max(np.abs(template).max(), abs(bias)) < np.inf:
        break  # no numbers any more
    templates.append(template)
    biases.append(bias)
    if max(np.abs(template).max(), abs(bias)) > 1000:
        print("The weights grow without end: the step size is too large.")
        break
templates, biases = np.array(templates), np.array(biases)
print(templates[-1].round(4), biases[-1].round(4))

# %% [markdown]
# ## The same with PyTorch
#
# Here the gradient comes from autograd, and the step from `torch.optim.SGD`.

# %%
weights = torch.tensor(start, requires_grad=True)
offset = torch.zeros((), dtype=weights.dtype, requires_grad=True)
optimizer = torch.optim.SGD([weights, offset] if with_bias else [weights], lr=rate)
for image, label in zip(torch.tensor(images), torch.tensor(labels), strict=True):
    loss = ((weights * image).sum() + offset - label).square()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if not max(weights.abs().max(), offset.abs()) <= 1000:
        break
apart = np.abs(weights.detach().numpy() - templates[-1]).max()
print("The two are at most", apart, "apart in any weight.")

# %% [markdown]
# ## How good it is
#
# The mean squared error over all 512 pictures after each step, and what the template shown on the page finds. It says
# yes from a threshold on: the one that gets most pictures right.

# %%
outputs = np.einsum("kij,nij->kn", templates, pictures) / best + biases[:, None]  # (steps + 1, 512)
errors = ((outputs - answers) ** 2).mean(axis=1)
plt.plot(errors)
plt.xlabel("step")
plt.ylabel("mean squared error")
plt.show()

# %%
shown = min(shown, len(templates) - 1)
y = pictures.reshape(512, 9) @ templates[shown].round(4).ravel() / best + biases[shown]
levels = np.unique(y)
levels = levels[np.diff(levels, prepend=-np.inf) > 1e-6]  # closer ones differ by rounding only
results = []
for threshold in [levels[0] - 1, *(levels[1:] + levels[:-1]) / 2, levels[-1] + 1]:
    yes = y >= threshold
    results.append(((yes == answers).sum(), -(yes & ~answers).sum(), threshold))
right, false_alarms, threshold = max(results)
false_alarms = -false_alarms
found = (answers & (y >= threshold)).sum()
print(f"After step {shown}: right on {right} of 512, {found} of {answers.sum()} found, {false_alarms} false alarms.")

# %%
figure, places = plt.subplots(1, 3, figsize=(10, 3.5))
grids = {"labeller": labeller, "start": start, f"after step {shown}": templates[shown]}
for place, (title, grid) in zip(places, grids.items(), strict=True):
    reach = np.abs(grid).max()
    place.imshow(grid, cmap="RdBu_r", vmin=-reach, vmax=reach)
    place.set(title=title, xticks=range(3), yticks=range(3))
plt.show()
