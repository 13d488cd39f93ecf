"""Checks whether a measured position is plausible. Pure: time is an argument."""

from __future__ import annotations

import math

from stage.errors import PacketError
from stage.maths.pose import ORIGIN, Vector
from stage.units import NS_PER_S

FARTHEST_M = 50.0
"""Beyond this a unit or an offset is wrong: no LED stage is that large."""
FASTEST_M_S = 15.0
STEP_M = 0.1
"""A step longer than this, plus what the fastest crane or runner covers in that time, is a jump, not a move."""
REMEMBERED_NS = 5 * NS_PER_S


class Guard:
    """Refuses positions that are not finite, counts jumps and warns. A jump is let through: the tracker may have
    recovered its position."""

    def __init__(self) -> None:
        self.jumps = 0
        self._jumped_m = 0.0
        self._jumped_ns = -REMEMBERED_NS
        self._last_m: Vector | None = None
        self._last_ns = 0

    def check(self, position_m: Vector, received_ns: int) -> None:
        """Check a position. Raises PacketError ("not-finite")."""
        if not math.isfinite(position_m[0] + position_m[1] + position_m[2]):
            raise PacketError("not-finite", f"position {position_m}")
        if self._last_m is not None:
            step_m = math.dist(position_m, self._last_m)
            if step_m > STEP_M and step_m > STEP_M + FASTEST_M_S * (received_ns - self._last_ns) / NS_PER_S:
                self.jumps += 1
                self._jumped_m, self._jumped_ns = step_m, received_ns
        self._last_m, self._last_ns = position_m, received_ns

    def warnings(self, now_ns: int) -> list[str]:
        """What is wrong, and what to do."""
        found = []
        if self._last_m is not None and (away_m := math.dist(self._last_m, ORIGIN)) > FARTHEST_M:
            found.append(f"{away_m:.0f} m from the stage: check position_scale and zero_position_m")
        if self.jumps and now_ns - self._jumped_ns < REMEMBERED_NS:
            found.append(f"jumped {self._jumped_m:.2f} m (jump {self.jumps}): check the tracker")
        return found
