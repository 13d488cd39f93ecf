"""FreeD D1, "position/orientation": 29 bytes, big endian, one datagram each.

| offset | field | type | scale |
|---|---|---|---|
| 0 | message type | 0xD1 | |
| 1 | camera id | u8, 0xFF = any | |
| 2, 5, 8 | pan, tilt, roll | s24 | /32768 = degrees |
| 11, 14, 17 | X, Y, Z (height) | s24 | /64 = millimetres |
| 20, 23 | zoom, focus | u24 | raw encoder |
| 26 | user | u16 | vendor defined |
| 28 | checksum | u8 | (0x40 - sum of the bytes before) mod 256 |

Vinten Radamec free-d installation manual v1.4.4, appendices A.3.2 and B. Values are the device's own: pan positive to
the right. The sum does not detect swapped bytes: such a message decodes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import reduce
from operator import xor
from typing import NamedTuple

from stage.errors import PacketError

Buffer = bytes | bytearray | memoryview

D1 = 0xD1
LENGTH = 29
PER_DEGREE = 32_768
PER_MM = 64
CHECKSUM_START = 0x40
TAIL_SUM = 0xF6
ANY_CAMERA = 0xFF
MIN_S24, MAX_S24, MAX_U24 = -0x800000, 0x7FFFFF, 0xFFFFFF

REASONS = ("length", "type", "padding", "checksum")
"""Why a datagram is refused, in the order of the tests."""

OTHER_LENGTHS = {
    0xD0: 4, 0xD2: 16, 0xD3: 13, 0xD4: 18, 0xD5: 18, 0xD6: 18, 0xD7: 18, 0xD8: 21, 0xD9: 5, 0xDA: 30, 0xDB: 4,
}  # fmt: skip
"""Bytes of the family's other messages, which may stand in a datagram beside D1."""

FREED_SUM = "freed"
CHECKSUMS: dict[str, Callable[[Buffer], bool]] = {
    FREED_SUM: lambda message: sum(message) & 0xFF == CHECKSUM_START,
    "negative": lambda message: sum(message) & 0xFF == 0,
    "plain": lambda message: sum(message[:-1]) & 0xFF == message[-1],
    "xor": lambda message: reduce(xor, message) == 0,
    "tail": lambda message: sum(message[-3:]) & 0xFF == TAIL_SUM,
}
"""Whether a message's last byte is right: the manual's way, and those of devices that compute it otherwise. "negative",
"plain": the sum without the start of 0x40, and with the other sign; "xor": of all bytes; "tail": the last three bytes
add up to 0xF6, whatever is before them (an older device)."""

_FIELDS = struct.Struct(">BBbHbHbHbHbHbHBHBHHB")
"""A 24-bit number is read as its high byte (signed if the number is) and its low 16 bits."""


class FreedPacket(NamedTuple):
    """One D1 message in the device's terms: degrees, millimetres, raw encoders.

    Angles hold +-256 degrees, positions +-131 072 mm. `checksum_good` is False only if a bad checksum was accepted.
    """

    camera_id: int
    pan_deg: float = 0.0
    tilt_deg: float = 0.0
    roll_deg: float = 0.0
    x_mm: float = 0.0
    y_mm: float = 0.0
    z_mm: float = 0.0
    zoom_raw: int = 0
    focus_raw: int = 0
    user: int = 0
    checksum_good: bool = True


def decode(
    datagram: Buffer, *, accept_bad_checksum: bool = False, allow_padding: bool = False, checksum: str = FREED_SUM
) -> FreedPacket:
    """The message of a datagram that holds one.

    `allow_padding`: bytes after the message are ignored. `checksum`: how it is computed, one of `CHECKSUMS`. Raises
    PacketError with a reason from `REASONS`, and nothing else, whatever the bytes.
    """
    length = len(datagram)
    if length != LENGTH or datagram[0] != D1:
        _refuse_shape(datagram, length, allow_padding)
    (
        _, id_, pan_h, pan, tilt_h, tilt, roll_h, roll, x_h, x, y_h, y, z_h, z, zoom_h, zoom, focus_h, focus, user, _,
    ) = _FIELDS.unpack_from(datagram)  # fmt: skip
    good = CHECKSUMS[checksum](datagram[:LENGTH])
    if not good and not accept_bad_checksum:
        raise PacketError("checksum", f"{datagram[LENGTH - 1]:#04x} is not the right checksum")
    return FreedPacket(
        camera_id=id_,
        pan_deg=((pan_h << 16) + pan) / PER_DEGREE,
        tilt_deg=((tilt_h << 16) + tilt) / PER_DEGREE,
        roll_deg=((roll_h << 16) + roll) / PER_DEGREE,
        x_mm=((x_h << 16) + x) / PER_MM,
        y_mm=((y_h << 16) + y) / PER_MM,
        z_mm=((z_h << 16) + z) / PER_MM,
        zoom_raw=(zoom_h << 16) + zoom,
        focus_raw=(focus_h << 16) + focus,
        user=user,
        checksum_good=good,
    )


