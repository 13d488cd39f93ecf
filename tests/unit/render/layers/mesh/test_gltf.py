"""Reading glTF: numbers, triangles, places and materials against numpy; what is wrong told with its place."""

from __future__ import annotations

import base64
import json
import math
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from render.layers.mesh.draw_list import DrawList
from render.layers.mesh.gltf.layer import read_meshes
from render.layers.mesh.gltf.meshes import as_triangles
from render.layers.mesh.gltf.reader import GltfSet, read_gltf
from render.scene.loading import load_scene_data
from stage.errors import InputError
from stage.files.loading import load_scene, presets_directory
from stage.model.layers import GltfLayer
from stage.model.scene import Scene
from tests.sets.tiny_glb import CORNERS, PIXELS, TETRAHEDRON, Glb, Json, tetrahedron, textured


def read(glb: Glb, folder: Path) -> GltfSet:
    """The set as it is read from a file in the folder."""
    path = folder / "set.glb"
    path.write_bytes(glb.glb())
    return read_gltf(path)


def place(position: list[float], quaternion: list[float], scale: list[float]) -> NDArray[np.float64]:
    """Scale, then rotation by (x, y, z, w), then translation; the rotation by Rodrigues' formula."""
    axis, w = np.array(quaternion[:3]), quaternion[3]
    angle = 2.0 * math.atan2(float(np.linalg.norm(axis)), w)
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    matrix = np.eye(4)
    turn = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
    matrix[:3, :3] = turn @ np.diag(scale)
    matrix[:3, 3] = position
    return matrix


def test_places_of_a_hierarchy_are_products_from_the_root_down(tmp_path: Path) -> None:
    parent = ([1.0, 2.0, 3.0], [0.0, math.sin(0.4), 0.0, math.cos(0.4)], [2.0, 2.0, 0.5])
    child = ([-4.0, 0.5, 1.0], [0.6 * math.sin(0.2), 0.0, 0.8 * math.sin(0.2), math.cos(0.2)], [1.0, 3.0, 1.0])
    matrix = place([0.0, 0.0, 7.0], [1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 2.0])
    glb = Glb()
    mesh = glb.mesh()
    for children, (position, quaternion, scale) in (([1], parent), ([2], child)):
        trs = {"translation": position, "rotation": quaternion, "scale": scale}
        glb.add("nodes", {"children": children, "mesh": mesh, **trs})
    glb.add("nodes", {"mesh": mesh, "matrix": matrix.T.reshape(-1).tolist()})

    got = read(glb, tmp_path).root_from_instance

    chain = [place(*parent), place(*parent) @ place(*child), place(*parent) @ place(*child) @ matrix]
    assert np.allclose(got, np.array(chain), atol=1e-12)


def test_only_the_nodes_of_the_chosen_scene_are_shown(tmp_path: Path) -> None:
    glb = tetrahedron(translation=[1, 0, 0])
    glb.add("nodes", {"mesh": 0, "translation": [2, 0, 0]})
    glb.document |= {"scenes": [{"nodes": [0]}, {"nodes": [1]}], "scene": 1}
    assert read(glb, tmp_path).root_from_instance[:, 0, 3].tolist() == [2.0]


def test_nodes_that_share_a_mesh_are_instances_of_one_part(tmp_path: Path) -> None:
    glb = Glb()
    mesh = glb.mesh()
    for x in (1.0, 2.0, 5.0):
        glb.add("nodes", {"mesh": mesh, "translation": [x, 0.0, 0.0]})
    got = read(glb, tmp_path)
    assert len(got.parts) == 1
    assert got.instance_part.tolist() == [0, 0, 0]
    assert got.root_from_instance[:, 0, 3].tolist() == [1.0, 2.0, 5.0]


def test_mirrored_and_plain_nodes_are_both_drawn_facing_outward(tmp_path: Path) -> None:
    for scale in ([1, 1, 1], [-2, 1, 1], [1, -1, -1], [-1, -1, -1]):
        (tmp_path / "set.glb").write_bytes(tetrahedron(scale=scale).glb())
        scene = load_scene_data(scene_of(file="set.glb"), tmp_path)
        drawn = DrawList(scene.meshes)
        place_m = scene.meshes.stage_from_instance[0]
        corners = drawn.vertices[:, :3] @ place_m[:3, :3].T + place_m[:3, 3]
        a, b, c = corners[drawn.triangles].transpose(1, 0, 2)
        outward = (a + b + c) / 3 - corners.mean(axis=0)
        assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), outward) > 0).all(), scale


