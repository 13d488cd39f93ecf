"""Which forecasters a sample surprises: the first sign of another motion, long before its horizon is over.

A forecaster whose newest miss is far beyond its usual ones still believes in the motion before. Its vote is suspended
until it has caught up. No clock, no randomness.
"""

from __future__ import annotations

import math

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.motion_bank import COUNT, LINE, NIMBLE, STILL

USUAL_S = 0.5
"""For how long a miss counts as usual."""
FLOOR = 3e-8
"""Square of a miss that surprises nobody, m^2 or rad^2: the noise of three axes."""
STARTLED = 4.0
"""A miss of twice the usual one says nothing yet; the square counts."""
STANDING = 8.0
"""A camera that stands seems to move by the noise of two samples, sometimes by much more: squares, in floors."""
_THREE = np.ones(3)
KNOWN_S = 0.3
"""Before, nobody knows what is usual."""


class Surprise:
    """The usual misses of a camera's forecasters: (F * 2,) sums of squares, of position and rotation in turns."""

    def __init__(self) -> None:
        self._summed = np.zeros(COUNT * 2)
        self._counted = self._heard_s = 0.0

    def first_votes(self) -> Floats:
        """(2, F) whom to believe before anything is learnt: a line, or that the camera stands, as long as it does."""
        votes = np.zeros((2, COUNT))
        if self._counted > 0.0:
            strayed = self._summed[2 * STILL : 2 * STILL + 2] / self._counted / FLOOR
            votes[:, STILL] = np.exp(-np.maximum(strayed - STANDING, 0.0))
        votes[:, LINE] = 1.0 - votes[:, STILL]
        return votes

    def hear(self, missed: Floats, dt_s: float) -> Floats | None:
        """How much of each vote (2, F) is left after a sample that forecasters missed by `missed` (F, 6), `dt_s` after
        the one before; None: all."""
        squares = (missed * missed).reshape(-1, 3) @ _THREE
        usual, counted = self._summed, self._counted
        fade = math.exp(-dt_s / USUAL_S)
        self._summed, self._counted = fade * usual + squares, fade * counted + 1.0
        self._heard_s += dt_s
        if self._heard_s < KNOWN_S:
            return None
        limit = usual * (STARTLED / counted) + STARTLED * FLOOR
        if not (squares > limit).any():
            return None
        beyond = STARTLED * (squares / limit - 1.0)
        return np.exp(-np.maximum(beyond, 0.0)).reshape(COUNT, 2).T


def suspended(votes: Floats, left: Floats) -> tuple[Floats, Floats]:
    """The votes (2, F) without those that are suspended, and how much of them is left (2, 1). Where nobody's is, the
    nimblest line is believed."""
    kept = votes * left
    whole = kept.sum(axis=1)[:, None]
    kept[:, NIMBLE] += 1e-9
    return kept / (whole + 1e-9), whole
