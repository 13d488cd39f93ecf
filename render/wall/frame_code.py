"""The frame number as a pattern of black and white cells in the corner of every tile, and its reader. Pure.

8 x 8 cells: a white rim, inside it 36 bits, row by row, the highest first, white is 1: a check of 4 bits, then the
frame number's lowest 32. The check is the xor of the number's hexadecimal digits and `CHECK_SEED`: no black, white or
grey corner reads as a number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CELLS = 8
CELL_PX = 4
"""A cell's side; smaller where the tile is narrower than 8 cells of it."""
NUMBER_BITS = 32
CHECK_SEED = 0xA

_DIGITS = NUMBER_BITS // 4
_HALF = 128


def frame_code(number: int) -> int:
    """The 36 bits shown for a frame number, of which the lowest 32 bits are used."""
    number &= (1 << NUMBER_BITS) - 1
    check = CHECK_SEED
    for digit in range(_DIGITS):
        check ^= number >> (4 * digit) & 0xF
    return check << NUMBER_BITS | number


def cell_px(tile_size_px: tuple[int, int]) -> int:
    """The side of a cell in a tile of that size; 0 where the tile is too small for a code."""
    return min(CELL_PX, min(tile_size_px) // CELLS)


def read_frame_code(tile_pixels: NDArray[np.uint8]) -> int | None:
    """The frame number in a tile's picture, (h, w, 3 or 4) upright, rows from the top; None where there is none."""
    height, width = tile_pixels.shape[:2]
    cell = cell_px((width, height))
    if cell == 0:
        return None
    corner = tile_pixels[: cell * CELLS, : cell * CELLS, :3].astype(np.float64)
    cells = corner.mean(axis=2).reshape(CELLS, cell, CELLS, cell).mean(axis=(1, 3)) > _HALF
    rim = np.ones((CELLS, CELLS), bool)
    rim[1:-1, 1:-1] = False
    if not cells[rim].all():
        return None
    code = 0
    for bit in cells[1:-1, 1:-1].ravel():
        code = code << 1 | int(bit)
    number = code & ((1 << NUMBER_BITS) - 1)
    return number if frame_code(number) == code else None
