"""Where cameras' coverage lands on an arc or a mesh, and how finely inner views must be drawn. Pure, numpy.

The wall is cut once into about `PATCHES` patches, none smaller than `PATCH_PX` pixels; each has a bounding sphere, the
box of its pixels and the two edges of one pixel. A frame takes about thirty array operations, for all cameras together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.plan.boxes import Box, box_round
from render.plan.cover import PLANES, CameraCover, stage_rows
from render.plan.wall_triangles import TINY, bisected, front_normals, limits, pixel_edges, triangles_of
from stage.maths.arrays import Floats
from stage.maths.projection import Slopes
from stage.walls.surface import Surface

PATCH_PX = 32
PATCHES = 600
SAMPLES = 150
"""Patches whose pixels are measured: their size changes slowly along a wall."""

_SIDES = np.array([[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])
"""How far a point is to the left, right, below and above."""

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Landing:
    """The part of a curved wall that a camera covers: the box of pixels, the slopes they span from its eye, and the
    finest pixels among them, in pixels per unit of slope, across and up."""

    box: Box
    slopes: Slopes
    density: tuple[float, float]


class CurvedWall:
    """The patches of one wall."""

    def __init__(self, surface: Surface) -> None:
        self.size_px = (int(surface.size_px[0]), int(surface.size_px[1]))
        vertices, canvas = triangles_of(surface)
        cell = max(PATCH_PX, int(np.sqrt(self.size_px[0] * self.size_px[1] / PATCHES)))
        self._build(*bisected(vertices, canvas, cell * np.sqrt(2.0)), cell)

    def _build(self, vertices: Floats, canvas: Floats, cell: int) -> None:
        """Gather small triangles into the cells of a grid over the canvas. Patches are columns of the arrays."""
        columns = self.size_px[0] // cell + 1
        place = np.clip(canvas.mean(axis=1) // cell, 0, None).astype(np.int64)
        _, patch = np.unique(place[:, 1] * columns + place[:, 0], return_inverse=True)
        count = int(patch.max()) + 1
        low, high = limits(vertices, patch, count)
        centre = (low + high) / 2.0
        self._radius = np.zeros(count)
        spread = np.linalg.norm(vertices - centre[patch][:, None], axis=2).max(axis=1)
        np.maximum.at(self._radius, patch, spread)
        first = np.zeros(count, np.int64)
        first[patch[::-1]] = np.arange(len(patch))[::-1]
        pixel_m = pixel_edges(vertices[first], canvas[first])
        low_px, high_px = limits(canvas, patch, count)
        self._centre = np.ascontiguousarray(np.concatenate([centre, np.ones((count, 1))], axis=1).T)
        self._boxes = np.ascontiguousarray(np.concatenate([-low_px, high_px], axis=1).T)
        self._samples = np.unique(np.linspace(0, count - 1, min(count, SAMPLES)).astype(np.int64))
        vectors = np.stack([pixel_m[:, 0], pixel_m[:, 1], front_normals(pixel_m)])[:, self._samples]
        self._vectors = np.ascontiguousarray(vectors.transpose(2, 0, 1)).reshape(3, -1)

    def landings(self, covers: Sequence[CameraCover]) -> list[Landing | None]:
        """What each camera covers of this wall; None for nothing. Boxes may be a patch too large."""
        rows = stage_rows(covers)
        places = rows @ self._centre
        inside = np.minimum.reduce(places[:, :PLANES], axis=1) > -self._radius
        boxes = np.where(inside[:, None], self._boxes, -np.inf).max(axis=2).tolist()
        slopes = _spanned(places[:, PLANES:], self._radius, inside)
        densities = self._densities(rows, places[:, PLANES:], inside)
        return [self._landing(*each) for each in zip(boxes, covers, slopes, densities, strict=True)]

    def _landing(
        self, reach_px: list[float], cover: CameraCover, reach: list[float], density: list[float]
    ) -> Landing | None:
        """One camera's part of the arrays; reaches are to the left, right, down and up, infinite where unknown."""
        left_px, top_px, right_px, bottom_px = reach_px
        if right_px == -np.inf:
            return None
        box = box_round((-left_px, -top_px), (right_px, bottom_px), self.size_px)
        if box is None:
            return None
        edge = cover.edge
        slopes = (max(-reach[0], edge[0]), min(reach[1], edge[1]), max(-reach[2], edge[2]), min(reach[3], edge[3]))
        return Landing(box, slopes, (density[0], density[1]))

    def _densities(self, rows: Floats, seen: Floats, inside: Mask) -> list[list[float]]:
        """The finest pixels per slope among the sampled patches that are inside and face the eye.

        A pixel's edge e at p moves the slope x = p.x / p.y by (e.x - x e.y) / p.y; the two edges together span the
        root of their squares, however the wall is turned.
        """
        seen = seen.take(self._samples, axis=2)
        vectors = (rows[:, PLANES:, :3] @ self._vectors).reshape(len(rows), 3, 3, -1)
        facing = (vectors[:, :, 2] * seen).sum(axis=1) < 0.0
        facing &= inside.take(self._samples, axis=1)
        facing &= seen[:, 1] > TINY
        depth = np.where(facing, seen[:, 1], TINY)
        slope = seen[:, ::2] / depth[:, None]
        steps = vectors[:, ::2, :2] - slope[:, :, None] * vectors[:, 1:2, :2]
        size = (steps * steps).sum(axis=2) / (depth * depth)[:, None]
        finest = np.sqrt(np.where(facing[:, None], size, np.inf).min(axis=2))
        density: list[list[float]] = (1.0 / np.maximum(finest, TINY)).tolist()
        return density


def _spanned(seen: Floats, radius: Floats, inside: Mask) -> list[list[float]]:
    """(K, 4): the slopes that the spheres `inside` reach to the left, right, down and up, for places (K, 3, N) right,
    forward, up; infinite where one of them holds the lens plane."""
    nearest = np.where(inside, seen[:, 1] - radius, 1.0)
    far = 1.0 / np.where(inside, seen[:, 1] + radius, 1.0)
    near = np.where(nearest > TINY, 1.0 / np.maximum(nearest, TINY), np.inf)
    sides = radius + _SIDES @ seen
    reach = np.maximum(sides * near[:, None], sides * far[:, None])
    slopes: list[list[float]] = np.where(inside[:, None], reach, -np.inf).max(axis=2).tolist()
    return slopes
