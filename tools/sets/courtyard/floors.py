"""The floors of the courtyard: slabs laid one by one, the marble way down its middle, terraces, and the galleries'
inner walls. Floors meet walls and steps edge to edge; none runs on under a wall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tools.sets.courtyard.gallery import DEPTH_M, FLOOR_Z_M
from tools.sets.courtyard.palace import PLASTER_M
from tools.sets.courtyard.places import (
    COLUMNS_X_M,
    COURT_X_M,
    COURT_Y_M,
    GALLERY_Y_M,
    TERRACE_Z_M,
    WAY_X_M,
    WIDE_X_M,
    WIDE_Y_M,
)
from tools.sets.laid import Slabs
from tools.sets.mesh import Mesh, Part
from tools.sets.solids import quad, textured

GREY = Slabs((0.8, 0.4), 4, 8, 1)
PALE = Slabs((1.6, 0.8), 2, 4, 2)
Corner = tuple[float, float]


def floors() -> dict[str, list[Part]]:
    """Every level surface and the galleries' inner walls, by name."""
    (y0, y1), x, way = COURT_Y_M, COURT_X_M, WAY_X_M
    gallery_y, gallery_m = GALLERY_Y_M[0] - 0.7, GALLERY_Y_M[1] - GALLERY_Y_M[0] + 1.4
    wall = COLUMNS_X_M + DEPTH_M - 0.05
    z = FLOOR_Z_M
    return {
        "court_left": [_grey((-x, y0), (-way, y1))],
        "court_right": [_grey((way, y0), (x, y1))],
        "way": [_pale((-way, y0), (way, y1))],
        "wide_court": [_grey((-WIDE_X_M, y1), (WIDE_X_M, WIDE_Y_M[1]), big=True)],
        "corner_left": [_grey((-WIDE_X_M, 22.0), (-x, y1), big=True)],
        "corner_right": [_grey((x, 22.0), (WIDE_X_M, y1), big=True)],
        "terrace": [_pale((-14.1, 31.0), (14.1, 54.0), TERRACE_Z_M)],
        "platform": [_pale((-8.1, 27.0), (8.1, 31.0), TERRACE_Z_M)],
        "gallery_floor_left": [_grey((-wall, gallery_y), (-x, gallery_y + gallery_m), z)],
        "gallery_floor_right": [_grey((x, gallery_y), (wall, gallery_y + gallery_m), z)],
        "gallery_wall_left": [
            Part("plaster", _inner(quad((-wall, gallery_y, z), (0, gallery_m, 0), (0, 0, 4.0), (26, 4))))
        ],
        "gallery_wall_right": [
            Part("plaster", _inner(quad((wall, gallery_y + gallery_m, z), (0, -gallery_m, 0), (0, 0, 4.0), (26, 4))))
        ],
    }


def _grey(low_m: Corner, high_m: Corner, z_m: float = 0.0, *, big: bool = False) -> Part:
    """Paving; `big` slabs are twice the size, for far ground."""
    slabs = Slabs((1.6, 0.8), GREY.columns, GREY.rows, GREY.seed) if big else GREY
    return Part("paving", slabs.laid(low_m, high_m, z_m))


def _pale(low_m: Corner, high_m: Corner, z_m: float = 0.0) -> Part:
    return Part("marble", PALE.laid(low_m, high_m, z_m))


def _inner(wall: Mesh) -> Mesh:
    """Plaster, a little darker near the floor, where rain splashes and people lean."""
    low = np.exp(-(wall.position_m[:, 2] - wall.position_m[:, 2].min()) / 0.5)
    tone = 1.0 - 0.16 * low
    return replace(textured(wall, PLASTER_M), colour=tone[:, None] * np.ones(3))
