"""Waking in time for what is due: a process that slept is cold, and what it does first takes several times as long.

So a loop rehearses its work shortly before it is needed, once or more, and then stays awake until what it waits for
came or is late. Three loops do so, each with times of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from stage.clock import Clock, process_cpu_ns

Found = TypeVar("Found")
Ask = Callable[[int], Found | None]
"""What came within so many nanoseconds, if anything did."""


@dataclass(frozen=True, slots=True)
class WakingTimes:
    """When a loop is awake round a moment at which something is due.

    `rehearsed_ns`: a rehearsal begins so long before it; after the last of them the loop stays awake. `rehearsal_ns`:
    what one takes at most; one that would not be over in time is left out. `repeated`: whether it goes on rehearsing
    for as long as there is time. `late_ns`: what is later than this is waited for asleep. `asking_ns`: how often it is
    asked for meanwhile; 0 = without a pause.
    """

    rehearsed_ns: tuple[int, ...]
    rehearsal_ns: int
    repeated: bool = False
    late_ns: int = 0
    asking_ns: int = 0

    @property
    def waking_ns(self) -> int:
        """So long before the moment the sleep ends."""
        return self.rehearsed_ns[0]


TRACKING = WakingTimes(rehearsed_ns=(600_000,), rehearsal_ns=300_000, late_ns=400_000)
"""Before a datagram. Measured: what takes 20 us when run twice in a row takes 200 us after a sleep, which is what the
rehearsal takes, and up to half of the time it has."""

CONDUCTOR = WakingTimes(rehearsed_ns=(1_200_000,), rehearsal_ns=100_000, repeated=True)
"""Before a tick. Measured: what takes 0.02 ms the second time takes 0.2 ms after a sleep, and the tick itself must not
pay for that. Repeated, or it would all be cold again: caches are shared, and asleep or spinning they are lost within a
millisecond."""

RENDER = WakingTimes(rehearsed_ns=(4_500_000, 1_300_000), rehearsal_ns=800_000, late_ns=1_000_000, asking_ns=5_000)
"""Before a frame is decided, and before one is presented. Measured: drawing takes 0.5 ms hot and 1.5 ms after a sleep.
After the first rehearsal the others who are awake before a tick have their turn; what was at hand is gone again
within a millisecond, so there is a second one. One that is not over when the frame is decided delays it."""


class Waking:
    """One loop's sleep and waking; what is asked for and what is rehearsed come from the loop."""

    def __init__(self, clock: Clock, times: WakingTimes) -> None:
        self._clock = clock
        self._times = times

    def wait(self, due_ns: int, turn_ns: int, ask: Ask[Found], rehearse: Callable[[], object]) -> Found | None:
        """What is due at `due_ns`, if it comes: asleep until shortly before, then rehearsed and awake until it is late.
        Where that is not to be before `turn_ns`, or is over, asleep until `turn_ns`."""
        times, now_ns = self._times, self._clock.now_ns()
        waking_ns = due_ns - times.waking_ns
        if waking_ns >= turn_ns or now_ns >= due_ns + times.late_ns:
            return ask(max(0, turn_ns - now_ns))
        if (early := ask(max(0, waking_ns - now_ns))) is not None:
            return early
        self.make_ready(due_ns, rehearse)
        return self._stay_awake(due_ns + times.late_ns, ask)

    def make_ready(self, due_ns: int, rehearse: Callable[[], object]) -> int:
        """Sleep, and rehearse at each of its times; the CPU time that took. What is repeated takes the place of
        spinning, and counts as waiting."""
        cpu_ns = 0
        for before_ns in self._times.rehearsed_ns:
            self._clock.rest_until_ns(due_ns - before_ns)
            if self._has_time(due_ns):
                begun_ns = process_cpu_ns()
                rehearse()
                cpu_ns += process_cpu_ns() - begun_ns
        while self._times.repeated and self._has_time(due_ns):
            rehearse()
        return cpu_ns

    def _has_time(self, due_ns: int) -> bool:
        return self._clock.now_ns() < due_ns - self._times.rehearsal_ns

    def _stay_awake(self, until_ns: int, ask: Ask[Found]) -> Found | None:
        """Ask without sleeping until something came, or until `until_ns`."""
        while (found := ask(0)) is None and (now_ns := self._clock.now_ns()) < until_ns:
            self._clock.spin_until_ns(now_ns + self._times.asking_ns)
        return found
