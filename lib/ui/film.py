"""A training as the browser plays it: what there is to see at some of its steps, as one text. No streamlit."""

import json
import math

import numpy as np

from lib.ui.words import short  # noqa: TID251


def film(run, means, images, labels, steps, lines, *, with_bias=False):
    """The moments of a `Training` after each of these `steps`, and all that its curve needs, as JSON.

    A moment has the template with the example that it sees next: `images` (n, h, w) and `labels` (n,) are one more than
    the run has steps. `means` is the mean squared error after every step, `lines` are (words, error, colour) to compare
    it with. Places on the curve go from 0 to 1.
    """
    across, up = Across(steps[-1]), Up(means, grows=run.diverged_at is not None)
    n = len(steps)
    return json.dumps(
        {
            "step": steps,
            "template": _short(run.templates[steps].reshape(n, -1)),
            "bias": _short(run.biases[steps]) if with_bias else None,
            "example": ["".join(map(str, pixels)) for pixels in images[steps].reshape(n, -1).astype(int).tolist()],
            "label": labels[steps].astype(int).tolist(),
            "mean": _short(means[steps]),
            "x": _short(across(np.array(steps))),
            "y": _short(up(means[steps])),
            "x_ticks": across.ticks,
            "y_ticks": up.ticks,
            "lines": [[f"{words}: {short(error)}", float(up(error)), colour] for words, error, colour in lines],
        },
        separators=(",", ":"),
    )


class Across:
    """How far right steps stand, from 0 to 1, by factors; `ticks` are (words, place)."""

    def __init__(self, last):
        self.last = max(last, 1)
        steps = [n for n in (0, 1, 10, 100, 1000) if n < last and self(n) < 0.9]
        self.ticks = [[f"{n:,}", float(self(n))] for n in (*steps, last)]

    def __call__(self, steps):
        return np.log1p(steps) / math.log1p(self.last)


class Up:
    """How high errors stand, from 0 to 1; `ticks` are (words, place). Equal factors where the error runs away."""

    def __init__(self, means, *, grows):
        highest = float(np.max(means))
        self.grows, self.low, self.top = grows, -2, math.ceil(2 * highest) / 2
        if grows:
            self.top = math.ceil(math.log10(max(2 * highest, 1)))
            heights = [10.0**power for power in range(self.low, self.top + 1, math.ceil((self.top - self.low) / 5))]
        else:
            heights = [self.top * n / 5 for n in range(6)]
        self.ticks = [[_tick(height), float(self(height))] for height in heights]

    def __call__(self, errors):
        if not self.grows:
            return errors / self.top
        return (np.log10(np.maximum(errors, 10.0**self.low)) - self.low) / (self.top - self.low)


def _tick(error):
    """The words at a tick: never longer than seven characters.

    >>> _tick(0.30000000000000004), _tick(1000.0), _tick(1e5)
    ('0.3', '1,000', '10⁵')
    """
    if error < 10_000:
        return f"{error:,.4g}"
    return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(round(math.log10(error))))


def _short(numbers):
    """Rounded to what a sentence shows."""
    return np.round(numbers, 4).tolist()
