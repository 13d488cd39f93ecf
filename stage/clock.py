"""The only module that reads a clock. Times are integer nanoseconds of CLOCK_MONOTONIC.

CLOCK_MONOTONIC is one clock for all processes of a machine, so stamps of different processes compare.
"""

from __future__ import annotations

import time
from typing import Protocol

from stage.units import NS_PER_S

SPIN_NS = 200_000
"""Sleep to this long before the moment, then spin: a sleeping thread wakes up to 0.1 ms late."""


class Clock(Protocol):
    """What the rest of the house may know of time."""

    def now_ns(self) -> int:
        """The present moment."""
        ...

    def sleep_until_ns(self, moment_ns: int) -> None:
        """Return at `moment_ns`, or at once if it is past."""
        ...

    def spin_until_ns(self, moment_ns: int) -> None:
        """Return at `moment_ns` without sleeping, which keeps caches warm. For a millisecond at most."""
        ...

    def rest_until_ns(self, moment_ns: int) -> None:
        """Return at `moment_ns` or a little later, without working for it; at once if it is past."""
        ...


class MonotonicClock:
    """The machine's clock."""

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def sleep_until_ns(self, moment_ns: int) -> None:
        ahead_ns = moment_ns - time.monotonic_ns() - SPIN_NS
        if ahead_ns > 0:
            time.sleep(ahead_ns / NS_PER_S)
        self.spin_until_ns(moment_ns)

    def spin_until_ns(self, moment_ns: int) -> None:
        while time.monotonic_ns() < moment_ns:
            pass

    def rest_until_ns(self, moment_ns: int) -> None:
        ahead_ns = moment_ns - time.monotonic_ns()
        if ahead_ns > 0:
            time.sleep(ahead_ns / NS_PER_S)


class ManualClock:
    """A clock that moves only when set; sleeping moves it."""

    def __init__(self, now_ns: int = 0) -> None:
        self._now_ns = now_ns

    def now_ns(self) -> int:
        return self._now_ns

    def sleep_until_ns(self, moment_ns: int) -> None:
        self._now_ns = max(self._now_ns, moment_ns)

    def spin_until_ns(self, moment_ns: int) -> None:
        self.sleep_until_ns(moment_ns)

    def rest_until_ns(self, moment_ns: int) -> None:
        self.sleep_until_ns(moment_ns)

    def advance_ns(self, by_ns: int) -> None:
        self._now_ns += by_ns


def process_cpu_ns() -> int:
    """CPU time this thread has used: the cost of a loop's step, regardless of other threads."""
    return time.thread_time_ns()


def all_cpu_ns() -> int:
    """CPU time that all threads of this process have used: on a software renderer most of it draws."""
    return time.process_time_ns()


def since_boot_ns() -> int:
    """Time since the machine was started, as Linux counts it for the start of processes (it goes on in standby)."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def realtime_ns() -> int:
    """Calendar time in nanoseconds, which may be set: only to tell the age of a datagram from the kernel's stamp."""
    return time.time_ns()


def wall_clock_utc_s() -> float:
    """Calendar time, seconds since 1970 UTC: for the names of files and the operator's eyes only."""
    return time.time()
