"""A trajectory as a TUM file."""

from __future__ import annotations

from pathlib import Path

from stage.errors import InputError
from stage.maths.pose import quaternion_conjugate, quaternion_multiply
from stage.motions.kinds import OPENCV_FROM_STAGE
from stage.motions.trajectory import Trajectory


def write_tum(trajectory: Trajectory, path: Path) -> None:
    """Write `t tx ty tz qx qy qz qw`: seconds, metres, z up, OpenCV camera axes. Raises InputError."""
    lines = ["# t tx ty tz qx qy qz qw"]
    back = quaternion_conjugate(OPENCV_FROM_STAGE)
    for time_s, pose in zip(trajectory.times_s, trajectory.poses, strict=True):
        w, x, y, z = quaternion_multiply(pose.orientation, back)
        lines.append(" ".join(f"{value:.9g}" for value in (time_s, *pose.position_m, x, y, z, w)))
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Check the folder") from error
