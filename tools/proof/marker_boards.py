"""The places of the chessboards in the set `marker_board`, and so of each of their corners. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CORNERS = (6, 4)
"""Inner corners across and down, as cv2.findChessboardCorners counts."""


@dataclass(frozen=True, slots=True)
class Board:
    """A chessboard that faces -Y: the centre of its pattern, the side of its squares, and its lean.

    It leans so that edges cross rows and columns of pixels: an edge along a row of LEDs is known only to half a LED,
    one that crosses many is known to a fraction (the slanted edge of ISO 12233).
    """

    name: str
    centre_m: tuple[float, float, float]
    square_m: float
    roll_deg: float

    def axes(self) -> tuple[Floats, Floats]:
        """Right and down along the pattern, unit length; rolled clockwise as seen from the stage."""
        cosine, sine = math.cos(math.radians(self.roll_deg)), math.sin(math.radians(self.roll_deg))
        return np.array([cosine, 0.0, -sine]), np.array([-sine, 0.0, -cosine])


BOARDS = (
    Board("near", (-1.3, 4.5, 2.18), 0.152, 11.0),
    Board("middle", (-1.8, 7.0, 0.55), 0.21, -14.0),
    Board("deep", (2.8, 12.0, 0.03), 0.327, 16.0),
    Board("far", (5.4, 25.0, 4.34), 0.63, -12.0),
)


def board_corners_m() -> dict[str, Floats]:
    """Inner corners of each board, (24, 3) in stage space, row by row: rows from the top, left to right."""
    return {board.name: lattice_m(board)[1:-1, 1:-1].reshape(-1, 3) for board in BOARDS}


def lattice_m(board: Board) -> Floats:
    """(rows + 1, columns + 1, 3): all corners of all squares of the pattern, without the white border."""
    across, down = CORNERS[0] + 2, CORNERS[1] + 2
    right, below = board.axes()
    i, j = np.meshgrid(np.arange(across) - (across - 1) / 2, np.arange(down) - (down - 1) / 2)
    steps: Floats = i[..., None] * right + j[..., None] * below
    return np.asarray(board.centre_m) + board.square_m * steps
