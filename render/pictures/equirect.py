"""Reads backgrounds at infinity: Radiance HDR, OpenEXR, JPEG and PNG to scene-linear 16-bit floats."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from render.pictures.picture import Background
from render.pictures.picture_bytes import (
    PictureError,
    decode,
    decode_picture,
    exr_planes,
    file_content,
    is_picture,
)
from render.pictures.plate_picture import read_plate, scene_linear
from stage.errors import InputError
from stage.model.layers import EquirectLayer

LARGEST_SIDE_PX = 8192
"""Larger backgrounds are reduced: 8192 columns are 23 a degree, 400 MB with mipmaps."""
BRIGHTEST = 60_000.0
"""Below the largest 16-bit float, 65504, so mixing neighbours cannot overflow."""

RADIANCE = b"#?"
_EXR = b"\x76\x2f\x31\x01"


def read_background(layer: EquirectLayer, folder: Path) -> Background:
    """The background that a scene file names. Raises InputError."""
    return Background(read_equirect(folder / layer.file, layer.colour_space), layer.pan_deg, layer.gain)


def read_equirect(path: Path, colour_space: str | None = None) -> NDArray[np.float16]:
    """(h, w, 3) scene-linear, rows from the top, at most 8192 a side, 0..60000; NaN becomes 0, infinite light 60000.

    Float files are taken as they are, 8 and 16 bit files as sRGB, unless `colour_space` says otherwise. Raises
    InputError.
    """
    try:
        content = file_content(path)
        if colour_space is None:
            return _as_radiance(_pixels(content))
        if bytes(content[:2]) == RADIANCE:
            return _as_radiance(scene_linear(_radiance_hdr(content), colour_space, path))
        return _as_radiance(read_plate(path, colour_space, alpha=False)[:, :, :3].astype(np.float32))
    except PictureError as error:
        remedy = "Use a Radiance HDR, OpenEXR, JPEG or PNG that other programs open"
        raise InputError(str(path), "", str(error), remedy) from error


def linear_from_srgb8(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scene-linear values of 8 bit sRGB (IEC 61966-2-1)."""
    code = np.arange(256) / 255.0
    table = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return table[rgb]


def _pixels(content: memoryview) -> NDArray[np.float32]:
    """(h, w, 3) red, green, blue of any range."""
    if bytes(content[:2]) == RADIANCE:
        return _radiance_hdr(content)
    if bytes(content[:4]) == _EXR:
        return _exr(content)
    if is_picture(content):
        return linear_from_srgb8(decode_picture(content)[:, :, :3])
    raise PictureError("is neither Radiance HDR, OpenEXR, JPEG nor PNG")


def _radiance_hdr(content: memoryview) -> NDArray[np.float32]:
    pixels = decode(content, cv2.IMREAD_UNCHANGED)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise PictureError("is not in colour")
    return np.asarray(pixels[:, :, ::-1], dtype=np.float32)


def _exr(content: memoryview) -> NDArray[np.float32]:
    """The first part's R, G, B, or its Y as grey."""
    planes = exr_planes(content)
    names = "RGB" if "R" in planes else "YYY"
    if any(name not in planes or planes[name].ndim != 2 for name in names):
        raise PictureError(f"has no R, G, B channels but {', '.join(sorted(planes))[:200]}")
    if len({planes[name].shape for name in names}) != 1:
        raise PictureError("has channels of different sizes")
    return np.stack([planes[name].astype(np.float32) for name in names], axis=2)


def _as_radiance(pixels: NDArray[np.float32]) -> NDArray[np.float16]:
    kept = np.where(np.isnan(pixels), np.float32(0.0), np.clip(pixels, 0.0, BRIGHTEST))  # infinity is a sun, not a hole
    height, width = kept.shape[:2]
    scale = LARGEST_SIDE_PX / max(height, width)
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        kept = np.asarray(cv2.resize(kept, size, interpolation=cv2.INTER_AREA))
    return kept.astype(np.float16)
