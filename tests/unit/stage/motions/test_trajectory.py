"""A trajectory: how it is interpolated, and how it comes in front of the wall."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from stage.maths.pose import pan_tilt_roll_from_quaternion, rotate
from stage.motions.reading import read_motion


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "motion.tum"
    file.write_text(text, encoding="utf-8")
    return file


def test_passes_through_its_poses_and_stands_outside(tmp_path: Path) -> None:
    trajectory = read_motion(written(tmp_path, "0 0 0 0 0 0 0 1\n1 1 0 0 0 0 0 1\n3 0 2 0 0 0 1 1\n4 5 5 5 0 0 1 0\n"))
    for time_s, pose in zip(trajectory.times_s, trajectory.poses, strict=True):
        assert trajectory.pose_at(time_s).position_m == pytest.approx(pose.position_m)
        assert trajectory.pose_at(time_s).orientation == pytest.approx(pose.orientation)
    assert trajectory.pose_at(-1.0).position_m == pytest.approx(trajectory.poses[0].position_m)
    assert trajectory.pose_at(99.0).position_m == pytest.approx(trajectory.poses[-1].position_m)


def test_even_motion_stays_even_at_uneven_times(tmp_path: Path) -> None:
    lines = [f"{t} {2 * t} {-t} 1 0 0 {math.sin(t / 4)} {math.cos(t / 4)}" for t in (0.0, 0.1, 0.15, 0.4, 0.41, 1.0)]
    trajectory = read_motion(written(tmp_path, "\n".join(lines)))
    for t_s in (0.03, 0.12, 0.3, 0.405, 0.77):
        pose = trajectory.pose_at(t_s)
        assert pose.position_m == pytest.approx((2 * t_s, -t_s, 1.0))
        right = (math.cos(t_s / 2), math.sin(t_s / 2), 0.0)
        assert rotate(pose.orientation, (1.0, 0.0, 0.0)) == pytest.approx(right)


def test_velocity_has_no_jumps(tmp_path: Path) -> None:
    trajectory = read_motion(written(tmp_path, "".join(f"{t / 10} {math.sin(t / 5)} 0 0 0 0 0 1\n" for t in range(30))))

    def speed(t_s: float) -> float:
        return (trajectory.pose_at(t_s + 1e-6).position_m[0] - trajectory.pose_at(t_s).position_m[0]) / 1e-6

    for index in range(1, 28):
        assert speed(index / 10 - 2e-6) == pytest.approx(speed(index / 10 + 1e-6), abs=1e-3)


def test_turned_to_the_wall_it_begins_at_the_start_with_no_pan(tmp_path: Path) -> None:
    """A level OpenCV camera that looks along the world's +x (z forward = x, y down = -z) and moves ahead."""
    trajectory = read_motion(written(tmp_path, "0 5 6 7 -0.5 0.5 -0.5 0.5\n1 6 6 7 -0.5 0.5 -0.5 0.5\n"))
    looking = rotate(trajectory.poses[0].orientation, (0.0, 1.0, 0.0))
    assert looking == pytest.approx((1.0, 0.0, 0.0))
    stage = trajectory.facing_stage((0.0, -3.0, 1.5))
    assert stage.poses[0].position_m == pytest.approx((0.0, -3.0, 1.5))
    assert stage.poses[1].position_m == pytest.approx((0.0, -2.0, 1.5))
    assert pan_tilt_roll_from_quaternion(stage.poses[0].orientation) == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)
