"""The viewpoint of stills: the first camera's pose, kept until it has clearly moved. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stage.maths.pose import Quaternion, Vector
from stage.messages.frames import CameraState, Frame

NEAR_M = 1.0
NEAR_DEG = 20.0
"""A smaller movement keeps the same eye, so a handheld camera does not redraw every still."""
SMALL_ZOOM = 1.25
DEFAULT_FOV_DEG = 60.0
DEFAULT_SHAPE = (16, 9)
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class StillEye:
    """Position (m), orientation (w, x, y, z; stage from camera), horizontal angle of view and the picture's shape."""

    position_m: Vector
    orientation: Quaternion = (1.0, 0.0, 0.0, 0.0)
    fov_deg: float = DEFAULT_FOV_DEG
    shape: tuple[float, float] = DEFAULT_SHAPE

    def height_px(self, width_px: int) -> int:
        """Height of a picture of this width."""
        return max(1, round(width_px * self.shape[1] / self.shape[0]))


def eye_after(eye: StillEye, frame: Frame) -> StillEye:
    """The eye after a frame: unchanged until the first camera has moved or zoomed."""
    if not frame.cameras:
        return eye
    fresh = _eye_of(frame.cameras[0])
    moved = math.dist(fresh.position_m, eye.position_m) > NEAR_M
    turned = _angle_deg(fresh.orientation, eye.orientation) > NEAR_DEG
    zoom = fresh.fov_deg / eye.fov_deg
    zoomed = not 1.0 / SMALL_ZOOM < zoom < SMALL_ZOOM
    return fresh if moved or turned or zoomed or fresh.shape != eye.shape else eye


def _eye_of(camera: CameraState) -> StillEye:
    width_mm = camera.sensor_mm[0]
    fov_deg = 2.0 * math.degrees(math.atan(width_mm / 2.0 / camera.lens.focal_length_mm))
    x, y, z = (round(value, _DIGITS) for value in camera.position_m)
    return StillEye((x, y, z), camera.orientation, round(fov_deg, _DIGITS), camera.sensor_mm)


def _angle_deg(one: Quaternion, other: Quaternion) -> float:
    """The angle between two orientations."""
    return 2.0 * math.degrees(math.acos(min(1.0, abs(sum(a * b for a, b in zip(one, other, strict=True))))))
