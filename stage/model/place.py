"""A place on earth, for the position of the sun."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stage.model.base import Degrees, Model


class Place(Model):
    """The stage's place on earth, for the sun. `north_deg` = azimuth of north, counter-clockwise from +Y."""

    latitude_deg: Annotated[float, Field(ge=-90, le=90)]
    longitude_deg: Annotated[float, Field(ge=-180, le=180)]
    elevation_m: Annotated[float, Field(ge=-500, le=9000)] = 0.0
    north_deg: Degrees = 0.0
