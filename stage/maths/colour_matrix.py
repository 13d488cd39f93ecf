"""Primaries, whites and the 3x3 matrices between them. Rows act on a column of linear RGB. Pure, float64."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]

D65 = (0.3127, 0.3290)
GAMUTS: dict[str, tuple[tuple[float, float], ...]] = {
    "rec709": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    "p3-d65": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    "rec2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
}
"""CIE 1931 xy of red, green, blue (ITU-R BT.709, SMPTE EG 432-1, ITU-R BT.2020); all have D65 white."""
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""XYZ to cone responses (Lam 1985)."""

SAME_PRIMARIES = 2e-3
"""Files round their primaries: nearer to Rec.709 than this they are Rec.709."""
LEAST_SPAN = 1e-6
NEUTRAL_K = 6504.0
TINT_DUV = 0.02
"""Distance from the Planckian locus, CIE 1960, of a tint of 1."""
_SECOND_RADIATION_M_K = 1.438776877e-2
_WAVELENGTHS_NM = np.arange(380.0, 781.0, 5.0)


def xyz_from_rgb(gamut: str) -> Matrix:
    """XYZ of linear RGB; white has Y = 1 (SMPTE RP 177)."""
    columns = np.array([_xyz(xy) for xy in GAMUTS[gamut]]).T
    return np.asarray(columns * np.linalg.solve(columns, _xyz(D65)))


def rgb_from_rgb(of: str, into: str) -> Matrix:
    """Linear RGB of one gamut as that of another; exactly one where they are the same."""
    if of == into:
        return np.eye(3)
    return np.asarray(np.linalg.solve(xyz_from_rgb(into), xyz_from_rgb(of)))


def rec709_from_primaries(primaries: Sequence[tuple[float, float]], white: tuple[float, float]) -> Matrix:
    """Linear Rec.709 of linear RGB with these primaries (CIE 1931 xy of red, green, blue) and white, which becomes
    white (Bradford). Raises ValueError where they span no colours: in a line, or a white without light."""
    columns = np.array([[x, y, 1.0 - x - y] for x, y in primaries], np.float64).T
    if white[1] <= 0.0 or not np.isfinite(columns).all() or abs(np.linalg.det(columns)) < LEAST_SPAN:
        raise ValueError("the primaries span no colours")
    own = columns * np.linalg.solve(columns, _xyz(white))
    adapted = rec709_from_xyz(white) @ own
    return np.eye(3) if np.abs(adapted - np.eye(3)).max() < SAME_PRIMARIES else adapted


def rec709_from_xyz(white: tuple[float, float]) -> Matrix:
    """Linear Rec.709 of XYZ seen under a white (CIE 1931 xy), which becomes white (Bradford)."""
    of, into = BRADFORD @ _xyz(white), BRADFORD @ _xyz(D65)
    return np.asarray(np.linalg.solve(xyz_from_rgb("rec709"), np.linalg.solve(BRADFORD, np.diag(into / of) @ BRADFORD)))


def white_balance(kelvin: float, tint: float) -> Matrix:
    """Rec.709 light so that light of that colour temperature becomes white; exactly one at 6504 K without tint.

    Bradford adaptation between two points of the Planckian locus, so that nothing jumps: the one of `kelvin`, moved
    toward green by `tint` (which makes the picture more magenta), and the one of 6504 K.
    """
    if kelvin == NEUTRAL_K and tint == 0.0:
        return np.eye(3)
    of, into = BRADFORD @ _locus_xyz(kelvin, tint * TINT_DUV), BRADFORD @ _locus_xyz(NEUTRAL_K, 0.0)
    adapted = np.linalg.solve(BRADFORD, np.diag(into / of) @ BRADFORD)
    rec709 = xyz_from_rgb("rec709")
    return np.asarray(np.linalg.solve(rec709, adapted @ rec709))


def _xyz(xy: tuple[float, float]) -> Matrix:
    return np.array([xy[0] / xy[1], 1.0, (1.0 - xy[0] - xy[1]) / xy[1]])


def _locus_xyz(kelvin: float, duv: float) -> Matrix:
    """XYZ (Y = 1) of a Planckian radiator, moved by `duv` across the locus (positive = green)."""
    u, v = _planck_uv(kelvin)
    du, dv = (np.array(_planck_uv(kelvin * 1.001)) - (u, v)).tolist()
    along = float(np.hypot(du, dv))
    u, v = u + duv * dv / along, v - duv * du / along
    scale = 2.0 * u - 8.0 * v + 4.0
    return _xyz((3.0 * u / scale, 2.0 * v / scale))


def _planck_uv(kelvin: float) -> tuple[float, float]:
    """CIE 1960 u, v of Planck's law."""
    wave_m = _WAVELENGTHS_NM * 1e-9
    power = wave_m**-5.0 / np.expm1(_SECOND_RADIATION_M_K / (wave_m * kelvin))
    x, y, z = (_colour_matching() @ power).tolist()
    total = x + 15.0 * y + 3.0 * z
    return 4.0 * x / total, 6.0 * y / total


def _colour_matching() -> Matrix:
    """(3, N) CIE 1931 2 degree x, y, z (Wyman, Sloan and Shirley 2013, multi-lobe fit)."""
    lobes = (
        ((1.056, 599.8, 37.9, 31.0), (0.362, 442.0, 16.0, 26.7), (-0.065, 501.1, 20.4, 26.2)),
        ((0.821, 568.8, 46.9, 40.5), (0.286, 530.9, 16.3, 31.1)),
        ((1.217, 437.0, 11.8, 36.0), (0.681, 459.0, 26.0, 13.8)),
    )
    return np.array([sum(_lobe(_WAVELENGTHS_NM, *lobe) for lobe in row) for row in lobes])


def _lobe(x: ArrayLike, height: float, middle: float, before: float, after: float) -> Matrix:
    offset = np.asarray(x, np.float64) - middle
    return np.asarray(height * np.exp(-0.5 * (offset / np.where(offset < 0.0, before, after)) ** 2))
