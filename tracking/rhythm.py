"""Predicts when the next datagram is due, to have the process awake by then. Pure: time is an argument.

Being awake round each datagram (`stage.process.waking.TRACKING`) may take `MOST_SHARE` of a core, whatever the sources
send; if that is not enough, nothing is predicted.
"""

from __future__ import annotations

from collections.abc import Mapping

from stage.process.waking import TRACKING
from stage.units import NS_PER_S

CREEP = 400
"""The earliest datagrams set the rhythm: a late one moves it by at most 1 in this many of the period, which is more
than the device's clock and the stage file's rate differ by (1 in 1000 for 59.94 Hz entered as 60)."""
MOST_SHARE = 0.3
NEVER_NS = 1 << 62


class Rhythm:
    """Knows when each source last sent and how often it sends; `rates_hz` by source."""

    def __init__(self, rates_hz: Mapping[str, float]) -> None:
        self._period_ns = {name: round(NS_PER_S / rate_hz) for name, rate_hz in rates_hz.items()}
        self._due_ns = dict.fromkeys(rates_hz, NEVER_NS)
        self.foreseeing = sum(rates_hz.values()) * (TRACKING.waking_ns + TRACKING.late_ns) <= MOST_SHARE * NS_PER_S

    def heard(self, source: str, received_ns: int, beat_ns: float = 0.0) -> None:
        """Note a datagram of the source; `beat_ns`: how far apart they come, where that has been found."""
        if beat_ns > 0.0:
            self._period_ns[source] = round(beat_ns)
        period_ns, due_ns = self._period_ns[source], self._due_ns[source]
        if 0 < received_ns - due_ns < period_ns // 2:
            received_ns = min(received_ns, due_ns + period_ns // CREEP)
        self._due_ns[source] = received_ns + period_ns

    def due_ns(self, now_ns: int) -> int:
        """When the next datagram is due; `NEVER_NS` if none is predicted. A late one is not waited for."""
        if not self.foreseeing:
            return NEVER_NS
        return min([due for due in self._due_ns.values() if due + TRACKING.late_ns > now_ns], default=NEVER_NS)
