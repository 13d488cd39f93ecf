"""SOG files (PlayCanvas), version 2: a zip of pictures whose pixels are splats, with meta.json. Pure.

Positions are 16 bits an axis of a signed logarithm; scales, colours and harmonics are places in tables; rotations the
three smaller parts of a quaternion. Axes are those of the .ply it was made of.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render.layers.splats.coding import Floats, RawSplats
from render.pictures.picture_bytes import PictureError, decode
from stage.errors import InputError

ZIP = b"PK\x03\x04"
VERSION = 2
MOST_SPLATS = 8_000_000
MOST_BYTES = 256 * 2**20
ACROSS = 64
"""Entries of harmonics in a row of their picture."""
AGAIN = "Export it again, or as .ply"
Codes = NDArray[np.uint8]


def read_sog(content: bytes, where: str) -> RawSplats:
    """Raises InputError: no SOG, another version, a part is missing or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            meta = json.loads(_part(archive, "meta.json"))
            if meta.get("version") != VERSION:
                raise InputError(where, "meta.json", f"is of version {meta.get('version')}, not {VERSION}", AGAIN)
            return _decoded(archive, meta, where)
    except (zipfile.BadZipFile, zlib.error, KeyError, IndexError, TypeError, ValueError, OSError) as error:
        raise InputError(where, "", f"is not a sound SOG file: {error}", AGAIN) from error


def _decoded(archive: zipfile.ZipFile, meta: dict[str, Any], where: str) -> RawSplats:
    count = int(meta["count"])
    if not 0 < count <= MOST_SPLATS:
        raise InputError(where, "meta.json", f"holds {count} splats, more than {MOST_SPLATS} or none", "Thin it out")

    def pixels(name: str, number: int = 0) -> Codes:
        return _pixels(archive, str(meta[name]["files"][number]))[:count]

    low, high = pixels("means", 0), pixels("means", 1)
    share = (low[:, :3].astype(np.float32) + high[:, :3].astype(np.float32) * 256.0) / 65535.0
    least, most = (np.array(meta["means"][key], np.float32) for key in ("mins", "maxs"))
    logs = least + share * (most - least)
    colour = pixels("sh0")
    constant = _table(meta["sh0"])[colour[:, :3]]
    harmonics = [constant[:, None, :]]
    if "shN" in meta:
        harmonics.append(_higher(archive, meta["shN"], pixels("shN", 1)))
    scale = _table(meta["scales"])[pixels("scales")[:, :3]]
    if not len(low) == len(colour) == len(scale) == count:
        raise ValueError(f"announces {count} splats; its pictures have fewer pixels")
    with np.errstate(over="ignore"):
        return RawSplats(
            (np.sign(logs) * np.expm1(np.abs(logs))).astype(np.float32),
            _rotation(pixels("quats")),
            np.exp(scale),
            colour[:, 3].astype(np.float32) / np.float32(255.0),
            np.concatenate(harmonics, axis=1),
        )


def _higher(archive: zipfile.ZipFile, own: dict[str, Any], labels: Codes) -> Floats:
    """(N, K, 3) by each splat's number in the palette."""
    bands = int(own["bands"])
    if bands not in (1, 2, 3):
        raise ValueError(f"has {bands} bands of harmonics")
    each = (bands + 1) ** 2 - 1
    palette = _picture(archive, str(own["files"][0]))[:, : ACROSS * each, :3].reshape(-1, each, 3)
    number = labels[:, 0].astype(np.intp) + labels[:, 1].astype(np.intp) * 256
    return np.asarray(_table(own)[palette[number]], np.float32)


def _rotation(codes: Codes) -> Floats:
    """(N, 4) w, x, y, z: three parts in file order, the fourth channel says which of w, x, y, z is the largest."""
    three = (codes[:, :3].astype(np.float32) / np.float32(255.0) - np.float32(0.5)) * np.float32(np.sqrt(2.0))
    which = codes[:, 3].astype(np.intp) - 252
    if (which < 0).any():
        raise ValueError("has a quaternion of an unknown kind")
    slots = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])[which]
    rotation = np.empty((len(codes), 4), np.float32)
    np.put_along_axis(rotation, slots, three, axis=1)
    largest = np.sqrt(np.maximum(0.0, 1.0 - (three**2).sum(axis=1, keepdims=True)))
    np.put_along_axis(rotation, which[:, None], largest.astype(np.float32), axis=1)
    return rotation


def _table(own: dict[str, Any]) -> Floats:
    table = np.array(own["codebook"], np.float32)
    if table.shape != (256,) or not np.isfinite(table).all():
        raise ValueError("has a codebook that is not 256 numbers")
    return table


def _pixels(archive: zipfile.ZipFile, name: str) -> Codes:
    return _picture(archive, name).reshape(-1, 4)


def _picture(archive: zipfile.ZipFile, name: str) -> Codes:
    """(h, w, 4) the codes of a picture, opaque where it has no alpha."""
    try:
        pixels = decode(memoryview(_part(archive, name)), cv2.IMREAD_UNCHANGED)
    except PictureError as error:
        raise ValueError(f"{name} {error}") from error
    if pixels.ndim != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"{name} is no picture of 8 bit colours")
    code = cv2.COLOR_BGR2RGBA if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    return np.asarray(cv2.cvtColor(pixels, code), np.uint8)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise ValueError(f"{name} is larger than {MOST_BYTES // 2**20} MB")
    return archive.read(name)