def test_what_a_scale_of_zero_hides_is_not_drawn(tmp_path: Path) -> None:
    got = read(tetrahedron(scale=[1, 0, 1]), tmp_path)
    assert len(got.instance_part) == 0
    assert [entry.asks for entry in got.passport] == ["meshes that a node scales flat"]


def test_missing_normals_become_flat_ones(tmp_path: Path) -> None:
    part = read(tetrahedron(), tmp_path).parts[0]
    assert part.vertices.shape == (12, 12)
    for triangle, used in zip(part.triangles, TETRAHEDRON, strict=True):
        a, b, c = CORNERS[used]
        face = np.cross(b - a, c - a)
        assert np.allclose(part.vertices[triangle, :3], CORNERS[used])
        assert np.allclose(part.vertices[triangle, 3:6], face / np.linalg.norm(face), atol=1e-6)


def test_given_normals_are_kept_at_length_one_and_vertices_shared(tmp_path: Path) -> None:
    normals = np.array([[0, 0, 2], [0, 3, 0], [-1, 0, 0], [0, 0, 0]], dtype=np.float32)
    glb = Glb()
    attributes = {"POSITION": glb.numbers(CORNERS), "NORMAL": glb.numbers(normals)}
    glb.add("nodes", {"mesh": glb.mesh(attributes, indices=glb.numbers(TETRAHEDRON.reshape(-1)))})
    part = read(glb, tmp_path).parts[0]
    assert part.vertices[:, 3:6].tolist() == [[0, 0, 1], [0, 1, 0], [-1, 0, 0], [0, 1, 0]]
    assert part.triangles.tolist() == TETRAHEDRON.tolist()


def test_primitives_take_only_their_own_vertices_of_a_shared_list(tmp_path: Path) -> None:
    many = np.arange(300, dtype=np.float32).reshape(100, 3)
    glb = Glb()
    attributes = {"POSITION": glb.numbers(many), "NORMAL": glb.numbers(np.ones_like(many))}
    glb.add("nodes", {"mesh": glb.mesh(attributes, indices=glb.numbers(np.array([40, 52, 41], dtype=np.uint8)))})
    part = read(glb, tmp_path).parts[0]
    assert part.vertices[:, 0].tolist() == [120.0, 123.0, 156.0]
    assert part.triangles.tolist() == [[0, 2, 1]]


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        (np.array([[255, 0, 51]] * 3, dtype=np.uint8), [1.0, 0.0, 0.2, 1.0]),
        (np.array([[0, 65535, 13107, 32767]] * 3, dtype=np.uint16), [0.0, 1.0, 0.2, 32767 / 65535]),
        (np.array([[0.25, 2.0, 0.0, 0.5]] * 3, dtype=np.float32), [0.25, 2.0, 0.0, 0.5]),
    ],
)
def test_vertex_colours(colours: NDArray[Any], expected: list[float], tmp_path: Path) -> None:
    glb = Glb()
    colour = glb.numbers(colours, normalized=colours.dtype != np.float32)
    glb.document["bufferViews"][0]["byteStride"] = 4 if colours.itemsize == 1 else colours.itemsize * 4
    if colours.itemsize == 1:
        padded = np.zeros((3, 4), dtype=np.uint8)
        padded[:, :3] = colours
        glb.buffer[: len(glb.buffer)] = padded.tobytes()
        glb.document["bufferViews"][0]["byteLength"] = padded.nbytes
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": glb.numbers(CORNERS[:3]), "COLOR_0": colour})})
    assert np.allclose(read(glb, tmp_path).parts[0].vertices[:, 8:], expected, atol=1e-6)


