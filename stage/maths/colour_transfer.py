"""Transfer functions of displays, and the codes of a signal's range, shared by the shaders and the witness.

Arrays of any shape, float64 inside. Signals are 0 to 1; light is nits (cd/m2) for PQ, relative to the peak otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]

PQ_PEAK_NITS = 10_000.0
PQ_M1 = 2610.0 / 16384.0
PQ_M2 = 2523.0 / 32.0
PQ_C1 = 3424.0 / 4096.0
PQ_C2 = 2413.0 / 128.0
PQ_C3 = 2392.0 / 128.0
"""SMPTE ST 2084: 2523/4096 * 128, 2413/4096 * 32, 2392/4096 * 32."""
HLG_A, HLG_B, HLG_C = 0.17883277, 0.28466892, 0.55991073
"""ITU-R BT.2100-2 table 5."""
LUMA_2020 = (0.2627, 0.6780, 0.0593)
"""ITU-R BT.2100-2, for the system gamma of HLG."""


def pq_signal(nits: ArrayLike) -> Values:
    """Absolute light as a PQ signal (ST 2084, inverse EOTF)."""
    y = (np.clip(np.asarray(nits, np.float64), 0.0, PQ_PEAK_NITS) / PQ_PEAK_NITS) ** PQ_M1
    return np.asarray(((PQ_C1 + PQ_C2 * y) / (1.0 + PQ_C3 * y)) ** PQ_M2)


def pq_nits(signal: ArrayLike) -> Values:
    """A PQ signal as absolute light (ST 2084, EOTF)."""
    root = np.clip(np.asarray(signal, np.float64), 0.0, 1.0) ** (1.0 / PQ_M2)
    return np.asarray(PQ_PEAK_NITS * (np.maximum(root - PQ_C1, 0.0) / (PQ_C2 - PQ_C3 * root)) ** (1.0 / PQ_M1))


def srgb_linear(signal: ArrayLike) -> Values:
    """An sRGB signal as relative light (IEC 61966-2-1); below 0 and above 1 the curve continues."""
    value = np.asarray(signal, np.float64)
    size = np.abs(value)
    return np.asarray(np.copysign(np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4), value))


def srgb_signal(light: ArrayLike) -> Values:
    """Relative light as an sRGB signal."""
    value = np.clip(np.asarray(light, np.float64), 0.0, 1.0)
    return np.asarray(np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055))


def hlg_gamma(peak_nits: float) -> float:
    """The system gamma of an HLG display of that peak, for 400 to 2000 nits (BT.2100-2 note 5f), limited beyond."""
    return 1.2 + 0.42 * float(np.log10(np.clip(peak_nits, 400.0, 2000.0) / 1000.0))


def hlg_signal(light: ArrayLike, peak_nits: float) -> Values:
    """(..., 3) display light relative to the peak as HLG: inverse OOTF, then the OETF (BT.2100-2, no black lift)."""
    display = np.clip(np.asarray(light, np.float64), 0.0, 1.0)
    luma = display @ np.array(LUMA_2020)
    gamma = hlg_gamma(peak_nits)
    scene = display * np.where(luma > 0.0, np.maximum(luma, 1e-12) ** ((1.0 - gamma) / gamma), 0.0)[..., None]
    scene = np.minimum(scene, 1.0)
    upper = HLG_A * np.log(np.maximum(12.0 * scene - HLG_B, 1e-12)) + HLG_C
    return np.asarray(np.where(scene <= 1.0 / 12.0, np.sqrt(3.0 * scene), upper))


def hlg_light(signal: ArrayLike, peak_nits: float) -> Values:
    """(..., 3) HLG signal as display light relative to the peak: inverse OETF, then the OOTF (BT.2100-2)."""
    value = np.clip(np.asarray(signal, np.float64), 0.0, 1.0)
    scene = np.where(value <= 0.5, value * value / 3.0, (np.exp((value - HLG_C) / HLG_A) + HLG_B) / 12.0)
    luma = scene @ np.array(LUMA_2020)
    return np.asarray(scene * (luma ** (hlg_gamma(peak_nits) - 1.0))[..., None])


def _power(gamma: float) -> tuple[Callable[[ArrayLike, float], Values], Callable[[ArrayLike, float], Values]]:
    def signal(nits: ArrayLike, peak_nits: float) -> Values:
        return np.asarray(np.clip(np.asarray(nits, np.float64) / peak_nits, 0.0, 1.0) ** (1.0 / gamma))

    def light(value: ArrayLike, peak_nits: float) -> Values:
        return np.asarray(np.clip(np.asarray(value, np.float64), 0.0, 1.0) ** gamma * peak_nits)

    return signal, light


Curve = Callable[[ArrayLike, float], Values]
"""(values, peak in nits) -> values."""
_GAMMA_22, _GAMMA_24 = _power(2.2), _power(2.4)
TRANSFERS: dict[str, tuple[Curve, Curve]] = {
    "gamma-2.2": _GAMMA_22,
    "gamma-2.4": _GAMMA_24,
    "srgb": (
        lambda nits, peak: srgb_signal(np.asarray(nits) / peak),
        lambda signal, peak: srgb_linear(np.clip(signal, 0.0, 1.0)) * peak,
    ),
    "pq": (lambda nits, peak: pq_signal(nits), lambda signal, peak: pq_nits(signal)),
    "hlg": (
        lambda nits, peak: hlg_signal(np.asarray(nits) / peak, peak),
        lambda signal, peak: hlg_light(signal, peak) * peak,
    ),
}
"""Name -> (nits to signal, signal to nits); the last axis is RGB (HLG mixes it)."""


def code_range(bits: int, narrow: bool) -> tuple[int, int]:
    """The codes of black and of full signal: 0 to 2^b - 1, or 16 to 235 times 2^(b - 8) (ITU-R BT.2100 table 9)."""
    return (16 << (bits - 8), 235 << (bits - 8)) if narrow else (0, (1 << bits) - 1)
