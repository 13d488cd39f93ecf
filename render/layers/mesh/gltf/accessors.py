"""Numbers in the buffers of a glTF, without a copy where the file allows it.

glTF 2.0 specification, section 3.6.2: component types, strides, normalised integers, sparse storage.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.document.storage import Accessor, Sparse
from render.layers.mesh.gltf.file import GltfFile

DTYPES: dict[int, np.dtype[Any]] = {
    5120: np.dtype("<i1"),
    5121: np.dtype("<u1"),
    5122: np.dtype("<i2"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
MOST_ELEMENTS = 60_000_000
"""The most elements of one accessor: the corners of 20 million triangles."""
MOST_ZEROS = 1_000_000
"""The most elements of an accessor that has no bytes in the file."""

Numbers = NDArray[Any]
Rows = NDArray[np.int64]


def read_floats(file: GltfFile, index: int, widths: tuple[int, ...], rows: Rows, field: str) -> NDArray[np.float32]:
    """Elements `rows` of accessor `index` as (len(rows), width) float32; normalised integers become 0..1 or -1..1.

    Raises InputError: missing, of the wrong width, outside its buffer, too short, not finite.
    """
    accessor = file.item(file.document.accessors, index, "accessors", field)
    numbers = _read(file, accessor, index, widths, field)
    if len(rows) and int(rows.max()) >= len(numbers):
        raise file.error(f"accessors[{index}].count", f"is {len(numbers)}: fewer than the vertices")
    return as_floats(file, numbers[rows], accessor.normalized, f"accessors[{index}]")


def as_floats(file: GltfFile, numbers: Numbers, normalized: bool, place: str) -> NDArray[np.float32]:
    """The numbers of a file as float32; normalised integers become 0..1 or -1..1. Raises InputError: not finite."""
    floats: NDArray[np.float32] = np.asarray(numbers, dtype=np.float32)
    if numbers.dtype.kind == "f":
        if not np.isfinite(floats).all():
            raise file.error(place, "holds numbers that are not finite")
        return floats
    if not normalized:
        return floats
    floats = floats / np.float32(np.iinfo(numbers.dtype).max)
    return np.maximum(floats, np.float32(-1.0))


def element_count(file: GltfFile, index: int, widths: tuple[int, ...], field: str) -> int:
    """How many elements accessor `index` has, all of them within its buffer. Raises InputError as `read_floats`."""
    accessor = file.item(file.document.accessors, index, "accessors", field)
    return len(_read(file, accessor, index, widths, field))


def read_indices(file: GltfFile, index: int, below: int, field: str) -> NDArray[np.uint32]:
    """Accessor `index` as (count,) vertex numbers. Raises InputError if one is not below `below`."""
    accessor = file.item(file.document.accessors, index, "accessors", field)
    if accessor.component_type not in (5121, 5123, 5125):
        raise file.error(f"accessors[{index}].componentType", "must be an unsigned integer for indices")
    numbers = _read(file, accessor, index, (1,), field)[:, 0].astype(np.uint32)
    highest = int(numbers.max())
    if highest >= below:
        raise file.error(f"accessors[{index}]", f"names vertex {highest} of {below}")
    return numbers


def _read(file: GltfFile, accessor: Accessor, index: int, widths: tuple[int, ...], field: str) -> Numbers:
    """(count, width) of the file's own type."""
    width = WIDTHS.get(accessor.type, 0)
    if width not in widths:
        wanted = " or ".join(name for name, count in WIDTHS.items() if count in widths)
        raise file.error(field, f"names an accessor of {accessor.type}, where {wanted} is expected")
    if accessor.count > MOST_ELEMENTS:
        raise file.error(f"accessors[{index}].count", f"is more than {MOST_ELEMENTS}", "Split the mesh")
    shape = (accessor.count, width)
    dtype = DTYPES[accessor.component_type]
    place = f"accessors[{index}]"
    if accessor.buffer_view is None:
        if accessor.count > MOST_ZEROS:
            raise file.error(f"{place}.count", f"is more than {MOST_ZEROS} without a buffer view")
        numbers: Numbers = np.broadcast_to(np.zeros((), dtype), shape)
    else:
        numbers = _strided(file, accessor.buffer_view, accessor.byte_offset, shape, dtype, place)
    return numbers if accessor.sparse is None else _with_sparse(file, accessor.sparse, numbers, place)


def _strided(
    file: GltfFile, view: int, offset: int, shape: tuple[int, int], dtype: np.dtype[Any], place: str
) -> Numbers:
    """A buffer view read as `shape`, without a copy. Checks the length before allocating anything."""
    content, stride = file.view(view, f"{place}.bufferView")
    element = shape[1] * dtype.itemsize
    step = stride or element
    if step < element:
        raise file.error(f"bufferViews[{view}].byteStride", f"is {step}, less than an element of {element} bytes")
    end = offset + step * (shape[0] - 1) + element
    if end > len(content):
        raise file.error(place, f"needs {end} bytes of bufferViews[{view}], which has {len(content)}")
    return np.ndarray(shape, dtype, content, offset, (step, dtype.itemsize))


def _with_sparse(file: GltfFile, sparse: Sparse, numbers: Numbers, place: str) -> Numbers:
    """A copy with some elements replaced."""
    if sparse.count > len(numbers):
        raise file.error(f"{place}.sparse.count", f"is {sparse.count} of {len(numbers)} elements")
    indices, values = sparse.indices, sparse.values
    kind = DTYPES[indices.component_type]
    at = _strided(file, indices.buffer_view, indices.byte_offset, (sparse.count, 1), kind, f"{place}.sparse.indices")[
        :, 0
    ]
    if int(at.max()) >= len(numbers):
        raise file.error(f"{place}.sparse.indices", f"names element {int(at.max())} of {len(numbers)}")
    shape = (sparse.count, numbers.shape[1])
    new = _strided(file, values.buffer_view, values.byte_offset, shape, numbers.dtype, f"{place}.sparse.values")
    result = numbers.copy()
    result[at] = new
    return result
