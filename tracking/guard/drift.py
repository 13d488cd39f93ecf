"""A tracker whose origin creeps: too slowly for any dolly, straight on, while the head does not turn. Pure."""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise
from typing import Generic

from stage.units import NS_PER_S
from tracking.guard.measured import Measured, T

LOOKS = 11
"""A look a second: ten seconds."""
SLOWEST_M_S, FASTEST_M_S = 0.0003, 0.003
STRAIGHT = 0.95
"""The whole way as a share of its steps' sum."""
UNTURNED_RAD = 0.001


class DriftWatch(Generic[T]):
    """One source."""

    def __init__(self) -> None:
        self._looks: deque[Measured[T]] = deque(maxlen=LOOKS)

    def take(self, new: Measured[T]) -> None:
        """A pose that is believed."""
        if not self._looks or new.seconds_since(self._looks[-1]) >= 1.0:
            self._looks.append(new)

    def drift_mm(self, now_ns: int) -> float | None:
        """How far it crept in the last ten seconds; None where it does not."""
        looks = list(self._looks)
        if len(looks) < LOOKS or now_ns - looks[-1].received_ns > 2 * NS_PER_S:
            return None
        pairs = list(pairwise(looks))
        steps = [after.step_m(before) / max(after.seconds_since(before), 1.0) for before, after in pairs]
        way = looks[-1].step_m(looks[0])
        creeps = all(SLOWEST_M_S <= step <= FASTEST_M_S for step in steps)
        unturned = all(after.turn_rad(before) < UNTURNED_RAD for before, after in pairs)
        straight = way >= STRAIGHT * math.fsum(after.step_m(before) for before, after in pairs)
        return 1000.0 * way if creeps and unturned and straight else None
