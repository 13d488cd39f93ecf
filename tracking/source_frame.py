"""From a device's place and angles to a pose in stage space: axes, signs, unit, zeros and alignment. Pure."""

from __future__ import annotations

import math

from stage.maths.pose import Pose, Quaternion, Vector, pan_tilt_roll_from_quaternion
from stage.model.sources.base import TrackerSource

HALF_RADIAN = math.pi / 360.0
"""Degrees to half the angle in radians, as quaternions use it."""


class SourceFrame:
    """A source's axes, signs, unit, zeros and alignment: what it tells as `stage_from_tracker`.

    `unit_m`: the protocol's unit of length. `pan_sense`: -1 where the protocol counts pan positive to the right (the
    stage counts it positive to the left).
    """

    def __init__(self, source: TrackerSource, unit_m: float = 1.0, pan_sense: int = 1) -> None:
        places = ["xyz".index(axis[1]) for axis in source.axes]
        factors = [(-1 if axis[0] == "-" else 1) * source.position_scale * unit_m for axis in source.axes]
        self._x, self._y, self._z = zip(places, factors, source.zero_position_m, strict=True)
        self._signs = (pan_sense * source.pan_sign, source.tilt_sign, source.roll_sign)
        self._zeros_deg = (source.zero_pan_deg, source.zero_tilt_deg, source.zero_roll_deg)
        self._as_told = self._signs == (1, 1, 1) and self._zeros_deg == (0.0, 0.0, 0.0)
        self._align = None if source.align is None else (source.align.pose(), source.align.scale)

    def from_angles(self, place: Vector, pan_deg: float, tilt_deg: float, roll_deg: float) -> Pose:
        """The tracked point in stage space; `place` in the device's axes and unit, angles in the device's sense."""
        pan_sign, tilt_sign, roll_sign = self._signs
        zero_pan, zero_tilt, zero_roll = self._zeros_deg
        pan = (pan_sign * pan_deg - zero_pan) * HALF_RADIAN
        tilt = (tilt_sign * tilt_deg - zero_tilt) * HALF_RADIAN
        roll = (roll_sign * roll_deg - zero_roll) * HALF_RADIAN
        cp, sp, ct, st, cr, sr = (
            math.cos(pan), math.sin(pan), math.cos(tilt), math.sin(tilt), math.cos(roll), math.sin(roll),
        )  # fmt: skip
        return self._aligned(
            self._place_m(place),
            # Rz(pan) Rx(tilt) Ry(roll), multiplied out
            (
                cp * ct * cr - sp * st * sr,
                cp * st * cr - sp * ct * sr,
                cp * ct * sr + sp * st * cr,
                sp * ct * cr + cp * st * sr,
            ),
        )

    def from_turn(self, place: Vector, turn: Quaternion) -> Pose:
        """The same for a device that tells its rotation as a unit quaternion: right, forward, up as in the stage."""
        if self._as_told:
            return self._aligned(self._place_m(place), turn)
        return self.from_angles(place, *pan_tilt_roll_from_quaternion(turn))

    def _aligned(self, place_m: Vector, turn: Quaternion) -> Pose:
        """The pose where the tracker's space lies on the stage."""
        if self._align is None:
            return Pose(place_m, turn)
        stage_from_space, scale = self._align
        x, y, z = place_m
        return stage_from_space @ Pose((x * scale, y * scale, z * scale), turn)

    def _place_m(self, place: Vector) -> Vector:
        (ix, fx, zx), (iy, fy, zy), (iz, fz, zz) = self._x, self._y, self._z
        return (place[ix] * fx - zx, place[iy] * fy - zy, place[iz] * fz - zz)
