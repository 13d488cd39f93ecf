"""What the sky's shaders know of a moment: the bytes of the `Sky` block of shaders/sky/sky.glsl. Pure."""

from __future__ import annotations

import math
import struct

import numpy as np

from render.layers.sky.atmosphere import SUN_RADIUS_RAD
from render.layers.sky.cloud_noise import CloudNoise
from render.layers.sky.light import (
    AIRGLOW_NITS,
    SUN_LUX,
    Overcast,
    SkyTables,
    direction_of,
    moon_lux,
    sky_light,
)
from render.view.moment import Moment
from stage.maths.pose import Vector
from stage.messages.frames import Heavens
from stage.model.look import Look, SkyLook
from stage.show.wind import way_m

_FLOATS = struct.Struct("<68f")
SKY_BLOCK_BYTES = _FLOATS.size
BLOWN_BYTE = 64 * 4
"""Where in the block begins what moves with scene time: the way of the clouds."""
FOG_HEIGHT_M = 200.0
"""How high haze reaches in front of the sky, if the look does not state it."""
_DISC_MEAN = 0.80
"""The mean of the limb-darkened disc over its middle (Hestroffer, exponents 0.4 to 0.65: 2 / (2 + exponent))."""
_DISC_SR = math.pi * SUN_RADIUS_RAD**2
_LEAST_SEEN = 1e-3


class SkyBlock:
    """Packs moments of one sky. `haze_per_m`: the scene file's own."""

    def __init__(self, tables: SkyTables, noise: CloudNoise, haze_per_m: float) -> None:
        self._tables = tables
        self._noise = noise
        self._haze_per_m = haze_per_m
        self._standing: tuple[Look, Heavens, tuple[float, ...], tuple[bool, bool]] | None = None

    def pack(self, moment: Moment) -> bytes:
        """The block for one moment; light in units of 100 nits after the look's gains."""
        values, _ = self._of(moment)
        east_m, north_m = way_m(moment.blowing(), moment.time_s)
        return _FLOATS.pack(*values, east_m / 1000.0, north_m / 1000.0, 0.0, 0.0)

    def _air(self, look: Look, heavens: Heavens) -> tuple[float, ...]:
        """Everything but the clouds."""
        tables, sky, unit = self._tables, look.sky, self._tables.unit_per_nit
        gain = look.exposure.gain * sky.gain
        light = sky_light(tables, look, heavens)
        sun_lux, moon_full = SUN_LUX * unit * gain, moon_lux(1.0) * sky.moon_gain * unit * gain
        moon = moon_lux(heavens.moon_phase) * sky.moon_gain * unit * gain
        glow = [part * unit * gain * sky.stars_gain for part in AIRGLOW_NITS]
        disc = tables.passed(heavens.sun_elevation_deg, sky.aerosol) * sun_lux / (_DISC_SR * _DISC_MEAN)
        moon_disc = tables.passed(heavens.moon_elevation_deg, sky.aerosol) * moon_full / _DISC_SR
        open_air = 1.0 - 0.65 * Overcast.of(sky).hidden
        fog = (self._haze_per_m * look.haze.gain + look.haze.fog_per_m) * (look.haze.height_m or FOG_HEIGHT_M)
        return (
            *(*direction_of(heavens.sun_pan_deg, heavens.sun_elevation_deg), 0.0),
            *(*direction_of(heavens.moon_pan_deg, heavens.moon_elevation_deg), 0.0),
            *direction_of(heavens.sun_pan_deg, 0.0)[:2],
            *direction_of(heavens.moon_pan_deg, 0.0)[:2],
            *(*[sun_lux * open_air] * 3, 0.0),
            *(*[moon * open_air] * 3, 0.0),
            *(*(disc * look.sun.gain), 0.0),
            *(*moon_disc, 0.0),
            *(*_moonshine(heavens), 0.0),
            *(*glow, 0.0),
            *(*_scaled(light.below, gain), 0.02 + 0.05 * sky.aerosol),
            *(*_scaled(light.haze, gain), fog),
            *(*_scaled(light.glow, gain), 0.0),
        )

    def lights(self, moment: Moment) -> tuple[bool, bool]:
        """Whether the sun's light in the air is visible, and that of the moon and the night: a light below a thousandth
        of the other is left out."""
        return self._of(moment)[1]

    def _of(self, moment: Moment) -> tuple[tuple[float, ...], tuple[bool, bool]]:
        """The values of look and heavens, and the visible lights; recomputed only when look or heavens change."""
        look, heavens = moment.look, moment.heavens
        if self._standing is None or self._standing[0] is not look or self._standing[1] is not heavens:
            values = (*self._air(look, heavens), *self._clouds(look, heavens))
            self._standing = (look, heavens, values, self._seen(look.sky, heavens))
        return self._standing[2:]

    def _seen(self, sky: SkyLook, heavens: Heavens) -> tuple[bool, bool]:
        by_sun, by_moon = (
            float(self._tables.entries(elevation_deg, sky.aerosol)[0, 1])
            for elevation_deg in (heavens.sun_elevation_deg, heavens.moon_elevation_deg)
        )
        night = by_moon * moon_lux(heavens.moon_phase) * sky.moon_gain + math.pi * max(AIRGLOW_NITS) * sky.stars_gain
        day = by_sun * SUN_LUX
        return day >= _LEAST_SEEN * night, night > _LEAST_SEEN * day

    def _clouds(self, look: Look, heavens: Heavens) -> tuple[float, ...]:
        """The values of clouds that do not move. Clouds are higher than the set: their sun sets 1.4 degrees later."""
        sky, tables = look.sky, self._tables
        unit = tables.unit_per_nit * look.exposure.gain * sky.gain
        lights = (
            (heavens.sun_pan_deg, heavens.sun_elevation_deg, SUN_LUX * unit),
            (heavens.moon_pan_deg, heavens.moon_elevation_deg, moon_lux(heavens.moon_phase) * sky.moon_gain * unit),
        )
        beams = [tables.passed(up + 1.4, sky.aerosol, sky.cloud_height_m) * lux / math.pi for _, up, lux in lights]
        main = 0 if float(beams[0].sum()) >= float(beams[1].sum()) else 1
        pan_deg, elevation_deg, _ = lights[main]
        around = beams[main] * max(math.sin(math.radians(elevation_deg)), 0.0)
        for _, up, lux in lights:
            around = around + tables.entries(up, sky.aerosol)[0] * lux / math.pi
        return (
            *(sky.cloud_height_m / 1000.0, self._noise.cut(sky.cloud_cover), sky.cloud_density, sky.cloud_cover),
            *(*beams[main], 0.0),
            *(*around, Overcast.of(sky).through),
            *(*direction_of(pan_deg, elevation_deg), 0.0),
        )


def _scaled(values: Vector, gain: float) -> tuple[float, float, float]:
    return (values[0] * gain, values[1] * gain, values[2] * gain)


def _moonshine(heavens: Heavens) -> tuple[float, ...]:
    """Toward the sun as seen from the moon's surface: across the line of sight from the sun's place in the sky, along
    it from the lit share of the disc."""
    moon = np.array(direction_of(heavens.moon_pan_deg, heavens.moon_elevation_deg))
    sun = np.array(direction_of(heavens.sun_pan_deg, heavens.sun_elevation_deg))
    across = sun - (sun @ moon) * moon
    length = float(np.linalg.norm(across))
    across = across / length if length > 1e-6 else np.zeros(3)
    along = 2.0 * heavens.moon_phase - 1.0
    light = across * math.sqrt(max(1.0 - along * along, 0.0)) - moon * along
    return tuple(light.tolist())
