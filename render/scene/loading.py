"""A scene file's layers, read and put together in stage space."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from render.scene.equirect import read_equirect
from render.scene.gltf import GltfSet, read_gltf
from render.scene.readers import READERS
from render.scene.scene_data import (
    Background,
    Floats,
    LayerData,
    MeshMaterial,
    MeshPart,
    Noted,
    Picture,
    SceneData,
    instance_boxes,
)
from stage.errors import InputError
from stage.model.layers import AnyLayer, EquirectLayer, GltfLayer, SkyLayer
from stage.model.scene import Scene

FARTHEST_M = 1_000_000.0
"""No set is larger; what lies beyond is a mistake of units, and float32 would no longer place it well."""


def load_scene_data(scene: Scene, folder: Path) -> SceneData:
    """The set of a scene file whose layers lie in `folder`.

    Raises InputError: a file is not there or not as it should be, the set is of impossible size, or there are two
    backgrounds.
    """
    parts: list[MeshPart] = []
    materials: list[MeshMaterial] = []
    pictures: list[Picture] = []
    instance_part = [np.zeros(0, dtype=np.int32)]
    transforms: list[Floats] = [np.zeros((0, 4, 4))]
    notes: list[str] = []
    background: Background | None = None
    sky: SkyLayer | None = None
    others: list[LayerData] = []
    for number, layer in enumerate(scene.layers):
        if isinstance(layer, EquirectLayer | SkyLayer):
            if background is not None or sky is not None:
                raise InputError(scene.name, f"layers[{number}]", "is a second background", "Keep one of them")
            if isinstance(layer, SkyLayer):
                sky = layer
            else:
                background = Background(read_equirect(folder / layer.file), layer.pan_deg, layer.gain)
            continue
        if not isinstance(layer, GltfLayer):
            others.append(_other(layer, f"layers[{number}]", scene, folder))
            if isinstance(others[-1], Noted):
                notes += others[-1].notes
            continue
        own = read_gltf(folder / layer.file)
        instance_part.append(own.instance_part + np.int32(len(parts)))
        transforms.append(stage_from_gltf(layer) @ own.root_from_instance)
        parts += [MeshPart(part.vertices, part.triangles, part.material + len(materials)) for part in own.parts]
        materials += [_shifted(material, len(pictures)) for material in own.materials]
        pictures += own.pictures
        notes += own.notes
        _check_size(own, transforms[-1], folder / layer.file)
    numbers, stage_from_instance = np.concatenate(instance_part), np.concatenate(transforms)
    low, high = instance_boxes(tuple(parts), numbers, stage_from_instance)
    return SceneData(
        scene.name, tuple(parts), tuple(materials), tuple(pictures),
        numbers, stage_from_instance, low, high,
        background, scene.sun, scene.light_from_all_sides, scene.haze,
        notes=tuple(notes), layers=tuple(others), sky=sky,
    )  # fmt: skip


def _other(layer: AnyLayer, field: str, scene: Scene, folder: Path) -> LayerData:
    """A layer of another kind than meshes and background, read by its own reader."""
    reader = READERS.get(type(layer))
    if reader is None:
        raise InputError(scene.name, field, f"{layer.kind} is not drawn by this release", "Take the layer out")
    return reader(layer, folder)


def stage_from_gltf(layer: GltfLayer) -> Floats:
    """(4, 4): glTF (x, y, z) in its unit becomes stage (x, -z, y) in metres, turned by pan, then moved."""
    cosine, sine = math.cos(math.radians(layer.pan_deg)), math.sin(math.radians(layer.pan_deg))
    matrix = np.eye(4)
    turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    axes = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    matrix[:3, :3] = turn @ axes * layer.unit_m
    matrix[:3, 3] = layer.position_m
    return matrix


def _shifted(material: MeshMaterial, pictures_before: int) -> MeshMaterial:
    """The material of a later layer: its picture counts from where that layer's pictures start."""
    if material.picture < 0:
        return material
    return MeshMaterial(
        material.base_colour,
        material.emissive,
        material.picture + pictures_before,
        material.alpha_cutoff,
        material.double_sided,
        material.unlit,
    )


def _check_size(own: GltfSet, transforms: Floats, path: Path) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = instance_boxes(own.parts, own.instance_part, transforms)
    outside = ~(np.maximum(np.abs(low), np.abs(high)) < FARTHEST_M).all(axis=1)
    if outside.any():
        number = int(np.flatnonzero(outside)[0])
        raise InputError(
            str(path), "", f"instance {number} reaches farther than 1000 km", "Check unit_m and the nodes' scale"
        )
