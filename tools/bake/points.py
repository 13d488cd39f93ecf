"""Where light is gathered: receivers at the vertices, patches of surface that throw it on. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.transport.tessellation import edge_limit_m
from render.transport.transport import NO_RECEIVER
from tools.bake.ground import Ground, Numbers, Singles

WELD = 0.3
"""Vertices within this share of an edge's length, of like normals, are one receiver; leaves on cards within three times
as much, whichever way they turn on one side."""
TURNS, LEAF_TURNS = 2.0, 0.8
"""How finely normals are told apart, in steps a unit."""
GROUP_CELLS = 4
"""A group of patches is as many cells wide."""
SAMPLES = 8
"""Places round a receiver, or of a patch, from which rays begin."""
INWARD = 0.35
"""How far toward the middle of its triangles a receiver's rays may begin."""
LIFT = 2e-3
NONE = -1


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rays of N rows begin: `origin_m`, `facing` (N, SAMPLES, 3), `normal` (N, 3): its mean."""

    origin_m: Singles
    facing: Singles
    normal: Singles

    def some(self, rows: slice | NDArray[np.bool_]) -> Places:
        """Those of some rows."""
        return Places(self.origin_m[rows], self.facing[rows], self.normal[rows])


def receivers_of(ground: Ground, seed: int) -> tuple[Places, NDArray[np.uint32], NDArray[np.uint32]]:
    """The receivers, and (V,) which of them lights each vertex from the front and from the back."""
    count = len(ground.vertex_m)
    double = np.zeros(count, np.bool_)
    double[ground.vertex_of[ground.two_sided]] = True
    sides = [(np.arange(count), 1.0), (np.flatnonzero(double), -1.0)]
    vertex = np.concatenate([rows for rows, _ in sides])
    sign = np.concatenate([np.full(len(rows), one, np.float32) for rows, one in sides])
    position, normal = ground.vertex_m[vertex], ground.normal[vertex] * sign[:, None]
    leaf = np.zeros(count, np.bool_)
    leaf[ground.vertex_of[ground.solid < 1.0]] = True
    receiver = _welded(position, normal, leaf[vertex])
    total = int(receiver.max()) + 1 if len(receiver) else 0
    front = receiver[:count].astype(np.uint32)
    back = np.full(count, NO_RECEIVER, np.uint32)
    back[sides[1][0]] = receiver[count:]
    corner_triangle = np.arange(len(ground.vertex_of)).repeat(3)
    corner_vertex = ground.vertex_of.reshape(-1)
    two = ground.two_sided[corner_triangle]
    of = np.concatenate([receiver[corner_vertex], back[corner_vertex[two]].astype(np.int64)])
    triangle = np.concatenate([corner_triangle, corner_triangle[two]])
    corner = np.concatenate(
        [np.tile(np.arange(3), len(ground.vertex_of)), np.tile(np.arange(3), len(ground.vertex_of))[two]]
    )
    flip = np.concatenate([np.ones(len(corner_vertex), np.float32), -np.ones(int(two.sum()), np.float32)])
    picked = _picked(of, total, ground.area_m2[triangle] + 1e-9, seed)
    places = _near_corners(ground, triangle[picked], corner[picked], flip[picked], seed)
    return Places(*places, _mean_normal(receiver, normal, total)), front, back


@dataclass(frozen=True, slots=True)
class Patches:
    """The patches; `front`, `back` (T,): which patch each triangle is seen as from either side (NONE: black); (P,):
    `triangle`, one of each; `area_m2`; `group`, of neighbours that face alike."""

    places: Places
    front: Numbers
    back: Numbers
    triangle: Numbers
    area_m2: Singles
    group: Numbers


def patches_of(ground: Ground, seed: int, cell_m: float) -> Patches:
    """What throws light on, in cells of `cell_m` near the stage."""
    middle = ground.corners_m.mean(axis=1)
    size = cell_m * 2.0 ** np.ceil(np.log2(edge_limit_m(np.linalg.norm(middle, axis=1))))
    twice = np.concatenate([np.arange(len(middle)), np.flatnonzero(ground.two_sided)])
    sign = np.concatenate([np.ones(len(middle)), -np.ones(int(ground.two_sided.sum()))]).astype(np.float32)
    facing = ground.facing[twice] * sign[:, None]
    axis = np.argmax(np.abs(facing), axis=1)
    side = 2 * axis + (np.take_along_axis(facing, axis[:, None], axis=1)[:, 0] < 0.0)
    cell = np.floor(middle[twice] / size[twice, None])
    key = np.column_stack([cell, np.log2(size[twice]), side, ground.material[twice]]).astype(np.int64)
    _, first, patch = np.unique(key, axis=0, return_index=True, return_inverse=True)
    patch = patch.reshape(-1)
    total = len(first)
    picked = _picked(patch, total, ground.area_m2[twice] + 1e-9, seed + 1)
    triangle, flip = twice[picked], sign[picked]
    weights = _barycentric(triangle, seed + 2)
    origin = np.einsum("pskc,psk->psc", ground.corners_m[triangle], weights)
    own = ground.facing[triangle] * flip[:, :, None]
    back = np.full(len(middle), NONE, np.int64)
    back[twice[len(middle) :]] = patch[len(middle) :]
    normal = _mean_normal(patch, facing * ground.area_m2[twice, None], total)
    wide = np.column_stack([np.floor_divide(key[first, :3], GROUP_CELLS), key[first, 3:5]])
    _, group = np.unique(wide, axis=0, return_inverse=True)
    area = np.bincount(patch, ground.area_m2[twice], total).astype(np.float32)
    places = Places(_lifted(origin, own), own, normal)
    return Patches(places, patch[: len(middle)], back, twice[first], area, np.asarray(group.reshape(-1), np.int64))


def patch_albedo(ground: Ground, patches: Patches) -> Singles:
    """(P, 3) by area, without the materials' factors."""
    there, count = patches.back >= 0, len(patches.area_m2)
    of = np.concatenate([patches.front, patches.back[there]])
    area = np.concatenate([ground.area_m2, ground.area_m2[there]]).astype(np.float64) + 1e-12
    colour = np.concatenate([ground.albedo, ground.albedo[there]])
    total = np.bincount(of, area, count)
    return np.stack([np.bincount(of, area * colour[:, i], count) / total for i in range(3)], axis=1).astype(np.float32)


