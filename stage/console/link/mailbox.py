"""What one browser has yet to be sent: only the newest value per key, so a slow browser builds up no backlog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

IN_FLIGHT = 2
"""Batches sent but not yet acknowledged: one under way, one being drawn."""


@dataclass(frozen=True, slots=True)
class Batch(Generic[Value]):
    """One message: its number (the browser sends it back), changed values and removed keys.

    `first`: it holds the entire state, and the browser discards what it had.
    """

    number: int
    first: bool
    changed: dict[str, Value]
    gone: tuple[str, ...]


class Mailbox(Generic[Value]):
    """Changes by key that wait for one browser. Pure: the caller sends what `take` returns and reports the answers."""

    def __init__(self, snapshot: Mapping[str, Value]) -> None:
        self._changed = dict(snapshot)
        self._gone: set[str] = set()
        self._sent = 0
        self._acknowledged = 0

    def put(self, changed: Mapping[str, Value], gone: Iterable[str] = ()) -> None:
        """Newer values replace those that wait and keep their place in the queue."""
        for key in gone:
            self._changed.pop(key, None)
            self._gone.add(key)
        self._gone.difference_update(changed)
        self._changed.update(changed)

    def acknowledge(self, number: int) -> None:
        """The browser has processed every batch up to `number`; a number never sent is ignored."""
        if self._acknowledged < number <= self._sent:
            self._acknowledged = number

    def take(self, at_most: int | None = None) -> Batch[Value] | None:
        """The next batch (at most `at_most` keys, the longest waiting first), or None where there is nothing to
        send or the browser is behind. The first batch is sent even if it is empty."""
        first = self._sent == 0
        if self._sent - self._acknowledged >= IN_FLIGHT or not (first or self._changed or self._gone):
            return None
        keys = list(self._changed)[:at_most]
        self._sent += 1
        batch = Batch(self._sent, first, {key: self._changed.pop(key) for key in keys}, tuple(sorted(self._gone)))
        self._gone.clear()
        return batch
