"""Slabs laid one by one: each takes its own piece of a picture of many slabs, so that no pattern repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from tools.sets.mesh import Mesh
from tools.sets.terrain import fractal

DARKEST = 0.82
"""Slabs differ from each other by no more than this: their picture holds the rest."""


@dataclass(frozen=True, slots=True)
class Slabs:
    """Slabs of one size (across, deep, metres) in a picture of `columns` x `rows` of them, laid in running bond."""

    size_m: tuple[float, float]
    columns: int
    rows: int
    seed: int
    bond: float = 0.5

    def laid(self, low_m: tuple[float, float], high_m: tuple[float, float], z_m: float) -> Mesh:
        """The slabs of a rectangle, cut at its edges, facing up; one plane without gaps or overlaps."""
        (x0, y0), (x1, y1) = low_m, high_m
        across, deep = self.size_m
        count = int(np.ceil((x1 - x0) / across)) + 2
        rows = int(np.ceil((y1 - y0) / deep - 1e-9))
        row, column = (part.reshape(-1) for part in np.mgrid[0:rows, 0:count])
        left = x0 + (column - 1 + self.bond * (row % 2)) * across
        low = y0 + row * deep
        whole = np.stack([left, low, left + across, low + deep], axis=1)
        cut = np.stack([np.maximum(left, x0), low, np.minimum(left + across, x1), np.minimum(low + deep, y1)], axis=1)
        kept = (cut[:, 2] - cut[:, 0] > 1e-6) & (cut[:, 3] - cut[:, 1] > 1e-6)
        return self._mesh(whole[kept], cut[kept], z_m)

    def _mesh(self, whole: Floats, cut: Floats, z_m: float) -> Mesh:
        """Four corners a slab; its piece of the picture is chosen by chance, and half of them lie turned about."""
        count = len(cut)
        generator = np.random.default_rng(self.seed)
        corner = np.array([[0, 1], [2, 1], [2, 3], [0, 3]])
        place = cut[:, corner]
        position = np.concatenate([place, np.full((count, 4, 1), z_m)], axis=2)
        share = (place - whole[:, None, :2]) / np.array(self.size_m)
        turned = (generator.random(count) < 0.5)[:, None, None]
        share = np.where(turned, 1.0 - share, share)
        cell = np.stack([generator.integers(0, self.columns, count), generator.integers(0, self.rows, count)], axis=1)
        uv = (cell[:, None] + np.stack([share[..., 0], 1.0 - share[..., 1]], axis=2)) / (self.columns, self.rows)
        middle = cut.reshape(-1, 2, 2).mean(axis=1)
        stain = 0.5 + 0.5 * fractal(middle[:, 0] / 3.1, middle[:, 1] / 4.3, self.seed, 4)
        tone = 1.0 - (1.0 - DARKEST) * np.clip(0.65 * stain + 0.35 * generator.random(count), 0.0, 1.0)
        triangles = (np.array([[0, 1, 2], [0, 2, 3]])[None] + 4 * np.arange(count)[:, None, None]).reshape(-1, 3)
        normal = np.broadcast_to(np.array([0.0, 0.0, 1.0]), (4 * count, 3)).copy()
        colour = np.repeat(tone, 4)[:, None] * np.ones(3)
        return Mesh(position.reshape(-1, 3), normal, uv.reshape(-1, 2), colour, triangles)
