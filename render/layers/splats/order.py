"""The splats a view can see, from far to near. Pure; the order depends on the view alone."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from render.layers.splats.splats import SplatData
from render.view.view import View

BLOCK_SPLATS = 256
DIRECTION_STEPS = 128
"""Depth is measured along the view's axis rounded to 1/128: views within a third of a degree share an order."""
DEPTH_STEPS = 65_535
_REACH = 3.4
"""Standard deviations beyond which even an opaque splat is fainter than one code of 8 bits: sqrt(2 ln 255)."""

Order = NDArray[np.uint32]
DirectionKey = tuple[int, int, int]


class SplatOrder:
    """Sorts a layer's splats along a direction and leaves out blocks of neighbours that a view cannot see."""

    def __init__(self, splats: SplatData) -> None:
        self._centre = splats.centre_m
        self._origin_m = splats.origin_m
        first = np.arange(0, len(splats.centre_m), BLOCK_SPLATS)
        reach = _REACH * np.sqrt(splats.covariance_m2[:, [0, 3, 5]])
        low = np.minimum.reduceat(splats.centre_m - reach, first, axis=0).astype(np.float64)
        high = np.maximum.reduceat(splats.centre_m + reach, first, axis=0).astype(np.float64)
        self._middle, self._half = (low + high) / 2.0, (high - low) / 2.0

    @staticmethod
    def key(view: View) -> DirectionKey:
        """The view's axis, rounded."""
        x, y, z = view.clip_rows()[2]
        scale = DIRECTION_STEPS / math.sqrt(x * x + y * y + z * z)
        return (round(x * scale), round(y * scale), round(z * scale))

    def sorted_along(self, key: DirectionKey) -> Order:
        """(N,) uint32 all splats, the farthest along the direction first; equals keep their order."""
        depth = self._centre @ np.array(key, np.float32)
        nearest, farthest = float(depth.min()), float(depth.max())
        steps = (farthest - depth) * np.float32(DEPTH_STEPS / max(farthest - nearest, 1e-9))
        return np.argsort(np.minimum(steps, DEPTH_STEPS).astype(np.uint16), kind="stable").astype(np.uint32)

    def seen_blocks(self, view: View) -> NDArray[np.bool_]:
        """(blocks,) which blocks overlap the view."""
        planes = np.array(view.planes())
        middle = self._middle + (np.asarray(self._origin_m) - view.eye_m)
        return np.asarray((middle @ planes.T + self._half @ np.abs(planes).T >= 0.0).all(axis=1))


def only_seen(order: Order, seen: NDArray[np.bool_]) -> Order:
    """The splats of an order whose blocks are visible."""
    return order if seen.all() else order[seen[order // BLOCK_SPLATS]]
