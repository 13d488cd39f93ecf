"""Positions of sun, moon and stars for a look: from the scene file, set directly, or by place, date and time. Pure."""

from __future__ import annotations

from functools import lru_cache

from stage.errors import InputError
from stage.maths.sun import sky_positions, stage_from_equatorial, utc_of
from stage.messages.frames import Heavens
from stage.model.look import SunLook
from stage.model.place import Place
from stage.model.scene import Scene

FULL = 1.0
"""Without a computed position the moon is full, and opposite the sun, as a full moon is."""


def heavens_of(sun: SunLook, scene: Scene, stage_place: Place | None = None) -> Heavens:
    """The heavens of a frame. With source "place" they are those of the scene's place, or else of the stage's; a look
    holds one moment (`time_h`), so they are computed only once while it does not change.

    Raises InputError: source "place" and neither file names a place, or a date that is not in the calendar.
    """
    if sun.source == "hand":
        return _by_hand(sun.pan_deg, sun.elevation_deg)
    if sun.source == "low":
        own = scene.sun.low_pan_deg
        return _by_hand(scene.sun.pan_deg if own is None else own, sun.elevation_deg)
    if sun.source == "scene":
        return _by_hand(scene.sun.pan_deg, scene.sun.elevation_deg)
    place = scene.place or stage_place
    if place is None:
        remedy = "Add [place] with latitude_deg and longitude_deg to the scene file or the stage file"
        raise InputError(scene.name, "place", 'is missing, but the look has sun.source = "place"', remedy)
    return _from_place(sun.date, sun.time_h, sun.utc_offset_h, place)


def _by_hand(pan_deg: float, elevation_deg: float) -> Heavens:
    return Heavens(pan_deg, elevation_deg, pan_deg + 180.0, -elevation_deg, FULL)


@lru_cache(maxsize=64)
def _from_place(date: str, time_h: float, utc_offset_h: float, place: Place) -> Heavens:
    try:
        utc = utc_of(date, time_h, utc_offset_h)
    except (ValueError, OverflowError) as error:
        raise InputError("the look", "sun.date", f"{date} is not in the calendar", "Write YYYY-MM-DD") from error
    at = sky_positions(utc, place.latitude_deg, place.longitude_deg, place.elevation_m)
    return Heavens(
        place.north_deg - at.sun_azimuth_deg,
        at.sun_elevation_deg,
        place.north_deg - at.moon_azimuth_deg,
        at.moon_elevation_deg,
        at.moon_phase,
        stage_from_equatorial(at.sidereal_rad, place.latitude_deg, place.north_deg),
    )
