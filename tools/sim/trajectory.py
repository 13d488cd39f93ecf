"""A recorded camera motion: a TUM file, and the pose at any time in it.

TUM RGB-D format: lines `t tx ty tz qx qy qz qw` (seconds, metres, unit quaternion), `#` starts a comment
(https://cvg.cit.tum.de/data/datasets/rgbd-dataset/file_formats).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from stage.errors import InputError
from stage.maths.pose import (
    Pose,
    Quaternion,
    Vector,
    quaternion_conjugate,
    quaternion_multiply,
    quaternion_normalised,
    rotate,
    slerp,
)

STAGE_FROM_OPENCV: Quaternion = (math.sqrt(0.5), -math.sqrt(0.5), 0.0, 0.0)
"""Turns OpenCV camera axes (x right, y down, z forward) into camera axes of the stage (right, forward, up)."""

FORMAT = "t tx ty tz qx qy qz qw"


@dataclass(frozen=True, slots=True)
class Trajectory:
    """At least two poses at ascending times, the first at 0 s. `name` is the source."""

    name: str
    times_s: tuple[float, ...]
    poses: tuple[Pose, ...]

    @property
    def duration_s(self) -> float:
        return self.times_s[-1]

    def pose_at(self, t_s: float) -> Pose:
        """The pose at a time; before the start and after the end the camera stands still.

        Position follows a Catmull-Rom cubic through the poses (its slope at a pose is that between the neighbours,
        uneven intervals accounted for), rotation the slerp between the two poses.
        """
        t_s = min(max(t_s, 0.0), self.duration_s)
        before = min(bisect_right(self.times_s, t_s), len(self.times_s) - 1) - 1
        step_s = self.times_s[before + 1] - self.times_s[before]
        part = (t_s - self.times_s[before]) / step_s
        a, b = self.poses[before], self.poses[before + 1]
        slope_a, slope_b = self._slope(before), self._slope(before + 1)
        x, y, z = (
            _hermite(a.position_m[i], b.position_m[i], slope_a[i] * step_s, slope_b[i] * step_s, part) for i in range(3)
        )
        return Pose((x, y, z), slerp(a.orientation, b.orientation, part))

    def on_stage(self, start_m: Vector) -> Trajectory:
        """The same motion for a stage camera: OpenCV camera axes become the stage's, and the recording's world, whose
        z is up, is rotated about Z and shifted so that the first pose is at `start_m` with pan 0 (toward +Y).
        """
        first = self.poses[0]
        forward = rotate(first.orientation, (0.0, 0.0, 1.0))
        half = 0.5 * math.atan2(forward[0], forward[1])
        turn: Quaternion = (math.cos(half), 0.0, 0.0, math.sin(half))
        camera_axes = quaternion_conjugate(STAGE_FROM_OPENCV)
        x, y, z = rotate(turn, first.position_m)
        stage_from_world = Pose((start_m[0] - x, start_m[1] - y, start_m[2] - z), turn)
        poses = tuple(
            stage_from_world @ Pose(pose.position_m, quaternion_multiply(pose.orientation, camera_axes))
            for pose in self.poses
        )
        return Trajectory(self.name, self.times_s, poses)

    def _slope(self, index: int) -> Vector:
        """Velocity at a pose, m/s."""
        before, after = max(index - 1, 0), min(index + 1, len(self.poses) - 1)
        seconds = self.times_s[after] - self.times_s[before]
        (ax, ay, az), (bx, by, bz) = self.poses[before].position_m, self.poses[after].position_m
        return ((bx - ax) / seconds, (by - ay) / seconds, (bz - az) / seconds)


def read_tum(path: Path) -> Trajectory:
    """The trajectory of a TUM file, its first time taken as 0. Raises InputError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), "", f"cannot be read ({error})", f"Give a text file of lines `{FORMAT}`") from None
    times_s: list[float] = []
    poses: list[Pose] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        time_s, pose = _parse(str(path), number, line)
        if times_s and time_s <= times_s[-1]:
            problem = f"time {time_s} is not after {times_s[-1]}, the time of the previous pose"
            raise InputError(str(path), f"line {number}", problem, "Sort the lines by time and remove duplicates")
        times_s.append(time_s)
        poses.append(pose)
    if len(poses) < 2:
        problem = f"{len(poses)} poses; a motion needs at least two"
        raise InputError(str(path), "", problem, f"Give lines `{FORMAT}`")
    return Trajectory(str(path), tuple(time_s - times_s[0] for time_s in times_s), tuple(poses))


def _parse(path: str, number: int, line: str) -> tuple[float, Pose]:
    where, remedy = f"line {number}", f"Write `{FORMAT}`: seconds, metres, unit quaternion"
    try:
        values = [float(word) for word in line.split()]
    except ValueError:
        raise InputError(path, where, f"not numbers: {line.strip()[:60]!r}", remedy) from None
    if len(values) != 8 or not all(math.isfinite(value) for value in values):
        raise InputError(path, where, f"not eight finite numbers: {line.strip()[:60]!r}", remedy)
    time_s, x, y, z, qx, qy, qz, qw = values
    try:
        return time_s, Pose((x, y, z), quaternion_normalised((qw, qx, qy, qz)))
    except ValueError:
        raise InputError(path, where, "the quaternion has no direction", remedy) from None


def _hermite(start: float, end: float, slope_start: float, slope_end: float, part: float) -> float:
    """The cubic with these ends and end slopes (per whole interval)."""
    rest = 1.0 - part
    return (
        start * (1.0 + 2.0 * part) * rest * rest
        + slope_start * part * rest * rest
        + end * part * part * (3.0 - 2.0 * part)
        - slope_end * part * part * rest
    )
