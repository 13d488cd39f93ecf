"""What PNG and JPEG files say of themselves beside their pixels: which way is up, and their colour profile. Pure.

(TIFF's orientation is applied by OpenCV; its profile and kind of alpha are read here.)
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_PROFILE_BYTES = 16 * 2**20
MOST_TAGS = 4096
BIG_TIFF = 43
ORIENTATION, PROFILE, EXTRA_SAMPLES = 0x0112, 0x8773, 0x0152
TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"
_TURNS = {2: (0, True), 3: (2, False), 4: (2, True), 5: (1, True), 6: (3, False), 7: (3, True), 8: (1, False)}
"""Exif's orientation: quarter turns counter-clockwise after the columns were mirrored."""


class Embedded(NamedTuple):
    """`orientation` 1 to 8 (Exif 2.3); `profile`: ICC; `premultiplied`: a TIFF's alpha is in its colours already."""

    orientation: int = 1
    profile: bytes | None = None
    premultiplied: bool = False


def embedded_in(content: memoryview) -> Embedded:
    """What a PNG, JPEG or TIFF says of itself. Damaged remarks are as if they were not there."""
    try:
        if bytes(content[:3]) == b"\xff\xd8\xff":
            return _in_jpeg(content)
        if bytes(content[:4]) == b"\x89PNG":
            return _in_png(content)
        if bytes(content[:4]) in TIFF:
            tags = _tags(content)
            return Embedded(1, tags.get(PROFILE), tags.get(EXTRA_SAMPLES, b"")[:2] in (b"\1\0", b"\0\1"))
    except (struct.error, zlib.error, IndexError, ValueError):
        pass
    return Embedded()


def turned(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Pixels (h, w, ...) the way up that Exif's orientation means."""
    turns, mirrored = _TURNS.get(orientation, (0, False))
    return np.rot90(pixels[:, ::-1] if mirrored else pixels, turns)


def _in_jpeg(content: memoryview) -> Embedded:
    orientation, parts = 1, dict[int, bytes]()
    for marker, body in _segments(content):
        if marker == 0xE1 and bytes(body[:6]) == _EXIF:
            orientation = _orientation(body[6:])
        elif marker == 0xE2 and bytes(body[:12]) == _ICC:
            parts[body[12]] = bytes(body[14:])
    profile = b"".join(parts[number] for number in sorted(parts))
    return Embedded(orientation, profile or None)


def _segments(content: memoryview) -> Iterator[tuple[int, memoryview]]:
    """(marker, body) of the segments before the picture (ITU-T T.81, section B.1)."""
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xDA:
            return
        length = int(struct.unpack_from(">H", content, position + 2)[0])
        if length < 2:
            return
        yield marker, content[position + 4 : position + 2 + length]
        position += 2 + length


def _in_png(content: memoryview) -> Embedded:
    orientation, profile, position = 1, None, 8
    while position + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        body = content[position + 8 : position + 8 + length]
        if kind == b"eXIf":
            orientation = _orientation(body)
        elif kind == b"iCCP":
            packed = bytes(body)
            packed = packed[packed.index(b"\0") + 2 :]
            profile = zlib.decompressobj().decompress(packed, MOST_PROFILE_BYTES)
        elif kind == b"IDAT":
            break
        position += 12 + length
    return Embedded(orientation, profile)


def _orientation(tiff: memoryview) -> int:
    value = _tags(tiff).get(ORIENTATION, b"\1\0")
    return max(value[:2]) if value[:2] and max(value[:2]) <= 8 and min(value[:2]) == 0 else 1


def _tags(tiff: memoryview) -> dict[int, bytes]:
    """The values of the first directory (TIFF 6.0, section 2; BigTIFF) as bytes in the file's order."""
    order = {b"II": "<", b"MM": ">"}.get(bytes(tiff[:2]))
    if order is None:
        return {}
    (version,) = struct.unpack_from(f"{order}H", tiff, 2)
    head, entry, number, inline = ("Q", "HHQ", "Q", 8) if version == BIG_TIFF else ("I", "HHI", "H", 4)
    (start,) = struct.unpack_from(f"{order}{head}", tiff, 8 if version == BIG_TIFF else 4)
    (count,) = struct.unpack_from(f"{order}{number}", tiff, start)
    first, each = start + struct.calcsize(f"{order}{number}"), struct.calcsize(f"{order}{entry}") + inline
    tags = dict[int, bytes]()
    for row in range(min(count, MOST_TAGS)):
        tag, kind, values = struct.unpack_from(f"{order}{entry}", tiff, first + each * row)
        size = values * {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 16: 8}.get(kind, 0)
        place = first + each * (row + 1) - inline
        if size > inline:
            (place,) = struct.unpack_from(f"{order}{head}", tiff, place)
        if 0 < size <= MOST_PROFILE_BYTES and place + size <= len(tiff):
            tags[tag] = bytes(tiff[place : place + size])
    return tags
