"""What a view of the set depends on besides the eye: the look, the heavens and the scene time of a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from stage.messages.frames import Frame, Heavens, LightSteps, LitBy, Wind
from stage.model.look import Look
from stage.show.light_track import OUTER_STEPS, share_of
from stage.show.wind import steady


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the set, as a frame's record states it. `time_s`: scene time, seconds. `wind` None: as in this
    look since scene time 0. `light`: where its bounced light comes from, `light_share` of the way from the step before;
    None: it is that of the moment itself."""

    look: Look = field(default_factory=Look)
    heavens: Heavens = field(default_factory=Heavens)
    time_s: float = 0.0
    wind: Wind | None = None
    light: LightSteps | None = None
    light_share: float = 1.0

    def blowing(self) -> Wind:
        """The wind, since it last changed."""
        return self.wind or steady(self.look.weather)


def lit_moment(lit: LitBy) -> Moment:
    """The moment whose bounced light is worked out."""
    return Moment(lit.look, lit.heavens, lit.time_s, lit.wind)


def inner_moment(frame: Frame) -> Moment:
    """What the inner views show."""
    share = share_of(frame.light, frame.scene_time_s) if frame.light else 1.0
    return Moment(frame.look, frame.heavens, frame.scene_time_s, frame.wind, frame.light, share)


def outer_moment(frame: Frame, time_s: float | None = None) -> Moment:
    """What an outer view shows: the scene at its own time (render/wall/outer_times.py; unset: the record's), its light
    in a few steps."""
    share = math.floor(share_of(frame.light, frame.scene_time_s) * OUTER_STEPS) / OUTER_STEPS if frame.light else 1.0
    own_s = frame.outer_scene_time_s if time_s is None else time_s
    return Moment(frame.look, frame.heavens, own_s, frame.wind, frame.light, share)
