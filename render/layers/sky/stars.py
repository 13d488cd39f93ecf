"""A catalogue of stars: the bright ones by name, the faint ones random in realistic numbers. Pure."""

from __future__ import annotations

import math
from functools import lru_cache

import ephem
import ephem.stars
import numpy as np
from numpy.typing import NDArray

LUX_OF_MAGNITUDE_0 = 2.54e-6
"""Above the atmosphere (Allen, Astrophysical Quantities)."""
FAINTEST = 6.0
NAMED_TO = 2.5
"""The named stars are nearly all there are down to this magnitude."""
_SLOPE, _START = 0.483, 0.784
_COLOURS = {
    "O": (0.72, 0.85, 1.35), "B": (0.76, 0.88, 1.30), "A": (0.86, 0.94, 1.18), "F": (0.98, 0.99, 1.04),
    "G": (1.06, 1.00, 0.92), "K": (1.22, 0.97, 0.72), "M": (1.42, 0.92, 0.52),
}  # fmt: skip
"""Linear Rec.709 of the spectral classes (black bodies of 35,000 to 3,400 K), about the same luminance."""
_SHARES = {"B": 0.13, "A": 0.25, "F": 0.15, "G": 0.15, "K": 0.25, "M": 0.07}
"""Shares of the stars visible to the eye, by class."""


@lru_cache(maxsize=4)
def star_catalogue(seed: int) -> NDArray[np.float32]:
    """(N, 6): unit direction (x to the vernal equinox, z to the celestial north pole), then lux in red, green, blue.

    Down to magnitude m there are 10^(0.483 m + 0.784) stars (the Bright Star Catalogue has 171 to 3, 4,800 to 6);
    a third of the faint ones are within 12 degrees of the Milky Way's plane.
    """
    random = np.random.default_rng(seed)
    named = _named()
    first, last = 10 ** (_SLOPE * NAMED_TO + _START), 10 ** (_SLOPE * FAINTEST + _START)
    magnitude = (np.log10(random.uniform(first, last, int(last - first))) - _START) / _SLOPE
    names, shares = list(_SHARES), np.array(list(_SHARES.values()))
    kinds = random.choice(len(names), magnitude.size, p=shares / shares.sum())
    colour = np.array([_COLOURS[name] for name in names])[kinds]
    lux = LUX_OF_MAGNITUDE_0 * 10 ** (-0.4 * magnitude)
    faint = np.concatenate([_directions(random, magnitude.size), lux[:, None] * colour], axis=1)
    return np.concatenate([named, faint]).astype(np.float32)


def _named() -> NDArray[np.float64]:
    rows = []
    for original in ephem.stars.stars.values():
        star = original.copy()
        star.compute("2000/1/1 12:00:00", epoch="2000")
        if star.mag > NAMED_TO + 1.5:
            continue
        right, up = float(star.a_ra), float(star.a_dec)
        lux = LUX_OF_MAGNITUDE_0 * 10 ** (-0.4 * float(star.mag))
        colour = _COLOURS.get(str(star._spect)[:1], (1.0, 1.0, 1.0))
        direction = (math.cos(up) * math.cos(right), math.cos(up) * math.sin(right), math.sin(up))
        rows.append((*direction, *(lux * part for part in colour)))
    return np.array(rows)


def _directions(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Even over the sphere, with a third of them concentrated toward the plane of the Milky Way."""
    directions = random.normal(size=(count, 3))
    pole_ra, pole_dec = math.radians(192.86), math.radians(27.13)
    pole = np.array(
        [math.cos(pole_dec) * math.cos(pole_ra), math.cos(pole_dec) * math.sin(pole_ra), math.sin(pole_dec)]
    )
    drawn = random.uniform(size=count) < 1 / 3
    height = directions @ pole
    flat = directions - height[:, None] * pole
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    tilt = random.normal(scale=math.radians(9.0), size=count)
    near = flat * np.cos(tilt)[:, None] + pole * np.sin(tilt)[:, None]
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.where(drawn[:, None], near, directions)
