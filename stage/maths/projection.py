"""Perspective projections of stage space, as plain floats: 3 us a view.

A view is drawn from an eye, along three unit axes (right, forward, up), onto a rectangle of slopes
`(left, right, lower, upper)`: `right . d / forward . d` and `up . d / forward . d` of an offset d from the eye.
A camera's picture and an off-axis view of a wall differ only in their axes. Matrices are 16 floats,
column-major, OpenGL clip space (x right, y up, z in [-w, w]).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from stage.maths.pose import Quaternion, Vector

NEAR_M = 0.1
FAR_M = 3000.0
WIDEST_RAD = math.radians(85.0)
"""The largest angle from the axis to an edge of a rectilinear picture: beyond it, slopes grow out of proportion."""

Matrix = tuple[float, ...]
Slopes = tuple[float, float, float, float]
"""Left, right, lower, upper."""
Axes = tuple[Vector, Vector, Vector]
"""Right, forward, up; unit length."""
Corner = tuple[float, ...]
"""A corner of a polygon: x, y, z and any attributes."""
Plane = tuple[float, float, float]
"""A plane through the origin by its inward normal."""

CUBE: tuple[Axes, ...] = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    ((0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
    ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0, 0.0)),
    ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
)
"""The faces of a cube round an eye, in stage space: ahead, left, right, behind, above, below."""
CUBE_FACE: Slopes = (-1.0, 1.0, -1.0, 1.0)
"""The slopes of one face."""


def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Vector product, right-handed."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def offset(a: Vector, b: Vector) -> Vector:
    """From `b` to `a`."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def unit(a: Vector) -> Vector:
    """The same direction, length 1. Raises ValueError for a vector of no length."""
    length = math.sqrt(dot(a, a))
    if not length > 0.0:
        raise ValueError(f"{a} has no direction")
    return (a[0] / length, a[1] / length, a[2] / length)


def camera_axes(orientation: Quaternion) -> Axes:
    """Right, forward and up of a camera: the columns of its rotation matrix."""
    w, x, y, z = orientation
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)),
        (2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)),
        (2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)),
    )


def camera_slopes(
    sensor_mm: tuple[float, float],
    focal_length_mm: float,
    projection_offset_mm: tuple[float, float] = (0.0, 0.0),
    overscan: float = 1.0,
) -> Slopes:
    """The rectangle a camera films, widened by `overscan` for its distortion.

    OpenLensIO: on the sensor, x right and y down, `e = F (x/z, y/z) + DP` (lens.md section 1); so the edge at
    e = w/2 lies at slope (w/2 - DP.x) / F.
    """
    half_x, half_y = sensor_mm[0] / 2.0 * overscan, sensor_mm[1] / 2.0 * overscan
    dx, dy = projection_offset_mm
    return (
        (-half_x - dx) / focal_length_mm,
        (half_x - dx) / focal_length_mm,
        (-half_y + dy) / focal_length_mm,
        (half_y + dy) / focal_length_mm,
    )


def widened(slopes: Slopes, angle_rad: float) -> Slopes:
    """Each edge moved outward by an angle, none beyond `WIDEST_RAD`."""
    left, right, lower, upper = slopes
    return (
        -math.tan(min(math.atan(-left) + angle_rad, WIDEST_RAD)),
        math.tan(min(math.atan(right) + angle_rad, WIDEST_RAD)),
        -math.tan(min(math.atan(-lower) + angle_rad, WIDEST_RAD)),
        math.tan(min(math.atan(upper) + angle_rad, WIDEST_RAD)),
    )


