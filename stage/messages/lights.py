"""The light round the mark, as fixtures take it, and what was made of it."""

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
    units of 100 nits, rows from below, float32. The sun is kept apart: `sun_toward` points at it, `sun` is what a
    white surface that faces it gains, in the same units, where the set lets it through to the mark.
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
    """What one fixture is told: its colour as linear Rec.709 whose largest part is 1, its level (1 = its peak), and
    where that comes from."""

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

    `protocol`: "off" where the stage file says that nothing is sent. `released`: left to the desk.
    `desk`: universes that a source of higher priority has, `desk_name` who. `rate_hz`: packets sent per universe and
    second. `lag_frames`: how many frames the oldest part of the light behind the levels is older than the newest.
    `error`: why lamps are not reached, `deaf`: why desks are not heard, "" where all is well.
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
