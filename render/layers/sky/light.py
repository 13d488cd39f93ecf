"""The light that a sky gives to its set: sun or moon, light from all sides, and the colour of haze. Pure.

Radiance in units of 100 nits after the layer's `exposure_ev`, before the look's exposure. Clouds: see `Overcast`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from render.layers.sky.atmosphere import Atmosphere
from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.messages.frames import Heavens
from stage.model.layers import SkyLayer
from stage.model.look import Look, SkyLook
from stage.units import NITS_PER_UNIT

SUN_LUX = 128_000.0
"""Above the atmosphere: 1361 W/m2 at 94 lm/W."""
AEROSOLS = (0.0, 1.0, 3.0, 8.0, 20.0)
ELEVATIONS_DEG = (
    *(-90.0, -24.0, -18.0, -15.0, -12.0, -10.0, -8.0, -6.0, -5.0, -4.0, -3.0, -2.0, -1.0),
    *(0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 75.0, 90.0),
)
AIRGLOW_NITS = (1.9e-4, 2.2e-4, 2.0e-4)
"""A moonless night sky far from towns: 21.8 magnitudes per square second of arc."""
MOON_TAKES_OVER_DEG = (-4.0, -7.0)
"""Sun elevations between which the moon takes over as the light that casts shadows. The sun's is 0 well before."""
_LEAST = 1e-30


@dataclass(frozen=True, slots=True)
class SkyLight:
    """The light of one moment. `toward` points at the sun, or at the moon while it is the set's light; `direct` is
    the light on a white surface facing it; `above`, `below` on one facing up or down; `haze` is the radiance of the
    horizon away from the sun, `glow` what is added to it toward the sun."""

    toward: Vector
    direct: Vector
    above: Vector
    below: Vector
    haze: Vector
    glow: Vector


class SkyTables:
    """The light's tables of the air, for every aerosol and sun elevation: computed once a layer (0.5 s)."""

    def __init__(self, layer: SkyLayer) -> None:
        self.layer = layer
        self._airs = [Atmosphere.of(aerosol, layer.ground_albedo) for aerosol in AEROSOLS]
        self._entries = np.log(np.maximum(np.array([_entries(air, layer.altitude_m) for air in self._airs]), _LEAST))

    @property
    def unit_per_nit(self) -> float:
        """From nits of the real sky to the picture's units."""
        return float(2.0**self.layer.exposure_ev) / NITS_PER_UNIT

    def passed(self, elevation_deg: float, aerosol: float, above_m: float = 0.0) -> Floats:
        """(3,) the share of a light's illuminance that arrives, `above_m` over the set."""
        height = np.array((self.layer.altitude_m + above_m) / 1000.0)
        cosine = np.array(math.sin(math.radians(elevation_deg)))
        low, part = _between(AEROSOLS, aerosol)
        pair = [np.log(np.maximum(self._airs[i].sunlight(height, cosine), _LEAST)) for i in (low, low + 1)]
        return np.asarray(np.exp(pair[0] * (1.0 - part) + pair[1] * part))

    def entries(self, elevation_deg: float, aerosol: float) -> Floats:
        """(3, 3) per unit illuminance above the air: irradiance from the sky, radiance of the horizon away from the
        light and toward it. Exact at the tables' aerosols and elevations, geometric means between them."""
        low, part = _between(AEROSOLS, aerosol)
        row, down = _between(ELEVATIONS_DEG, elevation_deg)
        near = self._entries[low, row] * (1.0 - down) + self._entries[low, row + 1] * down
        far = self._entries[low + 1, row] * (1.0 - down) + self._entries[low + 1, row + 1] * down
        return np.asarray(np.exp(near * (1.0 - part) + far * part))


@lru_cache(maxsize=8)
def tables_of(layer: SkyLayer) -> SkyTables:
    """The tables of a layer, shared by everything that draws it."""
    return SkyTables(layer)


@dataclass(frozen=True, slots=True)
class Overcast:
    """What a layer of clouds does to the light below: `hidden` is the share of the sky it covers, averaged over
    the set, and `through` the share of light it transmits, spread over all directions. A thin stratus transmits 40 %,
    a thick one 12 %: 40,000 and 12,000 lx of a noon of 100,000."""

    hidden: float
    through: float

    @classmethod
    def of(cls, sky: SkyLook) -> Overcast:
        """Sparse clouds are only sometimes between the sun and the set: they hide less than their share."""
        cover = sky.cloud_cover
        return cls(cover * cover * (3.0 - 2.0 * cover), 0.45 - 0.33 * sky.cloud_density)


