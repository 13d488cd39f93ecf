"""Sun, moon and stars from place and time: positions by ephem (VSOP87 and its moon theory), no data files. Pure.

Positions are geometric: refraction lifts the sun by half its width at the horizon, and not visibly above 10 degrees;
the sky's model does not bend rays, so its sun is at the geometric position.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import ephem

from stage.maths.pose import Quaternion, quaternion_multiply


class SkyPositions(NamedTuple):
    """Compass azimuths (clockwise from north), elevations above the horizontal plane, degrees. `moon_phase`: the lit
    share of the moon's disc. `sidereal_rad`: the local sidereal time, an angle."""

    sun_azimuth_deg: float
    sun_elevation_deg: float
    moon_azimuth_deg: float
    moon_elevation_deg: float
    moon_phase: float
    sidereal_rad: float


@lru_cache(maxsize=256)
def sky_positions(utc: datetime, latitude_deg: float, longitude_deg: float, elevation_m: float) -> SkyPositions:
    """Positions of sun and moon seen from a place (east positive); `utc` has no time zone."""
    observer = ephem.Observer()
    observer.lat, observer.lon = math.radians(latitude_deg), math.radians(longitude_deg)
    observer.elevation, observer.pressure = elevation_m, 0.0
    observer.date = ephem.Date(utc)
    sun, moon = ephem.Sun(observer), ephem.Moon(observer)
    degrees = (math.degrees(float(angle)) for angle in (sun.az, sun.alt, moon.az, moon.alt))
    sun_az, sun_alt, moon_az, moon_alt = degrees
    sidereal_rad = float(observer.sidereal_time())
    return SkyPositions(sun_az, sun_alt, moon_az, moon_alt, min(max(float(moon.moon_phase), 0.0), 1.0), sidereal_rad)


def utc_of(date: str, time_h: float, utc_offset_h: float) -> datetime:
    """UTC of a local clock. Raises ValueError for a date that is not in the calendar."""
    return datetime.strptime(date, "%Y-%m-%d") + timedelta(hours=time_h - utc_offset_h)


def stage_from_equatorial(sidereal_rad: float, latitude_deg: float, north_deg: float) -> Quaternion:
    """Turns equatorial directions (x to the vernal equinox, z to the celestial north pole) into stage space.

    In order: by minus the sidereal time about z, so that x points to the meridian and y to the east; a quarter turn
    (x to the south, y to the east's x axis); tilted by latitude - 90 degrees about the east; north to `north_deg`.
    Precession since 2000 (0.4 degrees in 2026) is left out: a camera cannot show the difference.
    """
    tilt_rad = math.radians(latitude_deg) - math.pi / 2.0
    tilted = (math.cos(tilt_rad / 2.0), math.sin(tilt_rad / 2.0), 0.0, 0.0)
    local = quaternion_multiply(tilted, _about_z(-math.pi / 2.0 - sidereal_rad))
    return quaternion_multiply(_about_z(math.radians(north_deg)), local)


def _about_z(angle_rad: float) -> Quaternion:
    return (math.cos(angle_rad / 2.0), 0.0, 0.0, math.sin(angle_rad / 2.0))
