"""The state every browser sees, and the connected browsers. One thread only: the server's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stage.console.link.mailbox import Mailbox

Value = TypeVar("Value")


@dataclass(eq=False)
class Seat(Generic[Value]):
    """One browser: what waits for it, and the event that wakes its sender."""

    mailbox: Mailbox[Value]
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def acknowledge(self, number: int) -> None:
        """The browser has processed a batch: the next may be sent."""
        self.mailbox.acknowledge(number)
        self.bell.set()


class Board(Generic[Value]):
    """The newest value of every key. A new browser gets all of them, then the changes."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self._seats: set[Seat[Value]] = set()

    @property
    def watched(self) -> int:
        """How many browsers are connected."""
        return len(self._seats)

    def put(self, changed: Mapping[str, Value], gone: Iterable[str] = ()) -> None:
        """Change the state and notify every browser."""
        gone = tuple(gone)
        for key in gone:
            self.values.pop(key, None)
        self.values.update(changed)
        for seat in self._seats:
            seat.mailbox.put(changed, gone)
            seat.bell.set()

    def sit_down(self) -> Seat[Value]:
        """Connect a browser."""
        seat = Seat(Mailbox(self.values))
        seat.bell.set()
        self._seats.add(seat)
        return seat

    def leave(self, seat: Seat[Value]) -> None:
        """Disconnect it."""
        self._seats.discard(seat)
