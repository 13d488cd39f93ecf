"""A glTF 2.0 document that grows, and its bytes as GLB. Pure."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC, JSON_CHUNK, BIN_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942
FLOAT, UINT = 5126, 5125
_KINDS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}

Properties = dict[str, Any]


class Glb:
    """Lists of a document by their names in glTF, and one buffer."""

    def __init__(self) -> None:
        self._lists: dict[str, list[Properties]] = {}
        self._extensions: set[str] = set()
        self._bytes = bytearray()

    def add(self, name: str, value: Properties) -> int:
        """Append to a list; the number of what was added."""
        self._lists.setdefault(name, []).append(value)
        return len(self._lists[name]) - 1

    def use(self, extension: str) -> None:
        """Say that an extension is used."""
        self._extensions.add(extension)

    def values(self, array: NDArray[np.float32]) -> int:
        """(n, c) floats as an accessor."""
        data = np.ascontiguousarray(array, np.float32)
        own: Properties = {
            "bufferView": self.view(data.tobytes()),
            "componentType": FLOAT,
            "count": len(data),
            "type": _KINDS[data.shape[1]],
            "min": data.min(axis=0).tolist(),
            "max": data.max(axis=0).tolist(),
        }
        return self.add("accessors", own)

    def indices(self, array: NDArray[np.int64]) -> int:
        """(n,) corners of triangles as an accessor."""
        data = np.ascontiguousarray(array, np.uint32)
        view = self.view(data.tobytes())
        return self.add("accessors", {"bufferView": view, "componentType": UINT, "count": len(data), "type": "SCALAR"})

    def view(self, content: bytes) -> int:
        """Bytes as a view of the buffer."""
        start = len(self._bytes)
        self._bytes += content + bytes(-len(content) % 4)
        return self.add("bufferViews", {"buffer": 0, "byteOffset": start, "byteLength": len(content)})

    def lights(self, lights: list[Properties]) -> Properties:
        """The document's own extension for lamps."""
        return {"KHR_lights_punctual": {"lights": lights}} if lights else {}

    def content(self, roots: list[int], lights: list[Properties]) -> bytes:
        """The whole file, its scene made of these nodes."""
        document: Properties = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": roots}], **self._lists}
        if self._bytes:
            document["buffers"] = [{"byteLength": len(self._bytes)}]
        if lights:
            document["extensions"] = self.lights(lights)
        if self._extensions:
            document["extensionsUsed"] = sorted(self._extensions)
        text = json.dumps(document).encode()
        text += b" " * (-len(text) % 4)
        body = struct.pack("<II", len(text), JSON_CHUNK) + text
        if self._bytes:
            body += struct.pack("<II", len(self._bytes), BIN_CHUNK) + bytes(self._bytes)
        return struct.pack("<III", MAGIC, 2, 12 + len(body)) + body
