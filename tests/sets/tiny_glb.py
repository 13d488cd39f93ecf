"""A glTF set made in the test: its document, its one buffer, and GLB bytes of both."""

from __future__ import annotations

import json
import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Json = dict[str, Any]

TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
COMPONENTS = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}
CORNERS = np.array([[0, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 3]], dtype=np.float32)
TETRAHEDRON = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], dtype=np.uint16)
"""Counter-clockwise from outside."""
PIXELS = np.array([[[255, 0, 0, 255], [0, 255, 0, 128]], [[0, 0, 255, 255], [9, 8, 7, 0]]], dtype=np.uint8)


class Glb:
    """A glTF in the making: its document and its one buffer."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.document: Json = {"asset": {"version": "2.0"}, "bufferViews": [], "accessors": []}

    def view(self, data: bytes) -> int:
        self.buffer += b"\0" * (-len(self.buffer) % 4)
        self.document["bufferViews"].append({"buffer": 0, "byteOffset": len(self.buffer), "byteLength": len(data)})
        self.buffer += data
        return len(self.document["bufferViews"]) - 1

    def numbers(self, array: NDArray[Any], **more: object) -> int:
        """An accessor of (count, width) or (count,)."""
        rows = array.reshape(len(array), -1)
        accessor = {"componentType": COMPONENTS[array.dtype.name], "count": len(rows), "type": TYPES[rows.shape[1]]}
        self.document["accessors"].append({"bufferView": self.view(array.tobytes()), **accessor, **more})
        return len(self.document["accessors"]) - 1

    def add(self, kind: str, item: Json) -> int:
        items: list[Json] = self.document.setdefault(kind, [])
        items.append(item)
        return len(items) - 1

    def mesh(self, attributes: Json | None = None, **primitive: object) -> int:
        """A tetrahedron, unless other attributes are given."""
        if attributes is None:
            attributes = {"POSITION": self.numbers(CORNERS)}
            primitive.setdefault("indices", self.numbers(TETRAHEDRON.reshape(-1)))
        return self.add("meshes", {"primitives": [{"attributes": attributes, **primitive}]})

    def glb(self) -> bytes:
        text = json.dumps({**self.document, "buffers": [{"byteLength": len(self.buffer)}]}).encode()
        text += b" " * (-len(text) % 4)
        binary = bytes(self.buffer) + b"\0" * (-len(self.buffer) % 4)
        chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x004E4942) + binary
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def tetrahedron(**node: object) -> Glb:
    """One node with one mesh."""
    glb = Glb()
    glb.add("nodes", {"mesh": glb.mesh(), **node})
    return glb


def textured(texture: Json | None = None, **info: object) -> Glb:
    """A triangle with a picture of 2 x 2 pixels."""
    glb = Glb()
    ok, png = cv2.imencode(".png", cv2.cvtColor(PIXELS, cv2.COLOR_RGBA2BGRA))
    assert ok
    glb.add("images", {"bufferView": glb.view(png.tobytes()), "mimeType": "image/png"})
    glb.add("textures", {"source": 0, **(texture or {})})
    glb.add("materials", {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0, **info}}})
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    attributes = {"POSITION": glb.numbers(CORNERS[:3]), "TEXCOORD_0": glb.numbers(uv)}
    glb.add("nodes", {"mesh": glb.mesh(attributes, material=0)})
    return glb
