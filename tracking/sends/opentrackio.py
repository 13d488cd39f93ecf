"""OpenTrackIO 1.0.1 of cameras that are sent on. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5

import cbor2

from stage.maths.pose import pan_tilt_roll_from_quaternion
from stage.messages.samples import LensState
from stage.model.sends import OpenTrackIoSend
from stage.model.stagefile import Stage
from stage.units import NS_PER_S
from tracking.protocols.opentrackio import CBOR, JSON, Segment, encode_segment
from tracking.sends.outgoing import Outgoing

VERSION = [1, 0, 1]
STATIC_NS = 2 * NS_PER_S
"""What does not change is told this often, for who listens later."""
LARGEST_PAYLOAD = 1456
"""1500 bytes of Ethernet, less 20 of IP, 8 of UDP and 16 of the header: a sample is never cut in pieces."""
DROPPED = ("static", "tracker")
"""What is left out, in this order, where a sample is too large."""


def _json(sample: Mapping[str, Any]) -> bytes:
    return json.dumps(sample, separators=(",", ":"), allow_nan=False).encode()


ENCODINGS: dict[str, tuple[int, Callable[[Mapping[str, Any]], bytes]]] = {
    "json": (JSON, _json),
    "cbor": (CBOR, cbor2.dumps),
}


class OpenTrackIoWriter:
    """One datagram a camera."""

    def __init__(self, send: OpenTrackIoSend, stage: Stage) -> None:
        self._send = send
        self._rate = stage.rate_hz if send.on == "frame" else None
        self._sensors = {camera.name: camera.sensor_mm for camera in stage.cameras}
        self._ids = {
            camera.name: uuid5(NAMESPACE_DNS, f"{camera.name}.{stage.name}.openstage") for camera in stage.cameras
        }
        self._static_ns: dict[str, int] = {}

    def datagrams(self, told: Sequence[Outgoing]) -> list[bytes]:
        return [self._datagram(each) for each in told]

    def _datagram(self, told: Outgoing) -> bytes:
        sample = self.sample(told)
        encoding, dump = ENCODINGS[self._send.encoding]
        payload = dump(sample)
        for part in DROPPED:
            if len(payload) > LARGEST_PAYLOAD and part in sample:
                del sample[part]
                payload = dump(sample)
        return encode_segment(Segment(encoding, told.sent & 0xFFFF, 0, True, payload))

    def sample(self, told: Outgoing) -> dict[str, Any]:
        """The sample as JSON has it."""
        pose = told.at(self._send.point)
        pan, tilt, roll = pan_tilt_roll_from_quaternion(pose.orientation)
        x, y, z = pose.position_m
        id_ = self._ids.get(told.camera) or UUID(int=0)
        sample: dict[str, Any] = {
            "protocol": {"name": "OpenTrackIO", "version": VERSION},
            "sampleId": uuid5(id_, f"{told.calendar_ns}/{told.sent}").urn,
            "sourceId": id_.urn,
            "sourceNumber": told.number,
            "timing": self._timing(told),
            "tracker": {"status": "live" if told.live else "held", "slate": told.camera},
            "lens": self._lens(told.lens),
            "transforms": [
                {
                    "translation": {"x": x, "y": y, "z": z},
                    "rotation": {"pan": pan, "tilt": tilt, "roll": roll},
                    "id": "Camera",
                }
            ],
        }
        if told.moment_ns >= self._static_ns.get(told.camera, told.moment_ns):
            self._static_ns[told.camera] = told.moment_ns + STATIC_NS
            width, height = told.sensor_mm or self._sensors.get(told.camera, (36.0, 24.0))
            sample["static"] = {
                "camera": {
                    "activeSensorPhysicalDimensions": {"width": width, "height": height},
                    "label": told.camera,
                }
            }
        return sample

    def _timing(self, told: Outgoing) -> dict[str, Any]:
        seconds, nanoseconds = divmod(told.calendar_ns, NS_PER_S)
        timing: dict[str, Any] = {
            "mode": "internal",
            "sampleTimestamp": {"seconds": seconds, "nanoseconds": nanoseconds},
            "sequenceNumber": told.sent & 0xFFFF,
        }
        if self._rate is not None:
            timing["sampleRate"] = {"num": self._rate.numerator, "denom": self._rate.denominator}
        return timing

    def _lens(self, lens: LensState) -> dict[str, Any]:
        """What is known of the lens."""
        told: dict[str, Any] = {"pinholeFocalLength": lens.focal_length_mm}
        told["entrancePupilOffset"] = lens.entrance_pupil_m if self._send.point == "sensor" else 0.0
        told["projectionOffset"] = dict(zip("xy", lens.projection_offset_mm, strict=True))
        raw = {"zoom": lens.zoom_raw, "focus": lens.focus_raw}
        if any(value is not None for value in raw.values()):
            told["rawEncoders"] = {name: value for name, value in raw.items() if value is not None}
        if lens.focus_m is not None and math.isfinite(lens.focus_m):
            told["focusDistance"] = lens.focus_m
        if lens.f_stop:
            told["fStop"] = lens.f_stop
        if lens.radial or lens.tangential:
            distortion: dict[str, Any] = {"model": "Brown-Conrady U-D", "radial": list(lens.radial) or [0.0]}
            if lens.tangential:
                distortion["tangential"] = list(lens.tangential)
            told["distortion"] = [{**distortion, "overscan": max(1.0, lens.overscan)}]
        return told
