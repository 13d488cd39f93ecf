"""A light meter: illuminance at a place from shining surfaces, also in photographers' units. Pure."""

from __future__ import annotations

import math

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector

GREY_CARD = 0.18
LUMA: Floats = np.array([0.2126, 0.7152, 0.0722])
"""Luminance of linear Rec.709."""
INCIDENT_LUX, REFLECTED_NITS = 2.5, 0.125
"""EV 0 at ISO 100: 2.5 lx of incident light (C = 250), 0.125 nits of reflected light (K = 12.5), ISO 2720."""


def illuminance_lux(
    nits: Floats, centres_m: Floats, areas_m2: Floats, outward: Floats, place_m: Vector, facing: Vector
) -> Floats:
    """Lux on a flat receptor at `place_m` that faces `facing` (unit), from patches that shine evenly to all sides:
    E = sum of L cos(at the receptor) cos(at the patch) A / r^2, the solid-angle integral of L cos.

    `nits` (N, C), `centres_m` (N, 3), `areas_m2` (N,), `outward` (N, 3) unit normals; the result is (C,). Patches must
    be small relative to their distance (a tenth of it: 1 %). Patches facing away or behind the receptor give nothing.
    """
    away = centres_m - np.asarray(place_m)
    square = np.maximum((away * away).sum(axis=-1), 1e-9)
    distance = np.sqrt(square)
    received = np.maximum(away @ np.asarray(facing), 0.0) / distance
    sent = np.maximum(-(away * outward).sum(axis=-1), 0.0) / distance
    return np.asarray((received * sent * areas_m2 / square) @ nits)


def exposure_value(lux: float) -> float:
    """EV at ISO 100 of incident light: log2(E / 2.5). Minus infinity in the dark."""
    return math.log2(lux / INCIDENT_LUX) if lux > 0.0 else -math.inf


def reflected_exposure_value(nits: float) -> float:
    """EV at ISO 100 of a surface's light: log2(L / 0.125)."""
    return math.log2(nits / REFLECTED_NITS) if nits > 0.0 else -math.inf


def grey_card_nits(lux: float) -> float:
    """How bright an 18 % grey card is in that light: 0.18 E / pi."""
    return GREY_CARD * lux / math.pi


def luminance(nits: Floats) -> float:
    """Of (3,) linear Rec.709."""
    return float(nits @ LUMA)
