"""Merges the meshes of several layers, to draw all of them with the same few calls. Numpy only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, PictureUse
from render.layers.mesh.node_rig import MovingSet
from render.layers.mesh.pieces import in_pieces


def merged(layers: Sequence[MeshData]) -> MeshData:
    """The meshes of a set's layers together, in the layers' order, large ones cut into pieces."""
    together = MeshData(
        parts=tuple(_parts(layers)),
        materials=tuple(_materials(layers)),
        pictures=tuple(picture for one in layers for picture in one.pictures),
        lights=tuple(light for one in layers for light in one.lights),
        passport=tuple(entry for one in layers for entry in one.passport),
    )
    return in_pieces(_with_instances(together, layers)) if layers else together


def _with_instances(together: MeshData, layers: Sequence[MeshData]) -> MeshData:
    """The instances of all parts, each layer's after the previous layer's."""
    before = _counted(len(one.parts) for one in layers)
    parts = [one.instance_part + np.int32(first) for one, first in zip(layers, before, strict=True)]
    casts = [np.ones(len(one.instance_part), np.bool_) if one.instance_casts is None else one.instance_casts
             for one in layers]  # fmt: skip
    every = np.concatenate(casts)
    return replace(
        together,
        instance_part=np.concatenate(parts),
        stage_from_instance=np.concatenate([one.stage_from_instance for one in layers]),
        instance_low_m=np.concatenate([one.instance_low_m for one in layers]),
        instance_high_m=np.concatenate([one.instance_high_m for one in layers]),
        instance_casts=None if every.all() else every,
        moving=tuple(_moving(layers)),
    )


def _parts(layers: Sequence[MeshData]) -> Iterator[MeshPart]:
    for one, before in zip(layers, _counted(len(one.materials) for one in layers), strict=True):
        yield from (replace(part, material=part.material + before) for part in one.parts)


def _materials(layers: Sequence[MeshData]) -> Iterator[MeshMaterial]:
    for one, before in zip(layers, _counted(len(one.pictures) for one in layers), strict=True):
        yield from (_shifted(material, before) for material in one.materials)


def _moving(layers: Sequence[MeshData]) -> Iterator[MovingSet]:
    for one, before in zip(layers, _counted(len(one.instance_part) for one in layers), strict=True):
        yield from (replace(moving, instances=moving.instances + before) for moving in one.moving)


def _shifted(material: MeshMaterial, pictures_before: int) -> MeshMaterial:
    """The material of a later layer: its pictures count from where that layer's pictures start."""
    return replace(
        material,
        picture=None if material.picture is None else material.picture + pictures_before,
        metal_rough=_use_shifted(material.metal_rough, pictures_before),
        normal=_use_shifted(material.normal, pictures_before),
        occlusion=_use_shifted(material.occlusion, pictures_before),
        emissive_picture=_use_shifted(material.emissive_picture, pictures_before),
    )


def _use_shifted(use: PictureUse | None, pictures_before: int) -> PictureUse | None:
    return None if use is None else replace(use, picture=use.picture + pictures_before)


def _counted(counts: Iterator[int]) -> list[int]:
    """How many there are before each."""
    return list(accumulate(counts, initial=0))[:-1]
