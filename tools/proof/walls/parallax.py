"""Parallax error: the distance, in pixels of the camera's picture, by which each wall pixel shows the wrong point.

A wall pixel at P must show the virtual point that the ray from the true entrance pupil C through P meets. The probe
gives the point V it shows. Both are projected into the true camera's picture (pinhole, no distortion): the distance is
the error. For a pupil that is off by d (camera axes right, forward, up) it is exactly `f |d_across - x d_forward|
|1/Z_V - 1/Z_P|` with x = across/forward of P, which is the analytic figure here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import Vector, rotation_matrix
from stage.messages.frames import CameraState
from stage.walls.surface import Surface

WHOLLY_INNER = 1.0
"""A probe shows the inner view only where nothing of the outer shows through (composite.frag)."""
NEAR_M = 0.05
SILHOUETTE_STEP = 0.02
"""A pixel is at a silhouette where 1/depth, which is linear across a plane, bends by more than this share."""

Map = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WallError:
    """One wall in one frame: (h, w) error and analytic error in px (NaN outside the inner view), and where the
    picture has silhouettes."""

    error_px: Map
    analytic_px: Map
    silhouette: Mask


@dataclass(frozen=True, slots=True)
class ParallaxFigures:
    """Figures over all measured pixels of a wall. Only `max` includes silhouettes."""

    mean: float
    p99: float
    p999: float
    max: float
    analytic_mean: float
    pixels: int
    silhouette_share: float
    silhouette_p99: float


def wall_positions(surface: Surface) -> Map:
    """(h, w, 3) stage position of each pixel's centre; NaN where the wall has no triangle at the pixel."""
    width, height = surface.size_px
    positions = np.full((height, width, 3), np.nan)
    for triangle in surface.triangles:
        _fill_triangle(surface.canvas_px[triangle], surface.vertices_m[triangle], positions)
    return positions


def measure_wall(
    positions: Map, shown: NDArray[np.float32], true: CameraState, drawn_m: Vector, image_px: tuple[int, int]
) -> WallError:
    """The errors of one wall: `shown` is the probe's (h, w, 4), `drawn_m` the pupil the frame was drawn for."""
    turn, pupil = rotation_matrix(true.orientation), np.asarray(true.position_m)
    wall_point, virtual = (positions - pupil) @ turn, (shown[..., :3].astype(np.float64) - pupil) @ turn
    focal_px = true.lens.focal_length_mm / true.sensor_mm[0] * image_px[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        wall_slope = wall_point[..., [0, 2]] / wall_point[..., 1:2]
        inside = _inside_picture(wall_point, wall_slope, focal_px, true, image_px) & (shown[..., 3] >= WHOLLY_INNER)
        error = focal_px * np.linalg.norm(virtual[..., [0, 2]] / virtual[..., 1:2] - wall_slope, axis=-1)
        offset = (np.asarray(drawn_m) - pupil) @ turn
        across = np.linalg.norm(offset[[0, 2]] - wall_slope * offset[1], axis=-1)
        inverse_depth = 1.0 / virtual[..., 1]
        analytic = focal_px * across * np.abs(inverse_depth - 1.0 / wall_point[..., 1])
    return WallError(
        np.where(inside, error, np.nan), np.where(inside, analytic, np.nan), inside & silhouettes(inverse_depth)
    )


def figures(walls: list[WallError]) -> ParallaxFigures | None:
    """The figures of one wall over several frames; None if it never showed the inner view."""
    error = np.concatenate([wall.error_px[~np.isnan(wall.error_px)] for wall in walls])
    if error.size == 0:
        return None
    edge = np.concatenate([wall.silhouette[~np.isnan(wall.error_px)] for wall in walls])
    analytic = np.concatenate([wall.analytic_px[~np.isnan(wall.error_px)] for wall in walls])
    smooth = error[~edge] if (~edge).any() else error
    return ParallaxFigures(
        mean=float(smooth.mean()),
        p99=float(np.percentile(smooth, 99)),
        p999=float(np.percentile(smooth, 99.9)),
        max=float(error.max()),
        analytic_mean=float(analytic[~edge].mean()) if (~edge).any() else float(analytic.mean()),
        pixels=int(error.size),
        silhouette_share=float(edge.mean()),
        silhouette_p99=float(np.percentile(error[edge], 99)) if edge.any() else 0.0,
    )


def _inside_picture(point: Map, slope: Map, focal_px: float, true: CameraState, image_px: tuple[int, int]) -> Mask:
    """Wall points that the camera films: in front of it and within the picture."""
    offset_px = np.asarray(true.lens.projection_offset_mm) * image_px[0] / true.sensor_mm[0]
    column, row = slope[..., 0] * focal_px + offset_px[0], -slope[..., 1] * focal_px + offset_px[1]
    inside: Mask = (point[..., 1] > NEAR_M) & (np.abs(column) < image_px[0] / 2) & (np.abs(row) < image_px[1] / 2)
    return inside


def silhouettes(inverse_depth: Map) -> Mask:
    """Pixels whose 1/depth (h, w) bends against their neighbours', or is unknown, and those next to them."""
    bend = np.zeros(inverse_depth.shape, bool)
    for axis in (0, 1):
        middle = np.moveaxis(inverse_depth, axis, 0)
        second = np.abs(middle[2:] - 2 * middle[1:-1] + middle[:-2])
        largest = np.maximum(np.maximum(np.abs(middle[2:]), np.abs(middle[1:-1])), np.abs(middle[:-2]))
        np.moveaxis(bend, axis, 0)[1:-1] |= ~(second <= SILHOUETTE_STEP * largest)
    wide = bend.copy()
    wide[1:] |= bend[:-1]
    wide[:-1] |= bend[1:]
    wide[:, 1:] |= bend[:, :-1]
    wide[:, :-1] |= bend[:, 1:]
    return wide


def _fill_triangle(canvas: Map, vertices: Map, positions: Map) -> None:
    """Positions of the pixel centres inside one triangle of the canvas, by barycentric coordinates."""
    height, width = positions.shape[:2]
    low = np.maximum(np.floor(canvas.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(canvas.max(axis=0)).astype(int), (width, height))
    x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
    (ax, ay), (bx, by), (cx, cy) = canvas
    area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    if area == 0 or x.size == 0:
        return
    b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
    c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
    inside = (b >= -1e-9) & (c >= -1e-9) & (b + c <= 1 + 1e-9)
    weights = np.stack([1 - b - c, b, c], axis=-1)
    positions[low[1] : high[1], low[0] : high[0]][inside] = weights[inside] @ vertices
