"""A message on the wire: `topic/key`, a zero byte, the moment it was given to the bus, the record's bytes.

It is a single ZeroMQ frame: two would take two calls at either end.
"""

from __future__ import annotations

import struct

from stage.bus.bus import Letter, Sent
from stage.errors import MessageError
from stage.messages.codec import decode
from stage.messages.topics import Record

END_OF_ADDRESS = b"\0"
"""Does not occur in names and keys."""
SENT = struct.Struct(">Q")
"""Nanoseconds on the sender's clock."""


def sealed(topic: str, key: str, payload: bytes, sent_ns: int) -> bytes:
    """The message of an encoded record."""
    return f"{topic}/{key}\0".encode() + SENT.pack(sent_ns) + payload


def address_of(message: bytes) -> bytes:
    """`topic/key`."""
    return message.partition(END_OF_ADDRESS)[0]


def sent_of(message: bytes) -> int:
    """When it was sent. Raises MessageError where it is not a message."""
    (sent_ns,) = SENT.unpack_from(message, _end_of_address(message))
    return int(sent_ns)


def letter_of(message: bytes) -> Letter:
    """The parts of a message. Raises MessageError where it is not one."""
    end = _end_of_address(message)
    topic, _, key = message[: end - len(END_OF_ADDRESS)].decode(errors="replace").partition("/")
    return Letter(topic, key, sent_of(message), message[end + SENT.size :])


def opened(message: bytes) -> Record:
    """The record. Raises MessageError where it cannot be read."""
    return decode(*_topic_and_payload(message))


def opened_sent(message: bytes) -> Sent:
    """The record, and when it was sent. Raises MessageError where it cannot be read."""
    return Sent(opened(message), sent_of(message))


def _topic_and_payload(message: bytes) -> tuple[str, memoryview]:
    end = _end_of_address(message)
    return message[: message.find(b"/", 0, end)].decode(errors="replace"), memoryview(message)[end + SENT.size :]


def _end_of_address(message: bytes) -> int:
    end = message.find(END_OF_ADDRESS) + len(END_OF_ADDRESS)
    if end == 0 or len(message) < end + SENT.size:
        raise MessageError(f"{len(message)} bytes are not a message")
    return end
