"""Radiance pictures (.hdr): their size, colours and exposure from the header; OpenCV decodes the pixels."""

from __future__ import annotations

import re

import cv2
import numpy as np
from numpy.typing import NDArray

from render.pictures.picture_bytes import PictureError, decode
from stage.files.passport import PassportEntry, approximated, drawn
from stage.maths.colour_matrix import rec709_from_primaries, rec709_from_xyz

RADIANCE = b"#?"
EQUAL_ENERGY = (1 / 3, 1 / 3)
"""Radiance's own white."""
_SIZE = re.compile(rb"\n([-+])Y (\d{1,9}) ([-+])X (\d{1,9})\n")
_LINE = re.compile(rb"\n([A-Z]{4,20})=([^\n]{0,200})")
_HEADER_BYTES = 65_536


def read_radiance(content: memoryview, name: str) -> tuple[NDArray[np.float32], list[PassportEntry]]:
    """(h, w, 3) scene-linear Rec.709, rows from the top. Raises PictureError."""
    size = _SIZE.search(bytes(content[:_HEADER_BYTES]))
    if size is None:
        raise PictureError("has no size in its header")
    if (size[1], size[3]) != (b"-", b"+"):
        raise PictureError("is stored from another corner than the upper left: save it again in another program")
    pixels = decode(content, cv2.IMREAD_UNCHANGED)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise PictureError("is not in colour")
    head = dict(_LINE.findall(bytes(content[: size.start() + 1])))
    return _coloured(np.asarray(pixels[:, :, ::-1], np.float32), head, name)


def _coloured(
    rgb: NDArray[np.float32], head: dict[bytes, bytes], name: str
) -> tuple[NDArray[np.float32], list[PassportEntry]]:
    said = list[PassportEntry]()
    exposure = head.get(b"EXPOSURE", b"1").strip()
    if exposure not in (b"1", b"1.0") and not exposure.startswith(b"1.000"):
        asks = f"EXPOSURE={exposure.decode('latin-1')}"
        said.append(approximated(name, asks, "its numbers are shown as they are", "Set gain in the layer if needed"))
    if head.get(b"FORMAT", b"").strip() == b"32-bit_rle_xyze":
        said.append(drawn(name, "FORMAT=32-bit_rle_xyze", "its XYZ are converted to Rec.709"))
        return rgb @ rec709_from_xyz(EQUAL_ENERGY).T.astype(np.float32), said
    if b"PRIMARIES" in head:
        text = head[b"PRIMARIES"].decode("latin-1")
        try:
            rx, ry, gx, gy, bx, by, wx, wy = (float(word) for word in text.split())
            matrix = rec709_from_primaries(((rx, ry), (gx, gy), (bx, by)), (wx, wy))
        except (ValueError, np.linalg.LinAlgError):
            said.append(approximated(name, f"PRIMARIES={text[:60]}", "they span no colours: taken as Rec.709"))
            return rgb, said
        if not np.array_equal(matrix, np.eye(3)):
            said.append(drawn(name, f"PRIMARIES={text[:60]}", "its colours are converted to Rec.709"))
            return rgb @ matrix.T.astype(np.float32), said
    return rgb, said
