"""A glTF layer of a scene file, placed in the stage."""

from __future__ import annotations

import math
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.lights import placed_light
from render.layers.mesh.gltf.reader import GltfMotion, GltfSet
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart, PictureUse, PunctualLight
from render.layers.mesh.node_rig import Floats, MovingSet, Skin
from render.layers.mesh.skin_weights import joint_boxes
from stage.model.layers import GltfLayer


def stage_from_gltf(layer: GltfLayer) -> Floats:
    """(4, 4): glTF (x, y, z) in its unit becomes stage (x, -z, y) in metres, turned by pan, then moved."""
    cosine, sine = math.cos(math.radians(layer.pan_deg)), math.sin(math.radians(layer.pan_deg))
    matrix = np.eye(4)
    turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    axes = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    matrix[:3, :3] = turn @ axes * layer.unit_m
    matrix[:3, 3] = layer.position_m
    return matrix


def layer_material(material: MeshMaterial, pictures_before: int, layer: GltfLayer) -> MeshMaterial:
    """The material of a later layer: its pictures count from where that layer's pictures start."""
    picture = material.picture + pictures_before if material.picture >= 0 else -1
    return replace(
        material,
        picture=picture,
        metal_rough=_shifted(material.metal_rough, pictures_before),
        normal=_shifted(material.normal, pictures_before),
        occlusion=_shifted(material.occlusion, pictures_before),
        emissive_picture=_shifted(material.emissive_picture, pictures_before),
        practical=_practical(layer, material.name),
    )


def layer_lights(own: GltfSet, layer: GltfLayer) -> tuple[PunctualLight, ...]:
    """The lights of a layer's file where they stand in the stage; a practical by its own or its node's name."""
    stage_from_root = stage_from_gltf(layer)
    return tuple(
        placed_light(
            light, stage_from_root, layer.unit_m, _practical(layer, light.name) or _practical(layer, node_name)
        )
        for light, node_name in own.lights
    )


def moving_set(
    parts: tuple[MeshPart, ...], instance_part: NDArray[np.int32], motion: GltfMotion, layer: GltfLayer, first: int
) -> MovingSet | None:
    """What of a layer's instances moves or is bent, the layer's first instance being number `first` of the set."""
    moved = motion.rig.moved_by(motion.clip)[motion.rows]
    moved[list(motion.skins)] = True
    members = np.flatnonzero(moved)
    if not len(members):
        return None
    corners = np.array([parts[part].corners() for part in instance_part[members]])
    place_of = {int(instance): place for place, instance in enumerate(members)}
    skins = []
    for instance, skin in motion.skins.items():
        part = parts[instance_part[instance]]
        if part.skin is not None:
            boxes = joint_boxes(part.vertices[:, :3], part.skin, skin.joint_from_mesh)
            skins.append(Skin(place_of[instance], skin.rows, skin.joint_from_mesh, boxes))
    return MovingSet(
        rig=motion.rig, clip=motion.clip, speed=layer.animation_speed, stage_from_root=stage_from_gltf(layer),
        instances=members + first, rows=motion.rows[members], node_from_instance=motion.node_from_instance[members],
        middle=corners.mean(axis=1), half=(corners[:, 1] - corners[:, 0]) / 2.0, skins=tuple(skins),
    )  # fmt: skip


def _shifted(use: PictureUse | None, pictures_before: int) -> PictureUse | None:
    return None if use is None else replace(use, picture=use.picture + pictures_before)


def _practical(layer: GltfLayer, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in layer.practicals)
