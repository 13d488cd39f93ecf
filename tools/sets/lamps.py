"""The lamps of a set (KHR_lights_punctual): lanterns, street lamps, lit windows, in candela and metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stage.maths.pose import Vector

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp in stage space: its place in metres and its candela in red, green and blue. With a `cone_deg` it shines
    straight down only, within this half angle."""

    name: str
    position_m: Vector
    candela: Vector
    cone_deg: float = 0.0


def lamp_extension(lamps: Sequence[Lamp]) -> Json:
    """The document's table of lights."""
    return {"KHR_lights_punctual": {"lights": [_light(lamp) for lamp in lamps]}}


def lamp_node(lamp: Lamp, number: int) -> Json:
    """The node that holds light `number`; a light shines along its own -Z, so one that shines down is turned."""
    x, y, z = lamp.position_m
    node: Json = {
        "name": lamp.name,
        "translation": [x, z, -y],
        "extensions": {"KHR_lights_punctual": {"light": number}},
    }
    if lamp.cone_deg:
        node["rotation"] = [-math.sqrt(0.5), 0.0, 0.0, math.sqrt(0.5)]
    return node


def _light(lamp: Lamp) -> Json:
    strongest = max(lamp.candela)
    light: Json = {
        "name": lamp.name,
        "type": "spot" if lamp.cone_deg else "point",
        "color": [value / strongest for value in lamp.candela],
        "intensity": strongest,
    }
    if lamp.cone_deg:
        outer = math.radians(lamp.cone_deg)
        light["spot"] = {"innerConeAngle": outer * 0.5, "outerConeAngle": outer}
    return light
