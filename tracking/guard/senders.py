"""Whom a source follows where several send to it: the first address, until it is silent; and devices that send by turns
from one address, told by their places. Pure."""

from __future__ import annotations

from typing import Generic

from stage.errors import PacketError
from stage.units import NS_PER_S
from tracking.guard.measured import REMEMBERED_NS, Measured, T, Tally

SILENT_NS = NS_PER_S // 2
"""After this silence of the one that is followed, another takes over: a device may come back with another address."""
FEWEST = 3
APART_M, BESIDE = 0.2, 0.25
"""Two places: so far apart, and each pose so much nearer to the last but one than to the last."""
TURNS = 6
"""By turns so often in a row."""


class Senders:
    """One source."""

    def __init__(self) -> None:
        self.followed = ""
        self.other = ""
        self._heard_ns = 0
        self.refused = Tally()

    def admit(self, sender: str, received_ns: int) -> None:
        """Raises PacketError ("other-sender") for a packet of another sender than the one that is followed."""
        if sender != self.followed:
            if self.followed and received_ns - self._heard_ns < SILENT_NS:
                self.other = sender
                self.refused.add(received_ns)
                raise PacketError("other-sender", f"{sender} sends as well; {self.followed} is followed")
            self.followed = sender
        self._heard_ns = received_ns

    def two(self, now_ns: int) -> bool:
        """Whether two have been sending lately."""
        return self.refused.recent(now_ns) and self.refused.count >= FEWEST


class Turns(Generic[T]):
    """Poses that come from two places by turns."""

    def __init__(self) -> None:
        self._last: Measured[T] | None = None
        self._before: Measured[T] | None = None
        self._in_a_row = 0
        self._told_ns = -REMEMBERED_NS
        self.apart_m = 0.0

    def take(self, new: Measured[T]) -> None:
        """A pose that arrived, good or not."""
        last, before = self._last, self._before
        self._last, self._before = new, last
        if last is None or before is None:
            return
        apart = new.step_m(last)
        if apart > APART_M and new.step_m(before) < BESIDE * apart:
            self._in_a_row += 1
            self.apart_m = apart
        else:
            self._in_a_row = 0
        if self._in_a_row >= TURNS:
            self._told_ns = new.received_ns

    def two(self, now_ns: int) -> bool:
        """Whether two have been sending lately."""
        return now_ns - self._told_ns < REMEMBERED_NS
