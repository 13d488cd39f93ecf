"""What the composite needs to know of a wall's colour: its signal, its limit, its calibration."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stage.calibration.wall_calibration import WallCalibration
from stage.maths.colour_transfer import TRANSFERS, code_range
from stage.model.wall import AnyWall

TRANSFER_KINDS = {"gamma-2.2": 0, "gamma-2.4": 1, "srgb": 2, "pq": 3, "hlg": 4}
TRANSFER_DEFINES = {"GAMMA_22": 0, "GAMMA_24": 1, "SRGB": 2, "PQ": 3, "HLG": 4}
"""The shader's names for the values of TRANSFER_KINDS."""
OVER_PEAK = 1.001
"""The highest code may exceed the peak by a thousandth: no meter measures that, and white does not lose a code."""


def _neutral() -> WallCalibration:
    return WallCalibration(np.eye(3), np.eye(3))


@dataclass(frozen=True, slots=True)
class WallColour:
    """`transfer`, `narrow` and `bits` of the signal; light above `knee` of `peak_nits` is compressed."""

    transfer: str = "gamma-2.4"
    peak_nits: float = 1500.0
    narrow: bool = False
    bits: int = 8
    knee: float = 1.0
    calibration: WallCalibration = field(default_factory=_neutral)

    @staticmethod
    def of(wall: AnyWall, calibration: WallCalibration) -> WallColour:
        """A wall's, as its stage file says."""
        narrow = wall.range == "narrow"
        return WallColour(wall.transfer, wall.peak_nits, narrow, wall.bits, wall.knee, calibration)

    @property
    def most(self) -> int:
        """The largest code value."""
        return (1 << self.bits) - 1

    def codes(self) -> tuple[float, float, float, float]:
        """Signal to code value over the largest: factor and term; black, and the highest that the peak allows."""
        low, high = code_range(self.bits, self.narrow)
        signal, light = TRANSFERS[self.transfer]
        exact = low + (high - low) * float(signal(np.full(3, self.peak_nits), self.peak_nits)[0])
        above = light(np.full(3, (np.ceil(exact) - low) / (high - low)), self.peak_nits)[0]
        top = np.ceil(exact) if above <= self.peak_nits * OVER_PEAK else np.floor(exact)
        return (high - low) / self.most, low / self.most, low / self.most, float(top) / self.most

    def nits_of_codes(self, share: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> np.ndarray[
        tuple[int, ...], np.dtype[np.floating]
    ]:  # fmt: skip
        """(..., 3) code values over the largest as light in nits: what the wall's processor shows for them."""
        factor, term, _, _ = self.codes()
        light = TRANSFERS[self.transfer][1]
        if self.transfer == "hlg":  # its channels depend on each other
            return np.asarray(light(np.clip((share.astype(np.float64) - term) / factor, 0.0, 1.0), self.peak_nits))
        signal = np.clip((np.arange(self.most + 1) / self.most - term) / factor, 0.0, 1.0)
        table = light(np.repeat(signal[:, None], 3, axis=1), self.peak_nits)[:, 0].astype(np.float32)
        return np.take(table, (share * self.most + np.float32(0.5)).astype(np.uint16))
