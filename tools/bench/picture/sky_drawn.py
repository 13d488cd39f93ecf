"""The drawn sky in figures: against the air's model integrated in numpy, without the sky's tables."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.layers.sky.atmosphere import Atmosphere
from render.layers.sky.light import SUN_LUX, tables_of
from render.scene.loading import load_scene_data
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.maths.pose import quaternion_from_pan_tilt_roll
from stage.maths.projection import camera_axes, perspective
from stage.messages.frames import Heavens
from stage.model.layers import SkyLayer
from stage.model.look import Exposure, Look, SkyLook
from stage.model.scene import Scene
from stage.model.stagefile import Quality

SIZE_PX = (96, 64)
EYE_M = (0.0, 0.0, 1.6)
VIEWS_DEG = ((60.0, 25.0), (-150.0, 50.0))
"""Pan and tilt: away from the sun, which is at pan 0."""
SUNS_DEG = (60.0, 20.0, 3.0, -4.0)
LAYER = SkyLayer(kind="sky", exposure_ev=-6.0)
STEEP = 0.14
"""Upward component of a direction 8 degrees above the horizon."""
STEPS = 96
_EV = 8.0


class SkyError(NamedTuple):
    """The picture's error relative to the model's mean of red, green and blue: 99 % of its values are within it, from
    8 degrees above the horizon up, and from 1 degree."""

    steep: float
    all: float


def drawn_sky_error(context: moderngl.Context, sun_deg: float) -> SkyError:
    """The error of the worse of `VIEWS_DEG`, for a clear sky without moon and stars."""
    scene = Scene.model_validate({"schema": "scene/1", "name": "sky", "layers": [LAYER]})
    target = context.framebuffer(context.texture(SIZE_PX, 4, dtype="f4"), context.depth_renderbuffer(SIZE_PX))
    scene_pass = ScenePass(context, load_scene_data(scene, Path()), Quality(), Material.LIT)
    look = Look(sky=SkyLook(stars_gain=0.0, moon_gain=0.0), exposure=Exposure(ev=_EV))
    moment = Moment(look, Heavens(0.0, sun_deg, 180.0, -sun_deg, 1.0))
    errors = []
    for pan_deg, tilt_deg in VIEWS_DEG:
        axes = camera_axes(quaternion_from_pan_tilt_roll(pan_deg, tilt_deg, 0.0))
        view = View(EYE_M, perspective(EYE_M, axes, (-0.55, 0.65, -0.35, 0.45)))
        scene_pass.draw(target, (0, 0, *SIZE_PX), view, moment)
        content = np.frombuffer(target.read(components=4, dtype="f4"), np.float32)
        picture = content.reshape(SIZE_PX[1], SIZE_PX[0], 4)[..., :3] / 2.0**_EV
        errors.append(_apart(picture, pixel_directions(view), sun_deg))
    scene_pass.release()
    return SkyError(max(error.steep for error in errors), max(error.all for error in errors))


def pixel_directions(view: View) -> NDArray[np.float64]:
    """(h, w, 3) unit directions through the pixels' middles, row 0 at the bottom, by the whole projection inverted."""
    width, height = SIZE_PX
    x, y = np.meshgrid((np.arange(width) + 0.5) / width * 2 - 1, (np.arange(height) + 0.5) / height * 2 - 1)
    clip = np.stack([x, y, np.full_like(x, 0.5), np.ones_like(x)], axis=-1)
    points = clip @ np.linalg.inv(np.array(view.clip_from_stage).reshape(4, 4).T).T
    offset = points[..., :3] / points[..., 3:] - view.eye_m
    return np.asarray(offset / np.linalg.norm(offset, axis=-1, keepdims=True))


def _apart(picture: NDArray[np.float32], directions: NDArray[np.float64], sun_deg: float) -> SkyError:
    seen = directions[..., 2] > 0.02
    air = Atmosphere.of(1.0, LAYER.ground_albedo)
    unit = SUN_LUX * tables_of(LAYER).unit_per_nit
    expected = air.radiance(directions[seen], sun_deg, LAYER.altitude_m, STEPS) * unit
    error = np.abs(picture[seen] - expected) / expected.mean(axis=-1, keepdims=True)
    steep = directions[seen][:, 2] > STEEP
    return SkyError(float(np.quantile(error[steep], 0.99)), float(np.quantile(error, 0.99)))
