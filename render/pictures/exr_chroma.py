"""Luminance-chroma OpenEXR pictures: half as many differences of colour as luminances, back to red, green, blue. Pure.

Y is luminance by the file's primaries, RY = (R - Y) / Y, BY = (B - Y) / Y, usually at every second column and row. The
differences between are interpolated by OpenEXR's half-band filter of 27 taps (Technical Introduction to OpenEXR).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HALF_BAND = (0.627123, -0.186077, 0.087929, -0.043159, 0.019597, -0.007540, 0.002128)
"""Weights of the samples at 1, 3, 5 ... columns on each side; a half in sum."""


def rgb_from_luminance_chroma(y: Floats, ry: Floats, by: Floats, weights: NDArray[np.float64]) -> Floats:
    """(h, w, 3) linear; all (h, w), differences already at every pixel; `weights` (3,): luminance of red, green,
    blue."""
    red, blue = (ry + 1.0) * y, (by + 1.0) * y
    green = (y - weights[0] * red - weights[2] * blue) / weights[1]
    return np.stack([red, green, blue], axis=2).astype(np.float32)


def at_every_pixel(samples: Floats, size: tuple[int, int], step: tuple[int, int], first: tuple[int, int]) -> Floats:
    """Samples at every `step` rows and columns, beginning at row and column `first`, at all (h, w) pixels."""
    rows = _along(samples, size[0], step[0], first[0])
    return _along(rows.T, size[1], step[1], first[1]).T


def _along(samples: Floats, length: int, step: int, first: int) -> Floats:
    """(n, w) samples to (length, w): exact where they are, by the filter or a line between."""
    if step == 1:
        return samples
    if step != 2:
        place = np.arange(length) - first
        low = np.clip(place // step, 0, len(samples) - 1)
        high = np.minimum(low + 1, len(samples) - 1)
        share = np.clip(place / step - low, 0.0, 1.0).astype(np.float32)[:, None]
        return np.asarray(samples[low] * (1 - share) + samples[high] * share, np.float32)
    result = np.empty((length, samples.shape[1]), np.float32)
    own = np.arange(first, length, 2)
    result[own] = samples[: len(own)]
    between = np.setdiff1d(np.arange(length), own)
    before = (between - first - 1) // 2
    total = np.zeros((len(between), samples.shape[1]), np.float32)
    for number, weight in enumerate(HALF_BAND):
        for neighbour in (before - number, before + 1 + number):
            total += np.float32(weight) * samples[np.clip(neighbour, 0, len(samples) - 1)]
    result[between] = total
    return result
