"""Charts of geometry and sharpness: focus, pixel ids, the ground of the latency flash. Pure."""

from __future__ import annotations

import cv2
import numpy as np

from render.charts.sheet import CAPITAL_PX, FONT, Sheet
from stage.model.wall import Tile

SPOKES = 36
CORNER_PX = 24
_GRID_PX = (10, 100)


def focus(sheet: Sheet) -> None:
    """Siemens stars in the middle and the corners, converging lines between them: sharp to the centre if the picture
    is shown pixel for pixel."""
    side = min(sheet.width * 0.6, sheet.height)
    places = ((0.5, 0.5, 0.30), (0.15, 0.2, 0.13), (0.85, 0.2, 0.13), (0.15, 0.8, 0.13), (0.85, 0.8, 0.13))
    for x, y, radius in places:
        _star(sheet, x * sheet.width, y * sheet.height, radius * side)
    _wedge(sheet, slice(round(0.42 * sheet.height), round(0.58 * sheet.height)))
    sheet.text(f"{sheet.signal.name}: focus", 0.01, 0.985, 0.022)


def ids(sheet: Sheet, tiles: tuple[Tile, ...]) -> None:
    """A grid of single pixels every 10 and 100, and each tile's name and corners with their coordinates: any rotated,
    moved, scaled or swapped tile is obvious."""
    dim, clear = sheet.signal.code(0.25), sheet.signal.code(0.45)
    for step, code in zip(_GRID_PX, (dim, clear), strict=True):
        sheet.codes[::step] = code
        sheet.codes[:, ::step] = code
    for tile in tiles:
        _tile(sheet, tile)


def flash_ground(sheet: Sheet) -> None:
    """Dark, with its name: the frame number and the flash are drawn over it."""
    sheet.field(0.0, 0.0, 1.0, 1.0, sheet.signal.code(0.1))
    sheet.text(f"{sheet.signal.name}: latency flash, once a second, with the frame's number", 0.01, 0.985, 0.022)


def digits(height_px: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """(height, 10 x width) of 0 and 255: the figures 0 to 9 side by side, each 3/4 as wide as it is high."""
    width = round(height_px * 0.75)
    strip = np.zeros((height_px, 10 * width), np.uint8)
    scale = height_px * 0.8 / CAPITAL_PX
    for figure in range(10):
        place = (figure * width + round(width * 0.1), round(height_px * 0.92))
        cv2.putText(strip, str(figure), place, FONT, scale, (255,), max(1, round(scale * 2.5)), cv2.LINE_8)
    return strip


def _star(sheet: Sheet, x: float, y: float, radius: float) -> None:
    top, left = max(int(y - radius), 0), max(int(x - radius), 0)
    part = sheet.codes[top : int(y + radius) + 1, left : int(x + radius) + 1]
    down, across = np.mgrid[: part.shape[0], : part.shape[1]]
    dx, dy = across + left + 0.5 - x, down + top + 0.5 - y
    lit = np.sin(np.arctan2(dy, dx) * SPOKES) > 0
    inside = np.hypot(dx, dy) <= radius
    part[inside] = np.where(lit, sheet.signal.code(0.75), sheet.signal.code(0.0))[inside][:, None]


def _wedge(sheet: Sheet, rows: slice) -> None:
    """Lines that converge from 12 pixels to 1, left and right of the middle star."""
    for x0, x1 in ((0.02, 0.30), (0.70, 0.98)):
        left, right = round(x0 * sheet.width), round(x1 * sheet.width)
        pitch = np.linspace(12.0, 1.0, right - left) if x0 < 0.5 else np.linspace(1.0, 12.0, right - left)
        down = np.arange(rows.start, rows.stop) - (rows.start + rows.stop - 1) / 2
        lit = (np.floor(down[:, None] / pitch + 0.5).astype(int) & 1) == 0
        sheet.codes[rows, left:right] = np.where(lit, sheet.signal.code(0.75), sheet.signal.code(0.0))[..., None]


def _tile(sheet: Sheet, tile: Tile) -> None:
    (x, y), (width, height) = tile.origin_px, tile.size_px
    part = sheet.codes[y : y + height, x : x + width]
    bright = sheet.signal.code(0.8)
    for edge in (part[0], part[-1], part[:, 0], part[:, -1]):
        edge[:] = bright
    arm = min(CORNER_PX, width // 4, height // 4)
    for rows, columns, rgb in (
        (slice(0, arm), slice(0, arm), (1, 0, 0)),
        (slice(0, arm), slice(-arm, None), (0, 1, 0)),
        (slice(-arm, None), slice(0, arm), (0, 0, 1)),
        (slice(-arm, None), slice(-arm, None), (1, 1, 1)),
    ):
        part[rows, columns] = sheet.signal.code(np.array(rgb) * 0.8)
    words = 0.07 * height / sheet.height
    middle = ((x + width / 2) / sheet.width, (y + height / 2) / sheet.height)
    sheet.centred(f"{sheet.signal.name}/{tile.name}", *middle, words, float(bright), 0.9 * width / sheet.width)
    below = middle[1] + 1.6 * words
    sheet.centred(
        f"({x},{y}) {width}x{height}", middle[0], below, 0.6 * words, float(bright), 0.9 * width / sheet.width
    )
