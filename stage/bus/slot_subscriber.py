"""A subscriber to the newest record of one topic, in shared memory; ZeroMQ only wakes it."""

from __future__ import annotations

from stage.bus.bus import Letter, Sent
from stage.bus.slot import SlotReader
from stage.bus.zmq_subscriber import ZmqSubscriber
from stage.messages.topics import Record


class SlotSubscriber:
    """Without waiting, it reads only the slot: well under a microsecond. Without a slot (the publisher has not started,
    or runs elsewhere), and for a message too long for it, the record comes through ZeroMQ."""

    def __init__(self, carrier: ZmqSubscriber, slot: SlotReader) -> None:
        self._carrier = carrier
        self._slot = slot
        self._found = slot.find()
        self._newest = b""

    @property
    def refused(self) -> int:
        return self._carrier.refused

    def wait(self, wait_ns: int) -> bool:
        return self._carrier.wait(wait_ns)

    def receive(self, wait_ns: int = 0) -> list[Record]:
        message = self._message(wait_ns)
        if message is None:
            return [] if self._found else self._carrier.receive()
        record = self._carrier.decoded(message)
        return [] if record is None else [record]

    def receive_sent(self, wait_ns: int = 0) -> list[Sent]:
        message = self._message(wait_ns)
        if message is None:
            return [] if self._found else self._carrier.receive_sent()
        sent = self._carrier.decoded_sent(message)
        return [] if sent is None else [sent]

    def letters(self, wait_ns: int = 0) -> list[Letter]:
        message = self._message(wait_ns)
        if message is None:
            return [] if self._found else self._carrier.letters()
        letter = self._carrier.letter(message)
        return [] if letter is None else [letter]

    def _message(self, wait_ns: int) -> bytes | None:
        """The slot's new message; None where there is none, or (not `_found`) where ZeroMQ must be read."""
        if wait_ns > 0:
            self._found = self._slot.find()
        message = self._slot.read()
        if message is None and wait_ns > 0 and self._carrier.wait(wait_ns):
            self._found = self._slot.find()
            message = self._slot.read()
        if message is not None:
            self._found = message != b""
        if not self._found:
            if message is not None and wait_ns > 0:
                self._carrier.wait(wait_ns)  # too long for the slot: it arrives a moment later
            return None
        if wait_ns > 0:
            self._carrier.drop()
        if message is not None:
            self._newest = message
        return message

    def rehearse(self) -> None:
        if self._newest:
            self._carrier.decoded(self._newest)

    def close(self) -> None:
        self._carrier.close()
        self._slot.close()
