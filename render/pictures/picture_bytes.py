"""Picture files: their bytes, and PNG and JPEG bytes to pixels; sizes are checked before anything is allocated."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render.pictures.picture_header import PictureHeader, picture_header
from stage.errors import InputError

MOST_BYTES = 2 * 1024**3
MOST_PIXELS = 2**27
"""16384 x 8192."""
MOST_PIXELS_PER_BYTE = 9000
"""More pixels a byte than PNG (8 x 1032, one bit through deflate), JPEG (512 x 4) or Radiance HDR (16) can hold."""
SMALL = 2**22
"""Pixels that are decoded without asking: of one colour, WebP, AVIF and KTX2 hold any number of them in 50 bytes."""
MOST_PNG_CHUNKS = 1_000_000
"""The most chunks read; at the usual 8 KB each they hold 8 GB."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


class PictureError(ValueError):
    """Bytes that are not a picture; the text says why."""


def is_picture(content: memoryview) -> bool:
    """Whether it begins like a PNG or a JPEG."""
    return bytes(content[:8]) == _PNG or bytes(content[:3]) == _JPEG


def decode_picture(content: memoryview) -> NDArray[np.uint8]:
    """(h, w, 4) RGBA, rows from the top; opaque where the file has no alpha, 16 bits reduced to 8.

    Colour profiles and orientation tags are ignored, as glTF 2.0 section 3.8.3 requires. Raises PictureError.
    """
    if not is_picture(content):
        raise PictureError("is neither PNG nor JPEG")
    pixels = decode(content, cv2.IMREAD_UNCHANGED)
    if pixels.dtype == np.uint16:
        pixels = np.right_shift(pixels, 8).astype(np.uint8)
    return as_rgba8(pixels)


def as_rgba8(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """(h, w, 4) RGBA of 8 bit pixels as OpenCV has them: grey, or blue, green, red and alpha. Raises PictureError."""
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    code = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}.get(channels)
    if pixels.dtype != np.uint8 or code is None:
        raise PictureError(f"has {channels} channels of {pixels.dtype}")
    return np.asarray(cv2.cvtColor(pixels, code), dtype=np.uint8)


def decode(content: memoryview, flags: int) -> NDArray[Any]:
    """As OpenCV decodes it: (h, w) or (h, w, c) with channels in the order blue, green, red. Its header is checked
    before anything is decoded. Raises PictureError."""
    check_header(content)
    try:
        pixels = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), flags)
    except cv2.error as error:
        raise PictureError("cannot be decoded") from error
    if pixels is None or not pixels.size:
        raise PictureError("cannot be decoded")
    return np.asarray(pixels)


def check_size(width: int, height: int, byte_count: int) -> None:
    """Raises PictureError for a size that is zero, too large, or more than that many bytes can hold."""
    if width < 1 or height < 1:
        raise PictureError(f"is {width} x {height} pixels")
    if width * height > MOST_PIXELS:
        raise PictureError(f"is {width} x {height} pixels, more than {MOST_PIXELS // 2**20} million")
    if width * height > max(MOST_PIXELS_PER_BYTE * byte_count, SMALL):
        raise PictureError(f"claims {width} x {height} pixels but has only {byte_count} bytes: cut off")


def check_header(content: memoryview) -> PictureHeader:
    """What the header says, before anything is decoded. Raises PictureError: no header that is known, or a size that
    is too large or more than the file can hold."""
    header = picture_header(content)
    if header is None:
        raise PictureError("has no size in its header: it is cut off or of no known format")
    check_size(header.width, header.height, len(content))
    if header.format == "PNG":
        _check_png_chunks(content)
    return header


def _check_png_chunks(content: memoryview) -> None:
    """Chunks that claim more bytes than the file has are refused, because OpenCV allocates what they claim."""
    if len(content) < 33 or bytes(content[12:16]) != b"IHDR":
        raise PictureError("is cut off in its header")
    position = 8
    for _ in range(MOST_PNG_CHUNKS):
        if position + 12 > len(content):
            break
        position += 12 + int(struct.unpack_from(">I", content, position)[0])
    if position > len(content):
        raise PictureError("is cut off")


def file_content(path: Path) -> memoryview:
    """A picture file's bytes. Raises InputError: missing, too large or unreadable."""
    try:
        if not path.is_file():
            raise InputError(str(path), "", "there is no such file", "Check the path")
        if path.stat().st_size > MOST_BYTES:
            raise InputError(str(path), "", "is larger than 2 GB", "Make the picture smaller")
        return memoryview(path.read_bytes())
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
