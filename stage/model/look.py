"""The look: the complete set of adjustable values of a stage, as a person keeps it in a file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stage.model.base import Model, Name

Gain = Annotated[float, Field(ge=0, le=100)]


class Look(Model):
    """`schema = "look/1"`. Exposure in stops, angles in degrees, gains multiply what the scene file gives."""

    schema_: Literal["look/1"] = Field(alias="schema")
    name: Name
    exposure_ev: Annotated[float, Field(ge=-20, le=20)] = 0.0
    margin_deg: Annotated[float, Field(ge=0, le=45)] = 3.0
    feather_deg: Annotated[float, Field(ge=0, le=45)] = 1.5
    sun_gain: Gain = 1.0
    ambient_gain: Gain = 1.0
    haze_gain: Gain = 1.0
    frame_code: bool = False
