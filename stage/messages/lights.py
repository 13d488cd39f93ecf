"""The light round the mark that fixtures follow, and the state of the fixtures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stage.maths.pose import Vector

LightSource = Literal["scene", "fixed", "identify", "off"]
LightProtocol = Literal["sacn", "artnet", "off"]


@dataclass(frozen=True, slots=True)
class LightField:
    """The light of the set on air that comes to `mark_m` from all sides, before exposure, white balance and grade.

    `faces`: six faces of a cube (`stage.maths.projection.CUBE`), each `face_px` x `face_px` texels of linear Rec.709 in
    units of 100 nits, rows from below, float32. The sun is separate: `sun_toward` points at it, `sun` is what a
    white surface facing it gains, in the same units, as far as the set does not shade the mark.
    `oldest_number` is the frame that the oldest face shows, `newest_number` that of the newest.
    """

    node: str
    scene: str
    mark_m: Vector
    face_px: int
    faces: bytes
    sun_toward: Vector
    sun: Vector
    oldest_number: int
    newest_number: int


@dataclass(frozen=True, slots=True)
class FixtureState:
    """The values sent to one fixture: colour as linear Rec.709 whose largest part is 1, level (1 = its peak), and their
    source."""

    name: str
    kind: str
    universe: int
    address: int
    colour: Vector
    level: float
    source: LightSource


@dataclass(frozen=True, slots=True)
class LightsState:
    """The fixtures as they are now.

    `protocol`: "off" where the stage file turns sending off. `released`: released to the desk.
    `desk`: universes controlled by a source of higher priority, `desk_name` its name. `rate_hz`: packets sent per
    universe and second. `lag_frames`: frames from the newest part of the light behind the levels back to the
    oldest.
    `error`: why lamps cannot be reached, `deaf`: why desks cannot be heard, "" where there is no problem.
    """

    fixtures: tuple[FixtureState, ...]
    protocol: LightProtocol
    released: bool
    desk: tuple[int, ...]
    desk_name: str
    rate_hz: float
    lag_frames: int
    packets: int
    error: str
    deaf: str = ""
