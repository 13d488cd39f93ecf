"""Which times suit the motion: the line's, or the arrivals. Pure.

A camera moves smoothly; wrong times make it seem to jerk. Each pose is compared with the straight way from the one
before to the one after, at its share of the time between them: once with the times of the line, once as it arrived.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from stage.maths.pose import Quaternion, Vector
from stage.units import NS_PER_S

FORGOTTEN_S = 1.5
BETTER = 2.5
"""The worse one's mean square over the better one's, from which the better is believed."""
NOISE_SQUARE = 3 * 1.5 * 1e-4**2 + 3 * 1.5 * 1e-4**2
"""Square metres (and radians): what 0.1 mm and 0.1 mrad of noise leave, whichever the times."""
LEANING = 1.25
EVIDENCE = 20.0
"""Poses: fewer that say the same are chance."""


class _Seen(NamedTuple):
    line_ns: float
    arrived_ns: float
    position_m: Vector
    orientation: Quaternion


class MotionJudge:
    """Compares both times for one sender. `arrivals` is None while the motion does not tell."""

    def __init__(self) -> None:
        self._before: _Seen | None = None
        self._middle: _Seen | None = None
        self._line = self._arrived = 0.0
        self._weight = 0.0
        self.arrivals: bool | None = None

    @property
    def leans_to_arrivals(self) -> bool:
        """Whether the arrivals look better so far, though not enough for a verdict."""
        noise = self._weight * NOISE_SQUARE
        return self._line + noise > LEANING * (self._arrived + noise)

    def take(self, line_ns: float, arrived_ns: float, position_m: Vector, orientation: Quaternion) -> None:
        """Take a pose with both its times."""
        now = _Seen(line_ns, arrived_ns, position_m, orientation)
        a, b = self._before, self._middle
        self._before, self._middle = b, now
        if a is None or b is None:
            return
        keep = math.exp(-min(1.0, max(0.0, (line_ns - b.line_ns) / (FORGOTTEN_S * NS_PER_S))))
        self._line = keep * self._line + _jerk(a, b, now, b.line_ns - a.line_ns, line_ns - a.line_ns)
        self._arrived = keep * self._arrived + _jerk(a, b, now, b.arrived_ns - a.arrived_ns, arrived_ns - a.arrived_ns)
        self._weight = keep * self._weight + 1.0
        self._judge()

    def restart(self) -> None:
        """Begin anew with the next pose; the verdict stays."""
        self._before = self._middle = None

    def _judge(self) -> None:
        if self._weight < EVIDENCE:
            return
        noise = self._weight * NOISE_SQUARE
        if self._line + noise > BETTER * (self._arrived + noise):
            self.arrivals = True
        elif self._arrived + noise > BETTER * (self._line + noise):
            self.arrivals = False


def _jerk(a: _Seen, b: _Seen, c: _Seen, part_ns: float, whole_ns: float) -> float:
    """The square of b's distance from the way a - c, in metres and radians together."""
    share = min(1.0, max(0.0, part_ns / whole_ns)) if whole_ns > 0 else 0.0
    rest = 1.0 - share
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = a.position_m, b.position_m, c.position_m
    x, y, z = bx - rest * ax - share * cx, by - rest * ay - share * cy, bz - rest * az - share * cz
    sign_a, sign_c = _towards(b.orientation, a.orientation) * rest, _towards(b.orientation, c.orientation) * share
    (aw, ai, aj, ak), (bw, bi, bj, bk), (cw, ci, cj, ck) = a.orientation, b.orientation, c.orientation
    w, i, j, k = (
        bw - sign_a * aw - sign_c * cw,
        bi - sign_a * ai - sign_c * ci,
        bj - sign_a * aj - sign_c * cj,
        bk - sign_a * ak - sign_c * ck,
    )
    return x * x + y * y + z * z + 4.0 * (w * w + i * i + j * j + k * k)


def _towards(a: Quaternion, b: Quaternion) -> float:
    """Which sign of b is the same turn as a."""
    return 1.0 if a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3] >= 0.0 else -1.0
