"""A wall's triangles as arrays: corners, pixel edges, normals, bisection. Pure, numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from stage.walls.surface import Surface

TINY = 1e-9

Triangles = tuple[Floats, Floats]
"""Vertices (T, 3, 3) in stage space and canvas pixels (T, 3, 2)."""


def triangles_of(surface: Surface) -> Triangles:
    """The corners of every triangle of a wall that has an area on its canvas."""
    vertices = np.asarray(surface.vertices_m, np.float64)[surface.triangles]
    canvas = np.asarray(surface.canvas_px, np.float64)[surface.triangles]
    real = np.abs(_doubled_area(canvas)) > TINY
    return vertices[real], canvas[real]


def pixel_edges(vertices: Floats, canvas: Floats) -> Floats:
    """(T, 2, 3): the steps of one pixel right and one pixel down on each triangle, metres.

    Solves E = J D for the two edges E (metres) and D (pixels) of the triangle.
    """
    metres = vertices[:, 1:] - vertices[:, :1]
    pixels = canvas[:, 1:] - canvas[:, :1]
    return np.asarray(np.linalg.solve(pixels, metres), np.float64)


def front_normals(pixel_m: Floats) -> Floats:
    """(T, 3) unit normals toward the side from which the canvas is not mirrored: down x right."""
    normal = np.cross(pixel_m[:, 1], pixel_m[:, 0])
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1), TINY)[:, None], np.float64)


def bisected(vertices: Floats, canvas: Floats, longest_px: float) -> Triangles:
    """The same wall in triangles whose canvas edges are no longer than `longest_px`: each longest edge is halved."""
    done: list[Triangles] = []
    while len(vertices):
        length = np.linalg.norm(canvas - np.roll(canvas, -1, axis=1), axis=2)
        small = length.max(axis=1) <= longest_px
        done.append((vertices[small], canvas[small]))
        turn = (length[~small].argmax(axis=1)[:, None] + np.arange(3)) % 3
        rows = np.arange(len(turn))[:, None]
        vertices, canvas = (_halved(array[~small][rows, turn]) for array in (vertices, canvas))
    return np.concatenate([part[0] for part in done]), np.concatenate([part[1] for part in done])


def _halved(corners: Floats) -> Floats:
    """Two triangles from each, its first edge cut in the middle."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    middle = (a + b) / 2.0
    return np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])


def limits(corners: Floats, patch: NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
    """Lowest and highest coordinates of the triangles of each patch."""
    low = np.full((count, corners.shape[2]), np.inf)
    high = np.full((count, corners.shape[2]), -np.inf)
    np.minimum.at(low, patch, corners.min(axis=1))
    np.maximum.at(high, patch, corners.max(axis=1))
    return low, high


def _doubled_area(canvas: Floats) -> Floats:
    a, b = canvas[:, 1] - canvas[:, 0], canvas[:, 2] - canvas[:, 0]
    doubled: Floats = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return doubled
