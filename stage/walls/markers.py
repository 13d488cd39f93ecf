"""The markers of the walls' chart: which number is where. Pure.

`render/charts/markers.py` draws them; whoever films or touches the walls looks their places up here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import Vector
from stage.model.wall import AnyWall, tiles_of
from stage.walls.surface import Surface

MOST = 1000
"""Of OpenCV's dictionary 5X5_1000."""
CELLS = 7
"""Across a marker: five of its pattern, and its black rim."""
SPACING_PX = 160
SIDE_SHARE = 0.66
"""Of the space a marker has; the rest is white round it."""
WIDER = 1.25
INSIDE = -1e-6
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker: its number, the tile it is on (`WALL/TILE`), its upper left corner on the wall's canvas, its side."""

    number: int
    wall: str
    tile: str
    origin_px: tuple[int, int]
    side_px: int

    def corners_px(self) -> NDArray[np.float64]:
        """(4, 2) on the canvas: upper left, upper right, lower right, lower left, as OpenCV finds them."""
        (x, y), side = self.origin_px, self.side_px
        return np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], np.float64)


def marker_layout(walls: Sequence[AnyWall]) -> tuple[Marker, ...]:
    """The markers of all walls of a stage, in its order; farther apart where there would be more than the dictionary
    has. A tile that is too small for one has none."""
    spacing: float = SPACING_PX
    while True:
        places = [each for wall in walls for each in _places(wall, spacing)]
        if len(places) <= MOST:
            return tuple(Marker(number, *place) for number, place in enumerate(places))
        spacing *= WIDER
        if spacing > max(max(tile.size_px) for wall in walls for tile in tiles_of(wall)) * WIDER:
            return tuple(Marker(number, *place) for number, place in enumerate(places[:MOST]))


def _places(wall: AnyWall, spacing: float) -> Iterator[tuple[str, str, tuple[int, int], int]]:
    for tile in tiles_of(wall):
        (left, top), (width, height) = tile.origin_px, tile.size_px
        columns, rows = max(1, round(width / spacing)), max(1, round(height / spacing))
        side = int(SIDE_SHARE * min(width / columns, height / rows)) // CELLS * CELLS
        if side < CELLS:
            continue
        for row in range(rows):
            for column in range(columns):
                x = left + round((column + 0.5) * width / columns - side / 2)
                y = top + round((row + 0.5) * height / rows - side / 2)
                yield wall.name, f"{wall.name}/{tile.name}", (x, y), side


def marker_places(walls: Sequence[AnyWall], surfaces: Mapping[str, Surface]) -> dict[int, Vector]:
    """The middle of every marker on the stage, by its number."""
    found: dict[int, Vector] = {}
    for marker in marker_layout(walls):
        (place,) = place_on(surfaces[marker.wall], marker.corners_px().mean(axis=0, keepdims=True))
        if np.isfinite(place).all():
            x, y, z = (float(part) for part in place)
            found[marker.number] = (x, y, z)
    return found


def place_on(surface: Surface, points_px: Points, of: Points | None = None) -> Points:
    """(n, 3) stage positions (or the vertices' values `of`) at canvas points (n, 2), by the triangle each lies in."""
    values = surface.vertices_m if of is None else of
    corners, places = surface.canvas_px[surface.triangles], values[surface.triangles]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    found = np.full((len(points_px), 3), np.nan)
    for number, (x, y) in enumerate(points_px):
        with np.errstate(divide="ignore", invalid="ignore"):
            second = ((x - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (y - a[:, 1])) / area
            third = ((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (x - a[:, 0]) * (b[:, 1] - a[:, 1])) / area
        weights = np.stack([1.0 - second - third, second, third], axis=-1)
        least = np.where(np.isfinite(weights).all(axis=1), weights.min(axis=1), -np.inf)
        best = int(least.argmax())
        if least[best] >= INSIDE * max(1.0, float(abs(area[best]))):
            found[number] = weights[best] @ places[best]
    return found
