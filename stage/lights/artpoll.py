"""Who is there? Art-Net's ArtPoll and the answers to it: ArtPollReply (Art-Net 4, revision 1.4dp). Pure.

A controller that sends to universes answers as one whose ports put DMX onto the network. One answer holds up to four
ports of one sub-net; further ones follow under the next bind index.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import groupby

from stage.errors import PacketError
from stage.lights.artnet import ID, MOST_UNIVERSE
from stage.model.fixture import ARTNET_PORT

OP_POLL, OP_POLL_REPLY = 0x2000, 0x2100
SHORTEST_POLL, LONGEST_TARGETED = 14, 18
TARGETED = 1 << 5
"""Flag: only who has a port between the two addresses that follow is to answer."""
PORTS = 4
OEM_UNKNOWN, ESTA_PROTOTYPE = 0x00FF, 0x7FF0
STATUS_NORMAL = 0xD0
"""Indicators in normal mode, port addresses set at the device."""
FIFTEEN_BITS = 0x08
PUTS_DMX_IN = 0x40
GOOD_DATA = 0x80
CONTROLLER = 0x01
"""Style code: a lighting console."""
REPLY = struct.Struct("<8sHIH BBBB HBB H 18s64s64s BB 4s4s4s4s4s BBB3xB 6sIBB 4sB 6sBB HB10x")


@dataclass(frozen=True, slots=True)
class Poll:
    """A question. `universes`: the lowest and the highest of those that are asked for."""

    universes: tuple[int, int] = (0, MOST_UNIVERSE)


def parsed_poll(packet: bytes) -> Poll | None:
    """A question; None for any other packet of Art-Net. Raises PacketError for what is not Art-Net, or cut off."""
    if len(packet) < 12 or packet[:8] != ID:
        raise PacketError("not-artnet")
    if struct.unpack_from("<H", packet, 8)[0] != OP_POLL:
        return None
    if len(packet) < SHORTEST_POLL:
        raise PacketError("short")
    if not packet[12] & TARGETED:
        return Poll()
    if len(packet) < LONGEST_TARGETED:
        raise PacketError("short")
    top, bottom = struct.unpack_from(">HH", packet, 14)
    return Poll((bottom, top))


@dataclass(frozen=True, slots=True)
class Named:
    """What an answer says of us: the address we send from, a short and a long name."""

    address: IPv4Address
    short: str
    long: str


def replies(poll: Poll, named: Named, universes: Iterable[int]) -> list[bytes]:
    """The answers; none where we have nothing that was asked for."""
    lowest, highest = poll.universes
    mine = sorted(set(universes))
    if mine and not any(lowest <= each <= highest for each in mine):
        return []
    pages = [
        tuple(ports[first : first + PORTS])
        for _, group in groupby(mine, key=lambda universe: universe >> PORTS)
        for ports in [list(group)]
        for first in range(0, len(ports), PORTS)
    ]
    return [_reply(named, page, number) for number, page in enumerate(pages or [()], start=1)]


def _reply(named: Named, universes: Sequence[int], bind_index: int) -> bytes:
    count, first = len(universes), universes[0] if universes else 0
    where = int.from_bytes(named.address.packed, "little")
    report = f"#0001 [0000] {named.short}: sending"
    return REPLY.pack(
        ID, OP_POLL_REPLY, where, ARTNET_PORT,
        0, 1, first >> 8 & 0x7F, first >> 4 & 0x0F,
        _swapped(OEM_UNKNOWN), 0, STATUS_NORMAL,
        ESTA_PROTOTYPE,
        _text(named.short, 18), _text(named.long, 64), _text(report, 64),
        0, count,
        bytes([PUTS_DMX_IN] * count), bytes([GOOD_DATA] * count), b"", bytes(each & 0x0F for each in universes), b"",
        0, 0, 0, CONTROLLER,
        b"", where, bind_index % 256, FIFTEEN_BITS,
        b"", 0,
        b"", 0, 0,
        0, 0,
    )  # fmt: skip


def _swapped(value: int) -> int:
    return int.from_bytes(value.to_bytes(2, "big"), "little")


def _text(text: str, size: int) -> bytes:
    """ASCII that ends with a zero."""
    return text.encode("ascii", "replace")[: size - 1]
