"""Whether a camera sees what it is there for: axes, signs and zeros that are wrong but plausible show there. Pure.

A wrong axis or sign leaves a pose that a camera might have. What can be noticed: that it stands on the other side of a
wall than its home, sees no wall at all, or lies on its side. What cannot, without a move that somebody makes: a sign
that is wrong while a camera looks straight at the wall (`openstage tracker listen` asks for such moves). These are
doubts, not refusals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from stage.console.link.description import StageDescription, WallShape
from stage.maths.pose import Quaternion, Vector, rotate
from stage.maths.projection import dot, offset

BESIDE_DEG = 75.0
"""So far from the middle of its picture no camera sees anything: half the diagonal of a 10 mm lens is 65 degrees."""
ROLLED_DEG = 60.0
"""Nobody tilts the horizon so far, unless the camera is mounted so."""
LEVEL_DEG = 60.0
"""A camera that looks up or down more steeply has no horizon to speak of."""
INSIDE = 0.02
"""A crossing so near either end of the way is no crossing: homes and cameras may touch a wall."""


def facing_faults(stage: StageDescription, camera: str, position_m: Vector, orientation: Quaternion) -> Iterator[str]:
    """What is odd about where a camera looks, in words; the first is enough."""
    home_m = next((shape.home_m for shape in stage.cameras if shape.name == camera), None)
    for wall in stage.walls:
        share = None if home_m is None else _crossing(wall, home_m, offset(position_m, home_m))
        if share is not None and INSIDE < share < 1.0 - INSIDE:
            yield f"behind wall {wall.name}, seen from its home: check axes and align"
    ahead = rotate(orientation, (0.0, 1.0, 0.0))
    if stage.walls and not any(_seen(wall, position_m, ahead) for wall in stage.walls):
        yield "sees no wall: check axes, pan_sign, zero_pan_deg and align"
    if (roll_deg := _roll_deg(orientation)) is not None and abs(roll_deg) > ROLLED_DEG:
        way = "upside down" if abs(roll_deg) > 180.0 - ROLLED_DEG else "on its side"
        yield f"{way} (rolled {roll_deg:.0f} degrees): unless it is mounted so, check axes, roll_sign and zero_roll_deg"


def _seen(wall: WallShape, position_m: Vector, ahead: Vector) -> bool:
    """Whether a wall may be in the picture: the axis meets it, or passes near a corner or a middle of it."""
    if (share := _crossing(wall, position_m, ahead)) is not None and share > 0.0:
        return True
    middles = [
        _scaled(_sum3(*(wall.vertices_m[corner] for corner in triangle)), 1.0 / 3.0) for triangle in wall.triangles
    ]
    least = math.cos(math.radians(BESIDE_DEG))
    ways = (offset(point, position_m) for point in (*wall.vertices_m, *middles))
    return any(dot(way, ahead) >= least * math.sqrt(dot(way, way)) for way in ways)


def _crossing(wall: WallShape, from_m: Vector, way: Vector) -> float | None:
    """Where a line meets a wall, as a share of the way; the nearest ahead. (Moeller and Trumbore, 1997.)"""
    found = (
        _meets(*(wall.vertices_m[corner] for corner in triangle), from_m=from_m, way=way) for triangle in wall.triangles
    )
    return min((share for share in found if share is not None and share > 0.0), default=None)


def _meets(a: Vector, b: Vector, c: Vector, *, from_m: Vector, way: Vector) -> float | None:
    first, second = offset(b, a), offset(c, a)
    across = _cross(way, second)
    size = dot(first, across)
    if abs(size) < 1e-12:
        return None
    away = offset(from_m, a)
    u = dot(away, across) / size
    along = _cross(away, first)
    v = dot(way, along) / size
    return dot(second, along) / size if u >= 0.0 and v >= 0.0 and u + v <= 1.0 else None


def _roll_deg(orientation: Quaternion) -> float | None:
    """How far the horizon is tilted, clockwise; None where the camera looks too steeply for one."""
    ahead, right, up = (rotate(orientation, axis) for axis in ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))
    if abs(ahead[2]) > math.sin(math.radians(LEVEL_DEG)):
        return None
    return math.degrees(math.atan2(-right[2], up[2]))


def _sum3(a: Vector, b: Vector, c: Vector) -> Vector:
    return (a[0] + b[0] + c[0], a[1] + b[1] + c[1], a[2] + b[2] + c[2])


def _scaled(a: Vector, by: float) -> Vector:
    return (a[0] * by, a[1] * by, a[2] * by)


def _cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
