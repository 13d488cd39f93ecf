"""A glTF file and the files beside it: the container, the document, the bytes of its buffers and pictures.

GLB: glTF 2.0 specification, section 4.4. A URI may be a data URI or a relative path that stays in the folder.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from pydantic import ValidationError
from pydantic_core import from_json

from render.layers.mesh.gltf.document.document import Document
from render.layers.mesh.gltf.document.storage import MeshoptView
from render.layers.mesh.gltf.extensions import entries, refused
from render.layers.mesh.gltf.meshopt_views import UnpackError, unpacked
from stage.errors import InputError
from stage.files.field_paths import path_text
from stage.files.passport import PassportEntry, approximated, drawn, lost
from stage.files.signatures import what_it_is

Item = TypeVar("Item")

MOST_BYTES = 2 * 1024**3
"""The largest file that is read, and the most bytes for all files of one set together."""
EXPORT_AGAIN = "Export the file again"
_GLB_MAGIC = b"glTF"
_JSON_CHUNK = 0x4E4F534A
_BIN_CHUNK = 0x004E4942


class GltfFile:
    """An opened glTF: `document`, and the bytes it names. `passport` collects what it asks for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.passport: dict[PassportEntry, None] = {}
        self._out_of_range: dict[str, None] = {}
        self._bytes_left = MOST_BYTES
        self._beside: dict[Path, memoryview] = {}
        content = self._read(path, "")
        json_bytes, self._glb_binary = self._chunks(content)
        self.document = self._parse(json_bytes)
        self._buffers: dict[int, memoryview] = {}
        self._unpacked: dict[int, memoryview] = {}
        self._check_versions()

    def error(self, field: str, problem: str, remedy: str = EXPORT_AGAIN) -> InputError:
        """An error at a place such as `meshes[0].primitives[1].indices`."""
        return InputError(str(self.path), field, problem, remedy)

    def drawn(self, asks: str, why: str = "", remedy: str = "") -> None:
        """Say in the passport that it is on the wall as the file asks; each entry once."""
        self.passport.setdefault(drawn(self.path.name, asks, why, remedy))

    def approximated(self, asks: str, why: str, remedy: str = "") -> None:
        """Say in the passport that it is drawn, but not quite as the file asks."""
        self.passport.setdefault(approximated(self.path.name, asks, why, remedy))

    def lost(self, asks: str, why: str, remedy: str = "") -> None:
        """Say in the passport that it is not on the wall."""
        self.passport.setdefault(lost(self.path.name, asks, why, remedy))

    def item(self, items: Sequence[Item], index: int, kind: str, field: str) -> Item:
        """Item `index` of a list of the document. Raises InputError if there is none."""
        if index >= len(items):
            raise self.error(field, f"names {kind}[{index}], but there are {len(items)}")
        return items[index]

    def view(self, index: int, field: str) -> tuple[memoryview, int | None]:
        """The bytes of a buffer view and its stride. Raises InputError if it reaches past its buffer."""
        view = self.item(self.document.buffer_views, index, "bufferViews", field)
        packed = view.extensions.packed
        if packed is None:
            content = self._run(view.buffer, view.byte_offset, view.byte_length, f"bufferViews[{index}]")
            return content, view.byte_stride or None
        if index not in self._unpacked:
            self._unpacked[index] = self._unpack(packed, view.byte_length, f"bufferViews[{index}]")
        return self._unpacked[index], view.byte_stride or None

    def uri_bytes(self, uri: str, field: str) -> memoryview:
        """The content of a URI. Raises InputError: data URI not in base64, outside the folder, missing, too large."""
        if uri.startswith("data:"):
            return self._data_uri(uri, field)
        return self._file_beside(uri, field)

    def _run(self, buffer: int, offset: int, length: int, place: str) -> memoryview:
        """`length` bytes of a buffer from `offset` on."""
        content = self._buffer(buffer, f"{place}.buffer")
        if offset + length > len(content):
            raise self.error(place, f"ends at byte {offset + length} of a buffer of {len(content)}")
        return content[offset : offset + length]

    def _unpack(self, packed: MeshoptView, length: int, place: str) -> memoryview:
        content = self._run(packed.buffer, packed.byte_offset, packed.byte_length, f"{place}.extensions.meshopt")
        if length > self._bytes_left:
            raise self.error(place, "brings the set to more than 2 GB", "Split the set into several files")
        self._bytes_left -= length
        try:
            return unpacked(packed, content, length)
        except UnpackError as error:
            raise self.error(f"{place}.extensions", str(error)) from error

    def _buffer(self, index: int, field: str) -> memoryview:
        if index not in self._buffers:
            buffer = self.item(self.document.buffers, index, "buffers", field)
            place = f"buffers[{index}]"
            if buffer.uri is not None:
                content = self.uri_bytes(buffer.uri, f"{place}.uri")
            elif index == 0 and self._glb_binary is not None:
                content = self._glb_binary
            else:
                raise self.error(place, "has neither a URI nor the binary part of a GLB")
            if buffer.byte_length > len(content):
                raise self.error(f"{place}.byteLength", f"is {buffer.byte_length}, but there are {len(content)} bytes")
            self._buffers[index] = content[: buffer.byte_length]
        return self._buffers[index]

    def _data_uri(self, uri: str, field: str) -> memoryview:
        head, comma, body = uri.partition(",")
        if not comma or not head.endswith(";base64"):
            raise self.error(field, "is a data URI that is not base64")
        try:
            content = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError) as error:
            raise self.error(field, f"is not base64: {error}") from error
        return memoryview(content)

    def _file_beside(self, uri: str, field: str) -> memoryview:
        name = unquote(uri)
        relative = Path(name)
        folder = self.path.parent.resolve()
        if "://" in name or "\0" in name or "\\" in name or relative.is_absolute():
            raise self.error(field, f"{name!r} is not a relative path", "Put the file beside the glTF")
        try:
            path = (folder / relative).resolve()
        except (OSError, RuntimeError) as error:
            raise self.error(field, f"{name!r} cannot be followed: {error}", "Check the path") from error
        if not path.is_relative_to(folder):
            raise self.error(field, f"{name!r} leaves the folder of the glTF", "Put the file beside the glTF")
        if path not in self._beside:
            self._beside[path] = self._read(path, field)
        return self._beside[path]

    def _read(self, path: Path, field: str) -> memoryview:
        try:
            if not path.is_file():
                raise self.error(field, f"there is no file {path.name!r}", "Check the path")
            size = path.stat().st_size
            if size > self._bytes_left:
                raise self.error(
                    field, f"{path.name!r} brings the set to more than 2 GB", "Split the set into several files"
                )
            self._bytes_left -= size
            return memoryview(path.read_bytes())
        except OSError as error:
            raise self.error(field, f"{path.name!r} cannot be read: {error.strerror}", "Check the path") from error

    def _chunks(self, content: memoryview) -> tuple[memoryview, memoryview | None]:
        """The JSON and, in a GLB, the binary part."""
        if bytes(content[:4]) != _GLB_MAGIC:
            if (kind := what_it_is(bytes(content[:16]))) is not None:
                raise self.error("", f"is {kind}, not a glTF file", "Name the glTF or GLB file")
            return content, None
        if len(content) < 20:
            raise self.error("", "is cut off in the GLB header", "Copy the file again")
        _, version, length, json_length, kind = struct.unpack_from("<4sIIII", content)
        if version != 2:
            raise self.error("", f"is GLB version {version}, not 2", "Export it as glTF 2.0")
        if length > len(content):
            raise self.error("", f"has only {len(content)} of {length} bytes: cut off", "Copy the file again")
        end = 20 + json_length
        if kind != _JSON_CHUNK or end > length:
            raise self.error("", "does not start with a whole JSON chunk")
        return content[20:end], self._binary_chunk(content[:length], end)

    def _binary_chunk(self, content: memoryview, start: int) -> memoryview | None:
        if start + 8 > len(content):
            return None
        length, kind = struct.unpack_from("<II", content, start)
        if kind != _BIN_CHUNK:
            return None
        if start + 8 + length > len(content):
            raise self.error("", "is cut off in its binary chunk", "Copy the file again")
        return content[start + 8 : start + 8 + length]

    def _parse(self, json_bytes: memoryview) -> Document:
        text = bytes(json_bytes).removeprefix(b"\xef\xbb\xbf")
        try:
            return Document.model_validate_json(text, context=self._out_of_range)
        except ValidationError as error:
            if old := old_version(text):
                raise self.error("asset.version", f"is glTF {old}, not 2.0", "Export it as glTF 2.0") from error
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            problem = first["msg"].replace("Input should be", "must be", 1)
            raise self.error(path_text(first["loc"]), problem[:1].lower() + problem[1:]) from error

    def _check_versions(self) -> None:
        wanted = self.document.asset.min_version or self.document.asset.version
        if wanted.split(".")[0] != "2":
            raise self.error("asset.version", f"is glTF {wanted[:20]}, not 2.0", "Export it as glTF 2.0")
        if unknown := refused(self.document.extensions_required):
            names = ", ".join(unknown)[:200]
            raise self.error("extensionsRequired", f"requires {names}, not supported", "Export without them")
        for entry in entries(self.path.name, {*self.document.extensions_used, *self.document.extensions_required}):
            self.passport.setdefault(entry)
        for value in self._out_of_range:
            self.approximated(value, "is out of range: the nearest value that glTF allows is drawn", "Correct it")


def old_version(text: bytes) -> str | None:
    """Which glTF before 2.0 a document is, None if it is none: in 1.0 a scene is a name, and lists are objects."""
    try:
        document = from_json(text)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    asset = document.get("asset")
    version = str(asset.get("version", "1.0")) if isinstance(asset, dict) else "1.0"
    named = isinstance(document.get("scene"), str) or any(
        isinstance(document.get(kind), dict) for kind in ("nodes", "meshes", "scenes", "accessors")
    )
    return version[:20] if named or version.startswith(("0", "1")) else None
