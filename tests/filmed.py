"""A real stage beside its stage file: photographs of its walls by a phone, with distortion, blur and noise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from render.charts.patterns import MARKERS, chart_codes
from stage.maths.pose import quaternion_from_pan_tilt_roll
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, Validity
from stage.model.stagefile import Stage
from stage.model.wall import canvas_px, tiles_of
from stage.walls.surface import surface_of
from tools.sim.wall_picture import tile_picture
from tools.sim.witness import WallLight, Witness, display_codes

PHONE_PX = (1920, 1280)
PHONE = LensState(5.0, radial=(-0.0022,))
PHONE_SENSOR_MM = (7.2, 4.8)
NOISE = 2.0
PLACES = (
    ((0.0, -4.2, 1.5), (0.0, 0.0, 0.0)), ((-1.2, -3.8, 1.2), (-16.0, 2.0, 1.0)), ((1.0, -4.0, 1.9), (10.0, -4.0, -2.0)),
    ((0.4, -3.4, 0.9), (-22.0, 6.0, 0.0)), ((-0.6, -4.6, 1.6), (-9.0, 0.0, 90.0)), ((1.4, -4.4, 1.2), (4.0, 3.0, 2.0)),
    ((-1.6, -4.4, 1.7), (-24.0, -2.0, 0.0)), ((0.0, -3.6, 1.4), (-14.0, 0.0, 0.0)),
)  # fmt: skip


def stage_document(**changes: Any) -> dict[str, Any]:
    """Two flat walls; the first of eight tiles on one output, the second of one on another."""
    grid = [
        {"tile": f"main/c{column}r{row}", "position_px": [240 * column, 270 * row]}
        for row in range(2)
        for column in range(4)
    ]
    document: dict[str, Any] = {
        "schema": "stage/1",
        "name": "filmed",
        "frame_rate": "24",
        "stage_eye_m": [0.4, -2.4, 1.35],
        "scene": "boxes",
        "look": "neutral",
        "walls": [
            {"name": "main", "kind": "flat", "position_m": [0.0, 0.0, 0.25], "tile_grid": {"columns": 4, "rows": 2},
             "cabinets": {"columns": 8, "rows": 4, "size_px": [120, 135], "pitch_mm": 4.0}},
            {"name": "side", "kind": "flat", "position_m": [2.4, -0.831384, 0.25], "pan_deg": -60.0,
             "cabinets": {"columns": 4, "rows": 4, "size_px": [120, 135], "pitch_mm": 4.0}},
        ],
        "outputs": [
            {"name": "main", "size_px": [960, 540], "tiles": grid},
            {"name": "side", "size_px": [480, 540], "tiles": [{"tile": "side/all", "position_px": [0, 0]}]},
        ],
        "sources": [],
        "cameras": [],
    }  # fmt: skip
    return document | changes


def photograph(file_stage: Stage, real: Stage, folder: Path, pictures: int = len(PLACES)) -> None:
    """What a phone sees of the chart that the software draws by its stage file, on the walls as they really are: PNGs.

    Outputs are drawn as `file_stage` says and wired as `real` says.
    """
    charts = {
        wall.name: np.asarray(np.rint(chart_codes(MARKERS, wall, file_stage.walls) * 255.0), np.uint8)
        for wall in file_stage.walls
    }
    surfaces = {wall.name: surface_of(wall, Path()) for wall in real.walls}
    lights = {wall.name: WallLight.of(wall) for wall in real.walls}
    canvases = _wired(file_stage, real, charts)
    witness = Witness(surfaces, lights, PHONE_PX)
    chance = np.random.default_rng(3)
    for number, (place, (pan, tilt, roll)) in enumerate(PLACES[:pictures]):
        light = witness.film(_phone(place, pan, tilt, roll), canvases)
        picture = display_codes(np.asarray(light / 12.0, np.float32)).astype(np.float64)
        noisy = cv2.GaussianBlur(picture, (0, 0), 0.7) + chance.normal(0.0, NOISE, picture.shape)
        cv2.imwrite(str(folder / f"photo-{number}.png"), np.clip(noisy, 0, 255).astype(np.uint8)[..., ::-1])


def _wired(file_stage: Stage, real: Stage, charts: dict[str, Any]) -> dict[str, Any]:
    """The canvases as the real wiring shows them: tiles are cut by the file, put together by the real stage."""
    tiles = {f"{wall.name}/{tile.name}": (wall.name, tile) for wall in file_stage.walls for tile in tiles_of(wall)}
    shown = {wall.name: np.zeros((*canvas_px(wall)[::-1], 3), np.uint8) for wall in real.walls}
    for drawn, output in zip(file_stage.outputs, real.outputs, strict=True):
        raster = np.zeros((drawn.size_px[1], drawn.size_px[0], 3), np.uint8)
        for placement in drawn.tiles:
            wall, tile = tiles[placement.tile]
            (x, y), (width, height) = tile.origin_px, tile.size_px
            picture = np.rot90(charts[wall][y : y + height, x : x + width], -placement.rotation_deg // 90)
            left, top = placement.position_px
            raster[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        for placement in output.tiles:
            wall, tile = tiles[placement.tile]
            (x, y), (width, height) = tile.origin_px, tile.size_px
            shown[wall][y : y + height, x : x + width] = tile_picture(output, placement, tile, raster)
    return shown


def _phone(place: tuple[float, float, float], pan: float, tilt: float, roll: float) -> CameraState:
    state = CameraState(
        name="phone", validity=Validity.LIVE, position_m=place,
        orientation=quaternion_from_pan_tilt_roll(pan, tilt, roll), lens=PHONE, sensor_mm=PHONE_SENSOR_MM,
        sample_number=0, sender_counter=None, captured_ns=0, received_ns=0, horizon_ns=0,
    )  # fmt: skip
    return replace(state)
