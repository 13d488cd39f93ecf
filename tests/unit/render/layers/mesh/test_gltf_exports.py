"""glTF as exporters write it: packed meshes and pictures, hidden nodes, odd strides, values a hair out of range."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from render.layers.mesh.gltf.reader import GltfSet, read_gltf
from render.pictures.packed_picture import decode_any_picture
from render.pictures.picture_bytes import PictureError
from stage.errors import InputError
from stage.files.passport import Fate
from tests.sets.tiny_glb import CORNERS, PIXELS, Glb, Json, tetrahedron

DATA = Path(__file__).parents[4] / "data" / "content"
PACKED: dict[str, Any] = json.loads((DATA / "packed_meshes.json").read_text())
QUARTERS = np.array([[200, 0, 0, 255], [0, 180, 0, 255], [0, 0, 220, 255], [240, 240, 240, 96]])


def read(glb: Glb, folder: Path) -> GltfSet:
    path = folder / "set.glb"
    path.write_bytes(glb.glb())
    return read_gltf(path)


def fates(got: GltfSet) -> dict[str, Fate]:
    return {entry.asks: entry.fate for entry in got.passport}


def packed(name: str) -> bytes:
    return base64.b64decode(PACKED[name])


def unpacked_positions() -> NDArray[np.float64]:
    return np.frombuffer(packed("positions_raw"), np.uint16).reshape(-1, 4)[:, :3] / 65535.0


def meshopt_dome(name: str = "EXT_meshopt_compression") -> Glb:
    """The dome as gltfpack writes it: quantised, packed; the outer buffer has no bytes."""
    glb = Glb()
    views: list[Json] = glb.document["bufferViews"]
    for kind, stride, count, mode, given in (
        ("positions", 8, 81, "ATTRIBUTES", "NONE"), ("normals", 4, 81, "ATTRIBUTES", "OCTAHEDRAL"),
        ("triangles", 2, 384, "TRIANGLES", "NONE"),
    ):  # fmt: skip
        own = views[glb.view(packed(kind))]
        place = {"buffer": 0, "byteOffset": own["byteOffset"], "byteLength": own["byteLength"]}
        inner = {**place, "byteStride": stride, "count": count, "mode": mode, "filter": given}
        own.update(buffer=1, byteOffset=0, byteLength=stride * count, extensions={name: inner})
        if mode == "ATTRIBUTES":
            own["byteStride"] = stride
    glb.document["accessors"] += [
        {"bufferView": 0, "componentType": 5123, "normalized": True, "count": 81, "type": "VEC3"},
        {"bufferView": 1, "componentType": 5120, "normalized": True, "count": 81, "type": "VEC3"},
        {"bufferView": 2, "componentType": 5123, "count": 384, "type": "SCALAR"},
    ]
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": 0, "NORMAL": 1}, indices=2)})
    glb.document["extensionsUsed"] = glb.document["extensionsRequired"] = [name, "KHR_mesh_quantization"]
    return glb


@pytest.mark.parametrize("name", ["EXT_meshopt_compression", "KHR_meshopt_compression"])
def test_a_mesh_packed_by_meshopt_is_the_mesh_that_was_packed(name: str, tmp_path: Path) -> None:
    got = read(meshopt_dome(name), tmp_path)
    (part,) = got.parts
    normals = np.array(PACKED["normals_float"]).reshape(-1, 4)[:, :3]
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    assert np.allclose(part.vertices[:, :3], unpacked_positions(), atol=1e-7)
    assert np.abs(part.vertices[:, 3:6] - normals).max() < 0.02, "8 bits"
    triangles = np.frombuffer(packed("indices_raw"), np.uint16).reshape(-1, 3)
    assert {frozenset(one) for one in part.triangles.tolist()} == {frozenset(one) for one in triangles.tolist()}
    assert set(fates(got).values()) == {Fate.DRAWN}


@pytest.mark.parametrize("change", [{"count": 82}, {"count": 2**31 - 1}, {"byteStride": 4}, {"byteLength": 20}])
def test_a_packed_view_that_lies_about_its_size_is_an_error(change: Json, tmp_path: Path) -> None:
    glb = meshopt_dome()
    glb.document["bufferViews"][0]["extensions"]["EXT_meshopt_compression"].update(change)
    with pytest.raises(InputError, match="bufferViews"):
        read(glb, tmp_path)


def draco_dome(data: bytes | None = None, required: bool = False) -> Glb:
    """The dome as Draco packs it; its accessors have no bytes."""
    glb = Glb()
    view = glb.view(packed("draco") if data is None else data)
    names = {"POSITION": "VEC3", "TEXCOORD_0": "VEC2", "JOINTS_0": "VEC4", "WEIGHTS_0": "VEC4"}
    for name, kind in names.items():
        glb.document["accessors"].append(
            {"componentType": 5123 if name == "JOINTS_0" else 5126, "count": 81, "type": kind}
        )
    glb.document["accessors"].append({"componentType": 5123, "count": 384, "type": "SCALAR"})
    attributes = {name: number for number, name in enumerate(names)}
    extension = {"KHR_draco_mesh_compression": {"bufferView": view, "attributes": PACKED["draco_ids"]}}
    glb.add("nodes", {"mesh": glb.mesh(attributes, indices=4, extensions=extension)})
    glb.document["extensionsUsed"] = ["KHR_draco_mesh_compression"]
    glb.document["extensionsRequired"] = glb.document["extensionsUsed"] if required else []
    return glb


@pytest.mark.parametrize("required", [False, True])
def test_a_mesh_packed_by_draco_is_the_mesh_that_was_packed(required: bool, tmp_path: Path) -> None:
    """Draco orders vertices anew, so they are compared by place; it was given 14 bits for them."""
    (part,) = read(draco_dome(required=required), tmp_path).parts
    given = np.array(PACKED["draco_positions"]).reshape(-1, 3)
    found = part.vertices[part.triangles.reshape(-1), :3].astype(np.float64)
    nearest = np.linalg.norm(found[:, None] - given[None], axis=2)
    assert nearest.min(axis=1).max() < 2e-4
    assert len(part.triangles) == 128
    number = nearest.argmin(axis=1)
    assert part.skin is not None
    joints = part.skin.joints[part.triangles.reshape(-1)]
    assert (joints[:, 0] == number % 3).all(), "joints and weights are both generic: told apart by their ids"
    assert np.allclose(part.skin.weights[:, :2], [0.75, 0.25], atol=1e-3)


@pytest.mark.parametrize("data", [b"", b"DRACO", b"\0" * 600])
def test_what_is_no_draco_mesh_is_an_error_with_its_place(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(draco_dome(data or b"\0"), tmp_path)
    assert caught.value.field == "meshes[0].primitives[0].extensions.KHR_draco_mesh_compression"


def test_cut_draco_meshes_never_end_in_anything_but_an_input_error(tmp_path: Path) -> None:
    whole, random = packed("draco"), np.random.default_rng(7)
    for _ in range(60):
        data = bytearray(whole[: int(random.integers(1, len(whole)))] if random.random() < 0.5 else whole)
        for place in random.integers(0, len(data), 4):
            data[place] = int(random.integers(0, 256))
        try:
            read(draco_dome(bytes(data)), tmp_path)
        except InputError:
            continue


def test_the_case_of_a_draco_extension_that_is_not_required_is_named() -> None:
    with pytest.raises(InputError, match="Draco"):
        read_gltf(DATA / "draco_not_required.glb")


def test_a_hidden_node_and_what_hangs_below_it_is_not_drawn(tmp_path: Path) -> None:
    assert len(read_gltf(DATA / "hidden_node.glb").instance_part) == 0
    glb = tetrahedron(children=[1, 2])
    hidden = {"KHR_node_visibility": {"visible": False}}
    glb.document["nodes"][0]["extensions"] = {"KHR_node_visibility": {"visible": True}}
    glb.document["extensions"] = {"KHR_lights_punctual": {"lights": [{"type": "point"}]}}
    light = {"KHR_lights_punctual": {"light": 0}}
    glb.add("nodes", {"mesh": 0, "extensions": hidden, "children": [3]})
    glb.add("nodes", {"mesh": 0, "extensions": light, "translation": [5, 0, 0]})
    glb.add("nodes", {"mesh": 0, "extensions": light})
    got = read(glb, tmp_path)
    assert got.root_from_instance[:, 0, 3].tolist() == [0.0, 5.0]
    assert [one.light.position_m for one in got.lights] == [(5.0, 0.0, 0.0)]


def with_image(content: bytes, extension: str | None) -> Glb:
    """A triangle whose texture is an image in some format, named by an extension or plainly."""
    glb = Glb()
    glb.add("images", {"bufferView": glb.view(content)})
    glb.add("textures", {"source": 0} if extension is None else {"extensions": {extension: {"source": 0}}})
    glb.add("materials", {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}})
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    attributes = {"POSITION": glb.numbers(CORNERS[:3]), "TEXCOORD_0": glb.numbers(uv)}
    glb.add("nodes", {"mesh": glb.mesh(attributes, material=0)})
    return glb


@pytest.mark.parametrize("kind", ["etc1s", "uastc"])
def test_a_basis_picture_shows_its_colours_and_its_alpha(kind: str, tmp_path: Path) -> None:
    content = (DATA / f"quarters_{kind}.ktx2").read_bytes()
    (picture,) = read(with_image(content, "KHR_texture_basisu"), tmp_path).pictures
    rgba = picture.rgba.astype(int)
    assert rgba.shape == (32, 32, 4)
    for number, colour in enumerate(QUARTERS):
        row, column = divmod(number, 2)
        assert np.abs(rgba[row * 16 + 4 : row * 16 + 12, column * 16 + 4 : column * 16 + 12] - colour).max() <= 12


@pytest.mark.parametrize(("suffix", "extension"), [(".webp", "EXT_texture_webp"), (".avif", "EXT_texture_avif")])
def test_webp_and_avif_are_read_by_name_and_by_their_bytes(suffix: str, extension: str, tmp_path: Path) -> None:
    plate = np.full((64, 48, 4), (40, 120, 200, 128), np.uint8)
    ok, content = cv2.imencode(suffix, plate, [cv2.IMWRITE_WEBP_QUALITY, 101] if suffix == ".webp" else [])
    assert ok
    for named in (extension, None):
        (picture,) = read(with_image(content.tobytes(), named), tmp_path).pictures
        assert np.abs(picture.rgba.astype(int) - (200, 120, 40, 128)).max() <= 3


def test_a_texture_falls_back_on_its_plain_image_where_the_other_cannot_be_read(tmp_path: Path) -> None:
    glb = with_image(b"\xabKTX 20\xbb\r\n\x1a\n" + b"\0" * 100, "KHR_texture_basisu")
    ok, png = cv2.imencode(".png", cv2.cvtColor(PIXELS, cv2.COLOR_RGBA2BGRA))
    assert ok
    glb.document["textures"][0]["source"] = glb.add("images", {"bufferView": glb.view(png.tobytes())})
    got = read(glb, tmp_path)
    assert np.array_equal(got.pictures[0].rgba, PIXELS)
    del glb.document["textures"][0]["source"]
    with pytest.raises(InputError, match=r"images\[0\]"):
        read(glb, tmp_path)


def test_damaged_packed_pictures_are_picture_errors() -> None:
    random = np.random.default_rng(3)
    for name in ("quarters_etc1s.ktx2", "quarters_uastc.ktx2"):
        whole = (DATA / name).read_bytes()
        for _ in range(60):
            data = bytearray(whole[: int(random.integers(12, len(whole)))])
            for place in random.integers(12, len(data), 3) if len(data) > 12 else ():
                data[place] = int(random.integers(0, 256))
            try:
                decode_any_picture(memoryview(bytes(data)))
            except PictureError:
                continue


def test_mirrored_repeat_holds_the_mirror_image_and_halves_the_coordinates(tmp_path: Path) -> None:
    ok, png = cv2.imencode(".png", cv2.cvtColor(PIXELS, cv2.COLOR_RGBA2BGRA))
    assert ok
    glb = with_image(png.tobytes(), None)
    glb.add("samplers", {"wrapS": 33648, "wrapT": 33071})
    glb.document["textures"][0]["sampler"] = 0
    got = read(glb, tmp_path)
    (picture,) = got.pictures
    assert np.array_equal(picture.rgba, np.concatenate([PIXELS, PIXELS[:, ::-1]], axis=1))
    assert (picture.repeat_x, picture.repeat_y) == (True, False)
    assert got.parts[0].vertices[:, 6:8].tolist() == [[0.0, 0.0], [0.5, 0.0], [0.0, 1.0]]
    assert got.passport == ()


def test_a_stride_of_three_bytes_is_read(tmp_path: Path) -> None:
    """As three.js writes colours and small normals."""
    glb = Glb()
    view = glb.view(np.array([[127, 0, 0], [0, 127, 0], [0, 0, 127], [0, 0, -127]], np.int8).tobytes())
    glb.document["bufferViews"][view]["byteStride"] = 3
    accessor = {"bufferView": view, "componentType": 5120, "normalized": True, "count": 4, "type": "VEC3"}
    glb.document["accessors"].append(accessor)
    attributes = {"NORMAL": 0, "POSITION": glb.numbers(CORNERS)}
    glb.add("nodes", {"mesh": glb.mesh(attributes, indices=glb.numbers(np.arange(3, dtype=np.uint8)))})
    assert read(glb, tmp_path).parts[0].vertices[:, 3:6].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_values_a_hair_out_of_range_go_without_a_word_and_others_are_said(tmp_path: Path) -> None:
    glb = tetrahedron()
    glb.document["meshes"][0]["primitives"][0]["material"] = 0
    glb.add("materials", {"pbrMetallicRoughness": {"metallicFactor": 1.0000001, "roughnessFactor": -1e-9}})
    got = read(glb, tmp_path)
    assert (got.materials[0].metallic, got.materials[0].roughness, got.passport) == (1.0, 0.0, ())
    glb.document["materials"][0]["pbrMetallicRoughness"]["metallicFactor"] = 1.5
    assert fates(read(glb, tmp_path)) == {"metallicFactor 1.5": Fate.APPROXIMATED}


def test_gltf_1_is_named_whatever_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "old.gltf"
    path.write_text(json.dumps({"asset": {"version": "1.0"}, "scene": "main", "scenes": {"main": {"nodes": ["a"]}}}))
    with pytest.raises(InputError, match=r"is glTF 1\.0, not 2\.0"):
        read_gltf(path)


def test_extensions_that_are_not_known_are_lost_by_name(tmp_path: Path) -> None:
    glb = tetrahedron()
    glb.document["extensionsUsed"] = ["ACME_glitter", "KHR_xmp_json_ld", "KHR_audio_emitter", "KHR_mesh_quantization"]
    assert fates(read(glb, tmp_path)) == {
        "ACME_glitter": Fate.LOST, "KHR_audio_emitter": Fate.LOST, "KHR_mesh_quantization": Fate.DRAWN,
    }  # fmt: skip


def test_a_mesh_whose_positions_have_no_bytes_is_said_to_be_lost(tmp_path: Path) -> None:
    glb = Glb()
    glb.document["accessors"].append({"componentType": 5126, "count": 3, "type": "VEC3"})
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": 0})})
    assert Fate.LOST in fates(read(glb, tmp_path)).values()


def test_a_mesh_has_the_shape_of_its_targets_weights_and_a_node_its_own(tmp_path: Path) -> None:
    glb = Glb()
    up, aside = (np.tile(np.array(way, np.float32), (4, 1)) for way in ([0, 1, 0], [2, 0, 0]))
    targets = [{"POSITION": glb.numbers(up)}, {"POSITION": glb.numbers(aside)}]
    mesh = glb.mesh(targets=targets)
    glb.document["meshes"][mesh]["weights"] = [0.5, 0.0]
    glb.add("nodes", {"mesh": mesh})
    glb.add("nodes", {"mesh": mesh, "weights": [0.0, 1.0]})
    got = read(glb, tmp_path)
    corners = CORNERS[np.array([0, 2, 1])]
    first, second = (got.parts[part].vertices[:3, :3] for part in got.instance_part)
    assert np.allclose(first, corners + np.array([0.0, 0.5, 0.0]))
    assert np.allclose(second, corners + np.array([2.0, 0.0, 0.0]))
    assert fates(got) == {"morph targets": Fate.DRAWN}


def test_all_joints_of_a_vertex_count_up_to_the_eight_strongest(tmp_path: Path) -> None:
    for sets, fate in ((2, None), (3, Fate.APPROXIMATED)):
        glb = Glb()
        attributes = {
            "POSITION": glb.numbers(CORNERS),
            "NORMAL": glb.numbers(np.tile(np.array([0, 1, 0], np.float32), (4, 1))),
        }
        share = np.arange(1, 4 * sets + 1, dtype=np.float32) / np.float32(100.0)
        for number in range(sets):
            own = slice(4 * number, 4 * number + 4)
            attributes[f"JOINTS_{number}"] = glb.numbers(
                np.tile(np.arange(own.start, own.stop, dtype=np.uint8), (4, 1))
            )
            attributes[f"WEIGHTS_{number}"] = glb.numbers(np.tile(share[own], (4, 1)))
        glb.add("nodes", {"mesh": glb.mesh(attributes, mode=5)})
        got = read(glb, tmp_path)
        skin = got.parts[0].skin
        assert skin is not None
        assert sorted(skin.joints[0].tolist()) == list(range(4 * sets - 8, 4 * sets))
        assert np.allclose(np.sort(skin.weights[0]), share[-8:] / share[-8:].sum())
        assert fates(got).get("12 joints a vertex") == fate


def test_a_pointer_to_a_nodes_place_moves_it_and_any_other_is_lost(tmp_path: Path) -> None:
    glb = tetrahedron()
    times = glb.numbers(np.array([0.0, 1.0], np.float32))
    values = glb.numbers(np.array([[0, 0, 0], [2, 0, 0]], np.float32))
    pointers = ("/nodes/0/translation", "/materials/0/emissiveFactor")
    channels = [
        {"sampler": 0, "target": {"path": "pointer", "extensions": {"KHR_animation_pointer": {"pointer": one}}}}
        for one in pointers
    ]
    glb.add("animations", {"name": "go", "channels": channels, "samplers": [{"input": times, "output": values}]})
    (tmp_path / "set.glb").write_bytes(glb.glb())
    got = read_gltf(tmp_path / "set.glb", "go")
    assert got.motion is not None
    assert got.motion.clip is not None
    assert [track.property for track in got.motion.clip.tracks] == ["translation"]
    assert fates(got) == {f"KHR_animation_pointer to {pointers[1]}": Fate.LOST}
