"""Unpacks buffer views of EXT_meshopt_compression (and KHR_meshopt_compression, the same by a later name)."""

from __future__ import annotations

import meshopt

from render.layers.mesh.gltf.document.storage import MeshoptView


class UnpackError(ValueError):
    """Bytes that are not what the document says; the text says why."""


def unpacked(packed: MeshoptView, content: memoryview, length: int) -> memoryview:
    """The `length` bytes of a view. Raises UnpackError; the size is checked before anything is allocated."""
    if packed.count * packed.byte_stride != length:
        raise UnpackError(f"has {packed.count} elements of {packed.byte_stride} bytes for a view of {length}")
    kind = None if packed.filter == "NONE" else packed.filter
    try:
        rows = meshopt.decode_gltf_buffer(bytes(content), packed.count, packed.byte_stride, packed.mode, kind)
    except (ValueError, MemoryError, OverflowError) as error:
        raise UnpackError(f"cannot be unpacked: {error}") from error
    found = memoryview(rows.tobytes())
    if len(found) != length:
        raise UnpackError(f"gives {len(found)} bytes for a view of {length}")
    return found
