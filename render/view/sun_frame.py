"""How the sun sees a set: light space and the squares its shadow maps cover. Pure, plain floats.

Squares are centred on the stage's origin and fixed in stage space: they depend on the sun and the set alone, so every
view, tile and node agrees, and no shadow swims when the camera moves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector

RADII_M = (10.0, 40.0, 160.0)
"""Half the side of each square. With 2048 texels: 1, 4 and 16 cm a texel."""
DEEPEST_M = 4000.0
"""The longest reach of a shadow along the light."""
_FADE = 1.15
"""The last square is larger by this factor than what it must cover: shadows fade toward its edge."""


@dataclass(frozen=True, slots=True)
class SunFrame:
    """Light space of one sun: unit axes in stage space, and depth 0 and 1 along `toward`, metres."""

    across: Vector
    along: Vector
    toward: Vector
    near_m: float
    far_m: float

    def rows(self, eye_m: Vector) -> tuple[tuple[float, float, float, float], ...]:
        """Three rows (x, y, z, w): metres across and depth (0 near the sun, 1 far) of an offset from the eye."""
        scale = 1.0 / (self.near_m - self.far_m)
        x, y, z = self.across, self.along, self.toward
        return (
            (*x, _dot(x, eye_m)),
            (*y, _dot(y, eye_m)),
            (-z[0] * scale, -z[1] * scale, -z[2] * scale, (self.near_m - _dot(z, eye_m)) * scale),
        )


class SunFrames:
    """Makes the light space of any sun over the contents of boxes `low_m` .. `high_m` (N, 3), stage space."""

    def __init__(self, low_m: Floats, high_m: Floats) -> None:
        self._low = low_m.min(axis=0) if len(low_m) else np.zeros(3)
        self._high = high_m.max(axis=0) if len(high_m) else np.zeros(3)

    def radii_m(self) -> tuple[float, ...]:
        """Half the side of each square: no more squares than the set needs."""
        reach = _FADE * float(np.linalg.norm(np.maximum(np.abs(self._low), np.abs(self._high))))
        needed = sum(radius < reach for radius in RADII_M[:-1]) + 1
        return RADII_M[:needed]

    def frame(self, toward: Vector) -> SunFrame:
        """Light space for a sun in direction `toward` (unit, stage space)."""
        level = math.hypot(toward[0], toward[1])
        x = (-toward[1] / level, toward[0] / level, 0.0) if level > 1e-6 else (1.0, 0.0, 0.0)
        y = _cross(toward, x)
        middle, half = (self._low + self._high) / 2.0, (self._high - self._low) / 2.0
        centre, reach = float(middle @ toward), float(half @ np.abs(toward))
        near = min(centre + reach, DEEPEST_M / 2) + 0.5
        far = max(centre - reach, -DEEPEST_M / 2) - 0.5
        return SunFrame(x, y, toward, near, far)


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
