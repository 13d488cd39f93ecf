"""What the shaders know of a view: the bytes of the `View` block of shaders/common/view.glsl. Pure."""

from __future__ import annotations

import math
import struct

from render.layers.mesh.practicals import practicals_gain
from render.layers.sky.atmosphere import MIE_LOST_PER_KM, RAYLEIGH_PER_KM
from render.layers.sky.block import FOG_HEIGHT_M
from render.layers.sky.light import SkyLight, sky_light
from render.scene.scene_data import SceneData
from render.view.moment import Moment
from render.view.sun_frame import SunFrame
from render.view.view import View
from stage.maths.pose import Vector
from stage.messages.frames import Heavens
from stage.model.look import Look

_FLOATS = struct.Struct("<80f")
VIEW_BLOCK_BYTES = _FLOATS.size
_NO_SHADOW = (0.0,) * 16


class ViewBlock:
    """Packs views of one set. Values that do not change with the view are computed once."""

    def __init__(self, scene: SceneData) -> None:
        ambient = scene.ambient
        self._sky = scene.sky.tables if scene.sky else None
        self._lit: tuple[Look, Heavens, SkyLight] | None = None
        self._sun = scene.sun.radiance
        self._up, self._down = ambient.up, ambient.down
        self._haze = scene.haze.colour
        self._density_per_m = scene.haze.density_per_m
        back = scene.background
        self._background_gain = back.gain if back else 0.0
        self._turns = back.pan_deg / 360.0 if back else 0.0
        self._texel_rad = math.pi / len(back.radiance) if back else 1.0

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """What of a moment is in the block of every view, and in that of the set's lamps."""
        look, weather = moment.look, moment.look.weather
        return (
            look.exposure.ev,
            look.sun.gain,
            look.sky,
            look.haze,
            weather.wetness,
            weather.snow_cover,
            practicals_gain(moment),
            moment.heavens,
        )

    def pack(
        self,
        view: View,
        moment: Moment,
        sun_frame: SunFrame | None = None,
        radii_m: tuple[float, ...] = (),
        for_light: bool = False,
    ) -> bytes:
        """The block for one view under one look; light in units of 100 nits after the look's gains.

        `sun_frame` and `radii_m` place the shadow maps. `for_light`: the background is drawn to light the set.
        """
        (xx, xy, xz), (yx, yy, yz), (wx, wy, wz) = view.clip_rows()
        zx, zy, zz, z0 = view.depth_row()
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = view.direction_rows()
        look, light = moment.look, self.light(moment)
        gain = look.exposure.gain
        ambient = gain * look.sky.ambient_gain
        from_background = 2.0 ** (look.exposure.ev - captured_ev(look)) * look.sky.ambient_gain
        mean, half = _half(light.above, light.below, 1.0), _half(light.above, light.below, -1.0)
        per_m = 1.0 / look.haze.height_m if look.haze.height_m else 0.0
        density = self._density_per_m * look.haze.gain + look.haze.fog_per_m + self._air_per_m(look)
        haze_gain = gain * look.sky.gain
        return _FLOATS.pack(
            *(xx, yx, zx, wx, xy, yy, zy, wy, xz, yz, zz, wz, 0.0, 0.0, z0, 0.0),
            *(ax, bx, cx, 0.0, ay, by, cy, 0.0, az, bz, cz, 0.0),
            *(*view.eye_m, 0.0),
            *(*light.toward, 0.0),
            *(*_times(light.direct, gain), gain),
            *(*_times(mean, ambient), self._fog_upward(look)),
            *(*_times(half, ambient), 2.0 ** (look.exposure.ev - captured_ev(look))),
            *(*_times(light.haze, haze_gain), density * math.exp(-min(max(per_m * view.eye_m[2], -20.0), 20.0))),
            *(self._background_gain * gain * look.sky.gain, self._turns, self._texel_rad, from_background),
            *(practicals_gain(moment), float(for_light), look.weather.wetness, look.weather.snow_cover),
            *(_shadow_floats(view, sun_frame, radii_m) if sun_frame else _NO_SHADOW),
            *(*_times(light.glow, haze_gain), per_m),
        )

    def light(self, moment: Moment) -> SkyLight:
        """The set's light before exposure: from its sky, or from the scene file under the look's sun gain."""
        if self._lit is None or self._lit[0] is not moment.look or self._lit[1] is not moment.heavens:
            self._lit = (moment.look, moment.heavens, self._light(moment))
        return self._lit[2]

    def _light(self, moment: Moment) -> SkyLight:
        if self._sky is not None:
            return sky_light(self._sky, moment.look, moment.heavens)
        direct = _times(self._sun, moment.look.sun.gain)
        return SkyLight(toward_sun(moment.heavens), direct, self._up, self._down, self._haze, (0.0, 0.0, 0.0))

    def _fog_upward(self, look: Look) -> float:
        """Optical depth, straight up, of what a look adds to the haze of a set without a sky. Its background shows the
        set's own haze already."""
        more_per_m = self._density_per_m * max(look.haze.gain - 1.0, 0.0) + look.haze.fog_per_m
        return more_per_m * (look.haze.height_m or FOG_HEIGHT_M)

    def _air_per_m(self, look: Look) -> float:
        """Extinction by clear air, if the set has a sky: Rayleigh and aerosol, in green."""
        if self._sky is None:
            return 0.0
        return (RAYLEIGH_PER_KM[1] + MIE_LOST_PER_KM[1] * look.sky.aerosol) / 1000.0


def _shadow_floats(view: View, frame: SunFrame, radii_m: tuple[float, ...]) -> tuple[float, ...]:
    x, y, z = frame.rows(view.eye_m)
    return (*x, *y, *z, *radii_m, *(0.0,) * (4 - len(radii_m)))


def captured_ev(look: Look) -> float:
    """The exposure at which the background is drawn to light the set: whole stops."""
    return float(round(look.exposure.ev))


def toward_sun(heavens: Heavens) -> Vector:
    """Unit direction toward the sun."""
    pan, elevation = math.radians(heavens.sun_pan_deg), math.radians(heavens.sun_elevation_deg)
    across = math.cos(elevation)
    return (-math.sin(pan) * across, math.cos(pan) * across, math.sin(elevation))


def _half(up: Vector, down: Vector, sign: float) -> Vector:
    return ((up[0] + sign * down[0]) / 2, (up[1] + sign * down[1]) / 2, (up[2] + sign * down[2]) / 2)


def _times(values: Vector, gain: float) -> Vector:
    return (values[0] * gain, values[1] * gain, values[2] * gain)
