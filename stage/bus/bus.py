"""What a bus is, whichever carries it. One contract suite runs on every implementation."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from stage.messages.topics import Record


class Sent(NamedTuple):
    """A record, and when it was given to the bus, on its sender's clock."""

    record: Record
    sent_ns: int


class Publisher(Protocol):
    """One role's mouth."""

    def publish(self, record: Record) -> None:
        """Send and forget: never blocks; a subscriber that does not keep up loses the oldest."""
        ...

    def rehearse(self, record: Record) -> None:
        """Everything that `publish` does, but nobody hears it: so that the next one finds code and data at hand."""
        ...

    def close(self) -> None: ...


class Subscriber(Protocol):
    """One process's ear for some topics."""

    def receive(self, wait_ns: int = 0) -> list[Record]:
        """All that came since the last call, in order of arrival.

        Waits up to `wait_ns` for the first record, then takes what is there. With `newest_only` (see
        `Bus.subscriber`) older records of a key are dropped before they are decoded. A message that cannot be
        decoded is counted in `refused` and dropped.
        """
        ...

    def receive_sent(self, wait_ns: int = 0) -> list[Sent]:
        """The same, each with the moment at which it was given to the bus."""
        ...

    def wait(self, wait_ns: int) -> bool:
        """Whether something can be received; waits up to `wait_ns` for it, which then is not read yet."""
        ...

    def rehearse(self) -> None:
        """Read the newest record once more, so that the next one finds code and data at hand."""
        ...

    @property
    def refused(self) -> int:
        """Messages dropped because they were of another version or shape."""
        ...

    def close(self) -> None: ...


class Glance(Protocol):
    """A look at the newest record of one topic and key, where it lies in memory: nobody has to carry it here. For one
    who hears all records by a `Subscriber`, but cannot wait for the last of them."""

    def look(self, after_ns: int = 0) -> Record | None:
        """The newest record, if it was sent after `after_ns` on its sender's clock; None where it was not, where it is
        the one of the last look, and where none lies in memory."""
        ...

    def rehearse(self) -> None:
        """Find where it lies, if nothing came since the last rehearsal: it may be another place than before."""
        ...

    def close(self) -> None: ...


class Bus(Protocol):
    """Makes publishers and subscribers. A subscriber may come before its publisher and outlive it."""

    def publisher(self, role: str) -> Publisher:
        """The mouth of `role` (a row of ROLES); one living publisher per role."""
        ...

    def subscriber(self, *topics: str, newest_only: bool = False) -> Subscriber:
        """An ear for the named topics; raises ValueError for a topic that is not in the table."""
        ...

    def glance(self, topic: str, key: str) -> Glance:
        """A look at the newest record of a topic with `slot_bytes`; raises ValueError for another one."""
        ...

    def close(self) -> None:
        """Close the bus and all that it has made."""
        ...
