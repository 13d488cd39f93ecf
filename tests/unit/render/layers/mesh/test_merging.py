"""The meshes of several layers as one: every instance keeps what it is made of, how it moves and whether it casts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from render.layers.mesh.gltf.layer import read_meshes
from render.layers.mesh.merging import merged
from render.layers.mesh.mesh_data import MeshData
from stage.model.layers import GltfLayer
from tests.sets.moving_glb import bent_strip
from tests.sets.tiny_glb import tetrahedron, textured


def layers(folder: Path) -> list[MeshData]:
    """One with a picture, one that casts no shadow, one that a clip bends; each 10 m on from the one before."""
    strip, *_ = bent_strip()
    for name, glb in (("a", textured()), ("b", tetrahedron()), ("c", strip)):
        (folder / f"{name}.glb").write_bytes(glb.glb())
    more: list[dict[str, object]] = [{}, {"casts_shadow": False}, {"animation": "wave"}]
    places = [{"file": f"{name}.glb", "position_m": [10 * n, 0, 0]} for n, name in enumerate("abc")]
    read = [GltfLayer.model_validate({"kind": "gltf"} | place | one) for place, one in zip(places, more, strict=True)]
    return [read_meshes(layer, folder) for layer in read]


def test_each_instance_keeps_its_part_its_material_its_picture_and_its_place(tmp_path: Path) -> None:
    own = layers(tmp_path)
    own = [own[0], own[0], *own[1:]]
    together, first = merged(own), 0
    for layer in own:
        for instance, number in enumerate(layer.instance_part):
            part, now = layer.parts[number], together.parts[together.instance_part[first + instance]]
            assert np.array_equal(now.vertices, part.vertices)
            before, after = layer.materials[part.material], together.materials[now.material]
            assert replace(after, picture=None) == replace(before, picture=None)
            if before.picture is not None:
                assert after.picture is not None
                assert together.pictures[after.picture] is layer.pictures[before.picture]
            assert np.array_equal(together.stage_from_instance[first + instance], layer.stage_from_instance[instance])
        first += len(layer.instance_part)
    assert first == len(together.instance_part) == 4
    assert len({material.picture for material in together.materials}) == 3, "two pictures, and none"


def test_what_moves_is_told_by_its_number_in_the_whole(tmp_path: Path) -> None:
    own = layers(tmp_path)
    (moving,) = merged(own).moving
    assert moving.instances.tolist() == [2]
    assert merged([own[2], *own[:2]]).moving[0].instances.tolist() == [0]


def test_shadows_are_cast_by_the_layers_that_cast_them(tmp_path: Path) -> None:
    own = layers(tmp_path)
    casts = merged(own).instance_casts
    assert casts is not None
    assert casts.tolist() == [True, False, True]
    assert merged([own[0], own[2]]).instance_casts is None


def test_a_set_without_meshes_has_none() -> None:
    nothing = merged([])
    assert (nothing.triangle_count, nothing.animated, len(nothing.instance_low_m)) == (0, False, 0)
