"""The triangles of a glTF's meshes as parts (glTF 2.0 specification, section 3.7.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.accessors import Rows, element_count, read_floats, read_indices
from render.layers.mesh.gltf.document import Primitive
from render.layers.mesh.gltf.document_surfaces import TextureTransform
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.materials import GltfMaterials, Surface
from render.layers.mesh.gltf.uv_rows import uv_rows
from render.layers.mesh.mesh_data import VERTEX_FLOATS, MeshPart
from render.layers.mesh.skin_weights import SkinWeights

Triangles = NDArray[np.uint32]
Float32s = NDArray[np.float32]

MOST_VERTICES = 20_000_000
"""In one file: 1 GB on the graphics card."""

_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_UP = np.array([0.0, 1.0, 0.0])


class GltfMeshes:
    """Parts, made when a node first uses their mesh."""

    def __init__(self, file: GltfFile, materials: GltfMaterials) -> None:
        self._file = file
        self._materials = materials
        self.parts: list[MeshPart] = []
        self._of_mesh: dict[int, list[int]] = {}
        self._taken: set[int] = set()
        self._vertices_left = MOST_VERTICES

    def parts_of(self, mesh: int, field: str) -> list[int]:
        """The numbers in `parts` that make up mesh `mesh`. Raises InputError if it is invalid."""
        if mesh not in self._of_mesh:
            primitives = self._file.item(self._file.document.meshes, mesh, "meshes", field).primitives
            made = [self._part(one, f"meshes[{mesh}].primitives[{place}]") for place, one in enumerate(primitives)]
            new = [part for part in made if part is not None]
            self._of_mesh[mesh] = list(range(len(self.parts), len(self.parts) + len(new)))
            self.parts += new
        return self._of_mesh[mesh]

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

    def _part(self, primitive: Primitive, place: str) -> MeshPart | None:
        """The triangles of a primitive; None where it has none."""
        if primitive.mode < _TRIANGLES:
            self._file.lost("points and lines", "only triangles are drawn", "Export them as meshes")
            return None
        if primitive.targets:
            self._file.lost("morph targets", "meshes keep their base shape", "Export the shape that is wanted")
        used = self._triangles(primitive, place)
        if not len(used):
            return None
        rows, triangles = _unwelded(used) if "NORMAL" not in primitive.attributes else _compact(used)
        self._vertices_left -= len(rows)
        if self._vertices_left < 0:
            raise self._file.error(place, f"makes more than {MOST_VERTICES} vertices", "Make the set lighter")
        return self._filled(primitive, place, rows, triangles)

    def _triangles(self, primitive: Primitive, place: str) -> Triangles:
        """(T, 3) vertex numbers of the file."""
        position = primitive.attributes.get("POSITION")
        if position is None:
            raise self._file.error(f"{place}.attributes", "has no POSITION")
        count = element_count(self._file, position, (3,), f"{place}.attributes.POSITION")
        if primitive.indices is None:
            row = np.arange(count, dtype=np.uint32)
        else:
            row = read_indices(self._file, primitive.indices, count, f"{place}.indices")
        if primitive.mode == _TRIANGLES and len(row) % 3:
            raise self._file.error(place, f"has {len(row)} corners of triangles, not a multiple of 3")
        return as_triangles(row, primitive.mode)

    def _filled(self, primitive: Primitive, place: str, rows: Rows, triangles: Triangles) -> MeshPart:
        surface = self._materials.surface(primitive.material, f"{place}.material")
        vertices = np.zeros((len(rows), VERTEX_FLOATS), dtype=np.float32)
        vertices[:, :3] = self._attribute(primitive, "POSITION", (3,), rows, place)
        if "NORMAL" in primitive.attributes:
            vertices[:, 3:6] = unit(self._attribute(primitive, "NORMAL", (3,), rows, place))
        else:
            vertices[:, 3:6] = np.repeat(face_normals(vertices[:, :3]), 3, axis=0)
        if surface.coordinates.attribute in primitive.attributes:
            uv = self._attribute(primitive, surface.coordinates.attribute, (2,), rows, place)
            vertices[:, 6:8] = self._moved(uv, surface.coordinates.transform, place)
        vertices[:, 8:] = 1.0
        if "COLOR_0" in primitive.attributes:
            colour = self._attribute(primitive, "COLOR_0", (3, 4), rows, place)
            vertices[:, 8 : 8 + colour.shape[1]] = colour
        return MeshPart(
            vertices,
            triangles,
            surface.number,
            tangents=self._tangents(primitive, rows, place),
            second_uv=self._second_uv(primitive, surface, rows, place),
            skin=self._skin(primitive, rows, place),
        )

    def _second_uv(self, primitive: Primitive, surface: Surface, rows: Rows, place: str) -> Float32s | None:
        """(V, 2) if the surface needs them and the primitive has them."""
        if surface.second is None or surface.second not in primitive.attributes:
            return None
        return self._attribute(primitive, surface.second, (2,), rows, place)

    def _tangents(self, primitive: Primitive, rows: Rows, place: str) -> Float32s | None:
        """(V, 4); None if the file has no normals (3.7.2.1)."""
        if "TANGENT" not in primitive.attributes or "NORMAL" not in primitive.attributes:
            return None
        tangents = self._attribute(primitive, "TANGENT", (4,), rows, place).copy()
        tangents[:, :3] = unit(tangents[:, :3])
        tangents[:, 3] = np.where(tangents[:, 3] < 0.0, -1.0, 1.0)
        return tangents

    def _skin(self, primitive: Primitive, rows: Rows, place: str) -> SkinWeights | None:
        """Up to four joints of each vertex (section 3.7.3.3), weights that sum to 1."""
        if "JOINTS_0" not in primitive.attributes or "WEIGHTS_0" not in primitive.attributes:
            return None
        if "JOINTS_1" in primitive.attributes:
            self._file.approximated(
                "more than four joints a vertex", "the first four are used", "Limit it to four on export"
            )
        joints = self._attribute(primitive, "JOINTS_0", (4,), rows, place).astype(np.int32)
        weights = np.maximum(self._attribute(primitive, "WEIGHTS_0", (4,), rows, place), np.float32(0.0))
        total = weights.sum(axis=1, keepdims=True, dtype=np.float64)
        if not (total > 1e-6).all():
            raise self._file.error(f"{place}.attributes.WEIGHTS_0", "has a vertex without weight")
        return SkinWeights(joints, (weights / total).astype(np.float32))

    def _attribute(self, primitive: Primitive, name: str, widths: tuple[int, ...], rows: Rows, place: str) -> Float32s:
        return read_floats(self._file, primitive.attributes[name], widths, rows, f"{place}.attributes.{name}")

    def _moved(self, uv: Float32s, transform: TextureTransform, place: str) -> Float32s:
        """Texture coordinates scaled, rotated counter-clockwise as seen (v is down), then moved."""
        if transform == TextureTransform():
            return uv
        rows = np.array(uv_rows(transform))
        moved: NDArray[np.float64] = uv.astype(np.float64) @ rows[:, :2].T + rows[:, 2]
        if np.abs(moved).max() > np.finfo(np.float32).max:
            raise self._file.error(place, "has texture coordinates out of range")
        return moved.astype(np.float32)


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
    a, b, c = corners.astype(np.float64).reshape(-1, 3, 3).transpose(1, 0, 2)
    return unit(np.cross(b - a, c - a))


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
