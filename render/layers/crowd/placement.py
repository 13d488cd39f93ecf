"""Places the figures of a crowd: walkers on their own closed paths, the rest by dart throwing. Pure, seeded.

Paths keep apart from each other, walkers on a path share one pace, and standing figures keep off the paths: nobody
ever walks through anybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.layers.crowd.ground import PATH_POINTS, Ground, closed_path
from stage.maths.arrays import Floats
from stage.model.layers import CrowdLayer

EDGE_M = 0.25
PATH_CLEAR_M = 0.9
"""Kept free on either side of a path's middle: by other paths, and by standing figures."""
WALKING_GAP_M = 1.3
PACE_MPS = (0.85, 1.35)
LONGEST_HALF_M = 9.0
DARTS_PER_FIGURE = 16
_TRIES_PER_PATH = 60
_CONVERSATION_M = 1.7


@dataclass(frozen=True, slots=True)
class Placement:
    """Those who stand: `standing_m` (S, 2), `facing_rad` (S,) counter-clockwise from +Y. Paths: `path_m` (P, 128, 2),
    `path_length_m` (P,), `pace_mps` (P,). Walkers: `path_of` (W,) and `start_m` (W,), how far along it they start."""

    standing_m: Floats
    facing_rad: Floats
    path_m: Floats
    path_length_m: Floats
    pace_mps: Floats
    path_of: NDArray[np.int64]
    start_m: Floats


def place_crowd(layer: CrowdLayer) -> Placement:
    """The figures of a layer; fewer than requested if there is no room for more."""
    random = np.random.default_rng(layer.seed)
    ground = Ground(np.array(layer.area_m, dtype=np.float64), EDGE_M)
    paths = _paths(random, ground, round(layer.walking * layer.count), layer.spacing_m)
    standing = _darts(random, ground, layer.count - len(paths[3]), layer.spacing_m)
    return Placement(standing, _facing(random, standing, layer), *paths)


def _paths(
    random: np.random.Generator, ground: Ground, wanted: int, spacing_m: float
) -> tuple[Floats, Floats, Floats, NDArray[np.int64], Floats]:
    """Paths and their walkers until there are `wanted`, or no more room."""
    points: list[Floats] = []
    lengths: list[float] = []
    path_of: list[int] = []
    start_m: list[float] = []
    gap_m = max(WALKING_GAP_M, spacing_m)
    longest_m = min(LONGEST_HALF_M, 0.45 * float((ground.high_m - ground.low_m).min()))
    tries = _TRIES_PER_PATH
    while len(path_of) < wanted and tries > 0:
        share = tries / _TRIES_PER_PATH
        path = closed_path(random, random.uniform(ground.low_m, ground.high_m), longest_m * share)
        if not ground.free(path.points_m).all() or path.length_m < 2.0 * gap_m:
            tries -= 1
            continue
        tries = _TRIES_PER_PATH
        ground_step = max(1, int(0.5 * ground.cell_m * PATH_POINTS / path.length_m))
        ground.take(path.points_m[::ground_step], PATH_CLEAR_M)
        count = min(int(random.integers(2, 2 + max(1, int(path.length_m / (2.0 * gap_m))))), wanted - len(path_of))
        room_m = path.length_m / count
        shift = random.uniform(-0.5, 0.5, count) * max(0.0, room_m - gap_m)
        start_m += (np.arange(count) * room_m + shift).tolist()
        path_of += [len(points)] * count
        points.append(path.points_m)
        lengths.append(path.length_m)
    pace = random.uniform(*PACE_MPS, len(points))
    stacked = np.array(points).reshape(-1, PATH_POINTS, 2)
    return stacked, np.array(lengths), pace, np.array(path_of, dtype=np.int64), np.array(start_m)


def _darts(random: np.random.Generator, ground: Ground, wanted: int, spacing_m: float) -> Floats:
    """Points at least `spacing_m` apart: thrown one by one, kept where there is room."""
    kept: dict[tuple[int, int], tuple[float, float]] = {}
    side = spacing_m / math.sqrt(2.0)
    near = [(i, j) for i in range(-2, 3) for j in range(-2, 3) if abs(i) + abs(j) < 4]
    least = spacing_m**2
    thrown = 0
    while len(kept) < wanted and thrown < DARTS_PER_FIGURE * wanted:
        darts = random.uniform(ground.low_m, ground.high_m, (max(256, wanted), 2))
        thrown += len(darts)
        for x, y in darts[ground.free(darts)].tolist():
            column, row = math.floor(x / side), math.floor(y / side)
            others = (kept.get((column + i, row + j)) for i, j in near)
            if all(other is None or (other[0] - x) ** 2 + (other[1] - y) ** 2 >= least for other in others):
                kept[column, row] = (x, y)
                if len(kept) == wanted:
                    break
    return np.array(list(kept.values())).reshape(-1, 2)


def _facing(random: np.random.Generator, standing: Floats, layer: CrowdLayer) -> Floats:
    """Roughly toward what they look at; without that, in twos and threes toward each other, or at random."""
    if layer.looks_at_m is not None:
        toward = np.array(layer.looks_at_m[:2]) - standing
        return np.asarray(np.arctan2(-toward[:, 0], toward[:, 1]) + random.normal(0.0, 0.14, len(standing)))
    facing = random.uniform(-math.pi, math.pi, len(standing))
    cells: dict[tuple[int, int], list[int]] = {}
    for number, (x, y) in enumerate(standing.tolist()):
        column, row = math.floor(x / _CONVERSATION_M), math.floor(y / _CONVERSATION_M)
        others = [k for i in (-1, 0, 1) for j in (-1, 0, 1) for k in cells.get((column + i, row + j), [])]
        near = [k for k in others if math.dist(standing[k], (x, y)) < _CONVERSATION_M]
        if near:
            dx, dy = standing[near[0]] - (x, y)
            facing[number] = math.atan2(-dx, dy) + random.normal(0.0, 0.2)
            facing[near[0]] = facing[number] + math.pi + random.normal(0.0, 0.2)
            cells[column, row] = [k for k in cells.get((column, row), []) if k != near[0]]
        else:
            cells.setdefault((column, row), []).append(number)
    return facing
