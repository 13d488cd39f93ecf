"""PosiStageNet 2.03: positions of trackers on a stage, one packet or a part of a frame a datagram. Little endian.

A chunk is a u32 header (id in bits 0 to 15, length of its data in bits 16 to 30, bit 31 where its data are chunks) and
its data. Unknown chunks are passed over by their length.

| chunk | id | content |
|---|---|---|
| data packet, info packet | 0x6755, 0x6756 | chunks |
| header, in both | 0 | u64 us since the server started, u8 version high, low, u8 frame id, u8 packets of the frame |
| data: trackers | 1 | a chunk per tracker, its id is the tracker's |
| info: system name, tracker names | 1, 2 | UTF-8; a chunk per tracker with the name in chunk 0 |
| in a tracker: position, speed, orientation, acceleration, target | 0, 1, 2, 4, 5 | 3 x f32: m, m/s, rad, m/s2, m |
| in a tracker: status, time | 3, 6 | f32, 0 to 1; u64 us |

Orientation is an axis whose length is the angle. Axes are the server's: x right, y up, z depth.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import NamedTuple

from stage.errors import PacketError
from stage.maths.pose import Vector

Buffer = bytes | bytearray | memoryview

DATA, INFO = 0x6755, 0x6756
HEADER, TRACKERS, SYSTEM_NAME, TRACKER_NAMES, NAME = 0, 1, 1, 2, 0
POSITION, SPEED, ORIENTATION, STATUS, ACCELERATION, TARGET, TIME = range(7)
LARGEST_CHUNK = 0x7FFF
BEYOND = 1e9
"""No place, speed or turn is as large."""

_CHUNK = struct.Struct("<I")
_HEADER = struct.Struct("<QBBBB")
_VECTOR = struct.Struct("<3f")
_STATUS = struct.Struct("<f")
_TIME = struct.Struct("<Q")

REASONS = ("type", "length", "not-finite")
"""Why a datagram is refused: no PosiStageNet packet, a chunk that is cut off or too short, a number that is none or
beyond all measure."""


class PsnTracker(NamedTuple):
    """What a data packet says of a tracker; None = nothing. `orientation` is the axis times the angle in radians."""

    id: int
    position_m: Vector | None = None
    speed_m_s: Vector | None = None
    orientation: Vector | None = None
    status: float | None = None
    acceleration_m_s2: Vector | None = None
    target_m: Vector | None = None
    time_us: int | None = None


class PsnHeader(NamedTuple):
    """The head of a packet. `packets` of one `frame_id` make a frame."""

    time_us: int = 0
    version: tuple[int, int] = (2, 3)
    frame_id: int = 0
    packets: int = 1


class PsnData(NamedTuple):
    """A data packet."""

    header: PsnHeader
    trackers: tuple[PsnTracker, ...]


class PsnInfo(NamedTuple):
    """An info packet: who sends, and how each tracker is called."""

    header: PsnHeader
    system_name: str
    names: tuple[tuple[int, str], ...]


def decode(datagram: Buffer) -> PsnData | PsnInfo:
    """The packet of a datagram. Raises PacketError with a reason from `REASONS`, and nothing else."""
    if len(datagram) < _CHUNK.size:
        raise PacketError("type", "no PosiStageNet packet")
    head = _CHUNK.unpack_from(datagram)[0]
    kind, end = head & 0xFFFF, _CHUNK.size + (head >> 16 & LARGEST_CHUNK)
    if kind not in (DATA, INFO):
        raise PacketError("type", f"chunk {kind:#06x} is no PosiStageNet packet")
    if end > len(datagram):
        raise PacketError("length", f"{len(datagram)} bytes, the packet says {end}")
    header, parts = PsnHeader(), []
    for id_, at, stop in _chunks(datagram, _CHUNK.size, end):
        if id_ == HEADER:
            time_us, high, low, frame_id, packets = _read(_HEADER, datagram, at, stop)
            header = PsnHeader(time_us, (high, low), frame_id, packets)
        else:
            parts.append((id_, at, stop))
    return _data(datagram, header, parts) if kind == DATA else _info(datagram, header, parts)


def _data(datagram: Buffer, header: PsnHeader, parts: list[tuple[int, int, int]]) -> PsnData:
    lists = [(at, stop) for id_, at, stop in parts if id_ == TRACKERS]
    return PsnData(
        header,
        tuple(_tracker(datagram, id_, at, stop) for where in lists for id_, at, stop in _chunks(datagram, *where)),
    )


def _tracker(datagram: Buffer, id_: int, start: int, end: int) -> PsnTracker:
    found: dict[int, Vector] = {}
    status: float | None = None
    time_us: int | None = None
    for field, at, stop in _chunks(datagram, start, end):
        if field == STATUS:
            (status,) = _read(_STATUS, datagram, at, stop)
        elif field == TIME:
            (time_us,) = _read(_TIME, datagram, at, stop)
        elif field in (POSITION, SPEED, ORIENTATION, ACCELERATION, TARGET):
            x, y, z = _read(_VECTOR, datagram, at, stop)
            if not math.isfinite(x + y + z) or max(abs(x), abs(y), abs(z)) >= BEYOND:
                raise PacketError("not-finite", f"tracker {id_}: ({x}, {y}, {z})")
            found[field] = (x, y, z)
    return PsnTracker(
        id_,
        position_m=found.get(POSITION),
        speed_m_s=found.get(SPEED),
        orientation=found.get(ORIENTATION),
        status=status,
        acceleration_m_s2=found.get(ACCELERATION),
        target_m=found.get(TARGET),
        time_us=time_us,
    )


def _info(datagram: Buffer, header: PsnHeader, parts: list[tuple[int, int, int]]) -> PsnInfo:
    system_name, names = "", []
    for id_, at, stop in parts:
        if id_ == SYSTEM_NAME:
            system_name = _text(datagram, at, stop)
        elif id_ == TRACKER_NAMES:
            for tracker, start, end in _chunks(datagram, at, stop):
                names += [
                    (tracker, _text(datagram, first, last))
                    for field, first, last in _chunks(datagram, start, end)
                    if field == NAME
                ]
    return PsnInfo(header, system_name, tuple(names))


def _chunks(datagram: Buffer, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(id, start, end) of the data of every chunk between two places. Raises PacketError where one is cut off."""
    while at < end:
        start = at + _CHUNK.size
        if start > end:
            raise PacketError("length", f"{end - at} bytes where a chunk begins")
        head = _CHUNK.unpack_from(datagram, at)[0]
        at = start + (head >> 16 & LARGEST_CHUNK)
        if at > end:
            raise PacketError("length", f"chunk {head & 0xFFFF:#06x} is cut off")
        yield head & 0xFFFF, start, at