def _welded(position: Singles, normal: Singles, leaf: NDArray[np.bool_]) -> Numbers:
    scale = 2.0 ** np.floor(np.log2(edge_limit_m(np.linalg.norm(position, axis=1))))
    step = (WELD * scale * np.where(leaf, 3.0, 1.0))[:, None]
    turns = np.where(leaf, LEAF_TURNS, TURNS)[:, None]
    key = np.column_stack([np.round(position / step), np.round(normal * turns), np.log2(scale), leaf])
    _, receiver = np.unique(key.astype(np.int64), axis=0, return_inverse=True)
    return np.asarray(receiver.reshape(-1), np.int64)


def _picked(group: Numbers, groups: int, weight: Singles, seed: int) -> Numbers:
    """(groups, SAMPLES) members of each group, each as often as it weighs, spread evenly over the group."""
    order = np.argsort(group, kind="stable")
    summed = np.concatenate([[0.0], np.cumsum(weight[order].astype(np.float64))])
    counts = np.bincount(group, minlength=groups)
    first = np.concatenate([[0], np.cumsum(counts)])
    low, high = summed[first[:-1]], summed[first[1:]]
    jitter = np.random.default_rng(seed).random((groups, SAMPLES))
    at = low[:, None] + (np.arange(SAMPLES) + jitter) / SAMPLES * (high - low)[:, None]
    place = np.searchsorted(summed, at, side="right") - 1
    return np.asarray(order[np.clip(place, first[:-1, None], first[1:, None] - 1)], np.int64)


def _near_corners(
    ground: Ground, triangle: Numbers, corner: Numbers, flip: Singles, seed: int
) -> tuple[Singles, Singles]:
    """(N, SAMPLES, 3) places a little inward of a corner of each triangle, and the way its surface faces."""
    corners = ground.corners_m[triangle]
    own = np.take_along_axis(corners, corner[:, :, None, None], axis=2)[:, :, 0]
    inside = np.einsum("nskc,nsk->nsc", corners, _barycentric(triangle, seed + 3))
    share = np.random.default_rng(seed + 4).random(triangle.shape) * (INWARD - 0.02) + 0.02
    facing = ground.facing[triangle] * flip[:, :, None]
    return _lifted(own + (inside - own) * share[:, :, None], facing), facing


def _lifted(origin: NDArray[np.floating], facing: Singles) -> Singles:
    """Off the surface, more where single precision is coarse."""
    lift = LIFT + 1e-5 * np.linalg.norm(origin, axis=-1, keepdims=True)
    return np.asarray(origin + facing * lift, np.float32)


def _barycentric(triangle: Numbers, seed: int) -> Singles:
    """(rows, columns, 3) for triangles (rows, columns), even over a triangle (Osada et al. 2002)."""
    root, other = np.random.default_rng(seed).random((2, *triangle.shape))
    root = np.sqrt(root)
    return np.stack([1.0 - root, root * (1.0 - other), root * other], axis=-1).astype(np.float32)


def _mean_normal(group: Numbers, normal: NDArray[np.floating], count: int) -> Singles:
    summed = np.stack([np.bincount(group, normal[:, i], count) for i in range(3)], axis=1)
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    return np.where(length > 1e-9, summed / np.maximum(length, 1e-9), np.array([0.0, 0.0, 1.0])).astype(np.float32)
