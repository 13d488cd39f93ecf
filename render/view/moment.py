"""What a view of the set depends on besides the eye: the look, the heavens and the scene time of a frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from stage.messages.frames import Frame, Heavens
from stage.model.look import Look


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the set, as a frame's record states it. `time_s`: scene time, seconds."""

    look: Look = field(default_factory=Look)
    heavens: Heavens = field(default_factory=Heavens)
    time_s: float = 0.0


def inner_moment(frame: Frame) -> Moment:
    """What the inner views show."""
    return Moment(frame.look, frame.heavens, frame.scene_time_s)


def outer_moment(frame: Frame) -> Moment:
    """What the outer views show: the scene at the outer frame's time."""
    return Moment(frame.look, frame.heavens, frame.outer_scene_time_s)
