"""Damaged glTF files: refused with InputError or read as a set that can be drawn, in little memory."""

from __future__ import annotations

import copy
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from render.layers.mesh.draw_list import DrawList
from render.scene.loading import load_scene_data
from stage.errors import InputError
from stage.model.scene import Scene
from tests.sets.tiny_glb import Glb, Json, textured

SCENE = Scene.model_validate({"schema": "scene/1", "name": "t", "layers": [{"kind": "gltf", "file": "set.glb"}]})
MOST_MEMORY = 8 * 2**20
ODD: list[object] = [
    -1,
    0,
    1,
    3,
    6,
    255,
    5126,
    2**31 - 1,
    2**31,
    2**63,
    10**30,
    0.5,
    -1e300,
    True,
    None,
    "",
    "x",
    "2.0",
    [],
    [0],
    {},
]


def rich() -> Glb:
    """Every kind of thing that is read: a hierarchy, a picture, a strip, sparse and normalised numbers."""
    transform = {"offset": [0, 1], "rotation": 1.0, "scale": [0.5, 0.5]}
    glb = textured({"sampler": 0}, extensions={"KHR_texture_transform": transform})
    document = glb.document
    glb.add("samplers", {"wrapS": 33071})
    glb.add("nodes", {"mesh": glb.mesh(mode=5), "children": [0], "scale": [1, -1, 2], "rotation": [0, 0, 0.6, 0.8]})
    glb.add("nodes", {"children": [1], "matrix": np.eye(4).reshape(-1).tolist()})
    document |= {"scene": 0, "scenes": [{"nodes": [2]}], "extensionsUsed": ["KHR_texture_transform"]}
    colour = glb.numbers(np.full((4, 4), 200, dtype=np.uint8), normalized=True)
    document["meshes"][1]["primitives"][0]["attributes"]["COLOR_0"] = colour
    strength = {"KHR_materials_emissive_strength": {"emissiveStrength": 4}, "KHR_materials_unlit": {}}
    document["materials"][0] |= {"alphaMode": "MASK", "emissiveFactor": [1, 1, 1], "extensions": strength}
    at, values = glb.view(bytes([1, 2])), glb.view(np.ones((2, 3), dtype=np.float32).tobytes())
    indices = {"bufferView": at, "componentType": 5121}
    document["accessors"][0]["sparse"] = {"count": 2, "indices": indices, "values": {"bufferView": values}}
    return glb


RICH = rich()
BYTES = RICH.glb()


def places_in(item: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a document."""
    pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    for key, below in pairs:
        yield (*path, key)
        yield from places_in(below, (*path, key))


def check(content: bytes) -> bool:
    """Whether it was read; else it was refused in words. Nothing else may happen."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "set.glb").write_bytes(content)
        tracemalloc.start()
        try:
            meshes = load_scene_data(SCENE, Path(folder)).meshes
        except InputError:
            return False
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert peak < MOST_MEMORY
    drawn = DrawList(meshes)
    assert all(part.triangles.max() < len(part.vertices) for part in meshes.parts)
    assert np.isfinite(drawn.vertices).all()
    assert np.isfinite(meshes.stage_from_instance).all()
    numbers = [material.picture for material in meshes.materials if material.picture is not None]
    assert all(number < len(meshes.pictures) for number in numbers)
    return True


def test_the_undamaged_file_is_read() -> None:
    assert check(BYTES)


def test_files_cut_off_anywhere_are_refused() -> None:
    assert [length for length in range(0, len(BYTES), 7) if check(BYTES[:length])] == []


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, len(BYTES) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes(changes: list[tuple[int, int]]) -> None:
    content = bytearray(BYTES)
    for place, value in changes:
        content[place] = value
    check(bytes(content))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, len(RICH.buffer) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_numbers_of_meshes_and_pictures(changes: list[tuple[int, int]]) -> None:
    glb = Glb()
    glb.document, glb.buffer = RICH.document, bytearray(RICH.buffer)
    for place, value in changes:
        glb.buffer[place] = value
    check(glb.glb())


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(list(places_in(RICH.document))), st.sampled_from(ODD)), max_size=3))
def test_odd_values_anywhere_in_the_document(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    glb = Glb()
    glb.buffer, glb.document = RICH.buffer, copy.deepcopy(RICH.document)
    for path, value in changes:
        put(glb.document, path, value)
    check(glb.glb())


def put(document: Json, path: tuple[Any, ...], value: object) -> None:
    """Replaces what is at the path, where an earlier change has left such a place."""
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key] if key in places_at(holder) else None
    if path[-1] in places_at(holder):
        holder[path[-1]] = copy.deepcopy(value)


def places_at(item: Any) -> list[Any]:
    """The keys or numbers that a value has."""
    return list(item) if isinstance(item, dict) else list(range(len(item))) if isinstance(item, list) else []
