"""Floors and walls with light painted into their picture: a flat rectangle of two triangles shows shadows as fine as
its picture, where vertex colours would need thousands of triangles."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.sets.baking import BRIGHTEST, MARGIN_M, Surroundings
from tools.sets.mesh import Mesh, unit
from tools.sets.solids import quad

SKY_STEP_M = 0.5
"""Light of sky, bounce and lamps is computed at this spacing and interpolated."""


@dataclass(frozen=True, slots=True)
class LitPatch:
    """A rectangle from its lower left corner seen from outside, and the resolution of its picture."""

    name: str
    corner_m: Vector
    along_m: Vector
    up_m: Vector
    px_per_m: float

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of its picture."""
        lengths = (np.linalg.norm(self.along_m), np.linalg.norm(self.up_m))
        return (round(float(lengths[0]) * self.px_per_m), round(float(lengths[1]) * self.px_per_m))

    @property
    def normal(self) -> Floats:
        """(3,) outward."""
        return unit(np.cross(self.along_m, self.up_m))

    def mesh(self) -> Mesh:
        """Two triangles; the picture covers them once."""
        rectangle = quad(self.corner_m, self.along_m, self.up_m)
        rectangle.uv[:] /= rectangle.uv.max(axis=0)
        return rectangle

    def points_m(self, width: int, height: int) -> Floats:
        """(height, width, 3) centres of a grid's cells, row 0 along the upper edge."""
        u, v = np.meshgrid((np.arange(width) + 0.5) / width, 1.0 - (np.arange(height) + 0.5) / height)
        steps: Floats = u[..., None] * np.array(self.along_m) + v[..., None] * np.array(self.up_m)
        return np.asarray(np.array(self.corner_m) + steps)


def tiled(picture: Floats, width_m: float, patch: LitPatch) -> Floats:
    """A repeating picture of `width_m` laid over the patch from its upper left corner, (height, width, 3)."""
    side = round(width_m * patch.px_per_m)
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    width, height = patch.size_px
    return np.asarray(np.tile(small, (-(-height // side), -(-width // side), 1))[:height, :width])


def lit_picture(patch: LitPatch, paint: Floats, surroundings: Surroundings) -> Floats:
    """(height, width, 3): `paint` (reflectance of the same size) times the share of the renderer's assumed light that
    arrives, at most 1."""
    width, height = patch.size_px
    daylight = surroundings.daylight
    facing = max(float(patch.normal @ daylight.sun_direction), 0.0)
    seen = np.zeros((height, width))
    if facing > 0.0:
        lift = patch.normal * MARGIN_M + daylight.sun_direction * 0.5 * MARGIN_M
        for row, points in enumerate(patch.points_m(width, height)):
            seen[row] = surroundings.sun_map.seen(points + lift)
    arriving = facing * seen[..., None] * np.array(daylight.sun) + _soft_light(patch, surroundings)
    assumed = daylight.assumed(patch.normal[None])[0]
    return np.asarray(np.minimum(paint * np.clip(arriving / assumed, 0.0, BRIGHTEST), 1.0))


def _soft_light(patch: LitPatch, surroundings: Surroundings) -> Floats:
    """(height, width, 3) light that does not come from the sun."""
    width, height = patch.size_px
    coarse = [max(2, round(size / patch.px_per_m / SKY_STEP_M)) for size in (width, height)]
    points = patch.points_m(coarse[0], coarse[1])
    flat = points.reshape(-1, 3)
    empty = np.zeros((0, 3), dtype=np.int64)
    normals = np.broadcast_to(patch.normal, flat.shape)
    light = surroundings.soft(Mesh(flat, normals, flat[:, :2], np.ones_like(flat), empty))
    return np.asarray(cv2.resize(light.reshape(points.shape), (width, height), interpolation=cv2.INTER_CUBIC))
