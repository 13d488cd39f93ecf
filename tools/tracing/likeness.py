"""How like the path tracer's a picture is: FLIP (Andersson et al. 2020, 2021) and luminance. Pure."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from tools.tracing.filtering import LUMINANCE
from tools.tracing.reference import Reference
from tools.tracing.variant import MISSING
from tools.tracing.world import Singles

GREY = 0.18
"""What a picture's mean logarithm of luminance is exposed to."""
LEAF = 0.05
"""Share of leaves from which a pixel counts as foliage."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`flip`, `flip_hdr`: means of the map over the picture; `floor`: FLIP between the reference's halves; the same
    without pixels of foliage, and of foliage alone (None: there is none). `median`, `worst`: the median and the 95th
    percentile of the relative error of luminance on surfaces; `mean_ratio`: mean luminance of ours over theirs."""

    flip: float
    flip_hdr: float
    floor: float
    flip_without_foliage: float
    flip_of_foliage: float | None
    flip_of_surfaces: float
    median: float
    worst: float
    mean_ratio: float


def likeness(ours: Singles, reference: Reference) -> tuple[Likeness, Singles]:
    """The figures, and FLIP's map (h, w). Raises InputError without the extra `reference`."""
    theirs, seen = reference.light, reference.guides
    gain = exposure(theirs)
    error = flip(shown(theirs, gain), shown(ours, gain), "LDR")
    foliage, surface = seen.foliage > LEAF, seen.cover > 0.999
    plain = surface & ~foliage
    true = np.maximum(theirs @ LUMINANCE, 1e-3 * GREY / gain)
    relative = np.abs(ours @ LUMINANCE - true)[plain] / true[plain]
    return (
        Likeness(
            flip=_mean(error),
            flip_hdr=_mean(flip(np.maximum(theirs, 0.0), np.maximum(ours, 0.0), "HDR")),
            floor=noise(reference),
            flip_without_foliage=_mean(error[~foliage]),
            flip_of_foliage=_mean(error[foliage]) if foliage.any() else None,
            flip_of_surfaces=_mean(error[plain]),
            median=float(np.median(relative)) if relative.size else 0.0,
            worst=float(np.percentile(relative, 95.0)) if relative.size else 0.0,
            mean_ratio=_mean((ours @ LUMINANCE)[plain]) / max(_mean(true[plain]), 1e-9),
        ),
        error,
    )


def noise(reference: Reference) -> float:
    """The reference's own noise: mean FLIP between its halves. Raises InputError without the extra `reference`."""
    gain = exposure(reference.light)
    first, second = (shown(half, gain) for half in reference.halves)
    return _mean(flip(first, second, "LDR"))


def exposure(light: Singles) -> float:
    """The gain that takes a picture's mean logarithm of luminance to GREY."""
    return float(GREY / np.exp(np.mean(np.log(np.maximum(light @ LUMINANCE, 1e-6)))))


def shown(light: Singles, gain: float) -> Singles:
    """(h, w, 3) sRGB 0 to 1 of light times a gain, clipped (IEC 61966-2-1)."""
    value = np.clip(light * gain, 0.0, 1.0)
    coded = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.asarray(coded, np.float32)


def flip(reference: Singles, test: Singles, kind: str) -> Singles:
    """FLIP's map (h, w), 0 to 1, at 67 pixels a degree, as values and not as colours."""
    try:
        evaluator: Any = importlib.import_module("flip_evaluator")
    except ImportError as error:
        raise InputError("flip_evaluator", "", "the measure of pictures is not installed", MISSING) from error
    given = (np.ascontiguousarray(reference, np.float32), np.ascontiguousarray(test, np.float32))
    found: Singles = evaluator.evaluate(*given, kind, applyMagma=False, computeMeanError=False)[0]
    return np.asarray(found, np.float32).reshape(reference.shape[:2])


def _mean(values: Singles | NDArray[np.float32]) -> float:
    return float(np.mean(values)) if values.size else 0.0
