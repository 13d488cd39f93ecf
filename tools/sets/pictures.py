"""Pictures as file bytes: textures as PNG or JPEG (sRGB), skies as Radiance HDR (scene-linear)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats


def png(linear: Floats) -> bytes:
    """(height, width, 3) scene-linear reflectance 0..1, row 0 on top, as 8 bit sRGB."""
    return _encoded(".png", _srgb(linear)[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


def png_with_alpha(linear: Floats, alpha: Floats) -> bytes:
    """(height, width, 3) scene-linear 0..1 and (height, width) alpha 0..1, straight, as 8 bit sRGB."""
    codes = np.dstack([_srgb(linear)[..., ::-1], np.rint(np.clip(alpha, 0.0, 1.0) * 255.0).astype(np.uint8)])
    return _encoded(".png", codes, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def jpeg(linear: Floats, quality: int = 88) -> bytes:
    """The same as JPEG."""
    return _encoded(".jpg", _srgb(linear)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])


def normal_jpeg(stored: Floats, quality: int = 88) -> bytes:
    """(height, width, 3) of a normal map, 0..1, as they are: directions are no colour."""
    codes = np.rint(np.clip(stored, 0.0, 1.0) * 255.0).astype(np.uint8)
    return _encoded(".jpg", codes[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])


def radiance_hdr(linear: Floats, dither_seed: int | None = None) -> bytes:
    """(height, width, 3) scene-linear light, 1.0 = 100 nits, as a run-length coded .hdr.

    Its 8 bit mantissas show as bands in a smooth sky; with a seed, one step of noise hides them (and the file grows,
    since runs are broken; rows of one colour stay clean and short).
    """
    if dither_seed is not None:
        step = 2.0 ** np.ceil(np.log2(np.maximum(linear.max(axis=2), 1e-9))) / 256.0
        noise = np.random.default_rng(dither_seed).uniform(-0.5, 0.5, linear.shape)
        noise[np.ptp(linear, axis=1).max(axis=1) == 0.0] = 0.0
        linear = np.maximum(linear + noise * step[..., None], 0.0)
    options = [cv2.IMWRITE_HDR_COMPRESSION, cv2.IMWRITE_HDR_COMPRESSION_RLE]
    return _encoded(".hdr", linear[..., ::-1].astype(np.float32), options)


def _srgb(linear: Floats) -> NDArray[np.uint8]:
    """IEC 61966-2-1."""
    value = np.clip(linear, 0.0, 1.0)
    encoded = np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.rint(encoded * 255.0).astype(np.uint8)


def _encoded(kind: str, picture: NDArray[np.generic], options: Sequence[int]) -> bytes:
    good, data = cv2.imencode(kind, np.ascontiguousarray(picture), list(options))
    if not good:
        raise ValueError(f"a picture of shape {picture.shape} and type {picture.dtype} cannot be written as {kind}")
    return bytes(data)
