"""The state every browser sees, and the browsers that look at it. One thread only: the server's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stage.console.link.mailbox import Mailbox

Value = TypeVar("Value")


@dataclass(eq=False)
class Seat(Generic[Value]):
    """One browser: what waits for it, and the bell that wakes its sender."""

    mailbox: Mailbox[Value]
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def acknowledge(self, number: int) -> None:
        """The browser has dealt with a batch: the next may go."""
        self.mailbox.acknowledge(number)
        self.bell.set()


class Board(Generic[Value]):
    """The newest value of every key. A browser that sits down gets all of it, then what changes."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self._seats: set[Seat[Value]] = set()

    @property
    def watched(self) -> int:
        """How many browsers look."""
        return len(self._seats)

    def put(self, changed: Mapping[str, Value], gone: Iterable[str] = ()) -> None:
        """Change the state and tell everybody."""
        gone = tuple(gone)
        for key in gone:
            self.values.pop(key, None)
        self.values.update(changed)
        for seat in self._seats:
            seat.mailbox.put(changed, gone)
            seat.bell.set()

    def sit_down(self) -> Seat[Value]:
        """A browser has come."""
        seat = Seat(Mailbox(self.values))
        seat.bell.set()
        self._seats.add(seat)
        return seat

    def leave(self, seat: Seat[Value]) -> None:
        """It has gone."""
        self._seats.discard(seat)