def _read(shape: struct.Struct, datagram: Buffer, at: int, stop: int) -> tuple[int, ...]:
    if stop - at < shape.size:
        raise PacketError("length", f"{stop - at} bytes in a chunk of {shape.size}")
    return shape.unpack_from(datagram, at)


def _text(datagram: Buffer, at: int, stop: int) -> str:
    return bytes(datagram[at:stop]).decode("utf-8", "replace")


def encode(packet: PsnData | PsnInfo) -> bytes:
    """The bytes of a packet. Raises ValueError for one that does not fit a chunk (32 767 bytes) or a number that is
    beyond its field."""
    header = packet.header
    try:
        told = _HEADER.pack(header.time_us, *header.version, header.frame_id, header.packets)
        if isinstance(packet, PsnData):
            listed = b"".join(_chunk(each.id, _tracker_bytes(each), nested=True) for each in packet.trackers)
            parts = _chunk(TRACKERS, listed, nested=True)
        else:
            named = b"".join(_chunk(id_, _chunk(NAME, name.encode()), nested=True) for id_, name in packet.names)
            parts = _chunk(SYSTEM_NAME, packet.system_name.encode()) + _chunk(TRACKER_NAMES, named, nested=True)
    except struct.error as error:
        raise ValueError(f"does not fit PosiStageNet: {error}") from error
    kind = DATA if isinstance(packet, PsnData) else INFO
    return _chunk(kind, _chunk(HEADER, told) + parts, nested=True)


def _tracker_bytes(tracker: PsnTracker) -> bytes:
    fields = {
        POSITION: tracker.position_m,
        SPEED: tracker.speed_m_s,
        ORIENTATION: tracker.orientation,
        ACCELERATION: tracker.acceleration_m_s2,
        TARGET: tracker.target_m,
    }
    told = {field: _VECTOR.pack(*value) for field, value in fields.items() if value is not None}
    if tracker.status is not None:
        told[STATUS] = _STATUS.pack(tracker.status)
    if tracker.time_us is not None:
        told[TIME] = _TIME.pack(tracker.time_us)
    return b"".join(_chunk(field, told[field]) for field in sorted(told))


def _chunk(id_: int, data: bytes, *, nested: bool = False) -> bytes:
    if not 0 <= id_ <= 0xFFFF or len(data) > LARGEST_CHUNK:
        raise ValueError(f"chunk {id_} of {len(data)} bytes does not fit PosiStageNet")
    return _CHUNK.pack(id_ | len(data) << 16 | (1 << 31 if nested else 0)) + data
