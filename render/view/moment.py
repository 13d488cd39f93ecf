"""What a view of the set depends on besides the eye: the look, the heavens and the scene time of a frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from stage.messages.frames import Frame, Heavens, Wind
from stage.model.look import Look
from stage.show.wind import steady


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the set, as a frame's record states it. `time_s`: scene time, seconds. `wind` None: as in this
    look since scene time 0."""

    look: Look = field(default_factory=Look)
    heavens: Heavens = field(default_factory=Heavens)
    time_s: float = 0.0
    wind: Wind | None = None

    def blowing(self) -> Wind:
        """The wind, since it last changed."""
        return self.wind or steady(self.look.weather)


def inner_moment(frame: Frame) -> Moment:
    """What the inner views show."""
    return Moment(frame.look, frame.heavens, frame.scene_time_s, frame.wind)


def outer_moment(frame: Frame, time_s: float | None = None) -> Moment:
    """What an outer view shows: the scene at its own time (render/wall/outer_times.py); unset: the record's."""
    return Moment(frame.look, frame.heavens, frame.outer_scene_time_s if time_s is None else time_s, frame.wind)
