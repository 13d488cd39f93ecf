"""A pose as it arrived, for the guard. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Generic, TypeVar

from stage.maths.pose import Pose
from stage.units import NS_PER_S

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measured(Generic[T]):
    """`pose` of the tracked point in stage space, when it arrived, and what it came with. `jumped`: it is the first
    behind a jump of the tracker's origin."""

    received_ns: int
    pose: Pose
    content: T
    jumped: bool = False

    def step_m(self, earlier: Measured[T]) -> float:
        """How far it is from an earlier one."""
        return math.dist(self.pose.position_m, earlier.pose.position_m)

    def turn_rad(self, earlier: Measured[T]) -> float:
        """How far it is turned from an earlier one."""
        a, b = self.pose.orientation, earlier.pose.orientation
        chord = math.dist(a, b)
        if chord > math.sqrt(2.0):  # the other of the two quaternions of one rotation is nearer
            chord = math.dist(a, (-b[0], -b[1], -b[2], -b[3]))
        return 4.0 * math.asin(min(1.0, 0.5 * chord))

    def apart(self, earlier: Measured[T]) -> float:
        """Both in one figure: metres, and how far a turn moves what is two metres away."""
        return self.step_m(earlier) + 2.0 * self.turn_rad(earlier)

    def seconds_since(self, earlier: Measured[T]) -> float:
        """How much later it arrived."""
        return (self.received_ns - earlier.received_ns) / NS_PER_S


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a source now: a row of `stage.model.alerts.ALERTS`, and the figures."""

    code: str
    detail: str


REMEMBERED_NS = 5 * NS_PER_S
"""What happened is told for so long: time to read it."""


@dataclass(slots=True)
class Tally:
    """How often something happened, and when last."""

    count: int = 0
    last_ns: int = -REMEMBERED_NS

    def add(self, now_ns: int, by: int = 1) -> None:
        """It happened."""
        self.count, self.last_ns = (self.count if self.recent(now_ns) else 0) + by, now_ns

    def recent(self, now_ns: int) -> bool:
        """Whether it happened lately."""
        return now_ns - self.last_ns < REMEMBERED_NS
