"""The set as a light meter at the mark sees it: one small face of a cube at a time, without the discs of sun and moon.

A face is drawn finer than it is kept: each texel is the mean of a block, so small lamps count by their area.
"""

from __future__ import annotations

from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.scene.scene_pass import ScenePass
from render.view.moment import Moment
from render.view.view import View
from stage.maths.pose import Vector
from stage.maths.projection import CUBE, CUBE_FACE, perspective

DRAWN_PX = 32
KEPT_PX = 8
_BLOCK = DRAWN_PX // KEPT_PX


@dataclass(frozen=True, slots=True)
class LightFace:
    """`light`: (8, 8, 3) linear light before exposure, units of 100 nits. `open_sky`: (32, 32), true where nothing of
    the set hides the background. Rows from below."""

    light: NDArray[np.float32]
    open_sky: NDArray[np.bool_]


class LightFieldPass:
    """Draws faces round `mark_m` into its own target."""

    def __init__(self, ctx: moderngl.Context, mark_m: Vector) -> None:
        size = (DRAWN_PX, DRAWN_PX)
        self._views = [View(mark_m, perspective(mark_m, axes, CUBE_FACE)) for axes in CUBE]
        self._picture = ctx.texture(size, 4, dtype="f4")
        self._depth = ctx.depth_texture(size)
        self._target = ctx.framebuffer([self._picture], self._depth)

    def capture(self, scene: ScenePass, moment: Moment, face: int) -> LightFace:
        """Draw one face and read it back; returns when the graphics card has drawn it."""
        scene.draw(self._target, (0, 0, DRAWN_PX, DRAWN_PX), self._views[face], moment, for_light=True)
        drawn = np.frombuffer(self._picture.read(), np.float32).reshape(KEPT_PX, _BLOCK, KEPT_PX, _BLOCK, 4)
        light = drawn[..., :3].mean(axis=(1, 3)) / moment.look.exposure.gain
        depth = np.frombuffer(self._depth.read(), np.float32).reshape(DRAWN_PX, DRAWN_PX)
        return LightFace(np.nan_to_num(light).astype(np.float32), depth >= 1.0)

    def release(self) -> None:
        """Free everything on the graphics card."""
        for thing in (self._target, self._picture, self._depth):
            thing.release()
