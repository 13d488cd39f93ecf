"""When each universe is sent: on change, never faster than DMX allows, and regularly as a keep-alive.

After a change a universe is sent twice more (E1.31 section 6.6.2), then about once a second. Pure: time is an argument.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

from stage.units import NS_PER_S

REPEATS = 2
REPEAT_NS = NS_PER_S // 10
KEEP_ALIVE_NS = NS_PER_S * 8 // 10


class Pacing:
    """What was sent when. All universes of a moment are sent together, so they can be synchronised."""

    def __init__(self, rate_hz: float) -> None:
        self.period_ns = math.ceil(NS_PER_S / rate_hz)
        self._sent: dict[int, tuple[bytes, int, int]] = {}
        self._last_ns: int | None = None
        self._turns_ns: deque[int] = deque(maxlen=64)

    def due(self, universes: Mapping[int, bytes], now_ns: int) -> list[int]:
        """The universes to send now; none within a period of the last ones."""
        if now_ns < self.free_ns():
            return []
        return [universe for universe, slots in universes.items() if self._is_due(universe, slots, now_ns)]

    def free_ns(self) -> int:
        """The earliest time of the next sending."""
        return 0 if self._last_ns is None else self._last_ns + self.period_ns

    def sent(self, universe: int, slots: bytes, now_ns: int) -> None:
        """Note that a universe was sent."""
        before = self._sent.get(universe)
        repeats = max(0, before[2] - 1) if before is not None and before[0] == slots else REPEATS
        self._sent[universe] = (slots, now_ns, repeats)
        if now_ns != self._last_ns:
            self._last_ns = now_ns
            self._turns_ns.append(now_ns)

    def forget(self) -> None:
        """Start again: everything is due as soon as sending is allowed."""
        self._sent.clear()

    def rate_hz(self, now_ns: int) -> float:
        """How often packets were sent in the last second."""
        return float(sum(moment > now_ns - NS_PER_S for moment in self._turns_ns))

    def _is_due(self, universe: int, slots: bytes, now_ns: int) -> bool:
        if universe not in self._sent:
            return True
        known, sent_ns, repeats = self._sent[universe]
        return slots != known or now_ns - sent_ns >= (REPEAT_NS if repeats else KEEP_ALIVE_NS)
