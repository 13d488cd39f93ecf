"""When the next datagram is due, so that its coming finds the process awake. Pure: time is an argument.

A process that slept is cold: what takes 20 us when run twice in a row takes 200 us then. So shortly before a
datagram is due its path is rehearsed, and the sockets are asked without sleeping until it came or is late. How long,
is bound: `MOST_SHARE` of a core, whatever the sources send; where that leaves too little, nothing is foreseen.
"""

from __future__ import annotations

from collections.abc import Mapping

from stage.units import NS_PER_S

BEFORE_NS = 600_000
"""Rehearsal takes up to half of it."""
AFTER_NS = 400_000
CREEP = 400
"""Datagrams are due with the earliest: one that is late moves that by a share of 1 in so many of the period at most,
which is more than the device's clock and the stage file's rate differ by (1 in 1000 for 59.94 Hz called 60)."""
MOST_SHARE = 0.3
NEVER_NS = 1 << 62


class Rhythm:
    """Knows when each source last sent and how often it sends; `rates_hz` by source."""

    def __init__(self, rates_hz: Mapping[str, float]) -> None:
        self._period_ns = {name: round(NS_PER_S / rate_hz) for name, rate_hz in rates_hz.items()}
        self._due_ns = dict.fromkeys(rates_hz, NEVER_NS)
        self.foreseeing = sum(rates_hz.values()) * (BEFORE_NS + AFTER_NS) <= MOST_SHARE * NS_PER_S

    def heard(self, source: str, received_ns: int) -> None:
        """A datagram of the source came."""
        period_ns, due_ns = self._period_ns[source], self._due_ns[source]
        if 0 < received_ns - due_ns < period_ns // 2:
            received_ns = min(received_ns, due_ns + period_ns // CREEP)
        self._due_ns[source] = received_ns + period_ns

    def due_ns(self, now_ns: int) -> int:
        """When the next datagram is due; `NEVER_NS` where none is foreseen. One that is late is not waited for."""
        if not self.foreseeing:
            return NEVER_NS
        return min([due for due in self._due_ns.values() if due + AFTER_NS > now_ns], default=NEVER_NS)
