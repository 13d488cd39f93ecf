"""Lint rules about values that only make sense in another unit, such as millimetres written as metres. Pure.

Every row gives a generous usual range; a value beyond it raises a warning that names the likely unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stage.files.finding import Finding
from stage.lint.subject import LintedStage
from stage.model.stagefile import Stage
from stage.model.wall import ArcWall, MeshWall

GIVEN_IN = {
    "m": ((1e-3, "millimetres"), (1e-2, "centimetres")),
    "mm": ((1e3, "metres"), (1e1, "centimetres"), (1e-3, "micrometres")),
}
"""By the unit of a key: (factor for the value, the unit it was then given in), the likeliest first."""
LARGEST_WALL_M = 200.0
SMALLEST_WALL_M = 0.05


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual range: no part larger than `most`, the largest part not below `least`."""

    what: str
    unit: str
    least: float
    most: float


PITCH = Usual("pixel pitch", "mm", 0.3, 100.0)
PLACE = Usual("position on a stage", "m", 0.0, 100.0)
RADIUS = Usual("radius of a wall", "m", 0.5, 150.0)
FOCAL_LENGTH = Usual("focal length", "mm", 1.5, 2500.0)
SENSOR = Usual("sensor size", "mm", 3.0, 120.0)
RIG = Usual("distance from the tracked point to the sensor", "m", 0.0, 3.0)
PUPIL = Usual("distance from the sensor to the entrance pupil", "m", 0.0, 0.8)

Value = float | tuple[float, ...]


def unlikely_values(linted: LintedStage) -> Iterator[Finding]:
    """Lengths are in the unit named in the key."""
    for field, value, usual in lengths_of(linted.stage):
        if (doubt := doubted(field.rpartition(".")[2], value, usual)) is not None:
            yield linted.warning(field, *doubt)


def doubted(key: str, value: Value, usual: Usual) -> tuple[str, str] | None:
    """The problem and the remedy of a value beyond its usual range; None where it is usual."""
    parts = value if isinstance(value, tuple) else (value,)
    if _is_usual(parts, usual):
        return None
    return f"{_text(value)} {usual.unit} is an unlikely {usual.what}", _remedy(key, value, parts, usual)


def wall_size(linted: LintedStage) -> Iterator[Finding]:
    """A mesh has a plausible size: its file's unit is that of `unit_m`."""
    for index, wall, surface in linted.shapes():
        extent_m = float(np.ptp(surface.vertices_m, axis=0).max())
        if isinstance(wall, MeshWall) and not SMALLEST_WALL_M <= extent_m <= LARGEST_WALL_M:
            problem = f"wall {wall.name!r} would be {extent_m:.4g} m across"
            remedy = "Set the file's unit: unit_m = 0.01 for centimetres, 0.001 for millimetres"
            yield linted.warning(f"walls[{index}].unit_m", problem, remedy)


def lengths_of(stage: Stage) -> Iterator[tuple[str, Value, Usual]]:
    """(field, value, usual range) of every length in the stage file."""
    yield "stage_eye_m", stage.stage_eye_m, PLACE
    if stage.mark_m is not None:
        yield "mark_m", stage.mark_m, PLACE
    for w, wall in enumerate(stage.walls):
        yield f"walls[{w}].position_m", wall.position_m, PLACE
        if not isinstance(wall, MeshWall):
            yield f"walls[{w}].cabinets.pitch_mm", wall.cabinets.pitch_mm, PITCH
        if isinstance(wall, ArcWall):
            yield f"walls[{w}].radius_m", wall.radius_m, RADIUS
    for s, source in enumerate(stage.sources):
        yield f"sources[{s}].zero_position_m", source.zero_position_m, PLACE
    for c, camera in enumerate(stage.cameras):
        yield f"cameras[{c}].home.position_m", camera.home.position_m, PLACE
        yield f"cameras[{c}].rig.position_m", camera.rig.position_m, RIG
        yield f"cameras[{c}].sensor_mm", camera.sensor_mm, SENSOR
    for f, fixture in enumerate(stage.fixtures):
        yield f"fixtures[{f}].position_m", fixture.position_m, PLACE
        if fixture.aim_m is not None:
            yield f"fixtures[{f}].aim_m", fixture.aim_m, PLACE


def _is_usual(parts: tuple[float, ...], usual: Usual) -> bool:
    return usual.least <= max(map(abs, parts)) <= usual.most


def _remedy(key: str, value: Value, parts: tuple[float, ...], usual: Usual) -> str:
    for factor, unit in GIVEN_IN[usual.unit]:
        meant = tuple([part * factor for part in parts])
        if _is_usual(meant, usual):
            shown = _text(meant if isinstance(value, tuple) else meant[0])
            return f"Was it measured in {unit}? Then write {key} = {shown}"
    return f"Check the value: {key} is in {'metres' if usual.unit == 'm' else 'millimetres'}"


def _text(value: Value) -> str:
    return f"[{', '.join(f'{part:.6g}' for part in value)}]" if isinstance(value, tuple) else f"{value:.6g}"


UNIT_RULES = (unlikely_values, wall_size)
