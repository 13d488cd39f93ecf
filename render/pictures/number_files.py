"""Pictures of plain numbers: PFM (depth estimators), NPY (numpy). Pure."""

from __future__ import annotations

import io
import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.pictures.picture_bytes import PictureError, check_size

NPY = b"\x93NUMPY"
PFM = (b"PF", b"Pf")
_PFM_HEADER = re.compile(rb"(PF|Pf)\s+(\d{1,9})\s+(\d{1,9})\s+([-+0-9.eE]{1,32})[ \t]*\r?\n")
_HEADER_BYTES = 1024


def is_pfm(content: memoryview) -> bool:
    """Whether it begins like a PFM."""
    return _PFM_HEADER.match(bytes(content[:_HEADER_BYTES])) is not None


def read_pfm(content: memoryview) -> NDArray[np.float32]:
    """(h, w, 1 or 3), rows from the top: the file has them from the bottom; the sign of its scale is the order of
    bytes."""
    head = _PFM_HEADER.match(bytes(content[:_HEADER_BYTES]))
    if head is None:
        raise PictureError("is not a PFM")
    channels, width, height, scale = 3 if head[1] == b"PF" else 1, int(head[2]), int(head[3]), _number(head[4])
    check_size(width, height, len(content))
    count = width * height * channels
    if len(content) < head.end() + 4 * count:
        raise PictureError(f"claims {width} x {height} pixels but has only {len(content)} bytes: cut off")
    values = np.frombuffer(content, "<f4" if scale < 0 else ">f4", count, head.end())
    return values.reshape(height, width, channels)[::-1].astype(np.float32)


def read_npy(content: memoryview) -> NDArray[Any]:
    """(h, w, 1, 3 or 4) of any plain type of numbers, rows from the top. Raises PictureError."""
    try:
        file = io.BytesIO(content)
        version = np.lib.format.read_magic(file)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, _, dtype = read(file)
    except (ValueError, KeyError) as error:
        raise PictureError("has no header of a numpy array") from error
    if dtype.hasobject or dtype.kind not in "uif":
        raise PictureError(f"holds {dtype}, not plain numbers")
    plain = [side for side in shape if side != 1]
    if len(plain) not in (2, 3) or (len(plain) == 3 and plain[2] not in (3, 4)):
        raise PictureError(f"has the shape {shape}: it must be rows x columns, or with 3 or 4 colours last")
    check_size(plain[1], plain[0], len(content))
    if math.prod(shape) * dtype.itemsize > len(content) - file.tell():
        raise PictureError(f"claims the shape {shape} but has only {len(content)} bytes: cut off")
    file.seek(0)
    values = np.lib.format.read_array(file, allow_pickle=False).reshape(plain[0], plain[1], -1)
    return values.astype(np.float32) if values.dtype not in (np.uint8, np.uint16, np.float16, np.float32) else values


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise PictureError("has no scale in its header") from error
