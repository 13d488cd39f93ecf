"""Numbers of packets that their sender counts or stamps. Pure."""

from __future__ import annotations

COUNTER_RESTART = 1000
"""A counter that jumps ahead by more began anew."""
SMALL_MODULUS = 1024
"""A counter that begins again sooner may go round while packets are lost."""


class Counted:
    """Follows a sender's counter modulo `modulus`."""

    def __init__(self, modulus: int) -> None:
        self._modulus = modulus
        self._last: int | None = None

    def step(self, counter: int, periods: float | None) -> int | None:
        """How many numbers after the one before, `periods` later by the line (None: not known): 0 where it came again,
        None where the sender began anew."""
        last, self._last = self._last, counter
        if last is None:
            return 1
        step = (counter - last) % self._modulus
        if step == 0:
            return 0
        if self._modulus < SMALL_MODULUS:
            rounds = 0 if periods is None else round((periods - step) / self._modulus)
            return step + max(0, rounds) * self._modulus
        return None if step > min(COUNTER_RESTART, self._modulus // 2) else step


class Stamped:
    """Follows a sender's own time."""

    def __init__(self) -> None:
        self._epoch_ns: int | None = None
        self._last_ns = 0

    def number(self, stamp_ns: int) -> float:
        """The stamp as a number: nanoseconds since the first."""
        if self._epoch_ns is None:
            self._epoch_ns = self._last_ns = stamp_ns
        return float(stamp_ns - self._epoch_ns)

    def step_ns(self, stamp_ns: int) -> int:
        """How much later than the newest stamp so far; it becomes the newest if it is."""
        step_ns = stamp_ns - self._last_ns
        self._last_ns = max(self._last_ns, stamp_ns)
        return step_ns
