"""The ground of a crowd: a polygon as a raster of free cells, and closed paths within it. Pure."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats

PATH_POINTS = 128
"""Points of one closed path, evenly spaced."""

_MOST_CELLS_ACROSS = 2000
_FINEST_M = 0.2


class Path(NamedTuple):
    """A closed path: `points_m` (128, 2) evenly spaced, and how long it is."""

    points_m: Floats
    length_m: float


class Ground:
    """Cells of a polygon (V, 2) that are free: inside, and `edge_m` from its edge at least."""

    def __init__(self, polygon_m: Floats, edge_m: float) -> None:
        self.polygon_m = polygon_m
        self.low_m, self.high_m = polygon_m.min(axis=0), polygon_m.max(axis=0)
        size = self.high_m - self.low_m
        self.cell_m = max(_FINEST_M, float(size.max()) / _MOST_CELLS_ACROSS)
        across = np.maximum(np.ceil(size / self.cell_m).astype(int), 1)
        x, y = (self.low_m[axis] + (np.arange(across[axis]) + 0.5) * self.cell_m for axis in (0, 1))
        points = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
        self._free = inside(polygon_m, points).reshape(across[0], across[1])
        edge = np.concatenate(
            [_line(a, b, self.cell_m) for a, b in zip(polygon_m, np.roll(polygon_m, -1, 0), strict=True)]
        )
        self.take(edge, edge_m)

    @property
    def area_m2(self) -> float:
        """The free area, square metres."""
        return float(self._free.sum()) * self.cell_m**2

    def free(self, points_m: Floats) -> NDArray[np.bool_]:
        """(N,) which of the points (N, 2) are in free cells."""
        column, row = self._cells(points_m)
        wide, deep = self._free.shape
        known = (column >= 0) & (column < wide) & (row >= 0) & (row < deep)
        return known & self._free[np.clip(column, 0, wide - 1), np.clip(row, 0, deep - 1)]

    def take(self, points_m: Floats, radius_m: float) -> None:
        """Mark the cells within `radius_m` of points (N, 2) as taken."""
        reach = math.ceil(radius_m / self.cell_m)
        step = np.arange(-reach, reach + 1)
        across, along = (part.reshape(-1) for part in np.meshgrid(step, step, indexing="ij"))
        round_ = across**2 + along**2 <= (radius_m / self.cell_m) ** 2
        column, row = self._cells(points_m)
        wide, deep = self._free.shape
        column = np.clip(column[:, None] + across[round_], 0, wide - 1)
        row = np.clip(row[:, None] + along[round_], 0, deep - 1)
        self._free[column, row] = False

    def _cells(self, points_m: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        cells = np.floor((points_m - self.low_m) / self.cell_m).astype(np.int64)
        return cells[:, 0], cells[:, 1]


def inside(polygon_m: Floats, points_m: Floats) -> NDArray[np.bool_]:
    """(N,) whether points (N, 2) are in a polygon (V, 2): an odd number of edges to their right."""
    result = np.zeros(len(points_m), dtype=np.bool_)
    x, y = points_m.T
    for (ax, ay), (bx, by) in zip(polygon_m, np.roll(polygon_m, -1, axis=0), strict=True):
        if ay != by:
            result ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return result


def closed_path(random: np.random.Generator, centre_m: Floats, longest_m: float) -> Path:
    """A rounded rectangle round a centre, at any angle, walked in either direction."""
    half = random.uniform(1.2, max(1.3, longest_m))
    wide, deep = half, random.uniform(0.35, 1.0) * half
    angle = np.linspace(0.0, 2.0 * math.pi, 8 * PATH_POINTS + 1) * random.choice([-1.0, 1.0])
    cosine, sine = np.cos(angle), np.sin(angle)
    own = np.stack([wide * _rounded(cosine), deep * _rounded(sine)], axis=1)
    turned = random.uniform(0.0, math.pi)
    turn = np.array([[math.cos(turned), -math.sin(turned)], [math.sin(turned), math.cos(turned)]])
    points = own @ turn.T + centre_m
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    even = np.arange(PATH_POINTS) * (along[-1] / PATH_POINTS)
    return Path(np.stack([np.interp(even, along, points[:, axis]) for axis in (0, 1)], axis=1), float(along[-1]))


def _rounded(value: Floats) -> Floats:
    """A superellipse of power 3: corners as people walk them."""
    return np.asarray(np.sign(value) * np.abs(value) ** (2.0 / 3.0))


def _line(start: Floats, end: Floats, step_m: float) -> Floats:
    share = np.linspace(0.0, 1.0, max(2, math.ceil(float(np.linalg.norm(end - start)) / step_m) + 1))
    return np.asarray(start + share[:, None] * (end - start))
