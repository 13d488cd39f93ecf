"""How fine a wall's pixels are where a camera films it. Pure: rays through the picture meet the wall's triangles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import Pose, rotation_matrix
from stage.walls.surface import Surface

COLUMNS, ROWS = 9, 5
"""Rays through the camera's picture."""
BEHIND = 1e-6


@dataclass(frozen=True, slots=True)
class FilmedPitch:
    """Where a camera meets a wall nearest to the middle of its picture: the distance along its axis, and the finer
    pitch of the wall's pixels as seen from there (turned away from the camera, pixels are closer together)."""

    distance_m: float
    pitch_mm: float


def filmed_pitch(surface: Surface, camera: Pose, half_angles: tuple[float, float]) -> FilmedPitch | None:
    """Of a wall; None where the camera does not film its front. `half_angles`: tangents of half the picture's."""
    rotation = rotation_matrix(camera.orientation)
    right, forward, up = rotation[:, 0], rotation[:, 1], rotation[:, 2]
    across = np.linspace(-1.0, 1.0, COLUMNS) * half_angles[0]
    along = np.linspace(-1.0, 1.0, ROWS) * half_angles[1]
    x, y = (grid.ravel() for grid in np.meshgrid(across, along))
    for ray in np.argsort(np.hypot(x, y)):
        way = forward + x[ray] * right + y[ray] * up
        met = _met(surface, np.asarray(camera.position_m), way)
        if met is not None:
            depth, triangle = met
            steps = _steps(surface, triangle)
            seen = [_length(step, way, right, forward, up) for step in steps]
            return FilmedPitch(depth, 1000.0 * min(seen))
    return None


def _met(surface: Surface, origin: NDArray[np.float64], way: NDArray[np.float64]) -> tuple[float, int] | None:
    """Depth along the axis and triangle of the nearest front that a ray meets (Moeller and Trumbore, 1997)."""
    a, b, c = (surface.vertices_m[surface.triangles[:, corner]] for corner in range(3))
    edge1, edge2 = b - a, c - a
    across = np.cross(way, edge2)
    determinant = np.einsum("ij,ij->i", edge1, across)
    front = np.einsum("ij,j->i", np.cross(edge1, edge2), way) < 0.0
    safe = np.where(np.abs(determinant) > 1e-12, determinant, np.inf)
    away = origin - a
    u = np.einsum("ij,ij->i", away, across) / safe
    turned = np.cross(away, edge1)
    v = turned @ way / safe
    depth = np.einsum("ij,ij->i", edge2, turned) / safe
    hit = front & np.isfinite(safe) & (u >= -BEHIND) & (v >= -BEHIND) & (u + v <= 1.0 + BEHIND) & (depth > BEHIND)
    if not hit.any():
        return None
    nearest = int(np.argmin(np.where(hit, depth, np.inf)))
    return float(depth[nearest]), nearest


def _steps(surface: Surface, triangle: int) -> NDArray[np.float64]:
    """(2, 3): metres in stage space from a pixel of the wall to the next one, across and down its canvas."""
    corners = surface.triangles[triangle]
    places, pixels = surface.vertices_m[corners], surface.canvas_px[corners]
    metres = np.stack([places[1] - places[0], places[2] - places[0]])
    steps: NDArray[np.float64] = np.linalg.solve(np.stack([pixels[1] - pixels[0], pixels[2] - pixels[0]]), metres)
    return steps


def _length(
    step: NDArray[np.float64],
    way: NDArray[np.float64],
    right: NDArray[np.float64],
    forward: NDArray[np.float64],
    up: NDArray[np.float64],
) -> float:
    """How long a step looks at its depth: what of it lies across the camera's axis, with the perspective's share."""
    deep = float(step @ forward)
    return float(np.hypot(step @ right - deep * float(way @ right), step @ up - deep * float(way @ up)))
