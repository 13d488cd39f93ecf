"""OpenTrackIO datagrams, from the tables of its documentation (1.0.1) alone: header, checksum, sample as JSON."""

from __future__ import annotations

import json
import uuid

from stage.model.sources.opentrackio import OpenTrackIoSource
from tools.sim.wire.told import Told

SPACE = uuid.UUID("0dcf70f7-8555-4ef3-9a55-999d9b0f2682")
"""Samples have ids of their own, the same for the same packet."""
F_STOP = 4.0


def opentrackio_bytes(told: Told, source: OpenTrackIoSource) -> bytes:
    """A datagram with one whole sample."""
    return with_header(json.dumps(sample(told, source), separators=(",", ":")).encode(), told.n % 65_536)


def sample(told: Told, source: OpenTrackIoSource) -> dict[str, object]:
    """The sample: one transform, the lens in real values and raw encoders, the moment of capture."""
    pan, tilt, roll = told.angles_deg
    x, y, z = told.place_m
    lens: dict[str, object] = {
        "rawEncoders": {"zoom": told.zoom_raw, "focus": told.focus_raw},
        "pinholeFocalLength": told.lens.focal_length_mm,
        "fStop": F_STOP,
        "entrancePupilOffset": told.entrance_pupil_m,
        "projectionOffset": dict(zip("xy", told.lens.projection_offset_mm, strict=True)),
        "distortion": [
            {
                "model": "Brown-Conrady U-D",
                "radial": list(told.lens.radial) or [0.0],
                "tangential": list(told.lens.tangential) or [0.0, 0.0],
            }
        ],
    }
    return {
        "protocol": {"name": "OpenTrackIO", "version": [1, 0, 1]},
        "sampleId": f"urn:uuid:{uuid.uuid5(SPACE, str(told.n))}",
        "sourceId": source.source_id or f"urn:uuid:{SPACE}",
        "sourceNumber": source.source_number or 1,
        "timing": {
            "sampleTimestamp": dict(zip(("seconds", "nanoseconds"), divmod(told.captured_ns, 10**9), strict=True))
        },
        "lens": lens,
        "transforms": [
            {
                "translation": {"x": x, "y": y, "z": z},
                "rotation": {"pan": pan, "tilt": tilt, "roll": roll},
                "id": "Camera",
            }
        ],
    }


def with_header(payload: bytes, sequence: int, encoding: int = 1) -> bytes:
    """One datagram that is the last segment and the first."""
    head = b"OTrk" + bytes((0, encoding)) + sequence.to_bytes(2, "big") + bytes(4)
    head += (0x8000 | len(payload)).to_bytes(2, "big")
    one = two = 0
    for byte in head + payload:
        one = (one + byte) % 256
        two = (two + one) % 256
    return head + bytes((two, one)) + payload