def test_signed_integers_are_normalised_to_plus_and_minus_one(tmp_path: Path) -> None:
    glb = Glb()
    position = glb.numbers(np.array([[-128, 127, 0], [127, 0, 0], [0, -127, 64]], dtype=np.int8), normalized=True)
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": position})})
    got = read(glb, tmp_path).parts[0].vertices[:, :3]
    assert np.allclose(got, np.array([[-1, 1, 0], [1, 0, 0], [0, -1, 64 / 127]]))


def test_interleaved_attributes(tmp_path: Path) -> None:
    rows = np.arange(18, dtype=np.float32).reshape(3, 6)
    glb = Glb()
    accessor = {"bufferView": glb.view(rows.tobytes()), "componentType": 5126, "count": 3, "type": "VEC3"}
    position = glb.add("accessors", accessor)
    normal = glb.add("accessors", {**accessor, "byteOffset": 12})
    glb.document["bufferViews"][0]["byteStride"] = 24
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": position, "NORMAL": normal})})
    vertices = read(glb, tmp_path).parts[0].vertices
    assert np.allclose(vertices[:, :3], rows[:, :3])
    assert np.allclose(vertices[:, 3:6], rows[:, 3:] / np.linalg.norm(rows[:, 3:], axis=1, keepdims=True))


def test_sparse_accessors_replace_some_elements(tmp_path: Path) -> None:
    glb = Glb()
    at = glb.view(np.array([1, 2], dtype=np.uint8).tobytes())
    values = glb.view(np.array([[5, 6, 7], [0, 9, 0]], dtype=np.float32).tobytes())
    sparse = {
        "count": 2,
        "indices": {"bufferView": at, "componentType": 5121},
        "values": {"bufferView": values},
    }
    zeros = glb.add("accessors", {"componentType": 5126, "count": 3, "type": "VEC3", "sparse": sparse})
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": zeros})})
    assert read(glb, tmp_path).parts[0].vertices[:, :3].tolist() == [[0, 0, 0], [5, 6, 7], [0, 9, 0]]


def test_strips_and_fans_turn_as_the_specification_says() -> None:
    row = np.array([10, 11, 12, 13, 14], dtype=np.uint32)
    assert as_triangles(row, 5).tolist() == [[10, 11, 12], [11, 13, 12], [12, 13, 14]]
    assert as_triangles(row, 6).tolist() == [[11, 12, 10], [12, 13, 10], [13, 14, 10]]
    assert as_triangles(row[:2], 5).shape == (0, 3)


def test_points_and_lines_are_noted_and_skipped(tmp_path: Path) -> None:
    glb = Glb()
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": glb.numbers(CORNERS)}, mode=1)})
    got = read(glb, tmp_path)
    assert (got.parts, len(got.instance_part)) == ((), 0)
    assert [entry.asks for entry in got.passport] == ["points and lines"]


def test_a_picture_is_rgba_from_the_top_and_repeats_as_its_sampler_says(tmp_path: Path) -> None:
    glb = textured({"sampler": 0})
    glb.add("samplers", {"wrapS": 33071})
    got = read(glb, tmp_path)
    assert got.pictures[0].rgba.tolist() == PIXELS.tolist()
    assert (got.pictures[0].repeat_x, got.pictures[0].repeat_y) == (False, True)
    assert got.materials[got.parts[0].material].picture == 0
    assert got.parts[0].vertices[:, 6:8].tolist() == [[0, 0], [1, 0], [0, 1]]


@pytest.mark.parametrize(("suffix", "tolerance"), [(".jpg", 4), (".png", 0)])
def test_pictures_without_alpha_are_opaque(suffix: str, tolerance: int, tmp_path: Path) -> None:
    glb = textured()
    blue = np.full((16, 8, 3), (200, 100, 50), dtype=np.uint8)
    (tmp_path / f"a blue{suffix}").write_bytes(cv2.imencode(suffix, blue)[1].tobytes())
    glb.document["images"] = [{"uri": f"a%20blue{suffix}"}]
    rgba = read(glb, tmp_path).pictures[0].rgba
    assert rgba.shape == (16, 8, 4)
    assert np.abs(rgba.astype(int) - (50, 100, 200, 255)).max() <= tolerance


