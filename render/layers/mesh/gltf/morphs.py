"""Morph targets (glTF 2.0, 3.7.2.2): the shape that a mesh has with given weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.accessors import Rows, read_floats
from render.layers.mesh.gltf.document.document import Mesh, Node, Primitive
from render.layers.mesh.gltf.file import GltfFile

Weights = tuple[float, ...]


def weights_of(mesh: Mesh, node: Node) -> Weights:
    """How much of each target a node's mesh shows: its own weights, else the mesh's; () where there is none of any."""
    given = node.weights or mesh.weights
    return given if any(given) else ()


class Morph:
    """The targets of one primitive that have a weight."""

    def __init__(self, file: GltfFile, primitive: Primitive, weights: Weights, place: str) -> None:
        self._file = file
        pairs = enumerate(zip(primitive.targets, weights, strict=False))
        self._targets = [(number, target, weight) for number, (target, weight) in pairs if weight != 0.0]
        self._place = place

    def moved(self, name: str, base: NDArray[np.float32], rows: Rows) -> NDArray[np.float32]:
        """(len(rows), 3) of an attribute: the base and its targets' shares. Raises InputError as `read_floats`."""
        for number, target, weight in self._targets:
            if name in target:
                field = f"{self._place}.targets[{number}].{name}"
                base = base + np.float32(weight) * read_floats(self._file, target[name], (3,), rows, field)
        return base
