"""A glTF 2.0 file as parts, materials and instances, in its own axes (y up) and units.

Not drawn: cameras and lights (the stage has its own), animation, skins, morph targets, points and lines, and all
of a material but its base colour and its own light. What of this a file has is told in `notes`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.scene.gltf_file import GltfFile
from render.scene.gltf_materials import GltfMaterials
from render.scene.gltf_meshes import GltfMeshes
from render.scene.gltf_nodes import node_places
from render.scene.scene_data import Floats, MeshMaterial, MeshPart, Picture

MOST_INSTANCES = 1_000_000
SMALLEST_VOLUME = 1e-24
"""What a node makes of a unit cube: below it is flat, shows no surface and has no normals."""


class GltfSet(NamedTuple):
    """Instance i is part `instance_part[i]` (N,) int32 at `root_from_instance[i]` (N, 4, 4)."""

    parts: tuple[MeshPart, ...]
    materials: tuple[MeshMaterial, ...]
    pictures: tuple[Picture, ...]
    instance_part: NDArray[np.int32]
    root_from_instance: Floats
    notes: tuple[str, ...]


def read_gltf(path: Path) -> GltfSet:
    """A .glb or .gltf with the files beside it. Raises InputError: file, JSON path, what is wrong, what to do."""
    file = GltfFile(path)
    materials = GltfMaterials(file)
    meshes = GltfMeshes(file, materials)
    _note_undrawn(file)
    nodes, places = node_places(file)
    part, row = _instances(file, meshes, nodes)
    solid = np.abs(np.linalg.det(places[row, :3, :3])) >= SMALLEST_VOLUME
    if not solid.all():
        file.note("what a node makes flat is not drawn")
    part, row = part[solid], row[solid]
    made = tuple(meshes.parts), tuple(materials.materials), tuple(materials.pictures)
    return GltfSet(*made, part, places[row], tuple(file.notes))


def _instances(file: GltfFile, meshes: GltfMeshes, nodes: list[int]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The part and the row of `nodes` of each instance."""
    parts: list[int] = []
    rows: list[int] = []
    for row, number in enumerate(nodes):
        mesh = file.document.nodes[number].mesh
        if mesh is None:
            continue
        own = meshes.parts_of(mesh, f"nodes[{number}].mesh")
        if len(parts) + len(own) > MOST_INSTANCES:
            raise file.error(f"nodes[{number}]", f"makes more than {MOST_INSTANCES} instances", "Join meshes")
        parts += own
        rows += [row] * len(own)
    return np.array(parts, dtype=np.int32), np.array(rows, dtype=np.int64)


def _note_undrawn(file: GltfFile) -> None:
    if file.document.animations:
        file.note("animations are not played")
    if any(node.skin is not None for node in file.document.nodes):
        file.note("skins do not bend their meshes")