def test_texture_transform_picks_the_quadrant_its_specification_shows(tmp_path: Path) -> None:
    """KHR_texture_transform's example: the lower left quadrant, picture turned clockwise by 90 degrees."""
    transform = {"offset": [0, 1], "rotation": math.pi / 2, "scale": [0.5, 0.5]}
    got = read(textured(extensions={"KHR_texture_transform": transform}), tmp_path)
    assert np.allclose(got.parts[0].vertices[:, 6:8], np.array([[0, 1], [0, 0.5], [0.5, 1]]), atol=1e-6)


def test_a_texture_chooses_its_set_of_coordinates(tmp_path: Path) -> None:
    glb = textured(texCoord=1)
    attributes = glb.document["meshes"][0]["primitives"][0]["attributes"]
    attributes["TEXCOORD_1"] = glb.numbers(np.array([[255, 0]] * 3, dtype=np.uint16), normalized=True)
    assert np.allclose(read(glb, tmp_path).parts[0].vertices[:, 6:8], [255 / 65535, 0])


def test_materials(tmp_path: Path) -> None:
    glb = Glb()
    mesh: Json = {"attributes": {"POSITION": glb.numbers(CORNERS[:3])}}
    glb.document["materials"] = [
        {"pbrMetallicRoughness": {"baseColorFactor": [0.1, 0.2, 0.3, 0.4]}, "alphaMode": "MASK", "alphaCutoff": 0.3},
        {"emissiveFactor": [1, 0.5, 0], "extensions": {"KHR_materials_emissive_strength": {"emissiveStrength": 8}}},
        {"extensions": {"KHR_materials_unlit": {}}, "doubleSided": True, "emissiveFactor": [1, 1, 1]},
        {"alphaMode": "BLEND"},
    ]
    primitives = [{**mesh, "material": 0}, {**mesh, "material": 1}, {**mesh, "material": 2}, {**mesh, "material": 3}]
    glb.add("nodes", {"mesh": glb.add("meshes", {"primitives": [*primitives, mesh]})})

    got = read(glb, tmp_path)
    mask, glow, unlit, blend, plain = (got.materials[part.material] for part in got.parts)

    assert (mask.base_colour, mask.alpha_cutoff, mask.double_sided) == ((0.1, 0.2, 0.3, 0.4), 0.3, False)
    assert (glow.emissive, glow.alpha_cutoff, glow.unlit) == ((8.0, 4.0, 0.0), 0.0, False)
    assert (unlit.unlit, unlit.double_sided, unlit.emissive) == (True, True, (0.0, 0.0, 0.0))
    assert (blend.alpha_cutoff, blend.blend, mask.blend) == (0.0, True, False)
    assert (plain.base_colour, plain.picture) == ((1.0, 1.0, 1.0, 1.0), None)
    assert got.passport == ()


def test_data_uris_and_files_beside_say_the_same_as_a_glb(tmp_path: Path) -> None:
    glb = tetrahedron()
    expected = read(glb, tmp_path).parts[0].vertices
    (tmp_path / "corners data.bin").write_bytes(glb.buffer)
    data = f"data:application/octet-stream;base64,{base64.b64encode(glb.buffer).decode()}"
    for uri in (data, "corners%20data.bin", "./corners data.bin"):
        document = {**glb.document, "buffers": [{"byteLength": len(glb.buffer), "uri": uri}]}
        path = tmp_path / "set.gltf"
        path.write_text("\ufeff" + json.dumps(document))
        assert np.array_equal(read_gltf(path).parts[0].vertices, expected)


@pytest.mark.parametrize("uri", ["../secret.bin", "/etc/hostname", "file:///etc/hostname", "a/..%2F../secret.bin", ""])
def test_no_uri_leaves_the_folder(uri: str, tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(1000))
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    for given in (uri, "link.bin"):
        document = {**tetrahedron().document, "buffers": [{"byteLength": 48, "uri": given}]}
        (folder / "set.gltf").write_text(json.dumps(document))
        with pytest.raises(InputError) as refused:
            read_gltf(folder / "set.gltf")
        assert refused.value.field == "buffers[0].uri"


def scene_of(**layer: object) -> Scene:
    return Scene.model_validate({"schema": "scene/1", "name": "test", "layers": [{"kind": "gltf", **layer}]})


