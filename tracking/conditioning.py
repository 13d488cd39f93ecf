"""From a device's values to a camera's pose and lens in stage space. Pure.

`stage_from_tracker` (axes, signs, unit, zero of the source) @ `tracker_from_sensor` (rig of the camera) @
`sensor_from_pupil` (entrance pupil of the lens at its encoders' values, along the optical axis).
"""

from __future__ import annotations

import math

from stage.maths.pose import Pose
from stage.messages.samples import LensState, TrackingSample
from stage.model.camera import Camera
from stage.model.source import FreedSource
from tracking.protocols.freed import FreedPacket

MM_PER_M = 1000.0
FIRST_AXIS = FreedPacket._fields.index("x_mm")
HALF_RADIAN = math.pi / 360.0
"""Degrees to half the angle in radians, as quaternions use it."""


class SourceFrame:
    """A source's axes, signs, unit and zeros: its packets as `stage_from_tracker`."""

    def __init__(self, source: FreedSource) -> None:
        places = [FIRST_AXIS + "xyz".index(axis[1]) for axis in source.axes]
        factors = [(-1 if axis[0] == "-" else 1) * source.position_scale / MM_PER_M for axis in source.axes]
        self._x, self._y, self._z = zip(places, factors, source.zero_position_m, strict=True)
        self._signs = (-source.pan_sign, source.tilt_sign, source.roll_sign)
        self._zeros_deg = (source.zero_pan_deg, source.zero_tilt_deg, source.zero_roll_deg)

    def stage_from_tracker(self, packet: FreedPacket) -> Pose:
        """The tracked point in stage space. FreeD's pan is positive to the right, the stage's to the left."""
        (ix, fx, zx), (iy, fy, zy), (iz, fz, zz) = self._x, self._y, self._z
        pan_sign, tilt_sign, roll_sign = self._signs
        zero_pan, zero_tilt, zero_roll = self._zeros_deg
        pan = (pan_sign * packet.pan_deg - zero_pan) * HALF_RADIAN
        tilt = (tilt_sign * packet.tilt_deg - zero_tilt) * HALF_RADIAN
        roll = (roll_sign * packet.roll_deg - zero_roll) * HALF_RADIAN
        cp, sp, ct, st, cr, sr = (
            math.cos(pan), math.sin(pan), math.cos(tilt), math.sin(tilt), math.cos(roll), math.sin(roll),
        )  # fmt: skip
        return Pose(
            (packet[ix] * fx - zx, packet[iy] * fy - zy, packet[iz] * fz - zz),
            # Rz(pan) Rx(tilt) Ry(roll), multiplied out
            (
                cp * ct * cr - sp * st * sr,
                cp * st * cr - sp * ct * sr,
                cp * ct * sr + sp * st * cr,
                sp * ct * cr + cp * st * sr,
            ),
        )


class CameraConditioner:
    """One camera on a source: rig and lens. Makes its samples, numbered from 0."""

    def __init__(self, camera: Camera, source: FreedSource) -> None:
        self._camera, self._source = camera.name, source.name
        self._zoom, self._focus = source.zoom, source.focus
        self._tracker_from_sensor = camera.rig.pose()
        self._table = camera.lens_table()
        self._number = 0
        self._device_raw: tuple[int, int] | None = None
        self._lens = LensState(camera.lens.points[0].focal_length_mm)
        self._tracker_from_pupil = self._tracker_from_sensor
        self.lens_outside = ""
        """Which encoder is beyond the lens table, by name of the camera; "" where none is."""

    def sample(
        self,
        stage_from_tracker: Pose,
        encoders_raw: tuple[int, int],
        captured_ns: int,
        received_ns: int,
        sender_counter: int | None,
    ) -> TrackingSample:
        """The camera's next sample; `encoders_raw` is the device's (zoom, focus)."""
        if encoders_raw != self._device_raw:
            self._turn_lens(encoders_raw)
        pupil = stage_from_tracker @ self._tracker_from_pupil
        number = self._number
        self._number += 1
        return TrackingSample(
            camera=self._camera,
            source=self._source,
            number=number,
            captured_ns=captured_ns,
            received_ns=received_ns,
            position_m=pupil.position_m,
            orientation=pupil.orientation,
            lens=self._lens,
            sender_counter=sender_counter,
        )

    def _turn_lens(self, encoders_raw: tuple[int, int]) -> None:
        """Look the lens up, only when an encoder moved; for most samples the lens is unchanged."""
        zoom_raw, focus_raw = encoders_raw
        reading = self._table.reading(self._zoom.table_raw(zoom_raw), self._focus.table_raw(focus_raw))
        model = reading.model
        self._lens = LensState(
            model.focal_length_mm, model.projection_offset_mm, model.radial, model.tangential, reading.overscan
        )
        self._tracker_from_pupil = self._tracker_from_sensor @ Pose((0.0, reading.entrance_pupil_m, 0.0))
        self.lens_outside = f"{self._camera}: {reading.outside}" if reading.outside else ""
        self._device_raw = encoders_raw
