"""The air over the set: its transmittance and scattering. Pure numpy; the reference for shaders/sky.

Model and numbers: S. Hillaire, "A Scalable and Production Ready Sky and Atmosphere Rendering Technique" (EGSR 2020),
with E. Bruneton's earth (2008, 2017). Lengths in kilometres inside this file; radiance is per unit of the sun's
illuminance above the air. The sun is white above the air; what reaches the ground at noon, sun and sky together, is
near D65 again. Green and blue are the light lost in linear Rec.709 relative to the sun's colour (a black body of
5778 K, CIE 1931 observer): Rayleigh as at 550 and 444 nm. Red was set by eye between that fit (647 nm, a yellow-green
sunset) and Hillaire's 680 nm (a purple dusk).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from stage.maths.arrays import Floats

PLANET_KM = 6360.0
TOP_KM = 6460.0
RAYLEIGH_PER_KM = (6.6e-3, 13.558e-3, 32.0e-3)
RAYLEIGH_HEIGHT_KM = 8.0
MIE_SCATTERED_PER_KM = (0.0365, 0.045, 0.0594)
MIE_LOST_PER_KM = (0.0405, 0.050, 0.066)
"""A clear day: an optical depth of 0.06 in green, nine tenths of it scattered, Angstrom exponent 1.3. Hillaire's air
is six times clearer; with this air, sun and sky on the ground match the IES daylight tables (test_atmosphere.py)."""
MIE_HEIGHT_KM = 1.2
MIE_FORWARD = 0.8
OZONE_PER_KM = (2.0e-3, 1.8e-3, 0.05e-3)
OZONE_MIDDLE_KM, OZONE_HALF_KM = 25.0, 15.0
SUN_RADIUS_RAD = 0.004654
"""Half the sun's apparent width: 16 minutes of arc; the moon's is the same to 7 %."""


class Air(NamedTuple):
    """Per place: Rayleigh scattering, Mie scattering and total extinction, each (..., 3) per km."""

    rayleigh: Floats
    mie: Floats
    lost: Floats


def air_at(height_km: Floats, aerosol: float) -> Air:
    """The air at heights (...) above sea level; `aerosol` relative to a clear day."""
    height = np.maximum(height_km, 0.0)
    rayleigh = np.exp(-height / RAYLEIGH_HEIGHT_KM)[..., None] * np.array(RAYLEIGH_PER_KM)
    haze = aerosol * np.exp(-height / MIE_HEIGHT_KM)
    ozone = np.maximum(1.0 - np.abs(height - OZONE_MIDDLE_KM) / OZONE_HALF_KM, 0.0)
    lost = rayleigh + haze[..., None] * np.array(MIE_LOST_PER_KM) + ozone[..., None] * np.array(OZONE_PER_KM)
    return Air(rayleigh, haze[..., None] * np.array(MIE_SCATTERED_PER_KM), lost)


def way_to_top_km(radius_km: Floats, cosine: Floats) -> Floats:
    """The way out of the air, from a distance to the planet's centre, in a direction by its cosine to the vertical."""
    return -radius_km * cosine + np.sqrt(np.maximum(radius_km**2 * (cosine**2 - 1.0) + TOP_KM**2, 0.0))


def way_to_ground_km(radius_km: Floats, cosine: Floats) -> Floats:
    """The way to the ground; infinite if the direction misses it."""
    square = radius_km**2 * (cosine**2 - 1.0) + PLANET_KM**2
    way = -radius_km * cosine - np.sqrt(np.maximum(square, 0.0))
    return np.where((square >= 0.0) & (cosine < 0.0), np.maximum(way, 0.0), np.inf)


def transmittance(height_km: Floats, cosine: Floats, aerosol: float, steps: int = 64) -> Floats:
    """(..., 3): the share of light transmitted from above the air, by the optical depth integrated in `steps`.
    The ground hides nothing here."""
    radius = PLANET_KM + height_km
    way = way_to_top_km(radius, cosine)
    depth = np.zeros((*np.broadcast(height_km, cosine).shape, 3))
    for middle, length in _steps(steps):
        along = way * middle
        height = np.sqrt(radius**2 + along**2 + 2.0 * radius * cosine * along) - PLANET_KM
        depth += air_at(height, aerosol).lost * (way * length)[..., None]
    return np.asarray(np.exp(-depth))


def visible_share(height_km: Floats, cosine: Floats) -> Floats:
    """The share (...) of the sun's disc above the horizon: `smoothstep` over its width."""
    radius = PLANET_KM + np.maximum(height_km, 0.0)
    horizon = -np.sqrt(np.maximum(1.0 - (PLANET_KM / radius) ** 2, 0.0))
    part = np.clip((cosine - horizon) / (2.0 * SUN_RADIUS_RAD) + 0.5, 0.0, 1.0)
    return np.asarray(part * part * (3.0 - 2.0 * part))


