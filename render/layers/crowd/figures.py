"""The figures of a crowd: people in long robes, dresses and tunics, built of rings at four levels of detail. Pure.

A figure stands at the origin, faces +Y and is 1.70 m tall. Everything is a loft: ellipses one above the other. The
vertices state which parts swing when it walks; shaders/crowd/crowd.vert moves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats

HEIGHT_M = 1.70
FIGURE_FLOATS = 12
"""Per vertex: position (3), normal (3), share of the left and right leg's swing, of the left and right arm's, of the
head's turn (5), role (1)."""
_ARM_M = 0.015
"""How much arms widen an outline."""
DETAILS = 4
"""Levels: about 1000, 300 and 90 triangles, then a flat shape that faces the eye."""


class Role(IntEnum):
    """What a surface is: this selects its colour and what is painted on it."""

    ROBE = 0
    SLEEVE = 1
    UNDER = 2
    HEAD = 3
    HAND = 4
    HAIR = 5
    SHOE = 6


class Swing(IntEnum):
    """The joint a part swings from."""

    LEFT_LEG = 0
    RIGHT_LEG = 1
    LEFT_ARM = 2
    RIGHT_ARM = 3
    HEAD = 4


Ring = tuple[float, float, float, float, float, int]
"""Height, centre x and y, half width x and y (metres), and the last level of detail that includes the ring."""


@dataclass(frozen=True, slots=True)
class Loft:
    """Rings from bottom to top. `sides` by level (0 = omitted); `swing` with its share at the lowest and the highest
    ring; a `skirt` swings with both legs, more the lower, each half with its own; `folds`: depth of its pleats."""

    role: Role
    rings: tuple[Ring, ...]
    sides: tuple[int, int, int]
    swing: Swing | None = None
    shares: tuple[float, float] = (1.0, 1.0)
    skirt: bool = False
    folds: float = 0.0
    holds_head: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class FigureMesh:
    """`vertices` (V, 12) float32 and `triangles` (T, 3) uint32, counter-clockwise from outside."""

    vertices: NDArray[np.float32]
    triangles: NDArray[np.uint32]


def figure_mesh(lofts: tuple[Loft, ...], detail: int) -> FigureMesh:
    """One figure at level of detail 0 (all) to 2, or 3: the flat one."""
    if detail == DETAILS - 1:
        return flat_figure(lofts)
    meshes = [_lofted(loft, detail) for loft in lofts if loft.sides[detail]]
    return joined(meshes)


def joined(meshes: list[FigureMesh]) -> FigureMesh:
    """Several meshes as one."""
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    triangles = [mesh.triangles + np.uint32(start) for mesh, start in zip(meshes, starts, strict=False)]
    return FigureMesh(np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate(triangles))


def flat_figure(lofts: tuple[Loft, ...]) -> FigureMesh:
    """The outline as upright strips across x, their normals bent as if they were round."""
    head = [loft for loft in lofts if loft.swing is Swing.HEAD and loft.sides[1]]
    body = [loft for loft in lofts if loft.role in (Role.ROBE, Role.UNDER)]
    robe = next(loft for loft in lofts if loft.role is Role.ROBE)
    waist_m, hem_m = max(robe.rings[0][0], 0.5), robe.rings[0][0]
    low_m = min(loft.rings[0][0] for loft in body)
    strips = [_strip(body, (waist_m, 0.9 if waist_m < 0.9 else 1.15, 1.2, 1.34, 1.42), Role.ROBE)]
    if hem_m > 0.2:
        strips.append(_strip(body, (low_m, 0.5 * hem_m, waist_m), Role.UNDER))
    else:
        strips.append(_strip(body, (low_m, waist_m), Role.ROBE))
    tops = [_strip([loft], (loft.rings[0][0], _middle(loft), loft.rings[-1][0]), loft.role) for loft in head]
    return joined([*strips, *tops])


def _middle(loft: Loft) -> float:
    return 0.5 * (loft.rings[0][0] + loft.rings[-1][0])


