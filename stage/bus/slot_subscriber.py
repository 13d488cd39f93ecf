"""An ear for the newest record of one topic, out of shared memory; ZeroMQ only wakes it."""

from __future__ import annotations

from stage.bus.slot import SlotReader
from stage.bus.zmq_subscriber import ZmqSubscriber
from stage.messages.topics import Record


class SlotSubscriber:
    """Asked without waiting, it looks into the slot alone: well under a microsecond. Without a slot (the publisher has
    not started, or runs elsewhere), and for a message too long for it, ZeroMQ carries the record as well."""

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
        if wait_ns > 0:
            self._found = self._slot.find()
        message = self._slot.read()
        if message is None and wait_ns > 0 and self._carrier.wait(wait_ns):
            self._found = self._slot.find()
            message = self._slot.read()
        if message is not None:
            self._found = message != b""
        if not self._found:
            return self._carrier.receive()
        if wait_ns > 0:
            self._carrier.drop()
        if message is None:
            return []
        self._newest = message
        record = self._carrier.decoded(message)
        return [] if record is None else [record]

    def rehearse(self) -> None:
        if self._newest:
            self._carrier.decoded(self._newest)

    def close(self) -> None:
        self._carrier.close()
        self._slot.close()