def rayleigh_phase(cosine: Floats) -> Floats:
    """Per steradian, by the cosine of the scattering angle."""
    return 3.0 / (16.0 * np.pi) * (1.0 + cosine * cosine)


def mie_phase(cosine: Floats) -> Floats:
    """Cornette and Shanks (1992), per steradian."""
    g = MIE_FORWARD
    shape = (1.0 - g * g) * (1.0 + cosine * cosine) / ((2.0 + g * g) * (1.0 + g * g - 2.0 * g * cosine) ** 1.5)
    return np.asarray(3.0 / (8.0 * np.pi) * shape)


@dataclass(frozen=True, slots=True)
class Atmosphere:
    """The air of one day over one ground, with its tables: transmittance (`through`, Bruneton's coordinates) and light
    scattered twice or more, the same from all sides (`often`). Both (rows, columns, 3)."""

    aerosol: float
    ground_albedo: tuple[float, float, float]
    through: Floats
    often: Floats

    @classmethod
    def of(cls, aerosol: float, ground_albedo: tuple[float, float, float]) -> Atmosphere:
        """Compute the tables."""
        bare = cls(aerosol, ground_albedo, _through_table(aerosol), np.zeros((2, 2, 3)))
        return cls(aerosol, ground_albedo, bare.through, _often_table(bare))

    def sunlight(self, height_km: Floats, cosine: Floats) -> Floats:
        """(..., 3): the share of sunlight that arrives at heights (...), by the cosine of the sun's zenith angle."""
        radius = PLANET_KM + np.maximum(height_km, 0.0)
        rho = np.sqrt(np.maximum(radius**2 - PLANET_KM**2, 0.0))
        shortest, longest = TOP_KM - radius, rho + _HORIZON_KM
        across = (way_to_top_km(radius, cosine) - shortest) / (longest - shortest)
        seen = visible_share(height_km, cosine)[..., None]
        return _looked_up(self.through, rho / _HORIZON_KM, across) * seen

    def scattered_often(self, height_km: Floats, cosine: Floats) -> Floats:
        """(..., 3): see the class."""
        down = np.sqrt(np.clip(height_km / (TOP_KM - PLANET_KM), 0.0, 1.0))
        return _looked_up(self.often, down, 0.5 + 0.5 * np.sign(cosine) * np.sqrt(np.abs(cosine)))

    def radiance(
        self, directions: Floats, sun_elevation_deg: float, altitude_m: float, steps: int = 32, multiple: bool = True
    ) -> Floats:
        """(..., 3): the radiance from unit `directions` (..., 3), z up, with the sun toward +Y; per unit illuminance.
        Above the horizon only. `multiple`: include light scattered more than once."""
        sun = np.array([0.0, np.cos(np.radians(sun_elevation_deg)), np.sin(np.radians(sun_elevation_deg))])
        base = PLANET_KM + altitude_m / 1000.0
        way = way_to_top_km(np.full(directions.shape[:-1], base), directions[..., 2])
        angle = directions @ sun
        rayleigh, mie = rayleigh_phase(angle)[..., None], mie_phase(angle)[..., None]
        passed_all, light = np.ones(directions.shape), np.zeros(directions.shape)
        for middle, length in _steps(steps):
            place = directions * (way * middle)[..., None] + np.array([0.0, 0.0, base])
            radius = np.linalg.norm(place, axis=-1)
            height, cosine = radius - PLANET_KM, place @ sun / radius
            air = air_at(height, self.aerosol)
            source = self.sunlight(height, cosine) * (air.rayleigh * rayleigh + air.mie * mie)
            if multiple:
                source += self.scattered_often(height, cosine) * (air.rayleigh + air.mie)
            passed = np.exp(-air.lost * (way * length)[..., None])
            light += passed_all * source * (1.0 - passed) / air.lost
            passed_all *= passed
        return light


_HORIZON_KM = float(np.sqrt(TOP_KM**2 - PLANET_KM**2))


def _steps(count: int) -> list[tuple[float, float]]:
    """Middle and length of the steps of a ray, shares of its way: short where the air is dense."""
    edges = np.linspace(0.0, 1.0, count + 1) ** 2
    return [((near + far) / 2.0, far - near) for near, far in pairwise(edges.tolist())]


