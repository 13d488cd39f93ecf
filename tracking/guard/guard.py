"""What a source's poses must stand before they are believed, and what is wrong with them. Pure: time is an argument."""

from __future__ import annotations

import math
from typing import Generic

from stage.errors import PacketError
from stage.maths.pose import ORIGIN, Pose
from tracking.guard.drift import DriftWatch
from tracking.guard.frozen import FrozenWatch
from tracking.guard.measured import Fault, Measured, T
from tracking.guard.path import Path
from tracking.guard.senders import Senders, Turns

NOWHERE_M = 0.001
"""Nearer to the origin than this no camera stands."""


class Guard(Generic[T]):
    """One source. `T`: what a pose comes with, given back where it is believed."""

    def __init__(self, rate_hz: float) -> None:
        self._path = Path[T](rate_hz)
        self._frozen, self._drift = FrozenWatch[T](), DriftWatch[T]()
        self._senders, self._turns = Senders(), Turns[T]()
        self._last: Measured[T] | None = None

    def arrived(self, pose: Pose, sender: str, received_ns: int, content: T) -> Measured[T]:
        """Look at a pose before its count may refuse it: a frozen tracker's count may be frozen, and two devices may
        count alike. Raises PacketError: "not-finite", "other-sender"."""
        if not math.isfinite(sum((*pose.position_m, *pose.orientation))):
            raise PacketError("not-finite", f"position {pose.position_m}")
        self._senders.admit(sender, received_ns)
        measured = Measured(received_ns, pose, content)
        self._frozen.take(measured)
        self._turns.take(measured)
        return measured

    def believed(self, measured: Measured[T]) -> list[Measured[T]]:
        """The poses that are to be believed now: this one, none yet, or also those that were held back. Raises
        PacketError: "out-of-order"."""
        believed = self._path.take(measured)
        for one in believed:
            self._last = one
            self._drift.take(one)
        return believed

    @property
    def left_out(self) -> int:
        """Poses that were left out since the start."""
        return self._path.left_out

    def faults(self, now_ns: int) -> list[Fault]:
        """What is wrong now, or was lately."""
        found: list[Fault] = []
        path, senders = self._path, self._senders
        if senders.two(now_ns):
            detail = f"{senders.followed} is followed, {senders.other} sends as well"
            found.append(Fault("source-two-senders", detail))
        elif self._turns.two(now_ns):
            detail = f"poses come from two places {self._turns.apart_m:.2f} m apart, by turns; the first is followed"
            found.append(Fault("source-two-senders", detail))
        elif path.spikes.recent(now_ns):
            poses = "1 pose was" if path.spikes.count == 1 else f"{path.spikes.count} poses were"
            found.append(Fault("source-spikes", f"{poses} left out, the last {path.spike_m:.2f} m beside the path"))
        if path.jumps.recent(now_ns):
            times = "" if path.jumps.count == 1 else f", {path.jumps.count} times"
            found.append(Fault("source-jumped", f"{path.jump_m:.2f} m, {math.degrees(path.jump_rad):.0f} deg{times}"))
        if (frozen_s := self._frozen.frozen_s(now_ns)) is not None:
            found.append(Fault("source-frozen", f"the same pose for {frozen_s:.0f} s, though packets come"))
        if (drift_mm := self._drift.drift_mm(now_ns)) is not None:
            found.append(Fault("source-drifts", f"{drift_mm:.0f} mm in ten seconds, straight on"))
        if self._last is not None and math.dist(self._last.pose.position_m, ORIGIN) < NOWHERE_M:
            found.append(Fault("source-no-position", "every position is 0, 0, 0"))
        return found
