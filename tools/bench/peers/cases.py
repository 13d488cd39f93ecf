"""What is drawn: a stage of three flat walls or an arc, a camera that moves, and how its set behaves. Pure.

The walls' peak is little above the set's brightest surface, so pictures use the whole range of codes. The camera has no
margin and no feather, because the other programs have none: everybody shows the camera's own picture on the same
pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.messages.frames import CameraState, Frame, Heavens
from stage.messages.samples import Validity
from stage.model.look import InnerView, Look
from stage.model.stagefile import Stage
from stage.show.home import home_state
from stage.walls.surface import Surface

PEAK_NITS = 200.0
"""Above the set's brightest surface, so no code is clipped."""
CAMERA_PX = (1920, 1080)
EYE_M = (0.0, -1.5, 1.35)
CAMERA_M = (0.0, 0.0, 1.35)
SWAY_M = 0.3
SWAY_FRAMES = 100
RATE_HZ = 60
SENSOR_MM = (24.0, 13.5)
FAR_M = 3000.0


@dataclass(frozen=True, slots=True)
class Case:
    """One row: which walls, how high the lens sees (degrees), whether the set moves (its outer views are then drawn
    every frame, or, with `own_interval`, as often as this product draws them on a stage), whether the outputs are read
    back, and whether this product lights the set itself."""

    name: str
    arc: bool = False
    lens_deg: float = 30.0
    moving: bool = False
    own_interval: bool = False
    still: bool = False
    read_back: bool = False
    lit: bool = False


CASES = {
    case.name: case
    for case in (
        Case("b"),
        Case("b-lit", lit=True),
        Case("c", read_back=True),
        Case("b-moving", moving=True),
        Case("b-interval", moving=True, own_interval=True),
        Case("b-still", still=True),
        Case("arc", arc=True),
        Case("arc-moving", arc=True, moving=True),
        Case("lens-20", lens_deg=20.0),
        Case("lens-45", lens_deg=45.0),
        Case("lens-60", lens_deg=60.0),
    )
}
"""By name. "b", "c" and "arc" are the reference; the rest says where their gain comes from."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A flat part of a wall: its corners in stage space (4, 3), upper left, upper right, lower right, lower left, and
    its place on the wall's picture (x, y from the upper left, width, height)."""

    wall: str
    corners_m: NDArray[np.float64]
    place_px: tuple[int, int, int, int]


def stage_of(case: Case) -> Stage:
    """The stage of a case."""
    walls = [_arc_wall()] if case.arc else [_flat_wall(*place) for place in _FLAT_PLACES]
    focal_mm = SENSOR_MM[1] / 2.0 / math.tan(math.radians(case.lens_deg) / 2.0)
    document: dict[str, Any] = {
        "schema": "stage/1", "name": f"peers-{case.name}", "scene": "boxes", "frame_rate": str(RATE_HZ),
        "stage_eye_m": EYE_M, "walls": walls,
        "outputs": [
            {"name": wall["name"], "size_px": size, "tiles": [{"tile": f"{wall['name']}/all"}]}
            for wall, size in zip(walls, [(2880, 540)] if case.arc else [(960, 540)] * 3, strict=True)
        ],
        "cameras": [{
            "name": "A", "source": "tracker", "sensor_mm": SENSOR_MM, "image_px": CAMERA_PX,
            "home": {"position_m": CAMERA_M}, "lens": {"points": [{"focal_length_mm": focal_mm}]},
        }],
        "sources": [{"name": "tracker"}],
    }  # fmt: skip
    return Stage.model_validate(document)


_FLAT_PLACES = (("left", -3.6, 2.42, 60.0), ("front", 0.0, 4.5, 0.0), ("right", 3.6, 2.42, -60.0))


def _flat_wall(name: str, x_m: float, y_m: float, pan_deg: float) -> dict[str, Any]:
    cabinets = {"columns": 8, "rows": 4, "size_px": [120, 135], "pitch_mm": 5.0}
    return {"name": name, "kind": "flat", "position_m": [x_m, y_m, 0.0], "pan_deg": pan_deg,
            "cabinets": cabinets, "peak_nits": PEAK_NITS}  # fmt: skip


def _arc_wall() -> dict[str, Any]:
    cabinets = {"columns": 24, "rows": 4, "size_px": [120, 135], "pitch_mm": 5.0}
    return {"name": "arc", "kind": "arc", "position_m": [0.0, 4.5, 0.0], "radius_m": 6.0,
            "cabinets": cabinets, "peak_nits": PEAK_NITS}  # fmt: skip


def camera_of(case: Case, stage: Stage, number: int) -> CameraState:
    """The camera on frame `number`: it sways sideways, unless the case is a still one."""
    home = replace(home_state(stage.cameras[0]), validity=Validity.LIVE, sample_number=0)
    if case.still:
        return home
    x, y, z = home.position_m
    return replace(home, position_m=(x + SWAY_M * math.sin(number * math.tau / SWAY_FRAMES), y, z))


def frame_of(case: Case, stage: Stage, number: int) -> Frame:
    """The record of frame `number`; the outer views of a moving set follow the stage's own interval."""
    outer = number - number % stage.timing.outer_every_frames if case.own_interval or not case.moving else number
    return Frame(
        number=number,
        decided_ns=0,
        present_ns=0,
        scene=stage.scene,
        scene_time_s=number / RATE_HZ,
        outer_number=outer,
        outer_scene_time_s=outer / RATE_HZ,
        look=Look(inner=InnerView(margin_deg=0.0, feather_deg=0.0)),
        cameras=(camera_of(case, stage, number),),
        heavens=Heavens(),
    )


def rectangles_of(surfaces: dict[str, Surface]) -> list[Rectangle]:
    """The flat parts of walls, each as the other programs draw it: a flat wall is one, an arc one for each column."""
    found: list[Rectangle] = []
    for name, surface in surfaces.items():
        corners = surface.vertices_m.reshape(-1, 4, 3)
        canvas = surface.canvas_px.reshape(-1, 4, 2).round().astype(int)
        for own, place in zip(corners, canvas, strict=True):
            (x0, y0), (x1, y1) = place[0].tolist(), place[2].tolist()
            found.append(Rectangle(name, own, (x0, y0, x1 - x0, y1 - y0)))
    return found
