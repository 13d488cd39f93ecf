"""What lights a set under a look, in the renderer's own numbers: sun, lamps, haze, all gains included. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from render.scene.scene_data import SceneData
from render.scene.view_block import ViewBlock
from render.view.moment import Moment
from render.view.view import View
from stage.maths.pose import Vector
from tools.tracing.world import Singles

LIT, SUN, HAZE, BACKGROUND, LAMPS, GLOW = 32, 36, 48, 52, 56, 76
"""Where they begin in the `View` block (shaders/common/view.glsl)."""


@dataclass(frozen=True, slots=True)
class LookLight:
    """`toward_sun`: unit, toward the sun or the moon; `sun`: the radiance of a white surface that faces it.
    `own`: the gain of what glows, `practicals`: of the set's lamps, `sky`: of the background's light without its own.
    `haze`: colour and density per metre, `haze_glow`: added toward the sun, and per metre of height."""

    toward_sun: Vector
    sun: Vector
    own: float
    practicals: float
    sky: float
    haze: tuple[float, float, float, float]
    haze_glow: tuple[float, float, float, float]

    def through_haze(self, light: Singles, offset_m: Singles) -> Singles:
        """(h, w, 3) light of surfaces at offsets (h, w, 3) from the eye, metres, as the eye sees it: what
        shaders/common/haze.glsl says. One length a pixel: at edges it is that of the mean place."""
        distance_m = np.linalg.norm(offset_m, axis=2)
        toward = 0.5 + 0.5 * (offset_m @ np.array(self.toward_sun)) / np.maximum(distance_m, 1e-6)
        rise = np.maximum(self.haze_glow[3] * offset_m[:, :, 2], -20.0)
        flat = np.abs(rise) < 1e-3
        thinner = np.where(flat, 1.0 - 0.5 * rise, (1.0 - np.exp(-rise)) / np.where(flat, 1.0, rise))
        left = np.exp(-self.haze[3] * distance_m * thinner)[:, :, None]
        air = np.array(self.haze[:3]) + np.array(self.haze_glow[:3]) * (toward**6)[:, :, None]
        return np.asarray(air * (1.0 - left) + light * left, np.float32)


def light_of(data: SceneData, view: View, moment: Moment) -> LookLight:
    """The light on a set at a moment, seen in a view: the numbers that the shaders get."""
    block = np.frombuffer(ViewBlock(data).pack(view, moment), np.float32).astype(float).tolist()
    own = block[SUN + 3]
    return LookLight(
        toward_sun=_three(block, LIT),
        sun=_three(block, SUN),
        own=own,
        practicals=own * block[LAMPS],
        sky=moment.look.sky.ambient_gain,
        haze=(*_three(block, HAZE), block[HAZE + 3]),
        haze_glow=(*_three(block, GLOW), block[GLOW + 3]),
    )


def _three(block: list[float], first: int) -> Vector:
    return (block[first], block[first + 1], block[first + 2])
