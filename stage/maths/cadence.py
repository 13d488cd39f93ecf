"""How evenly a clip's frames fall on the stage's: which are shown twice, and which never. Pure, exact."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Cadence:
    """`repeats` and `skips`: frames an hour that stand longer or are left out, against the even pattern. Both are 0
    where each clip frame is shown for the same whole number of stage frames, or every n-th is shown."""

    repeats: int = 0
    skips: int = 0

    @property
    def even(self) -> bool:
        """Whether motion is as smooth as in the clip."""
        return not (self.repeats or self.skips)

    @property
    def words(self) -> str:
        """For people; empty where it is even."""
        if self.even:
            return ""
        return f"repeats {self.repeats} frames an hour" if self.repeats else f"skips {self.skips} frames an hour"


def cadence(clip_hz: Fraction, stage_hz: Fraction) -> Cadence:
    """A clip played at `clip_hz` frames a second on a stage of `stage_hz`.

    Stage frame n shows clip frame floor(n clip / stage). With k = round(stage / clip) stage frames a clip frame (or
    every k-th clip frame where the clip is faster), what an hour has over or lacks is the difference of the rates.
    """
    if clip_hz <= 0:
        return Cadence()
    slower = clip_hz <= stage_hz
    times = round(stage_hz / clip_hz if slower else clip_hz / stage_hz)
    more = stage_hz - times * clip_hz if slower else times * stage_hz - clip_hz
    count = round(abs(more) * SECONDS_PER_HOUR)
    return Cadence(repeats=count) if more > 0 else Cadence(skips=count)
