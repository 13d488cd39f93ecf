"""A sender's clock as a line that is learnt, then followed, and learnt anew where it no longer holds. Pure.

Learning: the line under the first arrivals (`line.LowerHull`). Following: the least-squares line through the least late
arrivals of the last seconds. What is early breaks the line, for nothing arrives before it was sent; what is late does
not, unless it stays late in a way that no delay does.
"""

from __future__ import annotations

import itertools
import math
from collections import deque

from stage.units import NS_PER_MS, NS_PER_S
from tracking.timing.groups import TOGETHER_SHARE
from tracking.timing.line import Line, LowerHull, Point, line_through, line_under

LEAST_LEARNT = 12
MOST_LEARNT = 64
LEARNT_NS = NS_PER_S // 4
AGREED = 0.01
"""The slopes of all arrivals, the first and the last two thirds differ by no more: the line has been found."""
BLOCK_NS = NS_PER_S // 4
BLOCK_PACKETS = 8
BLOCKS = 48
SETTLED_BLOCKS = 8
"""From this many least late arrivals on, they alone give the line."""
ANCHORED_BLOCKS = 4
"""The same, where the period was known before."""
EARLY_IN_A_ROW = 4
EARLY_NS = 1.0 * NS_PER_MS
EARLY_SHARE = 0.12
EARLY_SPREADS = 4.0
LATE_SHARE = 0.5
WHOLE_SHARE = 0.2
"""A lateness this near (in periods) to a whole number of them is packets that never came."""
LEAST_WHOLE_SHARE = 0.05
OTHER_RATE = 0.01
LONGER_PATH_BLOCKS = 40
KNOWN_STEPS = 16
RESTLESS_NS = 5 * NS_PER_S
RESTLESS_TIMES = 3


