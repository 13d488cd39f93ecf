"""A source's health: rate, jitter, gaps, refusals, live or lost. Pure: time is an argument."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from stage.messages.samples import SourceClock, SourceHealth, Validity
from stage.units import NS_PER_MS, NS_PER_S

LIVE_INTERVALS = 3
LIVE_BEATS = 2.5
"""The same where packets come at another pace than the stage file says."""
LOST_NS = NS_PER_S
WINDOW_NS = NS_PER_S
STAMPS = 1024
"""At least a window of stamps up to 1 kHz."""
RATE_TOLERANCE = 0.2


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first packet refused for a reason, to be logged."""

    source: str
    reason: str
    detail: str
    sender: str


class Clocks(Protocol):
    """What the clocks of a source tell."""

    @property
    def dropped(self) -> Mapping[str, int]:
        """Packets that gave no pose, by reason."""
        ...

    def figures(self, now_ns: int) -> SourceClock:
        """The state of the newest sender's clock."""
        ...


class SourceMeter:
    """Counts and times one source."""

    def __init__(self, name: str, rate_hz: float) -> None:
        self.name = name
        self._rate_hz = rate_hz
        self._live_ns = int(LIVE_INTERVALS * NS_PER_S / rate_hz)
        self._stamps: deque[int] = deque(maxlen=STAMPS)
        self._rejected: dict[str, int] = {}
        self._news: list[Refusal] = []
        self._silences = 0
        self._first_ns = 0
        self._accepted = 0
        self._refused = 0
        self._refusal, self._refused_ns = "", 0
        self._sender: str | None = None
        self.beat_ns = 0.0
        """How far apart packets come, or groups of them that come at once, as found; 0.0 while unknown."""

    @property
    def newest_ns(self) -> int | None:
        """When the newest packet that was taken arrived."""
        return self._stamps[-1] if self._stamps else None

    @property
    def _silent_ns(self) -> int:
        """Silence from which on the source is not live."""
        return max(self._live_ns, round(LIVE_BEATS * self.beat_ns))

    def accept(self, received_ns: int, sender: str) -> None:
        """Count a packet that became a sample."""
        if not self._stamps:
            self._first_ns = received_ns
        elif received_ns - self._stamps[-1] > self._silent_ns:
            self._silences += 1
        self._stamps.append(received_ns)
        self._accepted += 1
        self._refused = 0
        self._sender = sender

    def count(self, reason: str, detail: str, sender: str, now_ns: int, packets: int = 1) -> None:
        """Count packets that were refused, or accepted despite a fault."""
        before = self._rejected.get(reason, 0)
        self._rejected[reason] = before + packets
        self._refused += packets
        self._refusal, self._refused_ns = detail.removeprefix(f"{reason}: "), now_ns
        if before == 0:
            self._news.append(Refusal(self.name, reason, detail, sender))

    def take_news(self) -> list[Refusal]:
        """The first refusal for each reason since the last call."""
        news, self._news = self._news, []
        return news

    def health(self, now_ns: int, lost: int | None, warnings: list[str], clocks: Clocks) -> SourceHealth:
        """The record of this moment. `lost` = packets lost by the device's counter; None = it has none, and silences of
        more than 3 intervals count as gaps."""
        rate_hz, jitter_ms = self._rate_and_jitter(now_ns)
        clock = clocks.figures(now_ns)
        mismatch = self._rate_warning(rate_hz, clock.rate_hz, now_ns)
        rejected = Counter(self._rejected)
        rejected.update(clocks.dropped)
        return SourceHealth(
            source=self.name,
            validity=self.validity(now_ns),
            rate_hz=rate_hz,
            jitter_ms=jitter_ms,
            accepted=self._accepted,
            gaps=self._silences if lost is None else lost,
            rejected=tuple(sorted(rejected.items())),
            sender=self._sender,
            warning="; ".join([*warnings, *mismatch]),
            observed_ns=now_ns,
            clock=clock,
            refusal=self._refusal_now(now_ns),
        )

    def _refusal_now(self, now_ns: int) -> str:
        """What is refused since the last packet that could be used, if it still comes."""
        if not self._refused or now_ns - self._refused_ns > WINDOW_NS or self.validity(now_ns) is Validity.LIVE:
            return ""
        packets = "1 packet" if self._refused == 1 else f"{self._refused} packets"
        return f"{packets} refused: {self._refusal}"

    def validity(self, now_ns: int) -> Validity:
        """Live with a packet within 3 intervals, lost without one for more than a second."""
        if not self._stamps:
            return Validity.LOST
        silent_ns = now_ns - self._stamps[-1]
        if silent_ns > max(LOST_NS, self._silent_ns):
            return Validity.LOST
        return Validity.LIVE if silent_ns <= self._silent_ns else Validity.STALE

    def _rate_and_jitter(self, now_ns: int) -> tuple[float, float]:
        """Packets per second, and the standard deviation of the intervals, over the last second."""
        window_ns = max(WINDOW_NS, self._live_ns)
        stamps = np.array([stamp for stamp in self._stamps if now_ns - stamp <= window_ns], np.int64)
        if len(stamps) < 2 or stamps[-1] == stamps[0]:
            return 0.0, 0.0
        intervals_ns = np.diff(stamps)
        return (len(stamps) - 1) * NS_PER_S / float(stamps[-1] - stamps[0]), float(intervals_ns.std()) / NS_PER_MS

    def _rate_warning(self, rate_hz: float, poses_hz: float, now_ns: int) -> list[str]:
        """A warning about a source that has sent for a whole window at a different rate from its stage file's: neither
        its packets nor its poses come at that."""
        up = self._stamps and now_ns - self._first_ns > 2 * WINDOW_NS and self.validity(now_ns) is not Validity.LOST
        if not up or any(abs(each - self._rate_hz) <= RATE_TOLERANCE * self._rate_hz for each in (rate_hz, poses_hz)):
            return []
        return [f"sends {rate_hz:.1f} packets/s, not {self._rate_hz:g}: check the device, or set rate_hz"]