def _strip(lofts: list[Loft], heights_m: tuple[float, ...], role: Role) -> FigureMesh:
    """The outline of some lofts between heights."""
    vertices = np.zeros((2 * len(heights_m), FIGURE_FLOATS), dtype=np.float32)
    for row, z in enumerate(heights_m):
        half = max(_half_width(loft, z) for loft in lofts) + (_ARM_M if 1.0 < z < 1.38 else 0.0)
        for side, sign in enumerate((-1.0, 1.0)):
            vertices[2 * row + side, :6] = (sign * half, 0.02 * role, z, 0.75 * sign, 0.66, 0.0)
            vertices[2 * row + side, 11] = role
    first = 2 * np.arange(len(heights_m) - 1)[:, None, None]
    triangles = (first + np.array([[0, 2, 1], [1, 2, 3]])).reshape(-1, 3)
    return FigureMesh(vertices, triangles.astype(np.uint32))


def _half_width(loft: Loft, z: float) -> float:
    """Its half width along x at a height; 0 outside it."""
    rings = np.array([ring[:5] for ring in loft.rings])
    reach = np.abs(rings[:, 1]) + rings[:, 3]
    return float(np.interp(z, rings[:, 0], reach, left=0.0, right=0.0))


def _lofted(loft: Loft, detail: int) -> FigureMesh:
    """The rings of a level as a closed surface with smooth normals."""
    rings = np.array([ring[:5] for ring in loft.rings if ring[5] >= detail])
    sides = loft.sides[detail]
    turn = (np.arange(sides) + 0.5) * (2.0 * np.pi / sides)
    depth = np.linspace(1.0, 0.0, len(rings)) * loft.folds if loft.folds and detail < 2 else np.zeros(len(rings))
    wave = 1.0 + depth[:, None] * np.cos(np.maximum(3, sides // 3) * turn)[None]
    position = np.stack(
        [
            rings[:, 1:2] + rings[:, 3:4] * np.sin(turn) * wave,
            rings[:, 2:3] - rings[:, 4:5] * np.cos(turn) * wave,
            np.broadcast_to(rings[:, :1], wave.shape),
        ],
        axis=-1,
    ).reshape(-1, 3)
    triangles = _tube(len(rings), sides)
    vertices = np.zeros((len(position), FIGURE_FLOATS), dtype=np.float32)
    vertices[:, :3], vertices[:, 3:6] = position, smooth_normals(position, triangles)
    vertices[:, 6:11] = _swings(loft, position)
    vertices[:, 11] = loft.role
    return FigureMesh(vertices, triangles)


def _tube(rings: int, sides: int) -> NDArray[np.uint32]:
    """Triangles between rings, and a lid at either end."""
    ring, side = np.meshgrid(np.arange(rings - 1), np.arange(sides), indexing="ij")
    after = (side + 1) % sides
    a, b = ring * sides + side, ring * sides + after
    c, d = a + sides, b + sides
    walls = np.stack([a, b, c, b, d, c], axis=-1).reshape(-1, 3)
    step = np.arange(1, sides - 1)
    floor = np.stack([np.zeros_like(step), step + 1, step], axis=-1)
    roof = np.stack([np.zeros_like(step), step, step + 1], axis=-1) + (rings - 1) * sides
    return np.concatenate([walls, floor, roof]).astype(np.uint32)


def smooth_normals(position: Floats, triangles: NDArray[np.uint32]) -> Floats:
    """(V, 3) unit: the mean of the triangles round a vertex, by their area."""
    a, b, c = (position[triangles[:, corner]] for corner in range(3))
    face = np.cross(b - a, c - a)
    normals = np.zeros_like(position)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], face)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _swings(loft: Loft, position: Floats) -> Floats:
    """(V, 5) the share each vertex has of each swing."""
    shares = np.zeros((len(position), len(Swing)))
    low, high = loft.rings[0][0], loft.rings[-1][0]
    up = (position[:, 2] - low) / (high - low)
    if loft.skirt:
        hanging = np.clip((0.95 - position[:, 2]) / 0.75, 0.0, 1.0) * 0.42
        left = np.clip(0.5 - position[:, 0] / 0.36, 0.0, 1.0)
        shares[:, Swing.LEFT_LEG], shares[:, Swing.RIGHT_LEG] = hanging * left, hanging * (1.0 - left)
    if loft.swing is not None:
        shares[:, loft.swing] = loft.shares[0] + (loft.shares[1] - loft.shares[0]) * up
    if loft.holds_head:
        shares[:, Swing.HEAD] = np.clip((position[:, 2] - 1.42) / 0.06, 0.0, 1.0)
    return shares
