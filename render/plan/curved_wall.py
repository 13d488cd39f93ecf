"""Where a camera's coverage lands on an arc or a mesh, and how finely the inner view must be drawn. Pure, numpy.

The wall is cut once into about `PATCHES` patches, none smaller than `PATCH_PX` pixels; each has a bounding sphere, the
box of its pixels and the two edges of one pixel. A frame asks 4 x patches dot products and a few minima.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.plan.boxes import Box, box_round
from render.plan.cover import CameraCover
from stage.maths.projection import Slopes
from stage.model.surface import Surface

PATCH_PX = 32
PATCHES = 600
TINY = 1e-9

Floats = NDArray[np.float64]
Triangles = tuple[Floats, Floats]
"""Vertices (T, 3, 3) in stage space and canvas pixels (T, 3, 2)."""


@dataclass(slots=True)
class Landing:
    """What of a curved wall a camera covers: the box of pixels, the slopes they span from its eye, and the finest
    pixels among them, in pixels per unit of slope, across and up."""

    box: Box
    slopes: Slopes
    density: tuple[float, float]


class CurvedWall:
    """The patches of one wall."""

    def __init__(self, surface: Surface) -> None:
        self.size_px = (int(surface.size_px[0]), int(surface.size_px[1]))
        vertices, canvas = triangles_of(surface)
        cell = max(PATCH_PX, int(np.sqrt(self.size_px[0] * self.size_px[1] / PATCHES)))
        self._build(*_bisected(vertices, canvas, cell * np.sqrt(2.0)), cell)

    def _build(self, vertices: Floats, canvas: Floats, cell: int) -> None:
        """Gather small triangles into the cells of a grid over the canvas."""
        columns = self.size_px[0] // cell + 1
        place = np.clip(canvas.mean(axis=1) // cell, 0, None).astype(np.int64)
        _, patch = np.unique(place[:, 1] * columns + place[:, 0], return_inverse=True)
        count = int(patch.max()) + 1
        low, high = _limits(vertices, patch, count)
        self._centre = (low + high) / 2.0
        spread = np.linalg.norm(vertices - self._centre[patch][:, None], axis=2).max(axis=1)
        self._radius = np.zeros(count)
        np.maximum.at(self._radius, patch, spread)
        self._low_px, self._high_px = _limits(canvas, patch, count)
        first = np.zeros(count, np.int64)
        first[patch[::-1]] = np.arange(len(patch))[::-1]
        self._pixel_m = pixel_edges(vertices[first], canvas[first])
        self._front = front_normals(self._pixel_m)

    @property
    def patch_count(self) -> int:
        """Patches tested for each camera and frame."""
        return len(self._radius)

    def landing(self, cover: CameraCover) -> Landing | None:
        """What the camera covers of this wall; None where that is nothing. The box may be a patch too large."""
        axes = np.array(cover.axes)
        seen = (self._centre - cover.eye_m) @ axes.T
        planes = np.array(cover.planes())
        planes /= np.sqrt((planes * planes).sum(axis=1))[:, None]
        inside = (seen @ planes.T + self._radius[:, None] > 0.0).all(axis=1)
        found = np.flatnonzero(inside)
        if found.size == 0:
            return None
        low, high = self._low_px[found].min(axis=0), self._high_px[found].max(axis=0)
        box = box_round((float(low[0]), float(low[1])), (float(high[0]), float(high[1])), self.size_px)
        if box is None:
            return None
        seen, radius = seen[found], self._radius[found]
        facing = (self._front[found] @ axes.T * seen).sum(axis=1) < 0.0
        slopes = _spanned(seen, radius, cover.edge)
        return Landing(box, slopes, _density(seen, self._pixel_m[found] @ axes.T, facing))


def triangles_of(surface: Surface) -> Triangles:
    """The corners of every triangle of a wall that has an area on its canvas."""
    vertices = np.asarray(surface.vertices_m, np.float64)[surface.triangles]
    canvas = np.asarray(surface.canvas_px, np.float64)[surface.triangles]
    real = np.abs(_doubled_area(canvas)) > TINY
    return vertices[real], canvas[real]


def pixel_edges(vertices: Floats, canvas: Floats) -> Floats:
    """(T, 2, 3): metres that one pixel right and one pixel down lead, on each triangle.

    Solves E = J D for the two edges E (metres) and D (pixels) of the triangle.
    """
    metres = vertices[:, 1:] - vertices[:, :1]
    pixels = canvas[:, 1:] - canvas[:, :1]
    return np.asarray(np.linalg.solve(pixels, metres), np.float64)


def front_normals(pixel_m: Floats) -> Floats:
    """(T, 3) unit normals toward the side from which the canvas is not mirrored: down x right."""
    normal = np.cross(pixel_m[:, 1], pixel_m[:, 0])
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1), TINY)[:, None], np.float64)


def _spanned(seen: Floats, radius: Floats, edge: Slopes) -> Slopes:
    """The slopes that spheres at `seen` (right, forward, up) reach, no farther than `edge`."""
    if (seen[:, 1] <= radius).any():
        return edge
    near, far = 1.0 / (seen[:, 1] - radius), 1.0 / (seen[:, 1] + radius)
    reach: list[float] = []
    for axis in (0, 2):
        low, high = seen[:, axis] - radius, seen[:, axis] + radius
        reach += [float(np.minimum(low * near, low * far).min()), float(np.maximum(high * near, high * far).max())]
    return (max(reach[0], edge[0]), min(reach[1], edge[1]), max(reach[2], edge[2]), min(reach[3], edge[3]))


def _density(seen: Floats, pixel: Floats, facing: NDArray[np.bool_]) -> tuple[float, float]:
    """Pixels per slope where they are finest: a pixel's edge e at p moves the slope x = p.x / p.y by
    (e.x - x e.y) / p.y; the two edges together span the root of their squares, whichever way the wall is turned."""
    ahead = facing & (seen[:, 1] > TINY)
    if not ahead.any():
        return (0.0, 0.0)
    seen, pixel = seen[ahead], pixel[ahead]
    depth = seen[:, 1:2]
    across = (pixel[:, :, 0] - seen[:, :1] / depth * pixel[:, :, 1]) / depth
    up = (pixel[:, :, 2] - seen[:, 2:] / depth * pixel[:, :, 1]) / depth
    finest_x, finest_y = (float(np.sqrt((step * step).sum(axis=1).min())) for step in (across, up))
    return (1.0 / max(finest_x, TINY), 1.0 / max(finest_y, TINY))


def _bisected(vertices: Floats, canvas: Floats, longest_px: float) -> Triangles:
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
    """Two triangles for each: its first edge cut in the middle."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    middle = (a + b) / 2.0
    return np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])


def _limits(corners: Floats, patch: NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
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
