"""A glTF 2.0 file as parts, materials, lights and instances, in its own axes (y up) and units, and how they move.

Not drawn: cameras (the stage has its own), animated morph targets, points and lines. If a file has any of these, its
passport says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.animation import Clip
from render.layers.mesh.gltf.animations import GltfSkin, clip_names, read_clip, read_skin
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.instancing import instance_places
from render.layers.mesh.gltf.lights import GltfLight, punctual_lights
from render.layers.mesh.gltf.meshes import GltfMeshes
from render.layers.mesh.gltf.nodes import hidden_nodes, node_places, node_rig
from render.layers.mesh.gltf.surfaces.materials import GltfMaterials
from render.layers.mesh.gltf.variants import variant_number
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart
from render.layers.mesh.node_rig import NodeRig
from render.pictures.picture import Picture
from stage.files.passport import Passport
from stage.maths.arrays import Floats

MOST_INSTANCES = 1_000_000
SMALLEST_VOLUME = 1e-24
"""The least volume of a unit cube under a node: below this it is flat, without visible surface or normals."""


class GltfMotion(NamedTuple):
    """The nodes, the clip that plays (if any), each instance's node row (N,) and its place on that node
    (N, 4, 4), and the skins by instance number. A bent instance does not share its part."""

    rig: NodeRig
    clip: Clip | None
    rows: NDArray[np.int64]
    node_from_instance: Floats
    skins: dict[int, GltfSkin]


class GltfSet(NamedTuple):
    """Instance i is part `instance_part[i]` (N,) int32 at `root_from_instance[i]` (N, 4, 4). `motion`: if nodes
    are animated or meshes have skins."""

    parts: tuple[MeshPart, ...]
    materials: tuple[MeshMaterial, ...]
    pictures: tuple[Picture, ...]
    instance_part: NDArray[np.int32]
    root_from_instance: Floats
    passport: Passport
    lights: tuple[GltfLight, ...] = ()
    motion: GltfMotion | None = None


class _Instances(NamedTuple):
    part: NDArray[np.int32]
    row: NDArray[np.int64]
    place: Floats
    skin: NDArray[np.int64]


def read_gltf(path: Path, animation: str | None = None, variant: str | None = None) -> GltfSet:
    """A .glb or .gltf with the files beside it, the animation that plays, and the variant of its materials.

    Raises InputError: file, JSON path, problem, remedy.
    """
    file = GltfFile(path)
    materials = GltfMaterials(file)
    meshes = GltfMeshes(file, materials, variant_number(file, variant))
    nodes, places = node_places(file)
    clip = read_clip(file, animation, nodes) if animation is not None else None
    if animation is None and file.document.animations:
        names = ", ".join(clip_names(file))[:200]
        file.lost(f"animations ({names})", "the layer chooses none", "Set animation = NAME in the layer")
    hidden = hidden_nodes(file, nodes)
    found = _instances(file, meshes, nodes, hidden)
    found = _solid(file, found, places)
    materials.say()
    motion = _motion(file, meshes, nodes, clip, found)
    made = tuple(meshes.parts), tuple(materials.materials), tuple(materials.pictures)
    lights = punctual_lights(file, nodes, places, hidden)
    return GltfSet(*made, found.part, places[found.row] @ found.place, tuple(file.passport), lights, motion)


def _instances(file: GltfFile, meshes: GltfMeshes, nodes: list[int], hidden: frozenset[int]) -> _Instances:
    """The part, the row of `nodes`, the place on that node and the skin (-1 = none) of each instance."""
    parts: list[int] = []
    rows: list[int] = []
    skins: list[int] = []
    own_places: list[Floats] = [np.zeros((0, 4, 4))]
    for row, number in enumerate(nodes):
        node = file.document.nodes[number]
        if node.mesh is None or number in hidden:
            continue
        own = meshes.parts_of(node.mesh, node, f"nodes[{number}].mesh")
        places = instance_places(file, node, f"nodes[{number}]")
        if len(parts) + len(own) * len(places) > MOST_INSTANCES:
            raise file.error(f"nodes[{number}]", f"makes more than {MOST_INSTANCES} instances", "Join meshes")
        skin = None if node.extensions.instancing is not None else node.skin
        for part in own:
            bent = skin is not None and meshes.parts[part].skin is not None
            parts += [meshes.own_copy(part) if bent else part] * len(places)
            skins += [skin if skin is not None and bent else -1] * len(places)
            own_places.append(places)
        rows += [row] * (len(own) * len(places))
    return _Instances(
        np.array(parts, dtype=np.int32),
        np.array(rows, dtype=np.int64),
        np.concatenate(own_places),
        np.array(skins, dtype=np.int64),
    )


def _solid(file: GltfFile, found: _Instances, places: Floats) -> _Instances:
    """The instances that are not flat; a skinned mesh does not depend on its own node's place."""
    volume = np.linalg.det(places[found.row, :3, :3]) * np.linalg.det(found.place[:, :3, :3])
    solid = (np.abs(volume) >= SMALLEST_VOLUME) | (found.skin >= 0)
    if not solid.all():
        file.lost("meshes that a node scales flat", "they have no volume and no normals", "Scale them by more than 0")
    return _Instances(*(field[solid] for field in found))


def _motion(
    file: GltfFile, meshes: GltfMeshes, nodes: list[int], clip: Clip | None, found: _Instances
) -> GltfMotion | None:
    bent = np.flatnonzero(found.skin >= 0)
    if clip is None and not len(bent):
        return None
    skins: dict[int, GltfSkin] = {}
    for instance in bent.tolist():
        node = nodes[int(found.row[instance])]
        skin = read_skin(file, int(found.skin[instance]), nodes, f"nodes[{node}].skin")
        weights = meshes.parts[int(found.part[instance])].skin
        if weights is not None and not (weights.joints.min() >= 0 and int(weights.joints.max()) < len(skin.rows)):
            raise file.error(f"nodes[{node}].mesh", f"names joint {int(weights.joints.max())} of {len(skin.rows)}")
        skins[instance] = skin
    return GltfMotion(node_rig(file, nodes), clip, found.row, found.place, skins)
