"""A relief's triangles: the surface, cut where depth breaks, and the background continued behind it. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from render.layers.relief.sheets import Depth, Sheets

UNMEASURED_M = 8000.0
"""The depth of pixels that have none: beyond all that is drawn."""
MEASURED_M = 2500.0
"""Nearer is measured: the farthest is at 2000, and where the far side is continued, depths mix."""
Value = TypeVar("Value", np.bool_, np.int64, np.float32)
VERTEX_FLOATS = 6
"""Offset from the view's eye in its own axes (right, forward, up; metres), place in the picture, cut."""


@dataclass(frozen=True, slots=True)
class ReliefMesh:
    """`vertices` (V, 6) float32; `ahead` (A, 3) and `behind` (B, 3) uint32: triangles that show the picture of the
    nearer sheet and of the one behind. Where `cut`, interpolated over a triangle, is below a half, there is no
    surface."""

    vertices: NDArray[np.float32]
    ahead: NDArray[np.uint32]
    behind: NDArray[np.uint32]


def relief_mesh(metres: Depth, own: Sheets, break_ratio: float, fov_deg: float) -> ReliefMesh:
    """The mesh of a depth map (h, w) seen with a horizontal field of view. Where it is `UNMEASURED_M` is a hole."""
    height, width = metres.shape
    count = height * width
    pixel = np.arange(count, dtype=np.int64).reshape(height, width)
    whole, mixed = _cells(metres, break_ratio)
    at_edge = _any(own.edge | own.far_edge)
    corners = _corners(pixel)
    ahead = [_quads(corners[whole & ~at_edge]), _quads(_near_part(metres, break_ratio, pixel)[mixed])]
    under = _corners(np.where(own.hidden, pixel + 2 * count, pixel))[_any(own.hidden)]
    behind = [_quads(corners[whole & at_edge]), _quads(under)]
    vertices = np.concatenate(
        [
            _vertices(metres, fov_deg, np.ones(count)),
            _vertices(own.ahead_m, fov_deg, np.zeros(count)),
            _vertices(own.behind_m, fov_deg, np.ones(count)),
        ]
    )
    return _compact(vertices, _measured(np.concatenate(ahead), vertices), _measured(np.concatenate(behind), vertices))


def _measured(triangles: NDArray[np.int64], vertices: NDArray[np.float32]) -> NDArray[np.int64]:
    """Without the triangles that reach where nothing was measured."""
    return np.asarray(triangles[(vertices[triangles, 1] < MEASURED_M).all(axis=1)], np.int64)


def _cells(metres: Depth, ratio: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which cells of four pixels (h - 1, w - 1) are connected, and which are broken."""
    corners = _corners(metres)
    whole = corners.max(axis=2) <= ratio * corners.min(axis=2)
    return whole, ~whole


def _near_part(metres: Depth, ratio: float, pixel: NDArray[np.int64]) -> NDArray[np.int64]:
    """The corners of each cell for its nearer side: the far ones are replaced by the continued near side."""
    depth, number = _corners(metres), _corners(pixel)
    far = depth > ratio * depth.min(axis=2, keepdims=True)
    return np.where(far, number + pixel.size, number)


def _corners(values: NDArray[Value]) -> NDArray[Value]:
    """(h - 1, w - 1, 4): upper left, upper right, lower left, lower right of each cell."""
    return np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, :-1], values[1:, 1:]], axis=2)


def _any(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(_corners(mask).any(axis=2), np.bool_)


def _quads(corners: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n, 4) cells as (2n, 3) triangles."""
    return corners[:, [0, 2, 3, 0, 3, 1]].reshape(-1, 3)


def _vertices(metres: Depth, fov_deg: float, cut: NDArray[np.float64]) -> NDArray[np.float32]:
    height, width = metres.shape
    u, v = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    half = math.tan(math.radians(fov_deg) / 2.0)
    x, z = (2.0 * u - 1.0) * half, (1.0 - 2.0 * v) * half * height / width
    parts = [x * metres, metres, z * metres, u, v, cut.reshape(height, width)]
    return np.stack(parts, axis=2).reshape(-1, VERTEX_FLOATS).astype(np.float32)


def _compact(vertices: NDArray[np.float32], ahead: NDArray[np.int64], behind: NDArray[np.int64]) -> ReliefMesh:
    """Keep only the vertices that are used."""
    used = np.zeros(len(vertices), bool)
    used[ahead] = used[behind] = True
    number = (np.cumsum(used) - 1).astype(np.uint32)
    return ReliefMesh(vertices[used], number[ahead], number[behind])
