"""Which way is up in a world that does not know it: the way the cameras' tops point. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stage.maths.pose import IDENTITY, Quaternion, Vector, rotate
from stage.motions.kinds import RawPose

OPENCV_UP: Vector = (0.0, -1.0, 0.0)


def level_world(poses: Sequence[RawPose]) -> tuple[list[RawPose], Quaternion]:
    """The poses as they are, and the turn that brings the mean of the (OpenCV) cameras' up onto +Z.

    A person holds a camera level more often than not, so the mean over a recording is close to the vertical.
    """
    ups = [rotate(pose.orientation, OPENCV_UP) for pose in poses]
    x, y, z = (sum(up[axis] for up in ups) for axis in range(3))
    length = math.sqrt(x * x + y * y + z * z)
    return list(poses), IDENTITY if length < 1e-9 * max(1, len(ups)) else _onto_z((x / length, y / length, z / length))


def _onto_z(up: Vector) -> Quaternion:
    """The shortest turn of a unit vector onto +Z; half a turn about x where it points down."""
    x, y, z = up
    if z < -1.0 + 1e-12:
        return (0.0, 1.0, 0.0, 0.0)
    w = math.sqrt((1.0 + z) / 2.0)
    return (w, y / (2.0 * w), -x / (2.0 * w), 0.0)
