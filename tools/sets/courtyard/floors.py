"""The floors of the courtyard and the inner walls of its galleries, with the light painted into their pictures.

Finer near the stage: there a wall pixel shows about 5 mm of floor, at the far end of the court 10 cm.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stage.maths.arrays import Floats
from tools.sets import textures
from tools.sets.courtyard.gallery import DEPTH_M, FLOOR_Z_M
from tools.sets.courtyard.palace import MARBLE_M, PLASTER_M
from tools.sets.courtyard.places import (
    COLUMNS_X_M,
    COURT_X_M,
    COURT_Y_M,
    GALLERY_Y_M,
    PAVING_M,
    TERRACE_Z_M,
    WAY_X_M,
    WIDE_X_M,
    WIDE_Y_M,
)
from tools.sets.lit_pictures import LitPatch, tiled

NEAR_Y_M = (-4.0, 10.0)
Paint = Callable[[LitPatch], Floats]
"""A patch -> its reflectance, (height, width, 3)."""


def floors() -> list[tuple[LitPatch, Paint]]:
    """Every lit rectangle of the set and its paint."""
    (y0, y1), (near, far), x = COURT_Y_M, NEAR_Y_M, COURT_X_M
    gallery_y, gallery_m = GALLERY_Y_M[0] - 0.7, GALLERY_Y_M[1] - GALLERY_Y_M[0] + 1.4
    wall = COLUMNS_X_M + DEPTH_M - 0.05
    return [
        (_level("court_near", (-x, near), (x, far), 0.0, 60), _court),
        (_level("court_far", (-x, far), (x, y1), 0.0, 40), _court),
        (_level("court_behind", (-x, y0), (x, near), 0.0, 15), _court),
        (_level("wide_court", (-WIDE_X_M, y1), (WIDE_X_M, WIDE_Y_M[1]), 0.0, 15), _paving),
        (_level("corner_left", (-WIDE_X_M, 22.0), (-x, y1), 0.0, 15), _paving),
        (_level("corner_right", (x, 22.0), (WIDE_X_M, y1), 0.0, 15), _paving),
        (_level("terrace", (-14.1, 31.0), (14.1, 54.0), TERRACE_Z_M, 10), _marble),
        (_level("platform", (-8.1, 27.0), (8.1, 31.0), TERRACE_Z_M, 20), _marble),
        (_level("gallery_floor_left", (-wall, gallery_y), (-x, gallery_y + gallery_m), FLOOR_Z_M, 25), _paving),
        (_level("gallery_floor_right", (x, gallery_y), (wall, gallery_y + gallery_m), FLOOR_Z_M, 25), _paving),
        (LitPatch("gallery_wall_left", (-wall, gallery_y, FLOOR_Z_M), (0, gallery_m, 0), (0, 0, 4.0), 25), _plaster),
        (LitPatch("gallery_wall_right", (wall, gallery_y + gallery_m, FLOOR_Z_M), (0, -gallery_m, 0), (0, 0, 4.0), 25),
         _plaster),
    ]  # fmt: skip


def _level(name: str, low_m: tuple[float, float], high_m: tuple[float, float], z_m: float, px_per_m: float) -> LitPatch:
    (x0, y0), (x1, y1) = low_m, high_m
    return LitPatch(name, (x0, y0, z_m), (x1 - x0, 0.0, 0.0), (0.0, y1 - y0, 0.0), px_per_m)


def _court(patch: LitPatch) -> Floats:
    """Paving with the marble way down its middle."""
    picture = _paving(patch)
    across = patch.points_m(*patch.size_px)[0, :, 0]
    way = np.abs(across) < WAY_X_M
    picture[:, way] = _marble(patch)[:, way]
    return picture


def _paving(patch: LitPatch) -> Floats:
    return tiled(textures.paving(), PAVING_M, patch)


def _marble(patch: LitPatch) -> Floats:
    return tiled(textures.marble(), MARBLE_M, patch)


def _plaster(patch: LitPatch) -> Floats:
    return tiled(textures.plaster(), PLASTER_M, patch)
