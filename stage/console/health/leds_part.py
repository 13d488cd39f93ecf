"""The part that says, once a second, whether each camera sees the walls' LEDs from where it is, with its lens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain
from stage.maths.pose import Pose
from stage.messages.frames import CameraState, Frame
from stage.messages.topics import Record
from stage.units import NS_PER_S
from stage.walls.moire import Moire
from stage.walls.moire_figures import F_NUMBER, Pair, of_camera

LEDS = "leds/"
TURN_NS = NS_PER_S


@dataclass(frozen=True, slots=True)
class LedRow:
    """A camera on a wall: what is seen of its LEDs ("nothing", "moire", ...) while the focus is between `from_m` and
    `to_m` (both None: at no focus; `to_m` alone None: up to infinity). `f_said`: the lens tells its stop. `focus_m` is
    where it is now; `now`: whether it is seen, unknown where the lens tells no focus."""

    camera: str
    wall: str
    seen: str
    distance_m: float
    focal_mm: float
    pitch_photosites: float
    from_m: float | None
    to_m: float | None
    f_number: float
    f_said: bool
    focus_m: float | None
    now: Literal["seen", "hidden", "unknown"]


@dataclass(frozen=True, slots=True)
class LedReading:
    """Every camera that is on, on every wall that it films."""

    rows: tuple[LedRow, ...]


class LedsPart(Part):
    """A reading a second, of the newest frame."""

    def __init__(self, ground: Ground) -> None:
        self._cameras = {camera.name: camera for camera in ground.stage.cameras}
        self._surfaces = ground.surfaces
        self._frame: Frame | None = None
        self._next_ns = 0

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, Frame):
            self._frame = record

    def turn(self, now_ns: int) -> Changes:
        if now_ns < self._next_ns or self._frame is None:
            return NOTHING
        self._next_ns = now_ns + TURN_NS
        rows = [row for state in self._frame.cameras for row in self._rows(state)]
        return Changes({LEDS: plain(LedReading(tuple(rows)))})

    def _rows(self, state: CameraState) -> list[LedRow]:
        camera, lens = self._cameras.get(state.name), state.lens
        if camera is None or lens.focal_length_mm <= 0.0:
            return []
        stop = lens.f_stop if lens.f_stop is not None and lens.f_stop > 0.0 else F_NUMBER
        pose = Pose(state.position_m, state.orientation)
        pairs = of_camera(camera, pose, lens.focal_length_mm, self._surfaces, stop)
        return [row_of(pair, stop, lens.f_stop is not None, lens.focus_m) for pair in pairs]


def row_of(pair: Pair, f_number: float, f_said: bool, focus_m: float | None) -> LedRow:
    """What the page shows of a camera and a wall."""
    found = pair.moire
    return LedRow(
        camera=pair.camera,
        wall=pair.wall,
        seen=found.seen.value,
        distance_m=found.distance_m,
        focal_mm=pair.focal_mm,
        pitch_photosites=found.pitch_photosites,
        from_m=found.from_m,
        to_m=None if found.to_m is None or math.isinf(found.to_m) else found.to_m,
        f_number=f_number,
        f_said=f_said,
        focus_m=None if focus_m is None or math.isinf(focus_m) else focus_m,
        now=_now(found, focus_m),
    )


def _now(found: Moire, focus_m: float | None) -> Literal["seen", "hidden", "unknown"]:
    if found.from_m is None:
        return "hidden"
    if focus_m is None:
        return "unknown"
    return "seen" if found.seen_at(focus_m) else "hidden"
