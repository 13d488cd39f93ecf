"""Rain, snow and dust as drops at rest in a frame that moves with them. Pure.

The moving frame is divided into cubes; a cube's drops follow from its number, the layer and the seed, so every drop is
a closed form of seed, number and time, and all views of a moment see it at the same stage point. A view draws the
cubes within reach of its eye that its frustum touches. The frame moves with the fall plus the wind with its gusts.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.view.view import View
from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.messages.frames import Wind
from stage.show.wind import gust, gusty_way_m

Cells = NDArray[np.float32]

SHUTTER_S = 1.0 / 48.0
"""The duration of a drop's trace: a 180 degree shutter at 24 frames a second."""
MOST_CELLS = 512
LAST_KEY = 0x3FFFFF
"""Keys of cells are whole numbers that a 32-bit float holds exactly."""
LOWEST_PART = 0.35
"""Wisps are in this part of their cubes, most of them low."""
TORN = (0.2, 0.85)
"""Greys of the noise between which a wisp goes from invisible to dense."""
SWAY_RAD_PER_S = (0.9, 1.3, 1.7, 2.3)
"""How fast flakes sway; each uses two of these."""


class DropLayer(NamedTuple):
    """One kind of drop at one depth. `per_cell`: drops in a cube of `cell_m` at full intensity; drawn from `near_m`
    to `reach_m`, fading at both; `opacity` of a still drop; `wind`: share of the wind it takes; `low_m`: it thins to
    1/e at this height over the ground z = 0 (0 = uniform); `wisp`: a soft cloud near
    the ground, `stretch` as long as wide, along the wind."""

    number: int
    cell_m: float
    per_cell: int
    near_m: float
    reach_m: float
    radius_m: float
    fall_mps: float
    opacity: float
    sway_m: float = 0.0
    wind: float = 1.0
    low_m: float = 0.0
    wisp: bool = False
    stretch: float = 0.0


RAIN = (
    DropLayer(number=0, cell_m=1.2, per_cell=20, near_m=0.9, reach_m=5.0, radius_m=0.0011, fall_mps=8.2, opacity=2.2),
    DropLayer(number=1, cell_m=1.2, per_cell=13, near_m=0.9, reach_m=5.0, radius_m=0.0008, fall_mps=6.6, opacity=2.2),
    DropLayer(number=2, cell_m=3.3, per_cell=54, near_m=4.0, reach_m=15.0, radius_m=0.0022, fall_mps=9.0, opacity=1.7),
    DropLayer(number=3, cell_m=9.6, per_cell=91, near_m=11.0, reach_m=44.0, radius_m=0.0060, fall_mps=8.6, opacity=1.1),
)
SNOW = (
    DropLayer(
        number=10,
        cell_m=1.1,
        per_cell=14,
        near_m=0.7,
        reach_m=4.5,
        radius_m=0.0035,
        fall_mps=1.0,
        opacity=0.9,
        sway_m=0.10,
    ),
    DropLayer(
        number=11,
        cell_m=3.0,
        per_cell=65,
        near_m=3.0,
        reach_m=13.0,
        radius_m=0.0060,
        fall_mps=1.2,
        opacity=0.9,
        sway_m=0.16,
    ),
    DropLayer(
        number=12,
        cell_m=9.0,
        per_cell=91,
        near_m=9.0,
        reach_m=40.0,
        radius_m=0.0130,
        fall_mps=1.3,
        opacity=0.8,
        sway_m=0.25,
    ),
)
DUST = (
    DropLayer(
        number=20,
        cell_m=1.2,
        per_cell=13,
        near_m=0.8,
        reach_m=5.0,
        radius_m=0.0014,
        fall_mps=0.2,
        opacity=1.6,
        sway_m=0.15,
        wind=0.9,
        low_m=2.5,
    ),
    DropLayer(
        number=21,
        cell_m=3.6,
        per_cell=28,
        near_m=4.0,
        reach_m=16.0,
        radius_m=0.0034,
        fall_mps=0.2,
        opacity=1.3,
        sway_m=0.3,
        wind=0.8,
        low_m=3.0,
    ),
    DropLayer(
        number=22,
        cell_m=12.0,
        per_cell=10,
        near_m=3.5,
        reach_m=34.0,
        radius_m=1.2,
        fall_mps=0.0,
        opacity=0.34,
        sway_m=0.6,
        wind=0.45,
        wisp=True,
        stretch=1.8,
    ),
)


class Motion(NamedTuple):
    """The moving frame's displacement (metres) and velocity (metres a second)."""

    way_m: Vector
    velocity_mps: Vector


def falling(layer: DropLayer, wind: Wind, time_s: float) -> Motion:
    """The moving frame of a layer: fall, wind, and gusts with consistent displacement and velocity."""
    (east, north), (east_mps, north_mps) = gusty_way_m(wind, time_s), wind.velocity_mps
    share, now, fall = layer.wind, layer.wind * gust(time_s), layer.fall_mps
    return Motion((east * share, north * share, -fall * time_s), (east_mps * now, north_mps * now, -fall))


def sway_phases(time_s: float) -> tuple[float, float, float, float]:
    """Radians, 0 to 2 pi, of each rate of SWAY_RAD_PER_S."""
    a, b, c, d = SWAY_RAD_PER_S
    turn = math.tau
    return (a * time_s % turn, b * time_s % turn, c * time_s % turn, d * time_s % turn)


