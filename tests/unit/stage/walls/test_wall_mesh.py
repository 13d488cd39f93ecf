"""Mesh files of walls: what OBJ and glTF say, and how each broken file is refused."""

from __future__ import annotations

import base64
import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.errors import InputError
from stage.walls import mesh as wall_mesh
from stage.walls.mesh import read_wall_mesh
from stage.walls.mesh_gltf import read_gltf
from stage.walls.mesh_obj import read_obj
from stage.walls.triangles import WallTriangles

SQUARE = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"


def obj(text: str, name: str | None = None) -> WallTriangles:
    return read_obj(Path("wall.obj"), text.encode(), name)


def corners(mesh: WallTriangles) -> list[list[tuple[float, ...]]]:
    """Position and picture coordinate of every corner of every triangle."""
    return [[(*mesh.positions[i], *mesh.uv_down[i]) for i in triangle] for triangle in mesh.triangles]


def test_polygons_become_fans_that_keep_their_direction() -> None:
    mesh = obj(SQUARE + "f 1/1 2/2 3/3 4/4")
    a, b, c, d = (0, 0, 0, 0, 1), (1, 0, 0, 1, 1), (1, 1, 0, 1, 0), (0, 1, 0, 0, 0)
    assert corners(mesh) == [[a, b, c], [a, c, d]], "vt counts from the lower edge, ours from the upper"


def test_negative_indices_count_from_the_newest() -> None:
    assert corners(obj(SQUARE + "f -4/-4 -3/-3 -2/-2 -1/-1")) == corners(obj(SQUARE + "f 1/1 2/2 3/3 4/4"))
    early = "v 0 0 0\nv 1 0 0\nv 1 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nf -3/-3 -2/-2 -1/-1\nv 9 9 9\nvt 0.5 0.5\n"
    assert corners(obj(early))[0][2] == (1, 1, 0, 1, 0)


def test_normals_materials_comments_and_joined_lines_do_not_disturb() -> None:
    text = SQUARE.replace("vt 0 0\n", "vt 0 0 0.5 # w\n")
    text += "# all\nvn 0 0 1\nusemtl led\ns off\nmtllib none.mtl\nf 1/1/1 \\\n  2/2/1 3/3/1\n\n"
    assert corners(obj(text)) == corners(obj(SQUARE + "f 1/1 2/2 3/3"))


def test_a_corner_with_two_picture_coordinates_is_two_vertices() -> None:
    mesh = obj(SQUARE + "f 1/1 2/2 3/3\nf 1/2 3/3 4/4")
    assert len(mesh.positions) == 5
    assert corners(mesh)[1][0] == (0, 0, 0, 1, 1)


def test_one_object_or_group_of_a_file() -> None:
    text = SQUARE + "o left\nf 1/1 2/2 3/3\ng right upper\nf 1/1 3/3 4/4\n"
    assert len(obj(text).triangles) == 2
    assert corners(obj(text, "left")) == corners(obj(SQUARE + "f 1/1 2/2 3/3"))
    assert corners(obj(text, "upper")) == corners(obj(SQUARE + "f 1/1 3/3 4/4"))
    with pytest.raises(InputError, match=r"object: has no object 'door'. It has: left, right, upper"):
        obj(text, "door")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("v 1 2", "line 9: 2 numbers where 3 are needed"),
        ("v 1 two 3", "line 9: '1 two 3' are not numbers"),
        ("v 1 nan 3", "line 9: a number that is not finite"),
        ("vt 1e999 0", "line 9: a number that is not finite"),
        ("f 1/1 2/2 9/3", r"line 9: index 9 is out of range \(1 to 4\)"),
        ("f 1/1 2/2 0/3", "line 9: index 0 is out of range"),
        ("f 1/1 2/2 -5/3", "line 9: index -5 is out of range"),
        ("f 1/1 2/2 3/x", "line 9: 'x' is not an index"),
        ("f 1/1 2/2", "line 9: a face of 2 corners"),
        ("f 1 2 3", "line 9: a face without picture coordinates"),
        ("f 1//1 2//1 3//1", "line 9: a face without picture coordinates"),
    ],
)
def test_a_broken_line_is_named(line: str, problem: str) -> None:
    with pytest.raises(InputError, match=f"wall.obj: {problem}"):
        obj(SQUARE + line)


