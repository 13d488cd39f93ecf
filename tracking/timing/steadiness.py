"""Whether a sender keeps a steady clock, from the arrivals alone. Pure.

Delays come and go: however large, they do not add up. The intervals of a sender that sends whenever it is ready (a game
engine, frame by frame) do. So the least late arrivals of a steady sender stay on their line, and those of the other
wander, the further the longer: the variance of their steps from block to block grows against that of single intervals
(the idea of Allan's variance, Proc. IEEE 54 no. 2, 1966).
"""

from __future__ import annotations

import itertools
from collections import deque

from stage.units import NS_PER_MS

BLOCK = 8
BLOCK_NS = 120 * NS_PER_MS
"""At least so many packets, and so long. A wandering sender's block minima step by about 6 times the variance of one
interval, those of a steady one with random delays by less than half of it."""
BLOCKS = 24
LEAST_STEPS = 12
STEADY = 0.8
UNSTEADY = 2.0
"""The largest steps are left out (a path that became longer once does not wander), and of the blocks' mean squares the
middle one counts (a hold-up now and then does not make a wanderer steady)."""
NEGLIGIBLE_NS2 = (0.4 * NS_PER_MS) ** 2
"""Who wanders less is served by either."""


class Steadiness:
    """The verdict on one sender: `steady` is None until there is enough to judge from."""

    def __init__(self) -> None:
        self._minima: deque[float] = deque(maxlen=BLOCKS + 1)
        self._squares: deque[float] = deque(maxlen=BLOCKS)
        self._way = self._square = self._lasted_ns = 0.0
        self._least: float | None = None
        self._count = 0
        self.steady: bool | None = None

    def take(self, interval_ns: float, excess_ns: float) -> None:
        """Take an interval, and how much longer it was than the periods that it should have lasted."""
        self._lasted_ns += interval_ns
        self._way += excess_ns
        self._square += excess_ns * excess_ns
        self._least = self._way if self._least is None else min(self._least, self._way)
        self._count += 1
        if self._count >= BLOCK and self._lasted_ns >= BLOCK_NS:
            self._minima.append(self._least)
            self._squares.append(self._square / self._count)
            self._least, self._square, self._count, self._lasted_ns = None, 0.0, 0, 0.0
            self._judge()

    def mend(self, excess_ns: float) -> None:
        """The newest interval was longer than its periods by so much more than was taken."""
        self._way += excess_ns

    def _judge(self) -> None:
        minima = list(self._minima)
        steps = [b - a for a, b in itertools.pairwise(minima)]
        if len(steps) < LEAST_STEPS:
            return
        middle = sorted(steps)[len(steps) // 2]
        squares = sorted((step - middle) ** 2 for step in steps)
        usual = squares[: len(squares) - max(1, len(squares) // 8)]
        wandering = sum(usual) / len(usual)
        single = sorted(self._squares)[len(self._squares) // 2]
        if wandering < max(NEGLIGIBLE_NS2, STEADY * single):
            self.steady = True
        elif wandering > UNSTEADY * single or self.steady is None:
            self.steady = False