class CellGrid:
    """The cubes of one layer round an eye. Values that do not change with the view are computed once."""

    def __init__(self, layer: DropLayer) -> None:
        side = layer.cell_m
        steps = math.ceil(layer.reach_m / side)
        axis = np.arange(-steps, steps + 1)
        steps_all = np.stack(np.meshgrid(axis, axis, axis, indexing="ij")).reshape(3, -1)
        self._layer = layer
        self._half = np.full(3, side / 2.0 + layer.sway_m + layer.radius_m * max(1.0, layer.stretch))
        nearest = np.maximum(
            (np.abs(steps_all) - 0.5) * side - self._half[:, None], 0.0
        )  # whatever the eye's place in its cube
        self._steps = np.ascontiguousarray(steps_all[:, (nearest**2).sum(axis=0) < layer.reach_m**2])

    def seen(self, view: View, motion: Motion, seed: int) -> Cells:
        """(n, 4) float32: a cube's lower corner from the eye, metres, and its key; at most MOST_CELLS, the nearest."""
        side, eye = self._layer.cell_m, np.array(view.eye_m)
        place = (eye - motion.way_m) / side
        first = np.floor(place)
        corner = (self._steps - (place - first)[:, None]) * side
        middle = corner + side / 2.0
        beside = np.maximum(np.abs(middle) - self._half[:, None], 0.0)
        far2 = (beside * beside).sum(axis=0)
        planes = np.array(view.planes())
        reach = np.abs(np.array(motion.velocity_mps)) * (SHUTTER_S / 2.0) + self._half
        if self._layer.wisp:
            far2[self._steps[2] + first[2] != 0.0] = np.inf  # only the cubes that stand on the ground
        inside = (planes @ middle >= -(np.abs(planes) @ reach)[:, None]).all(axis=0)
        numbers = np.flatnonzero(inside & (far2 < self._layer.reach_m**2))
        if len(numbers) > MOST_CELLS:
            numbers = np.sort(numbers[np.argsort(far2[numbers], kind="stable")[:MOST_CELLS]])
        cells = np.empty((len(numbers), 4), np.float32)
        cells[:, :3] = corner[:, numbers].T
        cells[:, 3] = cell_keys(first.astype(np.int64) + self._steps[:, numbers].T, self._layer.number, seed)
        return cells


def cell_keys(cell: NDArray[np.int64], layer: int, seed: int) -> NDArray[np.uint32]:
    """(n,) 0 to LAST_KEY, from whole cell numbers (n, 3)."""
    key = np.full(len(cell), (seed * 2_654_435_761 + layer * 40_503) & 0xFFFFFFFF, np.uint32)
    for axis in range(3):
        key = shuffled(key ^ (cell[:, axis] & 0xFFFFFFFF).astype(np.uint32))
    return key & np.uint32(LAST_KEY)


def shuffled(value: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The hash pcg_output_rxs_m_xs_32_32 (Jarzynski and Olano 2020), as in shaders/weather/drop.glsl."""
    state = value * np.uint32(747_796_405) + np.uint32(2_891_336_453)
    word = ((state >> ((state >> np.uint32(28)) + np.uint32(4))) ^ state) * np.uint32(277_803_737)
    return np.asarray((word >> np.uint32(22)) ^ word)


def torn_shares(side_px: int = 128, finer: int = 4) -> NDArray[np.uint8]:
    """(side * finer, side * finer) the density of a wisp, 255 = full, seamless, in humps of every size: noise of
    `side_px`, interpolated between its points before it is cut. Always the same."""
    cycles = np.fft.fftfreq(side_px) * side_px
    spectrum = np.fft.fft2(np.random.default_rng(1).normal(size=(side_px, side_px)))
    humps = np.fft.ifft2(spectrum / (4.0 + np.hypot(cycles[:, None], cycles[None])) ** 1.7).real
    grey = np.clip(0.5 + 0.235 * (humps - humps.mean()) / humps.std(), 0.0, 1.0)
    for axis in range(2):
        grey = _between_points(grey, finer, axis)
    level = np.clip((grey - TORN[0]) / (TORN[1] - TORN[0]), 0.0, 1.0)
    return np.asarray(np.round(255.0 * level * level * (3.0 - 2.0 * level)), np.uint8)


def _between_points(values: Floats, finer: int, axis: int) -> Floats:
    """`finer` times as many texels along an axis, interpolated linearly between texel centres; it repeats."""
    place = (np.arange(values.shape[axis] * finer) + 0.5) / finer - 0.5
    first, part = np.floor(place).astype(np.intp), place - np.floor(place)
    weight = part[:, None] if axis == 0 else part[None, :]
    lower, upper = (np.take(values, first + step, axis=axis, mode="wrap") for step in (0, 1))
    return np.asarray(lower * (1.0 - weight) + upper * weight)


def drop_places(layer: DropLayer, cells: Cells, per_cell: int, phases: tuple[float, ...]) -> Floats:
    """(n, per_cell, 3) places of the drops of these cubes from the eye, as shaders/weather/drop.glsl computes them."""
    index = np.arange(per_cell, dtype=np.uint32)
    state = shuffled(cells[:, 3].astype(np.uint32)[:, None] + shuffled(index)[None])
    share = []
    for _ in range(3):
        share.append((state >> np.uint32(8)) / np.float64(1 << 24))
        state = shuffled(state)
    if layer.wisp:
        share[2] = LOWEST_PART * share[2] * share[2]
    place = cells[:, None, :3].astype(np.float64) + np.stack(share, axis=-1) * layer.cell_m
    angle = math.tau * ((state >> np.uint32(8)) / np.float64(1 << 24))
    rate = (state & np.uint32(3)).astype(np.intp)
    one, other = np.array(phases)[rate] + angle, np.array(phases)[(rate + 1) % 4] + 2.0 * angle
    return place + layer.sway_m * np.stack([np.sin(one), np.cos(other), 0.4 * np.sin(one + other)], axis=-1)
