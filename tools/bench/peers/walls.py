"""What the plain programs know of a case: the flat parts of its walls, and the cameras' and the walls' projections."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import Vector
from stage.maths.projection import camera_axes, camera_slopes, perspective, wall_axes, wall_slopes
from stage.messages.frames import CameraState
from stage.model.stagefile import Stage
from stage.walls.surface import Surface, surface_of
from tools.bench.peers.cases import Rectangle

Matrix = NDArray[np.float32]


def surfaces_of(stage: Stage) -> dict[str, Surface]:
    """The walls of a stage that needs no files."""
    return {wall.name: surface_of(wall, Path()) for wall in stage.walls}


def camera_clip(camera: CameraState) -> Matrix:
    """(4, 4) row-major clip from stage of the camera's own picture."""
    lens = camera.lens
    slopes = camera_slopes(camera.sensor_mm, lens.focal_length_mm, lens.projection_offset_mm)
    return _rows(perspective(camera.position_m, camera_axes(camera.orientation), slopes))


def outer_clip(part: Rectangle, eye_m: Vector) -> Matrix:
    """(4, 4) row-major clip from stage of the off-axis view of a flat part."""
    upper_left, _, lower_right, lower_left = [_vector(corner) for corner in part.corners_m]
    edges = (lower_left, lower_right, upper_left)
    axes = wall_axes(*edges)
    slopes, _ = wall_slopes(axes, *edges, eye_m)
    return _rows(perspective(eye_m, axes, slopes))


def inner_from_place(part: Rectangle, clip: Matrix) -> Matrix:
    """(4, 3) row-major: clip of the camera from a place on a flat part, (u, v, 1) with v upward from its lower edge."""
    upper_left, upper_right, _, lower_left = part.corners_m
    columns = np.stack([upper_right - upper_left, upper_left - lower_left, lower_left], axis=1)
    place = np.concatenate([columns, [[0.0, 0.0, 1.0]]])
    return np.asarray(clip.astype(np.float64) @ place, np.float32)


def _rows(column_major: tuple[float, ...]) -> Matrix:
    return np.array(column_major, np.float32).reshape(4, 4).T


def _vector(row: NDArray[np.float64]) -> Vector:
    x, y, z = row.tolist()
    return (x, y, z)
