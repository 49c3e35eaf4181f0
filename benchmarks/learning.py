"""How long learning a template takes, against the article's loop written as it stands: python benchmarks/learning.py

Both engines and the article's loop take turns in one process, so that a busy machine slows all of them. Prints the
median of each, its ratio to the article's loop, and whether the ratio is within its limit. 256 learners trained
together are held against one run of `train_template` with torch. Exits with 1 if a ratio is beyond its limit.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.learning import train_many, train_template

STEPS = 1000
ROUNDS = 15
LINE = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
SEEDS = 256
LIMITS = [  # the first may take so many times as long as the second
    ("torch", "article", 1.0),
    ("numpy", "article", 0.05),
    ("many", "torch", 3.0),
]


def label(image):
    """1 where the middle column is full. The article leaves its labels out: this is the plainest way to make them."""
    return 1.0 if image[:, 1].sum() == 3 else 0.0


def article_loop():
    """A random image, its label, a score, a squared error and a step, and nothing kept but the template."""
    template = torch.randn(3, 3, requires_grad=True)
    optimizer = torch.optim.SGD([template], lr=0.1)
    for _ in range(STEPS):
        image = torch.randint(0, 2, (3, 3)).float()
        y = (template * image).sum() / 3
        loss = (y - label(image)) ** 2
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return template


def seconds(call):
    """How long one call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def main():
    calls = {
        "article": article_loop,
        "torch": lambda: train_template(LINE, steps=STEPS, engine="torch"),
        "numpy": lambda: train_template(LINE, steps=STEPS, engine="numpy"),
        "many": lambda: train_many(LINE, seeds=SEEDS, steps=STEPS),
    }
    for call in calls.values():  # the first call pays for imports
        call()
    rounds = [{name: seconds(call) for name, call in calls.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(times[name] for times in rounds) for name in calls}
    print(f"{STEPS} steps, median of {ROUNDS} rounds, torch {torch.__version__}, numpy {np.__version__}")
    print(f"{'article':8} {medians['article'] * 1000:8.2f} ms")
    met = True
    for name, peer, limit in LIMITS:
        ratio = medians[name] / medians[peer]
        met = met and ratio <= limit
        verdict = "met" if ratio <= limit else "NOT MET"
        print(f"{name:8} {medians[name] * 1000:8.2f} ms  {ratio:.3f} of {peer}  limit {limit}  {verdict}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
