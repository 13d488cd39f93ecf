"""What the code values of a video stream mean: matrix, range, primaries, transfer. Pure.

Numbers of ITU-T H.273 (matrix coefficients, colour primaries, transfer characteristics), as in every container.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.colour_matrix import D65, rec709_from_primaries, xyz_from_rgb

FULL_RANGE, NARROW_RANGE = 2, 1
"""FFmpeg's numbers."""
RGB, BT709, UNKNOWN = 0, 1, 2
"""Numbers of H.273 with a meaning here: planes that are green, blue, red; BT.709; the stream does not say."""
HD_COLUMNS, SD_ROWS = 1280, 576
"""Untagged streams are BT.601 below both, BT.709 from either on: LED plates are wide and low."""

MATRICES = {0: (0.0, 0.0), 1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114),
            7: (0.212, 0.087), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}  # fmt: skip
"""KR and KB by H.273's number."""
_REC709_FROM_REC2020 = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)
"""ITU-R BT.2087-0, inverse of its matrix M2."""
_SMPTE_C = ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ILLUMINANT_C, DCI_WHITE = (0.310, 0.316), (0.314, 0.351)
PRIMARIES = {
    1: np.eye(3),
    4: rec709_from_primaries(((0.67, 0.33), (0.21, 0.71), (0.14, 0.08)), ILLUMINANT_C),
    5: rec709_from_primaries(((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)), D65),
    6: rec709_from_primaries(_SMPTE_C, D65),
    7: rec709_from_primaries(_SMPTE_C, D65),
    8: rec709_from_primaries(((0.681, 0.319), (0.243, 0.692), (0.145, 0.049)), ILLUMINANT_C),
    9: _REC709_FROM_REC2020,
    10: np.linalg.inv(xyz_from_rgb("rec709")),
    11: rec709_from_primaries(_P3, DCI_WHITE),
    12: rec709_from_primaries(_P3, D65),
    22: rec709_from_primaries(((0.630, 0.340), (0.295, 0.605), (0.155, 0.077)), D65),
}
"""(3, 3) to Rec.709 by H.273's number (table 2); whites become white."""


class Transfer(IntEnum):
    """How R'G'B' become light. LINEAR; SRGB (IEC 61966-2-1); GAMMA (BT.1886: what a BT.709 monitor shows); PQ
    (ST 2084); HLG (BT.2100, 1000 nits); LUT: by the table of a named colour space."""

    LINEAR = 0
    SRGB = 1
    GAMMA = 2
    PQ = 3
    HLG = 4
    LUT = 5


TRANSFERS = {
    1: (Transfer.GAMMA, 2.4), 4: (Transfer.GAMMA, 2.2), 5: (Transfer.GAMMA, 2.8), 6: (Transfer.GAMMA, 2.4),
    7: (Transfer.GAMMA, 2.4), 8: (Transfer.LINEAR, 1.0), 11: (Transfer.GAMMA, 2.4), 13: (Transfer.SRGB, 1.0),
    14: (Transfer.GAMMA, 2.4), 15: (Transfer.GAMMA, 2.4), 16: (Transfer.PQ, 1.0), 17: (Transfer.GAMMA, 2.6),
    18: (Transfer.HLG, 1.0),
}  # fmt: skip
"""How a monitor for that signal shows it, and its exponent, by H.273's number (table 3)."""


@dataclass(frozen=True, slots=True)
class VideoColour:
    """`rgb_from_texture` (3, 4): R'G'B' of (Y, Cb, Cr, 1) as read from 8-bit or 16-bit textures (0..1 of all codes
    of 8 or 16 bits); `primaries` (3, 3) to Rec.709; `transfer`, with its `exponent` where that is a power."""

    rgb_from_texture: Floats
    primaries: Floats
    transfer: Transfer
    exponent: float = 2.4


LIGHT_ITSELF = VideoColour(np.eye(3, 4), np.eye(3), Transfer.LINEAR)
"""Planes that are red, green and blue light of Rec.709 as floats."""


def guessed_matrix(size_px: tuple[int, int]) -> int:
    """The matrix of a stream that does not say, by its width and height."""
    return BT709 if size_px[0] >= HD_COLUMNS or size_px[1] > SD_ROWS else 6


def guessed_primaries(size_px: tuple[int, int]) -> int:
    """The primaries of a stream that does not say: those of standard definition where it has its very rows."""
    if size_px[0] >= HD_COLUMNS:
        return BT709
    return {576: 5, 480: 6, 486: 6, 488: 6}.get(size_px[1], BT709)


def video_colour(
    bits: int, size_px: tuple[int, int], matrix: int, range_: int, primaries: int, transfer: int,
    named: str | None = None,
) -> VideoColour:  # fmt: skip
    """The colour of a stream by its H.273 numbers and width and height. A `named` colour space replaces transfer and
    primaries."""
    if matrix == RGB:
        rows = _rgb_from_gbr(bits, range_ == NARROW_RANGE)
    else:
        kr, kb = MATRICES[matrix if matrix in MATRICES else guessed_matrix(size_px)]
        rows = _rgb_from_texture(bits, kr, kb, range_ == FULL_RANGE)
    if named is not None:
        kind = {"linear": Transfer.LINEAR, "srgb": Transfer.SRGB}.get(named, Transfer.LUT)
        return VideoColour(rows, np.eye(3), kind)
    kind, exponent = TRANSFERS.get(transfer, (Transfer.GAMMA, 2.4))
    own = primaries if primaries != UNKNOWN else guessed_primaries(size_px)
    return VideoColour(rows, PRIMARIES.get(own, np.eye(3)), kind, exponent)


def _rgb_from_gbr(bits: int, narrow: bool) -> Floats:
    """Planes green, blue, red of all codes, or of 16 to 235."""
    codes, unit = (255.0 if bits == 8 else 65535.0), float(1 << (bits - 8))
    scale, shift = (codes / (219.0 * unit), -16.0 / 219.0) if narrow else (codes / float((1 << bits) - 1), 0.0)
    return np.array([[0.0, 0.0, scale, shift], [scale, 0.0, 0.0, shift], [0.0, scale, 0.0, shift]])


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
