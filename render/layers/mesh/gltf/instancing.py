"""EXT_mesh_gpu_instancing: many instances of a node's mesh, each with its own place on the node."""

from __future__ import annotations

import numpy as np

from render.layers.mesh.gltf.accessors import element_count, read_floats
from render.layers.mesh.gltf.document.document import Node
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.node_rig import local_places
from stage.maths.arrays import Floats

_WIDTHS = {"TRANSLATION": 3, "ROTATION": 4, "SCALE": 3}


def instance_places(file: GltfFile, node: Node, place: str) -> Floats:
    """`node_from_instance` (N, 4, 4); one, the node itself, if it is not instanced. Raises InputError."""
    if node.extensions.instancing is None:
        return np.eye(4)[None]
    place = f"{place}.extensions.EXT_mesh_gpu_instancing.attributes"
    given = {name: index for name, index in node.extensions.instancing.attributes.items() if name in _WIDTHS}
    if not given:
        raise file.error(place, "has neither TRANSLATION, ROTATION nor SCALE")
    counts = {name: element_count(file, index, (_WIDTHS[name],), f"{place}.{name}") for name, index in given.items()}
    count = next(iter(counts.values()))
    if set(counts.values()) != {count}:
        raise file.error(place, f"differ in count: {counts}")
    rows = np.arange(count)
    read = {
        name: read_floats(file, index, (_WIDTHS[name],), rows, f"{place}.{name}").astype(np.float64)
        for name, index in given.items()
    }
    rotation = read.get("ROTATION", np.tile([0.0, 0.0, 0.0, 1.0], (count, 1)))
    length = np.linalg.norm(rotation, axis=1, keepdims=True)
    if (length < 1e-6).any():
        raise file.error(f"{place}.ROTATION", "has a rotation of length zero")
    translation, scale = read.get("TRANSLATION", np.zeros((count, 3))), read.get("SCALE", np.ones((count, 3)))
    return local_places(translation, rotation / length, scale)
