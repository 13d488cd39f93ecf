"""Motions are pure functions of time with the dynamics they promise."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest

from stage.errors import InputError
from stage.maths.pose import (
    Pose,
    Vector,
    pan_tilt_roll_from_quaternion,
    quaternion_conjugate,
    quaternion_from_pan_tilt_roll,
    quaternion_multiply,
    rotate,
    rotation_vector_from_quaternion,
)
from tests.places import DATA
from tools.sim.motion import DEFAULT_HOME, MOTIONS, Motion, motion_named

STEP_S = 1.0 / 240.0


def distance(a: Vector, b: Vector) -> float:
    return math.dist(a, b)


def speed_m_s(motion: Motion, t_s: float) -> float:
    return distance(motion.pose_at(t_s + 1e-4).position_m, motion.pose_at(t_s - 1e-4).position_m) / 2e-4


def turn_deg(a: Pose, b: Pose) -> float:
    difference = quaternion_multiply(b.orientation, quaternion_conjugate(a.orientation))
    return math.degrees(math.hypot(*rotation_vector_from_quaternion(difference)))


@pytest.mark.parametrize("name", MOTIONS)
def test_same_time_same_pose_whatever_was_asked_before(name: str) -> None:
    one, other = motion_named(name, seed=3), motion_named(name, seed=3)
    forwards = [one.pose_at(n * 0.1) for n in range(100)]
    backwards = [other.pose_at(n * 0.1) for n in reversed(range(100))]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize("name", MOTIONS)
def test_moves_as_mass_does(name: str) -> None:
    """No jumps: under 2 m/s, under 360 degrees/s, and the speed changes by less than 5 m/s2."""
    motion = motion_named(name, seed=5)
    poses = [motion.pose_at(n * STEP_S) for n in range(240 * 20)]
    steps = [
        tuple((b - a) / STEP_S for a, b in zip(p.position_m, q.position_m, strict=True))
        for p, q in itertools.pairwise(poses)
    ]
    assert max(math.hypot(*step) for step in steps) < 2.0
    assert max(math.dist(a, b) for a, b in itertools.pairwise(steps)) < 5.0 * STEP_S
    assert max(turn_deg(a, b) for a, b in itertools.pairwise(poses)) < 360.0 * STEP_S
    assert max(distance(pose.position_m, DEFAULT_HOME.position_m) for pose in poses) < 2.0


def test_still_stays_at_home() -> None:
    home = Pose((1.0, 2.0, 3.0), quaternion_from_pan_tilt_roll(20, 5, 1))
    assert motion_named("still", home).pose_at(17.0) == home


def test_dolly_has_three_seconds_of_half_a_metre_per_second_to_the_right() -> None:
    dolly = motion_named("dolly")
    for n in range(1, 30):
        t_s = n * 0.1
        assert dolly.pose_at(t_s).position_m[0] == pytest.approx(-0.75 + 0.5 * t_s, abs=1e-12)
    assert dolly.pose_at(1.0).position_m[1:] == DEFAULT_HOME.position_m[1:]
    assert max(dolly.pose_at(n * 0.01).position_m[0] for n in range(2000)) == pytest.approx(1.0, abs=1e-4)
    assert min(dolly.pose_at(n * 0.01).position_m[0] for n in range(2000)) == pytest.approx(-1.0, abs=1e-4)
    assert max(speed_m_s(dolly, n * 0.01) for n in range(1, 2000)) <= 0.5 + 1e-9


def test_dolly_runs_across_the_view_of_its_home() -> None:
    home = Pose((0.0, 0.0, 1.0), quaternion_from_pan_tilt_roll(90, 0, 0))
    assert motion_named("dolly", home).pose_at(3.0).position_m == pytest.approx((0.0, 0.75, 1.0), abs=1e-12)


def test_crane_keeps_its_target_in_the_middle() -> None:
    crane, target = motion_named("crane"), (0.0, DEFAULT_HOME.position_m[1] + 5.0, DEFAULT_HOME.position_m[2])
    heights = []
    for n in range(200):
        pose = crane.pose_at(n * 0.1)
        heights.append(pose.position_m[2])
        seen = pose.inverse().transform(target)
        assert abs(seen[0]) < 1e-9
        assert abs(seen[2]) < 1e-9
        assert seen[1] > 3.0
    assert max(heights) - min(heights) > 2.0


def test_hands_sway_centimetres_and_degrees_and_differ_by_seed() -> None:
    hand = motion_named("handheld", seed=1)
    poses = [hand.pose_at(n * 0.05) for n in range(1200)]
    for axis in range(3):
        home = DEFAULT_HOME.position_m[axis]
        rms = math.sqrt(sum((p.position_m[axis] - home) ** 2 for p in poses) / len(poses))
        assert 0.014 < rms < 0.026
    turns = [turn_deg(DEFAULT_HOME, pose) for pose in poses]
    assert 0.8 < math.sqrt(sum(turn * turn for turn in turns) / len(turns)) < 2.0
    assert hand.pose_at(1.0) != motion_named("handheld", seed=2).pose_at(1.0)


def test_whip_pan_turns_right_ninety_degrees_in_half_a_second() -> None:
    whip = motion_named("whip-pan")

    def pan(t_s: float) -> float:
        return pan_tilt_roll_from_quaternion(whip.pose_at(t_s).orientation)[0]

    assert pan(0.9) == pytest.approx(45.0, abs=0.01)
    assert pan(1.5) == pytest.approx(-45.0, abs=1e-6)
    assert min(pan(1.5 + n * 0.01) for n in range(50)) == pytest.approx(-45.5, abs=0.3)
    assert pan(2.9) == pytest.approx(-45.0, abs=0.01)
    assert pan(4.9) == pytest.approx(45.0, abs=0.01)
    assert whip.pose_at(1.25).position_m == DEFAULT_HOME.position_m


def test_file_motion_is_turned_into_stage_axes_and_centred_on_home(tmp_path: Path) -> None:
    """An OpenCV camera that looks along the world's +X and moves that way: here it looks and moves along home's +Y."""
    half = math.sqrt(0.5)
    looks_along_x = quaternion_multiply((half, 0.0, 0.0, -half), (half, -half, 0.0, 0.0))
    assert rotate(looks_along_x, (0.0, 0.0, 1.0)) == pytest.approx((1.0, 0.0, 0.0))
    w, x, y, z = looks_along_x
    lines = [f"{100 + n} {n * 0.1} 5 2 {x} {y} {z} {w}" for n in range(11)]
    path = tmp_path / "straight.tum"
    path.write_text("# a comment\n" + "\n".join(lines) + "\n")
    motion = motion_named(str(path), DEFAULT_HOME)
    hx, hy, hz = DEFAULT_HOME.position_m
    for t_s, ahead_m in ((0.0, -0.5), (5.0, 0.0), (10.0, 0.5), (15.0, 0.0), (20.0, -0.5)):
        pose = motion.pose_at(t_s)
        assert pose.position_m == pytest.approx((hx, hy + ahead_m, hz), abs=1e-9)
        assert rotate(pose.orientation, (0.0, 1.0, 0.0)) == pytest.approx((0.0, 1.0, 0.0), abs=1e-9)
        assert rotate(pose.orientation, (0.0, 0.0, 1.0)) == pytest.approx((0.0, 0.0, 1.0), abs=1e-9)


def test_a_real_handheld_recording_plays_around_home() -> None:
    """fr1_xyz (TUM RGB-D benchmark, CC BY 4.0): half a metre of hand motion at one desk, 30 s."""
    motion = motion_named(str(DATA / "fr1_xyz.tum"))
    poses = [motion.pose_at(n * 0.1) for n in range(300)]
    for axis in range(3):
        mean = sum(pose.position_m[axis] for pose in poses) / len(poses)
        assert mean == pytest.approx(DEFAULT_HOME.position_m[axis], abs=0.02)
    assert max(distance(pose.position_m, DEFAULT_HOME.position_m) for pose in poses) < 0.6
    for pose in poses:
        forward, up = rotate(pose.orientation, (0.0, 1.0, 0.0)), rotate(pose.orientation, (0.0, 0.0, 1.0))
        assert forward[1] > 0.85
        assert up[2] > 0.85
    home = Pose((1.0, 2.0, 1.5), quaternion_from_pan_tilt_roll(70.0, -8.0, 2.0))
    first = motion_named(str(DATA / "fr1_xyz.tum"), home).pose_at(0.0)
    assert pan_tilt_roll_from_quaternion(first.orientation) == pytest.approx((70.0, -8.0, 2.0), abs=1e-9)


def test_unknown_motion_and_missing_file_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="whip-pan"):
        motion_named("wobble")
    with pytest.raises(InputError, match="cannot be read"):
        motion_named(str(tmp_path / "none.tum"))
