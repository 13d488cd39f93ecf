"""A glTF layer of a scene file, read and placed in the stage."""

from __future__ import annotations

import math
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.lights import placed_light, stronger, weak_lamps
from render.layers.mesh.gltf.reader import GltfMotion, GltfSet, read_gltf
from render.layers.mesh.mesh_data import MeshData, MeshPart, PunctualLight, instance_boxes
from render.layers.mesh.node_rig import MovingSet, Skin
from render.layers.mesh.skin_weights import joint_boxes
from stage.errors import InputError
from stage.maths.arrays import Floats
from stage.model.layers import GltfLayer

FARTHEST_M = 1_000_000.0
"""No set is larger: anything beyond is an error of units, and float32 would no longer be precise enough."""


def read_meshes(layer: GltfLayer, folder: Path) -> MeshData:
    """The meshes of a layer, placed in the stage. Raises InputError if the file is missing or invalid, or the set has
    an impossible size."""
    path = folder / layer.file
    own = read_gltf(path, layer.animation, layer.variant)
    stage_from_instance = stage_from_gltf(layer) @ own.root_from_instance
    low, high = _boxes(own, stage_from_instance, path)
    moving = _moving(own, layer)
    lights = _lights(own, layer)
    for one in moving:
        pose = one.pose(0.0)
        stage_from_instance[one.instances] = pose.stage_from_instance
        low[one.instances], high[one.instances] = pose.low_m, pose.high_m
    return MeshData(
        parts=own.parts,
        materials=tuple(replace(one, practical=_practical(layer, one.name)) for one in own.materials),
        pictures=own.pictures,
        instance_part=own.instance_part,
        stage_from_instance=stage_from_instance,
        instance_low_m=low,
        instance_high_m=high,
        instance_casts=None if layer.casts_shadow else np.zeros(len(own.instance_part), dtype=np.bool_),
        moving=moving,
        lights=lights,
        passport=own.passport + weak_lamps(path.name, lights),
    )


def stage_from_gltf(layer: GltfLayer) -> Floats:
    """(4, 4): glTF (x, y, z) in its unit becomes stage (x, -z, y) in metres, rotated by pan, then moved."""
    cosine, sine = math.cos(math.radians(layer.pan_deg)), math.sin(math.radians(layer.pan_deg))
    matrix = np.eye(4)
    turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    axes = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    matrix[:3, :3] = turn @ axes * layer.unit_m
    matrix[:3, 3] = layer.position_m
    return matrix


def _boxes(own: GltfSet, stage_from_instance: Floats, path: Path) -> tuple[Floats, Floats]:
    """The boxes (N, 3) of the instances, checked against `FARTHEST_M`."""
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = instance_boxes(own.parts, own.instance_part, stage_from_instance)
    outside = ~(np.maximum(np.abs(low), np.abs(high)) < FARTHEST_M).all(axis=1)
    if outside.any():
        number = int(np.flatnonzero(outside)[0])
        raise InputError(
            str(path), "", f"instance {number} reaches farther than 1000 km", "Check unit_m and the nodes' scale"
        )
    return low, high


def _lights(own: GltfSet, layer: GltfLayer) -> tuple[PunctualLight, ...]:
    """The lights of the file, placed in the stage; a practical is known by its own or its node's name."""
    stage_from_root = stage_from_gltf(layer)
    placed = (
        placed_light(
            light, stage_from_root, layer.unit_m, _practical(layer, light.name) or _practical(layer, node_name)
        )
        for light, node_name in own.lights
    )
    return tuple(stronger(light, layer.lamp_gain) for light in placed)


def _moving(own: GltfSet, layer: GltfLayer) -> tuple[MovingSet, ...]:
    """The instances that move or are bent; empty if there are none."""
    if own.motion is None:
        return ()
    moved = own.motion.rig.moved_by(own.motion.clip)[own.motion.rows]
    moved[list(own.motion.skins)] = True
    members = np.flatnonzero(moved)
    return (_moving_set(own, own.motion, members, layer),) if len(members) else ()


def _moving_set(own: GltfSet, motion: GltfMotion, members: NDArray[np.int64], layer: GltfLayer) -> MovingSet:
    corners = np.array([own.parts[part].corners() for part in own.instance_part[members]])
    return MovingSet(
        rig=motion.rig, clip=motion.clip, speed=layer.animation_speed, stage_from_root=stage_from_gltf(layer),
        instances=members, rows=motion.rows[members], node_from_instance=motion.node_from_instance[members],
        middle=corners.mean(axis=1), half=(corners[:, 1] - corners[:, 0]) / 2.0, skins=_skins(own, motion, members),
    )  # fmt: skip


def _skins(own: GltfSet, motion: GltfMotion, members: NDArray[np.int64]) -> tuple[Skin, ...]:
    place_of = {int(instance): place for place, instance in enumerate(members)}
    skins = []
    for instance, skin in motion.skins.items():
        part: MeshPart = own.parts[own.instance_part[instance]]
        if part.skin is not None:
            boxes = joint_boxes(part.vertices[:, :3], part.skin, skin.joint_from_mesh)
            skins.append(Skin(place_of[instance], skin.rows, skin.joint_from_mesh, boxes))
    return tuple(skins)


def _practical(layer: GltfLayer, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in layer.practicals)
