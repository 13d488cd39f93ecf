"""Directions that share a sphere evenly: the cells of the sky, and the sun's places. Pure."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from stage.maths.pose import Vector

SKY_CELLS = 192
"""Of the whole sphere: about 15 degrees wide, as Tregenza and Waters (1983) divide half of it into 145."""
SUN_PLACES = 512
"""Of the upper half: 6 degrees apart. Only the bounce of sunlight is read from them."""
GOLDEN_TURN = math.pi * (3.0 - math.sqrt(5.0))
_NEAREST = 4


@lru_cache(maxsize=4)
def even_directions(count: int, upper: bool = False) -> Floats:
    """(count, 3) unit directions on a spiral (Gonzalez 2010), over the sphere or its upper half."""
    number = np.arange(count) + 0.5
    z = 1.0 - number / count if upper else 1.0 - 2.0 * number / count
    across = np.sqrt(np.maximum(1.0 - z * z, 0.0))
    turn = GOLDEN_TURN * number
    return np.stack([across * np.cos(turn), across * np.sin(turn), z], axis=1)


def sky_cell(directions: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N,) the cell that each direction (N, 3) is in: the one with the nearest middle."""
    middles = even_directions(SKY_CELLS).astype(np.float32).T
    return np.concatenate(
        [np.argmax(part @ middles, axis=1) for part in np.array_split(directions, max(1, len(directions) // 65536))]
    )


@lru_cache(maxsize=1)
def cell_samples(of_each: int = 16) -> NDArray[np.float32]:
    """(SKY_CELLS, of_each, 3) directions spread over each cell."""
    many = even_directions(SKY_CELLS * of_each * 4).astype(np.float32)
    cell = sky_cell(many)
    picked = []
    for number in range(SKY_CELLS):
        own = np.flatnonzero(cell == number)
        picked.append(many[own[np.linspace(0, len(own) - 1, of_each).astype(int)]])
    return np.array(picked)


def sun_weights(toward: Vector) -> tuple[NDArray[np.int64], Floats]:
    """The sun's places round a direction, and the share (adding up to 1) that each has in its light."""
    cosine = even_directions(SUN_PLACES, upper=True) @ np.array(toward)
    near = np.argsort(-cosine)[:_NEAREST]
    angle = np.arccos(np.clip(cosine[near], -1.0, 1.0))
    weight = np.exp(-((angle / math.sqrt(2.0 * math.pi / SUN_PLACES)) ** 2) * 2.0) + 1e-12
    return near, weight / weight.sum()
