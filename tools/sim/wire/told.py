"""What a simulated device tells, before it becomes bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from stage.maths.lens import LensModel
from stage.maths.pose import Pose, Vector, pan_tilt_roll_from_quaternion
from stage.model.sources.base import TrackerSource


@dataclass(frozen=True, slots=True)
class Told:
    """Packet `n` of a device: `place_m` along its axes; angles as the stage counts them, with the device's signs and
    zeros; encoders; the lens as it is; when it was captured, on the device's clock."""

    n: int
    place_m: Vector
    angles_deg: Vector
    camera_id: int = 1
    zoom_raw: int = 0
    focus_raw: int = 0
    lens: LensModel = field(default_factory=lambda: LensModel(35.0))
    entrance_pupil_m: float = 0.0
    captured_ns: int = 0


def device_values(stage_from_tracker: Pose, source: TrackerSource) -> tuple[Vector, Vector]:
    """The place and the pan, tilt and roll that a device with the axes, signs, zeros, unit and alignment of `source`
    tells."""
    if source.align is not None:
        space = source.align.pose().inverse() @ stage_from_tracker
        x, y, z = (part / source.align.scale for part in space.position_m)
        stage_from_tracker = Pose((x, y, z), space.orientation)
    device = {}
    for axis, value_m, zero_m in zip(source.axes, stage_from_tracker.position_m, source.zero_position_m, strict=True):
        device[axis[1]] = (-1.0 if axis[0] == "-" else 1.0) * (value_m + zero_m) / source.position_scale
    pan, tilt, roll = pan_tilt_roll_from_quaternion(stage_from_tracker.orientation)
    angles = (
        source.pan_sign * (pan + source.zero_pan_deg),
        source.tilt_sign * (tilt + source.zero_tilt_deg),
        source.roll_sign * (roll + source.zero_roll_deg),
    )
    return (device["x"], device["y"], device["z"]), angles
