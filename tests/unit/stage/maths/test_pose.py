"""Rotations and poses by their laws, and by what they mean on a stage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from stage.maths.pose import (
    IDENTITY,
    Pose,
    Quaternion,
    Vector,
    pan_tilt_roll_from_quaternion,
    quaternion_conjugate,
    quaternion_from_pan_tilt_roll,
    quaternion_from_rotation_vector,
    quaternion_multiply,
    quaternion_normalised,
    rotate,
    rotation_matrix,
    rotation_vector_from_quaternion,
    slerp,
)

LAW = settings(max_examples=200, deadline=None, derandomize=True)
CLOSE = 1e-9

turns = st.tuples(*[st.floats(-1.7, 1.7)] * 3).map(quaternion_from_rotation_vector)
points = st.tuples(*[st.floats(-100, 100)] * 3)
poses = st.builds(Pose, points, turns)


def same_turn(a: Quaternion, b: Quaternion) -> bool:
    """q and -q are one turn."""
    return abs(abs(float(np.dot(a, b))) - 1.0) < CLOSE


def near(a: Vector, b: Vector, within: float = 1e-7) -> bool:
    return math.dist(a, b) < within


@LAW
@given(poses)
def test_a_pose_and_its_inverse_cancel(pose: Pose) -> None:
    for chained in (pose @ pose.inverse(), pose.inverse() @ pose):
        assert near(chained.position_m, (0, 0, 0))
        assert same_turn(chained.orientation, IDENTITY)


@LAW
@given(poses, poses, poses)
def test_poses_chain_in_any_grouping(a: Pose, b: Pose, c: Pose) -> None:
    left, right = (a @ b) @ c, a @ (b @ c)
    assert near(left.position_m, right.position_m)
    assert same_turn(left.orientation, right.orientation)


@LAW
@given(poses, poses, points)
def test_chaining_is_transforming_twice(a: Pose, b: Pose, point: Vector) -> None:
    assert near((a @ b).transform(point), a.transform(b.transform(point)))


@LAW
@given(poses, points)
def test_the_matrix_says_the_same(pose: Pose, point: Vector) -> None:
    assert near(pose.transform(point), tuple(pose.matrix() @ (*point, 1.0))[:3])


@LAW
@given(turns, points)
def test_turning_keeps_length_and_agrees_with_scipy(turn: Quaternion, point: Vector) -> None:
    w, x, y, z = turn
    turned = rotate(turn, point)
    assert math.isclose(math.hypot(*turned), math.hypot(*point), abs_tol=1e-9)
    assert near(turned, tuple(Rotation.from_quat([x, y, z, w]).apply(point)))
    assert near(turned, tuple(rotation_matrix(turn) @ point))


@LAW
@given(turns, turns)
def test_multiplying_is_turning_by_the_right_one_first(a: Quaternion, b: Quaternion) -> None:
    point = (0.3, -1.2, 2.5)
    assert near(rotate(quaternion_multiply(a, b), point), rotate(a, rotate(b, point)))
    assert same_turn(quaternion_multiply(a, quaternion_conjugate(a)), IDENTITY)


@LAW
@given(st.floats(-179.9, 179.9), st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_pan_tilt_roll_come_back(pan: float, tilt: float, roll: float) -> None:
    back = pan_tilt_roll_from_quaternion(quaternion_from_pan_tilt_roll(pan, tilt, roll))
    assert near(back, (pan, tilt, roll), 1e-5)


@LAW
@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_pan_tilt_roll_are_turns_about_z_x_y_in_that_order(pan: float, tilt: float, roll: float) -> None:
    ours = rotation_matrix(quaternion_from_pan_tilt_roll(pan, tilt, roll))
    theirs = Rotation.from_euler("ZXY", [pan, tilt, roll], degrees=True).as_matrix()
    assert np.allclose(ours, theirs, atol=CLOSE)


@pytest.mark.parametrize("tilt", [90.0, -90.0])
def test_straight_up_and_down_pan_takes_all(tilt: float) -> None:
    turn = quaternion_from_pan_tilt_roll(20.0, tilt, 10.0)
    pan, back, roll = pan_tilt_roll_from_quaternion(turn)
    assert back == pytest.approx(tilt)
    assert roll == 0.0
    assert same_turn(quaternion_from_pan_tilt_roll(pan, back, roll), turn)


def test_what_the_angles_mean_on_a_stage() -> None:
    forward, right, up = (0, 1, 0), (1, 0, 0), (0, 0, 1)
    assert near(rotate(quaternion_from_pan_tilt_roll(90, 0, 0), forward), (-1, 0, 0)), "pan turns left"
    assert near(rotate(quaternion_from_pan_tilt_roll(0, 90, 0), forward), up), "tilt looks up"
    assert near(rotate(quaternion_from_pan_tilt_roll(0, 0, 90), up), right), "roll leans right"


@LAW
@given(turns)
def test_rotation_vectors_come_back(turn: Quaternion) -> None:
    vector = rotation_vector_from_quaternion(turn)
    assert math.hypot(*vector) <= math.pi + CLOSE
    assert same_turn(quaternion_from_rotation_vector(vector), turn)


@pytest.mark.parametrize("angle", [0.0, 1e-15, 1e-9, 0.9999e-4, 1.0001e-4])
def test_tiny_rotation_vectors_are_not_lost(angle: float) -> None:
    turn = quaternion_from_rotation_vector((0.0, angle, 0.0))
    assert math.isclose(rotation_vector_from_quaternion(turn)[1], angle, rel_tol=1e-9, abs_tol=1e-18)


@LAW
@given(turns, turns, st.floats(0, 1))
def test_slerp_goes_all_the_way_at_constant_speed(a: Quaternion, b: Quaternion, t: float) -> None:
    def angle(p: Quaternion, q: Quaternion) -> float:
        return math.hypot(*rotation_vector_from_quaternion(quaternion_multiply(q, quaternion_conjugate(p))))

    assert same_turn(slerp(a, b, 0.0), a)
    assert same_turn(slerp(a, b, 1.0), b)
    assert math.isclose(angle(a, slerp(a, b, t)), t * angle(a, b), abs_tol=1e-6)


def test_a_quaternion_without_direction_is_refused() -> None:
    assert quaternion_normalised((2.0, 0.0, 0.0, 0.0)) == IDENTITY
    for broken in ((0.0, 0.0, 0.0, 0.0), (math.nan, 0.0, 0.0, 1.0), (math.inf, 0.0, 0.0, 0.0)):
        with pytest.raises(ValueError, match="direction"):
            quaternion_normalised(broken)
