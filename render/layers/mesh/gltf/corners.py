"""The vertices of one primitive: from accessors, or from a packed mesh (KHR_draco_mesh_compression)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.accessors import Rows, as_floats, element_count, read_floats, read_indices
from render.layers.mesh.gltf.document.document import Primitive
from render.layers.mesh.gltf.draco import DracoMesh, read_draco
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.meshopt_views import UnpackError

Float32s = NDArray[np.float32]
DRACO = "extensions.KHR_draco_mesh_compression"


class Corners:
    """What a primitive's attributes hold; `place` names it in errors."""

    def __init__(self, file: GltfFile, primitive: Primitive, place: str) -> None:
        self._file, self._primitive, self.place = file, primitive, place
        self._packed = self._unpacked()

    def has(self, name: str) -> bool:
        """Whether there is such an attribute."""
        return name in self._primitive.attributes or (self._packed is not None and name in self._packed.attributes)

    def count(self) -> int:
        """How many vertices there are. Raises InputError."""
        if self._packed is not None:
            return self._packed.vertices
        position = self._primitive.attributes.get("POSITION")
        if position is None:
            raise self._file.error(f"{self.place}.attributes", "has no POSITION")
        return element_count(self._file, position, (3,), f"{self.place}.attributes.POSITION")

    def row(self, count: int) -> NDArray[np.uint32]:
        """The corners one after the other, as numbers of the vertices. Raises InputError."""
        if self._packed is not None:
            return self._packed.triangles.reshape(-1)
        if self._primitive.indices is None:
            return np.arange(count, dtype=np.uint32)
        return read_indices(self._file, self._primitive.indices, count, f"{self.place}.indices")

    @property
    def packed(self) -> bool:
        """Whether it comes as triangles, whatever the primitive's mode."""
        return self._packed is not None

    def floats(self, name: str, widths: tuple[int, ...], rows: Rows) -> Float32s:
        """(len(rows), width) of an attribute. Raises InputError as `read_floats`."""
        field = f"{self.place}.attributes.{name}"
        if self._packed is not None and name in self._packed.attributes:
            return self._packed_floats(self._packed.attributes[name], name, widths, rows)
        return read_floats(self._file, self._primitive.attributes[name], widths, rows, field)

    def _packed_floats(self, numbers: NDArray[Any], name: str, widths: tuple[int, ...], rows: Rows) -> Float32s:
        field = f"{self.place}.{DRACO}.attributes.{name}"
        if numbers.shape[1] not in widths:
            raise self._file.error(field, f"has {numbers.shape[1]} numbers a vertex")
        accessor = self._primitive.attributes.get(name)
        known = self._file.document.accessors
        normalized = accessor is not None and accessor < len(known) and known[accessor].normalized
        return as_floats(self._file, numbers[rows], normalized, field)

    def _unpacked(self) -> DracoMesh | None:
        draco = self._primitive.extensions.draco
        if draco is None:
            return None
        field = f"{self.place}.{DRACO}"
        content, _ = self._file.view(draco.buffer_view, f"{field}.bufferView")
        try:
            return read_draco(content, draco.attributes)
        except UnpackError as error:
            if not self._has_plain_bytes():
                raise self._file.error(field, str(error), "Export it again, or without Draco") from error
            self._file.approximated(
                "KHR_draco_mesh_compression", f"{error}; its plain copy is drawn", "Export it again"
            )
            return None

    def _has_plain_bytes(self) -> bool:
        """Whether the primitive can be drawn without unpacking."""
        numbers = [*self._primitive.attributes.values()]
        numbers += [] if self._primitive.indices is None else [self._primitive.indices]
        known = self._file.document.accessors
        return all(number < len(known) and known[number].buffer_view is not None for number in numbers)
