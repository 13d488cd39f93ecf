"""The triangles of a glTF's meshes as parts (glTF 2.0 specification, section 3.7.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.accessors import Rows
from render.layers.mesh.gltf.corners import Corners
from render.layers.mesh.gltf.document.document import Node, Primitive
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.morphs import Morph, Weights, weights_of
from render.layers.mesh.gltf.surfaces.materials import GltfMaterials, Surface
from render.layers.mesh.gltf.variants import material_of
from render.layers.mesh.mesh_data import SAME_UV, VERTEX_FLOATS, MeshPart, UvRows
from render.layers.mesh.skin_weights import SkinWeights

Triangles = NDArray[np.uint32]
Float32s = NDArray[np.float32]

MOST_VERTICES = 20_000_000
"""In one file: 1 GB on the graphics card."""

_TOGETHER = 1 << 18
MOST_SETS, MOST_JOINTS_A_VERTEX = 16, 8
_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_UP = np.array([0.0, 1.0, 0.0])


class GltfMeshes:
    """Parts, made when a node first uses their mesh."""

    def __init__(self, file: GltfFile, materials: GltfMaterials, variant: int | None) -> None:
        self._file = file
        self._materials = materials
        self._variant = variant
        self.parts: list[MeshPart] = []
        self._of_mesh: dict[tuple[int, Weights], list[int]] = {}
        self._taken: set[int] = set()
        self._vertices_left = MOST_VERTICES

    def parts_of(self, mesh: int, node: Node, field: str) -> list[int]:
        """The numbers in `parts` that make up mesh `mesh` of a node. Raises InputError if it is invalid."""
        own = self._file.item(self._file.document.meshes, mesh, "meshes", field)
        key = (mesh, weights_of(own, node))
        if key not in self._of_mesh:
            places = (f"meshes[{mesh}].primitives[{place}]" for place in range(len(own.primitives)))
            made = [self._part(one, key[1], place) for one, place in zip(own.primitives, places, strict=True)]
            new = [part for part in made if part is not None]
            self._of_mesh[key] = list(range(len(self.parts), len(self.parts) + len(new)))
            self.parts += new
        return self._of_mesh[key]

    def own_copy(self, part: int) -> int:
        """The number of a new copy of `part`: one for each mesh that a skin bends."""
        self._vertices_left -= len(self.parts[part].vertices)
        if self._vertices_left < 0:
            raise self._file.error("nodes", f"make more than {MOST_VERTICES} vertices with skins", "Use fewer")
        if part not in self._taken:
            self._taken.add(part)
            return part
        self.parts.append(self.parts[part])
        return len(self.parts) - 1

    def _part(self, primitive: Primitive, weights: Weights, place: str) -> MeshPart | None:
        """The triangles of a primitive; None where it has none."""
        if primitive.mode < _TRIANGLES:
            self._file.lost("points and lines", "only triangles are drawn", "Export them as meshes")
            return None
        if primitive.targets:
            self._file.drawn("morph targets", "with the weights that the file gives them at rest")
        corners = Corners(self._file, primitive, place)
        used = self._triangles(corners, primitive.mode, place)
        if not len(used):
            return None
        self._check_bytes(primitive, corners)
        rows, triangles = _compact(used) if corners.has("NORMAL") else _unwelded(used)
        self._vertices_left -= len(rows)
        if self._vertices_left < 0:
            raise self._file.error(place, f"makes more than {MOST_VERTICES} vertices", "Make the set lighter")
        surface = self._materials.surface(material_of(primitive, self._variant), f"{place}.material")
        morph = Morph(self._file, primitive, weights, place)
        return self._filled(corners, morph, surface, rows, triangles)

    def _check_bytes(self, primitive: Primitive, corners: Corners) -> None:
        """Positions without bytes are all zero: nothing of such a mesh is seen, and a plain count would not tell."""
        if corners.packed:
            return
        position = self._file.item(self._file.document.accessors, primitive.attributes["POSITION"], "accessors", "")
        if position.buffer_view is None and position.sparse is None:
            self._file.lost("meshes whose positions have no bytes", "every corner is at 0, 0, 0", "Export it again")

    def _triangles(self, corners: Corners, mode: int, place: str) -> Triangles:
        """(T, 3) vertex numbers of the file."""
        row = corners.row(corners.count())
        mode = _TRIANGLES if corners.packed else mode
        if mode == _TRIANGLES and len(row) % 3:
            raise self._file.error(place, f"has {len(row)} corners of triangles, not a multiple of 3")
        return as_triangles(row, mode)

    def _filled(self, corners: Corners, morph: Morph, surface: Surface, rows: Rows, triangles: Triangles) -> MeshPart:
        vertices = np.zeros((len(rows), VERTEX_FLOATS), dtype=np.float32)
        vertices[:, :3] = morph.moved("POSITION", corners.floats("POSITION", (3,), rows), rows)
        if corners.has("NORMAL"):
            vertices[:, 3:6] = unit(morph.moved("NORMAL", corners.floats("NORMAL", (3,), rows), rows))
        else:
            vertices[:, 3:6] = np.repeat(face_normals(vertices[:, :3]), 3, axis=0)
        if corners.has(surface.coordinates.attribute):
            uv = corners.floats(surface.coordinates.attribute, (2,), rows)
            vertices[:, 6:8] = self._moved(uv, surface.coordinates.rows, corners.place)
        vertices[:, 8:] = 1.0
        if corners.has("COLOR_0"):
            colour = corners.floats("COLOR_0", (3, 4), rows)
            vertices[:, 8 : 8 + colour.shape[1]] = colour
        return MeshPart(
            vertices,
            triangles,
            surface.number,
            tangents=_tangents(corners, morph, rows),
            second_uv=_second_uv(corners, surface, rows),
            skin=self._skin(corners, rows),
        )

    def _skin(self, corners: Corners, rows: Rows) -> SkinWeights | None:
        """Up to eight joints of each vertex (section 3.7.3.3), weights that sum to 1."""
        sets = [number for number in range(MOST_SETS) if corners.has(f"JOINTS_{number}")]
        sets = [number for number in sets if corners.has(f"WEIGHTS_{number}")]
        if 0 not in sets:
            return None
        joints = np.concatenate([corners.floats(f"JOINTS_{one}", (4,), rows) for one in sets], axis=1)
        weights = np.concatenate([corners.floats(f"WEIGHTS_{one}", (4,), rows) for one in sets], axis=1)
        weights = np.maximum(weights, np.float32(0.0))
        if joints.shape[1] > MOST_JOINTS_A_VERTEX:
            self._file.approximated(
                f"{joints.shape[1]} joints a vertex", "the eight strongest are used", "Limit it to eight on export"
            )
            strongest = np.argsort(-weights, axis=1, kind="stable")[:, :MOST_JOINTS_A_VERTEX]
            joints, weights = (np.take_along_axis(one, strongest, axis=1) for one in (joints, weights))
        total = weights.sum(axis=1, keepdims=True, dtype=np.float64)
        if not (total > 1e-6).all():
            raise self._file.error(f"{corners.place}.attributes.WEIGHTS_0", "has a vertex without weight")
        return SkinWeights(joints.astype(np.int32), (weights / total).astype(np.float32))

    def _moved(self, uv: Float32s, rows: UvRows, place: str) -> Float32s:
        """Texture coordinates placed by the rows."""
        if rows == SAME_UV:
            return uv
        matrix = np.array(rows)
        moved: NDArray[np.float64] = uv.astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]
        if np.abs(moved).max() > np.finfo(np.float32).max:
            raise self._file.error(place, "has texture coordinates out of range")
        return moved.astype(np.float32)


def _second_uv(corners: Corners, surface: Surface, rows: Rows) -> Float32s | None:
    """(V, 2) if the surface needs them and the primitive has them."""
    if surface.second is None or not corners.has(surface.second):
        return None
    return corners.floats(surface.second, (2,), rows)


def _tangents(corners: Corners, morph: Morph, rows: Rows) -> Float32s | None:
    """(V, 4); None if the file has no normals (3.7.2.1)."""
    if not corners.has("TANGENT") or not corners.has("NORMAL"):
        return None
    tangents = corners.floats("TANGENT", (4,), rows).copy()
    tangents[:, :3] = unit(morph.moved("TANGENT", tangents[:, :3], rows))
    tangents[:, 3] = np.where(tangents[:, 3] < 0.0, -1.0, 1.0)
    return tangents


def as_triangles(row: Triangles, mode: int) -> Triangles:
    """(T, 3) triangles, each with the file's winding: `row` (N,) as triangles (mode 4), a strip (5) or a fan (6)."""
    if mode == _TRIANGLES:
        return row.reshape(-1, 3)
    if len(row) < 3:
        return row[:0].reshape(0, 3)
    if mode == _FAN:
        return np.stack([row[1:-1], row[2:], np.broadcast_to(row[0], len(row) - 2)], axis=1)
    strip = np.stack([row[:-2], row[1:-1], row[2:]], axis=1)
    strip[1::2, 1:] = strip[1::2, :0:-1].copy()
    return strip


