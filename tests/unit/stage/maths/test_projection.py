"""Projections against the published example, against rays, and against brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.maths.pose import Vector, quaternion_from_pan_tilt_roll, rotation_matrix
from stage.maths.projection import (
    WIDEST_RAD,
    Matrix,
    camera_axes,
    camera_slopes,
    clip_polygon,
    part_of,
    perspective,
    side_planes,
    unit,
    wall_axes,
    wall_slopes,
    widened,
)

LOWER_LEFT, LOWER_RIGHT, UPPER_LEFT = (-2.0, 0.0, 0.0), (2.0, 0.0, 0.0), (-2.0, 0.0, 2.25)
EYE = (0.5, -3.0, 1.2)


def vector(point: NDArray[np.float64]) -> Vector:
    return (float(point[0]), float(point[1]), float(point[2]))


def ndc(matrix: Matrix, point: NDArray[np.float64] | Vector) -> NDArray[np.float64]:
    clip = np.array(matrix).reshape(4, 4).T @ np.array([*point, 1.0])
    return np.asarray(clip[:3] / clip[3])


def test_off_axis_frustum_of_the_published_example() -> None:
    axes = wall_axes(LOWER_LEFT, LOWER_RIGHT, UPPER_LEFT)
    slopes, distance = wall_slopes(axes, LOWER_LEFT, LOWER_RIGHT, UPPER_LEFT, EYE)
    assert axes == ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    assert distance == pytest.approx(3.0, abs=1e-12)
    assert slopes == pytest.approx((-0.833333, 0.5, -0.4, 0.35), abs=1e-6)


def test_wall_corners_fill_the_view() -> None:
    axes = wall_axes(LOWER_LEFT, LOWER_RIGHT, UPPER_LEFT)
    matrix = perspective(EYE, axes, wall_slopes(axes, LOWER_LEFT, LOWER_RIGHT, UPPER_LEFT, EYE)[0])
    assert ndc(matrix, LOWER_LEFT)[:2] == pytest.approx((-1, -1), abs=1e-12)
    assert ndc(matrix, LOWER_RIGHT)[:2] == pytest.approx((1, -1), abs=1e-12)
    assert ndc(matrix, UPPER_LEFT)[:2] == pytest.approx((-1, 1), abs=1e-12)


def test_every_wall_pixel_lies_on_the_ray_it_is_drawn_for() -> None:
    random = np.random.default_rng(1)
    for _ in range(200):
        turn = rotation_matrix(quaternion_from_pan_tilt_roll(*random.uniform(-90, 90, 3)))
        corner, right, up = random.uniform(-5, 5, 3), turn[:, 0] * random.uniform(1, 9), turn[:, 2] * 3.0
        eye = corner + right * random.uniform(-0.5, 1.5) + up * random.uniform(-1, 2) - turn[:, 1] * 2.5
        lower_left, lower_right, upper_left = (vector(p) for p in (corner, corner + right, corner + up))
        axes = wall_axes(lower_left, lower_right, upper_left)
        slopes, _ = wall_slopes(axes, lower_left, lower_right, upper_left, vector(eye))
        box = (100, 40, 160, 70)
        matrix = perspective(vector(eye), axes, part_of(slopes, (320, 120), box))
        x, y = random.uniform(100, 160), random.uniform(40, 70)
        wall_point = corner + right * x / 320 + up * (1 - y / 120)
        behind = eye + (wall_point - eye) * random.uniform(0.2, 300)
        seen = ndc(matrix, behind)
        assert (seen[0] + 1) / 2 * 60 + 100 == pytest.approx(x, abs=1e-8)
        assert 70 - (seen[1] + 1) / 2 * 30 == pytest.approx(y, abs=1e-8)


def test_depth_runs_from_the_near_to_the_far_plane() -> None:
    matrix = perspective(EYE, camera_axes((1, 0, 0, 0)), (-1, 1, -1, 1), near_m=0.1, far_m=3000.0)
    assert ndc(matrix, (0.5, -2.9, 1.2))[2] == pytest.approx(-1, abs=1e-9)
    assert ndc(matrix, (0.5, 2997.0, 1.2))[2] == pytest.approx(1, abs=1e-9)


def test_camera_axes_are_the_columns_of_its_rotation() -> None:
    turn = quaternion_from_pan_tilt_roll(33.0, -12.0, 7.0)
    axes = np.array(camera_axes(turn)).T
    assert axes == pytest.approx(rotation_matrix(turn), abs=1e-12)


def test_sensor_edges_project_to_the_picture_edges() -> None:
    sensor, focal, moved = (24.0, 13.5), 20.0, (0.7, -0.4)
    left, right, lower, upper = camera_slopes(sensor, focal, moved, overscan=1.1)
    for slope, edge in ((left, -13.2), (right, 13.2)):
        assert focal * slope + moved[0] == pytest.approx(edge, abs=1e-12)
    for slope, edge in ((upper, -7.425), (lower, 7.425)):
        assert focal * -slope + moved[1] == pytest.approx(edge, abs=1e-12)


def test_widening_adds_the_angle_at_each_edge_and_stops() -> None:
    wide = widened((-0.2, 0.5, 0.1, 0.9), math.radians(3.0))
    before = [math.atan(slope) for slope in (-0.2, 0.5, 0.1, 0.9)]
    moved = [math.degrees(math.atan(slope) - angle) for slope, angle in zip(wide, before, strict=True)]
    assert moved == pytest.approx([-3.0, 3.0, -3.0, 3.0], abs=1e-9)
    assert widened((-1, 1, -1, 1), math.radians(80.0)) == pytest.approx(
        [sign * math.tan(WIDEST_RAD) for sign in (-1, 1, -1, 1)]
    )


def test_clipping_keeps_exactly_what_is_inside() -> None:
    random = np.random.default_rng(2)
    for _ in range(100):
        origin, across, down = random.uniform(-3, 3, 3), random.normal(size=3) * 3, random.normal(size=3) * 3
        corners = [(*(origin + across * u + down * v), u, v) for u, v in ((0, 0), (1, 0), (1, 1), (0, 1))]
        planes = side_planes((-0.6, 0.4, -0.3, 0.5))
        clipped = np.array(clip_polygon(corners, planes))
        u, v = random.uniform(0, 1, (2, 4000))
        points = origin + across * u[:, None] + down * v[:, None]
        inside = (points @ np.array(planes).T >= 0).all(axis=1)
        if len(clipped) == 0:
            assert not inside.any()
            continue
        assert (clipped[:, :3] @ np.array(planes).T >= -1e-9).all()
        assert clipped[:, :3] == pytest.approx(origin + clipped[:, 3:4] * across + clipped[:, 4:] * down, abs=1e-9)
        assert _in_polygon(clipped[:, 3:], np.stack([u, v], axis=1)).tolist() == inside.tolist()


def test_nothing_behind_the_eye_is_inside() -> None:
    assert clip_polygon([(0.0, -1.0, 0.0), (0.1, -1.0, 0.0), (0.0, -1.0, 0.1)], side_planes((-1, 1, -1, 1))) == []


def test_a_vector_without_length_has_no_direction() -> None:
    with pytest.raises(ValueError, match="no direction"):
        unit((0.0, 0.0, 0.0))


def _in_polygon(polygon: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie inside a convex polygon, whichever way round it goes."""
    after = np.roll(polygon, -1, axis=0)
    edge, to = after - polygon, points[:, None] - polygon
    side = edge[:, 0] * to[..., 1] - edge[:, 1] * to[..., 0]
    return np.asarray((side >= -1e-12).all(axis=1) | (side <= 1e-12).all(axis=1))
