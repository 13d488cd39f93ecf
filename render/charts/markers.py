"""The chart of markers: what a camera needs to find every tile of every wall in a photograph. Pure.

ArUco markers of OpenCV's dictionary 5X5_1000, black on white, a few on each tile, no two the same on the whole stage.
`openstage check --filmed` reads them.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render.charts.sheet import Sheet
from stage.walls.markers import CELLS, SIDE_SHARE, Marker

DICTIONARY = cv2.aruco.DICT_5X5_1000
ROOM_SHARE = (1.0 / SIDE_SHARE - 1.0) / 2.0 - 1.0 / CELLS
"""Of a marker's side: what is left below it after a white cell."""
LEAST_NUMBER_PX = 7


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
