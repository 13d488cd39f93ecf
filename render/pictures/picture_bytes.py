"""Picture files: their bytes, and PNG and JPEG bytes to pixels; sizes are checked before anything is allocated."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError

MOST_BYTES = 2 * 1024**3
MOST_PIXELS = 2**27
"""16384 x 8192."""
MOST_PIXELS_PER_BYTE = 9000
"""More pixels a byte than PNG (8 x 1032, one bit through deflate), JPEG (512 x 4) or Radiance HDR (16) can hold."""
MOST_JPEG_MARKERS = 10_000
"""The most segments read before the frame header; a camera writes about twenty."""
MOST_PNG_CHUNKS = 1_000_000
"""The most chunks read; at the usual 8 KB each they hold 8 GB."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_WITHOUT_SIZE = frozenset({0xC4, 0xC8, 0xCC})


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
    check_size(*_size(content), len(content))
    pixels = decode(content, cv2.IMREAD_UNCHANGED)
    if pixels.dtype == np.uint16:
        pixels = np.right_shift(pixels, 8).astype(np.uint8)
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    code = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}.get(channels)
    if pixels.dtype != np.uint8 or code is None:
        raise PictureError(f"has {channels} channels of {pixels.dtype}")
    return np.asarray(cv2.cvtColor(pixels, code), dtype=np.uint8)


def decode(content: memoryview, flags: int) -> NDArray[Any]:
    """As OpenCV decodes it: (h, w) or (h, w, c) with channels in the order blue, green, red. Raises PictureError."""
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
    if width * height > MOST_PIXELS_PER_BYTE * byte_count:
        raise PictureError(f"claims {width} x {height} pixels but has only {byte_count} bytes: cut off")


def _size(content: memoryview) -> tuple[int, int]:
    """(width, height) from the file's header."""
    return _png_size(content) if bytes(content[:8]) == _PNG else _jpeg_size(content)


def _png_size(content: memoryview) -> tuple[int, int]:
    """From the header chunk. Chunks that claim more bytes than the file has are refused, because OpenCV allocates what
    they claim."""
    if len(content) < 33 or bytes(content[12:16]) != b"IHDR":
        raise PictureError("is cut off in its header")
    position = 8
    for _ in range(MOST_PNG_CHUNKS):
        if position + 12 > len(content):
            break
        position += 12 + int(struct.unpack_from(">I", content, position)[0])
    if position > len(content):
        raise PictureError("is cut off")
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _jpeg_size(content: memoryview) -> tuple[int, int]:
    """From the first frame header (ITU-T T.81, section B.2.2)."""
    position = 2
    for _ in range(MOST_JPEG_MARKERS):
        if position + 9 > len(content) or content[position] != 0xFF:
            break
        marker = content[position + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in _JPEG_WITHOUT_SIZE:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        position += 2 + int(struct.unpack_from(">H", content, position + 2)[0])
    raise PictureError("is a JPEG without a frame")


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


def exr_planes(content: memoryview) -> dict[str, NDArray[Any]]:
    """The channels of an OpenEXR file's first part by name. Raises PictureError.

    The library takes 0.4 s to load: only if a set needs it.
    """
    import OpenEXR

    try:
        low, high = OpenEXR.File(io.BytesIO(content), header_only=True).header()["dataWindow"]
        check_size(int(high[0]) - int(low[0]) + 1, int(high[1]) - int(low[1]) + 1, len(content))
        channels = OpenEXR.File(io.BytesIO(content), separate_channels=True).channels()
        return {name: np.asarray(channel.pixels) for name, channel in channels.items()}
    except PictureError:
        raise
    except Exception as error:  # OpenEXR raises RuntimeError, ValueError, TypeError, IndexError unpredictably
        raise PictureError("cannot be decoded") from error
