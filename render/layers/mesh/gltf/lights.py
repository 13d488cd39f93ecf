"""The punctual lights of a glTF (KHR_lights_punctual), in the file's own axes and units."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from render.layers.mesh.gltf.document.document import Light
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.mesh_data import PunctualLight
from stage.files.passport import Passport, approximated
from stage.maths.arrays import Floats

SEEN_FROM_M = 2.0
WEAKEST_SHARE, NITS_OF_ONE = 0.01, 100.0


class GltfLight(NamedTuple):
    """A light and the name of its node."""

    light: PunctualLight
    node_name: str


def punctual_lights(file: GltfFile, nodes: list[int], places: Floats, hidden: frozenset[int]) -> tuple[GltfLight, ...]:
    """The lights of `nodes` but for `hidden` ones; they are at `places` (N, 4, 4). Raises InputError for a missing
    light."""
    found = []
    known = file.document.extensions.lights.lights
    for number, place in zip(nodes, places, strict=True):
        node = file.document.nodes[number]
        use = node.extensions.light
        if use is not None and number not in hidden:
            field = f"nodes[{number}].extensions.KHR_lights_punctual.light"
            found.append(GltfLight(_placed(file.item(known, use.light, "lights", field), place), node.name))
    return tuple(found)


def placed_light(light: PunctualLight, stage_from_root: Floats, unit_m: float, practical: bool) -> PunctualLight:
    """The light at its place in the stage."""
    position = stage_from_root @ np.array([*light.position_m, 1.0])
    return PunctualLight(
        kind=light.kind,
        intensity=light.intensity,
        position_m=_vector(position[:3]),
        direction=_unit(stage_from_root[:3, :3] @ np.array(light.direction)),
        range_m=light.range_m * unit_m,
        inner_rad=light.inner_rad,
        outer_rad=light.outer_rad,
        name=light.name,
        practical=practical,
    )


def stronger(light: PunctualLight, gain: float) -> PunctualLight:
    """The light times `gain`."""
    red, green, blue = light.intensity
    return replace(light, intensity=(red * gain, green * gain, blue * gain))


def weak_lamps(file: str, lights: tuple[PunctualLight, ...]) -> Passport:
    """What is said of a file whose lamps light nothing: exports without units call a lamp 1, not 1000 candela."""
    white_nits = [
        max(light.intensity) / math.pi / (1.0 if light.kind == "directional" else SEEN_FROM_M**2) for light in lights
    ]
    if not lights or max(white_nits) >= WEAKEST_SHARE * NITS_OF_ONE:
        return ()
    asks = f"{len(lights)} lamp{'s' if len(lights) > 1 else ''} of at most {max(max(x.intensity) for x in lights):.3g}"
    why = (
        f"less than 1 % of white at {SEEN_FROM_M:.0f} m: they have probably no unit, where candela and lux are expected"
    )
    return (approximated(file, asks, why, "Set the layer's lamp_gain, 1000 to begin with"),)


def _placed(light: Light, place: Floats) -> PunctualLight:
    red, green, blue = light.color
    outer = light.spot.outer_cone_angle
    return PunctualLight(
        kind=light.type,
        intensity=(red * light.intensity, green * light.intensity, blue * light.intensity),
        position_m=_vector(place[:3, 3]),
        direction=_unit(place[:3, :3] @ np.array([0.0, 0.0, -1.0])),
        range_m=light.range or 0.0,
        inner_rad=min(light.spot.inner_cone_angle, outer),
        outer_rad=outer,
        name=light.name,
    )


def _unit(direction: Floats) -> tuple[float, float, float]:
    """Its length made 1; straight down if a node scales everything flat."""
    length = float(np.linalg.norm(direction))
    return _vector(direction / length) if length > 1e-12 else (0.0, -1.0, 0.0)


def _vector(row: Floats) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in row)
    return (x, y, z)
