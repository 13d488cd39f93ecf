"""Packets that were held up on their way, and how long. Pure."""

from __future__ import annotations

from collections import deque

from stage.units import NS_PER_MS, NS_PER_S

WINDOW_S = 10
KEPT = 64
LATE_PERIODS = 2.5
LATE_NS = 50 * NS_PER_MS
OFTEN = 3
"""So many in the last seconds are worth a word."""
PUNCTUAL_PERIODS = 0.5


class Stalls:
    """The hold-ups of one sender in the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._before_ns = 0.0

    def take(self, at_ns: float, late_ns: float, period_ns: float) -> None:
        """Take how late a packet was: one that is late after a punctual one was held up."""
        before, self._before_ns = self._before_ns, late_ns
        if late_ns > max(LATE_NS, LATE_PERIODS * period_ns) and before < PUNCTUAL_PERIODS * period_ns:
            self._seen.append((at_ns, late_ns))

    def count(self, at_ns: float) -> int:
        """How many in the last seconds."""
        while self._seen and at_ns - self._seen[0][0] > WINDOW_S * NS_PER_S:
            self._seen.popleft()
        return len(self._seen)

    @property
    def longest_ns(self) -> float:
        """The longest of them."""
        return max((late_ns for _, late_ns in self._seen), default=0.0)
