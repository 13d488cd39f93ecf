"""Light from all sides on six faces of a cube round a place: each texel's direction and weight.

Texels are ordered face by face (`stage.maths.projection.CUBE`), in each face row by row from below, in each row from
the left. Pure, float64.
"""

from __future__ import annotations

import math

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.maths.projection import CUBE

FACES = len(CUBE)


def texel_directions(face_px: int) -> Floats:
    """(6 n^2, 3) unit vectors in stage space to the middle of each texel."""
    slopes = (np.arange(face_px) + 0.5) * 2.0 / face_px - 1.0
    across, up = np.meshgrid(slopes, slopes)
    faces = [
        across[..., None] * right + up[..., None] * above + np.array(forward)
        for right, forward, above in [tuple(map(np.array, axes)) for axes in CUBE]
    ]
    directions = np.concatenate([face.reshape(-1, 3) for face in faces])
    return np.asarray(directions / np.linalg.norm(directions, axis=1, keepdims=True))


def texel_solid_angles(face_px: int) -> Floats:
    """(6 n^2,) steradians; exact (the corners' arctangents), so they sum to 4 pi."""
    edges = np.linspace(-1.0, 1.0, face_px + 1)
    x, y = np.meshgrid(edges, edges)
    corners = np.arctan2(x * y, np.sqrt(x * x + y * y + 1.0))
    face = corners[1:, 1:] - corners[:-1, 1:] - corners[1:, :-1] + corners[:-1, :-1]
    return np.tile(face.reshape(-1), FACES)


def lobe(cosines: Floats, spread_deg: float) -> Floats:
    """The weight of light by the cosine of its angle from the lobe's middle: cos^n, half at half of `spread_deg`.

    At 120 degrees n is 1: the light on a flat surface (Lambert's cosine law). Light from behind does not count.
    """
    power = math.log(0.5) / math.log(math.cos(math.radians(spread_deg / 2.0)))
    return np.asarray(np.maximum(cosines, 0.0) ** power)


def lobe_weights(toward: Vector, spread_deg: float, face_px: int) -> Floats:
    """(6 n^2,) weight of each texel's radiance: `weights @ radiance` is the illuminance through the lobe."""
    return lobe(texel_directions(face_px) @ np.array(toward), spread_deg) * texel_solid_angles(face_px)


def texel_at(toward: Vector, face_px: int) -> tuple[int, int, int]:
    """Face, row from below and column of the texel in a direction."""
    depths = [float(np.dot(forward, toward)) for _, forward, _ in CUBE]
    face = int(np.argmax(depths))
    right, _, above = CUBE[face]
    across, up = float(np.dot(right, toward)) / depths[face], float(np.dot(above, toward)) / depths[face]
    column, row = (min(int((slope + 1.0) / 2.0 * face_px), face_px - 1) for slope in (across, up))
    return face, row, column
