"""Unpacks a primitive of KHR_draco_mesh_compression."""

from __future__ import annotations

from typing import Any, NamedTuple

import DracoPy
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.meshopt_views import UnpackError


class DracoMesh(NamedTuple):
    """`triangles` (T, 3) uint32, all below the vertex count; by attribute (V, width) of the file's own type."""

    triangles: NDArray[np.uint32]
    attributes: dict[str, NDArray[Any]]
    vertices: int


def read_draco(content: memoryview, attributes: dict[str, int]) -> DracoMesh:
    """The mesh in the bytes of a view; `attributes`: names and unique ids. Raises UnpackError.

    A damaged mesh may decode to nonsense, so numbers are checked as those of a plain file are.
    """
    try:
        mesh = DracoPy.decode(bytes(content))
        faces = getattr(mesh, "faces", None)
        by_id = {int(one["unique_id"]): one["data"] for one in mesh.attributes}
    except Exception as error:  # the library raises its own and others, unpredictably
        raise UnpackError("is no Draco mesh that can be unpacked") from error
    if faces is None:
        raise UnpackError("is a Draco point cloud: no triangles")
    found = {name: np.asarray(by_id[number]) for name, number in attributes.items() if number in by_id}
    if "POSITION" not in found:
        raise UnpackError("is a Draco mesh without positions")
    count = len(found["POSITION"])
    triangles = np.asarray(faces, dtype=np.uint32).reshape(-1, 3)
    if any(array.ndim != 2 or len(array) != count for array in found.values()):
        raise UnpackError("is a Draco mesh whose attributes differ in length")
    if triangles.size and int(triangles.max()) >= count:
        raise UnpackError(f"is a Draco mesh that names vertex {int(triangles.max())} of {count}")
    return DracoMesh(triangles, found, count)
