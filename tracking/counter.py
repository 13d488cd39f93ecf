"""A device's own packet counter: packets lost, duplicated and late. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from stage.errors import PacketError

RESTART_AFTER = 8
"""This many packets in a row from behind are no stragglers: the device has restarted."""


@dataclass(frozen=True, slots=True)
class CounterKind:
    """Where a counter wraps, how far back a late packet may be, and how large a jump ahead means that the device
    restarted, not that packets were lost."""

    modulus: int
    late_limit: int
    restart_from: int


COUNTER_16 = CounterKind(1 << 16, 64, 4096)
COUNTER_8 = CounterKind(1 << 8, 16, 128)
COUNTER_4 = CounterKind(16, 3, 9)
"""Counters of 16, 8 and 4 bits."""


class SenderCounter:
    """Follows one device's counter; `lost` counts the packets that never came."""

    def __init__(self, kind: CounterKind) -> None:
        self._kind = kind
        self._last: int | None = None
        self._missing: deque[int] = deque(maxlen=kind.late_limit)
        self._behind = 0
        self._same = 0
        self.lost = 0

    @property
    def stands_still(self) -> bool:
        """Whether the same counter came many times in a row: the device does not count."""
        return self._same > RESTART_AFTER

    def take(self, counter: int) -> None:
        """Take a packet's counter. Raises PacketError if it was seen before ("duplicate") or is late
        ("out-of-order")."""
        kind = self._kind
        ahead = 1 if self._last is None else (counter - self._last) % kind.modulus
        self._same = self._same + 1 if ahead == 0 else 0
        if ahead == 0 or kind.modulus - ahead <= kind.late_limit:
            self._refuse_unless_restarted(counter, ahead)
        elif 1 < ahead < kind.restart_from:
            self.lost += ahead - 1
            self._missing.extend((counter - back) % kind.modulus for back in range(min(ahead, kind.late_limit), 0, -1))
        self._behind = 0
        self._last = counter

    def _refuse_unless_restarted(self, counter: int, ahead: int) -> None:
        self._behind += 1
        if counter in self._missing:
            self._missing.remove(counter)
            self.lost -= 1
            raise PacketError("out-of-order", f"counter {counter} after {self._last}")
        if ahead == 0 or self._behind <= RESTART_AFTER:
            raise PacketError("duplicate", f"counter {counter} came again")
        self._missing.clear()
