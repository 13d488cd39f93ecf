"""What the shaders know of a set's lamps: the bytes of the `Lamps` block of shaders/common/lamps.glsl. Pure.

KHR_lights_punctual: candela fall with the square of the distance, `range` ends them smoothly, a spot's cone is
`clamp(cos * scale + offset)` squared. Lux over pi is the luminance of a white surface; 100 nits are 1.
"""

from __future__ import annotations

import math
import struct

from render.layers.mesh.mesh_data import PunctualLight
from render.layers.mesh.practicals import practicals_gain
from render.view.moment import Moment
from stage.maths.pose import Vector

MOST_LAMPS = 16
"""The most of one set, because every surface sums them all. The strongest are kept."""
LAMP_BYTES = 64
_LAMP = struct.Struct("<16f")
_RADIANCE_PER_LUX = 1.0 / (100.0 * math.pi)


def kept_lamps(lights: tuple[PunctualLight, ...]) -> tuple[PunctualLight, ...]:
    """The strongest lamps, in the order of the set."""
    strongest = sorted(range(len(lights)), key=lambda number: -max(lights[number].intensity))[:MOST_LAMPS]
    return tuple(lights[number] for number in sorted(strongest))


def lamp_block(lights: tuple[PunctualLight, ...], eye_m: Vector, moment: Moment) -> bytes:
    """The block of a view from `eye_m`: exposure and the gain of practicals are included.

    Lamps that burn come first, with their number in the first one's cone: those that are out cost a pixel nothing.
    """
    gain = moment.look.exposure.gain * _RADIANCE_PER_LUX
    practical = practicals_gain(moment)
    gains = [gain * practical if light.practical else gain for light in lights]
    burning_first = sorted(range(len(lights)), key=lambda number: gains[number] <= 0.0)
    burning = sum(own > 0.0 for own in gains)
    return b"".join(_lamp(lights[number], eye_m, gains[number], burning) for number in burning_first)


def _lamp(light: PunctualLight, eye_m: Vector, gain: float, burning: int) -> bytes:
    (x, y, z), (red, green, blue) = light.position_m, light.intensity
    end = 1.0 / light.range_m**2 if light.range_m > 0.0 else 0.0
    near = 0.0 if light.kind == "directional" else 1.0
    offset = (x - eye_m[0], y - eye_m[1], z - eye_m[2])
    return _LAMP.pack(
        *(*offset, end),
        *(red * gain, green * gain, blue * gain, near),
        *(*light.direction, 0.0),
        *(*_cone(light), float(burning), 0.0),
    )


def _cone(light: PunctualLight) -> tuple[float, float]:
    """Scale and offset of the cosine; all directions if it is not a spot."""
    if light.kind != "spot":
        return (0.0, 1.0)
    inner, outer = math.cos(light.inner_rad), math.cos(light.outer_rad)
    scale = 1.0 / max(0.001, inner - outer)
    return (scale, -outer * scale)
