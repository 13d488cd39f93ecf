"""Whether a camera stands where a camera can stand: units and axes that are wrong show there first. Pure.

These are doubts, not refusals: nothing is changed by them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from stage.console.link.description import StageDescription, WallShape
from stage.maths.pose import ORIGIN, Vector
from stage.maths.projection import dot, offset

FLOOR_M = -0.1
"""The entrance pupil of a camera that lies on the floor is above it; floors are measured a little wrong."""
IN_WALL_M = 0.05
ROOM, ROOM_M = 2.0, 6.0
"""A camera is at most so many times as far from the middle of the stage as its farthest corner, and so much more."""
SMALL = 0.3
LOW_M = 0.5
"""Where a home says that the camera stands at least thrice as far from the origin, and the camera is low above the
floor near the origin, lengths are probably ten times too small."""


def place_faults(stage: StageDescription, camera: str, position_m: Vector) -> Iterator[str]:
    """What cannot be about a camera's place, in words; the first is enough."""
    if position_m[2] < FLOOR_M:
        yield f"{-position_m[2]:.2f} m below the floor: check axes and zero_position_m"
    if (away_m := _beyond(stage, position_m)) > 0.0:
        yield f"{away_m:.0f} m from the middle of the stage: check position_scale and zero_position_m"
    for wall in stage.walls:
        if _in_wall(wall, position_m):
            yield f"within wall {wall.name}: check axes and zero_position_m"
    if _too_small(stage, camera, position_m):
        x, y, z = position_m
        yield f"at {x:.2f}, {y:.2f}, {z:.2f} m: lengths may be ten times too small, check position_scale"


def _beyond(stage: StageDescription, position_m: Vector) -> float:
    """The distance from the middle of the stage, where it is larger than any camera's; else 0."""
    corners = [*(vertex for wall in stage.walls for vertex in wall.vertices_m), *(c.home_m for c in stage.cameras)]
    middle = tuple(math.fsum(axis) / len(corners) for axis in zip(*corners, strict=True))
    reach = max(math.dist(corner, middle) for corner in corners)
    away = math.dist(position_m, middle)
    return away if away > ROOM * reach + ROOM_M else 0.0


def _too_small(stage: StageDescription, camera: str, position_m: Vector) -> bool:
    home = next((shape.home_m for shape in stage.cameras if shape.name == camera), None)
    if home is None or position_m[2] > LOW_M:
        return False
    return math.dist(position_m, ORIGIN) < SMALL * math.dist(home, ORIGIN) and home[2] > 2.0 * LOW_M


def _in_wall(wall: WallShape, position_m: Vector) -> bool:
    """Whether a point lies in the plane of a triangle of the wall, and inside it."""
    for a, b, c in wall.triangles:
        first, second, third = (wall.vertices_m[corner] for corner in (a, b, c))
        u, v, w = offset(second, first), offset(third, first), offset(position_m, first)
        normal = _cross(u, v)
        size = math.sqrt(dot(normal, normal))
        if size == 0.0 or abs(dot(normal, w)) / size > IN_WALL_M:
            continue
        along = dot(_cross(w, v), normal) / (size * size)
        across = dot(_cross(u, w), normal) / (size * size)
        if along >= 0.0 and across >= 0.0 and along + across <= 1.0:
            return True
    return False


def _cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
