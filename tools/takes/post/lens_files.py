"""A take's lens for post: ST maps of every lens position that differs, and the camera's lens as Unreal's .ulens. IO."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stage.lenses.unreal_writer import write_ulens
from stage.maths.lens import distort, pixels_from_sensor
from stage.messages.samples import LensState
from stage.model.camera import Camera
from stage.model.lens_file import LensFile
from tools.takes.post.curve import Curve, Row
from tools.takes.post.st_maps import st_maps, write_map

CLOSE_PX = 0.1
"""A lens position whose picture lies within this of the map before has no map of its own."""
MOST_MAPS = 24
SHARES = (-0.5, -0.25, 0.0, 0.25, 0.5)


def write_st_maps(curve: Curve, size_px: tuple[int, int], into: Path) -> list[Path]:
    """Maps in both directions, and a table of the frames from which each holds. Raises InputError, OSError."""
    chosen, close_px = maps_needed(curve.rows, curve.sensor_mm, size_px)
    lines = ["from_frame,from_timecode,overscan_x,overscan_y,undistort,distort,within_px"]
    files: list[Path] = []
    for row in chosen:
        maps = st_maps(row.lens, curve.sensor_mm, size_px)
        names = [f"stmap_{curve.camera}_{way}_{row.place:06}.exr" for way in ("undistort", "distort")]
        about = {"openstage:camera": curve.camera, "openstage:from_frame": str(row.place)}
        for name, values in zip(names, (maps.undistort, maps.distort), strict=True):
            write_map(into / name, values, about)
            files.append(into / name)
        factors = ",".join(f"{factor:.9g}" for factor in maps.overscan)
        lines.append(f"{row.place},{row.timecode},{factors},{names[0]},{names[1]},{close_px:g}")
    table = into / f"stmap_{curve.camera}.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [*files, table]


def maps_needed(
    rows: Sequence[Row], sensor_mm: tuple[float, float], size_px: tuple[int, int]
) -> tuple[list[Row], float]:
    """The rows from which a new map holds, and how near to it, in pixels, every frame's lens stays. Where that would be
    more than `MOST_MAPS`, the nearness is given up, in doubles."""
    seen = [_picture(row.lens, sensor_mm, size_px) for row in rows]
    close_px = CLOSE_PX
    while True:
        chosen: list[int] = []
        for number, picture in enumerate(seen):
            if not chosen or float(np.abs(picture - seen[chosen[-1]]).max()) > close_px:
                chosen.append(number)
        if len(chosen) <= MOST_MAPS:
            return [rows[number] for number in chosen], close_px
        close_px *= 2.0


def ulens(camera: Camera) -> str:
    """The camera's lens as Unreal has it."""
    file = LensFile.model_validate(
        {
            "schema": "lens/1",
            "name": camera.name,
            "sensor_mm": camera.sensor_mm,
            "image_px": camera.image_px,
            "points": camera.lens.points,
        }
    )
    return write_ulens(file, camera.lens.points)[0]


def _picture(lens: LensState, sensor_mm: tuple[float, float], size_px: tuple[int, int]) -> NDArray[np.float64]:
    """(25, 2) where the lens puts points of the undistorted picture, in pixels."""
    grid = np.array([(x * sensor_mm[0], y * sensor_mm[1]) for y in SHARES for x in SHARES])
    offset = np.asarray(lens.projection_offset_mm)
    bent = distort(grid - offset, lens.radial, lens.tangential)
    return pixels_from_sensor(bent, lens.projection_offset_mm, sensor_mm, size_px)