def decode_all(
    datagram: Buffer, *, accept_bad_checksum: bool = False, allow_padding: bool = False, checksum: str = FREED_SUM
) -> list[FreedPacket]:
    """Every D1 of a datagram, in its order; whole messages of other types among them are passed over.

    What follows the first message is another one only if its type, its length and its checksum say so: else it is
    padding. Raises PacketError as `decode`, which refuses for the first message.
    """
    places, end = _places(datagram, CHECKSUMS[checksum])
    if not places:
        return [decode(datagram, allow_padding=allow_padding)]
    if end < len(datagram) and not allow_padding:
        raise PacketError("padding", f"{len(datagram) - end} bytes after the message")
    return [
        decode(datagram[at : at + LENGTH], accept_bad_checksum=accept_bad_checksum, checksum=checksum) for at in places
    ]


def _places(datagram: Buffer, good: Callable[[Buffer], bool]) -> tuple[list[int], int]:
    """Where D1 messages begin, and where the last whole message ends. The first D1 may have a bad checksum."""
    places: list[int] = []
    at, length = 0, len(datagram)
    while at < length:
        is_d1 = datagram[at] == D1
        size = LENGTH if is_d1 else OTHER_LENGTHS.get(datagram[at], 0)
        first = is_d1 and not places
        if size == 0 or at + size > length or not (first or good(datagram[at : at + size])):
            break
        if is_d1:
            places.append(at)
        at += size
    return places, at


def encode(packet: FreedPacket) -> bytes:
    """The 29 bytes of a message, always with a good checksum.

    Values beyond the fields are clamped, `user` wraps at 65 536. Angles are not wrapped here, because a PTZ head's
    tilt may pass +-90 degrees: see `wrapped_deg`. Raises ValueError for a camera id beyond one byte or a number that
    is not finite.
    """
    if not 0 <= packet.camera_id <= 0xFF:
        raise ValueError(f"a FreeD camera id is 0 to 255, not {packet.camera_id}")
    angles = [_s24(value, PER_DEGREE) for value in (packet.pan_deg, packet.tilt_deg, packet.roll_deg)]
    places = [_s24(value, PER_MM) for value in (packet.x_mm, packet.y_mm, packet.z_mm)]
    encoders = [max(0, min(MAX_U24, raw)) for raw in (packet.zoom_raw, packet.focus_raw)]
    body = bytes((D1, packet.camera_id))
    body += b"".join((raw & MAX_U24).to_bytes(3, "big") for raw in angles + places + encoders)
    body += (packet.user & 0xFFFF).to_bytes(2, "big")
    return body + bytes(((CHECKSUM_START - sum(body)) & 0xFF,))


def wrapped_deg(angle_deg: float) -> float:
    """The same direction within (-180, 180], as the manual requires of angles on the wire."""
    return 180.0 - (180.0 - angle_deg) % 360.0


def _s24(value: float, scale: int) -> int:
    return max(MIN_S24, min(MAX_S24, round(value * scale)))


def _refuse_shape(datagram: Buffer, length: int, allow_padding: bool) -> None:
    """Raises PacketError unless the datagram is a D1 with padding that is allowed."""
    if length == 0:
        raise PacketError("length", "an empty datagram")
    if datagram[0] != D1:
        raise PacketError("type", f"message {datagram[0]:#04x} is not D1")
    if length < LENGTH:
        raise PacketError("length", f"{length} bytes, D1 has {LENGTH}")
    if not allow_padding:
        raise PacketError("padding", f"{length - LENGTH} bytes after the message")
