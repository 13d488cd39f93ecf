"""Art-Net 4 packets, written and read (specs/lighting.md section 2). Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from stage.errors import PacketError
from stage.model.fixture import UNIVERSE_SLOTS

ID = b"Art-Net\0"
PROTOCOL = 14
OP_DMX, OP_SYNC = 0x5000, 0x5200
MOST_UNIVERSE = 32_767
_HEAD = 18


@dataclass(frozen=True, slots=True)
class DmxPacket:
    """A universe's slots as received; `universe` is the 15-bit port address: net, sub-net, universe."""

    sequence: int
    universe: int
    slots: bytes


def dmx_packet(universe: int, sequence: int, slots: bytes) -> bytes:
    """One universe's slots, padded to an even number. Raises ValueError for a universe, sequence or number
    of slots that Art-Net does not have."""
    if not 0 <= universe <= MOST_UNIVERSE:
        raise ValueError(f"Art-Net has no universe {universe}")
    if not 1 <= len(slots) <= UNIVERSE_SLOTS:
        raise ValueError(f"a universe has {UNIVERSE_SLOTS} slots, not {len(slots)}")
    even = slots + b"\0" * (len(slots) % 2)
    head = struct.pack(">HBBBBH", PROTOCOL, sequence, 0, universe & 0xFF, universe >> 8, len(even))
    return ID + struct.pack("<H", OP_DMX) + head + even


def sync_packet() -> bytes:
    """Makes sent data take effect."""
    return ID + struct.pack("<H", OP_SYNC) + struct.pack(">HBB", PROTOCOL, 0, 0)


def parsed(packet: bytes) -> DmxPacket | None:
    """A universe's slots; None for a sync packet. Raises PacketError for anything else."""
    if len(packet) < 12 or packet[:8] != ID:
        raise PacketError("not-artnet")
    (operation,) = struct.unpack_from("<H", packet, 8)
    if operation == OP_SYNC:
        return None
    if operation != OP_DMX:
        raise PacketError("other-operation", f"{operation:#06x}")
    if len(packet) < _HEAD:
        raise PacketError("short")
    sequence, _, low, high, count = struct.unpack_from(">BBBBH", packet, 12)
    if not 1 <= count <= UNIVERSE_SLOTS or len(packet) < _HEAD + count:
        raise PacketError("short")
    return DmxPacket(sequence, (high & 0x7F) << 8 | low, packet[_HEAD : _HEAD + count])
