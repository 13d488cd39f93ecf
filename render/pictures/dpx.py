"""DPX pictures (SMPTE ST 268-1): scans and plates of 8, 10, 12 and 16 bits, logarithmic or not. Pure."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.pictures.picture_bytes import PictureError, check_size

DPX = (b"SDPX", b"XPDS")
LOG = (1, 3)
"""Transfer characteristics that are printing densities (tables 5A)."""
LINEAR, UNKNOWN = 2, (0, 255)
_DESCRIPTORS = {6: 1, 50: 3, 51: 4}
"""Luma, R G B, R G B A."""
BLACK_CODE, WHITE_CODE, DENSITY_A_CODE, FILM_GAMMA = 95.0, 685.0, 0.002, 0.6
"""Kodak Cineon: 10-bit codes of black and of 90 % white, density a code, gamma of the negative."""
MONITOR_GAMMA = 2.4


class DpxPicture(NamedTuple):
    """`codes` (h, w, c) in `bits`, rows from the top; `transfer`: its characteristic by number."""

    codes: NDArray[np.uint16]
    bits: int
    transfer: int


def read_dpx(content: memoryview) -> DpxPicture:
    """The first element of a DPX. Raises PictureError for what is packed otherwise than in whole words."""
    order = ">" if bytes(content[:4]) == DPX[0] else "<"
    try:
        (start,) = struct.unpack_from(f"{order}I", content, 4)
        width, height = struct.unpack_from(f"{order}II", content, 772)
        descriptor, transfer, _, bits, packing, encoding = struct.unpack_from(f"{order}BBBBHH", content, 800)
        (own,) = struct.unpack_from(f"{order}I", content, 808)
        (gap,) = struct.unpack_from(f"{order}I", content, 812)
    except struct.error as error:
        raise PictureError("is cut off in its header") from error
    check_size(width, height, len(content))
    channels = _DESCRIPTORS.get(descriptor)
    if channels is None:
        raise PictureError(f"has the descriptor {descriptor}, not RGB: convert it to RGB")
    if encoding != 0:
        raise PictureError("is run-length encoded: save it without")
    place = own if 0 < own < len(content) else start
    rows = _rows(content[place:], (width, height, channels), (bits, packing), order, 0 if gap == 0xFFFFFFFF else gap)
    return DpxPicture(rows, bits, transfer)


def _rows(
    body: memoryview, size: tuple[int, int, int], form: tuple[int, int], order: str, gap: int
) -> NDArray[np.uint16]:
    width, height, channels = size
    bits, packing = form
    across = width * channels
    word_bytes = {8: 1, 10: 4, 12: 2, 16: 2}.get(bits)
    if word_bytes is None or (bits in (10, 12) and packing not in (1, 2)):
        raise PictureError(f"has {bits} bits packed without gaps: save it filled to 32-bit words")
    words = -(-across // 3) if bits == 10 else across
    row_bytes = -(-words * word_bytes // 4) * 4 + gap
    if len(body) < row_bytes * height - gap:
        raise PictureError(f"claims {width} x {height} pixels but is cut off")
    whole = np.zeros(row_bytes * height, np.uint8)
    whole[: min(len(body), whole.size)] = np.frombuffer(body, np.uint8, min(len(body), whole.size))
    rows: NDArray[Any] = whole.reshape(height, row_bytes)[:, : words * word_bytes].copy().view(f"{order}u{word_bytes}")
    if bits == 10:
        low = 2 if packing == 1 else 0
        three = np.stack([(rows >> (low + shift)) & 1023 for shift in (20, 10, 0)], axis=2)
        rows = three.reshape(height, -1)[:, :across]
    elif bits == 12:
        rows = rows >> 4 if packing == 1 else rows & 4095
    return rows.reshape(height, width, channels).astype(np.uint16)


def log_light(code: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scene-linear light of printing densities 0 to 1 (Cineon: code 685 is 1.0, code 95 black)."""

    def exposure(codes: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(10.0 ** ((codes - WHITE_CODE) * DENSITY_A_CODE / FILM_GAMMA), np.float32)

    black = exposure(np.array(BLACK_CODE, np.float32))
    return np.asarray((exposure(code * np.float32(1023.0)) - black) / (1.0 - black), np.float32)


def monitor_light(code: NDArray[np.float32]) -> NDArray[np.float32]:
    """As a BT.1886 monitor shows it."""
    return np.asarray(np.maximum(code, 0.0) ** np.float32(MONITOR_GAMMA), np.float32)
