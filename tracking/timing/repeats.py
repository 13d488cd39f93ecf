"""Notices a sender that sends its old pose again until it has a new one. Pure.

Equal poses alone prove nothing: an encoder head that stands sends equal bytes for minutes. A rhythm of equal runs does.
"""

from __future__ import annotations

from collections import deque

RUNS = 12
SHARE = 0.75
LONGEST = 20
"""A longer run of equal poses is a camera that stands."""


class Repeats:
    """Runs of equal poses. Each pose is sent `least` to `most` times, which is 1 where none is sent again."""

    def __init__(self) -> None:
        self._runs: deque[int] = deque(maxlen=RUNS)
        self._run = 0
        self.least = self.most = 1

    @property
    def found(self) -> bool:
        """Whether poses are sent again."""
        return self.most > 1

    @property
    def stands(self) -> bool:
        """Whether the pose has been the same for longer than a repetition takes."""
        return self._run > 2 * (self.most + 1)

    def take(self, changed: bool) -> bool:
        """Take a packet: whether its pose differs from the one before. True where repetition began or ended."""
        if not changed:
            self._run += 1
            return False
        run, self._run = self._run, 1
        if not 0 < run <= (2 * (self.most + 1) if self.found else LONGEST):
            return False
        self._runs.append(run)
        return len(self._runs) == RUNS and self._judge()

    def _judge(self) -> bool:
        before, runs = self.found, sorted(self._runs)
        middle = runs[RUNS // 2]
        usual = [run for run in runs if max(2, middle - 1) <= run <= middle + 1]
        if len(usual) >= SHARE * RUNS:
            common = [run for run in usual if usual.count(run) > 1]
            self.least, self.most = min(common), max(common)
        elif runs.count(1) > (1.0 - SHARE) * RUNS:
            self.least = self.most = 1
        return self.found != before
