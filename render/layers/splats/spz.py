"""SPZ files (Niantic), versions 2 and 3: a gzip stream of columns. Pure.

Header: NGSP, version, count, degree, fraction bits, flags. Columns: positions (24 bits, fixed point), opacities,
colours, scales (logarithms), rotations, harmonics. Its axes are right, up, back; splats are turned to those of .ply
(right, down, forward): half a turn about x.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from render.layers.splats.coding import Floats, RawSplats
from stage.errors import InputError

GZIP, PLAIN = b"\x1f\x8b", b"NGSP"
MAGIC = 0x5053474E
MOST_SPLATS = 8_000_000
MOST_BYTES = MOST_SPLATS * 64 + 16
COLOUR_SCALE = 0.15
_HEADER = struct.Struct("<IIIBBBB")
_TURNED = np.array([1, *(-1, -1, 1), *(-1, 1, 1, -1, 1), *(-1, 1, -1, -1, 1, -1, 1)], np.float32)
"""What becomes of each harmonic where y and z change their signs: those with an odd number of both do."""


def read_spz(content: bytes, where: str) -> RawSplats:
    """Raises InputError: another version, cut off, damaged."""
    if content[:4] == PLAIN:
        remedy = "Save it as version 3, or as .ply or .sog"
        raise InputError(where, "", "is of SPZ version 4 (zstd), which is not read", remedy)
    try:
        unpacked = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(content, MOST_BYTES)
        magic, version, count, degree, fraction_bits, _, _ = _HEADER.unpack_from(unpacked)
    except (zlib.error, struct.error) as error:
        raise InputError(where, "", "is damaged or not an SPZ file", "Copy or export it again") from error
    if magic != MAGIC or version not in (2, 3) or degree > 3 or fraction_bits > 24:
        problem = f"is of SPZ version {version} and degree {degree}" if magic == MAGIC else "is not an SPZ file"
        raise InputError(where, "", problem, "Save it as version 3 with degree 0 to 3, or as .ply")
    if count > MOST_SPLATS:
        raise InputError(where, "", f"holds {count} splats, more than {MOST_SPLATS}", "Thin it out")
    rest = (degree + 1) ** 2 - 1
    widths = (9, 1, 3, 3, 4 if version == 3 else 3, 3 * rest)
    if len(unpacked) < _HEADER.size + count * sum(widths):
        raise InputError(where, "", f"announces {count} splats but is cut off", "Copy it again")
    starts = _HEADER.size + count * np.cumsum([0, *widths])
    columns = [
        np.frombuffer(unpacked, np.uint8, count * width, int(start)).reshape(count, width)
        for width, start in zip(widths, starts[:-1], strict=True)
    ]
    return _decoded(columns, fraction_bits, rest)


def _decoded(columns: list[NDArray[np.uint8]], fraction_bits: int, rest: int) -> RawSplats:
    place, opacity, colour, scale, rotation, higher = columns
    count = len(place)
    three = place.reshape(count, 3, 3).astype(np.int32)
    fixed = three[:, :, 0] | (three[:, :, 1] << 8) | (three[:, :, 2] << 16)
    fixed -= (fixed & 0x800000) << 1
    position = fixed.astype(np.float32) / np.float32(1 << fraction_bits) * np.array([1, -1, -1], np.float32)
    constant = (colour.astype(np.float32) / 255.0 - 0.5) / COLOUR_SCALE
    others = (higher.reshape(count, rest, 3).astype(np.float32) - 128.0) / 128.0
    harmonics = np.concatenate([constant[:, None, :], others], axis=1) * _TURNED[: rest + 1, None]
    quaternion = _smallest_three(rotation) if rotation.shape[1] == 4 else _first_three(rotation)
    return RawSplats(
        position,
        quaternion * np.array([1, 1, -1, -1], np.float32),
        np.exp(scale.astype(np.float32) / np.float32(16.0) - np.float32(10.0)),
        opacity[:, 0].astype(np.float32) / np.float32(255.0),
        harmonics.astype(np.float32),
    )


def _first_three(rotation: NDArray[np.uint8]) -> Floats:
    """(N, 4) w, x, y, z of version 2: x, y, z of 8 bits, w positive."""
    xyz = rotation.astype(np.float32) / np.float32(127.5) - np.float32(1.0)
    w = np.sqrt(np.maximum(0.0, 1.0 - (xyz**2).sum(axis=1, keepdims=True)))
    return np.concatenate([w, xyz], axis=1).astype(np.float32)


def _smallest_three(rotation: NDArray[np.uint8]) -> Floats:
    """(N, 4) w, x, y, z of version 3: in a word the number of the largest of x, y, z, w, then the others from the last
    to the first in 9 bits and a sign."""
    words = np.ascontiguousarray(rotation).view("<u4")[:, 0]
    which = (words >> np.uint32(30)).astype(np.intp)
    slots = np.array([[3, 2, 1], [3, 2, 0], [3, 1, 0], [2, 1, 0]])[which]
    parts = np.stack([(words >> np.uint32(shift)) & np.uint32(1023) for shift in (0, 10, 20)], axis=1)
    size = (parts & 511).astype(np.float32) / np.float32(511.0 * np.sqrt(2.0))
    three = np.where(parts >> 9, -size, size)
    xyzw = np.empty((len(words), 4), np.float32)
    np.put_along_axis(xyzw, slots, three, axis=1)
    largest = np.sqrt(np.maximum(0.0, 1.0 - (three**2).sum(axis=1)))
    np.put_along_axis(xyzw, which[:, None], largest[:, None].astype(np.float32), axis=1)
    return xyzw[:, [3, 0, 1, 2]]