class Pacing:
    """The line of one sender. `known_slope`: where the numbers are the sender's own time, about 1."""

    def __init__(self, known_slope: float | None = None) -> None:
        self._known_slope = known_slope
        self._step = 1.0
        self._steps: deque[float] = deque(maxlen=KNOWN_STEPS)
        self._restarts: deque[float] = deque(maxlen=RESTLESS_TIMES)
        self.restless_ns: float | None = None
        """When it last had to be found anew for the third time within seconds."""
        self._forget()

    def _forget(self) -> None:
        self.line: Line | None = None
        self.spread_ns = 0.0
        self._points: list[Point] = []
        self._hull: LowerHull | None = LowerHull()
        self._minima: deque[Point] = deque(maxlen=BLOCKS)
        self._trusted_from = SETTLED_BLOCKS
        self._begin_block(0.0)
        self._late: list[tuple[Point, float]] = []
        self._early: list[Point] = []
        self.settled = False
        self.learnt_lateness_ns = (0.0, 0.0)

    def _begin_block(self, at_ns: float) -> None:
        self._block_ns, self._block_count = at_ns, 0
        self._least: tuple[Point, float] | None = None

    @property
    def period_ns(self) -> float | None:
        """The time between two packets; None while learning."""
        return None if self.line is None else self.line.slope_ns * self._step

    @property
    def tolerance_ns(self) -> float:
        """How far below the line an arrival may be."""
        return max(EARLY_NS, EARLY_SHARE * (self.period_ns or 0.0), EARLY_SPREADS * self.spread_ns)

    def note_step(self, step: float) -> None:
        """Where numbers are the sender's own time: how far this one is from the one before."""
        self._steps.append(step)
        self._step = sorted(self._steps)[len(self._steps) // 2]

    def learn_anew(self, at_ns: float) -> None:
        """Forget the line: another rate, or a sender that began again."""
        self._forget()
        self._note_restart(at_ns)

    def move(self, periods: int) -> None:
        """Packets that were not counted were lost (or those that were taken for lost were not, if negative)."""
        if self.line is None:
            return
        by_ns = periods * self.line.slope_ns * self._step
        self.line = self.line.moved(by_ns)
        self._minima = deque((Point(x, at_ns + by_ns) for x, at_ns in self._minima), maxlen=BLOCKS)
        if self._hull is not None:
            self._hull.move(by_ns)
        self._early.clear()
        self._late.clear()
        self._begin_block(self._block_ns)

    def renumber_newest(self, less: float) -> None:
        """While learning: the newest packet has a number so much lower than it was taken with."""
        if self._points:
            newest = self._points.pop()
            self._points.append(Point(newest.x - less, newest.at_ns))
            self._hull = LowerHull()
            for point in self._points:
                self._hull.add(*point)

    def take(self, x: float, at_ns: float) -> int:
        """Take packet `x`; x rises. Returns by how many periods packets were lost before without being noticed."""
        line = self.line
        if line is None:
            self._learn(Point(x, at_ns))
            return 0
        late_ns = at_ns - line.at(x)
        if self._breaks(Point(x, at_ns), late_ns):
            return 0
        if not self._early:
            self._settle(Point(x, at_ns), late_ns)
        if self._least is None or late_ns < self._least[1]:
            self._least = (Point(x, at_ns), late_ns)
        self._block_count += 1
        if at_ns - self._block_ns >= BLOCK_NS and self._block_count >= BLOCK_PACKETS:
            return self._close_block(at_ns)
        return 0

    def _learn(self, point: Point) -> None:
        if self._known_slope is not None:
            self.line = Line(point.x, point.at_ns, self._known_slope)
            self._hull, self._trusted_from = None, ANCHORED_BLOCKS
            self._begin_block(point.at_ns)
            return
        points = self._points
        points.append(point)
        if self._hull is not None:
            self._hull.add(*point)
        if len(points) < LEAST_LEARNT or point.at_ns - points[0].at_ns < LEARNT_NS:
            return
        line = line_under(points)
        if line is None or line.slope_ns <= 0:
            self._forget()
            return
        third = len(points) // 3
        parts = (line_under(points[third:]), line_under(points[:-third]))
        agreed = all(part and abs(part.slope_ns - line.slope_ns) <= AGREED * line.slope_ns for part in parts)
        if agreed or len(points) >= MOST_LEARNT:
            self.line = line
            self.learnt_lateness_ns = _lateness(points, line)
            self._begin_block(points[0].at_ns)
            self._points = []

    def _settle(self, point: Point, late_ns: float) -> None:
        """While there are few blocks every arrival may show a better line."""
        if self._hull is not None:
            self._hull.add(*point)
            found = self._hull.line()
            if found is not None and found.slope_ns > 0:
                self.line = found
        elif not self.settled and late_ns < 0 and self.line is not None:
            self.line = self.line.moved(late_ns)

    def _breaks(self, point: Point, late_ns: float) -> bool:
        """Whether this one and those before it arrived too early for the line; it begins again below them."""
        if late_ns >= -self.tolerance_ns or (
            self._hull is not None and late_ns > -LATE_SHARE * (self.period_ns or 0.0)
        ):
            self._early.clear()
            return False
        self._early.append(point)
        if len(self._early) < EARLY_IN_A_ROW or self.line is None:
            return False
        self._anchor(self._early[:], point.at_ns)
        return True

    def early_periods(self, at_least: int) -> int:
        """How many whole periods later the last arrivals (so many in a row) would have to be, not to be early; 0 where
        they were not."""
        period_ns, line = self.period_ns, self.line
        if period_ns is None or line is None or len(self._early) < at_least:
            return 0
        earliest_ns = max(line.at(x) - at_ns for x, at_ns in self._early)
        return math.ceil((earliest_ns - self.tolerance_ns) / period_ns)

    def _anchor(self, points: list[Point], at_ns: float) -> None:
        """Begin again with the same period, below these points."""
        line = self.line
        if line is None:
            return
        self.line = line.moved(min(point.at_ns - line.at(point.x) for point in points))
        self._hull, self._trusted_from, self.settled = None, ANCHORED_BLOCKS, False
        self._minima.clear()
        self._late.clear()
        self._early.clear()
        self._begin_block(at_ns)
        self._note_restart(at_ns)

    def _note_restart(self, at_ns: float) -> None:
        self._restarts.append(at_ns)
        if len(self._restarts) == RESTLESS_TIMES and at_ns - self._restarts[0] < RESTLESS_NS:
            self.restless_ns = at_ns

    def _close_block(self, at_ns: float) -> int:
        least, self_period = self._least, self.period_ns
        self._begin_block(at_ns)
        if least is None or self_period is None:
            return 0
        late_ns = least[1] if self.line is None else least[0].at_ns - self.line.at(least[0].x)
        if late_ns > max(self.tolerance_ns, LATE_SHARE * self_period):
            self._late.append((least[0], late_ns))
            return self._judge_late(self_period, at_ns)
        self._late.clear()
        if late_ns < -self.tolerance_ns:
            return self._judge_early(least[0], late_ns / self_period, at_ns)
        self._minima.append(least[0])
        self._refit()
        return 0

    def _refit(self) -> None:
        if len(self._minima) < self._trusted_from:
            return
        line, spread_ns = line_through(self._minima)
        if line.slope_ns > 0:
            self.line, self.spread_ns = line, spread_ns
            self._hull, self.settled = None, True

    def _whole(self, periods: float) -> bool:
        """Whether it is a whole number of periods, as exactly as this line is known."""
        exact = EARLY_SPREADS * self.spread_ns / (self.period_ns or 1.0) if self.settled else WHOLE_SHARE
        return abs(periods - round(periods)) < min(WHOLE_SHARE, max(LEAST_WHOLE_SHARE, exact))

    def _judge_early(self, least: Point, periods: float, at_ns: float) -> int:
        """A whole block held something too early: packets were taken for lost that were not, or the way is shorter."""
        if self._whole(periods) and round(periods):
            return round(periods)
        self._anchor([least], at_ns)
        return 0

    def _judge_late(self, period_ns: float, at_ns: float) -> int:
        """Whole blocks came late: packets lost unseen (how many), another rate, or a longer way to go."""
        lates = [late_ns for _, late_ns in self._late]
        if len(lates) < 2:
            return 0
        periods = min(lates) / period_ns
        if max(lates) - min(lates) < WHOLE_SHARE * period_ns and self._whole(periods):
            return round(periods)
        (a, late_a), (b, late_b) = self._late[-2], self._late[-1]
        drift = (late_b - late_a) / max(1.0, (b.x - a.x) * (self.line.slope_ns if self.line else 1.0))
        if self._known_slope is None and abs(drift) > OTHER_RATE:
            self.learn_anew(at_ns)
        elif len(lates) >= LONGER_PATH_BLOCKS:
            self._anchor([point for point, _ in self._late[-ANCHORED_BLOCKS:]], at_ns)
        return 0


def _lateness(points: list[Point], line: Line) -> tuple[float, float]:
    """The mean lateness of all arrivals, and of those that none followed at once."""
    late = [max(0.0, at_ns - line.at(x)) for x, at_ns in points]
    after = [b.at_ns - a.at_ns for a, b in itertools.pairwise(points)]
    last = [each for each, wait in zip(late, after, strict=False) if wait >= TOGETHER_SHARE * line.slope_ns]
    return sum(late) / len(late), sum(last) / max(1, len(last))
