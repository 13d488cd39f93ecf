"""Rays through a set, by Embree."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from tools.bake.ground import Ground, Numbers, Singles

MISSED = -1
MOST_LAYERS = 8
"""Of surfaces with holes, one behind the other, that a ray passes."""
STEP_M = 2e-4
FAR_M = 1e9


class Rays:
    """A set as Embree has it. Raises InputError without the extra `bake`."""

    def __init__(self, ground: Ground) -> None:
        try:
            scenes: Any = importlib.import_module("embreex.rtcore_scene")
            meshes: Any = importlib.import_module("embreex.mesh_construction")
        except ImportError as error:
            how = "Install the extra: pip install 'openstage[bake]'"
            raise InputError("embreex", "", "what traces the rays of a bake is not installed", how) from error
        self._ground = ground
        self._holes = bool((ground.solid < 1.0).any())
        self._scene = scenes.EmbreeScene()
        self._mesh = meshes.TriangleMesh(self._scene, np.ascontiguousarray(ground.corners_m, np.float32))

    def hit(self, origin_m: Singles, direction: Singles, chance: NDArray[np.float64]) -> tuple[Numbers, Singles]:
        """(N,) the triangle that each ray reaches, or MISSED, and (N,) how far it is, metres. A triangle with holes is
        passed with the share of light it lets through; `chance` (N,) in 0..1 decides."""
        reached = np.full(len(origin_m), MISSED, np.int64)
        far = np.full(len(origin_m), FAR_M, np.float32)
        begun = np.zeros(len(origin_m), np.float32)
        going, chance = np.arange(len(origin_m)), chance.copy()
        for _ in range(MOST_LAYERS if self._holes else 1):
            start = origin_m[going] + direction[going] * begun[going, None]
            found = self._scene.run(np.ascontiguousarray(start), np.ascontiguousarray(direction[going]), output=True)
            triangle = np.asarray(found["primID"], np.int64)
            there = triangle >= 0
            going, triangle = going[there], triangle[there]
            distance = begun[going] + np.asarray(found["tfar"], np.float32)[there]
            solid = self._ground.solid[triangle]
            stops = chance[going] < solid
            reached[going[stops]], far[going[stops]] = triangle[stops], distance[stops]
            chance[going] = (chance[going] - solid) / np.maximum(1.0 - solid, 1e-9)
            going, distance = going[~stops], distance[~stops]
            begun[going] = distance + STEP_M
            if not len(going):
                break
        return reached, far

    def clear(self, origin_m: Singles, direction: Singles, distance_m: Singles, chance: NDArray[np.float64]) -> Singles:
        """(N,) 1 where nothing is in the way of a ray before `distance_m` (N,), else 0."""
        _, far = self.hit(origin_m, direction, chance)
        return (far >= distance_m).astype(np.float32)


def square(count: int, number: Numbers) -> tuple[Singles, Singles]:
    """(N, count) numbers in 0..1 twice: an even pattern (R2: M. Roberts 2018), moved by another amount for each of
    `number` (N,); the same for the same number."""
    i = np.arange(count)
    turn = (number[:, None] * np.array([0.618033988749895, 0.414213562373095])) + number[:, None] ** 2 * 1e-7 % 1.0
    first = (turn[:, :1] + i * 0.7548776662466927) % 1.0
    second = (turn[:, 1:] + i * 0.5698402909980532) % 1.0
    return first.astype(np.float32), second.astype(np.float32)


def cosine_directions(normal: Singles, count: int, number: Numbers) -> Singles:
    """(N, count, 3) directions round normals (N, 3), as many as the cosine is large (Malley's method)."""
    first, second = square(count, number)
    radius, turn = np.sqrt(first), second * np.float32(2.0 * np.pi)
    side, other = axes_of(normal)
    along = np.sqrt(np.maximum(1.0 - first, 0.0))
    parts = ((radius * np.cos(turn), side), (radius * np.sin(turn), other), (along, normal))
    return np.asarray(sum(a[:, :, None] * b[:, None, :] for a, b in parts), np.float32)


def axes_of(normal: Singles) -> tuple[Singles, Singles]:
    """Two unit vectors (N, 3) across each normal."""
    level = np.abs(normal[:, 2:]) < 0.9
    up = np.where(level, np.array([[0.0, 0.0, 1.0]]), np.array([[1.0, 0.0, 0.0]]))
    side = np.cross(up, normal)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    return side.astype(np.float32), np.cross(normal, side).astype(np.float32)
