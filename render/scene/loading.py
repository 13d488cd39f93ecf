"""A scene file's layers, read and put together in stage space."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.layer import layer_lights, layer_material, moving_set, stage_from_gltf
from render.layers.mesh.gltf.reader import GltfSet, read_gltf
from render.layers.mesh.mesh_data import Floats, MeshMaterial, MeshPart, PunctualLight, instance_boxes
from render.layers.mesh.node_rig import MovingSet
from render.layers.mesh.pieces import in_pieces
from render.layers.sky.reader import SkyData, read_sky
from render.pictures.equirect import read_equirect
from render.pictures.picture import Background, Picture
from render.scene.readers import READERS
from render.scene.scene_data import LayerData, Noted, SceneData
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
    sky: SkyData | None = None
    others: list[LayerData] = []
    lights: list[PunctualLight] = []
    casts: list[NDArray[np.bool_]] = [np.zeros(0, dtype=np.bool_)]
    moving: list[MovingSet | None] = []
    for number, layer in enumerate(scene.layers):
        if isinstance(layer, EquirectLayer | SkyLayer):
            if background is not None or sky is not None:
                raise InputError(scene.name, f"layers[{number}]", "is a second background", "Keep one of them")
            if isinstance(layer, SkyLayer):
                sky = read_sky(layer)
            else:
                background = Background(
                    read_equirect(folder / layer.file, layer.colour_space), layer.pan_deg, layer.gain
                )
            continue
        if not isinstance(layer, GltfLayer):
            others.append(_other(layer, f"layers[{number}]", scene, folder))
            if isinstance(others[-1], Noted):
                notes += others[-1].notes
            continue
        own = read_gltf(folder / layer.file, layer.animation)
        if own.motion is not None:
            first = sum(len(numbers) for numbers in instance_part)
            moving.append(moving_set(own.parts, own.instance_part, own.motion, layer, first))
        lights += layer_lights(own, layer)
        casts.append(np.full(len(own.instance_part), layer.casts_shadow))
        instance_part.append(own.instance_part + np.int32(len(parts)))
        transforms.append(stage_from_gltf(layer) @ own.root_from_instance)
        parts += [replace(part, material=part.material + len(materials)) for part in own.parts]
        materials += [layer_material(material, len(pictures), layer) for material in own.materials]
        pictures += own.pictures
        notes += own.notes
        _check_size(own, transforms[-1], folder / layer.file)
    numbers, stage_from_instance = np.concatenate(instance_part), np.concatenate(transforms)
    low, high = instance_boxes(tuple(parts), numbers, stage_from_instance)
    moves = tuple(one for one in moving if one is not None)
    for one in moves:
        pose = one.pose(0.0)
        stage_from_instance[one.instances] = pose.stage_from_instance
        low[one.instances], high[one.instances] = pose.low_m, pose.high_m
    all_casts = np.concatenate(casts)
    whole = SceneData(
        name=scene.name, parts=tuple(parts), materials=tuple(materials), pictures=tuple(pictures),
        instance_part=numbers, stage_from_instance=stage_from_instance, instance_low_m=low, instance_high_m=high,
        background=background, sun=scene.sun, ambient=scene.light_from_all_sides, haze=scene.haze,
        notes=tuple(notes), layers=tuple(others), sky=sky,
        animated=any(one.animated for one in moves), lights=tuple(lights),
        instance_casts=None if all_casts.all() else all_casts, moving=moves,
    )  # fmt: skip
    return in_pieces(whole)


def _other(layer: AnyLayer, field: str, scene: Scene, folder: Path) -> LayerData:
    """A layer of another kind than meshes and background, read by its own reader."""
    reader = READERS.get(type(layer))
    if reader is None:
        raise InputError(scene.name, field, f"{layer.kind} is not drawn by this release", "Take the layer out")
    return reader(layer, folder)


def _check_size(own: GltfSet, transforms: Floats, path: Path) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = instance_boxes(own.parts, own.instance_part, transforms)
    outside = ~(np.maximum(np.abs(low), np.abs(high)) < FARTHEST_M).all(axis=1)
    if outside.any():
        number = int(np.flatnonzero(outside)[0])
        raise InputError(
            str(path), "", f"instance {number} reaches farther than 1000 km", "Check unit_m and the nodes' scale"
        )
