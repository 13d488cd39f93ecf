"""Where a camera will see a wall's LEDs: moire, false colours, or the grid itself. Pure.

Thin lens, wall at distance d, focal length f, focus distance D, stop N: the wall's picture on the sensor has the pitch
p = P f / d and is blurred to a disc c = f^2 |d - D| / (N d (D - f)). Harmonic k of the LED grid is sampled by
photosites s apart (one colour of a Bayer sensor: 2 s); it aliases where k / p lies above half the sampling frequency.
Its contrast is 2 |sinc(k e)| |sinc(k s / p)| |2 J1(pi k c / p) / (pi k c / p)|, with emitters e pitches wide and
photosites of full fill (MTF of lens and pixel aperture, repeated at the sampling frequency).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

VISIBLE = 0.02
"""Contrast (amplitude over mean) from which on it is seen."""
EMITTER_PITCHES = 0.55
"""How wide an LED's light is, in pitches: packages without lenses."""
HARMONICS = (1, 2, 3)
BAYER = 2.0
"""One colour is sampled every second photosite."""
NYQUIST = 0.5
GRID_BLUR = 1.0
"""In pitches: a grid that is blurred by a pitch has a sixth of its contrast, and is no longer a grid."""
LARGEST_BLUR_PITCHES = 40.0
BLURS = np.linspace(0.0, LARGEST_BLUR_PITCHES, 4001)


class Seen(StrEnum):
    """What a camera in focus on the wall sees of its LEDs."""

    NOTHING = "nothing"
    GRID = "the LED grid"
    COLOUR = "false colours"
    MOIRE = "moire"


@dataclass(frozen=True, slots=True)
class Taking:
    """How a camera takes a picture: focal length, stop and photosites of the recorded picture (their distance)."""

    focal_mm: float
    f_number: float
    photosite_mm: float


@dataclass(frozen=True, slots=True)
class Moire:
    """What is seen of a wall's LEDs. `pitch_photosites`: of the finer axis; `contrast`: focused on the wall.

    It is seen while the focus is between `from_m` and `to_m` (inf: up to infinity); None where it never is.
    """

    seen: Seen
    distance_m: float
    pitch_photosites: float
    contrast: float
    from_m: float | None = None
    to_m: float | None = None

    def seen_at(self, focus_m: float) -> bool:
        """Whether it is seen with the focus at a distance."""
        return self.from_m is not None and self.to_m is not None and self.from_m <= focus_m <= self.to_m


def moire_of(taking: Taking, distance_m: float, pitch_mm: float) -> Moire:
    """Of a wall at a distance whose LEDs are `pitch_mm` apart as the camera sees them (turned away: less)."""
    pitch = pitch_mm * taking.focal_mm / (distance_m * 1000.0) / taking.photosite_mm
    seen, curve = _worst(pitch)
    peak = float(curve[0])
    if seen is Seen.NOTHING:
        return Moire(seen, distance_m, pitch, peak)
    blur_mm = float(BLURS[np.flatnonzero(curve > VISIBLE)[-1]]) * pitch * taking.photosite_mm
    near_m, far_m = focus_between(taking, distance_m, blur_mm)
    return Moire(seen, distance_m, pitch, peak, near_m, far_m)


def focus_between(taking: Taking, distance_m: float, blur_mm: float) -> tuple[float, float]:
    """The nearest and the farthest focus distance at which a point is blurred by no more than a disc."""
    d, f, n = distance_m * 1000.0, taking.focal_mm, taking.f_number
    near = d * (f * f + blur_mm * n * f) / (f * f + blur_mm * n * d)
    beyond = f * f - blur_mm * n * d
    far = d * (f * f - blur_mm * n * f) / beyond if beyond > 0.0 else math.inf
    return near / 1000.0, far / 1000.0


def blur_of(taking: Taking, distance_m: float, focus_m: float) -> float:
    """The disc on the sensor, in mm, of a point at a distance with the focus at another."""
    d, f = distance_m * 1000.0, taking.focal_mm
    if math.isinf(focus_m):
        return f * f / (taking.f_number * d)
    return f * f * abs(d - focus_m * 1000.0) / (taking.f_number * d * (focus_m * 1000.0 - f))


def contrast(pitch_photosites: float, blur_pitches: NDArray[np.float64], harmonic: int) -> NDArray[np.float64]:
    """Of a harmonic of the grid, at blurs given in pitches."""
    k = float(harmonic)
    focused = 2.0 * abs(np.sinc(k * EMITTER_PITCHES)) * abs(np.sinc(k / pitch_photosites))
    return np.asarray(focused * np.abs(_disc(math.pi * k * blur_pitches)), np.float64)


def _worst(pitch: float) -> tuple[Seen, NDArray[np.float64]]:
    """What is seen at a pitch in photosites, and its contrast over `BLURS`: the fundamental of the grid decides."""
    for seen, sampled_every in ((Seen.MOIRE, 1.0), (Seen.COLOUR, BAYER)):
        if sampled_every / pitch > NYQUIST:
            curve = np.max([contrast(pitch, BLURS, k) for k in HARMONICS], axis=0)
            return (seen if curve[0] > VISIBLE else Seen.NOTHING), curve
    curve = np.where(BLURS < GRID_BLUR, contrast(pitch, BLURS, 1), 0.0)
    return (Seen.GRID if curve[0] > VISIBLE else Seen.NOTHING), curve


def _disc(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """2 J1(x) / x: the transfer of a disc; J1 by its integral (Abramowitz and Stegun 9.1.21), by the trapezoid rule."""
    angle = np.linspace(0.0, math.pi, 257)[:, None]
    values = np.cos(angle - x * np.sin(angle))
    bessel = (values.sum(axis=0) - 0.5 * (values[0] + values[-1])) / 256.0
    return np.asarray(np.where(x < 1e-6, 1.0, 2.0 * bessel / np.maximum(x, 1e-6)), np.float64)