def test_a_file_without_faces_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.obj").write_text(SQUARE)
    with pytest.raises(InputError, match="has no faces"):
        read_wall_mesh(tmp_path / "empty.obj")


def test_a_file_that_is_missing_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_wall_mesh(tmp_path / "missing.obj")
    with pytest.raises(InputError, match=r"Give one of: \.obj, \.gltf, \.glb"):
        read_wall_mesh(tmp_path / "wall.fbx")


def test_files_larger_than_a_wall_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "wall.obj"
    path.write_text(SQUARE + "f 1/1 2/2 3/3 4/4")
    monkeypatch.setattr(wall_mesh, "MAX_TRIANGLES", 1)
    with pytest.raises(InputError, match="has 2 triangles; the limit is 1"):
        read_wall_mesh(path)
    monkeypatch.setattr(wall_mesh, "MAX_BYTES", 20)
    with pytest.raises(InputError, match="the limit is 0 MB"):
        read_wall_mesh(path)


POSITIONS = np.array([[0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0]], "<f4")
UV = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], "<f4")
INDICES = np.array([0, 1, 2, 0, 2, 3], "<u2")


def gltf_document(**node: Any) -> tuple[dict[str, Any], bytes]:
    """One rectangle of 2 x 1, and its binary part."""
    parts = [POSITIONS.tobytes(), UV.tobytes(), INDICES.tobytes()]
    starts = [0, len(parts[0]), len(parts[0]) + len(parts[1])]
    views = [{"buffer": 0, "byteOffset": s, "byteLength": len(p)} for s, p in zip(starts, parts, strict=True)]
    accessors = [
        {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
        {"bufferView": 1, "componentType": 5126, "count": 4, "type": "VEC2"},
        {"bufferView": 2, "componentType": 5123, "count": 6, "type": "SCALAR"},
    ]
    primitive = {"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2}
    document = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "wall", **node}],
        "meshes": [{"name": "panel", "primitives": [primitive]}],
        "buffers": [{"byteLength": sum(map(len, parts))}],
        "bufferViews": views,
        "accessors": accessors,
    }
    return document, b"".join(parts)


def glb(document: dict[str, Any], binary: bytes) -> bytes:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    body = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def gltf(document: dict[str, Any], binary: bytes, name: str | None = None) -> WallTriangles:
    return read_gltf(Path("wall.glb"), glb(document, binary), name)


def test_a_glb_reads_with_its_picture_from_the_upper_left() -> None:
    mesh = gltf(*gltf_document())
    assert mesh.positions == pytest.approx(POSITIONS)
    assert mesh.uv_down == pytest.approx(UV)
    assert mesh.triangles.tolist() == [[0, 1, 2], [0, 2, 3]]


def test_glb_and_obj_of_the_same_wall_are_the_same() -> None:
    faces = "v 0 0 0\nv 2 0 0\nv 2 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nf 1/1 2/2 3/3 4/4\n"
    assert corners(obj(faces)) == corners(gltf(*gltf_document()))


def test_nodes_move_turn_and_scale_what_they_hold() -> None:
    half = np.sqrt(0.5)
    document, binary = gltf_document(translation=[10, 0, 0], rotation=[0, 0, half, half], scale=[2, 1, 1])
    document["nodes"].append({"children": [0], "translation": [0, 5, 0]})
    document["scenes"] = [{"nodes": [1]}]
    assert gltf(document, binary).positions[1] == pytest.approx((10, 9, 0)), "2 along X, doubled, turned to Y, moved"


def test_a_node_matrix_is_column_major() -> None:
    document, binary = gltf_document(matrix=[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 7, 8, 9, 1])
    assert gltf(document, binary).positions[0] == pytest.approx((7, 8, 9))


