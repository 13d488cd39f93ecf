"""A wall as shining patches: its surface cut finely, each patch with the light of its pixels. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stage.maths.arrays import Floats
from stage.walls.surface import Surface


class WallPatches(NamedTuple):
    """(N, 3) positions and outward normals, (N,) areas, and the canvas pixel (N, 2) in the middle of each."""

    centres_m: Floats
    outward: Floats
    areas_m2: Floats
    canvas_px: Floats


def wall_patches(surface: Surface, across: int = 48) -> WallPatches:
    """Every triangle of the wall cut into smaller ones, until the whole wall is about `across` patches on a side."""
    corners = surface.vertices_m[surface.triangles]
    canvas = surface.canvas_px[surface.triangles]
    sides = corners[:, [1, 2, 0]] - corners
    longest = np.linalg.norm(sides, axis=2).max(axis=1)
    total = np.linalg.norm(np.cross(sides[:, 0], -sides[:, 2]), axis=1).sum() / 2.0
    size_m = np.sqrt(total) / across
    pieces = [_cut(corners[i], canvas[i], max(1, int(np.ceil(longest[i] / size_m)))) for i in range(len(corners))]
    return WallPatches(*(np.concatenate(parts) for parts in zip(*pieces, strict=True)))


def _cut(corners: Floats, canvas: Floats, count: int) -> WallPatches:
    """A triangle cut into count^2 equal ones."""
    i, j = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
    upright = i + j < count
    flipped = i + j < count - 1
    u = np.concatenate([(i[upright] + 1 / 3), (i[flipped] + 2 / 3)]) / count
    v = np.concatenate([(j[upright] + 1 / 3), (j[flipped] + 2 / 3)]) / count
    weights = np.stack([1.0 - u - v, u, v], axis=-1)
    normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    area = float(np.linalg.norm(normal)) / 2.0
    outward = np.broadcast_to(normal / max(2.0 * area, 1e-12), (len(weights), 3))
    return WallPatches(weights @ corners, outward, np.full(len(weights), area / count**2), weights @ canvas)


def picture_at(picture: Floats, size_px: tuple[int, int], canvas_px: Floats) -> Floats:
    """(N, C) of a wall's picture (h, w, C), averaged over blocks of about 1/64 of its width, at canvas pixels."""
    height, width = picture.shape[:2]
    block = max(1, min(width, height) // 64)
    rows, columns = height // block, width // block
    small = picture[: rows * block, : columns * block].reshape(rows, block, columns, block, -1).mean(axis=(1, 3))
    column = np.clip((canvas_px[:, 0] / size_px[0] * columns).astype(np.intp), 0, columns - 1)
    row = np.clip((canvas_px[:, 1] / size_px[1] * rows).astype(np.intp), 0, rows - 1)
    return np.asarray(small[row, column])
