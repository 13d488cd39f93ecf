"""Meshes with edges short enough to hold light at their vertices. Pure; the same at the bake and when a set is read.

An edge is halved while it is longer than 1 m, from 10 m on longer than a tenth of its distance to the stage. Whether it
is depends on its ends alone, so triangles that share an edge stay joined.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshPart
from stage.maths.arrays import Floats

EDGE_M, NEAR_M = 1.0, 10.0
MOST_ROUNDS = 10
_TABLE = np.full((8, 4, 3), -1)
for _code, _made in enumerate((
    [(0, 1, 2)], [(0, 3, 2), (3, 1, 2)], [(0, 1, 4), (0, 4, 2)], [(3, 1, 4), (0, 3, 4), (0, 4, 2)],
    [(0, 1, 5), (5, 1, 2)], [(0, 3, 5), (3, 1, 2), (3, 2, 5)], [(4, 2, 5), (0, 1, 4), (0, 4, 5)],
    [(0, 3, 5), (3, 1, 4), (5, 4, 2), (3, 4, 5)],
)):  # fmt: skip
    _TABLE[_code, : len(_made)] = _made


def edge_limit_m(distance_m: Floats) -> Floats:
    """(...) the longest edge at a distance from the stage's origin."""
    return np.asarray(EDGE_M * np.maximum(1.0, distance_m / NEAR_M))


def standing(meshes: MeshData) -> NDArray[np.bool_]:
    """(N,) the instances that neither move nor bend nor let light through: those that hold and throw light."""
    still = np.array([not meshes.materials[part.material].blend for part in meshes.parts] or [False])
    stands = still[meshes.instance_part] if len(meshes.instance_part) else np.zeros(0, np.bool_)
    for moving in meshes.moving:
        stands[moving.instances] = False
    return np.asarray(stands)


def tessellated(meshes: MeshData) -> MeshData:
    """The same surfaces in finer triangles. Parts with an instance that moves stay as they are."""
    stands = standing(meshes)
    parts = list(meshes.parts)
    for number, part in enumerate(meshes.parts):
        rows = np.flatnonzero(meshes.instance_part == number)
        if len(rows) and stands[rows].all() and part.skin is None:
            middle = (meshes.instance_low_m[rows] + meshes.instance_high_m[rows]) / 2.0
            nearest = rows[int(np.argmin(np.linalg.norm(middle, axis=1)))]
            parts[number] = finer(part, meshes.stage_from_instance[nearest])
    return replace(meshes, parts=tuple(parts))


def finer(part: MeshPart, place: Floats) -> MeshPart:
    """One part, its edges measured where `place` (4, 4) puts it."""
    columns = [part.vertices, part.tangents, part.second_uv]
    widths = [0 if one is None else one.shape[1] for one in columns]
    all_of = np.concatenate([one for one in columns if one is not None], axis=1)
    triangles = part.triangles
    for _ in range(MOST_ROUNDS):
        all_of, triangles, split = _halved(all_of, triangles, place)
        if not split:
            break
    if triangles is part.triangles:
        return part
    ends = np.cumsum(widths)
    return replace(
        part,
        vertices=np.ascontiguousarray(all_of[:, : ends[0]]),
        triangles=triangles,
        tangents=None if part.tangents is None else np.ascontiguousarray(all_of[:, ends[0] : ends[1]]),
        second_uv=None if part.second_uv is None else np.ascontiguousarray(all_of[:, ends[1] :]),
    )


def _halved(
    vertices: NDArray[np.float32], triangles: NDArray[np.uint32], place: Floats
) -> tuple[NDArray[np.float32], NDArray[np.uint32], bool]:
    """One round: every edge that is too long gets a vertex in its middle."""
    edges = np.sort(np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=2), axis=2).reshape(-1, 2)
    own, number = np.unique(edges, axis=0, return_inverse=True)
    number = number.reshape(-1)
    stage = vertices[:, :3].astype(np.float64) @ place[:3, :3].T + place[:3, 3]
    a, b = stage[own[:, 0]], stage[own[:, 1]]
    long = np.linalg.norm(a - b, axis=1) > edge_limit_m(np.linalg.norm(a + b, axis=1) / 2.0)
    if not long.any():
        return vertices, triangles, False
    middle = np.full(len(own), -1)
    middle[long] = len(vertices) + np.arange(int(long.sum()))
    added = (vertices[own[long, 0]] + vertices[own[long, 1]]) * np.float32(0.5)
    of_edge = middle[number].reshape(-1, 3)
    code = ((of_edge >= 0) * np.array([1, 2, 4])).sum(axis=1)
    corners = np.concatenate([triangles.astype(np.int64), of_edge], axis=1)
    table = _TABLE[code]
    made = np.take_along_axis(corners[:, None, :].repeat(4, axis=1), np.maximum(table, 0), axis=2)
    return np.concatenate([vertices, added]), made[table[:, :, 0] >= 0].astype(np.uint32), True
