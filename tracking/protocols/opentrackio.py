"""OpenTrackIO 1.0.1 (SMPTE RIS-OSVP): a 16-byte header, big endian, and a sample in JSON or CBOR or a segment of it.

| offset | field | value |
|---|---|---|
| 0 | identifier | "OTrk" |
| 4 | reserved | ignored |
| 5 | encoding | 1 JSON, 2 CBOR |
| 6 | sequence | u16 |
| 8 | segment offset | u32, bytes of the payload before this segment |
| 12 | last, length | bit 15: the last segment; bits 0 to 14: bytes of payload here |
| 14 | checksum | Fletcher-16 of the header's first 14 bytes and the payload, sums modulo 256 (1.0.0: modulo 255) |
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

import cbor2
import numpy as np

from stage.errors import PacketError

Buffer = bytes | bytearray | memoryview

IDENTIFIER = b"OTrk"
JSON, CBOR = 1, 2
_HEADER = struct.Struct(">4sBBHIHH")
HEADER_BYTES, SUMMED_BYTES = _HEADER.size, 14
LAST, LENGTH_BITS = 0x8000, 0x7FFF
MODULUS, OLD_MODULUS = 256, 255
LARGEST_PAYLOAD = 65_536
DEEPEST = 16
_WEIGHTS = np.arange(LARGEST_PAYLOAD, 0, -1, dtype=np.int64)

REASONS = ("identifier", "length", "encoding", "checksum", "payload")
"""Why a datagram is refused, in the order of the tests."""


class Segment(NamedTuple):
    """One datagram. `old_checksum`: its sum is that of version 1.0.0. `checksum_good` is False only where a bad one was
    accepted."""

    encoding: int
    sequence: int
    offset: int
    last: bool
    payload: bytes
    old_checksum: bool = False
    checksum_good: bool = True

    @property
    def whole(self) -> bool:
        """Whether the segment is a sample by itself."""
        return self.last and self.offset == 0


def decode_segment(datagram: Buffer, *, accept_bad_checksum: bool = False) -> Segment:
    """The segment of a datagram. Raises PacketError with a reason from `REASONS`, and nothing else."""
    if bytes(datagram[:4]) != IDENTIFIER:
        raise PacketError("identifier", "does not begin with OTrk")
    if len(datagram) < HEADER_BYTES:
        raise PacketError("length", f"{len(datagram)} bytes, the header has {HEADER_BYTES}")
    _, _, encoding, sequence, offset, flags, told_sum = _HEADER.unpack_from(datagram)
    payload = bytes(datagram[HEADER_BYTES : HEADER_BYTES + (flags & LENGTH_BITS)])
    if len(payload) < flags & LENGTH_BITS:
        raise PacketError("length", f"{len(payload)} bytes of payload, the header says {flags & LENGTH_BITS}")
    if offset + len(payload) > LARGEST_PAYLOAD:
        raise PacketError("length", f"a payload of more than {LARGEST_PAYLOAD} bytes")
    if encoding not in DECODERS:
        raise PacketError("encoding", f"encoding {encoding:#04x} is neither JSON nor CBOR")
    summed = bytes(datagram[:SUMMED_BYTES]) + payload
    good = told_sum == fletcher16(summed)
    old = not good and told_sum == fletcher16(summed, OLD_MODULUS)
    if not good and not old and not accept_bad_checksum:
        raise PacketError("checksum", f"{told_sum:#06x} is not the right checksum")
    return Segment(encoding, sequence, offset, bool(flags & LAST), payload, old_checksum=old, checksum_good=good or old)


def encode_segment(segment: Segment) -> bytes:
    """The datagram of a segment, with the checksum of 1.0.1. Raises ValueError for a payload above 32 767 bytes."""
    if len(segment.payload) > LENGTH_BITS:
        raise ValueError(f"{len(segment.payload)} bytes do not fit an OpenTrackIO datagram")
    flags = len(segment.payload) | (LAST if segment.last else 0)
    head = _HEADER.pack(IDENTIFIER, 0, segment.encoding, segment.sequence & 0xFFFF, segment.offset, flags, 0)
    return head[:SUMMED_BYTES] + fletcher16(head[:SUMMED_BYTES] + segment.payload).to_bytes(2, "big") + segment.payload


def fletcher16(data: bytes, modulus: int = MODULUS) -> int:
    """Fletcher's checksum: the sum of the bytes, and above it the sum of the sums so far, each modulo `modulus`."""
    values = np.frombuffer(data, np.uint8).astype(np.int64)
    first = int(values.sum()) % modulus
    second = int(values @ _WEIGHTS[len(_WEIGHTS) - len(values) :]) % modulus if len(values) <= len(_WEIGHTS) else 0
    return second << 8 | first


def decode_payload(encoding: int, payload: bytes) -> Mapping[str, Any]:
    """The sample as JSON has it. Raises PacketError ("payload")."""
    try:
        sample = DECODERS[encoding](payload)
    except (ValueError, RecursionError, OverflowError, cbor2.CBORError) as error:
        raise PacketError("payload", f"cannot be read: {type(error).__name__}") from None
    if not isinstance(sample, dict):
        raise PacketError("payload", "is no sample")
    return sample


def _no_tags(*_: Any) -> NoReturn:
    raise cbor2.CBORDecodeError("OpenTrackIO uses no tags")


TAGS = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43_000, 55_799)
"""What the library would build of its own accord: patterns, fractions, numbers of any length, shared values."""
_REFUSED_TAGS = dict.fromkeys(TAGS, _no_tags)


def _cbor(payload: bytes) -> Any:
    return cbor2.loads(
        payload,
        tag_hook=_no_tags,
        semantic_decoders=_REFUSED_TAGS,
        max_depth=DEEPEST,
        strict_hashable_types=True,
    )


DECODERS: dict[int, Callable[[bytes], Any]] = {JSON: json.loads, CBOR: _cbor}
"""By the header's encoding."""
