"""Tiles that show where another belongs, or turned: found by trying every place and quarter turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.model.wall import AnyWall, Tile, tiles_of
from stage.walls.markers import Marker
from tools.proof.filmed.pictures import Seen
from tools.proof.filmed.solve import Solution
from tools.proof.filmed.world import WallWorld

QUARTERS = (0, 90, 180, 270)
CLOSE = 0.35
"""A place fits if markers are off by less than this share of their side there."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Strayed:
    """A tile's picture is shown at the place of `at` (None: nowhere it fits), turned clockwise by `turned_deg`."""

    tile: str
    at: str | None
    turned_deg: int


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    wall: str
    tile: Tile


def find_tiles(
    names: set[str],
    markers: Sequence[Marker],
    walls: Sequence[AnyWall],
    worlds: Mapping[str, WallWorld],
    seen: Sequence[Seen],
    solution: Solution,
) -> list[Strayed]:
    """Where each of the named tiles is."""
    places = [_Place(f"{wall.name}/{tile.name}", wall.name, tile) for wall in walls for tile in tiles_of(wall)]
    by_name = {place.name: place for place in places}
    found = []
    for name in sorted(names):
        own = [marker for marker in markers if marker.tile == name]
        tried = [
            (_misfit(own, by_name[name].tile, place, turned, (worlds, seen, solution)), place.name, turned)
            for place in places
            for turned in QUARTERS
            if _fits_in(by_name[name].tile, place.tile, turned)
        ]
        least, at, turned = min(tried)
        found.append(Strayed(name, at, turned) if least <= CLOSE else Strayed(name, None, 0))
    return found


def _fits_in(tile: Tile, place: Tile, turned_deg: int) -> bool:
    size = tile.size_px if turned_deg % 180 == 0 else tile.size_px[::-1]
    return size == place.size_px


def _misfit(
    own: Sequence[Marker], tile: Tile, place: _Place, turned_deg: int,
    known: tuple[Mapping[str, WallWorld], Sequence[Seen], Solution],
) -> float:  # fmt: skip
    """The median error of the tile's markers, in their sides, if the tile were shown at a place, turned."""
    worlds, seen, solution = known
    world, errors = worlds[place.wall], []
    correction = solution.corrections.get(place.wall)
    for marker in own:
        there = _turned(marker.corners_px() - np.asarray(tile.origin_px, np.float64), tile.size_px, turned_deg)
        at = world.place(there + np.asarray(place.tile.origin_px, np.float64))
        points = at[0] if correction is None else world.corrected(at, correction)
        errors += list(_apart(marker.number, points, seen, solution))
    return float(np.median(errors)) if errors else np.inf


def _apart(number: int, points_m: Array, seen: Sequence[Seen], solution: Solution) -> Iterator[float]:
    for picture, one in enumerate(seen):
        for index in np.flatnonzero(one.numbers == number):
            corners = one.corners_px[index]
            side = float(np.linalg.norm(corners[0] - corners[2])) / np.sqrt(2.0)
            yield float(np.linalg.norm(solution.project(picture, points_m) - corners, axis=1).mean()) / side


def _turned(points_px: Array, size_px: tuple[int, int], turned_deg: int) -> Array:
    """Points of a tile once its picture is turned clockwise, from the upper left corner of its new rectangle."""
    x, y = points_px[:, 0], points_px[:, 1]
    width, height = size_px
    match turned_deg:
        case 90:
            return np.stack([height - y, x], axis=-1)
        case 180:
            return np.stack([width - x, height - y], axis=-1)
        case 270:
            return np.stack([y, width - x], axis=-1)
        case _:
            return points_px
