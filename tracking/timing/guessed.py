"""Numbers of packets that carry none: each is the next one, unless it comes late with none behind it. Pure.

A late packet with others at once behind it was held up; one with none behind it follows packets that were lost. What
was guessed wrong is mended as soon as later packets show it.
"""

from __future__ import annotations

from collections import deque

from stage.units import NS_PER_MS, NS_PER_S
from tracking.timing.groups import TOGETHER_SHARE
from tracking.timing.pacing import Pacing

KEEP_BACK = 0
"""Instead of a step: wait whether another packet follows at once."""
HELD_NS = 4 * NS_PER_MS
"""The longest that a late packet is kept back."""
HELD_BRIEFLY_NS = 3 * NS_PER_MS // 10
"""The same, unless others of this sender once followed later than that."""
HELD_SHARE = 0.4
IN_VAIN = 10
"""So often in vain, and none is kept back any more; at first once is enough."""
LATE_SHARE = 0.75
LATE_MEANS = 4.0
GAP_SHARE = 1.4
"""In periods: who came no later than this after the one before was not preceded by a lost one."""
BEHIND_IN_A_ROW = 5
BEHIND_DOUBT = 20.0
"""In a row, for each period of usual lateness: who is usually punctual is believed at once."""
BEHIND_SHARE = 0.55
BEHIND_MEANS = 2.0
WHOLE_SHARE = 0.1
WHOLE_MEANS = 2.0
"""So far from a whole number of periods, plus so many usual latenesses, may be who comes after lost packets."""
LATENESS_SHARE = 1.0 / 64.0
LAST_SHARE = 1.0 / 32.0
MOST_LATENESS = 3.0
UNDO_NS = 1.5 * NS_PER_S
UNDO_EARLY = 3
SLIPS = 5
SLIPS_NS = 5 * NS_PER_S
KNOWN_INTERVALS = 32
FEW_INTERVALS = 8
FAR = 4.0
"""Intervals: a longer one among the first few begins the learning anew, once."""
REGULAR = 0.25
REGULAR_SHARE = 0.7
REGULAR_MEDIAN = 0.5


