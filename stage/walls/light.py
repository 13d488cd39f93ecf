"""The light of a wall's code values: by its transfer curve, range, gamut and peak; that light on a monitor. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.colour_matrix import rgb_from_rgb
from stage.maths.colour_transfer import TRANSFERS, code_range
from stage.model.wall import AnyWall
from stage.units import NITS_PER_UNIT

BYTE_CODES = 256


@dataclass(frozen=True, slots=True)
class WallLight:
    """How a wall's code values become light: the settings of its LED processor."""

    peak_nits: float
    transfer: str
    gamut: str = "rec709"
    narrow: bool = False
    bits: int = 8

    @staticmethod
    def of(wall: AnyWall) -> WallLight:
        """The settings of a wall, from the stage file."""
        return WallLight(wall.peak_nits, wall.transfer, wall.gamut, wall.range == "narrow", wall.bits)


def to_light(codes: NDArray[np.uint8], light: WallLight) -> NDArray[np.float32]:
    """(..., 3) code values of a wall, in 8 bit (those of 10 bit rounded), as light in units of 100 nits, Rec.709."""
    low, high = code_range(light.bits, light.narrow)
    most = (1 << light.bits) - 1
    signal = np.clip((np.arange(BYTE_CODES) / (BYTE_CODES - 1) * most - low) / (high - low), 0.0, 1.0)
    if light.transfer == "hlg":  # its channels depend on each other
        shown = np.asarray(TRANSFERS["hlg"][1](signal[codes], light.peak_nits) / NITS_PER_UNIT, np.float64)
    else:
        grey = np.repeat(signal[:, None], 3, axis=1)
        shown = np.asarray(TRANSFERS[light.transfer][1](grey, light.peak_nits)[:, 0] / NITS_PER_UNIT, np.float64)[codes]
    if light.gamut != "rec709":
        shown = shown @ rgb_from_rgb(light.gamut, "rec709").T
    return np.asarray(shown, np.float32)


def display_codes(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Linear light as sRGB code values for a monitor, 1.0 = white (IEC 61966-2-1)."""
    value = np.clip(light, 0.0, 1.0)
    coded = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.asarray(coded * 255.0 + 0.5, np.uint8)
