"""Layers of a scene file become one set in stage space."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from render.layers.mesh.gltf.layer import stage_from_gltf
from render.scene.loading import load_scene_data
from render.scene.readers import READERS
from stage.errors import InputError
from stage.files.loading import find_scene, load_scene
from stage.files.passport import Verdict, verdict_of
from stage.model.layers import AnyLayer, GltfLayer
from stage.model.scene import Scene


def _triangle(folder: Path, name: str, translation: tuple[float, float, float]) -> None:
    """A glTF of one triangle at its node, with a buffer beside it."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype="<f4")
    (folder / f"{name}.bin").write_bytes(corners.tobytes())
    document = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "translation": translation}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [0.1, 0.2, 0.3, 1.0]}, "extensions": {}}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "buffers": [{"uri": f"{name}.bin", "byteLength": 36}],
    }
    (folder / f"{name}.gltf").write_text(json.dumps(document))


def _scene(layers: list[dict[str, object]]) -> Scene:
    return Scene.model_validate({"schema": "scene/1", "name": "test", "layers": layers})


def test_axes_unit_pan_and_position() -> None:
    layer = GltfLayer(kind="gltf", file="a", unit_m=0.01, position_m=(5.0, 6.0, 7.0), pan_deg=90.0)
    x, y, z = stage_from_gltf(layer)[:3, :3].T * 100.0
    assert np.allclose([x, y, z], [(0, 1, 0), (0, 0, 1), (1, 0, 0)])
    plain = stage_from_gltf(GltfLayer(kind="gltf", file="a", position_m=(1.0, 2.0, 3.0)))
    assert np.allclose(plain @ (10.0, 20.0, 30.0, 1.0), (11.0, -28.0, 23.0, 1.0))


def test_layers_are_put_together(tmp_path: Path) -> None:
    _triangle(tmp_path, "a", (1.0, 2.0, 3.0))
    _triangle(tmp_path, "b", (0.0, 0.0, -4.0))
    cv2.imwrite(str(tmp_path / "sky.png"), np.full((4, 8, 3), (255, 128, 0), dtype=np.uint8))
    data = load_scene_data(
        _scene(
            [
                {"kind": "gltf", "file": "a.gltf"},
                {"kind": "equirect", "file": "sky.png", "pan_deg": 20.0, "gain": 3.0},
                {"kind": "gltf", "file": "b.gltf", "pan_deg": 180.0, "unit_m": 2.0},
            ]
        ),
        tmp_path,
    )
    assert data.meshes.instance_part.tolist() == [0, 1]
    assert [part.material for part in data.meshes.parts] == [0, 1]
    assert np.allclose(data.meshes.stage_from_instance[:, :3, 3], [(1.0, -3.0, 2.0), (0.0, -8.0, 0.0)])
    assert np.allclose(data.meshes.instance_low_m, [(1.0, -3.0, 2.0), (-2.0, -8.0, 0.0)])
    assert np.allclose(data.meshes.instance_high_m, [(2.0, -3.0, 3.0), (0.0, -8.0, 2.0)])
    assert data.background is not None
    assert (data.background.pan_deg, data.background.gain) == (20.0, 3.0)
    expected = (0.0, ((128 / 255 + 0.055) / 1.055) ** 2.4, 1.0)
    assert np.allclose(data.background.radiance[0, 0], expected, atol=1e-3)


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    _triangle(tmp_path, "far", (1e6, 0.0, 0.0))
    cv2.imwrite(str(tmp_path / "sky.png"), np.zeros((2, 4, 3), dtype=np.uint8))
    sky: dict[str, object] = {"kind": "equirect", "file": "sky.png"}
    with pytest.raises(InputError, match=r"layers\[1\].*second background"):
        load_scene_data(_scene([sky, sky]), tmp_path)
    with pytest.raises(InputError, match="1000 km"):
        load_scene_data(_scene([{"kind": "gltf", "file": "far.gltf"}]), tmp_path)
    with pytest.raises(InputError, match=r"none\.glb"):
        load_scene_data(_scene([{"kind": "gltf", "file": "none.glb"}]), tmp_path)


def test_every_kind_of_layer_has_a_reader() -> None:
    assert set(READERS) == set(get_args(AnyLayer))


def test_a_second_background_is_refused_before_it_is_read(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "sky.png"), np.zeros((2, 4, 3), dtype=np.uint8))
    seconds: tuple[dict[str, object], ...] = ({"kind": "equirect", "file": "missing.hdr"}, {"kind": "sky"})
    for second in seconds:
        with pytest.raises(InputError) as caught:
            load_scene_data(_scene([{"kind": "equirect", "file": "sky.png"}, second]), tmp_path)
        assert (caught.value.field, caught.value.problem) == ("layers[1]", "is a second background")


def test_remarks_stand_in_the_order_of_the_layers(tmp_path: Path) -> None:
    _triangle(tmp_path, "a", (0.0, 0.0, 0.0))
    document = json.loads((tmp_path / "a.gltf").read_text())
    document["meshes"][0]["primitives"].append({"attributes": {"POSITION": 0}, "mode": 0})
    (tmp_path / "a.gltf").write_text(json.dumps(document))
    cv2.imwrite(str(tmp_path / "clear.png"), np.zeros((2, 2, 4), dtype=np.uint8))
    card: dict[str, object] = {"kind": "card", "file": "clear.png", "size_m": 1.0}
    mesh: dict[str, object] = {"kind": "gltf", "file": "a.gltf"}
    passport = load_scene_data(_scene([card, mesh, card, card]), tmp_path).passport
    assert [entry.file for entry in passport if entry.why] == ["clear.png", "a.gltf", "clear.png", "clear.png"]


@pytest.mark.parametrize("name", ["boxes", "marker_board", "courtyard"])
def test_the_sets_that_came_with_us_load_without_remarks(name: str) -> None:
    path = find_scene(name)
    data = load_scene_data(load_scene(path), path.parent)
    assert data.meshes.triangle_count > 100
    assert data.background is not None or data.sky is not None
    assert verdict_of(data.passport) is Verdict.READY
    size = data.meshes.instance_high_m.max(axis=0) - data.meshes.instance_low_m.min(axis=0)
    assert np.isfinite(size).all()
    assert math.isfinite(float(size.max()))
