"""glTF 2.0 and GLB walls: POSITION and TEXCOORD_0 of every mesh of the scene, placed by its nodes."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.files.signatures import what_it_is
from stage.maths.arrays import Floats
from stage.maths.pose import quaternion_normalised, rotation_matrix
from stage.walls.triangles import MAX_BYTES, WallTriangles

Json = dict[str, Any]

GLB_MAGIC = b"glTF"
JSON_CHUNK = 0x4E4F534A
BINARY_CHUNK = 0x004E4942
TRIANGLES = 4
COMPONENTS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
MAX_DEPTH = 64
DATA_URI = "base64,"
BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, struct.error)
"""Exceptions raised by a document of the wrong shape."""


def read_gltf(path: Path, content: bytes, name: str | None) -> WallTriangles:
    """The triangles of a glTF or GLB file, or of its node or mesh `name`. Raises InputError."""
    if not content.startswith(GLB_MAGIC) and (kind := what_it_is(content)) is not None:
        raise InputError(str(path), "", f"is {kind}, not a glTF file", "Name the glTF or GLB file")
    try:
        document, binary = _split(content)
        return _GltfReader(path, document, binary).read(name)
    except BROKEN as error:
        raise InputError(str(path), "", f"is a broken glTF file: {error!r}", "Export the file again") from error


class _GltfReader:
    """One document with its buffers."""

    def __init__(self, path: Path, document: Json, binary: bytes | None) -> None:
        self._path = path
        self._document = document
        if document.get("extensionsRequired"):
            names = ", ".join(map(str, document["extensionsRequired"]))
            raise self._error(f"needs extensions that walls do not support: {names}", "Export without compression")
        self._buffers = [self._buffer(entry, binary) for entry in document.get("buffers", ())]

    def read(self, name: str | None) -> WallTriangles:
        parts: list[tuple[Floats, Floats, NDArray[np.int64]]] = []
        names: list[str] = []
        for node, stage_from_node in self._nodes():
            mesh = self._document["meshes"][node["mesh"]]
            own = [str(entry["name"]) for entry in (node, mesh) if "name" in entry]
            names += own
            if name is None or name in own:
                parts += [self._primitive(entry, stage_from_node) for entry in mesh["primitives"]]
        if name is not None and name not in names:
            known = ", ".join(dict.fromkeys(names)) or "none"
            raise InputError(str(self._path), "object", f"has no node {name!r} with a mesh", f"It has: {known}")
        return _joined(parts)

    def _nodes(self) -> list[tuple[Json, Floats]]:
        """Every node with a mesh, and its 4 x 4 transform into the scene."""
        nodes = self._document.get("nodes", [])
        scenes = self._document.get("scenes")
        if scenes:
            roots = scenes[self._document.get("scene", 0)].get("nodes", [])
        else:
            children = {child for node in nodes for child in node.get("children", ())}
            roots = [index for index in range(len(nodes)) if index not in children]
        found: list[tuple[Json, Floats]] = []
        waiting = [(index, np.eye(4), 0) for index in reversed(roots)]
        while waiting:
            index, parent, depth = waiting.pop()
            if depth > MAX_DEPTH or len(found) > len(nodes):
                raise self._error("its nodes form a loop", "Export the file again")
            node = nodes[index]
            own = parent @ _transform(node)
            if "mesh" in node:
                found.append((node, own))
            waiting += [(child, own, depth + 1) for child in reversed(node.get("children", []))]
        return found

    def _primitive(self, entry: Json, scene_from_node: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
        attributes = entry["attributes"]
        if entry.get("mode", TRIANGLES) != TRIANGLES:
            raise self._error("has lines, points or strips", "Export the wall as triangles")
        if "TEXCOORD_0" not in attributes:
            raise self._error("has no picture coordinates (TEXCOORD_0)", "Unwrap the wall (UV) and export with UV")
        local = self._accessor(attributes["POSITION"])
        positions = local @ scene_from_node[:3, :3].T + scene_from_node[:3, 3]
        uv = self._accessor(attributes["TEXCOORD_0"])
        corners = self._accessor(entry["indices"])[:, 0] if "indices" in entry else np.arange(len(positions))
        triangles = corners.astype(np.int64).reshape(-1, 3)
        if len(uv) != len(positions) or not ((triangles >= 0) & (triangles < len(positions))).all():
            raise self._error("a triangle refers to a missing vertex", "Export the file again")
        if np.linalg.det(scene_from_node[:3, :3]) < 0:
            triangles = triangles[:, ::-1]
        return positions, uv, triangles

    def _accessor(self, index: int) -> Floats:
        """(count, width) of an accessor; normalised integers as 0..1."""
        entry = self._document["accessors"][index]
        if "sparse" in entry or "bufferView" not in entry:
            raise self._error("has sparse accessors", "Export without them")
        view = self._document["bufferViews"][entry["bufferView"]]
        kind, width, count = np.dtype(COMPONENTS[entry["componentType"]]), WIDTHS[entry["type"]], entry["count"]
        packed = kind.itemsize * width
        values = np.ndarray(
            (count, width),
            kind,
            self._buffers[view["buffer"]][: view.get("byteOffset", 0) + view["byteLength"]],
            view.get("byteOffset", 0) + entry.get("byteOffset", 0),
            (view.get("byteStride", packed), kind.itemsize),
        ).astype(np.float64)
        return values / np.iinfo(kind).max if entry.get("normalized") else values

    def _buffer(self, entry: Json, binary: bytes | None) -> bytes:
        uri: str | None = entry.get("uri")
        if uri is None:
            if binary is None:
                raise self._error("refers to a missing binary part", "Export the file again")
            return binary
        if uri.startswith("data:"):
            return base64.b64decode(uri.partition(DATA_URI)[2], validate=True)
        beside = self._path.parent.resolve()
        file: Path = (beside / uri).resolve()
        if not file.is_relative_to(beside) or not file.is_file() or file.stat().st_size > MAX_BYTES:
            raise self._error(f"its buffer {uri!r} is not beside it or too large", "Keep both files in one folder")
        return file.read_bytes()

    def _error(self, problem: str, remedy: str) -> InputError:
        return InputError(str(self._path), "", problem, remedy)


def _split(content: bytes) -> tuple[Json, bytes | None]:
    """The JSON document and, in a GLB, its binary chunk (glTF 2.0 section 4.4)."""
    if content[:4] != GLB_MAGIC:
        return json.loads(content), None
    chunks: dict[int, bytes] = {}
    offset = 12
    while offset + 8 <= len(content):
        length, kind = struct.unpack_from("<II", content, offset)
        chunks.setdefault(kind, content[offset + 8 : offset + 8 + length])
        offset += 8 + length
    return json.loads(chunks[JSON_CHUNK]), chunks.get(BINARY_CHUNK)


def _transform(node: Json) -> Floats:
    """The node's matrix, or its translation, rotation (x, y, z, w) and scale."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    x, y, z, w = map(float, node.get("rotation", (0, 0, 0, 1)))
    matrix = np.eye(4)
    matrix[:3, :3] = rotation_matrix(quaternion_normalised((w, x, y, z))) * np.array(node.get("scale", (1, 1, 1)))
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix


def _joined(parts: list[tuple[Floats, Floats, NDArray[np.int64]]]) -> WallTriangles:
    starts = np.cumsum([0, *(len(positions) for positions, _, _ in parts)])
    return WallTriangles(
        np.concatenate([np.empty((0, 3)), *(positions for positions, _, _ in parts)]),
        np.concatenate([np.empty((0, 2)), *(uv for _, uv, _ in parts)]),
        np.concatenate(
            [np.empty((0, 3), np.int64), *(own + start for (_, _, own), start in zip(parts, starts, strict=False))]
        ).astype(np.int32),
    )
