"""The bounced light of a set in steps: worked out ahead, then faded to. Pure: time is an argument.

To work out how light goes from surface to surface takes longer than a frame. So every second the light of that moment
is ordered, a second later it is there on every node, and over the second after that the walls go over to it. Only how
light is spread waits so long; how much there is of it, and its colour, are the frame's (render/scene/baked_pass.py).
"""

from __future__ import annotations

from dataclasses import replace

from stage.messages.frames import Heavens, LightSteps, LitBy, Wind
from stage.model.look import Exposure, Look, Weather

STEP_S = 1.0
OUTER_STEPS = 4
"""The outer view, which is not drawn in every frame, fades in as many steps."""


def lit_by(look: Look, heavens: Heavens, time_s: float, wind: Wind | None) -> LitBy:
    """What of a moment its bounced light depends on; the exposure in whole stops, for light is stored with it."""
    spread = Look(
        exposure=Exposure(ev=float(round(look.exposure.ev))),
        sky=replace(look.sky, gain=1.0, ambient_gain=1.0),
        haze=look.haze,
        weather=Weather(snow_cover=look.weather.snow_cover),
    )
    return LitBy(spread, heavens, time_s, wind if look.sky.cloud_cover > 0.0 else None)


def share_of(light: LightSteps, time_s: float) -> float:
    """How far a frame has gone over from `before` to `after`."""
    return min(max((time_s - light.since_s) / STEP_S, 0.0), 1.0)


class LightTrack:
    """Follows what lights the set on air; its steps are the same object as long as they do not change."""

    def __init__(self) -> None:
        self._scene = ""
        self._seen: tuple[Look, Heavens] | None = None
        self._steps: LightSteps | None = None

    def follow(self, scene: str, look: Look, heavens: Heavens, wind: Wind | None, time_s: float) -> LightSteps:
        """The steps of the frame at a scene time in seconds. A set that comes on air has its own light at once."""
        known = self._steps
        if known is None or scene != self._scene or time_s < known.since_s:
            now = lit_by(look, heavens, time_s, wind)
            self._scene, self._seen, self._steps = scene, (look, heavens), LightSteps(time_s, now, now, now)
            return self._steps
        passed_s, settled = time_s - known.since_s, known.before is known.after is known.ahead
        if not settled and passed_s < STEP_S:
            return known
        same = self._seen is not None and self._seen[0] is look and self._seen[1] is heavens
        if settled and same and (look.sky.cloud_cover == 0.0 or passed_s < STEP_S):
            return known
        now = _settled(known.ahead, lit_by(look, heavens, time_s, wind))
        self._seen = (look, heavens)
        if settled and now is known.ahead:
            return known
        since_s = known.since_s + STEP_S if STEP_S <= passed_s < 2.0 * STEP_S else time_s
        self._steps = LightSteps(since_s, known.after, known.ahead, now)
        return self._steps


def _settled(before: LitBy, now: LitBy) -> LitBy:
    """The one before, if nothing has changed since; without clouds time changes nothing."""
    if now.look.sky.cloud_cover == 0.0 and replace(before, time_s=0.0) == replace(now, time_s=0.0):
        return before
    return now
