"""A small writer of GLB (glTF 2.0 in one binary file), from stage space (Z up) to glTF (Y up).

Written: one primitive per material and object, shared by all placements of the object (instancing); positions,
normals, texture coordinates, vertex colours (only if not all white), 16 or 32 bit indices, embedded
PNG or JPEG pictures, lamps. Source: Khronos glTF 2.0 specification, sections 3.6 (accessors), 3.7 (meshes), 3.9
(materials), 4.4 (GLB layout).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import ORIGIN
from tools.sets.lamps import Lamp, lamp_extension, lamp_node
from tools.sets.materials import Material, material_entry, used_extensions
from tools.sets.mesh import Mesh, Placement

FLOAT, UNSIGNED_SHORT, UNSIGNED_INT = 5126, 5123, 5125
VERTICES, INDICES = 34962, 34963
REPEAT, LINEAR, LINEAR_MIPMAP_LINEAR = 10497, 9729, 9987
MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of the set: its meshes by material name, and its placements."""

    name: str
    meshes: Mapping[str, Mesh]
    placements: Sequence[Placement] = (Placement(),)


@dataclass(slots=True)
class _Writer:
    """The growing document: views of one buffer, accessors on views."""

    buffer: bytearray = field(default_factory=bytearray)
    views: list[Json] = field(default_factory=list)
    accessors: list[Json] = field(default_factory=list)

    def view(self, data: bytes, target: int | None) -> int:
        self.buffer.extend(b"\0" * (-len(self.buffer) % 4))
        view: Json = {"buffer": 0, "byteOffset": len(self.buffer), "byteLength": len(data)}
        if target is not None:
            view["target"] = target
        self.buffer.extend(data)
        self.views.append(view)
        return len(self.views) - 1

    def floats(self, values: Floats, bounds: bool = False) -> int:
        """Positions, normals, texture coordinates. Positions state their bounds, as glTF requires."""
        stored = values.astype("<f4")
        accessor: Json = {"componentType": FLOAT, "count": len(stored), "type": f"VEC{stored.shape[1]}"}
        if bounds:
            accessor["min"], accessor["max"] = stored.min(axis=0).tolist(), stored.max(axis=0).tolist()
        return self._accessor(accessor, stored.tobytes(), VERTICES)

    def colours(self, colour: Floats) -> int:
        """Linear factors: normalised 16 bit RGBA (8 bytes a vertex, aligned), or floats when one exceeds 1."""
        if colour.max() > 1.0:
            return self.floats(colour)
        stored = np.full((len(colour), 4), 65535, dtype="<u2")
        stored[:, :3] = np.rint(colour * 65535.0)
        accessor: Json = {"componentType": UNSIGNED_SHORT, "normalized": True, "count": len(stored), "type": "VEC4"}
        return self._accessor(accessor, stored.tobytes(), VERTICES)

    def indices(self, mesh: Mesh) -> int:
        wide = len(mesh.position_m) > 65535
        stored = mesh.triangles.reshape(-1).astype("<u4" if wide else "<u2")
        accessor: Json = {
            "componentType": UNSIGNED_INT if wide else UNSIGNED_SHORT,
            "count": len(stored),
            "type": "SCALAR",
        }
        return self._accessor(accessor, stored.tobytes(), INDICES)

    def _accessor(self, accessor: Json, data: bytes, target: int) -> int:
        self.accessors.append({"bufferView": self.view(data, target), "byteOffset": 0, **accessor})
        return len(self.accessors) - 1


def glb_bytes(
    things: Sequence[Thing], materials: Sequence[Material], pictures: Mapping[str, bytes], lamps: Sequence[Lamp] = ()
) -> bytes:
    """A GLB file. `pictures`: PNG or JPEG bytes by the name that materials use; `lamps` are the lights of the set.

    Raises KeyError if a mesh names a material, or a material a picture, that is not given.
    """
    writer = _Writer()
    number = {material.name: index for index, material in enumerate(materials)}
    meshes: list[Json] = [
        {"name": thing.name, "primitives": _primitives(writer, thing, materials, number)} for thing in things
    ]
    nodes = [_node(thing.name, mesh, place) for mesh, thing in enumerate(things) for place in thing.placements]
    nodes += [lamp_node(lamp, number) for number, lamp in enumerate(lamps)]
    textures = {name: index for index, name in enumerate(pictures)}
    document: Json = {
        "asset": {"version": "2.0", "generator": "openstage tools.sets"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "meshes": meshes,
        "materials": [material_entry(material, textures) for material in materials],
    }
    if lamps:
        document["extensions"] = lamp_extension(lamps)
    if used := used_extensions(materials, lamps):
        document["extensionsUsed"] = used
    if pictures:
        document["images"] = [
            {"bufferView": writer.view(data, None), "mimeType": _mime_type(data)} for data in pictures.values()
        ]
        document["samplers"] = [
            {"magFilter": LINEAR, "minFilter": LINEAR_MIPMAP_LINEAR, "wrapS": REPEAT, "wrapT": REPEAT}
        ]
        document["textures"] = [{"source": index, "sampler": 0} for index in range(len(pictures))]
    document["accessors"], document["bufferViews"] = writer.accessors, writer.views
    document["buffers"] = [{"byteLength": len(writer.buffer)}]
    return _container(document, bytes(writer.buffer))


def to_gltf(vectors: Floats) -> Floats:
    """(N, 3) from stage space to glTF: (x, y, z) -> (x, z, -y)."""
    return np.stack([vectors[:, 0], vectors[:, 2], -vectors[:, 1]], axis=1)


def _primitives(writer: _Writer, thing: Thing, materials: Sequence[Material], number: Mapping[str, int]) -> list[Json]:
    return [_primitive(writer, mesh, materials[number[name]], number[name]) for name, mesh in thing.meshes.items()]


def _primitive(writer: _Writer, mesh: Mesh, material: Material, number: int) -> Json:
    """Texture coordinates and colours are written only if they are used."""
    attributes = {
        "POSITION": writer.floats(to_gltf(mesh.position_m), bounds=True),
        "NORMAL": writer.floats(to_gltf(mesh.normal)),
    }
    if material.pictured:
        attributes["TEXCOORD_0"] = writer.floats(mesh.uv)
    if np.any(mesh.colour != 1.0):
        attributes["COLOR_0"] = writer.colours(mesh.colour)
    return {"attributes": attributes, "indices": writer.indices(mesh), "material": number}


def _node(name: str, mesh: int, place: Placement) -> Json:
    """A placement; neutral translation, rotation or scale is omitted."""
    node: Json = {"name": name, "mesh": mesh}
    x, y, z = place.position_m
    if place.position_m != ORIGIN:
        node["translation"] = [x, z, -y]
    if place.pan_deg:
        half = math.radians(place.pan_deg) / 2.0
        node["rotation"] = [0.0, math.sin(half), 0.0, math.cos(half)]
    if place.scale != 1.0:
        node["scale"] = [place.scale] * 3
    return node


def _mime_type(data: bytes) -> str:
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


def _container(document: Json, binary: bytes) -> bytes:
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    total = 12 + 8 + len(text) + 8 + len(binary)
    return b"".join(
        [
            struct.pack("<3I", MAGIC, 2, total),
            struct.pack("<2I", len(text), JSON_CHUNK),
            text,
            struct.pack("<2I", len(binary), BINARY_CHUNK),
            binary,
        ]
    )
