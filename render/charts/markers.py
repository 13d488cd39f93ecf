"""The chart of markers: what a camera needs to find every tile of every wall in a photograph. Pure.

ArUco markers of OpenCV's dictionary 5X5_1000, black on white, a few on each tile, no two the same on the whole stage.
`openstage check --filmed` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from render.charts.sheet import Sheet
from stage.model.wall import AnyWall, tiles_of

DICTIONARY = cv2.aruco.DICT_5X5_1000
MOST = 1000
CELLS = 7
"""Across a marker: five of its pattern, and its black rim."""
SPACING_PX = 160
SIDE_SHARE = 0.66
"""Of the space a marker has; the rest is white round it."""
WIDER = 1.25
ROOM_SHARE = (1.0 / SIDE_SHARE - 1.0) / 2.0 - 1.0 / CELLS
"""Of a marker's side: what is left below it after a white cell."""
LEAST_NUMBER_PX = 7


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


def draw_markers(sheet: Sheet, markers: Sequence[Marker]) -> None:
    """White, with the markers of this wall."""
    sheet.codes[:] = sheet.signal.code(0.75)
    dark = sheet.signal.code(0.0)
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    for marker in markers:
        picture = cv2.aruco.generateImageMarker(dictionary, marker.number, marker.side_px)
        x, y = marker.origin_px
        part = sheet.codes[y : y + marker.side_px, x : x + marker.side_px]
        part[picture == 0] = dark
        _write_number(sheet, marker, dark)


def _write_number(sheet: Sheet, marker: Marker, code: NDArray[np.float64]) -> None:
    """The number below the marker, a cell away from its rim, for whoever stands before it; none on small ones."""
    room = marker.side_px * ROOM_SHARE
    if room < LEAST_NUMBER_PX:
        return
    x, y = marker.origin_px
    lower = (y + marker.side_px * (1.0 + 1.0 / CELLS) + room) / sheet.height
    sheet.text(str(marker.number), x / sheet.width, lower, room / sheet.height, float(code))


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
