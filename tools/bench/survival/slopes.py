"""Whether a figure that is sampled over hours grows, or only sways. Pure.

Samples of memory are no independent draws: a process takes a page and keeps it. So the later part of a run is cut into
blocks, and the line through the blocks' means is judged by their scatter about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SETTLED_SHARE = 0.4
"""The first part of a run is left out: what is loaded when it is first used is no leak."""
BLOCKS = 10
T_95 = 1.86
"""Student's t for 8 degrees of freedom (ten means less the line's two), one-sided, 95 %."""
LEAST_SAMPLES = 3 * BLOCKS


@dataclass(frozen=True, slots=True)
class Slope:
    """Growth an hour, and how much of it noise alone may make."""

    an_hour: float
    noise: float

    @property
    def grows(self) -> bool:
        """Whether it is more than noise."""
        return self.an_hour > self.noise


def slope_of(hours: Sequence[float], values: Sequence[float]) -> Slope | None:
    """The slope of a series' later part; None where it is too short."""
    first = int(len(hours) * SETTLED_SHARE)
    x, y = np.asarray(hours[first:], np.float64), np.asarray(values[first:], np.float64)
    if len(x) < LEAST_SAMPLES:
        return None
    times = np.array([part.mean() for part in np.array_split(x, BLOCKS)])
    means = np.array([part.mean() for part in np.array_split(y, BLOCKS)])
    away = times - times.mean()
    spread = float((away**2).sum())
    slope = float((away * (means - means.mean())).sum()) / spread
    left = means - means.mean() - slope * away
    return Slope(slope, T_95 * float(np.sqrt((left**2).sum() / (BLOCKS - 2) / spread)))
