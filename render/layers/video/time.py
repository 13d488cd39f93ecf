"""The frame of a plate's clips shown at a scene time: exact arithmetic, no drift over hours. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Literal

from stage.units import NS_PER_S

ROUNDING_NS = 2_000
"""Frame times are whole nanoseconds, rounded down: a time this close before a clip's frame counts as that frame."""

AtEnd = Literal["repeat", "hold", "pingpong"]


@dataclass(frozen=True, slots=True)
class ClipTimeline:
    """Clips one after the other. `lengths`: frames of each; `rate_hz`: clip frames a second at speed 1; `speed`
    may be negative; frame `offset` shows at scene time 0."""

    lengths: tuple[int, ...]
    rate_hz: Fraction
    speed: Fraction = Fraction(1)
    offset: int = 0
    at_end: AtEnd = "repeat"

    @property
    def total(self) -> int:
        """Frames of all clips."""
        return sum(self.lengths)

    def at(self, time_s: float) -> int:
        """The frame shown at a scene time in seconds, counted through all clips from 0."""
        step = self.rate_hz * self.speed
        early_ns = ROUNDING_NS if step >= 0 else -ROUNDING_NS
        time_ns = round(time_s * NS_PER_S) + early_ns
        return self._within(self.offset + (time_ns * step.numerator) // (step.denominator * NS_PER_S))

    def coming(self, time_s: float, step_s: float, count: int) -> tuple[int, ...]:
        """The frames of `count` draws from `time_s` on, `step_s` apart, each once, in the order they are needed."""
        return tuple(dict.fromkeys(self.at(time_s + number * step_s) for number in range(count)))

    def place(self, frame: int) -> tuple[int, int]:
        """(number of the clip, frame in it)."""
        ends = list(accumulate(self.lengths))
        clip = bisect_right(ends, frame)
        return clip, frame - (ends[clip - 1] if clip else 0)

    def _within(self, frame: int) -> int:
        total = self.total
        if self.at_end == "hold" or total == 1:
            return min(max(frame, 0), total - 1)
        if self.at_end == "repeat":
            return frame % total
        turn = frame % (2 * total - 2)
        return turn if turn < total else 2 * total - 2 - turn