def test_a_layer_is_turned_from_y_up_and_placed(tmp_path: Path) -> None:
    """Corner (x, y, z) is stage (x, -z, y), in metres, turned left by pan as seen from above, then moved."""
    (tmp_path / "set.glb").write_bytes(tetrahedron(translation=[10.0, 0.0, 0.0]).glb())
    scene = load_scene_data(scene_of(file="set.glb", unit_m=0.5, pan_deg=90.0, position_m=[1, 2, 3]), tmp_path)
    corners = np.c_[CORNERS, np.ones(4)] @ scene.meshes.stage_from_instance[0].T
    expected = [[0.5 * z + 1, 0.5 * (x + 10) + 2, 0.5 * y + 3] for x, y, z in CORNERS]
    assert np.allclose(corners[:, :3], expected)
    assert np.allclose(scene.meshes.instance_low_m, np.min(expected, axis=0))
    assert np.allclose(scene.meshes.instance_high_m, np.max(expected, axis=0))


def test_layers_stand_together_each_with_its_own_materials(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(textured().glb())
    glow = tetrahedron()
    glow.document["materials"] = [{"emissiveFactor": [1, 1, 1]}]
    glow.document["meshes"][0]["primitives"][0]["material"] = 0
    (tmp_path / "b.glb").write_bytes(glow.glb())
    files = ["a.glb", "b.glb", "a.glb"]
    layers = [{"kind": "gltf", "file": file} for file in files]
    scene = load_scene_data(Scene.model_validate({"schema": "scene/1", "name": "t", "layers": layers}), tmp_path)
    materials = [scene.meshes.materials[scene.meshes.parts[part].material] for part in scene.meshes.instance_part]
    assert [material.picture for material in materials] == [0, None, 1]
    assert [material.emissive[0] for material in materials] == [0.0, 1.0, 0.0]


def test_a_set_of_impossible_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.glb").write_bytes(tetrahedron(scale=[1e8, 1, 1]).glb())
    with pytest.raises(InputError, match="unit_m"):
        load_scene_data(scene_of(file="set.glb"), tmp_path)


def damaged(change: Callable[[Json], object]) -> Glb:
    glb = textured()
    change(glb.document)
    return glb


WRONG: list[tuple[str, Callable[[Json], object]]] = [
    ("asset.version", lambda d: d["asset"].update(version="1.0")),
    ("extensionsRequired", lambda d: d.update(extensionsRequired=["ACME_packed_meshes"])),
    ("nodes[0].mesh", lambda d: d["nodes"][0].update(mesh=7)),
    ("nodes[0].mesh", lambda d: d["nodes"][0].update(mesh="chair")),
    ("nodes[0].rotation", lambda d: d["nodes"][0].update(rotation=[0, 0, 0, 0])),
    ("nodes[0]", lambda d: d["nodes"][0].update(scale=[1e300, 1e300, 1])),
    ("nodes[0]", lambda d: d.update(nodes=[{"children": [0]}], scenes=[{"nodes": [0]}])),
    ("nodes[0].matrix", lambda d: d["nodes"][0].update(matrix=[1, 2, 3])),
    ("scene", lambda d: d.update(scenes=[{"nodes": [0]}], scene=3)),
    ("meshes[0].primitives", lambda d: d["meshes"][0].update(primitives=[])),
    ("meshes[0].primitives[0].attributes", lambda d: d["meshes"][0]["primitives"][0].update(attributes={})),
    ("meshes[0].primitives[0].material", lambda d: d["meshes"][0]["primitives"][0].update(material=2)),
    ("meshes[0].primitives[0]", lambda d: d["accessors"][0].update(count=2)),
    ("accessors[0]", lambda d: d["accessors"][0].update(count=4)),
    ("accessors[0]", lambda d: d["accessors"][0].update(byteOffset=4)),
    ("accessors[0].componentType", lambda d: d["accessors"][0].update(componentType=5124)),
    ("meshes[0].primitives[0].attributes.POSITION", lambda d: d["accessors"][0].update(type="VEC2")),
    ("accessors[1].count", lambda d: d["accessors"][1].update(count=2)),
    ("bufferViews[1].byteStride", lambda d: d["bufferViews"][1].update(byteStride=8)),
    ("bufferViews[1]", lambda d: d["bufferViews"][1].update(byteLength=10**9)),
    ("bufferViews[1].buffer", lambda d: d["bufferViews"][1].update(buffer=1)),
    ("textures[0].source", lambda d: d["textures"][0].update(source=1)),
    ("textures[0].sampler", lambda d: d["textures"][0].update(sampler=0)),
    ("images[0]", lambda d: d["images"][0].pop("bufferView")),
    ("images[0]", lambda d: d["images"][0].update(bufferView=1)),
    ("images[0].uri", lambda d: d["images"][0].update(uri="data:image/png;base64,AAA")),
    ("images[0].uri", lambda d: d["images"][0].update(uri="not there.png")),
]


@pytest.mark.parametrize(("field", "change"), WRONG, ids=[f"{n}-{field}" for n, (field, _) in enumerate(WRONG)])
def test_what_is_wrong_is_told_with_its_place(field: str, change: Callable[[Json], object], tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(damaged(change), tmp_path)
    assert (refused.value.where, refused.value.field) == (str(tmp_path / "set.glb"), field)


def test_an_extension_that_is_not_known_is_named(tmp_path: Path) -> None:
    glb = damaged(lambda d: d.update(extensionsRequired=["KHR_texture_transform", "ACME_packed_meshes"]))
    with pytest.raises(InputError, match="requires ACME_packed_meshes,"):
        read(glb, tmp_path)


def test_positions_that_are_not_finite_and_indices_out_of_range_are_refused(tmp_path: Path) -> None:
    glb = Glb()
    bad = CORNERS.copy()
    bad[2, 1] = np.inf
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": glb.numbers(bad)}, indices=glb.numbers(TETRAHEDRON.reshape(-1)))})
    with pytest.raises(InputError, match="not finite"):
        read(glb, tmp_path)
    glb = Glb()
    indices = glb.numbers(np.array([0, 1, 4], dtype=np.uint32))
    glb.add("nodes", {"mesh": glb.mesh({"POSITION": glb.numbers(CORNERS)}, indices=indices)})
    with pytest.raises(InputError, match="names vertex 4 of 4"):
        read(glb, tmp_path)


@pytest.mark.parametrize("content", [b"", b"glTF", b"{", b"[]", b'{"asset": {"version": "2.0"}', b"[" * 100_000])
def test_what_is_no_gltf_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "set.glb"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_gltf(path)
    with pytest.raises(InputError, match="no file"):
        read_gltf(tmp_path / "other.glb")


def test_counts_that_the_file_does_not_hold_cost_no_memory(tmp_path: Path) -> None:
    """Zeros without bytes, long strides and huge pictures are all refused before they are made."""
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 30_000, 4_000) + bytes(40)
    claims: list[Callable[[Json], object]] = [
        lambda d: d["accessors"].__setitem__(0, {"componentType": 5126, "count": 2**31 - 1, "type": "VEC3"}),
        lambda d: d["accessors"][0].update(count=50_000_000),
        lambda d: d["images"].__setitem__(0, {"uri": f"data:;base64,{base64.b64encode(png).decode()}"}),
    ]
    for claim in claims:
        glb = damaged(claim)
        tracemalloc.start()
        with pytest.raises(InputError):
            read(glb, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2_000_000


@pytest.mark.parametrize(
    "path", sorted(presets_directory().glob("scenes/*/scene.toml")), ids=lambda path: path.parent.name
)
def test_the_sets_that_come_along_load(path: Path) -> None:
    scene = load_scene_data(load_scene(path), path.parent)
    assert scene.meshes.triangle_count > 0
    assert (scene.background is None) != (scene.sky is None)
    assert len(scene.meshes.instance_part) == len(scene.meshes.stage_from_instance) == len(scene.meshes.instance_low_m)
    layers = [layer for layer in load_scene(path).layers if isinstance(layer, GltfLayer)]
    parts = [part for layer in layers for part in read_meshes(layer, path.parent).parts]
    assert (np.linalg.norm(np.concatenate([part.vertices[:, 3:6] for part in parts]), axis=1) > 0.99).all()
