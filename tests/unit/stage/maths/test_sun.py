"""Sun, moon and stars from place and time, against published positions and against ephem's own star places."""

from __future__ import annotations

import math
from datetime import datetime

import ephem
import ephem.stars
import pytest

from stage.errors import InputError
from stage.maths.pose import rotate
from stage.maths.sun import sky_positions, stage_from_equatorial, utc_of
from stage.messages.frames import Heavens
from stage.model.look import SunLook
from stage.model.place import Place
from stage.model.scene import Scene
from stage.show.heavens import heavens_of
from tools.bench.picture.sky import published_sun_error_deg, sun_error_deg

POTSDAM = Place(latitude_deg=52.39, longitude_deg=13.12, elevation_m=35.0, north_deg=20.0)


def _scene(place: Place | None = None) -> Scene:
    return Scene.model_validate({"schema": "scene/1", "name": "s", "layers": [{"kind": "sky"}], "place": place})


def test_the_sun_stands_where_nrel_publishes_it() -> None:
    """0.001 degrees is a 500th of the sun's disc."""
    assert published_sun_error_deg() <= 1e-3


def test_the_sun_of_any_place_and_time_is_ephems() -> None:
    """A date is told to the minute, in a look as hours in 64 bits: what is left is rounding."""
    assert sun_error_deg() <= 1e-3


def test_the_moon_of_a_solar_eclipse_covers_the_sun() -> None:
    """Greatest eclipse of 2017-08-21, 18:25:32 UT, at 36.97 N 87.67 W (NASA, F. Espenak): both centres together, to a
    twentieth of a degree (totality: the moon's disc is 0.008 degrees larger; topocentric parallax is a degree)."""
    at = sky_positions(datetime(2017, 8, 21, 18, 25, 32), 36.97, -87.67, 0.0)
    assert at.moon_elevation_deg == pytest.approx(at.sun_elevation_deg, abs=0.05)
    assert at.moon_azimuth_deg == pytest.approx(at.sun_azimuth_deg, abs=0.1)
    assert at.moon_phase < 0.001


@pytest.mark.parametrize("star", ["Sirius", "Vega", "Polaris", "Canopus"])
@pytest.mark.parametrize("latitude_deg", [52.39, -33.9])
def test_stars_turn_to_where_ephem_sees_them(star: str, latitude_deg: float) -> None:
    observer = ephem.Observer()
    observer.lat, observer.lon, observer.pressure = math.radians(latitude_deg), math.radians(13.12), 0.0
    observer.date = ephem.Date(datetime(2026, 3, 1, 22))
    body = ephem.stars.stars[star].copy()
    body.compute(observer)
    at = sky_positions(datetime(2026, 3, 1, 22), latitude_deg, 13.12, 0.0)
    ra, dec = float(body.ra), float(body.dec)
    equatorial = (math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec))
    seen = rotate(stage_from_equatorial(at.sidereal_rad, latitude_deg, 0.0), equatorial)
    azimuth, altitude = float(body.az), float(body.alt)
    across = math.cos(altitude)
    expected = (across * math.sin(azimuth), across * math.cos(azimuth), math.sin(altitude))
    assert math.dist(seen, expected) < 2e-4  # apparent against mean sidereal time, aberration: 0.01 degrees


def test_from_a_place_the_noon_sun_stands_in_the_south_turned_by_north() -> None:
    sun = SunLook(source="place", date="2026-06-21", time_h=13.15, utc_offset_h=2.0)
    heavens = heavens_of(sun, _scene(), POTSDAM)
    assert heavens.sun_elevation_deg == pytest.approx(90 - 52.39 + 23.44, abs=0.1)
    assert heavens.sun_pan_deg == pytest.approx(20.0 - 180.0, abs=3.0)


def test_the_place_of_the_scene_comes_before_the_stage() -> None:
    sun = SunLook(source="place")
    south = Place(latitude_deg=-52.39, longitude_deg=13.12)
    assert heavens_of(sun, _scene(south), POTSDAM) == heavens_of(sun, _scene(south))
    assert heavens_of(sun, _scene(south)) != heavens_of(sun, _scene(), POTSDAM)


def test_by_hand_a_full_moon_stands_opposite_the_sun() -> None:
    heavens = heavens_of(SunLook(source="hand", pan_deg=30.0, elevation_deg=-40.0), _scene())
    assert heavens == Heavens(30.0, -40.0, 210.0, 40.0, 1.0)


def test_without_a_place_the_field_is_named() -> None:
    with pytest.raises(InputError) as caught:
        heavens_of(SunLook(source="place"), _scene())
    assert caught.value.field == "place"


def test_a_date_that_is_not_in_the_calendar_is_named() -> None:
    with pytest.raises(InputError) as caught:
        heavens_of(SunLook(source="place", date="2026-02-31"), _scene(POTSDAM))
    assert caught.value.field == "sun.date"


def test_hours_cross_midnight() -> None:
    assert utc_of("2026-12-31", 24.0, 0.0) == datetime(2027, 1, 1)
    assert utc_of("2026-01-01", 0.5, 1.0) == datetime(2025, 12, 31, 23, 30)
