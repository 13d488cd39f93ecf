"""GLB files against the glTF specification, and the committed sets against their generators and budgets."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from render.transport.file import SUFFIX
from stage.files.loading import load_scene, presets_directory
from stage.model.layers import CrowdLayer, EquirectLayer, GltfLayer, files_of
from tools.proof.marker_boards import BOARDS, CORNERS, board_corners_m
from tools.sets.__main__ import SETS
from tools.sets.boxes import COUNT
from tools.sets.courtyard.layout import stone_lamp_places, vat_places
from tools.sets.glb import Thing, glb_bytes
from tools.sets.marker_board import BLACK, WHITE
from tools.sets.materials import Material
from tools.sets.mesh import Placement
from tools.sets.scene_folder import file_bytes, write_set
from tools.sets.solids import box, quad

SCENES = presets_directory() / "scenes"
Json = dict[str, Any]
TYPES = {5126: "<f4", 5123: "<u2", 5125: "<u4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
TRIANGLES_AT_MOST = {
    "painted_valley": 1_000,
    "boxes": 3_000,
    "courtyard": 140_000,
    "snowfield": 140_000,
    "desert": 80_000,
    "marker_board": 1_000,
    "open_sky": 40_000,
    "street": 110_000,
}


@dataclass(frozen=True)
class Glb:
    """A GLB file taken apart."""

    document: Json
    binary: bytes


def taken_apart(data: bytes) -> Glb:
    """Header and chunks, checked (glTF 2.0, section 4.4)."""
    magic, version, total = struct.unpack_from("<4sII", data)
    assert (magic, version, total) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON"
    assert size % 4 == 0
    binary_size, binary_kind = struct.unpack_from("<I4s", data, 20 + size)
    assert binary_kind == b"BIN\0"
    assert 28 + size + binary_size == total
    document = json.loads(data[20 : 20 + size])
    assert 0 <= binary_size - document["buffers"][0]["byteLength"] < 4
    return Glb(document, data[28 + size :])


def values(glb: Glb, number: int) -> NDArray[np.float64]:
    """An accessor's rows; its place in the file is checked (section 3.6.2.4)."""
    accessor = glb.document["accessors"][number]
    view = glb.document["bufferViews"][accessor["bufferView"]]
    component, width = accessor["componentType"], WIDTHS[accessor["type"]]
    count, start = accessor["count"], view["byteOffset"]
    assert start % 4 == 0
    assert accessor["byteOffset"] == 0
    assert count * width * np.dtype(TYPES[component]).itemsize == view["byteLength"]
    rows = np.frombuffer(glb.binary, TYPES[component], count * width, start).reshape(count, width).astype(np.float64)
    if "min" in accessor:
        assert rows.min(axis=0).tolist() == accessor["min"]
        assert rows.max(axis=0).tolist() == accessor["max"]
    return rows / 65535.0 if accessor.get("normalized") else rows


def check_primitive(glb: Glb, primitive: Json) -> int:
    """Lengths, ranges, unit normals, winding that agrees with them; returns the number of triangles."""
    attributes = primitive["attributes"]
    rows = {name: values(glb, number) for name, number in attributes.items()}
    count = len(rows["POSITION"])
    assert {len(row) for row in rows.values()} == {count}
    assert all(np.isfinite(row).all() for row in rows.values())
    assert "min" in glb.document["accessors"][attributes["POSITION"]]
    np.testing.assert_allclose(np.linalg.norm(rows["NORMAL"], axis=1), 1.0, atol=1e-5)
    corners = values(glb, primitive["indices"]).astype(int).reshape(-1, 3)
    assert corners.max() < count
    a, b, c = (rows["POSITION"][corners[:, corner]] for corner in range(3))
    faces = np.cross(b - a, c - a)
    agreement = np.einsum("nk,nk->n", faces, rows["NORMAL"][corners].sum(axis=1))
    assert agreement.min() > 0.0
    return len(corners)


def check_glb(data: bytes) -> int:
    """Everything in the file; returns the number of triangles drawn, with all placements."""
    glb = taken_apart(data)
    document = glb.document
    sizes = []
    for mesh in document["meshes"]:
        primitives = mesh["primitives"]
        for primitive in primitives:
            material = document["materials"][primitive["material"]]["pbrMetallicRoughness"]
            assert ("baseColorTexture" in material) == ("TEXCOORD_0" in primitive["attributes"])
        sizes.append(sum(check_primitive(glb, primitive) for primitive in primitives))
    for material in document["materials"]:
        check_factors(material)
    return sum(sizes[node["mesh"]] for node in document["nodes"] if "mesh" in node)


def check_factors(material: Json) -> None:
    """Factors are 0..1 (section 5.19); stronger light goes through KHR_materials_emissive_strength."""
    surface, emissive = material["pbrMetallicRoughness"], material.get("emissiveFactor", [0.0])
    assert all(0.0 <= factor <= 1.0 for factor in [*surface["baseColorFactor"], *emissive])


