"""What a sender's packets look like on the wire: one by one, or several at once. Pure."""

from __future__ import annotations

from collections import deque

from stage.units import NS_PER_MS

TOGETHER_SHARE = 0.3
"""Packets closer than this share of the period came at once; less would say that a sender's pace is uneven."""
TOGETHER_NS = 3.0 * NS_PER_MS
GROUPS = 16
GROUPED_SHARE = 0.5


class Groups:
    """Sizes and distances of the last groups of packets that came at once."""

    def __init__(self) -> None:
        self._sizes: deque[int] = deque(maxlen=GROUPS)
        self._apart_ns: deque[float] = deque(maxlen=GROUPS)
        self._size = 0
        self._began_ns = 0.0

    def take(self, at_ns: float, interval_ns: float, period_ns: float) -> None:
        """Take a packet that came `interval_ns` after the one before, of a sender of that period."""
        if interval_ns < min(TOGETHER_SHARE * period_ns, TOGETHER_NS):
            self._size += 1
            return
        if self._size:
            self._sizes.append(self._size)
            self._apart_ns.append(at_ns - self._began_ns)
        self._size, self._began_ns = 1, at_ns

    @property
    def grouped(self) -> bool:
        """Whether packets usually come with others."""
        several = sum(size for size in self._sizes if size > 1)
        return len(self._sizes) >= 3 and several >= GROUPED_SHARE * sum(self._sizes)

    @property
    def size(self) -> int:
        """How many packets usually come at once."""
        return sorted(self._sizes)[len(self._sizes) // 2] if self._sizes else 1

    @property
    def apart_ns(self) -> float:
        """How far apart groups usually begin."""
        return sorted(self._apart_ns)[len(self._apart_ns) // 2] if self._apart_ns else 0.0
