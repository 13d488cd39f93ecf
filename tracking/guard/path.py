"""Which poses lie on a camera's path: one that does not is held back until the next ones say what it was. Pure.

A single pose away from the others is a spike and is left out. Poses that agree with each other are believed: after two
where a camera could have got there (a kick against the tripod, a sudden start), after three where none could: then the
tracker has found another place, a jump. Everything that is believed is passed on, so fast motion is at most delayed by
one packet and never altered.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from itertools import pairwise
from typing import Generic

from stage.errors import PacketError
from tracking.guard.measured import Measured, T, Tally

SLACK_M, SLACK_RAD = 0.006, 0.009
"""Noise, and how unevenly packets come, at rest."""
HARDEST_M_S2, HARDEST_RAD_S2 = 60.0, 300.0
"""The hardest start of a camera that is not held back: far beyond a run (10 m/s2) and a whip pan (100 rad/s2)."""
FASTEST_M_S, FASTEST_RAD_S = 15.0, 15.0
NEAR_M, NEAR_RAD = 0.1, 0.2
"""A camera gets no farther than this and the fastest crane or runner, and no whip pan turns faster."""
ROOM = 1.25
"""Packets come a little unevenly: so much of the way at the present speed."""
UNKNOWN_S = 0.25
"""After so long a silence nobody knows where the camera should be."""
REMEMBERED = 6
"""The fastest of so many last steps says how fast the camera is: poses may be sent twice."""
JUMP_M, JUMP_SHARE = 0.04, 2.0
TOGETHER = 0.25
"""Of the time between packets: what comes so soon after another was overtaken, or sent with it."""
OVERTAKEN_M, MOSTLY = 0.003, 0.75
"""Between a pose and the next but one, if these are so far apart."""
CONFIRM_REACHABLE, CONFIRM_JUMP = 2, 3


class Path(Generic[T]):
    """One source. `rate_hz`: packets a second, so that some which come at once are not taken for leaps."""

    def __init__(self, rate_hz: float) -> None:
        self._least_s = 1.0 / rate_hz
        self._last: Measured[T] | None = None
        self._before: Measured[T] | None = None
        self._speeds: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        self._suspects: list[Measured[T]] = []
        self.spikes, self.jumps = Tally(), Tally()
        self.left_out = 0
        """Spikes since the start."""
        self.spike_m = self.jump_m = self.jump_rad = 0.0

    def take(self, new: Measured[T]) -> list[Measured[T]]:
        """What is to be believed now: this one, none, or also those that were held back. Raises PacketError
        ("out-of-order") for one that comes right behind another, from between it and the one before."""
        last = self._last
        if last is not None and self._overtaken(last, new):
            raise PacketError("out-of-order", "came after a later one")
        if last is None or new.seconds_since(last) > UNKNOWN_S:
            return self._begin(last, new)
        if self._plausible(last, new):
            if not self._on_the_way(last, new):
                self._leave_out(last)
            believed, self._suspects = [*self._suspects, new], []
            for before, after in pairwise([last, *believed]):
                self._go_on(before, after)
            return believed
        if self._suspects and not self._reachable(self._suspects[-1], new):
            self._leave_out(last)
        self._suspects.append(new)
        reachable = all(self._reachable(last, one) for one in self._suspects)
        if len(self._suspects) < (CONFIRM_REACHABLE if reachable else CONFIRM_JUMP):
            return []
        reachable = reachable and not self._only_once(last)
        believed, self._suspects = self._suspects, []
        if not reachable:
            self._jumped(last, new)
            believed = [replace(believed[0], jumped=True), *believed[1:]]
        for before, after in pairwise([last, *believed] if reachable else believed):
            self._go_on(before, after)
        return believed

    def _begin(self, last: Measured[T] | None, new: Measured[T]) -> list[Measured[T]]:
        """After a silence: wherever it is, but told where no camera could have got there meanwhile."""
        if last is not None and new.step_m(last) > NEAR_M + FASTEST_M_S * new.seconds_since(last):
            self._jumped(last, new)
        self._suspects.clear()
        self._speeds.clear()
        self._before, self._last = None, new
        return [new]

    def _jumped(self, last: Measured[T], new: Measured[T]) -> None:
        self.jumps.add(new.received_ns)
        self.jump_m, self.jump_rad = new.step_m(last), new.turn_rad(last)
        self._speeds.clear()

    def _on_the_way(self, last: Measured[T], new: Measured[T]) -> bool:
        """Whether those held back lead to this one: a start that was harder than it looked."""
        return bool(self._suspects) and new.apart(self._suspects[-1]) < new.apart(last)

    def _leave_out(self, last: Measured[T]) -> None:
        """Those held back were spikes."""
        for suspect in self._suspects:
            self.spikes.add(suspect.received_ns)
            self.left_out += 1
            self.spike_m = suspect.step_m(last)
        self._suspects.clear()

    def _only_once(self, last: Measured[T]) -> bool:
        """Whether those held back lie beside the path, but go on as slowly as before: no start, a jump."""
        first, second = self._suspects[:2]
        return first.step_m(last) > JUMP_M + JUMP_SHARE * second.step_m(first)

    def _overtaken(self, last: Measured[T], new: Measured[T]) -> bool:
        before = self._before
        if before is None or not 0.0 <= new.seconds_since(last) < TOGETHER * self._least_s:
            return False
        whole = last.step_m(before)
        return whole > OVERTAKEN_M and new.step_m(before) < MOSTLY * whole and new.step_m(last) < MOSTLY * whole

    def _go_on(self, before: Measured[T], after: Measured[T]) -> None:
        seconds = self._seconds(before, after)
        self._speeds.append((after.step_m(before) / seconds, after.turn_rad(before) / seconds))
        self._before, self._last = before, after

    def _seconds(self, before: Measured[T], after: Measured[T]) -> float:
        return max(after.seconds_since(before), self._least_s)

    def _plausible(self, last: Measured[T], new: Measured[T]) -> bool:
        """Whether it goes on as the last ones did, harder starts included."""
        seconds = self._seconds(last, new)
        speed = max((speed for speed, _ in self._speeds), default=FASTEST_M_S)
        turning = max((turning for _, turning in self._speeds), default=FASTEST_RAD_S)
        half = 0.5 * seconds * seconds
        return (
            new.step_m(last) <= SLACK_M + HARDEST_M_S2 * half + ROOM * speed * seconds
            and new.turn_rad(last) <= SLACK_RAD + HARDEST_RAD_S2 * half + ROOM * turning * seconds
        )

    def _reachable(self, before: Measured[T], after: Measured[T]) -> bool:
        """Whether a camera could get from one to the other."""
        seconds = self._seconds(before, after)
        return (
            math.isfinite(after.step_m(before))
            and after.step_m(before) <= NEAR_M + FASTEST_M_S * seconds
            and after.turn_rad(before) <= NEAR_RAD + FASTEST_RAD_S * seconds
        )
