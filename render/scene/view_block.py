"""What the shaders know of a view: the bytes of the `View` block of shaders/common/view.glsl. Pure."""

from __future__ import annotations

import math
import struct

from render.moment import Moment
from render.scene.practicals import practicals_gain
from render.scene.scene_data import SceneData
from render.scene.sun_frame import SunFrame
from render.view import View
from stage.maths.pose import Vector
from stage.messages.frames import Heavens

_FLOATS = struct.Struct("<76f")
VIEW_BLOCK_BYTES = _FLOATS.size
_NO_SHADOW = (0.0,) * 16


class ViewBlock:
    """Packs views of one set. What does not change with the view is worked out once."""

    def __init__(self, scene: SceneData) -> None:
        ambient = scene.ambient
        self._sun = scene.sun.radiance
        self._mean = _half(ambient.up, ambient.down, 1.0)
        self._difference = _half(ambient.up, ambient.down, -1.0)
        self._haze = (*scene.haze.colour, scene.haze.density_per_m)
        back = scene.background
        self._background_gain = back.gain if back else 0.0
        self._turns = back.pan_deg / 360.0 if back else 0.0
        self._texel_rad = math.pi / len(back.radiance) if back else 1.0

    def pack(
        self,
        view: View,
        moment: Moment,
        sun_frame: SunFrame | None = None,
        radii_m: tuple[float, ...] = (),
        for_light: bool = False,
    ) -> bytes:
        """The block for one view under one look; light in units of 100 nits after the look's gains.

        `sun_frame` and `radii_m`: how shadow maps lie. `for_light`: a view of the background for its light on things.
        """
        (xx, xy, xz), (yx, yy, yz), (wx, wy, wz) = view.clip_rows()
        zx, zy, zz, z0 = view.depth_row()
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = view.direction_rows()
        look = moment.look
        gain = look.exposure.gain
        sun, ambient = gain * look.sun.gain, gain * look.sky.ambient_gain
        mean, half, haze = self._mean, self._difference, self._haze
        return _FLOATS.pack(
            *(xx, yx, zx, wx, xy, yy, zy, wy, xz, yz, zz, wz, 0.0, 0.0, z0, 0.0),
            *(ax, bx, cx, 0.0, ay, by, cy, 0.0, az, bz, cz, 0.0),
            *(*view.eye_m, moment.time_s),
            *(*toward_sun(moment.heavens), 0.0),
            *(self._sun[0] * sun, self._sun[1] * sun, self._sun[2] * sun, gain),
            *(mean[0] * ambient, mean[1] * ambient, mean[2] * ambient, 0.0),
            *(half[0] * ambient, half[1] * ambient, half[2] * ambient, 0.0),
            *(haze[0] * gain, haze[1] * gain, haze[2] * gain, haze[3] * look.haze.gain),
            *(self._background_gain * gain * look.sky.gain, self._turns, self._texel_rad, ambient),
            *(practicals_gain(moment), float(for_light), 0.0, 0.0),
            *(_shadow_floats(view, sun_frame, radii_m) if sun_frame else _NO_SHADOW),
        )


def _shadow_floats(view: View, frame: SunFrame, radii_m: tuple[float, ...]) -> tuple[float, ...]:
    x, y, z = frame.rows(view.eye_m)
    return (*x, *y, *z, *radii_m, *(0.0,) * (4 - len(radii_m)))


def toward_sun(heavens: Heavens) -> Vector:
    """Unit direction toward the sun."""
    pan, elevation = math.radians(heavens.sun_pan_deg), math.radians(heavens.sun_elevation_deg)
    across = math.cos(elevation)
    return (-math.sin(pan) * across, math.cos(pan) * across, math.sin(elevation))


def _half(up: Vector, down: Vector, sign: float) -> Vector:
    return ((up[0] + sign * down[0]) / 2, (up[1] + sign * down[1]) / 2, (up[2] + sign * down[2]) / 2)
