"""A recorded camera motion: poses at times, and the pose at any time between them. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace

from stage.maths.pose import Pose, Quaternion, Vector, rotate, slerp


@dataclass(frozen=True, slots=True)
class Trajectory:
    """At least two poses at ascending times, the first at 0 s, in stage axes: the camera looks along its +Y, up is +Z,
    metres.

    `name` is the file, `kind` what it was read as; `notes` are sentences about what was recognised or left out.
    """

    name: str
    times_s: tuple[float, ...]
    poses: tuple[Pose, ...]
    kind: str = ""
    notes: tuple[str, ...] = ()

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

    def facing_stage(self, start_m: Vector) -> Trajectory:
        """The same motion turned about Z and shifted so that the first pose is at `start_m` with pan 0 (toward +Y)."""
        first = self.poses[0]
        forward = rotate(first.orientation, (0.0, 1.0, 0.0))
        half = 0.5 * math.atan2(forward[0], forward[1])
        turn: Quaternion = (math.cos(half), 0.0, 0.0, math.sin(half))
        x, y, z = rotate(turn, first.position_m)
        stage_from_world = Pose((start_m[0] - x, start_m[1] - y, start_m[2] - z), turn)
        return replace(self, poses=tuple(stage_from_world @ pose for pose in self.poses))

    def _slope(self, index: int) -> Vector:
        """Velocity at a pose, m/s."""
        before, after = max(index - 1, 0), min(index + 1, len(self.poses) - 1)
        seconds = self.times_s[after] - self.times_s[before]
        (ax, ay, az), (bx, by, bz) = self.poses[before].position_m, self.poses[after].position_m
        return ((bx - ax) / seconds, (by - ay) / seconds, (bz - az) / seconds)


def _hermite(start: float, end: float, slope_start: float, slope_end: float, part: float) -> float:
    """The cubic with these ends and end slopes (per whole interval)."""
    rest = 1.0 - part
    return (
        start * (1.0 + 2.0 * part) * rest * rest
        + slope_start * part * rest * rest
        + end * part * part * (3.0 - 2.0 * part)
        - slope_end * part * part * rest
    )
