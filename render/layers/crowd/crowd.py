"""A crowd: its people, and where each is at a given time. Pure; a function of seed, look and scene time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.layers.crowd.costumes import COSTUMES
from render.layers.crowd.figures import HEIGHT_M
from render.layers.crowd.ground import PATH_POINTS
from render.layers.crowd.placement import Placement, place_crowd
from render.view.moment import Moment
from stage.files.passport import Passport, PassportEntry, approximated
from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.model.layers import CrowdLayer

Float32s = NDArray[np.float32]
FIGURE_FLOATS_SHOWN = 8
"""Per figure at a moment: its feet (3), its number, its motion (4)."""
PERSON_FLOATS = 20
"""Per figure, constant: robe (3) and height / 1.70 m, under (3) and width, trim (3) and how much it turns its
head, skin (3) and how far it looks to the side (radians), hair (3) and its number from 0 to 1."""

_STRIDE_M = 1.35
"""Two steps of a figure of 1.70 m at 1.1 m/s."""
_SKINS = np.array([[0.42, 0.26, 0.17], [0.36, 0.21, 0.13], [0.29, 0.16, 0.10], [0.47, 0.31, 0.21]])
_HAIRS = np.array([[0.012, 0.010, 0.009], [0.020, 0.015, 0.012], [0.16, 0.15, 0.14]])
_VARIANT_SHARES = (0.32, 0.36, 0.32)
_HEIGHTS_M = ((1.72, 0.055), (1.60, 0.05), (1.70, 0.06))


class Standing(NamedTuple):
    """Everybody at a moment: `numbers` (N,) of the people, `place_m` (3, N) float64 their feet, and `figures` (N, 8)
    float32: feet from `centre_m` (3), number; motion: cosine and sine of the facing direction, phase of gait or
    idling (radians), amount of walking."""

    numbers: NDArray[np.int64]
    place_m: Floats
    figures: Float32s
    centre_m: Vector


@dataclass(frozen=True, slots=True)
class CrowdData:
    """The people of one layer: first those standing, then those walking. `centre_m`: of the ground.

    `people` (N, 20) float32; `variant` (N,): which costume; `rank` (N,) 0..1: the crowd thins out (density) from the
    highest down; `path_rank` (P,) likewise for activity. Idling: `idle_rate` (radians per second), `idle_start` (N,).
    """

    placement: Placement
    centre_m: Vector
    people: Float32s
    variant: NDArray[np.int64]
    rank: Floats
    path_rank: Floats
    idle_rate: Floats
    idle_start: Floats
    passport: Passport = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.people)

    @property
    def animated(self) -> bool:
        """Always: even standing figures shift their weight and look round."""
        return True

    def at(self, moment: Moment) -> Standing:
        """Who is there at a moment, and where. Activity is the share of paths that are walked; on the others people
        stand at their starts."""
        look = moment.look.crowd
        numbers = np.flatnonzero(self.rank < look.density)
        standing, walking = self._split(numbers)
        place = np.full((3, len(numbers)), self.centre_m[2])
        motion = np.zeros((len(numbers), 4))
        motion[:, 2] = (self.idle_start[numbers] + moment.time_s * self.idle_rate[numbers]) % (2.0 * math.pi)
        count = len(standing)
        place[:2, :count] = self.placement.standing_m[standing].T
        motion[:count, 0] = np.cos(self.placement.facing_rad[standing])
        motion[:count, 1] = np.sin(self.placement.facing_rad[standing])
        if len(walking):
            self._walk(walking, look.activity, moment.time_s, place[:2, count:], motion[count:])
        figures = np.empty((len(numbers), FIGURE_FLOATS_SHOWN), dtype=np.float32)
        figures[:, :3] = place.T - np.array(self.centre_m)
        figures[:, 3], figures[:, 4:] = numbers, motion
        return Standing(numbers, place, figures, self.centre_m)

    def _split(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """People who stand, and walkers by their own numbers."""
        first = len(self.placement.standing_m)
        return numbers[numbers < first], numbers[numbers >= first] - first

    def _walk(self, walkers: NDArray[np.int64], activity: float, time_s: float, place: Floats, motion: Floats) -> None:
        """Their places (2, W) and motions (W, 4), written into the given arrays."""
        own = self.placement
        path = own.path_of[walkers]
        walks = self.path_rank[path] < activity
        walked_m = np.where(walks, own.pace_mps[path] * time_s, 0.0) + own.start_m[walkers]
        share = (walked_m / own.path_length_m[path]) % 1.0 * PATH_POINTS
        before = np.minimum(share.astype(np.int64), PATH_POINTS - 1)
        rest = share - before
        points = [own.path_m[path, (before + step) % PATH_POINTS] for step in (0, 1, 2)]
        here = points[0] + rest[:, None] * (points[1] - points[0])
        way = (points[1] - points[0]) * (1.0 - rest)[:, None] + (points[2] - points[1]) * rest[:, None]
        way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
        place[:] = here.T
        motion[:, 0], motion[:, 1] = way[:, 1], -way[:, 0]
        number = walkers + len(own.standing_m)
        stride_m = _STRIDE_M * self.people[number, 3] * (own.pace_mps[path] / 1.1) ** 0.5
        gait = (walked_m / stride_m * 2.0 * math.pi + self.idle_start[number]) % (2.0 * math.pi)
        motion[:, 2] = np.where(walks, gait, motion[:, 2])
        motion[:, 3] = np.where(walks, (own.pace_mps[path] / 1.1) ** 0.5, 0.0)


def read_crowd(layer: CrowdLayer, folder: Path) -> CrowdData:
    """The crowd of a layer; it needs no files. Its passport reports a lack of room."""
    placement, corners = place_crowd(layer), layer.area_m
    count = len(placement.standing_m) + len(placement.path_of)
    random = np.random.default_rng([layer.seed, 1])
    variant = random.choice(len(COSTUMES), count, p=_VARIANT_SHARES)
    passport = () if count == layer.count else (_no_room(count, layer.count),)
    return CrowdData(
        placement=placement,
        centre_m=(sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners), layer.ground_m),
        people=_people(random, variant, np.array(layer.costume)),
        variant=variant,
        rank=random.permutation(count) / max(1, count),
        path_rank=random.permutation(len(placement.path_m)) / max(1, len(placement.path_m)),
        idle_rate=2.0 * math.pi / random.uniform(7.0, 13.0, count),
        idle_start=random.uniform(0.0, 2.0 * math.pi, count),
        passport=passport,
    )


def _people(random: np.random.Generator, variant: NDArray[np.int64], costume: Floats) -> Float32s:
    """(N, 20) colours and sizes."""
    count = len(variant)
    people = np.zeros((count, PERSON_FLOATS))
    chosen = random.integers(0, len(costume), count)
    robe = costume[chosen] * random.uniform(0.55, 1.35, (count, 1)) * random.uniform(0.88, 1.12, (count, 3))
    other = costume[(chosen + random.integers(1, max(2, len(costume)), count)) % len(costume)]
    mean = other.mean(axis=1, keepdims=True)
    under = (0.55 * other + 0.45 * mean) * random.uniform(0.7, 1.6, (count, 1))
    trim = np.where(random.random((count, 1)) < 0.5, 0.35 * robe, 0.25 + 0.6 * other)
    middle, spread = np.array(_HEIGHTS_M)[variant].T
    height_m = np.clip(random.normal(middle, spread), 1.45, 1.92)
    people[:, 0:3], people[:, 3] = robe, height_m / HEIGHT_M
    people[:, 4:7], people[:, 7] = under, np.clip(random.normal(1.0, 0.06, count), 0.88, 1.18)
    people[:, 8:11], people[:, 11] = trim, random.uniform(0.15, 1.0, count)
    people[:, 12:15] = _SKINS[random.integers(0, len(_SKINS), count)] * random.uniform(0.85, 1.15, (count, 1))
    people[:, 15] = random.normal(0.0, 0.22, count)
    people[:, 16:19] = _HAIRS[random.choice(len(_HAIRS), count, p=(0.55, 0.33, 0.12))]
    people[:, 19] = random.random(count)
    people[:, [0, 1, 2, 4, 5, 6, 8, 9, 10]] = np.clip(people[:, [0, 1, 2, 4, 5, 6, 8, 9, 10]], 0.012, 0.75)
    return people.astype(np.float32)


def _no_room(count: int, asked: int) -> PassportEntry:
    why = f"there is room for only {count}"
    return approximated("crowd", f"{asked} figures", why, "Make the ground larger or the count smaller")
