"""Readings of a light meter on a stage: its position, its direction, and the light of the walls. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.light_meter import LUMA, exposure_value, illuminance_lux, luminance
from stage.maths.pose import Vector
from stage.model.stagefile import Stage
from stage.walls.patches import WallPatches

MARK_HEIGHT_M = 1.6
"""A mark is on the floor; the meter is at face height."""
FACINGS: dict[str, Vector] = {"forward": (0.0, 1.0, 0.0), "back": (0.0, -1.0, 0.0), "up": (0.0, 0.0, 1.0)}
"""Toward the main wall (+Y), back to the camera (-Y), and up."""


@dataclass(frozen=True, slots=True)
class WallReading:
    """A wall's mean and largest luminance."""

    name: str
    mean_nits: float
    peak_nits: float


@dataclass(frozen=True, slots=True)
class FacingReading:
    """Incident light on a flat receptor; `ev` at ISO 100, None in the dark."""

    facing: str
    lux: float
    ev: float | None


def meter_place_m(stage: Stage) -> Vector:
    """The actor's face above the mark, else the stage eye."""
    mark = stage.mark_m
    return stage.stage_eye_m if mark is None else (mark[0], mark[1], mark[2] + MARK_HEIGHT_M)


def wall_reading(name: str, nits: NDArray[np.float32]) -> WallReading:
    """The reading of a wall's light, (..., 3) linear Rec.709 in nits, evenly spread over it."""
    light = nits @ LUMA
    return WallReading(name, float(light.mean()), float(light.max()))


def given_by(patches: WallPatches, shine: NDArray[np.float64], place_m: Vector) -> dict[str, NDArray[np.float64]]:
    """The light of a wall, whose patches shine with (N, 3) nits, on each of `FACINGS`: (3,) lux by colour."""
    shape = (patches.centres_m, patches.areas_m2, patches.outward)
    return {name: illuminance_lux(shine, *shape, place_m, facing) for name, facing in FACINGS.items()}


def facing_reading(facing: str, lux: NDArray[np.float64]) -> FacingReading:
    """The reading of (3,) lux by colour."""
    value = luminance(lux)
    ev = exposure_value(value)
    return FacingReading(facing, value, ev if math.isfinite(ev) else None)
