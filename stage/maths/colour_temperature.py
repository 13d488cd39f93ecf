"""Correlated colour temperature, and how far a colour is from the black body's line. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MIRED = np.arange(40.0, 1001.0)
_LEAST = 1e-12


def planckian_uv(kelvin: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., 2) CIE 1960 u, v of black bodies, 1000 to 25000 K (Krystek 1985, within 1e-4)."""
    t, s = kelvin, kelvin * kelvin
    u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * s) / (1.0 + 8.42420235e-4 * t + 7.08145163e-7 * s)
    v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * s) / (1.0 - 2.89741816e-5 * t + 1.61456053e-7 * s)
    return np.stack([u, v], axis=-1)


_LOCUS = planckian_uv(1e6 / _MIRED)


def temperature_of(xyz: NDArray[np.float64]) -> tuple[float, float]:
    """Kelvin and Duv (positive = green) of a colour, CIE XYZ (3,). Duv: ANSI C78.377. Black is 6504 K.

    The nearest point of the locus (1000 to 25000 K), between points one mired apart by the distances' parabola.
    """
    x, y, z = xyz.tolist()
    total = x + 15.0 * y + 3.0 * z
    if total <= _LEAST:
        return 6504.0, 0.0
    place = np.array([4.0 * x / total, 6.0 * y / total])
    square = ((_LOCUS - place) ** 2).sum(axis=1)
    nearest = int(np.clip(np.argmin(square), 1, len(_MIRED) - 2))
    before, here, after = square[nearest - 1 : nearest + 2].tolist()
    bend = before - 2.0 * here + after
    step = float(np.clip((before - after) / (2.0 * bend), -1.0, 1.0)) if bend > 0.0 else 0.0
    kelvin = 1e6 / (float(_MIRED[nearest]) + step)
    on_locus = planckian_uv(np.array(kelvin))
    away = place - on_locus
    return kelvin, float(np.copysign(np.hypot(*away), away[1]))
