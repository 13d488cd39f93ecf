"""Where stills of a set are taken from if no stage defines it."""

from __future__ import annotations

from dataclasses import dataclass

from render.stills.drawing import pinhole_view
from render.view.view import View
from stage.maths.pose import Quaternion, Vector, quaternion_from_pan_tilt_roll


@dataclass(frozen=True, slots=True)
class StillPose:
    """A named camera: position (m), pan and tilt (degrees)."""

    name: str
    position_m: Vector
    pan_deg: float
    tilt_deg: float

    @property
    def orientation(self) -> Quaternion:
        """(w, x, y, z), stage from camera."""
        return quaternion_from_pan_tilt_roll(self.pan_deg, self.tilt_deg, 0.0)


POSES = (
    StillPose("front", (0.0, -3.0, 1.5), 0.0, 0.0),
    StillPose("left", (0.5, -4.0, 1.6), 40.0, 2.0),
    StillPose("right", (-0.5, -4.0, 1.6), -40.0, 2.0),
    StillPose("low", (0.8, -2.0, 0.5), -8.0, 8.0),
    StillPose("crane", (0.0, -6.0, 4.0), 0.0, -10.0),
)
"""Typical views of a camera on a stage: from eye height to three sides, from near the floor, from a crane."""


def view_of(pose: StillPose, fov_deg: float, size_px: tuple[int, int]) -> View:
    """The view of a pinhole camera at the pose; `fov_deg` is its horizontal angle of view."""
    return pinhole_view(pose.position_m, pose.orientation, fov_deg, size_px)
