"""Where a camera's coverage lands on an arc or a mesh, and how finely the inner view must be drawn. Pure, numpy.

The wall is cut once into about `PATCHES` patches, none smaller than `PATCH_PX` pixels; each has a bounding sphere, the
box of its pixels and the two edges of one pixel. A frame asks 4 x patches dot products and a few minima.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.plan.boxes import Box, box_round
from render.plan.cover import CameraCover
from stage.maths.projection import Slopes
from stage.model.surface import Surface

PATCH_PX = 32
PATCHES = 600
SAMPLES = 150
"""Patches whose pixels are measured: their size changes slowly along a wall."""
PLANES = 4
TINY = 1e-9

_SIDES = np.array([[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])
"""How far a place lies to the left, right, below and above."""

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
        """Gather small triangles into the cells of a grid over the canvas. Patches are columns of the arrays."""
        columns = self.size_px[0] // cell + 1
        place = np.clip(canvas.mean(axis=1) // cell, 0, None).astype(np.int64)
        _, patch = np.unique(place[:, 1] * columns + place[:, 0], return_inverse=True)
        count = int(patch.max()) + 1
        low, high = _limits(vertices, patch, count)
        centre = (low + high) / 2.0
        self._radius = np.zeros(count)
        spread = np.linalg.norm(vertices - centre[patch][:, None], axis=2).max(axis=1)
        np.maximum.at(self._radius, patch, spread)
        first = np.zeros(count, np.int64)
        first[patch[::-1]] = np.arange(len(patch))[::-1]
        pixel_m = pixel_edges(vertices[first], canvas[first])
        low_px, high_px = _limits(canvas, patch, count)
        self._centre = np.ascontiguousarray(np.concatenate([centre, np.ones((count, 1))], axis=1).T)
        self._boxes = np.ascontiguousarray(np.concatenate([-low_px, high_px], axis=1).T)
        self._samples = np.unique(np.linspace(0, count - 1, min(count, SAMPLES)).astype(np.int64))
        vectors = np.stack([pixel_m[:, 0], pixel_m[:, 1], front_normals(pixel_m)])[:, self._samples]
        self._vectors = np.ascontiguousarray(vectors.transpose(2, 0, 1)).reshape(3, -1)

    @property
    def patch_count(self) -> int:
        """Patches tested for each camera and frame."""
        return len(self._radius)

    def landing(self, cover: CameraCover) -> Landing | None:
        """What the camera covers of this wall; None where that is nothing. The box may be a patch too large."""
        rows = cover.rows()
        places = rows @ self._centre
        inside = np.minimum.reduce(places[:PLANES]) > -self._radius
        found = inside.nonzero()[0]
        if found.size == 0:
            return None
        left, top, right, bottom = np.maximum.reduce(self._boxes.take(found, axis=1), axis=1).tolist()
        box = box_round((-left, -top), (right, bottom), self.size_px)
        if box is None:
            return None
        seen = places[PLANES:]
        slopes = _spanned(seen.take(found, axis=1), self._radius.take(found), cover.edge)
        return Landing(box, slopes, self._density(rows, seen, inside))

    def _density(self, rows: Floats, seen: Floats, inside: NDArray[np.bool_]) -> tuple[float, float]:
        """Pixels per slope where they are finest, of the sampled patches that are inside and face the eye.

        A pixel's edge e at p moves the slope x = p.x / p.y by (e.x - x e.y) / p.y; the two edges together span the
        root of their squares, whichever way the wall is turned.
        """
        here = self._samples
        seen = seen.take(here, axis=1)
        right, forward, up = (rows[PLANES:, :3] @ self._vectors).reshape(3, 3, -1)
        facing = right[2] * seen[0] + forward[2] * seen[1] + up[2] * seen[2] < 0.0
        depth = np.where(facing & inside.take(here), seen[1], -1.0)
        scale = 1.0 / (depth * depth)
        across = right[:2] - seen[0] / depth * forward[:2]
        rise = up[:2] - seen[2] / depth * forward[:2]
        away = np.where(depth > TINY, 0.0, np.inf)
        finest_x = math.sqrt(((across[0] * across[0] + across[1] * across[1]) * scale + away).min())
        finest_y = math.sqrt(((rise[0] * rise[0] + rise[1] * rise[1]) * scale + away).min())
        return (1.0 / max(finest_x, TINY), 1.0 / max(finest_y, TINY))


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
    """The slopes that spheres at `seen` (3, M: right, forward, up) reach, no farther than `edge`."""
    nearest = seen[1] - radius
    if nearest.min() <= 0.0:
        return edge
    near, far = 1.0 / nearest, 1.0 / (seen[1] + radius)
    sides = radius + _SIDES @ seen
    left, right, lower, upper = np.maximum.reduce(np.maximum(sides * near, sides * far), axis=1).tolist()
    return (max(-left, edge[0]), min(right, edge[1]), max(-lower, edge[2]), min(upper, edge[3]))


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