def test_a_small_world_is_written_as_the_specification_says() -> None:
    materials = [Material("plain", (0.5, 0.25, 0.125)), Material("lamp", emissive=(3.0, 1.5, 0.0), double_sided=True)]
    cube = box((0, 0, 0), (1, 2, 3))
    things = [
        Thing("cube", {"plain": cube}, [Placement(), Placement((1.0, 2.0, 3.0), 90.0, 2.0)]),
        Thing("sheet", {"lamp": quad((0, 0, 0), (1, 0, 0), (0, 0, 1)).tinted((0.5, 1.0, 0.25))}),
    ]
    data = glb_bytes(things, materials, {})
    assert check_glb(data) == 2 * 12 + 2
    document = taken_apart(data).document
    assert document["nodes"][0] == {"name": "cube", "mesh": 0}
    assert document["nodes"][1]["translation"] == [1.0, 3.0, -2.0]
    assert document["nodes"][1]["rotation"] == pytest.approx([0.0, 0.5**0.5, 0.0, 0.5**0.5])
    assert document["nodes"][1]["scale"] == [2.0, 2.0, 2.0]
    lamp = document["materials"][1]
    assert lamp["doubleSided"] is True
    assert lamp["emissiveFactor"] == [1.0, 0.5, 0.0]
    assert lamp["extensions"] == {"KHR_materials_emissive_strength": {"emissiveStrength": 3.0}}
    assert document["extensionsUsed"] == ["KHR_materials_emissive_strength"]


def test_z_up_becomes_y_up() -> None:
    glb = taken_apart(glb_bytes([Thing("cube", {"m": box((0, 0, 0), (1, 2, 3))})], [Material("m")], {}))
    position = values(glb, 0)
    assert position.min(axis=0).tolist() == [0, 0, -2]
    assert position.max(axis=0).tolist() == [1, 3, 0]


@pytest.mark.parametrize(("tone", "component"), [(0.5, 5123), (1.5, 5126)])
def test_colours_above_one_are_floats(tone: float, component: int) -> None:
    mesh = quad((0, 0, 0), (1, 0, 0), (0, 0, 1)).tinted((tone, 0.25, 0.0))
    glb = taken_apart(glb_bytes([Thing("sheet", {"m": mesh})], [Material("m")], {}))
    primitives = glb.document["meshes"][0]["primitives"]
    number = primitives[0]["attributes"]["COLOR_0"]
    assert glb.document["accessors"][number]["componentType"] == component
    np.testing.assert_allclose(values(glb, number)[0, :3], [tone, 0.25, 0.0], atol=1e-5)


def test_an_unknown_material_is_refused() -> None:
    with pytest.raises(KeyError, match="gold"):
        glb_bytes([Thing("cube", {"gold": box((0, 0, 0), (1, 1, 1))})], [Material("red")], {})


@pytest.mark.parametrize("name", SETS)
def test_a_committed_set_is_whole(name: str) -> None:
    """The scene loads, its files are there, valid, and within the budget."""
    folder = SCENES / name
    scene = load_scene(folder / "scene.toml")
    assert scene.name == name
    models = [layer.file for layer in scene.layers if isinstance(layer, GltfLayer)]
    skies = [layer.file for layer in scene.layers if isinstance(layer, EquirectLayer)]
    named = {name for layer in scene.layers for name in files_of(layer).values()}
    baked = {path.name for path in folder.iterdir() if path.name == f"{name}{SUFFIX}"}
    assert {"scene.toml", *named} | baked == {path.name for path in folder.iterdir()}
    assert all((folder / file).stat().st_size <= 10_000_000 for file in baked)
    assert sum(check_glb((folder / file).read_bytes()) for file in models) <= TRIANGLES_AT_MOST[name]
    assert all((folder / file).stat().st_size <= 9_000_000 for file in models)
    assert all((folder / file).stat().st_size <= 3_000_000 for file in skies)


@pytest.mark.parametrize("name", ["boxes", "marker_board"])
def test_the_small_sets_come_out_the_same(name: str, tmp_path: Path) -> None:
    write_set(tmp_path, SETS[name]())
    for path in (SCENES / name).iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_courtyard_comes_out_the_same() -> None:
    """Its shapes are worked out in floating point, where the last digit may differ between processors; so the scene
    must be equal, and the model equal in structure, in its triangles within 1 % and in its bounds within 1 mm."""
    made = {name: file_bytes(content) for name, content in SETS["courtyard"]().items()}
    kept = {path.name: path.read_bytes() for path in (SCENES / "courtyard").iterdir() if SUFFIX not in path.name}
    assert made.keys() == kept.keys()
    assert made["scene.toml"] == kept["scene.toml"]
    new, old = taken_apart(made["courtyard.glb"]).document, taken_apart(kept["courtyard.glb"]).document
    for part in ("materials", "nodes", "samplers", "textures"):
        assert new[part] == old[part], part
    assert [mesh["name"] for mesh in new["meshes"]] == [mesh["name"] for mesh in old["meshes"]]
    assert check_glb(made["courtyard.glb"]) == pytest.approx(check_glb(kept["courtyard.glb"]), rel=0.01)
    for one, other in zip(new["accessors"], old["accessors"], strict=True):
        assert one.get("min", 0.0) == pytest.approx(other.get("min", 0.0), abs=1e-3)
        assert one.get("max", 0.0) == pytest.approx(other.get("max", 0.0), abs=1e-3)


