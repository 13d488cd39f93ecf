"""The markers of the wall's chart as places on the stage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from render.charts.markers import marker_layout
from stage.maths.pose import Vector
from stage.model.stagefile import Stage
from stage.walls.surface import surface_of
from tools.proof.filmed.world import place_on


def marker_places(stage: Stage, beside: Path) -> Mapping[int, Vector]:
    """The middle of every marker, by its number. Raises InputError where a wall's mesh cannot be read."""
    surfaces = {wall.name: surface_of(wall, beside) for wall in stage.walls}
    found: dict[int, Vector] = {}
    for marker in marker_layout(stage.walls):
        middle = marker.corners_px().mean(axis=0, keepdims=True)
        (place,) = place_on(surfaces[marker.wall], middle)
        if np.isfinite(place).all():
            x, y, z = (float(part) for part in place)
            found[marker.number] = (x, y, z)
    return found