def test_a_mirroring_node_keeps_the_front_in_front() -> None:
    document, binary = gltf_document(scale=[-1, 1, 1])
    a, b, c = (gltf(document, binary).positions[i] for i in gltf(document, binary).triangles[0])
    assert np.cross(b - a, c - a)[2] > 0


def test_without_a_scene_every_root_counts_and_without_indices_every_corner() -> None:
    document, binary = gltf_document()
    del document["scenes"]
    document["meshes"][0]["primitives"][0].pop("indices")
    document["accessors"][0]["count"] = document["accessors"][1]["count"] = 3
    assert gltf(document, binary).triangles.tolist() == [[0, 1, 2]]


def test_normalised_integers_are_zero_to_one() -> None:
    document, binary = gltf_document()
    document["bufferViews"].append({"buffer": 0, "byteOffset": len(binary), "byteLength": 16})
    document["accessors"][1] = {
        "bufferView": 3,
        "componentType": 5123,
        "normalized": True,
        "count": 4,
        "type": "VEC2",
    }
    extra = np.array([[0, 65535], [65535, 65535], [65535, 0], [0, 0]], "<u2").tobytes()
    assert gltf(document, binary + extra).uv_down == pytest.approx(UV)


def test_interleaved_vertices_are_read_by_their_stride() -> None:
    document, _ = gltf_document()
    woven = np.hstack([POSITIONS, UV]).tobytes()
    document["bufferViews"] = [
        {"buffer": 0, "byteOffset": 0, "byteLength": len(woven), "byteStride": 20},
        {"buffer": 0, "byteOffset": 0, "byteLength": len(woven), "byteStride": 20},
        {"buffer": 0, "byteOffset": len(woven), "byteLength": 12},
    ]
    document["accessors"][1]["byteOffset"] = 12
    mesh = gltf(document, woven + INDICES.tobytes())
    assert mesh.positions == pytest.approx(POSITIONS)
    assert mesh.uv_down == pytest.approx(UV)


@pytest.mark.parametrize("name", ["wall", "panel"])
def test_one_node_or_mesh_of_a_file(name: str) -> None:
    assert len(gltf(*gltf_document(), name=name).triangles) == 2


def test_an_unknown_node_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(InputError, match=r"has no node 'door' with a mesh. It has: wall, panel"):
        gltf(*gltf_document(), name="door")


def test_a_buffer_may_be_in_the_file_or_beside_it_but_nowhere_else(tmp_path: Path) -> None:
    document, binary = gltf_document()
    for uri in ("wall.bin", "data:application/octet-stream;base64," + base64.b64encode(binary).decode()):
        document["buffers"][0]["uri"] = uri
        (tmp_path / "inner").mkdir(exist_ok=True)
        (tmp_path / "inner" / "wall.bin").write_bytes(binary)
        (tmp_path / "inner" / "wall.gltf").write_text(json.dumps(document))
        assert read_wall_mesh(tmp_path / "inner" / "wall.gltf").positions == pytest.approx(POSITIONS)
    (tmp_path / "outside.bin").write_bytes(binary)
    for uri in ("../outside.bin", "missing.bin", str(tmp_path / "outside.bin")):
        document["buffers"][0]["uri"] = uri
        (tmp_path / "inner" / "wall.gltf").write_text(json.dumps(document))
        with pytest.raises(InputError, match="is not beside it"):
            read_wall_mesh(tmp_path / "inner" / "wall.gltf")


def _no_uv(document: dict[str, Any]) -> None:
    del document["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"]


def _index_out_of_range(document: dict[str, Any]) -> None:
    document["accessors"][0]["count"] = document["accessors"][1]["count"] = 3


def _too_many(document: dict[str, Any]) -> None:
    document["accessors"][0]["count"] = 10**9


