"""The set on the walls, seen directly without any wall: the reference for checks and the witness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.gl.pixels import FLOATS, pixel_rows
from render.scene.held_sets import HeldSets
from render.view.moment import Moment
from render.view.view import View


def direct_view(
    sets: HeldSets, view: View, size_px: tuple[int, int], moment: Moment | None = None
) -> NDArray[np.float32]:
    """(h, w, 4) rows from the top: linear light, or positions (PROBE)."""
    target = sets.targets.view_target(size_px)
    sets.shown.draw(target.framebuffer, (0, 0, *size_px), view, moment or Moment())
    target.resolve((0, 0, *size_px))
    picture = pixel_rows(target.readable, FLOATS)
    target.release()
    return picture