def _looked_up(table: Floats, row: Floats, column: Floats) -> Floats:
    """A table at places 0..1, linear between its entries."""
    rows, columns = table.shape[0] - 1, table.shape[1] - 1
    y, x = np.clip(row, 0.0, 1.0) * rows, np.clip(column, 0.0, 1.0) * columns
    i, j = np.minimum(y.astype(np.intp), rows - 1), np.minimum(x.astype(np.intp), columns - 1)
    down, right = (y - i)[..., None], (x - j)[..., None]
    upper = table[i, j] * (1.0 - right) + table[i, j + 1] * right
    lower = table[i + 1, j] * (1.0 - right) + table[i + 1, j + 1] * right
    return np.asarray(upper * (1.0 - down) + lower * down)


def _through_table(aerosol: float, rows: int = 48, columns: int = 160) -> Floats:
    """Bruneton's coordinates: rows by the distance to the horizon, columns by the distance to the top."""
    rho = np.linspace(0.0, 1.0, rows)[:, None] * _HORIZON_KM
    radius = np.sqrt(rho**2 + PLANET_KM**2)
    way = TOP_KM - radius + np.linspace(0.0, 1.0, columns)[None, :] * (rho + _HORIZON_KM - (TOP_KM - radius))
    cosine = (TOP_KM**2 - radius**2 - way**2) / np.maximum(2.0 * radius * way, 1e-9)
    return transmittance(radius - PLANET_KM, np.clip(np.where(way > 0.0, cosine, 1.0), -1.0, 1.0), aerosol)


def _often_table(air: Atmosphere, rows: int = 16, columns: int = 32) -> Floats:
    """Hillaire's equations 5 to 10: the second order over the sphere, and all later ones as a geometric series."""
    height = (np.linspace(0.0, 1.0, rows) ** 2 * (TOP_KM - PLANET_KM))[:, None] + np.zeros(columns)
    place = np.linspace(-1.0, 1.0, columns)
    sun_z = np.zeros((rows, 1)) + np.sign(place) * place**2
    sun = np.stack([np.sqrt(1.0 - sun_z**2), np.zeros_like(sun_z), sun_z], axis=-1)
    light, share = _along(air, np.maximum(height, 1e-3), _sphere(8, 4)[:, None, None, :], sun)
    return np.asarray(light.mean(axis=0) / (1.0 - share.mean(axis=0)))


def _sphere(rings: int, spokes: int) -> Floats:
    """(rings * spokes, 3) unit directions of equal solid angle."""
    up, turn = np.meshgrid(
        1.0 - 2.0 * (np.arange(rings) + 0.5) / rings, 2.0 * np.pi * (np.arange(spokes) + 0.5) / spokes, indexing="ij"
    )
    across = np.sqrt(1.0 - up * up)
    return np.stack([across * np.cos(turn), across * np.sin(turn), up], axis=-1).reshape(-1, 3)


def _along(air: Atmosphere, height: Floats, direction: Floats, sun: Floats) -> tuple[Floats, Floats]:
    """Along directions (N, 1, 1, 3): sunlight scattered once with an even phase function (and the lit ground), and
    the share of even light that is scattered; (N, rows, columns, 3)."""
    radius = PLANET_KM + height
    up = direction[..., 2] + np.zeros_like(height)
    ground = way_to_ground_km(radius, up)
    way = np.minimum(way_to_top_km(radius, up), ground)
    passed_all = np.ones((*up.shape, 3))
    light, share = np.zeros_like(passed_all), np.zeros_like(passed_all)
    for middle, length in _steps(16):
        at, sun_z = _height_and_sun(radius, direction, way * middle, sun)
        here = air_at(at, air.aerosol)
        passed = np.exp(-here.lost * (way * length)[..., None])
        part = passed_all * (here.rayleigh + here.mie) * (1.0 - passed) / here.lost
        light += part * air.sunlight(at, sun_z) / (4.0 * np.pi)
        share += part
        passed_all *= passed
    hit = np.isfinite(ground)
    _, sun_z = _height_and_sun(radius, direction, np.where(hit, ground, 0.0), sun)
    lit = air.sunlight(np.zeros_like(sun_z), sun_z) * np.maximum(sun_z, 0.0)[..., None]
    return light + hit[..., None] * passed_all * lit * np.array(air.ground_albedo) / np.pi, share


def _height_and_sun(radius: Floats, direction: Floats, along: Floats, sun: Floats) -> tuple[Floats, Floats]:
    """Height above the ground at a distance, and the cosine of the sun's zenith angle there."""
    place = direction * along[..., None]
    place[..., 2] += radius
    distance = np.linalg.norm(place, axis=-1)
    return distance - PLANET_KM, np.einsum("...i,...i->...", place, sun) / distance