def perspective(eye_m: Vector, axes: Axes, slopes: Slopes, near_m: float = NEAR_M, far_m: float = FAR_M) -> Matrix:
    """`clip_from_stage` of the view from `eye_m` along `axes` onto `slopes`.

    With x = right . d, y = up . d, w = forward . d: clip x = (2 x - (r + l) w) / (r - l), likewise y, and
    clip z = ((f + n) w - 2 f n) / (f - n) (the OpenGL frustum, written for slopes instead of a near rectangle).
    """
    (right, forward, up), (left_s, right_s, lower_s, upper_s) = axes, slopes
    wide, high, deep = right_s - left_s, upper_s - lower_s, far_m - near_m
    ax, bx = 2.0 / wide, (right_s + left_s) / wide
    ay, by = 2.0 / high, (upper_s + lower_s) / high
    az, bz = (far_m + near_m) / deep, -2.0 * far_m * near_m / deep
    x0, x1, x2 = ax * right[0] - bx * forward[0], ax * right[1] - bx * forward[1], ax * right[2] - bx * forward[2]
    y0, y1, y2 = ay * up[0] - by * forward[0], ay * up[1] - by * forward[1], ay * up[2] - by * forward[2]
    w0, w1, w2 = forward
    ex, ey, ez = eye_m
    w3 = -(w0 * ex + w1 * ey + w2 * ez)
    return (
        x0, y0, az * w0, w0,
        x1, y1, az * w1, w1,
        x2, y2, az * w2, w2,
        -(x0 * ex + x1 * ey + x2 * ez), -(y0 * ex + y1 * ey + y2 * ez), az * w3 + bz, w3,
    )  # fmt: skip


def wall_axes(lower_left: Vector, lower_right: Vector, upper_left: Vector) -> Axes:
    """Axes of the view straight through a flat wall: right and up along its edges, forward away from its front."""
    right, up = unit(offset(lower_right, lower_left)), unit(offset(upper_left, lower_left))
    front = cross(right, up)
    return (right, (-front[0], -front[1], -front[2]), up)


def wall_slopes(
    axes: Axes, lower_left: Vector, lower_right: Vector, upper_left: Vector, eye_m: Vector
) -> tuple[Slopes, float]:
    """The rectangle a flat wall fills as seen from an eye, and the eye's distance before the wall's plane.

    The off-axis frustum of geometry.md section 7 (Kooima) with n = 1. The slopes mean nothing where the distance
    is not positive.
    """
    right, forward, up = axes
    corner = offset(lower_left, eye_m)
    distance = dot(forward, corner)
    scale = 1.0 / distance if distance > 0.0 else 0.0
    return (
        dot(right, corner) * scale,
        dot(right, offset(lower_right, eye_m)) * scale,
        dot(up, corner) * scale,
        dot(up, offset(upper_left, eye_m)) * scale,
    ), distance


def part_of(slopes: Slopes, size_px: tuple[int, int], box_px: tuple[int, int, int, int]) -> Slopes:
    """The rectangle that a box of pixels (x0, y0, x1, y1), rows from the top, fills in a picture of `size_px`."""
    left, right, lower, upper = slopes
    across, down = (right - left) / size_px[0], (upper - lower) / size_px[1]
    x0, y0, x1, y1 = box_px
    return (left + x0 * across, left + x1 * across, upper - y1 * down, upper - y0 * down)


def side_planes(slopes: Slopes) -> tuple[Plane, Plane, Plane, Plane]:
    """Inward normals of the four sides of a view, for points (right, forward, up) from its eye.

    Between them lies nothing behind the eye, so they need no fifth plane.
    """
    left, right, lower, upper = slopes
    return ((1.0, -left, 0.0), (-1.0, right, 0.0), (0.0, -lower, 1.0), (0.0, upper, -1.0))


def clip_polygon(polygon: Sequence[Corner], planes: Sequence[Plane]) -> list[Corner]:
    """The part of a convex polygon inside all planes (Sutherland and Hodgman 1974); empty where there is none.

    Attributes of the corners beyond x, y, z are interpolated along the edges like the position.
    """
    corners = list(polygon)
    for a, b, c in planes:
        heights = [a * p[0] + b * p[1] + c * p[2] for p in corners]
        if min(heights) >= 0.0:
            continue
        if max(heights) <= 0.0:
            return []
        kept: list[Corner] = []
        before, height_before = corners[-1], heights[-1]
        for corner, height in zip(corners, heights, strict=True):
            if (height < 0.0) != (height_before < 0.0):
                t = height_before / (height_before - height)
                kept.append(tuple([p + t * (q - p) for p, q in zip(before, corner, strict=True)]))
            if height >= 0.0:
                kept.append(corner)
            before, height_before = corner, height
        corners = kept
    return corners
