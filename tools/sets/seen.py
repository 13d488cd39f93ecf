"""Reduces sets: removes faces that no eye on the stage can see, and cuts large meshes by place, so that a view draws
only what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.sets.mesh import Integers, Mesh, Placement, face_normals


@dataclass(frozen=True, slots=True)
class EyeZone:
    """The box in which cameras and the stage eye may be."""

    low_m: Vector
    high_m: Vector

    def corners_m(self) -> Floats:
        """(8, 3)."""
        x, y, z = ((self.low_m[axis], self.high_m[axis]) for axis in range(3))
        return np.stack(np.meshgrid(x, y, z), axis=-1).reshape(-1, 3)


def only_seen(mesh: Mesh, placements: Sequence[Placement], zone: EyeZone) -> Mesh:
    """The mesh without the triangles that face away from the whole zone in every placement. It may become empty."""
    seen = np.zeros(len(mesh.triangles), dtype=np.bool_)
    for placement in placements:
        placed = placement.place(mesh)
        outward = face_normals(placed.position_m, placed.triangles)
        first = placed.position_m[placed.triangles[:, 0]]
        for corner in zone.corners_m():
            seen |= np.einsum("nk,nk->n", outward, corner - first) > 0.0
    return with_triangles(mesh, mesh.triangles[seen])


def in_cells(mesh: Mesh, cell_m: float) -> list[Mesh]:
    """The mesh cut into squares of the ground, each triangle where its middle is."""
    middle = mesh.position_m[mesh.triangles].mean(axis=1)[:, :2]
    return _split(mesh, np.floor(middle / cell_m).astype(np.int64))


def in_sectors(mesh: Mesh, count: int) -> list[Mesh]:
    """The mesh cut into sectors round the origin."""
    middle = mesh.position_m[mesh.triangles].mean(axis=1)
    turn = np.arctan2(middle[:, 1], middle[:, 0]) / (2 * np.pi) % 1.0
    return _split(mesh, np.floor(turn * count).astype(np.int64)[:, None])


def with_triangles(mesh: Mesh, triangles: Integers) -> Mesh:
    """Some triangles of a mesh, and only the vertices they use."""
    used, numbers = np.unique(triangles, return_inverse=True)
    return replace(
        mesh,
        position_m=mesh.position_m[used],
        normal=mesh.normal[used],
        uv=mesh.uv[used],
        colour=mesh.colour[used],
        triangles=numbers.reshape(-1, 3),
    )


def _split(mesh: Mesh, keys: Integers) -> list[Mesh]:
    """One mesh for each row that occurs in `keys` (triangles, K), in the order of the rows."""
    rows, group = np.unique(keys, axis=0, return_inverse=True)
    flat = group.reshape(-1)
    return [with_triangles(mesh, mesh.triangles[flat == number]) for number in range(len(rows))]
