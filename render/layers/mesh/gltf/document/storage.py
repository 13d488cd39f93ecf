"""Where the numbers of a glTF 2.0 document lie: buffers, views of them, accessors; checked for type and range. Pure.

Names and defaults are those of the glTF 2.0 specification, section 5; what is not named here is ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from render.layers.mesh.gltf.document.model import GltfModel, Index

Bytes = Annotated[int, Field(ge=0, lt=2**40)]
ComponentType = Literal[5120, 5121, 5122, 5123, 5125, 5126]


class Buffer(GltfModel):
    """A run of bytes in a file, a data URI or the GLB itself (no `uri`)."""

    byte_length: Bytes
    uri: str | None = None


class MeshoptView(GltfModel):
    """EXT_meshopt_compression: where the packed bytes of a view are, and how they were packed."""

    buffer: Index
    byte_offset: Bytes = 0
    byte_length: Bytes
    byte_stride: Annotated[int, Field(ge=1, le=256)]
    count: Annotated[int, Field(ge=1, lt=2**31)]
    mode: Literal["ATTRIBUTES", "TRIANGLES", "INDICES"]
    filter: Literal["NONE", "OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "COLOR"] = "NONE"


class ViewExtensions(GltfModel):
    """What extends a view."""

    meshopt: Annotated[MeshoptView | None, Field(alias="EXT_meshopt_compression")] = None
    khr_meshopt: Annotated[MeshoptView | None, Field(alias="KHR_meshopt_compression")] = None

    @property
    def packed(self) -> MeshoptView | None:
        """By whichever name it goes."""
        return self.meshopt or self.khr_meshopt


class BufferView(GltfModel):
    """Part of a buffer. The specification wants strides of 4 to 252; three.js also writes 3."""

    buffer: Index
    byte_offset: Bytes = 0
    byte_length: Bytes
    byte_stride: Annotated[int, Field(ge=0, le=65_535)] | None = None
    extensions: ViewExtensions = ViewExtensions()


class SparseIndices(GltfModel):
    """Which elements a sparse accessor replaces."""

    buffer_view: Index
    byte_offset: Bytes = 0
    component_type: Literal[5121, 5123, 5125]


class SparseValues(GltfModel):
    """The values of a sparse accessor."""

    buffer_view: Index
    byte_offset: Bytes = 0


class Sparse(GltfModel):
    """Elements that differ from the rest of an accessor."""

    count: Annotated[int, Field(ge=1, lt=2**31)]
    indices: SparseIndices
    values: SparseValues


class Accessor(GltfModel):
    """A buffer view read as numbers; without a view, zeros."""

    buffer_view: Index | None = None
    byte_offset: Bytes = 0
    component_type: ComponentType
    normalized: bool = False
    count: Annotated[int, Field(ge=1, lt=2**31)]
    type: Literal["SCALAR", "VEC2", "VEC3", "VEC4", "MAT2", "MAT3", "MAT4"]
    sparse: Sparse | None = None
