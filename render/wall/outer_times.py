"""At which scene time each wall shows its outer view: one wall after the other, so that no frame draws them all. Pure.

The record says at which scene time outer views are shown anew. Drawn all in that frame, a moving set would cost every
twelfth frame all walls at once; so wall i of n waits for the i-th of n parts of the interval. Which moment a wall shows
follows from the record's scene times alone: frames drawn in another order, again or elsewhere show the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from stage.maths.frame_clock import FrameClock
from stage.messages.frames import Frame
from stage.units import NS_PER_S

ROUNDED_NS = 1000
"""Scene times of records are seconds as floating point, and may be rounded by as much."""


class OuterTimes:
    """The walls of one stage, in its order; `every_frames` is the interval of their outer views."""

    def __init__(self, walls: Sequence[str], rate_hz: Fraction, every_frames: int) -> None:
        self._walls = tuple(walls)
        self._clock = FrameClock(rate_hz)
        self._every = every_frames
        self._waits = [number * every_frames // len(walls) for number in range(len(walls))]

    def of(self, frame: Frame) -> Mapping[str, float]:
        """The scene time of every wall's outer view, seconds. Where the record's times are not this stage's own, all
        walls show the record's."""
        outer = frame.outer_number
        number = self._number(frame.scene_time_s)
        regular = outer % self._every == 0 and self._number(frame.outer_scene_time_s) == outer
        if number is None or not regular or not 0 <= number - outer < self._every:
            return dict.fromkeys(self._walls, frame.outer_scene_time_s)
        late = {wait: outer + wait - (0 if outer + wait <= number else self._every) for wait in set(self._waits)}
        times = {wait: self._time_s(max(one, 0)) for wait, one in late.items()}
        return {name: times[wait] for name, wait in zip(self._walls, self._waits, strict=True)}

    def _number(self, time_s: float) -> int | None:
        """The frame that has this scene time; None where no frame of this rate has."""
        number = self._clock.number_at(round(time_s * NS_PER_S) + ROUNDED_NS)
        return number if abs(self._time_s(number) - time_s) * NS_PER_S <= ROUNDED_NS else None

    def _time_s(self, number: int) -> float:
        return self._clock.present_ns(number) / NS_PER_S
