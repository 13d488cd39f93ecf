"""The walls of a stage file as the filmed check sees them: where each marker is, and where it would be on a wall that
is not as the file says. Pure.

A wall's corrections: moved (3, metres) and turned (3, radians, about stage axes) at its own `position_m`; pitch across
and down (shares); and, of an arc, its radius (a share), its cabinets as wide as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import rotation_matrix
from stage.model.wall import AnyWall, ArcWall
from stage.walls.markers import Marker, place_on
from stage.walls.surface import Surface, surface_of

CORRECTIONS = 9
MOVED, TURNED, PITCH, RADIUS = slice(0, 3), slice(3, 6), slice(6, 8), 8
RADIUS_STEP = 0.01

Array = NDArray[np.float64]


class WallWorld:
    """One wall: its markers' corners by the stage file, and by corrections of it."""

    def __init__(self, wall: AnyWall, surface: Surface, beside: Path) -> None:
        self.wall = wall
        self._surface = surface
        self._origin = np.asarray(wall.position_m, np.float64)
        turn = rotation_matrix(wall.pose().orientation)
        self._right, self._up = turn[:, 0], turn[:, 2] if wall.kind != "ceiling" else turn[:, 1]
        self.arc = isinstance(wall, ArcWall)
        wider = surface
        if isinstance(wall, ArcWall):
            other = wall.model_copy(update={"radius_m": wall.radius_m * (1.0 + RADIUS_STEP)})
            wider = surface_of(other, beside)
        self._per_radius = (wider.vertices_m - surface.vertices_m) / RADIUS_STEP

    def place(self, points_px: Array) -> tuple[Array, Array]:
        """Of canvas points (n, 2): where they are in the stage (n, 3), and how that changes with the radius (n, 3)."""
        return place_on(self._surface, points_px), place_on(self._surface, points_px, self._per_radius)

    def corrected(self, places: tuple[Array, Array], correction: Array) -> Array:
        """(n, 3) the same points on the wall as corrected."""
        at, per_radius = places
        offset = at + per_radius * correction[RADIUS] - self._origin
        across, along = offset @ self._right, offset @ self._up
        offset = offset + np.outer(across * correction[PITCH][0], self._right)
        offset = offset + np.outer(along * correction[PITCH][1], self._up)
        turn, _ = cv2.Rodrigues(correction[TURNED])
        return np.asarray(offset @ np.asarray(turn).T + self._origin + correction[MOVED])


def worlds_of(walls: Sequence[AnyWall], surfaces: Mapping[str, Surface], beside: Path) -> dict[str, WallWorld]:
    """Every wall of a stage."""
    return {wall.name: WallWorld(wall, surfaces[wall.name], beside) for wall in walls}


def corners_of(markers: Sequence[Marker]) -> Array:
    """(n, 4, 2) canvas corners."""
    return np.array([marker.corners_px() for marker in markers]).reshape(-1, 4, 2)
