"""Waking in time for the next event: after a sleep caches are cold, and the first work takes several times as long.

So a loop rehearses its work shortly before it is needed, once or more, then stays awake until the event arrives or is
late. Three loops do this, each with its own times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from stage.clock import Clock, process_cpu_ns

Found = TypeVar("Found")
Ask = Callable[[int], Found | None]
"""What arrived within this many nanoseconds, if anything."""


@dataclass(frozen=True, slots=True)
class WakingTimes:
    """When a loop is awake round the moment of an event.

    `rehearsed_ns`: a rehearsal starts at each of these times before it; after the last the loop stays awake.
    `rehearsal_ns`: the most that one takes; one that would not end in time is skipped. `repeated`: whether it keeps
    rehearsing while there is time. `late_ns`: after this the loop waits asleep. `asking_ns`: how often it polls; 0 =
    without a pause.
    """

    rehearsed_ns: tuple[int, ...]
    rehearsal_ns: int
    repeated: bool = False
    late_ns: int = 0
    asking_ns: int = 0

    @property
    def waking_ns(self) -> int:
        """How long before the moment the sleep ends."""
        return self.rehearsed_ns[0]


TRACKING = WakingTimes(rehearsed_ns=(600_000,), rehearsal_ns=300_000, late_ns=400_000)
"""Before a datagram. Measured: work of 20 us when repeated takes 200 us after a sleep; so does the rehearsal, which
may use up to half of the available time."""

CONDUCTOR = WakingTimes(rehearsed_ns=(1_200_000,), rehearsal_ns=100_000, repeated=True)
"""Before a tick. Measured: work of 0.02 ms when repeated takes 0.2 ms after a sleep, and the tick itself must not pay
for that. Repeated, because caches are shared, and are lost within a millisecond of sleeping or spinning."""

RENDER = WakingTimes(rehearsed_ns=(4_500_000, 1_300_000), rehearsal_ns=800_000, late_ns=1_000_000, asking_ns=5_000)
"""Before a frame is decided, and before one is presented. Measured: drawing takes 0.5 ms hot and 1.5 ms after a sleep.
After the first rehearsal other loops run before the tick, and the caches are lost again within a millisecond, so there
is a second one. A rehearsal still running when the frame is decided delays it."""


class Waking:
    """One loop's sleep and waking; the loop supplies what to poll and what to rehearse."""

    def __init__(self, clock: Clock, times: WakingTimes) -> None:
        self._clock = clock
        self._times = times

    def wait(self, due_ns: int, turn_ns: int, ask: Ask[Found], rehearse: Callable[[], object]) -> Found | None:
        """What is due at `due_ns`, if it arrives: sleeps until shortly before, then rehearses and stays awake until it
        is late. Where `due_ns` is not before `turn_ns`, or is past, sleeps until `turn_ns`."""
        times, now_ns = self._times, self._clock.now_ns()
        waking_ns = due_ns - times.waking_ns
        if waking_ns >= turn_ns or now_ns >= due_ns + times.late_ns:
            return ask(max(0, turn_ns - now_ns))
        if (early := ask(max(0, waking_ns - now_ns))) is not None:
            return early
        self.make_ready(due_ns, rehearse)
        return self._stay_awake(due_ns + times.late_ns, ask)

    def make_ready(self, due_ns: int, rehearse: Callable[[], object]) -> int:
        """Sleep, and rehearse at each of its times; returns the CPU time of that. Repeated rehearsals replace spinning
        and count as waiting."""
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
        """Poll without sleeping until something arrives, or until `until_ns`."""
        while (found := ask(0)) is None and (now_ns := self._clock.now_ns()) < until_ns:
            self._clock.spin_until_ns(now_ns + self._times.asking_ns)
        return found