def test_the_courtyard_has_things_at_every_depth() -> None:
    """From the stage's wall to the hills, in the view along +Y, something begins in every step of depth."""
    glb = taken_apart((SCENES / "courtyard" / "courtyard.glb").read_bytes())
    far_m = []
    for node in (node for node in glb.document["nodes"] if "mesh" in node):
        translation = node.get("translation", [0.0, 0.0, 0.0])
        x, _, z = translation
        primitives = glb.document["meshes"][node["mesh"]]["primitives"]
        for primitive in primitives:
            position = values(glb, primitive["attributes"]["POSITION"])
            depth, side = -(position[:, 2] + z), np.abs(position[:, 0] + x)
            far_m.append(depth[(depth > 0.0) & (side < 0.6 * (depth + 3.0)) & (position[:, 1] > 0.5)])
    steps_m = [4, 6, 8, 11, 14, 17, 20, 23, 27, 31, 36, 44, 60, 90, 200, 400, 800, 1600]
    counts, _ = np.histogram(np.concatenate(far_m), steps_m)
    assert (counts > 0).all()


def test_boxes_are_as_many_as_promised_and_ahead() -> None:
    glb = taken_apart((SCENES / "boxes" / "boxes.glb").read_bytes())
    places = np.array([node["translation"] for node in glb.document["nodes"] if "translation" in node])
    assert len(places) == COUNT
    depth = -places[:, 2]
    assert depth.min() >= 3.0
    assert depth.max() <= 40.0
    assert (np.histogram(depth, 5, (3.0, 40.0))[0] > 20).all()


def test_board_corners_are_where_four_squares_meet() -> None:
    """Each stated corner is, in the written file, a vertex of two black and two white squares."""
    glb = taken_apart((SCENES / "marker_board" / "marker_board.glb").read_bytes())
    corners = board_corners_m()
    assert list(corners) == [board.name for board in BOARDS]
    assert list(corners) == [mesh["name"] for mesh in glb.document["meshes"]]
    for mesh in glb.document["meshes"]:
        primitives = mesh["primitives"]
        attributes = primitives[0]["attributes"]
        position, colour = values(glb, attributes["POSITION"]), values(glb, attributes["COLOR_0"])[:, 0]
        expected = corners[mesh["name"]]
        assert expected.shape == (CORNERS[0] * CORNERS[1], 3)
        for x, y, z in expected:
            here = np.abs(position - [x, z, -y]).max(axis=1) < 1e-6
            assert sorted(colour[here].round(4)) == [BLACK, BLACK, WHITE, WHITE]


def test_board_corners_run_from_the_upper_left() -> None:
    for corners in board_corners_m().values():
        rows = corners.reshape(CORNERS[1], CORNERS[0], 3)
        assert (np.diff(rows[:, :, 0], axis=1) > 0).all()
        assert (np.diff(rows[:, :, 2], axis=0) < 0).all()
        assert np.ptp(corners[:, 1]) == 0.0


def test_boards_stand_apart_as_seen_from_the_stage() -> None:
    """From anywhere within half a metre of (0, -2, 1.5), with their white borders."""
    for dx, dz in ((0.0, 0.0), (0.5, 0.0), (-0.5, 0.0), (0.0, 0.5), (0.0, -0.5)):
        frames = []
        for board in BOARDS:
            x, y, z = board.centre_m
            half_x, half_z = (CORNERS[0] + 3) / 2 * board.square_m, (CORNERS[1] + 3) / 2 * board.square_m
            depth = y + 2.0
            frames.append(((x - half_x - dx) / depth, (x + half_x - dx) / depth,
                           (z - half_z - 1.5 - dz) / depth, (z + half_z - 1.5 - dz) / depth))  # fmt: skip
        for index, (left, right, low, high) in enumerate(frames):
            for l2, r2, b2, t2 in frames[index + 1 :]:
                assert right < l2 or r2 < left or high < b2 or t2 < low


def test_the_courtyard_with_a_crowd_is_the_courtyard() -> None:
    """The same model, sky and light; and nobody's ground holds a stone lamp or a vat."""
    with_crowd = load_scene(SCENES / "courtyard_crowd" / "scene.toml")
    alone = load_scene(SCENES / "courtyard" / "scene.toml")
    assert (with_crowd.sun, with_crowd.place, with_crowd.haze) == (alone.sun, alone.place, alone.haze)
    for own, other in zip(with_crowd.layers, alone.layers, strict=False):
        files = files_of(own).values()
        assert [(SCENES / "courtyard_crowd" / name).resolve() for name in files] == [
            (SCENES / "courtyard" / name).resolve() for name in files_of(other).values()
        ]
    crowds = [layer for layer in with_crowd.layers if isinstance(layer, CrowdLayer)]
    assert crowds
    for crowd in crowds:
        area = np.array(crowd.area_m, np.float32)
        for x, y in [*stone_lamp_places(), *vat_places()]:
            assert cv2.pointPolygonTest(area, (x, y), measureDist=True) < -0.3, (x, y)
