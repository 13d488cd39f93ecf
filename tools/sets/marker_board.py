"""The set `marker_board`: chessboards at known depths, for measuring what a camera sees.

Every square is its own quad, so corners are exact to the precision of a 32 bit float. No sun,
ambient 1: a square's radiance is its base colour. From (0, -2, 1.5) looking along +Y all boards look equally
large and are separate.
"""

from __future__ import annotations

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.model.layers import EquirectLayer, GltfLayer
from stage.model.scene import Ambient, Scene, Sun
from tools.proof.marker_boards import BOARDS, CORNERS, Board, lattice_m
from tools.sets.glb import Thing, glb_bytes
from tools.sets.materials import Material
from tools.sets.mesh import Mesh, merged
from tools.sets.pictures import radiance_hdr
from tools.sets.solids import quad

WHITE, BLACK, SURROUND = 0.8, 0.02, 0.18


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


def _mesh(board: Board) -> Mesh:
    """The squares and, round them, a white border one square wide (the detector needs it)."""
    across, down = CORNERS[0] + 1, CORNERS[1] + 1
    upper_left = lattice_m(board)[0, 0]
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
