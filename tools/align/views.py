"""Pictures of the walls' markers by a tracked camera, each with where the tracker had the body. IO.

`poses.csv` beside the pictures: `file`, `tracker_x_m` ... (as in pairs), `pan_deg`, `tilt_deg`, `roll_deg` of the
tracked body in the tracker's space (axes, signs, unit and zeros of the source applied, no alignment); `openstage align
pose` writes it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.files.toml_text import decoded
from stage.maths.lens import LensModel, undistort
from stage.maths.pose import Pose, Vector, quaternion_from_pan_tilt_roll
from stage.model.stagefile import Stage
from stage.walls.markers import marker_layout, place_on
from stage.walls.surface import surface_of
from tools.align.pairs import read_place, read_value
from tools.live.progress import Tell
from tools.proof.filmed.pictures import Seen, seen_in

POSES = "poses.csv"
HEADER = ("file", "tracker_x_m", "tracker_y_m", "tracker_z_m", "pan_deg", "tilt_deg", "roll_deg")
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """One picture. `body`: the tracked body in the tracker's space; `points_m` (n, 3): corners of markers on the stage;
    `slopes` (n, 2): where they are seen, right and down over forward, without the lens' distortion."""

    name: str
    body: Pose
    points_m: Array
    slopes: Array


def views_of(
    folder: Path, stage: Stage, beside: Path, lens: tuple[LensModel, tuple[float, float]], tell: Tell
) -> list[View]:
    """The views of a folder of pictures by a lens on a sensor (mm).

    Raises InputError: no poses, no markers, a picture without a pose.
    """
    bodies = read_poses(folder / POSES)
    corners = _marker_corners(stage, beside)
    views = []
    for seen in seen_in(folder, tell):
        if seen.name not in bodies:
            known = ", ".join(bodies)
            raise InputError(str(folder / POSES), "file", f"there is no pose for {seen.name}", f"It has: {known}")
        known_here = [
            (corners[n], at) for n, at in zip(seen.numbers.tolist(), seen.corners_px, strict=True) if n in corners
        ]
        points = np.concatenate([points for points, _ in known_here]) if known_here else np.zeros((0, 3))
        pixels = np.concatenate([at for _, at in known_here]) if known_here else np.zeros((0, 2))
        views.append(View(seen.name, bodies[seen.name], points, _slopes(seen, pixels, *lens)))
    return views


def read_poses(path: Path) -> Mapping[str, Pose]:
    """By picture: the tracked body in the tracker's space. Raises InputError with the row."""
    try:
        lines = decoded(path.read_bytes(), str(path)).splitlines()
    except OSError as error:
        remedy = "`openstage align pose` writes it while the pictures are taken"
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", remedy) from error
    rows = [row for row in csv.reader(line for line in lines if not line.startswith("#")) if row]
    found: dict[str, Pose] = {}
    for number, row in enumerate(rows[1:], start=1):
        where = f"{path}, row {number}"
        cells = dict(zip((name.strip().lower() for name in rows[0]), (cell.strip() for cell in row), strict=False))
        if not cells.get("file"):
            raise InputError(where, "file", "is missing", f"The first line names the columns: {', '.join(HEADER)}")
        pan, tilt, roll = (read_value(where, cells, key) for key in HEADER[4:])
        found[cells["file"]] = Pose(read_place(where, cells, "tracker"), quaternion_from_pan_tilt_roll(pan, tilt, roll))
    return found


def _marker_corners(stage: Stage, beside: Path) -> dict[int, Array]:
    surfaces = {wall.name: surface_of(wall, beside) for wall in stage.walls}
    found = {each.number: place_on(surfaces[each.wall], each.corners_px()) for each in marker_layout(stage.walls)}
    return {number: corners for number, corners in found.items() if np.isfinite(corners).all()}


def _slopes(seen: Seen, pixels: Array, model: LensModel, sensor_mm: tuple[float, float]) -> Array:
    """Of pixels from the picture's upper left corner."""
    share = pixels / np.asarray(seen.size_px, np.float64) - 0.5
    on_sensor = share * np.asarray(sensor_mm) - np.asarray(model.projection_offset_mm)
    straight: Array = undistort(on_sensor, model.radial, model.tangential) / model.focal_length_mm
    return straight


def pose_row(name: str, place_m: Vector, angles_deg: Sequence[float]) -> str:
    """A row of `poses.csv`."""
    return ",".join((name, *(f"{part:.6f}" for part in place_m), *(f"{angle:.5f}" for angle in angles_deg)))