def _loop(document: dict[str, Any]) -> None:
    document["nodes"][0]["children"] = [0]


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "has no picture coordinates": _no_uv,
    "refers to a missing vertex": _index_out_of_range,
    r"is a broken glTF file: ValueError\('strides": _too_many,
    "nodes form a loop": _loop,
    "needs extensions that walls do not support: KHR_draco": lambda d: d.update(extensionsRequired=["KHR_draco"]),
    "has lines, points or strips": lambda d: d["meshes"][0]["primitives"][0].update(mode=5),
    "has sparse accessors": lambda d: d["accessors"][0].update(sparse={}),
    "is a broken glTF file: KeyError": lambda d: d["accessors"][0].update(componentType=1),
    "is a broken glTF file: IndexError": lambda d: d["nodes"][0].update(mesh=4),
    "has no direction": lambda d: d["nodes"][0].update(rotation=[0, 0, 0, 0]),
}


@pytest.mark.parametrize("problem", BROKEN)
def test_a_broken_gltf_is_refused_with_the_reason(problem: str) -> None:
    document, binary = gltf_document()
    BROKEN[problem](document)
    with pytest.raises(InputError, match=problem):
        gltf(document, binary)


def rich_obj() -> bytes:
    """Every kind of line that is read, and some that are not."""
    return (f"# a wall\nmtllib none.mtl\no left\n{SQUARE}vn 0 0 1\nf 1/1/1 2/2/1 3/3/1 4/4/1\n"
            "g right upper\ns off\nf -4/-4 -3/-3 \\\n -2/-2\n").encode()  # fmt: skip


def rich_glb() -> bytes:
    """A node in a moved node, a matrix, normalised picture coordinates."""
    document, binary = gltf_document(translation=[1, 2, 3], rotation=[0, 0, 0.6, 0.8], scale=[1, -1, 2])
    document["nodes"].append({"children": [0], "matrix": np.eye(4).reshape(-1).tolist()})
    document["scenes"] = [{"nodes": [1]}]
    return glb(document, binary)


FILES = {"obj": rich_obj(), "glb": rich_glb()}


def read_or_refused(kind: str, content: bytes) -> bool:
    """Whether it was read, as triangles of corners that are there and finite; else it was refused in words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"wall.{kind}"
        path.write_bytes(content)
        try:
            mesh = read_wall_mesh(path)
        except InputError:
            return False
    assert np.isfinite(mesh.positions).all()
    assert np.isfinite(mesh.uv_down).all()
    assert len(mesh.positions) == len(mesh.uv_down)
    assert ((mesh.triangles >= 0) & (mesh.triangles < len(mesh.positions))).all()
    return True


@pytest.mark.parametrize("kind", FILES)
def test_the_undamaged_files_are_read(kind: str) -> None:
    assert read_or_refused(kind, FILES[kind])


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=400)
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
    st.sampled_from([1.0, 1.0, 1.0, 0.9, 0.5]),
)
def test_files_with_changed_bytes_or_an_end_missing_are_read_or_refused(
    kind: str, changes: list[tuple[float, int]], kept: float
) -> None:
    content = bytearray(FILES[kind])
    for part, value in changes:
        content[int(part * len(content))] = value
    read_or_refused(kind, bytes(content[: int(kept * len(content))]))


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=200)
@given(st.floats(0, 1), st.floats(0, 1))
def test_files_with_a_piece_missing_or_twice_are_read_or_refused(kind: str, at: float, to: float) -> None:
    content = FILES[kind]
    read_or_refused(kind, content[: int(at * len(content))] + content[int(to * len(content)) :])


def test_a_gltf_that_names_a_missing_binary_part_is_refused() -> None:
    document, _ = gltf_document()
    with pytest.raises(InputError, match="refers to a missing binary part"):
        read_gltf(Path("wall.gltf"), json.dumps(document).encode(), None)


def test_a_gltf_with_a_number_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    document, binary = gltf_document()
    (tmp_path / "wall.glb").write_bytes(glb(document, struct.pack("<f", float("nan")) + binary[4:]))
    with pytest.raises(InputError, match="not finite"):
        read_wall_mesh(tmp_path / "wall.glb")
