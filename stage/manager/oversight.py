"""How a manager stands with its watchdog: it gives signs of life, and notices where nobody watches any more."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

import psutil

from stage.manager.watchdog import PING_NS, Life
from stage.messages.control import Phase, ProcessState
from stage.process.lifeline import Orphanhood
from stage.units import NS_PER_S

BYTES_PER_MB = 1e6
SOON_S = 90

log = logging.getLogger("openstage.manager")


class Oversight:
    """Of one life of the manager. Where the watchdog was killed, the stage goes on for `limit_s`: time to type
    `openstage run` again, which takes over. `claim` is called once, to say that this process owns the stage now."""

    def __init__(self, life: Life, limit_s: float, now_ns: int, claim: Callable[[], object]) -> None:
        self._life, self._began_ns, self._claim = life, now_ns, claim
        self._limit_s = limit_s
        self._orphanhood = Orphanhood(round(limit_s * NS_PER_S))
        self._unwatched_ns: int | None = None
        self._next_ping_ns = 0
        self._meter = psutil.Process()

    def is_over(self, now_ns: int) -> bool:
        """Give a sign of life; whether nobody has watched for long enough. Asked every turn."""
        if now_ns >= self._next_ping_ns:
            self._next_ping_ns = now_ns + PING_NS
            self._life.ping()
        watched = self._life.is_watched
        if not watched and self._unwatched_ns is None:
            self._unwatched_ns = now_ns
            self._claim()
            log.warning("nobody watches over this stage: %s", self.said(now_ns))
        over = self._orphanhood.is_over(watched, now_ns)
        if over:
            log.error("nobody has watched over this stage for %g minutes: it ends", round(self._limit_s / 60, 2))
        return over

    def is_unwatched(self, now_ns: int) -> bool:
        """Whether the watchdog is dead."""
        return self._unwatched_ns is not None

    def said(self, now_ns: int) -> str:
        """What follows from that; "" while it lives."""
        if self._unwatched_ns is None:
            return ""
        left_s = max(0.0, self._limit_s - (now_ns - self._unwatched_ns) / NS_PER_S)
        left = f"{left_s / 60:.0f} min" if left_s >= SOON_S else f"{left_s:.0f} s"
        return f"it ends in {left} unless `openstage run` is called again"

    def state(self, now_ns: int) -> ProcessState:
        """How the manager itself does."""
        with self._meter.oneshot():
            percent, memory_mb = self._meter.cpu_percent(), self._meter.memory_info().rss / BYTES_PER_MB
        return ProcessState(
            role="manager",
            state=Phase.RUNNING,
            pid=os.getpid(),
            restarts=self._life.number,
            since_ns=self._began_ns,
            reason=self._life.reason,
            cpu_percent=percent,
            memory_mb=memory_mb,
        )
