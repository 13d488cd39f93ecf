"""FreeD D1 of cameras that are sent on. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stage.maths.pose import pan_tilt_roll_from_quaternion
from stage.model.sends import FreedSend
from stage.model.stagefile import Stage
from tracking.protocols.freed import MAX_U24, FreedPacket, encode, wrapped_deg
from tracking.sends.outgoing import Outgoing

MM_PER_M = 1000.0


class FreedWriter:
    """One datagram a camera; pan is positive to the right, as FreeD has it."""

    def __init__(self, send: FreedSend, stage: Stage) -> None:
        self._send = send

    def datagrams(self, told: Sequence[Outgoing]) -> list[bytes]:
        return [encode(self._packet(each)) for each in told]

    def _packet(self, told: Outgoing) -> FreedPacket:
        pose, lens = told.at(self._send.point), told.lens
        pan, tilt, roll = pan_tilt_roll_from_quaternion(pose.orientation)
        x, y, z = (MM_PER_M * metres for metres in pose.position_m)
        focus_mm = None if lens.focus_m is None else MM_PER_M * lens.focus_m
        return FreedPacket(
            camera_id=told.number,
            pan_deg=wrapped_deg(-pan),
            tilt_deg=tilt,
            roll_deg=wrapped_deg(roll),
            x_mm=x,
            y_mm=y,
            z_mm=z,
            zoom_raw=_encoder(self._send.zoom_per_mm, lens.focal_length_mm, lens.zoom_raw),
            focus_raw=_encoder(self._send.focus_per_mm, focus_mm, lens.focus_raw),
            user=told.sent,
        )


def _encoder(per_mm: float | None, value_mm: float | None, raw: int | None) -> int:
    """Units of a length, or the device's own value; 0 where it is not known, the largest for infinity."""
    if per_mm is None:
        return raw or 0
    if value_mm is None:
        return 0
    return MAX_U24 if math.isinf(value_mm) else min(MAX_U24, round(value_mm * per_mm))
