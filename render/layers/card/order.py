"""The order in which cards are drawn: those in front over those behind. Pure.

Card j is behind card i if all of j is beyond i's plane, seen from the eye, or all of i is on the eye's side of j's
plane (Newell, Newell and Sancha 1972). Both depend only on which side of each plane the eye is on, so the order is
recomputed only when the eye crosses a plane.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from stage.maths.pose import Vector

TOUCH_M = 1e-6


class CardOrder:
    """The order of cards with `corners_m` (n, 4, 3) and unit `normals` (n, 3)."""

    def __init__(self, corners_m: Floats, normals: Floats) -> None:
        self._normals = normals
        self._levels = np.einsum("nk,nk->n", normals, corners_m[:, 0])
        height = np.einsum("ik,jck->ijc", normals, corners_m) - self._levels[:, None, None]
        self._above = (height >= -TOUCH_M).all(axis=2)
        self._below = (height <= TOUCH_M).all(axis=2)
        self._sides = b""
        self._order: tuple[int, ...] = tuple(range(len(normals)))

    def from_eye(self, eye_m: Vector) -> tuple[int, ...]:
        """Card numbers, the farthest first. Intersecting cards keep the file's order."""
        in_front = self._normals @ np.asarray(eye_m) > self._levels
        sides = in_front.tobytes()
        if sides != self._sides:
            self._sides, self._order = sides, self._sorted(in_front)
        return self._order

    def _sorted(self, in_front: NDArray[np.bool_]) -> tuple[int, ...]:
        eye_side = np.where(in_front[:, None], self._above, self._below)
        far_side = np.where(in_front[:, None], self._below, self._above)
        before = far_side | eye_side.T  # [i, j]: j is drawn before i
        before &= ~(before & before.T)
        left, order = list(range(len(in_front))), []
        while left:
            free = [card for card in left if not before[card, left].any()] or left[:1]
            order.append(free[0])
            left.remove(free[0])
        return tuple(order)
