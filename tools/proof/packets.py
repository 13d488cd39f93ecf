"""What a tracker on a camera sends, worked out a second time: to check the tracking chain by bytes it had no part in.

The way back from a true entrance pupil to the device's own numbers, in matrices; the bytes are those of the simulated
devices (tools/sim/wire), which are written from the protocols' definitions. Nothing of `tracking/` is used.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stage.model.base import PoseModel
from stage.model.camera import Camera, LensPoint
from stage.model.source import AnySource
from stage.model.sources.base import EncoderRange
from tools.sim.tracker import camera_id_of
from tools.sim.wire.table import datagram
from tools.sim.wire.told import Told
from tools.sim.wire.turns import turn_matrix

Matrix = NDArray[np.float64]


def packet_of(camera: Camera, source: AnySource, point: LensPoint, place_m: Matrix, turn: Matrix) -> bytes:
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
        source.pan_sign * (pan + source.zero_pan_deg),
        source.tilt_sign * (tilt + source.zero_tilt_deg),
        source.roll_sign * (roll + source.zero_roll_deg),
    )
    device = {"x": 0.0, "y": 0.0, "z": 0.0}
    for axis, value, zero in zip(source.axes, tracked_m, source.zero_position_m, strict=True):
        device[axis[1]] = float(value + zero) / source.position_scale * (-1.0 if axis[0] == "-" else 1.0)
    told = Told(
        n=0,
        place_m=(device["x"], device["y"], device["z"]),
        angles_deg=angles,
        camera_id=camera_id_of(source),
        zoom_raw=_device_raw(source.zoom, point.zoom_raw),
        focus_raw=_device_raw(source.focus, point.focus_raw),
        lens=point.knot().model,
        entrance_pupil_m=point.entrance_pupil_m,
    )
    return datagram(told, source)


def _turn_of(pose: PoseModel) -> Matrix:
    return turn_matrix(pose.pan_deg, pose.tilt_deg, pose.roll_deg)


def _device_raw(encoder: EncoderRange, table_raw: int) -> int:
    """The device's value where the lens table is keyed by `table_raw`."""
    held = min(max(table_raw, encoder.minimum), encoder.maximum)
    return encoder.maximum - (held - encoder.minimum) if encoder.invert else held
