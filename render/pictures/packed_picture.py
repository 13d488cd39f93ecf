"""Pictures in the formats that set files carry beside PNG and JPEG: WebP, AVIF, and KTX2 with Basis textures."""

from __future__ import annotations

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

from render.pictures.picture_bytes import PictureError, as_rgba8, check_header, decode, decode_picture, is_picture
from render.pictures.picture_header import picture_header

NEEDS = "is KTX2 with a Basis texture, which needs opengl-basisu: install it with pip install opengl-basisu==0.1.0a2"
_HEAD_BYTES = 65_536


def decode_any_picture(content: memoryview) -> NDArray[np.uint8]:
    """(h, w, 4) RGBA, rows from the top, of a PNG, JPEG, WebP, AVIF or KTX2. Raises PictureError; sizes are read from
    the header before anything is allocated."""
    if is_picture(content):
        return decode_picture(content)
    header = picture_header(content)
    kind = None if header is None else header.format
    if kind == "WebP":
        return as_rgba8(decode(content, cv2.IMREAD_UNCHANGED))
    if kind == "AVIF":
        return _avif(content)
    if kind == "KTX2":
        return _ktx2(content)
    raise PictureError("is neither PNG, JPEG, WebP, AVIF nor KTX2")


def _avif(content: memoryview) -> NDArray[np.uint8]:
    """Ten and twelve bits, which OpenCV does not spread over sixteen, are reduced to eight."""
    pixels = decode(content, cv2.IMREAD_UNCHANGED)
    if pixels.dtype == np.uint16:
        pixels = np.minimum(np.right_shift(pixels, _avif_bits(content) - 8), 255).astype(np.uint8)
    return as_rgba8(pixels)


def _avif_bits(content: memoryview) -> int:
    """8, 10 or 12: of the `av1C` property (AV1 in ISO base media, 2.3.3)."""
    head = bytes(content[:_HEAD_BYTES])
    found = head.find(b"av1C")
    depth = head[found + 6] if 0 <= found < len(head) - 6 else 0
    return 8 if not depth & 0x40 else 12 if depth & 0x20 else 10


def _ktx2(content: memoryview) -> NDArray[np.uint8]:
    """The largest level of a KTX2 file (KTX 2.0, section 3)."""
    check_header(content)
    depth, layers, faces = struct.unpack_from("<3I", content, 28)
    if depth > 0 or layers > 1 or faces > 1:
        raise PictureError("is a KTX2 of several pictures, where one is expected")
    try:
        import opengl_basisu  # not on every machine: NEEDS
    except ImportError as error:
        raise PictureError(NEEDS) from error
    try:
        return np.asarray(opengl_basisu.open(bytes(content)).transcode("rgba8").data, dtype=np.uint8)
    except opengl_basisu.UnsupportedError as error:
        raise PictureError("is a KTX2 without a Basis texture") from error
    except (opengl_basisu.BasisuError, ValueError, MemoryError) as error:
        raise PictureError("is a KTX2 that cannot be unpacked") from error
