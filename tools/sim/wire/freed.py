"""FreeD D1 bytes, from its published definition alone (Vinten Radamec free-d manual v1.4.4, appendix A.3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from stage.model.sources.freed import FreedSource
from tools.sim.wire.told import Told

PER_DEGREE, PER_MM = 32_768, 64
LEAST, MOST, MOST_ENCODER = -(1 << 23), (1 << 23) - 1, (1 << 24) - 1
F_STOP_TIMES_100, IRIS_RAW, GOOD_QUALITY = 400, 0x800, 1


def freed_bytes(told: Told, source: FreedSource) -> bytes:
    """The datagram of a device with this source's settings."""
    pan, tilt, roll = told.angles_deg
    encoders = (told.zoom_raw, told.focus_raw)
    if source.zoom_per_mm is not None:
        encoders = (round(told.lens.focal_length_mm * source.zoom_per_mm), encoders[1])
    sent = message(
        told.camera_id,
        (-pan, tilt, roll),
        [1000.0 * metres for metres in told.place_m],
        [raw + source.encoder_offset for raw in encoders],
        user_field(told.n, source.counter, source.user),
    )
    return bytes(source.body_offset) + resummed(sent, source.checksum)


def message(
    camera_id: int,
    angles_deg: Sequence[float],
    places_mm: Sequence[float],
    encoders: Sequence[int],
    user: int = 0,
) -> bytes:
    """The 29 bytes of a D1: pan, tilt, roll as the manual allows them (-180 to 180); X, Y, Z; zoom, focus."""
    numbers = [round((angle + 180.0) % 360.0 * PER_DEGREE) - 180 * PER_DEGREE for angle in angles_deg]
    numbers += [max(LEAST, min(MOST, round(place * PER_MM))) for place in places_mm]
    body = bytearray([0xD1, camera_id])
    for number in numbers:
        body += number.to_bytes(3, "big", signed=True)
    for encoder in encoders:
        body += min(encoder, MOST_ENCODER).to_bytes(3, "big")
    body += user.to_bytes(2, "big")
    body.append((0x40 - sum(body)) % 256)
    return bytes(body)


def user_field(n: int, counter: str, use: str = "unused") -> int:
    """The user field of packet n: a count in all of it or in bits 12 to 15, over what the device tells in the rest."""
    rest = {"unused": 0, "iris": IRIS_RAW, "f-stop": F_STOP_TIMES_100, "quality": GOOD_QUALITY}[use]
    return {"none": rest or n & 0xFFFF, "user-16": n & 0xFFFF, "sony-mod-16": (n % 16 << 12) + (rest or 400)}[counter]


def resummed(sent: bytes, checksum: str) -> bytes:
    """A message with its last byte computed another way."""
    body, folded = sent[:-1], 0
    for byte in body:
        folded ^= byte
    last = {
        "freed": 0x40 - sum(body),
        "negative": -sum(body),
        "plain": sum(body),
        "xor": folded,
        "tail": 0xF6 - body[26] - body[27],
    }[checksum]
    return body + bytes((last & 0xFF,))
