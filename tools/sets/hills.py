"""The land outside the walls: a plain and rings of hills, each ring farther and bluer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from tools.sets.mesh import Mesh
from tools.sets.solids import sheet


@dataclass(frozen=True, slots=True)
class HillRing:
    """A ring of hills round the origin: its distance, its highest ridge, number of summits, and their sharpness."""

    distance_m: float
    height_m: float
    summits: int
    seed: int
    sharpness: float = 1.0
    segments: int = 120


def hill_ring(ring: HillRing) -> Mesh:
    """The side of the ring that faces the origin, from below the plain to its ridge."""
    turn = np.linspace(0.0, -2 * math.pi, ring.segments + 1)
    ridge = _ridge_line(ring)
    shares = np.array([-0.06, 0.22, 0.55, 0.82, 1.0])
    generator = np.random.default_rng(ring.seed + 1000)
    spurs = generator.normal(0.0, 0.05, (len(shares), ring.segments)) * np.array([0.0, 1.0, 1.2, 0.8, 0.0])[:, None]
    spurs = np.concatenate([spurs, spurs[:, :1]], axis=1)
    depth = ring.distance_m * (1.0 + 0.28 * (shares[:, None] + spurs))
    height = ridge[None] * shares[:, None]
    points = np.stack([depth * -np.sin(turn), depth * np.cos(turn), height], axis=-1)
    return sheet(points)


def plain(inner_m: float, outer_m: float, z_m: float) -> Mesh:
    """A flat ring of land round the origin."""
    turn = np.linspace(0.0, 2 * math.pi, 49)
    radii = np.geomspace(inner_m, outer_m, 5)[::-1]
    points = np.stack([radii[:, None] * np.cos(turn), radii[:, None] * np.sin(turn), np.full((5, 49), z_m)], axis=-1)
    return sheet(points)


def _ridge_line(ring: HillRing) -> Floats:
    """(segments + 1,) heights: sums of waves whose wavelengths divide the circle, pointed by `sharpness`."""
    generator = np.random.default_rng(ring.seed)
    turn = np.linspace(0.0, 2 * math.pi, ring.segments + 1)
    total = np.zeros_like(turn)
    for octave in range(5):
        count = ring.summits * 2**octave
        first = np.sin(count * turn + generator.uniform(0, 2 * math.pi))
        second = np.sin((count + 1 + octave) * turn + generator.uniform(0, 2 * math.pi))
        total += (1.0 - np.abs(first + 0.6 * second) / 1.6) ** ring.sharpness * 0.5**octave
    low, high = total.min(), total.max()
    return np.asarray(ring.height_m * (0.25 + 0.75 * (total - low) / (high - low)))
