"""The clocks of a source: one for every address that sends to it, never mixed. Pure: time is an argument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Generic

from stage.messages.samples import SourceClock
from tracking.timing.arrival import Arrival, T, Timed
from tracking.timing.sender_clock import NEVER_NS, SenderClock

MOST_SENDERS = 8
"""The clock of whoever was silent for longest is forgotten for another."""


class SourceClocks(Generic[T]):
    """`modulus`: where the senders' counters begin again at 0."""

    def __init__(self, modulus: int) -> None:
        self._modulus = modulus
        self._clocks: dict[str, SenderClock[T]] = {}
        self._newest: SenderClock[T] | None = None
        self._sender = ""
        self._forgotten: Counter[str] = Counter()

    def take(self, sender: str, arrival: Arrival[T]) -> list[Timed[T]]:
        """Date a packet of a sender: none, this one, or also one that was kept back."""
        if sender != self._sender or self._newest is None:
            self._turn_to(sender)
        return [] if self._newest is None else self._newest.take(arrival)

    @property
    def due_ns(self) -> int:
        """When `flush` has something to give; NEVER_NS where nothing is kept back."""
        return min((clock.due_ns for clock in self._clocks.values()), default=NEVER_NS)

    def flush(self, now_ns: int) -> list[Timed[T]]:
        """What was kept back for long enough."""
        return [timed for clock in self._clocks.values() for timed in clock.flush(now_ns)]

    @property
    def beat_ns(self) -> float:
        """How far apart the newest sender's packets come (or groups of them that come at once); 0.0 while unknown."""
        return 0.0 if self._newest is None else self._newest.beat_ns

    @property
    def dropped(self) -> Mapping[str, int]:
        """Packets that gave no pose, by reason."""
        counts = Counter(self._forgotten)
        for clock in self._clocks.values():
            counts.update(clock.dropped)
        return counts

    def figures(self, now_ns: int) -> SourceClock:
        """The state of the newest sender's clock."""
        return SourceClock() if self._newest is None else self._newest.figures(now_ns)

    def _turn_to(self, sender: str) -> None:
        """Take up a sender's clock, a new one where there is none, as the newest."""
        clock = self._clocks.pop(sender, None) or SenderClock[T](self._modulus)
        self._clocks[sender] = self._newest = clock
        self._sender = sender
        if len(self._clocks) > MOST_SENDERS:
            self._forgotten.update(self._clocks.pop(next(iter(self._clocks))).dropped)
