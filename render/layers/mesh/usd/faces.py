"""Polygons of a USD mesh as triangles with one row of values a corner. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Faces:
    """`counts` (F,) corners of each polygon; `points` (C,) the point of each corner. `flipped`: left-handed."""

    counts: Ints
    points: Ints
    flipped: bool = False

    @property
    def first(self) -> Ints:
        """(F,) the first corner of each polygon."""
        return np.cumsum(self.counts) - self.counts

    def triangles(self, chosen: Ints) -> Ints:
        """(T, 3) corners of the fans of the chosen polygons, counter-clockwise."""
        counts = self.counts[chosen]
        each = np.maximum(counts - 2, 0)
        start = np.repeat(self.first[chosen], each)
        step = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
        made = np.stack([start, start + step + 1, start + step + 2], axis=1)
        return made[:, ::-1] if self.flipped else made

    def at_corners(self, values: Values, interpolation: str) -> Values | None:
        """(C, c) a primvar at every corner by its interpolation; None where it has too few values."""
        corners, face = len(self.points), np.repeat(np.arange(len(self.counts)), self.counts)
        if interpolation == "constant" and len(values):
            return np.broadcast_to(values[0], (corners, values.shape[1]))
        if interpolation in ("vertex", "varying") and len(values) > self.points.max(initial=-1):
            return values[self.points]
        if interpolation == "faceVarying" and len(values) >= corners:
            return values[:corners]
        if interpolation == "uniform" and len(values) >= len(self.counts):
            return values[face]
        return None


def smooth_normals(points: Values, faces: Faces) -> Values:
    """(P, 3) of each point: the mean of its triangles by their areas."""
    corners = faces.points[faces.triangles(np.arange(len(faces.counts)))]
    a, b, c = (points[corners[:, side]] for side in range(3))
    normal = np.cross(b - a, c - a)
    total = np.zeros_like(points)
    for side in range(3):
        np.add.at(total, corners[:, side], normal)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 0.0, total / np.maximum(length, 1e-20), np.array([0.0, 0.0, 1.0])).astype(np.float32)


def shared(rows: list[Values], triangles: Ints) -> tuple[list[Values], Ints]:
    """Values of corners (C, c) each, with equal corners of the triangles made one vertex; and the new triangles."""
    used = triangles.reshape(-1)
    joined = np.ascontiguousarray(np.concatenate([row[used] for row in rows], axis=1), np.float32)
    keys = joined.view(np.dtype((np.void, joined.itemsize * joined.shape[1]))).ravel()
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    return [row[used[first]] for row in rows], np.asarray(number, np.int64).reshape(-1)
