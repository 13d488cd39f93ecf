"""Triangles with everything needed to draw a set: positions, normals, texture coordinates, colours."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from stage.maths.pose import ORIGIN, Vector

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles in stage space, counter-clockwise seen from outside.

    `position_m` (N, 3), `normal` (N, 3) unit length, `uv` (N, 2) with v down the picture as in glTF,
    `colour` (N, 3) scene-linear factor of the material's base colour, `triangles` (M, 3) vertex numbers.
    """

    position_m: Floats
    normal: Floats
    uv: Floats
    colour: Floats
    triangles: Integers

    def turned(self, pan_deg: float) -> Mesh:
        """The same, rotated about Z: counter-clockwise seen from above."""
        cosine, sine = math.cos(math.radians(pan_deg)), math.sin(math.radians(pan_deg))
        turn = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
        return replace(self, position_m=self.position_m @ turn, normal=self.normal @ turn)

    def moved(self, x_m: float = 0.0, y_m: float = 0.0, z_m: float = 0.0) -> Mesh:
        """The same, translated."""
        return replace(self, position_m=self.position_m + np.array([x_m, y_m, z_m]))

    def scaled(self, factor: float) -> Mesh:
        """The same, larger or smaller about the origin."""
        return replace(self, position_m=self.position_m * factor)

    def mirrored(self) -> Mesh:
        """Left and right exchanged (x -> -x), still facing outward."""
        flip = np.array([-1.0, 1.0, 1.0])
        turned = self.triangles[:, ::-1].copy()
        return replace(self, position_m=self.position_m * flip, normal=self.normal * flip, triangles=turned)

    def tinted(self, colour: Vector | Floats) -> Mesh:
        """The same with its colour multiplied: by one colour, or by (N, 3)."""
        return replace(self, colour=self.colour * np.asarray(colour, dtype=np.float64))

    def flipped(self) -> Mesh:
        """The same surface seen from the other side."""
        return replace(self, normal=-self.normal, triangles=self.triangles[:, ::-1].copy())


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of an object: its origin, its rotation about Z (counter-clockwise from above), its size."""

    position_m: Vector = ORIGIN
    pan_deg: float = 0.0
    scale: float = 1.0

    def place(self, mesh: Mesh) -> Mesh:
        """The mesh at this place."""
        return mesh.scaled(self.scale).turned(self.pan_deg).moved(*self.position_m)


class Part(NamedTuple):
    """A mesh and the name of its material."""

    material: str
    mesh: Mesh

    def placed(self, place: Placement) -> Part:
        """The same at a place."""
        return Part(self.material, place.place(self.mesh))


def by_material(parts: Iterable[Part]) -> dict[str, Mesh]:
    """One mesh per material, in the order in which materials first appear."""
    groups: dict[str, list[Mesh]] = {}
    for part in parts:
        groups.setdefault(part.material, []).append(part.mesh)
    return {material: merged(meshes) for material, meshes in groups.items()}


def merged(meshes: Iterable[Mesh]) -> Mesh:
    """All of them as one mesh, in the given order. Raises ValueError when there are none."""
    parts = list(meshes)
    starts = np.cumsum([0] + [len(part.position_m) for part in parts[:-1]])
    return Mesh(
        np.concatenate([part.position_m for part in parts]),
        np.concatenate([part.normal for part in parts]),
        np.concatenate([part.uv for part in parts]),
        np.concatenate([part.colour for part in parts]),
        np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]),
    )


def face_normals(position_m: Floats, triangles: Integers) -> Floats:
    """(M, 3) twice the area of each triangle times its outward direction."""
    a, b, c = (position_m[triangles[:, corner]] for corner in range(3))
    return np.asarray(np.cross(b - a, c - a))


def smooth_normals(position_m: Floats, triangles: Integers) -> Floats:
    """(N, 3) unit normals: of each vertex the area-weighted mean of its triangles; +Z where there are none."""
    total = np.zeros_like(position_m)
    faces = face_normals(position_m, triangles)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], faces)
    return unit(total)


def unit(vectors: Floats) -> Floats:
    """(..., K) the same directions with length 1; the zero vector becomes the last axis (+Z)."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    up = np.zeros_like(vectors)
    up[..., -1] = 1.0
    return np.where(length > 1e-12, vectors / np.maximum(length, 1e-12), up)
