"""A correction curve of OpenVPCal: measured pairs of light in and light out. Pure.

Neighbouring steps of a grey ramp are measured by a camera, and its noise may exceed their distance near black or white:
a pair then steps back by less than a percent. Such pairs are pooled with their neighbours until the curve rises
(isotonic regression by pooling adjacent violators, Barlow et al. 1972).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.float64]

NOISE = 0.05
"""A step back of more than this share of the value is no noise."""

END_WEIGHT = 1e9
"""Black and peak are not moved by their neighbours' noise."""


class CurveError(ValueError):
    """Pairs that are no curve; the text says why."""


def rising(pairs: Pairs) -> tuple[Pairs, int]:
    """(m, 2) pairs whose light in rises strictly and whose light out never falls, and how many were pooled.

    Raises CurveError where a pair steps back by more than noise does.
    """
    for column in range(2):
        values = pairs[:, column]
        back = np.maximum.accumulate(values) - values
        if (back > NOISE * np.maximum(np.maximum.accumulate(np.abs(values)), 1e-9)).any():
            raise CurveError("does not rise")
    blocks: list[tuple[Pairs, float, int]] = []
    for number, pair in enumerate(pairs):
        blocks.append((pair.copy(), END_WEIGHT if number in (0, len(pairs) - 1) else 1.0, 1))
        while len(blocks) > 1 and (blocks[-1][0][0] <= blocks[-2][0][0] or blocks[-1][0][1] < blocks[-2][0][1]):
            (last, weight, count), (before, other, more) = blocks.pop(), blocks.pop()
            mean = (last * weight + before * other) / (weight + other)
            blocks.append((mean, weight + other, count + more))
    if len(blocks) < 2:
        raise CurveError("does not rise")
    return np.stack([block for block, _, _ in blocks]), sum(count for _, _, count in blocks if count > 1)
