"""A tracker that goes on sending the same pose: frozen, or a camera that stands still? Pure.

An encoder head on a tripod sends the same bytes for hours, and is right. A tracker that measures trembles: once it has
been seen to tremble while the camera stood still, not to tremble is a fault. And no camera stops at once: one that
moved at a steady speed and then is exactly still has a frozen tracker, whatever its kind.
"""

from __future__ import annotations

from collections import deque
from typing import Generic

from stage.units import NS_PER_S
from tracking.guard.measured import Measured, T

FROZEN_NS = NS_PER_S * 3 // 10
FEWEST_SAME = 8
"""Packets with the same pose, and for how long they come."""
STILL_M, STILL_RAD = 0.001, 0.001
"""Steps smaller than this are no motion."""
TREMBLES = 60
"""Small steps in a row that show a tracker to tremble."""
MOVING_M_S, MOVING_RAD_S = 0.15, 0.12
STEADY = 0.6
"""The last step before it stood still was at least this share of those before it: nothing slowed down."""
KEPT = 4


class FrozenWatch(Generic[T]):
    """One source."""

    def __init__(self) -> None:
        self._last: Measured[T] | None = None
        self._since_ns = 0
        self._same = 0
        self._small = 0
        self._steps: deque[tuple[float, float, float]] = deque(maxlen=KEPT)
        self._trembles = False
        self._suddenly = False

    def take(self, new: Measured[T]) -> None:
        """A pose that arrived, good or not."""
        last, self._last = self._last, new
        if last is None:
            return
        if new.pose == last.pose:
            self._stand(last)
            return
        self._same = 0
        step, turn = new.step_m(last), new.turn_rad(last)
        self._small = self._small + 1 if step < STILL_M and turn < STILL_RAD else 0
        self._trembles = self._trembles or self._small >= TREMBLES
        self._steps.append((step, turn, max(new.seconds_since(last), 1e-3)))

    def _stand(self, last: Measured[T]) -> None:
        if self._same == 0:
            self._since_ns = last.received_ns
            self._suddenly = self._stops_suddenly()
            self._steps.clear()
        self._same += 1
        self._small = 0

    def _stops_suddenly(self) -> bool:
        if len(self._steps) < KEPT:
            return False
        *before, (step, turn, seconds) = self._steps
        return any(
            now / seconds > least and now >= STEADY * max(each) and min(each) > 0.0
            for now, each, least in (
                (step, [one for one, _, _ in before], MOVING_M_S),
                (turn, [one for _, one, _ in before], MOVING_RAD_S),
            )
        )

    def frozen_s(self, now_ns: int) -> float | None:
        """For how long the pose has been frozen; None where it is not, or nothing comes any more."""
        last = self._last
        if last is None or self._same < FEWEST_SAME or now_ns - last.received_ns > NS_PER_S:
            return None
        if not (self._trembles or self._suddenly) or last.received_ns - self._since_ns < FROZEN_NS:
            return None
        return (now_ns - self._since_ns) / NS_PER_S