def moon_lux(phase: float) -> float:
    """The moon's illuminance above the air, by the lit share of its disc. Magnitude by the phase angle i (degrees):
    -12.73 + 0.026 i + 4e-9 i^4 (Allen, Astrophysical Quantities); lux = 10^(-0.4 (m + 14.18))."""
    angle_deg = math.degrees(math.acos(min(max(2.0 * phase - 1.0, -1.0), 1.0)))
    return float(10.0 ** (-0.4 * (-12.73 + 0.026 * angle_deg + 4e-9 * angle_deg**4 + 14.18)))


def direction_of(pan_deg: float, elevation_deg: float) -> Vector:
    """Unit direction: pan counter-clockwise from +Y seen from above, elevation upward."""
    pan, elevation = math.radians(pan_deg), math.radians(elevation_deg)
    across = math.cos(elevation)
    return (-math.sin(pan) * across, math.cos(pan) * across, math.sin(elevation))


def moon_share(sun_elevation_deg: float) -> float:
    """The moon's share as the set's light: 0 by day, 1 by night, without a jump."""
    first, last = MOON_TAKES_OVER_DEG
    part = min(max((sun_elevation_deg - first) / (last - first), 0.0), 1.0)
    return part * part * (3.0 - 2.0 * part)


def sky_light(tables: SkyTables, look: Look, heavens: Heavens) -> SkyLight:
    """The light on a set under a look."""
    sky, unit = look.sky, tables.unit_per_nit
    clouds = Overcast.of(sky)
    moonlit = moon_share(heavens.sun_elevation_deg)
    lamps = (
        (heavens.sun_elevation_deg, SUN_LUX * unit, look.sun.gain if moonlit == 0.0 else 0.0),
        (heavens.moon_elevation_deg, moon_lux(heavens.moon_phase) * sky.moon_gain * unit, moonlit),
    )
    direct, above, haze, glow = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    ground = np.zeros(3)
    for elevation_deg, lux, share in lamps:
        beam = tables.passed(elevation_deg, sky.aerosol) * lux
        irradiance, away, toward = tables.entries(elevation_deg, sky.aerosol) * lux
        upright = beam * max(math.sin(math.radians(elevation_deg)), 0.0)
        spread = (upright + irradiance) * clouds.hidden * clouds.through
        direct += beam * share * (1.0 - clouds.hidden) / math.pi
        above += (irradiance * (1.0 - clouds.hidden) + spread) / math.pi
        ground += (upright * (1.0 - clouds.hidden) + irradiance * (1.0 - clouds.hidden) + spread) / math.pi
        haze += away * (1.0 - clouds.hidden) + spread / math.pi
        glow += np.maximum(toward - away, 0.0) * (1.0 - clouds.hidden)
    dark = np.array(AIRGLOW_NITS) * unit * sky.stars_gain * (1.0 - clouds.hidden)
    toward = (
        (heavens.moon_pan_deg, heavens.moon_elevation_deg)
        if moonlit
        else (heavens.sun_pan_deg, heavens.sun_elevation_deg)
    )
    below = (ground + dark) * np.array(tables.layer.ground_albedo)
    return SkyLight(
        direction_of(*toward),
        _vector(direct),
        _vector(above + dark),
        _vector(below),
        _vector(haze + dark),
        _vector(glow),
    )


def _vector(values: Floats) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))


def _between(nodes: tuple[float, ...], value: float) -> tuple[int, float]:
    """The node below a value, and the fraction of the way to the next."""
    place = min(max(value, nodes[0]), nodes[-1])
    low = max(i for i in range(len(nodes) - 1) if nodes[i] <= place)
    return low, (place - nodes[low]) / (nodes[low + 1] - nodes[low])


def _entries(air: Atmosphere, altitude_m: float) -> Floats:
    """(elevations, 3, 3): see `SkyTables.entries`."""
    elevations, azimuths = np.radians(np.arange(12) * 7.5 + 3.75), np.radians(np.arange(12) * 15.0 + 7.5)
    up, turn = np.meshgrid(elevations, azimuths, indexing="ij")
    directions = _directions(up, turn)
    weight = np.sin(up) * np.cos(up) * math.radians(7.5) * math.radians(15.0) * 2.0
    horizon = _directions(np.radians(np.array([1.5, 1.5, 1.5])), np.radians(np.array([150.0, 100.0, 8.0])))
    rows = []
    for elevation_deg in ELEVATIONS_DEG:
        seen = air.radiance(directions, elevation_deg, altitude_m, 20)
        away, side, toward = air.radiance(horizon, elevation_deg, altitude_m, 32)
        rows.append([np.einsum("ij,ijk->k", weight, seen), (away + side) / 2.0, toward])
    return np.array(rows)


def _directions(elevation: Floats, azimuth: Floats) -> Floats:
    across = np.cos(elevation)
    return np.stack([across * np.sin(azimuth), across * np.cos(azimuth), np.sin(elevation)], axis=-1)
