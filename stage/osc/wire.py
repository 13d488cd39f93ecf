"""Datagrams to messages and back. Pure.

python-osc reads messages; bundles are unpacked here, because a library that trusts a stranger's sizes and depths may
never end. Time tags are told, not waited for: an operator's orders are carried out at once.
"""

from __future__ import annotations

import math
import struct
from typing import Any, NamedTuple

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message import ParseError as OscParseError
from pythonosc.osc_message_builder import OscMessageBuilder

from stage.errors import PacketError

BUNDLE = b"#bundle\0"
HEAD = len(BUNDLE) + 8
SIZE = struct.Struct(">i")
TAG = struct.Struct(">Q")
IMMEDIATELY = 1
LONGEST_ADDRESS = 200
DEEPEST = 8
"""The deepest nesting of bundles."""
LARGEST = 65_507
LARGEST_FLOAT = 3.4028234663852886e38
"""The largest number that 32 bits hold (IEEE 754); a larger one is sent in 64."""
TEXT = "utf-8"
BYTES_OF = dict.fromkeys("ifcrm", 4) | dict.fromkeys("hdt", 8)
"""Size of an argument by its tag; strings and blobs carry their own."""
KNOWN_KINDS = frozenset(b"ifsbTFNhdtrm[]I")


class OscCall(NamedTuple):
    """An address and its arguments; the time tag of its bundle (NTP: seconds since 1900 in the upper 32 bits, their
    fraction in the lower), None outside a bundle and for "immediately"."""

    address: str
    arguments: tuple[Any, ...]
    time_tag: int | None = None


def calls_of(datagram: bytes) -> list[OscCall]:
    """The messages of a datagram, in order.

    Raises PacketError with the reason: `empty`, `padding`, `size`, `depth`, `address`, `arguments`.
    """
    return _calls(datagram, 0, None)


def address_of(datagram: bytes) -> str:
    """The address at the head of a datagram, as far as there is one; "" where there is none."""
    end = datagram.find(b"\0")
    return datagram[: max(end, 0)].decode(TEXT, errors="replace")[:LONGEST_ADDRESS] if datagram[:1] == b"/" else ""


def _calls(packet: bytes, depth: int, time_tag: int | None) -> list[OscCall]:
    if not packet:
        raise PacketError("empty")
    if len(packet) % 4:
        raise PacketError("padding", f"{len(packet)} bytes are not a multiple of 4")
    if not packet.startswith(BUNDLE):
        call = _message(packet)
        return [call if time_tag is None else call._replace(time_tag=time_tag)]
    if depth >= DEEPEST:
        raise PacketError("depth", f"more than {DEEPEST} nested bundles")
    if len(packet) < HEAD:
        raise PacketError("size", "a bundle without time tag")
    (told,) = TAG.unpack_from(packet, len(BUNDLE))
    time_tag = told if told > IMMEDIATELY else None
    found: list[OscCall] = []
    start = HEAD
    while start < len(packet):
        (size,) = SIZE.unpack_from(packet, start)
        start += SIZE.size
        if size <= 0 or size % 4 or start + size > len(packet):
            raise PacketError("size", f"an element of {size} bytes in the remaining {len(packet) - start}")
        found += _calls(packet[start : start + size], depth + 1, time_tag)
        start += size
    return found


def _message(packet: bytes) -> OscCall:
    end = packet.find(b"\0")
    if not packet.startswith(b"/") or end < 0:
        raise PacketError("address", "does not begin with a slash and end with a zero")
    tags = (end // 4 + 1) * 4
    if tags >= len(packet):
        return OscCall(packet[:end].decode(TEXT, errors="replace"), ())
    if packet[tags : tags + 1] != b",":
        raise PacketError("arguments", "no type tags")
    packet = _known_kinds(packet, tags)
    _check_blobs(packet, tags)
    try:
        message = OscMessage(packet)
        return OscCall(message.address, tuple(message.params))
    except (OscParseError, ValueError, IndexError, struct.error, OverflowError) as error:
        raise PacketError("arguments", str(error)) from error


def _known_kinds(packet: bytes, tags: int) -> bytes:
    """The message without what carries neither bytes nor a value (`I`). Raises PacketError for a type that the library
    does not know: it would write a line into the log for each, and take the bytes for those of the next."""
    end = packet.find(b"\0", tags)
    kinds = packet[tags + 1 : end]
    if end < 0 or not KNOWN_KINDS.issuperset(kinds):
        raise PacketError("arguments", f"types {kinds[:40].decode('latin-1')!r}")
    if b"I" not in kinds:
        return packet
    kept = b"," + kinds.replace(b"I", b"") + b"\0"
    return packet[:tags] + kept + bytes(-len(kept) % 4) + packet[(end // 4 + 1) * 4 :]


def _check_blobs(packet: bytes, tags: int) -> None:
    """Raises PacketError for a blob with a false size, which the library would trust."""
    end = packet.find(b"\0", tags)
    kinds = packet[tags + 1 : end]
    if b"b" not in kinds:
        return
    place = (end // 4 + 1) * 4
    for kind in kinds.decode("latin-1"):
        if kind in "sS":
            place = (max(packet.find(b"\0", place), place) // 4 + 1) * 4
        elif kind == "b":
            size = SIZE.unpack_from(packet, place)[0] if place + SIZE.size <= len(packet) else -1
            if size < 0 or place + SIZE.size + size > len(packet):
                raise PacketError("arguments", f"a blob of {size} bytes")
            place += SIZE.size + -(-size // 4) * 4
        else:
            place += BYTES_OF.get(kind, 0)


def datagram_of(address: str, *arguments: Any) -> bytes:
    """A message: strings, whole numbers, floats (f, or d where f is too small), true and false."""
    builder = OscMessageBuilder(address=address)
    for argument in arguments:
        if isinstance(argument, bool):
            builder.add_arg(argument)
        elif isinstance(argument, int) and not -(2**31) <= argument < 2**31:
            builder.add_arg(argument, OscMessageBuilder.ARG_TYPE_INT64)
        elif isinstance(argument, float):
            wide = math.isfinite(argument) and abs(argument) > LARGEST_FLOAT
            kind = OscMessageBuilder.ARG_TYPE_DOUBLE if wide else OscMessageBuilder.ARG_TYPE_FLOAT
            builder.add_arg(argument, kind)
        else:
            builder.add_arg(argument)
    return builder.build().dgram