class Guess:
    """Numbers one sender's packets. `at_ns` is a packet's arrival, `interval_ns` the time since the one before."""

    def __init__(self) -> None:
        self._backlog_ns = -1.0
        self._intervals: deque[float] = deque(maxlen=KNOWN_INTERVALS)
        self._behind_ns: deque[float] = deque(maxlen=BEHIND_IN_A_ROW + 1)
        self._slips: deque[float] = deque(maxlen=SLIPS)
        self._skipped: tuple[float, int] = (-UNDO_NS, 0)
        self._gap_at_first = True
        self._patient_ns, self._in_vain, self._in_vain_most = HELD_BRIEFLY_NS, 0, 1
        self.lateness_ns = 0.0
        """The mean lateness of all packets."""
        self._last_lateness_ns = 0.0

    def learnt(self, lateness_ns: tuple[float, float]) -> None:
        """The line has been found: mean lateness of all packets so far, and of those that none followed at once."""
        self.lateness_ns, self._last_lateness_ns = lateness_ns

    def note_lateness(self, late_ns: float, period_ns: float) -> None:
        """Take how late a packet was."""
        self.lateness_ns += LATENESS_SHARE * (min(late_ns, MOST_LATENESS * period_ns) - self.lateness_ns)

    def patience_ns(self, period_ns: float | None) -> int:
        """How long a late packet is kept back."""
        return self._patient_ns if period_ns is None else min(self._patient_ns, int(HELD_SHARE * period_ns))

    # --- a packet that came ---

    def first_gap(self, interval_ns: float) -> bool:
        """Whether, while learning, a gap came before anything is known that could measure it. Said once."""
        few = 0 < len(self._intervals) < FEW_INTERVALS
        if self._gap_at_first and few and interval_ns > FAR * _median(self._intervals) > 0:
            self._gap_at_first = False
            return True
        return False

    def step_while_learning(self, at_ns: float, interval_ns: float) -> int:
        """1, and more only after a gap among regular intervals."""
        self._intervals.append(interval_ns)
        if len(self._intervals) < FEW_INTERVALS:
            return 1
        median = _median(self._intervals)
        mean = sum(self._intervals) / len(self._intervals)
        near = sum(1 for each in self._intervals if abs(each - median) <= REGULAR * median)
        if near < REGULAR_SHARE * len(self._intervals) or median < REGULAR_MEDIAN * mean:
            return 1
        step = max(1, round(interval_ns / median))
        self._skipped = (at_ns, step - 1)
        return step

    def step(self, at_ns: float, interval_ns: float, late_ns: float, period_ns: float) -> int:
        """How many numbers after the one before; `late_ns`: how late it would be as the next. KEEP_BACK where what
        follows must tell."""
        if late_ns <= max(LATE_SHARE * period_ns, LATE_MEANS * self.lateness_ns):
            return 1
        if at_ns <= self._backlog_ns:
            self._backlog_ns = at_ns + self.patience_ns(period_ns)
            return 1
        return 1 if interval_ns < GAP_SHARE * period_ns else KEEP_BACK

    def followed(self, next_ns: float, period_ns: float | None) -> int:
        """The step of a packet that was kept back, and another followed at once."""
        self._backlog_ns = next_ns + self.patience_ns(period_ns)
        return 1

    def waited_in_vain(self) -> None:
        """Nothing followed a packet that was kept back."""
        self._in_vain += 1
        if self._in_vain >= self._in_vain_most:
            self._patient_ns = 0

    def step_after_gap(self, at_ns: float, late_ns: float, period_ns: float) -> int:
        """The step of a packet before which others were lost: as many as it is late."""
        usual = self._last_lateness_ns / period_ns
        skip = _whole(late_ns / period_ns - min(0.2, usual), usual)
        self._skipped = (at_ns, skip)
        return 1 + skip

    # --- what later packets show ---

    def taken_back(self, at_ns: float, interval_ns: float, period_ns: float | None) -> int:
        """How many that were taken for lost before the newest packet were not, because another follows at once."""
        when_ns, skip = self._skipped
        usual_ns = period_ns or (_median(self._intervals) if self._intervals else 0.0)
        if not skip or when_ns != at_ns - interval_ns or interval_ns >= min(HELD_NS, HELD_SHARE * usual_ns):
            return 0
        self._skipped = (when_ns, 0)
        self._backlog_ns = at_ns + HELD_NS
        self._wait(HELD_BRIEFLY_NS if interval_ns < HELD_BRIEFLY_NS else HELD_NS)
        return skip

    def missed(self, pacing: Pacing, late_ns: float, interval_ns: float) -> int:
        """How many were lost unseen: `late_ns` is that of the packet before, after which the next came `interval_ns`
        later. A late one with others behind it says nothing; the last of them does."""
        period_ns = pacing.period_ns
        if period_ns is None or interval_ns < TOGETHER_SHARE * period_ns:
            return 0
        usual = self._last_lateness_ns / period_ns
        if late_ns <= max(BEHIND_SHARE, BEHIND_MEANS * usual) * period_ns:
            self._last_lateness_ns += LAST_SHARE * (late_ns - self._last_lateness_ns)
            self._behind_ns.clear()
            return 0
        if not pacing.settled:
            return 0
        self._behind_ns.append(late_ns)
        if len(self._behind_ns) < 1 + min(BEHIND_IN_A_ROW, round(BEHIND_DOUBT * usual)):
            return 0
        periods = min(self._behind_ns) / period_ns
        self._behind_ns.clear()
        return _whole(periods, usual)

    def lose(self, pacing: Pacing, lost: int, at_ns: float) -> None:
        """So many were lost unseen. If that happens too often, the period is a wrong one."""
        pacing.move(lost)
        self._behind_ns.clear()
        self._slips.append(at_ns)
        if len(self._slips) == SLIPS and at_ns - self._slips[0] < SLIPS_NS:
            pacing.learn_anew(at_ns)
            self.forget()

    def undo(self, pacing: Pacing, at_ns: float) -> None:
        """Packets since the last gap are early: fewer were lost in it."""
        when_ns, skip = self._skipped
        if skip and at_ns - when_ns < UNDO_NS and 0 < (early := pacing.early_periods(UNDO_EARLY)) <= skip:
            pacing.move(-early)
            self._wait(HELD_NS)
            self._skipped = (when_ns, skip - early)

    def forget(self) -> None:
        """The line is learnt anew."""
        self._intervals.clear()
        self._slips.clear()

    def _wait(self, patient_ns: int) -> None:
        """This sender's packets are held up now and then: keep late ones back so long, until that was often in vain."""
        self._patient_ns, self._in_vain, self._in_vain_most = max(patient_ns, self._patient_ns), 0, IN_VAIN


def _whole(periods: float, usual: float) -> int:
    """The whole number of periods that this lateness stands for, where `usual` is usual anyway; 0 where none."""
    near = abs(periods - round(periods)) < WHOLE_SHARE + WHOLE_MEANS * usual
    return max(0, round(periods)) if near else 0


def _median(values: deque[float]) -> float:
    return sorted(values)[len(values) // 2]
