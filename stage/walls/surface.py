"""A wall as a surface in stage space: triangles, and the canvas pixel at each of their corners.

Front faces are counter-clockwise as seen from the stage. Canvas pixels are counted from the upper left corner of
the wall's picture; pixel i covers [i, i + 1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll, rotation_matrix
from stage.model.wall import ArcWall, Cabinets, CeilingWall, FlatWall, MeshWall, Wall, canvas_px
from stage.walls.mesh import read_wall_mesh

STAGE_FROM_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""(x, y up, z toward the viewer) to (x, y forward, z up): glTF 2.0 section 3.4 and most OBJ files."""
QUAD = np.array([[0, 3, 2], [0, 2, 1]], np.int32)
"""Two triangles of the corners upper left, upper right, lower right, lower left."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """`vertices_m` (V, 3) in stage space; `canvas_px` (V, 2) corner based; `triangles` (T, 3) int32.

    `planar`: the whole wall is one rectangle (flat, ceiling), its four vertices in the order of `corners_m`. `faceted`:
    it is several (an arc), each with four vertices of its own in that order.
    """

    vertices_m: NDArray[np.float64]
    canvas_px: NDArray[np.float64]
    triangles: NDArray[np.int32]
    size_px: tuple[int, int]
    planar: bool
    faceted: bool = False

    def facets(self) -> list[Surface]:
        """The rectangles that a planar or faceted wall is made of, each as a surface with its own vertices, counted
        from its own upper left pixel."""
        if not (self.planar or self.faceted):
            raise ValueError("only a planar or faceted wall has facets")
        corners, canvas = self.vertices_m.reshape(-1, 4, 3), self.canvas_px.reshape(-1, 4, 2)
        sizes = np.rint(canvas[:, 2] - canvas[:, 0]).astype(int).tolist()
        return [
            Surface(own, place - place[0], QUAD.copy(), (width, height), True)
            for own, place, (width, height) in zip(corners, canvas, sizes, strict=True)
        ]

    def facet_places_px(self) -> list[tuple[int, int]]:
        """The upper left pixel of each of the facets on the whole wall's canvas."""
        places = np.rint(self.canvas_px.reshape(-1, 4, 2)[:, 0]).astype(int).tolist()
        return [(x, y) for x, y in places]

    def corners_m(self) -> NDArray[np.float64]:
        """(4, 3): upper left, upper right, lower right, lower left of a planar wall's canvas."""
        if not self.planar:
            raise ValueError("only a planar wall has four corners")
        return self.vertices_m


def surface_of(wall: Wall, beside: Path) -> Surface:
    """The wall's surface. A mesh file is read relative to `beside`, the stage file's folder.

    Raises InputError where the mesh file cannot be used or an arc's cabinets do not fit its radius.
    """
    match wall:
        case FlatWall():
            return _rectangle(wall.cabinets, wall.pose(), *_upright(wall.cabinets))
        case CeilingWall():
            return _rectangle(wall.cabinets, wall.pose(), *_overhead(wall.cabinets))
        case ArcWall():
            return _arc(wall)
        case MeshWall():
            return _mesh(wall, beside)


def arc_step_rad(wall: ArcWall) -> float:
    """The angle one column of cabinets takes: its chord is the cabinet's width. ValueError where it does not fit."""
    return 2.0 * math.asin(wall.cabinets.cabinet_m[0] / (2.0 * wall.radius_m))


def size_m(cabinets: Cabinets) -> tuple[float, float]:
    """Width and height of a grid of cabinets laid flat."""
    width, height = cabinets.cabinet_m
    return cabinets.columns * width, cabinets.rows * height


def _upright(cabinets: Cabinets) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Upper left corner, canvas right and canvas down of a flat wall of zero pose; metres over the whole wall."""
    width, height = size_m(cabinets)
    return np.array([-width / 2, 0.0, height]), np.array([width, 0.0, 0.0]), np.array([0.0, 0.0, -height])


def _overhead(cabinets: Cabinets) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The same of a ceiling: the lower edge of its picture lies toward +Y."""
    width, height = size_m(cabinets)
    return np.array([-width / 2, -height / 2, 0.0]), np.array([width, 0.0, 0.0]), np.array([0.0, height, 0.0])


def _rectangle(
    cabinets: Cabinets,
    stage_from_wall: Pose,
    corner: NDArray[np.float64],
    right: NDArray[np.float64],
    down: NDArray[np.float64],
) -> Surface:
    width, height = cabinets.canvas_px
    local = np.array([corner, corner + right, corner + right + down, corner + down])
    canvas = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return Surface(_placed(local, stage_from_wall), canvas, QUAD.copy(), (width, height), True)


def _arc(wall: ArcWall) -> Surface:
    """A quad per column of cabinets, with its own vertices; the columns' edges lie on the circle."""
    columns, (width, height) = wall.cabinets.columns, wall.cabinets.canvas_px
    try:
        step_rad = arc_step_rad(wall)
    except ValueError as error:
        raise InputError(
            wall.name, "radius_m", "a cabinet is wider than the circle", "Give a larger radius or narrower cabinets"
        ) from error
    angles = (np.arange(columns + 1) - columns / 2) * step_rad
    ring = np.stack([np.sin(angles), np.cos(angles) - 1.0], axis=1) * wall.radius_m
    top_m = size_m(wall.cabinets)[1]
    edges_px = np.arange(columns + 1) * (width / columns)
    local = np.empty((columns, 4, 3))
    canvas = np.empty((columns, 4, 2))
    for corner, (side, z_m, y_px) in enumerate(((0, top_m, 0), (1, top_m, 0), (1, 0.0, height), (0, 0.0, height))):
        local[:, corner, :2], local[:, corner, 2] = ring[side : columns + side], z_m
        canvas[:, corner, 0], canvas[:, corner, 1] = edges_px[side : columns + side], y_px
    triangles = (QUAD[None] + 4 * np.arange(columns, dtype=np.int32)[:, None, None]).reshape(-1, 3)
    vertices = _placed(local.reshape(-1, 3), wall.pose())
    return Surface(vertices, canvas.reshape(-1, 2), triangles.astype(np.int32), (width, height), False, True)


def _mesh(wall: MeshWall, beside: Path) -> Surface:
    """The file's triangles in metres and stage axes, turned by `mesh_pan_deg`, then placed by the wall's pose."""
    mesh = read_wall_mesh(beside / wall.file, wall.object)
    axes = STAGE_FROM_Y_UP if wall.up_axis == "y" else np.eye(3)
    turn = rotation_matrix(quaternion_from_pan_tilt_roll(wall.mesh_pan_deg, 0.0, 0.0))
    local = mesh.positions @ (turn @ axes).T * wall.unit_m
    down = 1.0 - mesh.uv_down[:, 1] if wall.flip_v else mesh.uv_down[:, 1]
    size_px = canvas_px(wall)
    canvas = np.stack([mesh.uv_down[:, 0] * size_px[0], down * size_px[1]], axis=1)
    return Surface(_placed(local, wall.pose()), canvas, mesh.triangles, size_px, False)


def _placed(local: NDArray[np.float64], stage_from_wall: Pose) -> NDArray[np.float64]:
    turn, position = rotation_matrix(stage_from_wall.orientation), np.asarray(stage_from_wall.position_m)
    placed: NDArray[np.float64] = local @ turn.T + position
    return placed
