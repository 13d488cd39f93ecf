"""E1.31 (sACN) packets, written and read (ANSI E1.31-2018; specs/lighting.md section 1). Pure."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stage.errors import PacketError
from stage.model.fixture import LONGEST_SOURCE_NAME_BYTES, UNIVERSE_SLOTS

ROOT = struct.pack(">HH12s", 0x0010, 0, b"ASC-E1.17\0\0\0")
DATA, EXTENDED = 4, 8
"""Vectors of the root layer."""
LEAST_UNIVERSE, MOST_UNIVERSE, DISCOVERY_UNIVERSE = 1, 63_999, 64_214
PREVIEW, TERMINATED, FORCE_SYNC = 0x80, 0x40, 0x20
DISCOVERY_PAGE = 512
_FLAGS = 0x7000
_SHORTEST = 126
_SYNC_LENGTH = 49


@dataclass(frozen=True, slots=True)
class Source:
    """A sender: its CID, and the name that desks show."""

    cid: UUID
    name: str
    priority: int


@dataclass(frozen=True, slots=True)
class DataPacket:
    """A received data packet. `slots` without the start code."""

    cid: UUID
    source_name: str
    priority: int
    sync_universe: int
    sequence: int
    options: int
    universe: int
    start_code: int
    slots: bytes

    @property
    def terminated(self) -> bool:
        """The source leaves the universe."""
        return bool(self.options & TERMINATED)


@dataclass(frozen=True, slots=True)
class SyncPacket:
    """Packets sent for the sync universe take effect."""

    cid: UUID
    sequence: int
    sync_universe: int


def group_of(universe: int) -> str:
    """The multicast group of a universe."""
    return f"239.255.{universe >> 8}.{universe & 255}"


def data_packet(
    source: Source, universe: int, sequence: int, slots: bytes, sync_universe: int = 0, options: int = 0
) -> bytes:
    """One universe's slots. Raises ValueError for a universe, sequence or number of slots that E1.31 does not have."""
    if not LEAST_UNIVERSE <= universe <= MOST_UNIVERSE:
        raise ValueError(f"E1.31 has no universe {universe}")
    if not 0 <= len(slots) <= UNIVERSE_SLOTS:
        raise ValueError(f"a universe has {UNIVERSE_SLOTS} slots, not {len(slots)}")
    count = len(slots) + 1
    dmp = struct.pack(">HBBHHHB", _flags(10 + count), 2, 0xA1, 0, 1, count, 0) + slots
    head = struct.pack(
        ">I64sBHBBH", 2, _padded(source.name), source.priority, sync_universe, sequence, options, universe
    )
    return _root(DATA, source.cid, struct.pack(">H", _flags(2 + len(head) + len(dmp))) + head + dmp)


def sync_packet(source: Source, sequence: int, sync_universe: int) -> bytes:
    """Makes the packets sent with this sync universe take effect."""
    return _root(EXTENDED, source.cid, struct.pack(">HIBHH", _flags(11), 1, sequence, sync_universe, 0))


def discovery_packets(source: Source, universes: Sequence[int]) -> list[bytes]:
    """Which universes the source sends, 512 to a page."""
    ordered = sorted(universes)
    pages = [ordered[first : first + DISCOVERY_PAGE] for first in range(0, len(ordered), DISCOVERY_PAGE)] or [[]]
    packets = []
    for number, page in enumerate(pages):
        listed = struct.pack(f">IBB{len(page)}H", 1, number, len(pages) - 1, *page)
        layer = struct.pack(">H", _flags(2 + len(listed))) + listed
        head = struct.pack(">I64sI", 2, _padded(source.name), 0)
        packets.append(
            _root(EXTENDED, source.cid, struct.pack(">H", _flags(2 + len(head) + len(layer))) + head + layer)
        )
    return packets


def parsed(packet: bytes) -> DataPacket | SyncPacket:
    """A data or sync packet. The lengths of the layers are ignored: the standard's own example has them wrong.

    Raises PacketError for anything else.
    """
    if len(packet) < _SYNC_LENGTH or packet[:16] != ROOT:
        raise PacketError("not-e131")
    (root,), cid = struct.unpack_from(">I", packet, 18), UUID(bytes=packet[22:38])
    (framing,) = struct.unpack_from(">I", packet, 40)
    if (root, framing) == (EXTENDED, 1):
        return SyncPacket(cid, *struct.unpack_from(">BH", packet, 44))
    if (root, framing) != (DATA, 2):
        raise PacketError("other-vector", f"{root}/{framing}")
    if len(packet) < _SHORTEST or packet[117:119] != b"\x02\xa1":
        raise PacketError("no-dmp")
    name, priority, sync_universe, sequence, options, universe = struct.unpack_from(">64sBHBBH", packet, 44)
    (count,) = struct.unpack_from(">H", packet, 123)
    if not 1 <= count <= UNIVERSE_SLOTS + 1 or len(packet) < 125 + count:
        raise PacketError("short")
    text = name.split(b"\0", 1)[0].decode(errors="replace")
    return DataPacket(
        cid=cid,
        source_name=text,
        priority=priority,
        sync_universe=sync_universe,
        sequence=sequence,
        options=options,
        universe=universe,
        start_code=packet[125],
        slots=packet[126 : 125 + count],
    )


def is_newer(sequence: int, last: int) -> bool:
    """Whether a receiver takes a packet with this sequence after `last` (E1.31 section 6.7.2)."""
    behind = (sequence - last + 128) % 256 - 128
    return not -20 < behind <= 0


def _flags(length: int) -> int:
    return _FLAGS | length


def _padded(name: str) -> bytes:
    return name.encode()[:LONGEST_SOURCE_NAME_BYTES]


def _root(vector: int, cid: UUID, layer: bytes) -> bytes:
    return ROOT + struct.pack(">HI16s", _flags(22 + len(layer)), vector, cid.bytes) + layer