def face_normals(corners: Float32s) -> Float32s:
    """(T, 3) unit normals of triangles whose corners are rows 3 t, 3 t + 1, 3 t + 2 of (3 T, 3)."""
    triangles = corners.reshape(-1, 3, 3)
    normals = np.empty((len(triangles), 3), dtype=np.float32)
    for first in range(0, len(triangles), _TOGETHER):  # in double precision, but not all at once
        a, b, c = triangles[first : first + _TOGETHER].astype(np.float64).transpose(1, 0, 2)
        normals[first : first + _TOGETHER] = unit(np.cross(b - a, c - a))
    return normals


def unit(directions: Float32s | NDArray[np.float64]) -> Float32s:
    """(N, 3) the same directions with length 1; +Y where there is none."""
    wide = directions.astype(np.float64)
    length = np.sqrt(np.einsum("ij,ij->i", wide, wide))[:, None]
    return np.where(length > 1e-30, wide / np.maximum(length, 1e-30), _UP).astype(np.float32)


def _unwelded(used: Triangles) -> tuple[Rows, Triangles]:
    """Make each corner its own vertex."""
    return used.reshape(-1).astype(np.int64), np.arange(used.size, dtype=np.uint32).reshape(-1, 3)


def _compact(used: Triangles) -> tuple[Rows, Triangles]:
    """Keep only the vertices in use and renumber the triangles: primitives often share one long list."""
    low = int(used.min())
    local = used - np.uint32(low)
    marks = np.zeros(int(local.max()) + 1, dtype=np.bool_)
    marks[local] = True
    rows = np.flatnonzero(marks)
    if len(rows) == len(marks):
        return rows + low, local
    number = np.cumsum(marks, dtype=np.uint32) - np.uint32(1)
    return rows + low, number[local]
