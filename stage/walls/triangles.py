"""The triangles of a wall's mesh file, as the file has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 50_000_000
MAX_TRIANGLES = 1_000_000
"""A real wall has a few thousand; more is a scan or a mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class WallTriangles:
    """`positions` (V, 3) in the file's unit and axes; `uv_down` (V, 2) with (0, 0) at the picture's upper left;
    `triangles` (T, 3)."""

    positions: NDArray[np.float64]
    uv_down: NDArray[np.float64]
    triangles: NDArray[np.int32]
