"""Our correlate against OpenCV, torch and scipy, on a 3000×3000 picture, in one run: python benchmarks/correlate.py

Times differ from machine to machine, so what counts is the ratio ours/peer. Each round calls all four in turn, so
that a slow moment of the machine hits them all.
"""

import os
import sys
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import cv2
import numpy as np
import torch
from scipy.signal import correlate2d

sys.path.insert(0, str(Path(__file__).parent.parent))
from lib.convolution import correlate

SIDE = 3000
ROUNDS = 30  # of ours and OpenCV; torch and scipy are slow and steady, and join every tenth
TEMPLATES = {
    "line": np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]]),
    "dense": np.array([[3, -2, 1], [2, -4, 5], [7, 6, -3]]),  # nine weights, no two columns or rows alike
}
LIMITS = {  # ours must take at most this many times what the peer takes
    ("uint8", "line"): {"opencv": 1.0, "torch": 0.1, "scipy": 0.15},
    ("uint8", "dense"): {"opencv": 1.5, "torch": 0.1, "scipy": 0.15},
    ("float32", "line"): {"opencv": 1.5, "torch": 0.1, "scipy": 0.15},
    ("float32", "dense"): {"opencv": 2.5, "torch": 0.1, "scipy": 0.15},
}


def competitors(image, template):
    """Name to a call without arguments, each prepared the way its own users would, so only the sliding is timed."""
    depth = cv2.CV_16S if image.dtype == np.uint8 else cv2.CV_32F  # 16 bits, or uint8 scores would be clipped
    picture, kernel = torch.from_numpy(image.astype(np.float32)), torch.from_numpy(template.astype(np.float32))
    wide = image.astype(np.int16 if image.dtype == np.uint8 else np.float32)  # scipy computes in the type it is given
    return {
        "ours": partial(correlate, image, template),
        "opencv": partial(cv2.filter2D, image, depth, template.astype(np.float32)),
        "torch": partial(torch.nn.functional.conv2d, picture[None, None], kernel[None, None]),
        "scipy": partial(correlate2d, wide, template.astype(wide.dtype), mode="valid"),
    }


def check_equal(calls):
    """All four give the same scores; OpenCV also scores the border, which is cut off here."""
    wanted = calls["ours"]()
    for name, call in calls.items():
        scores = call()[1:-1, 1:-1] if name == "opencv" else np.asarray(call()).squeeze()
        np.testing.assert_allclose(scores, wanted, rtol=0, atol=0 if wanted.dtype.kind == "i" else 1e-4, err_msg=name)


def interleaved_medians(calls):
    """Name to the median time of a call, in milliseconds."""
    times = {name: [] for name in calls}
    for turn in range(ROUNDS):
        for name, call in calls.items():
            if name in ("torch", "scipy") and turn % 10:
                continue
            start = perf_counter()
            call()
            times[name].append((perf_counter() - start) * 1000)
    return {name: median(measured) for name, measured in times.items()}


def main():
    print(
        f"{SIDE}×{SIDE}, {os.cpu_count()} cores, OpenCV {cv2.getNumThreads()} threads, torch {torch.get_num_threads()}"
    )
    print(f"{'picture':8} {'template':9}{'peer':7}{'ours ms':>9}{'peer ms':>10}{'ratio':>8}{'limit':>7}")
    rng = np.random.default_rng(0)
    pictures = {
        "uint8": rng.integers(0, 256, (SIDE, SIDE), dtype=np.uint8),
        "float32": rng.random((SIDE, SIDE), dtype=np.float32),
    }
    missed = 0
    for (picture, template), limits in LIMITS.items():
        calls = competitors(pictures[picture], TEMPLATES[template])
        check_equal(calls)
        times = interleaved_medians(calls)
        for peer, limit in limits.items():
            ratio = times["ours"] / times[peer]
            missed += ratio > limit
            print(
                f"{picture:8} {template:9}{peer:7}{times['ours']:9.2f}{times[peer]:10.2f}{ratio:8.3f}{limit:7.2f}"
                f"  {'met' if ratio <= limit else 'MISSED'}"
            )
    return missed


if __name__ == "__main__":
    sys.exit(main())
