"""OSC of cameras that are sent on. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from stage.maths.pose import pan_tilt_roll_from_quaternion
from stage.model.sends import OscSend
from stage.model.sources.osc import ID
from stage.model.stagefile import Stage
from stage.units import NS_PER_S
from tracking.sends.outgoing import Outgoing

PER_M = {"m": 1.0, "cm": 100.0, "mm": 1000.0}
INFINITY_M = 1e6
_NOT_IN_ADDRESSES = re.compile(r"[^!-~]|[#*,/?\[\]{}]")


class OscWriter:
    """One bundle a camera, a message a rule, to be obeyed at once."""

    def __init__(self, send: OscSend, stage: Stage) -> None:
        self._rules, self._point, self._per_m = send.rules, send.point, PER_M[send.position_unit]

    def datagrams(self, told: Sequence[Outgoing]) -> list[bytes]:
        return [self._bundle(each) for each in told]

    def _bundle(self, told: Outgoing) -> bytes:
        values = self._values(told)
        id_ = osc_name(told.camera)
        bundle = OscBundleBuilder(IMMEDIATELY)
        for rule in self._rules:
            message = OscMessageBuilder(rule.address.replace(ID, id_))
            for name in rule.arguments:
                if name == "id":
                    message.add_arg(id_, "s")
                else:
                    value = values.get(name.removeprefix("-"), 0.0)
                    message.add_arg(-value if name.startswith("-") else value, "f")
            bundle.add_content(message.build())
        return bytes(bundle.build().dgram)

    def _values(self, told: Outgoing) -> dict[str, float]:
        """By the names that rules use; what is missing is not known."""
        pose, lens = told.at(self._point), told.lens
        pan, tilt, roll = pan_tilt_roll_from_quaternion(pose.orientation)
        x, y, z = (metres * self._per_m for metres in pose.position_m)
        qw, qx, qy, qz = pose.orientation
        focus_m = 0.0 if lens.focus_m is None else min(lens.focus_m, INFINITY_M)
        return {
            "x": x, "y": y, "z": z, "pan": pan, "tilt": tilt, "roll": roll,
            "rx": tilt, "ry": roll, "rz": pan,
            "qw": qw, "qx": qx, "qy": qy, "qz": qz,
            "focal_length_mm": lens.focal_length_mm,
            "focus_distance_m": focus_m,
            "focus_distance_mm": focus_m * 1000.0,
            "f_stop": lens.f_stop or 0.0,
            "entrance_pupil_m": lens.entrance_pupil_m,
            "zoom": float(lens.zoom_raw or 0),
            "focus": float(lens.focus_raw or 0),
            "counter": float(told.sent % 65_536),
            "time_s": told.calendar_ns / NS_PER_S,
        }  # fmt: skip


def osc_name(camera: str) -> str:
    """A camera's name as part of an address: what OSC does not allow there becomes `_`."""
    return _NOT_IN_ADDRESSES.sub("_", camera)
