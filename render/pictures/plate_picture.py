"""Pictures of plates: PNG, JPEG, TIFF (8, 16 bit, float) and OpenEXR to scene-linear light with alpha."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render.pictures.picture_bytes import MOST_PIXELS, PictureError, decode, exr_planes, file_content, is_picture
from stage.errors import InputError
from stage.maths.scene_linear import to_scene_linear

LARGEST_SIDE_PX = 8192
"""Larger pictures are reduced."""
BRIGHTEST = 60_000.0
"""Below the largest 16-bit float, 65504, so mixing neighbours cannot overflow."""
REMEDY = "Use a PNG, JPEG, TIFF or OpenEXR that other programs open"

_EXR = b"\x76\x2f\x31\x01"
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


@dataclass(frozen=True, slots=True)
class Plane:
    """What a file holds: `values` (h, w, c) float32, rows from the top, c = 1 (grey), 3 (RGB) or 4 (RGBA); integers
    are divided by their largest code. `bits` per value (8, 16, 32); `premultiplied`: colour is already multiplied by
    alpha."""

    values: NDArray[np.float32]
    bits: int
    integer: bool
    premultiplied: bool = False


def read_plate(path: Path, colour_space: str | None, alpha: bool) -> NDArray[np.float16]:
    """(h, w, 4) scene-linear Rec.709 times alpha (premultiplied), rows from the top, at most 8192 a side.

    8 and 16 bit files are sRGB, float files linear, unless `colour_space` says otherwise. Without `alpha` the picture's
    own is ignored and 1 used. Alpha is straight in PNG and TIFF, premultiplied in OpenEXR (as its standard says).
    Raises InputError.
    """
    plane = read_plane(path)
    values = plane.values
    if values.shape[2] == 1:
        values = np.repeat(values, 3, axis=2)
    cover = np.clip(values[:, :, 3:], 0.0, 1.0) if values.shape[2] == 4 else np.ones((*values.shape[:2], 1), np.float32)
    colour = np.nan_to_num(values[:, :, :3], nan=0.0, posinf=BRIGHTEST, neginf=0.0)
    if plane.premultiplied:
        colour = np.where(cover > 1e-4, colour / np.maximum(cover, np.float32(1e-4)), colour)
    space = colour_space or ("srgb" if plane.integer else "linear")
    linear = np.clip(scene_linear(colour, space, path), 0.0, BRIGHTEST)
    cover = np.nan_to_num(cover, nan=0.0) if alpha else np.ones_like(cover)
    return _fitting(np.concatenate([linear * cover, cover], axis=2)).astype(np.float16)


def scene_linear(colour: NDArray[np.float32], space: str, path: Path) -> NDArray[np.float32]:
    """Colours of a space as scene-linear light. Raises InputError with the file if there is no such space."""
    try:
        return to_scene_linear(np.ascontiguousarray(colour, np.float32), space)
    except InputError as error:
        raise InputError(str(path), "colour_space", f"{space}: {error.problem}", error.remedy) from error


def read_plane(path: Path) -> Plane:
    """A picture's numbers as they are in the file. Raises InputError."""
    try:
        return _decoded(file_content(path))
    except PictureError as error:
        raise InputError(str(path), "", str(error), REMEDY) from error


def _decoded(content: memoryview) -> Plane:
    if bytes(content[:4]) == _EXR:
        return _exr(content)
    if not is_picture(content) and bytes(content[:4]) not in _TIFF:
        raise PictureError("is neither PNG, JPEG, TIFF nor OpenEXR")
    pixels = decode(content, cv2.IMREAD_UNCHANGED)
    if pixels.shape[0] * pixels.shape[1] > MOST_PIXELS:
        raise PictureError(f"has more than {MOST_PIXELS // 2**20} million pixels")
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    if pixels.shape[2] not in (1, 3, 4) or pixels.dtype not in (np.uint8, np.uint16, np.float32, np.float64):
        raise PictureError(f"has {pixels.shape[2]} channels of {pixels.dtype}")
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[pixels.shape[2]]
    values = pixels[:, :, order].astype(np.float32)
    integer = bool(np.issubdtype(pixels.dtype, np.integer))
    if integer:
        values /= np.float32(np.iinfo(pixels.dtype).max)
    return Plane(values, min(pixels.dtype.itemsize * 8, 32), integer)


def _exr(content: memoryview) -> Plane:
    """R, G, B and A, or one channel of depth or grey (Z, Y, or the only one there is)."""
    planes = exr_planes(content)
    names = _exr_channels(planes)
    if len({planes[name].shape for name in names}) != 1 or planes[names[0]].ndim != 2:
        raise PictureError("has channels of different sizes")
    values = np.stack([planes[name].astype(np.float32) for name in names], axis=2)
    return Plane(values, 32, integer=False, premultiplied=len(names) == 4)


def _exr_channels(planes: dict[str, NDArray[Any]]) -> list[str]:
    if all(name in planes for name in "RGB"):
        return [name for name in "RGBA" if name in planes]
    for name in ("Z", "Y", "depth", "R"):
        if name in planes:
            return [name]
    if len(planes) == 1:
        return list(planes)
    raise PictureError(f"has neither R, G, B nor Z nor Y but {', '.join(sorted(planes))[:200]}")


def _fitting(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = pixels.shape[:2]
    scale = LARGEST_SIDE_PX / max(height, width)
    if scale >= 1.0:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
