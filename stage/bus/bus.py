"""The interface of a bus, for any transport. One contract suite runs on every implementation."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from stage.messages.topics import Record


class Letter(NamedTuple):
    """A message, its record still encoded."""

    topic: str
    key: str
    sent_ns: int
    payload: bytes


class Sent(NamedTuple):
    """A record, and when it was given to the bus, on its sender's clock."""

    record: Record
    sent_ns: int


class Publisher(Protocol):
    """Publishes for one role."""

    def publish(self, record: Record) -> None:
        """Send and forget: never blocks; a slow subscriber loses the oldest records."""
        ...

    def rehearse(self, record: Record) -> None:
        """Do everything `publish` does, unheard, so the next call finds code and data in the cache."""
        ...

    def close(self) -> None: ...


class Subscriber(Protocol):
    """Receives some topics for one process."""

    def receive(self, wait_ns: int = 0) -> list[Record]:
        """All records since the last call, in order of arrival.

        Waits up to `wait_ns` for the first record, then takes what is there. With `newest_only` (see
        `Bus.subscriber`) older records of a key are dropped before they are decoded. A message that cannot be
        decoded is counted in `refused` and dropped.
        """
        ...

    def receive_sent(self, wait_ns: int = 0) -> list[Sent]:
        """The same, each with the moment at which it was given to the bus."""
        ...

    def letters(self, wait_ns: int = 0) -> list[Letter]:
        """The same as they were sent, not decoded: for a recorder, which keeps what it need not understand."""
        ...

    def wait(self, wait_ns: int) -> bool:
        """Whether a record can be received; waits up to `wait_ns` for one, without reading it."""
        ...

    def rehearse(self) -> None:
        """Read the newest record once more, so the next one finds code and data in the cache."""
        ...

    @property
    def refused(self) -> int:
        """Messages dropped because they were of another version or shape."""
        ...

    def close(self) -> None: ...


class Glance(Protocol):
    """Reads the newest record of one topic and key directly in memory. For a process that receives all records through
    a `Subscriber` but cannot wait for the last one to arrive."""

    def look(self, after_ns: int = 0) -> Record | None:
        """The newest record, if it was sent after `after_ns` on its sender's clock and is not that of the last look;
        None otherwise, and where there is none in memory."""
        ...

    def rehearse(self) -> None:
        """Locate the slot again, if nothing came since the last rehearsal: it may have moved."""
        ...

    def close(self) -> None: ...


class Bus(Protocol):
    """Makes publishers and subscribers. A subscriber may come before its publisher and outlive it."""

    def publisher(self, role: str) -> Publisher:
        """The publisher of `role` (a row of ROLES); one live publisher per role."""
        ...

    def subscriber(self, *topics: str, newest_only: bool = False) -> Subscriber:
        """A subscriber to the named topics; raises ValueError for a topic that is not in the table."""
        ...

    def glance(self, topic: str, key: str) -> Glance:
        """A glance at the newest record of a topic with `slot_bytes`; raises ValueError for any other."""
        ...

    def close(self) -> None:
        """Close the bus and everything it has made."""
        ...
