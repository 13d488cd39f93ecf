"""A colour of light as levels of a fixture's emitters. Pure."""

from __future__ import annotations

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.colour_matrix import xyz_from_rgb
from stage.maths.colour_temperature import temperature_of
from stage.maths.light_meter import LUMA
from stage.model.fixture import Channel, Chromaticity, Fixture

_XYZ_FROM_709 = xyz_from_rgb("rec709")
INTENSITIES: frozenset[Channel] = frozenset({"dimmer", "red", "green", "blue", "white"})
"""The channels that carry light: the fixture's curve applies to them."""
STEADY: dict[Channel, float] = {"full": 1.0, "half": 0.5, "zero": 0.0}
"""The channels that never change."""
EXPONENT = {"linear": 1.0, "square": 0.5}
"""Light to slot value: a fixture of `square` curve gives the square of its slot."""


class Emitters:
    """The emitters of one fixture."""

    def __init__(self, fixture: Fixture) -> None:
        self._fixture = fixture
        columns = np.array([_xyz(xy) for xy in fixture.primaries]).T
        emitters = columns * np.linalg.solve(columns, _xyz(fixture.white_xy))
        self._from_709 = np.linalg.solve(emitters, _XYZ_FROM_709)
        self._white = np.linalg.solve(emitters, _xyz(fixture.white_emitter_xy) * fixture.white_share)
        self._exponent = EXPONENT[fixture.curve]

    def shares(self, light: Floats) -> tuple[float, ...]:
        """The values of the fixture's slots, 0 to 1, in order.

        `light`: (3,) linear Rec.709, (1, 1, 1) = the fixture's peak. Negative parts of colours out of its gamut are
        dropped; excess light is reduced without a change of colour.
        """
        values = self._values(np.maximum(light, 0.0))
        return tuple(self._slot(channel, values) for channel in self._fixture.slots)

    def _values(self, light: Floats) -> dict[Channel, float]:
        if self._fixture.kind in ("rgb", "rgbw"):
            return self._colours(light)
        dimmer = min(float(light @ LUMA), self._fixture.max_level)
        return {"dimmer": dimmer, **(self._temperature(light) if self._fixture.kind == "cct" else {})}

    def _colours(self, light: Floats) -> dict[Channel, float]:
        rgb = np.maximum(self._from_709 @ light, 0.0)
        rgb *= min(1.0, self._fixture.max_level / max(float(rgb.max()), 1e-12))
        white = 0.0
        if self._fixture.kind == "rgbw":
            gives = self._white > 1e-6
            white = float(np.clip((rgb[gives] / self._white[gives]).min(), 0.0, self._fixture.max_level))
            rgb = np.maximum(rgb - white * self._white, 0.0)
        parts = [*rgb.tolist(), white]
        dimmer = max(parts) if "dimmer" in self._fixture.slots else 1.0
        red, green, blue, white = (part / dimmer if dimmer > 0.0 else 0.0 for part in parts)
        return {"dimmer": dimmer, "red": red, "green": green, "blue": blue, "white": white}

    def _temperature(self, light: Floats) -> dict[Channel, float]:
        kelvin, duv = temperature_of(_XYZ_FROM_709 @ light)
        low, high = self._fixture.cct_min_k, self._fixture.cct_max_k
        tint = float(np.clip(0.5 + 0.5 * duv / self._fixture.tint_duv, 0.0, 1.0))
        rise = float(np.clip((kelvin - low) / (high - low), 0.0, 1.0))
        return {"cct": rise, "cct_falling": 1.0 - rise, "tint": tint}

    def _slot(self, channel: Channel, values: dict[Channel, float]) -> float:
        if channel in STEADY:
            return STEADY[channel]
        value = values.get(channel, 0.0)
        return float(value**self._exponent) if channel in INTENSITIES else value


def _xyz(xy: Chromaticity) -> Floats:
    x, y = xy
    return np.array([x / y, 1.0, (1.0 - x - y) / y])
