"""Rotations and rigid poses in stage space.

Stage space: right-handed, X right, Y forward (to the main wall), Z up, metres. A camera at zero pose looks
along +Y; the columns of its rotation matrix are right, forward, up. `R = Rz(pan) Rx(tilt) Ry(roll)`
(OpenTrackIO's order; FreeD's pan has the opposite sign). Quaternions are (w, x, y, z), unit length.
Single poses are plain floats: 3 us a transform instead of 60 in small numpy arrays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

IDENTITY: Quaternion = (1.0, 0.0, 0.0, 0.0)
ORIGIN: Vector = (0.0, 0.0, 0.0)


def quaternion_multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    """The rotation `b` followed by `a` (Hamilton product)."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def quaternion_conjugate(q: Quaternion) -> Quaternion:
    """The inverse rotation of a unit quaternion."""
    return (q[0], -q[1], -q[2], -q[3])


def quaternion_normalised(q: Quaternion) -> Quaternion:
    """Unit length, same direction. Raises ValueError for a zero or non-finite quaternion."""
    length = math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    if not math.isfinite(length) or length < 1e-12:
        raise ValueError(f"{q} has no direction")
    return (q[0] / length, q[1] / length, q[2] / length, q[3] / length)


def rotate(q: Quaternion, v: Vector) -> Vector:
    """The vector turned by a unit quaternion: v + 2w(u x v) + 2 u x (u x v)."""
    w, x, y, z = q
    tx = 2.0 * (y * v[2] - z * v[1])
    ty = 2.0 * (z * v[0] - x * v[2])
    tz = 2.0 * (x * v[1] - y * v[0])
    return (
        v[0] + w * tx + y * tz - z * ty,
        v[1] + w * ty + z * tx - x * tz,
        v[2] + w * tz + x * ty - y * tx,
    )


def quaternion_from_rotation_vector(v: Vector) -> Quaternion:
    """The turn about `v` by |v| radians."""
    angle = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    scale = 0.5 - angle * angle / 48.0 if angle < 1e-4 else math.sin(angle / 2.0) / angle
    return (math.cos(angle / 2.0), v[0] * scale, v[1] * scale, v[2] * scale)


def rotation_vector_from_quaternion(q: Quaternion) -> Vector:
    """Axis times angle in radians, the short way (angle <= pi)."""
    w, x, y, z = q if q[0] >= 0.0 else (-q[0], -q[1], -q[2], -q[3])
    sine = math.sqrt(x * x + y * y + z * z)
    scale = 2.0 if sine < 1e-9 else 2.0 * math.atan2(sine, w) / sine
    return (x * scale, y * scale, z * scale)


def slerp(a: Quaternion, b: Quaternion, t: float) -> Quaternion:
    """From `a` (t = 0) to `b` (t = 1) at constant angular speed, the short way."""
    difference = rotation_vector_from_quaternion(quaternion_multiply(b, quaternion_conjugate(a)))
    part = quaternion_from_rotation_vector((difference[0] * t, difference[1] * t, difference[2] * t))
    return quaternion_normalised(quaternion_multiply(part, a))


def quaternion_from_pan_tilt_roll(pan_deg: float, tilt_deg: float, roll_deg: float) -> Quaternion:
    """`Rz(pan) Rx(tilt) Ry(roll)`: pan positive turns left, tilt positive looks up, roll positive clockwise
    seen from behind the camera."""
    pan, tilt, roll = (math.radians(angle) / 2.0 for angle in (pan_deg, tilt_deg, roll_deg))
    turned = quaternion_multiply((math.cos(pan), 0.0, 0.0, math.sin(pan)), (math.cos(tilt), math.sin(tilt), 0.0, 0.0))
    return quaternion_multiply(turned, (math.cos(roll), 0.0, math.sin(roll), 0.0))


def pan_tilt_roll_from_quaternion(q: Quaternion) -> Vector:
    """Degrees (pan, tilt, roll) with tilt in [-90, 90]; at tilt +-90 roll is 0 and pan takes all."""
    right, forward, up = rotate(q, (1, 0, 0)), rotate(q, (0, 1, 0)), rotate(q, (0, 0, 1))
    tilt = math.asin(max(-1.0, min(1.0, forward[2])))
    if abs(forward[2]) > 1.0 - 1e-12:
        return (math.degrees(math.atan2(right[1], right[0])), math.degrees(tilt), 0.0)
    pan, roll = math.atan2(-forward[0], forward[1]), math.atan2(-right[2], up[2])
    return (math.degrees(pan), math.degrees(tilt), math.degrees(roll))


def rotation_matrix(q: Quaternion) -> NDArray[np.float64]:
    """(3, 3), columns = the turned X, Y, Z axes."""
    w, x, y, z = q
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


@dataclass(frozen=True, slots=True)
class Pose:
    """A rigid frame in another: `stage_from_camera` has the camera's origin and axes in stage space."""

    position_m: Vector = ORIGIN
    orientation: Quaternion = IDENTITY

    def __matmul__(self, other: Pose) -> Pose:
        """Chain: `stage_from_rig @ rig_from_sensor` is `stage_from_sensor`."""
        moved = rotate(self.orientation, other.position_m)
        return Pose(
            (
                self.position_m[0] + moved[0],
                self.position_m[1] + moved[1],
                self.position_m[2] + moved[2],
            ),
            quaternion_multiply(self.orientation, other.orientation),
        )

    def inverse(self) -> Pose:
        """The other way round: `camera_from_stage`."""
        back = quaternion_conjugate(self.orientation)
        moved = rotate(back, self.position_m)
        return Pose((-moved[0], -moved[1], -moved[2]), back)

    def transform(self, point: Vector) -> Vector:
        """A point of the inner frame, in the outer frame."""
        moved = rotate(self.orientation, point)
        return (
            self.position_m[0] + moved[0],
            self.position_m[1] + moved[1],
            self.position_m[2] + moved[2],
        )

    def matrix(self) -> NDArray[np.float64]:
        """(4, 4) homogeneous matrix."""
        matrix = np.eye(4)
        matrix[:3, :3] = rotation_matrix(self.orientation)
        matrix[:3, 3] = self.position_m
        return matrix
