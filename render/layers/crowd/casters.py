"""Which figures cast a shadow into which square of the sun's maps, and in how much detail. Numpy only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from render.layers.crowd.crowd import Standing
from render.layers.crowd.figures import DETAILS
from render.view.sun_frame import SunFrame

CASTING_DETAIL = (1, 2, 3)
"""Level of detail in each square: texels of 1, 4 and 16 cm."""
REACH_M = 2.3
"""The farthest any part of a figure is from its feet."""


def casting_figures(
    standing: Standing, variant: NDArray[np.int64], costumes: int, frame: SunFrame, radii_m: tuple[float, ...]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The figures (M, 8) as in Standing, but from the stage's origin, by square, then by costume; and the count of each
    (squares, costumes). `variant` (N,): the costumes of those in `standing`. A figure is drawn into every square it
    touches; flat ones face the sun."""
    from_centre = frame.rows(standing.centre_m)
    own = standing.figures[:, :3].T.astype(np.float64)
    across, along = (np.array(row[:3]) @ own + row[3] for row in from_centre[:2])
    reach = np.maximum(np.abs(across), np.abs(along)) - REACH_M
    parts, counts = [], np.zeros((len(radii_m), costumes), np.int64)
    for square, radius_m in enumerate(radii_m):
        inside = np.flatnonzero(reach < radius_m)
        kinds = variant[inside]
        figures = standing.figures[inside[np.argsort(kinds, kind="stable")]]
        figures[:, :3] += np.array(standing.centre_m, np.float32)
        if CASTING_DETAIL[square] == DETAILS - 1:
            _face_the_sun(figures, frame)
        parts.append(figures)
        counts[square] = np.bincount(kinds, minlength=costumes)
    return np.concatenate(parts), counts


def _face_the_sun(figures: NDArray[np.float32], frame: SunFrame) -> None:
    """Turn flat figures about their vertical axis toward the sun; with the sun overhead they stay."""
    x, y, _ = frame.toward
    level = math.hypot(x, y)
    if level > 1e-6:
        figures[:, 4], figures[:, 5] = y / level, -x / level
