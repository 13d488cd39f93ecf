"""The set `marker_board`: chessboards at known depths, for measuring what a camera sees.

Every square is its own quad, so corners are where the geometry says, to the precision of a 32 bit float. No sun,
ambient 1: a square's radiance is its base colour. From (0, -2, 1.5) looking along +Y all boards look equally
large and stand apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.model.layers import EquirectLayer, GltfLayer
from stage.model.scene import Ambient, Scene, Sun
from tools.sets.glb import Material, Thing, glb_bytes
from tools.sets.mesh import Mesh, merged
from tools.sets.pictures import radiance_hdr
from tools.sets.solids import quad

CORNERS = (6, 4)
"""Inner corners across and down, as cv2.findChessboardCorners counts."""

WHITE, BLACK, SURROUND = 0.8, 0.02, 0.18


@dataclass(frozen=True, slots=True)
class Board:
    """A chessboard that faces -Y: the centre of its pattern, the side of its squares, and how it leans.

    It leans so that edges cross rows and columns of pixels: an edge along a row of LEDs is only known to half a LED,
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
    return {board.name: _lattice(board)[1:-1, 1:-1].reshape(-1, 3) for board in BOARDS}


def marker_board() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    paint = Material("board", (1.0, 1.0, 1.0))
    things = [Thing(board.name, {"board": _mesh(board)}) for board in BOARDS]
    scene = Scene(
        schema="scene/1",
        name="marker_board",
        description="Chessboards of 6 x 4 inner corners at 4.5, 7, 12 and 25 m on mid grey, for measuring",
        layers=(
            GltfLayer(kind="gltf", file="marker_board.glb"),
            EquirectLayer(kind="equirect", file="grey.hdr"),
        ),
        sun=Sun(radiance=(0.0, 0.0, 0.0)),
        ambient=Ambient(up=(1.0, 1.0, 1.0), down=(1.0, 1.0, 1.0)),
    )
    return {
        "scene.toml": scene,
        "marker_board.glb": glb_bytes(things, [paint], {}),
        "grey.hdr": radiance_hdr(np.full((16, 32, 3), SURROUND)),
    }


def _lattice(board: Board) -> Floats:
    """(rows + 1, columns + 1, 3): all corners of all squares of the pattern, without the white border."""
    across, down = CORNERS[0] + 2, CORNERS[1] + 2
    right, below = board.axes()
    i, j = np.meshgrid(np.arange(across) - (across - 1) / 2, np.arange(down) - (down - 1) / 2)
    steps: Floats = i[..., None] * right + j[..., None] * below
    return np.asarray(board.centre_m) + board.square_m * steps


def _mesh(board: Board) -> Mesh:
    """The squares and, round them, a white border one square wide (the detector needs it)."""
    across, down = CORNERS[0] + 1, CORNERS[1] + 1
    upper_left = _lattice(board)[0, 0]
    right, below = (board.square_m * axis for axis in board.axes())
    squares = []
    for row in range(-1, down + 1):
        for place in range(-1, across + 1):
            inside = 0 <= row < down and 0 <= place < across
            tone = BLACK if inside and (row + place) % 2 == 0 else WHITE
            x, y, z = (upper_left + place * right + (row + 1) * below).tolist()
            squares.append(quad((x, y, z), _vector(right), _vector(-below)).tinted((tone, tone, tone)))
    return merged(squares)


def _vector(row: Floats) -> Vector:
    x, y, z = row.tolist()
    return (x, y, z)
