"""A small stage of every kind of wall round one camera, made in the test: flat, ceiling, arc, mesh."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stage.maths.pose import Quaternion, Vector, quaternion_from_pan_tilt_roll
from stage.messages.frames import CameraState, Frame, Heavens
from stage.messages.samples import LensState, Validity
from stage.model.look import Look
from stage.model.stagefile import Stage
from stage.walls.surface import Surface, surface_of
from tests.looks import a_look

SENSOR_MM = (24.0, 13.5)
FOCAL_MM = 12.0 / np.tan(np.radians(30.0))
IMAGE_PX = (1920, 1080)
SUN = Heavens(sun_pan_deg=40.0, sun_elevation_deg=35.0)
"""As in tiny_set."""
MESH_COLUMNS, MESH_ROWS = 12, 5


def small_stage(cameras: int = 1, **changes: object) -> Stage:
    """Flat wall ahead, ceiling, an arc to the right, a mesh to the left; `changes` replace keys of the stage."""
    names = ("a", "b", "c")[:cameras]
    document: dict[str, object] = {
        "schema": "stage/1", "name": "small", "scene": "boxes", "stage_eye_m": [0.0, -3.0, 1.5],
        "walls": [
            {"name": "flat", "kind": "flat", "position_m": [0, 0, 0.2],
             "cabinets": {"columns": 4, "rows": 3, "size_px": [96, 96], "pitch_mm": 8.0}},
            {"name": "ceiling", "kind": "ceiling", "position_m": [0, -1.5, 2.7], "transfer": "srgb",
             "cabinets": {"columns": 4, "rows": 4, "size_px": [64, 64], "pitch_mm": 12.0}},
            {"name": "arc", "kind": "arc", "position_m": [3.0, -1.0, 0.2], "pan_deg": -60.0, "radius_m": 3.0,
             "cabinets": {"columns": 6, "rows": 3, "size_px": [80, 96], "pitch_mm": 8.0}, "transfer": "pq"},
            {"name": "mesh", "kind": "mesh", "file": "made-in-the-test.obj", "size_px": [480, 320]},
        ],
        "outputs": [
            {"name": name, "size_px": size, "tiles": [{"tile": f"{name}/all"}]}
            for name, size in (("flat", (384, 288)), ("ceiling", (256, 256)), ("arc", (480, 288)), ("mesh", (480, 320)))
        ],
        "cameras": [
            {"name": name, "source": "t", "sensor_mm": SENSOR_MM, "lens": {"points": [{"focal_length_mm": FOCAL_MM}]}}
            for name in names
        ],
    }  # fmt: skip
    return Stage.model_validate(document | changes)


def cut_stage(**changes: object) -> Stage:
    """The small stage with every wall in six tiles, all 24 tiles in two outputs, turned every way."""
    walls = [wall.model_dump() | {"tile_grid": {"columns": 3, "rows": 2}} for wall in small_stage().walls]
    names = [(wall["name"], f"c{c}r{r}") for wall in walls for r in range(2) for c in range(3)]
    tiles = []
    for number, (wall, tile) in enumerate(names):
        place = [number % 12 % 4 * 200, number % 12 // 4 * 200]
        tiles.append({"tile": f"{wall}/{tile}", "position_px": place, "rotation_deg": 90 * (number // 2 % 4)})
    outputs = [{"name": f"o{i}", "size_px": [800, 600], "tiles": tiles[12 * i : 12 * i + 12]} for i in range(2)]
    return small_stage(1, walls=walls, outputs=outputs, **changes)


def surfaces_of(stage: Stage) -> dict[str, Surface]:
    """The surfaces of its walls; the mesh is a bowl of quads to the left, facing the stage."""
    return {wall.name: bowl() if wall.kind == "mesh" else surface_of(wall, Path()) for wall in stage.walls}


def bowl() -> Surface:
    """Part of a vertical cylinder that leans, 12 x 5 quads, canvas 480 x 320."""
    across, down = np.meshgrid(np.linspace(0, 1, MESH_COLUMNS + 1), np.linspace(0, 1, MESH_ROWS + 1))
    angle = np.radians(125.0 - 60.0 * across)
    radius = 3.2 + 0.4 * down**2
    x, y, z = -0.2 + radius * np.cos(angle + 0.9), -3.2 + radius * np.sin(angle + 0.9), 2.8 - 2.6 * down
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    canvas = np.stack([across * 480.0, down * 320.0], axis=-1).reshape(-1, 2)
    row = MESH_COLUMNS + 1
    quads = [(r * row + c, (r + 1) * row + c, (r + 1) * row + c + 1, r * row + c + 1)
             for r in range(MESH_ROWS) for c in range(MESH_COLUMNS)]  # fmt: skip
    triangles = [(a, b, c) for a, b, c, _ in quads] + [(a, c, d) for a, _, c, d in quads]
    return Surface(vertices, canvas, np.array(triangles, np.int32), (480, 320), False)


def looking(pan_deg: float, tilt_deg: float = 0.0, roll_deg: float = 0.0) -> Quaternion:
    """An orientation."""
    return quaternion_from_pan_tilt_roll(pan_deg, tilt_deg, roll_deg)


def camera(
    position_m: Vector = (0.0, -3.0, 1.5), orientation: Quaternion = (1.0, 0.0, 0.0, 0.0), name: str = "a",
    focal_mm: float = FOCAL_MM, validity: Validity = Validity.LIVE,
) -> CameraState:  # fmt: skip
    """A camera, 60 degrees wide unless told otherwise."""
    return CameraState(
        name=name,
        validity=validity,
        position_m=position_m,
        orientation=orientation,
        lens=LensState(focal_mm),
        sensor_mm=SENSOR_MM,
        sample_number=0,
        sender_counter=0,
        captured_ns=0,
        received_ns=0,
        horizon_ns=0,
    )


def frame(number: int, *cameras: CameraState, look: Look | None = None) -> Frame:
    """A frame's record."""
    outer = number - number % 12
    return Frame(
        number=number,
        present_ns=0,
        decided_ns=0,
        scene="boxes",
        scene_time_s=number / 24,
        outer_number=outer,
        outer_scene_time_s=outer / 24,
        look=look or a_look(),
        cameras=cameras,
        heavens=SUN,
    )
