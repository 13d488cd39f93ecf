"""What a tracker on a camera sends, written down a second time: to check the tracking chain by bytes it had no part in.

FreeD D1 from its published definition (Vinten Radamec free-d manual v1.4.4, appendix A.3.2), and the way back from a
true entrance pupil to the device's own numbers, in matrices. Nothing of `tracking/` is used.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stage.model.base import PoseModel
from stage.model.camera import Camera, LensPoint
from stage.model.sources.base import EncoderRange
from stage.model.sources.freed import FreedSource

Matrix = NDArray[np.float64]
PER_DEGREE, PER_MM = 32_768, 64


def turn_matrix(pan_deg: float, tilt_deg: float, roll_deg: float) -> Matrix:
    """(3, 3) Rz(pan) Rx(tilt) Ry(roll): columns right, forward, up in the stage."""
    (cp, sp), (ct, st), (cr, sr) = (
        (math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in (pan_deg, tilt_deg, roll_deg)
    )
    about_z = np.array([[cp, -sp, 0.0], [sp, cp, 0.0], [0.0, 0.0, 1.0]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, ct, -st], [0.0, st, ct]])
    about_y = np.array([[cr, 0.0, sr], [0.0, 1.0, 0.0], [-sr, 0.0, cr]])
    return np.asarray(about_z @ about_x @ about_y)


def packet_of(camera: Camera, source: FreedSource, point: LensPoint, place_m: Matrix, turn: Matrix) -> bytes:
    """The datagram a source's device sends while the camera's entrance pupil is at `place_m` (3,) with axes `turn`
    (3, 3), its lens at a calibrated point."""
    sensor_m = place_m - point.entrance_pupil_m * turn[:, 1]
    rig_turn = _turn_of(camera.rig)
    tracked_turn = turn @ rig_turn.T
    tracked_m = sensor_m - tracked_turn @ np.asarray(camera.rig.position_m)
    forward, third = tracked_turn[:, 1], tracked_turn[2]
    pan = math.degrees(math.atan2(-forward[0], forward[1]))
    tilt = math.degrees(math.asin(max(-1.0, min(1.0, forward[2]))))
    roll = math.degrees(math.atan2(-third[0], third[2]))
    angles = (
        -source.pan_sign * (pan + source.zero_pan_deg),
        source.tilt_sign * (tilt + source.zero_tilt_deg),
        source.roll_sign * (roll + source.zero_roll_deg),
    )
    device = {"x": 0.0, "y": 0.0, "z": 0.0}
    for axis, value, zero in zip(source.axes, tracked_m, source.zero_position_m, strict=True):
        device[axis[1]] = float(value + zero) * 1000.0 / source.position_scale * (-1.0 if axis[0] == "-" else 1.0)
    encoders = (_device_raw(source.zoom, point.zoom_raw), _device_raw(source.focus, point.focus_raw))
    return message(1 if source.camera_id is None else source.camera_id, angles, tuple(device.values()), encoders)


def message(
    camera_id: int,
    angles_deg: tuple[float, ...],
    places_mm: tuple[float, ...],
    encoders: tuple[int, int],
    user: int = 0,
) -> bytes:
    """The 29 bytes of a D1: pan, tilt, roll; X, Y, Z; zoom, focus."""
    numbers = [round((angle + 180.0) % 360.0 * PER_DEGREE) - 180 * PER_DEGREE for angle in angles_deg]
    numbers += [round(place * PER_MM) for place in places_mm]
    body = bytearray([0xD1, camera_id])
    for number in numbers:
        body += number.to_bytes(3, "big", signed=True)
    for encoder in encoders:
        body += encoder.to_bytes(3, "big")
    body += user.to_bytes(2, "big")
    body.append((0x40 - sum(body)) % 256)
    return bytes(body)


def _turn_of(pose: PoseModel) -> Matrix:
    return turn_matrix(pose.pan_deg, pose.tilt_deg, pose.roll_deg)


def _device_raw(encoder: EncoderRange, table_raw: int) -> int:
    """The device's value where the lens table is keyed by `table_raw`."""
    held = min(max(table_raw, encoder.minimum), encoder.maximum)
    return encoder.maximum - (held - encoder.minimum) if encoder.invert else held
