"""The markers of a stage's walls as places on the stage. IO: a wall may be a mesh in a file."""

from __future__ import annotations

from pathlib import Path

from stage.maths.pose import Vector
from stage.model.stagefile import Stage
from stage.walls.markers import marker_places
from stage.walls.surface import surface_of


def stage_markers(stage: Stage, beside: Path) -> dict[int, Vector]:
    """The middle of every marker, by its number. Raises InputError where a wall's mesh cannot be read."""
    return marker_places(stage.walls, {wall.name: surface_of(wall, beside) for wall in stage.walls})
