"""Open country as a height field: seeded noise, and a ground that is fine near the stage and coarse far away."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from stage.maths.arrays import Floats
from tools.sets.mesh import Mesh
from tools.sets.solids import sheet

HeightAt = Callable[[Floats, Floats], Floats]
"""Metres at places x, y (metres)."""

ColourAt = Callable[[Floats, Floats, Floats, Floats], Floats]
"""(N, 3) factors at x, y, height and the normal's upward part."""


def noise(x: Floats, y: Floats, seed: int) -> Floats:
    """Smooth value noise of cell size 1 in -1..1."""
    left, low = np.floor(x), np.floor(y)
    across, up = x - left, y - low
    across, up = across * across * (3 - 2 * across), up * up * (3 - 2 * up)
    corner = [_hashed(left + dx, low + dy, seed) for dy in (0, 1) for dx in (0, 1)]
    lower = corner[0] * (1 - across) + corner[1] * across
    upper = corner[2] * (1 - across) + corner[3] * across
    return np.asarray(lower * (1 - up) + upper * up)


def fractal(x: Floats, y: Floats, seed: int, octaves: int = 5, fall: float = 0.5) -> Floats:
    """Noise of ever finer cells, about -1..1."""
    total, size, scale = np.zeros_like(x), 1.0, 1.0
    for octave in range(octaves):
        total = total + size * noise(x * scale + 17.3 * octave, y * scale - 9.1 * octave, seed + octave)
        size, scale = size * fall, scale * 2.03
    return np.asarray(total * (1 - fall) / (1 - fall**octaves))


def ridged(x: Floats, y: Floats, seed: int, octaves: int = 6) -> Floats:
    """Sharp crests and round valleys, 0..1: mountains."""
    total, size, scale, carry = np.zeros_like(x), 0.5, 1.0, np.ones_like(x)
    for octave in range(octaves):
        crest = (1.0 - np.abs(noise(x * scale, y * scale, seed + octave))) ** 2
        total = total + size * crest * carry
        carry, size, scale = np.clip(crest * 1.6, 0.0, 1.0), size * 0.5, scale * 2.07
    return np.asarray(total)


def smooth_step(low: float, high: float, value: Floats) -> Floats:
    """0 below `low`, 1 above `high`, smooth between."""
    part = np.asarray(np.clip((value - low) / (high - low), 0.0, 1.0))
    return np.asarray(part * part * (3 - 2 * part))


def ground_sectors(
    height_at: HeightAt, colour_at: ColourAt, reach_m: float, rings: int, spokes: int, sectors: int
) -> list[Mesh]:
    """The ground round the origin, cut into sectors (those behind the camera are not drawn): rings widen with distance
    from 2 m to `reach_m`. Texture coordinates are metres."""
    radius = np.concatenate([[0.0], np.geomspace(2.0, reach_m, rings)])
    per_sector = spokes // sectors
    return [_sector(height_at, colour_at, radius, number * per_sector, per_sector, spokes) for number in range(sectors)]


def _sector(height_at: HeightAt, colour_at: ColourAt, radius: Floats, first: int, count: int, spokes: int) -> Mesh:
    """One sector, with a rim from its neighbours for seamless normals; the rim is removed again. Spokes run clockwise,
    so the ground faces up."""
    turn = -2.0 * math.pi * (np.arange(first - 1, first + count + 2)) / spokes
    x, y = radius[:, None] * np.cos(turn), radius[:, None] * np.sin(turn)
    points = np.stack([x, y, height_at(x, y)], axis=-1)
    normals = sheet(points).normal.reshape(*points.shape)[:, 1:-1]
    normals[0] = (0.0, 0.0, 1.0)
    inner = points[:, 1:-1]
    mesh = sheet(inner, inner[..., :2])
    flat, normal = inner.reshape(-1, 3), normals.reshape(-1, 3)
    colour = colour_at(flat[:, 0], flat[:, 1], flat[:, 2], normal[:, 2])
    return Mesh(mesh.position_m, normal, mesh.uv, colour, mesh.triangles)


def _hashed(x: Floats, y: Floats, seed: int) -> Floats:
    """A number in -1..1 for each lattice point."""
    mixed = (x.astype(np.int64) * 374761393 + y.astype(np.int64) * 668265263 + seed * 974711) & 0x7FFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0x7FFFFFFF
    return np.asarray((mixed ^ (mixed >> 16)) / float(0x3FFFFFFF) - 1.0)
