"""A sphere round the stage that carries a sky picture: what a plain program uses for a background. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RADIUS_M = 2500.0
ROUND, UP = 96, 48


def dome(pan_rad: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Positions (3 T, 3) and texture coordinates (3 T, 2) of an equirect's sphere seen from inside; the picture's
    middle faces +Y, turned by `pan_rad` counter-clockwise from above, and v counts from its upper row."""
    u, v = np.meshgrid(np.arange(ROUND + 1) / ROUND, np.arange(UP + 1) / UP, indexing="ij")
    turn, height = (u - 0.5) * 2.0 * np.pi - pan_rad, (0.5 - v) * np.pi
    across = np.cos(height)
    grid = np.stack([np.sin(turn) * across, np.cos(turn) * across, np.sin(height)], axis=2) * RADIUS_M
    uv = np.stack([u, v], axis=2)
    corners = [(0, 0), (0, 1), (1, 1), (0, 0), (1, 1), (1, 0)]
    order = np.array(
        [(column + c) * (UP + 1) + row + r for column in range(ROUND) for row in range(UP) for c, r in corners]
    )
    return grid.reshape(-1, 3)[order].astype(np.float32), uv.reshape(-1, 2)[order].astype(np.float32)
