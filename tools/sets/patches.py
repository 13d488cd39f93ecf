"""Flat floors and walls cut finely only where a shadow's edge crosses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stage.maths.pose import Vector
from tools.sets.mesh import Floats, Integers, Mesh

CONTRAST = 0.35
"""A cell is cut when the light on it differs by more than this share."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle: its lower left corner seen from outside, its sides, and the largest and smallest cell on it."""

    corner_m: Vector
    along_m: Vector
    up_m: Vector
    coarse_m: float
    levels: int


def shadowed_patch(patch: Patch, light: Callable[[Floats], Floats]) -> Mesh:
    """The rectangle as triangles that follow `light` ((N, 3) positions -> (N,) shares); no cracks between cells.

    Texture coordinates in metres: u from the left, v down from the upper edge.
    """
    along, up = np.array(patch.along_m), np.array(patch.up_m)
    cells = np.ceil(np.array([np.linalg.norm(along), np.linalg.norm(up)]) / patch.coarse_m - 1e-9).astype(int)
    fine = cells * 2**patch.levels

    def position(lattice: Floats) -> Floats:
        share = lattice / fine
        return np.asarray(np.array(patch.corner_m) + share[..., :1] * along + share[..., 1:] * up)

    leaves = _leaves(cells, patch.levels, lambda lattice: light(position(lattice).reshape(-1, 3)))
    points, triangles = _triangulated(leaves)
    share = points / fine
    normal = np.cross(along, up) / np.linalg.norm(np.cross(along, up))
    size = np.array([np.linalg.norm(along), np.linalg.norm(up)])
    place = position(points)
    uv = np.stack([share[:, 0], 1.0 - share[:, 1]], axis=1) * size
    return Mesh(place, np.broadcast_to(normal, place.shape).copy(), uv, np.ones_like(place), triangles)


def _leaves(cells: Integers, levels: int, light: Callable[[Floats], Floats]) -> Integers:
    """(N, 3) lower left corner and side, on a lattice of 2**levels steps a coarse cell."""
    size = 2**levels
    x, y = np.meshgrid(np.arange(cells[0]), np.arange(cells[1]))
    open_cells = np.stack([x.ravel(), y.ravel()], axis=1) * size
    done = []
    while size > 1 and len(open_cells):
        steps = np.linspace(0, size, min(size, 6) + 1)
        probe = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(1, -1, 2)
        values = light(open_cells[:, None] + probe).reshape(len(open_cells), -1)
        split = np.ptp(values, axis=1) > CONTRAST
        done.append(_sized(open_cells[~split], size))
        half = size // 2
        children = np.array([[0, 0], [half, 0], [0, half], [half, half]])
        open_cells = (open_cells[split][:, None] + children).reshape(-1, 2)
        size = half
    done.append(_sized(open_cells, size))
    return np.concatenate(done)


def _sized(corners: Integers, size: int) -> Integers:
    return np.concatenate([corners, np.full((len(corners), 1), size)], axis=1)


def _triangulated(leaves: Integers) -> tuple[Floats, Integers]:
    """Lattice points and counter-clockwise triangles: a cell whose neighbours are finer is a fan round its middle."""
    number: dict[tuple[float, float], int] = {}
    for x, y, size in leaves.tolist():
        for corner in ((x, y), (x + size, y), (x + size, y + size), (x, y + size)):
            number.setdefault(corner, len(number))
    triangles = []
    for x, y, size in leaves.tolist():
        border = [number[point] for point in _border(x, y, size) if point in number]
        if len(border) == 4:
            triangles += [(border[0], border[1], border[2]), (border[0], border[2], border[3])]
        else:
            middle = number.setdefault((x + size / 2, y + size / 2), len(number))
            triangles += [(here, after, middle) for here, after in zip(border, [*border[1:], border[0]], strict=True)]
    return np.array(list(number), dtype=np.float64), np.array(triangles, dtype=np.int64)


def _border(x: int, y: int, size: int) -> list[tuple[int, int]]:
    """All lattice points round a cell, counter-clockwise from its lower left corner."""
    steps = range(size)
    return [
        *((x + step, y) for step in steps),
        *((x + size, y + step) for step in steps),
        *((x + size - step, y + size) for step in steps),
        *((x, y + size - step) for step in steps),
    ]
