"""The sky in figures: the sun's place against ephem, the horizon's brightness against the zenith's."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import ephem
import numpy as np

from render.layers.sky.atmosphere import Atmosphere
from render.scene.view_block import toward_sun
from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.maths.sun import sky_positions
from stage.model.look import SunLook
from stage.model.place import Place
from stage.model.scene import Scene
from stage.show.heavens import heavens_of

LUMA = np.array([0.2126, 0.7152, 0.0722])
MOMENTS = 200
SUN_HEIGHTS_DEG = (60.0, 45.0, 30.0, 15.0)
ACROSS_DEG = (10.0, 20.0, 45.0)
"""Elevations at which the sky is compared with the zenith, at right angles to the sun."""


def sun_error_deg() -> float:
    """The largest angle between the set's sun and ephem's, over `MOMENTS` random places, compass
    bearings and moments of this century: place, clock, north and stage axes are ours, the sun's theory is ephem's."""
    random = np.random.default_rng(5)
    worst = 0.0
    for _ in range(MOMENTS):
        moment = datetime(2000, 1, 1) + timedelta(minutes=int(random.integers(0, 100 * 365 * 24 * 60)))
        latitude_deg, longitude_deg = float(random.uniform(-89.0, 89.0)), float(random.uniform(-180.0, 180.0))
        place = Place(
            latitude_deg=latitude_deg, longitude_deg=longitude_deg, north_deg=float(random.uniform(-180, 180))
        )
        offset_h = float(random.integers(-12, 13))
        worst = max(worst, _apart_deg(_our_sun(moment, offset_h, place), _ephem_sun(moment, place)))
    return worst


def published_sun_error_deg() -> float:
    """The same against NREL/TP-560-34302 (2008), appendix A.5: azimuth 194.34024, elevation without refraction
    39.872046 degrees, computed there by another theory."""
    at = sky_positions(datetime(2003, 10, 17, 19, 30, 30), 39.742476, -105.1786, 1830.14)
    seen = _compass(math.radians(at.sun_azimuth_deg), math.radians(at.sun_elevation_deg))
    return _apart_deg(seen, _compass(math.radians(194.34024), math.radians(39.872046)))


def horizon_over_zenith(air: Atmosphere, sun_deg: float, elevation_deg: float) -> tuple[float, float]:
    """Luminance at an elevation, across from the sun (90 degrees), over the zenith's: ours, and that of CIE S 011 /
    ISO 15469:2004, sky 12 (clear, low turbidity): L = f(chi) phi(Z), a = -1, b = -0.32, c = 10, d = -3, e = 0.45."""
    seen, zenith = directions(np.array([elevation_deg, 90.0]), np.array([90.0, 0.0]))
    light = air.radiance(np.array([seen, zenith]), sun_deg, 0.0) @ LUMA
    return float(light[0] / light[1]), _cie_clear(seen, sun_deg) / _cie_clear(zenith, sun_deg)


def directions(elevation_deg: Floats, azimuth_deg: Floats) -> Floats:
    """Unit directions; azimuth 0 is the sun's."""
    elevation, azimuth = np.radians(elevation_deg), np.radians(azimuth_deg)
    across = np.cos(elevation)
    return np.stack([across * np.sin(azimuth), across * np.cos(azimuth), np.sin(elevation)], axis=-1)


def _cie_clear(direction: Floats, sun_deg: float) -> float:
    """Relative luminance."""
    sun = directions(np.array(sun_deg), np.array(0.0))
    chi = math.acos(min(float(direction @ sun), 1.0))
    indicatrix = 1.0 + 10.0 * (math.exp(-3.0 * chi) - math.exp(-3.0 * math.pi / 2.0)) + 0.45 * math.cos(chi) ** 2
    return indicatrix * (1.0 - math.exp(-0.32 / max(float(direction[2]), 1e-3)))


def _our_sun(utc: datetime, offset_h: float, place: Place) -> Vector:
    """Toward the sun in stage space, from a look's date and hour."""
    local = utc + timedelta(hours=offset_h)
    sun = SunLook(
        source="place", date=local.strftime("%Y-%m-%d"), time_h=local.hour + local.minute / 60.0, utc_offset_h=offset_h
    )
    scene = Scene.model_validate({"schema": "scene/1", "name": "s", "layers": [{"kind": "sky"}]})
    return toward_sun(heavens_of(sun, scene, place))


def _ephem_sun(utc: datetime, place: Place) -> Vector:
    """The same by ephem alone: compass directions, then north rotated to the stage's."""
    observer = ephem.Observer()
    observer.lat, observer.lon = math.radians(place.latitude_deg), math.radians(place.longitude_deg)
    observer.elevation, observer.pressure, observer.date = place.elevation_m, 0.0, utc
    sun = ephem.Sun(observer)
    x, y, z = _compass(float(sun.az), float(sun.alt))
    cosine, sine = math.cos(math.radians(place.north_deg)), math.sin(math.radians(place.north_deg))
    return (cosine * x - sine * y, sine * x + cosine * y, z)


def _compass(azimuth_rad: float, elevation_rad: float) -> Vector:
    """East, north, up."""
    across = math.cos(elevation_rad)
    return (across * math.sin(azimuth_rad), across * math.cos(azimuth_rad), math.sin(elevation_rad))


def _apart_deg(one: Vector, other: Vector) -> float:
    return math.degrees(2.0 * math.asin(min(math.dist(one, other) / 2.0, 1.0)))
