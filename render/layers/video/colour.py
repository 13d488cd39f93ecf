"""What the code values of a video stream mean: matrix, range, primaries, transfer. Pure.

Numbers of ITU-T H.273 (matrix coefficients, colour primaries, transfer characteristics), as in every container.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from stage.maths.arrays import Floats

FULL_RANGE = 2
"""FFmpeg's number for full range."""
HD_ROWS = 720
"""Untagged streams are BT.601 below this, BT.709 from here on."""

_KR_KB = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087),
          9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}  # fmt: skip
_REC709_FROM_REC2020 = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)
"""ITU-R BT.2087-0, inverse of its matrix M2."""


class Transfer(IntEnum):
    """How R'G'B' become light. LINEAR; SRGB (IEC 61966-2-1); GAMMA (BT.1886: what a BT.709 monitor shows); PQ
    (ST 2084); HLG (BT.2100, 1000 nits); LUT: by the table of a named colour space."""

    LINEAR = 0
    SRGB = 1
    GAMMA = 2
    PQ = 3
    HLG = 4
    LUT = 5


_TRANSFERS = {8: Transfer.LINEAR, 13: Transfer.SRGB, 16: Transfer.PQ, 18: Transfer.HLG}


@dataclass(frozen=True, slots=True)
class VideoColour:
    """`rgb_from_texture` (3, 4): R'G'B' of (Y, Cb, Cr, 1) as read from 8-bit or 16-bit textures (0..1 of all codes
    of 8 or 16 bits); `primaries` (3, 3) to Rec.709; `transfer`."""

    rgb_from_texture: Floats
    primaries: Floats
    transfer: Transfer


def video_colour(
    bits: int, height: int, matrix: int, range_: int, primaries: int, transfer: int, named: str | None = None
) -> VideoColour:
    """The colour of a stream by its H.273 numbers. A `named` colour space replaces transfer and primaries."""
    kr, kb = _KR_KB.get(matrix, _KR_KB[1] if height >= HD_ROWS else _KR_KB[6])
    kind = _TRANSFERS.get(transfer, Transfer.GAMMA)
    wide = primaries == 9
    if named is not None:
        kind = {"linear": Transfer.LINEAR, "srgb": Transfer.SRGB}.get(named, Transfer.LUT)
        wide = False
    to_rec709 = _REC709_FROM_REC2020 if wide else np.eye(3)
    return VideoColour(_rgb_from_texture(bits, kr, kb, range_ == FULL_RANGE), to_rec709, kind)


def _rgb_from_texture(bits: int, kr: float, kb: float, full: bool) -> Floats:
    """BT.709 section 3, BT.2020 table 4: quantisation and matrix in one."""
    kg = 1.0 - kr - kb
    rgb_from_ycc = np.array(
        [[1.0, 0.0, 2 * (1 - kr)], [1.0, -2 * kb * (1 - kb) / kg, -2 * kr * (1 - kr) / kg], [1.0, 2 * (1 - kb), 0.0]]
    )
    unit = float(1 << (bits - 8))
    most = float((1 << bits) - 1)
    black, middle = (0.0, float(1 << (bits - 1))) if full else (16 * unit, 128 * unit)
    luma, chroma = (most, most) if full else (219 * unit, 224 * unit)
    codes = 255.0 if bits == 8 else 65535.0
    scale = np.array([codes / luma, codes / chroma, codes / chroma])
    shift = np.array([-black / luma, -middle / chroma, -middle / chroma])
    return np.concatenate([rgb_from_ycc * scale, (rgb_from_ycc @ shift)[:, None]], axis=1)
