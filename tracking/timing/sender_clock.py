"""When each pose of one sender was captured, from when its packets arrived. Pure: time is an argument.

Where packets are numbered or stamped by their sender, that is their number on its line (`pacing.Pacing`); else it is
guessed: each is the next one, unless it comes late with none behind it. A sender without a steady clock is noticed by
its intervals (`steadiness`) or by its motion (`motion_judge`), and then the arrival is the time. A pose that is only sent
again is dropped (`repeats`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from stage.maths.pose import Quaternion, Vector
from stage.units import NS_PER_MS, NS_PER_S
from tracking.timing.groups import TOGETHER_SHARE, Groups
from tracking.timing.motion_judge import MotionJudge
from tracking.timing.pacing import Pacing
from tracking.timing.repeats import Repeats
from tracking.timing.steadiness import Steadiness

T = TypeVar("T")

NEVER_NS = 1 << 62
HELD_NS = 4 * NS_PER_MS
"""The longest that a late packet is kept back to see whether others follow at once."""
HELD_BRIEFLY_NS = 3 * NS_PER_MS // 10
"""The same until packets of this sender once followed later than that; after one that none followed, none is kept."""
IN_VAIN = 10
HELD_SHARE = 0.4
LATE_SHARE = 0.75
LATE_MEANS = 4.0
GAP_SHARE = 1.4
"""In periods: who came no later than this after the one before was not preceded by a lost one."""
LATENESS_SHARE = 1.0 / 64.0
MOST_LATENESS = 3.0
BEHIND_IN_A_ROW = 5
BEHIND_DOUBT = 20.0
"""In a row, for each period of usual lateness: who is usually punctual is believed at once."""
BEHIND_SHARE = 0.55
BEHIND_MEANS = 2.0
LAST_SHARE = 1.0 / 32.0
UNDO_NS = 1.5 * NS_PER_S
UNDO_EARLY = 3
WHOLE_SHARE = 0.1
WHOLE_MEANS = 2.0
"""So far from a whole number of periods, plus so many mean latenesses, may be who comes after lost packets."""
SLIPS = 5
SLIPS_NS = 5 * NS_PER_S
SILENCE_NS = 2 * NS_PER_S
CLOCK_SET_NS = 0.5 * NS_PER_S
RESTLESS_NS = 10 * NS_PER_S
KNOWN_INTERVALS = 32
FEW_INTERVALS = 8
FAR = 4.0
"""Intervals: a longer one among the first few begins the learning anew, once."""
REGULAR = 0.25
REGULAR_SHARE = 0.7
HISTORY = 64
COUNTER_RESTART = 1000


@dataclass(frozen=True, slots=True)
class Arrival(Generic[T]):
    """A packet: when it arrived, its sender's counter and time stamp where it has them, its pose, and what is to come
    out with its time."""

    received_ns: int
    position_m: Vector
    orientation: Quaternion
    content: T
    counter: int | None = None
    stamp_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    """What a packet carried, and when that was captured, at the latest when it arrived."""

    captured_ns: int
    received_ns: int
    content: T


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """A clock as of now. `state`: learning, locked, or free-running. Rate of the poses; how late packets are on average
    and how far their least late ones scatter; what the sender does, in words, "" where nothing is remarkable."""

    state: str
    rate_hz: float
    lateness_ms: float
    spread_ms: float
    habit: str


class SenderClock(Generic[T]):
    """The clock of one sender. `modulus`: where its counter begins again at 0."""

    def __init__(self, modulus: int = 1 << 32) -> None:
        self._modulus = modulus
        self.counts: dict[str, int] = {}
        self._epoch_ns: int | None = None
        self._last_ns = -NEVER_NS
        self._judge = MotionJudge()
        self._groups = Groups()
        self._repeats = Repeats()
        self._begin()

    def _begin(self) -> None:
        """A sender of which nothing is known."""
        self._pacing: Pacing | None = None
        self._stamped = False
        self._steadiness = Steadiness()
        self._x = 0.0
        self._counter: int | None = None
        self._stamp_ns = 0
        self._pose: tuple[Vector, Quaternion] | None = None
        self._held: Arrival[T] | None = None
        self._newest_ns = 0.0
        self._sample_ns = 0.0
        self._backlog_ns = -1.0
        self._gap_at_first = True
        self._unjudged: tuple[float, float, Arrival[T]] | None = None
        self._behind_ns: deque[float] = deque(maxlen=BEHIND_IN_A_ROW + 1)
        self._last_lateness_ns = self._late_ns = 0.0
        self._patient_ns, self._in_vain, self._in_vain_most = HELD_BRIEFLY_NS, 0, 1
        self._lateness_ns = 0.0
        self._slips: deque[float] = deque(maxlen=SLIPS)
        self._skipped: tuple[float, int] = (-UNDO_NS, 0)
        self._intervals: deque[float] = deque(maxlen=KNOWN_INTERVALS)
        self._history: deque[tuple[float, bool]] = deque(maxlen=HISTORY)

    # --- in ---

    @property
    def due_ns(self) -> int:
        """When `flush` has something to give at the latest."""
        return NEVER_NS if self._held is None else self._held.received_ns + self._patience_ns

    def take(self, arrival: Arrival[T]) -> list[Timed[T]]:
        """Take a packet; arrivals do not fall. Gives what can be dated now: none, this one, or also one kept back."""
        given = self._release(arrival)
        at_ns = self._since(arrival.received_ns)
        if at_ns - self._newest_ns > SILENCE_NS:
            self._begin()
        pose = (arrival.position_m, arrival.orientation)
        changed = pose != self._pose
        self._pose = pose
        self._history.append((at_ns, changed))
        repeats = self._repeats
        if repeats.take(changed):
            self._learn_from_history(at_ns)
        interval_ns, self._newest_ns = at_ns - self._newest_ns, at_ns
        if not self._stamped and not self._numbered:
            self._take_back(at_ns, interval_ns)
            self._look_back(at_ns, interval_ns)
        self._judge_newest()
        if (period_ns := self._packet_period_ns) is not None:
            self._groups.take(at_ns, interval_ns, period_ns)
        if repeats.found and not changed:
            given += self._repeated(arrival, at_ns)
        else:
            given += self._sample(arrival, at_ns)
        return given

    def flush(self, now_ns: int) -> list[Timed[T]]:
        """What was kept back long enough: nothing followed it, so packets before it were lost."""
        held = self._held
        if held is None or now_ns < self.due_ns:
            return []
        self._held = None
        self._in_vain += 1
        if self._in_vain >= self._in_vain_most:
            self._patient_ns = 0
        return self._after_gap(held, self._since(held.received_ns))

    # --- numbering ---

    def _sample(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        """A packet with a pose of its own."""
        counter = arrival.counter
        if self._repeats.found:
            return self._guessed(arrival, at_ns)
        if arrival.stamp_ns is not None:
            return self._by_stamp(arrival, arrival.stamp_ns, at_ns)
        if counter is not None:
            return self._by_counter(arrival, counter, at_ns)
        return self._guessed(arrival, at_ns)

    def _by_stamp(self, arrival: Arrival[T], stamp_ns: int, at_ns: float) -> list[Timed[T]]:
        pacing = self._pacing
        if pacing is None or not self._stamped:
            pacing, self._stamped = Pacing(known_slope=1.0), True
            self._pacing, self._x, self._stamp_ns, self._stamp_epoch_ns = pacing, 0.0, stamp_ns, stamp_ns
            return self._timed(arrival, at_ns, 0.0)
        step_ns = stamp_ns - self._stamp_ns
        x = float(stamp_ns - self._stamp_epoch_ns)
        line = pacing.line
        if line is not None and (at_ns - line.at(x) > CLOCK_SET_NS or line.at(x) - at_ns > CLOCK_SET_NS):
            self._pacing = None
            return self._by_stamp(arrival, stamp_ns, at_ns)
        if step_ns <= 0:
            return self._dropped("duplicate" if step_ns == 0 else "out-of-order")
        self._stamp_ns, self._x = stamp_ns, x
        self._intervals.append(float(step_ns))
        pacing.usual_step(_median(self._intervals))
        return self._timed(arrival, at_ns, x)

    def _by_counter(self, arrival: Arrival[T], counter: int, at_ns: float) -> list[Timed[T]]:
        before, modulus = self._counter, self._modulus
        self._counter = counter
        step = 1 if before is None else (counter - before) % modulus
        if step == 0:
            return self._dropped("duplicate")
        behind = modulus - step
        if step > behind and behind <= modulus // 4:
            return self._restarted(arrival, at_ns)
        if modulus <= COUNTER_RESTART:
            step = self._unwrapped(step, at_ns)
        elif step > COUNTER_RESTART:
            return self._restarted(arrival, at_ns)
        self._x += step
        return self._timed(arrival, at_ns, self._x, step)

    def _unwrapped(self, step: int, at_ns: float) -> int:
        """The step of a counter that begins again soon: as often round as the time says."""
        period_ns = None if self._pacing is None else self._pacing.period_ns
        if period_ns is None:
            return step
        rounds = round(((at_ns - self._sample_ns) / period_ns - step) / self._modulus)
        return step + max(0, rounds) * self._modulus

    def _restarted(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        """The sender began to count anew: its clock is another's, too."""
        if self._pacing is not None:
            self._pacing.learn_anew(at_ns)
        self._x += 1.0
        return self._timed(arrival, at_ns, self._x)

    def _guessed(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        """A packet without a number: the next one, unless it is late and none follows at once."""
        pacing = self._pacing
        line = None if pacing is None or self._stamped else pacing.line
        if pacing is None or line is None:
            self._x += self._step_while_learning(at_ns)
            return self._timed(arrival, at_ns, self._x)
        period_ns = line.slope_ns
        late_ns = at_ns - line.at(self._x + 1.0)
        interval_ns = at_ns - self._sample_ns
        if late_ns <= max(LATE_SHARE * period_ns, LATE_MEANS * self._lateness_ns):
            self._x += 1.0
            return self._timed(arrival, at_ns, self._x)
        if at_ns <= self._backlog_ns:
            self._backlog_ns = at_ns + self._patience_ns
            self._x += 1.0
            return self._timed(arrival, at_ns, self._x)
        if interval_ns < GAP_SHARE * period_ns:
            self._x += 1.0
            return self._timed(arrival, at_ns, self._x)
        if not self._patient_ns or (self._decided and self._uses_arrivals(at_ns)):
            return self._after_gap(arrival, at_ns)
        self._held = arrival
        return []

    def _release(self, arrival: Arrival[T]) -> list[Timed[T]]:
        """The packet that was kept back, now that another came: at once after it, or not."""
        held = self._held
        if held is None:
            return []
        if arrival.received_ns >= self.due_ns:
            return self.flush(arrival.received_ns)
        self._held = None
        self._backlog_ns = self._since(arrival.received_ns) + self._patience_ns
        self._x += 1.0
        return self._timed(held, self._since(held.received_ns), self._x)

    def _after_gap(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        """Packets before this one were lost: as many as it is late."""
        pacing = self._pacing
        line = None if pacing is None else pacing.line
        if line is None:
            skip = 0
        else:
            late = (at_ns - line.at(self._x + 1.0)) / line.slope_ns
            usual = self._last_lateness_ns / line.slope_ns
            skip = self._whole(late - min(0.2, usual), usual)
            self._note_skip(at_ns, skip)
        self._x += 1.0 + skip
        return self._timed(arrival, at_ns, self._x, 1 + skip)

    def _note_skip(self, at_ns: float, skip: int) -> None:
        self._skipped = (at_ns, skip)

    def _step_while_learning(self, at_ns: float) -> int:
        interval_ns = at_ns - self._sample_ns
        self._intervals.append(interval_ns)
        if len(self._intervals) < FEW_INTERVALS:
            if self._gap_at_first and self._pacing is not None and interval_ns > FAR * self._usual_interval_ns > 0:
                self._pacing, self._gap_at_first = Pacing(), False
            return 1
        median = _median(self._intervals)
        near = sum(1 for each in self._intervals if abs(each - median) <= REGULAR * median)
        mean = sum(self._intervals) / len(self._intervals)
        if near < REGULAR_SHARE * len(self._intervals) or median < 0.5 * mean:
            return 1
        step = max(1, round(interval_ns / median))
        self._skipped = (at_ns, step - 1)
        return step

    def _take_back(self, at_ns: float, interval_ns: float) -> None:
        """Packets before the last one were taken for lost, but now another follows at once: it was a stall."""
        when_ns, skip = self._skipped
        pacing, usual_ns = self._pacing, self._packet_period_ns or self._usual_interval_ns
        if not skip or pacing is None or when_ns != at_ns - interval_ns:
            return
        if interval_ns < min(HELD_NS, HELD_SHARE * usual_ns):
            if pacing.line is None:
                pacing.renumber_newest(skip)
                self._x -= skip
            else:
                pacing.move(-skip)
                self._steadiness.mend(skip * pacing.line.slope_ns)
            self._skipped = (when_ns, 0)
            self._backlog_ns = at_ns + HELD_NS
            self._wait(HELD_BRIEFLY_NS if interval_ns < HELD_BRIEFLY_NS else HELD_NS)

    def _wait(self, patient_ns: int) -> None:
        """This sender's packets are held up now and then: keep a late one back so long, until that was often in vain."""
        self._patient_ns, self._in_vain, self._in_vain_most = max(patient_ns, self._patient_ns), 0, IN_VAIN

    @property
    def _usual_interval_ns(self) -> float:
        return _median(self._intervals) if self._intervals else 0.0

    # --- dating ---

    def _timed(self, arrival: Arrival[T], at_ns: float, x: float, step: int = 1) -> list[Timed[T]]:
        """The packet at number x of the line."""
        pacing = self._pacing
        if pacing is None:
            pacing = self._pacing = Pacing()
        had = pacing.line
        lost = pacing.take(x, at_ns)
        line = pacing.line
        if line is None:
            if had is not None:
                self._relearn()
            self._sample_ns = at_ns
            return self._out(arrival, at_ns)
        interval_ns, period_ns = at_ns - self._sample_ns, pacing.period_ns or 0.0
        if had is not None and abs(line.at(x) - had.at(x)) > pacing.tolerance_ns:
            self._judge.restart()
        if not self._stamped:
            self._correct(pacing, lost, at_ns)
            if pacing.line is None:
                return self._out(arrival, at_ns)
            line = pacing.line
            if had is not None:
                self._steadiness.take(interval_ns, interval_ns - step * had.slope_ns)
            else:
                self._lateness_ns, self._last_lateness_ns = pacing.learnt_lateness_ns
        line_ns = line.at(x)
        self._sample_ns, self._late_ns = at_ns, max(0.0, at_ns - line_ns)
        late_ns = min(max(0.0, at_ns - line_ns), MOST_LATENESS * period_ns)
        self._lateness_ns += LATENESS_SHARE * (late_ns - self._lateness_ns)
        self._unjudged = (x, at_ns, arrival)
        return self._out(arrival, at_ns if self._uses_arrivals(at_ns) else min(line_ns, at_ns))

    def _correct(self, pacing: Pacing, lost: int, at_ns: float) -> None:
        """Mend the numbering of packets that carry none."""
        if self._numbered:
            return
        if lost:
            self._lose(pacing, lost, at_ns)
            return
        when_ns, skip = self._skipped
        if skip and at_ns - when_ns < UNDO_NS and 0 < (early := pacing.early_periods(UNDO_EARLY)) <= skip:
            pacing.move(-early)
            self._wait(HELD_NS)
            self._skipped = (when_ns, skip - early)

    def _missed(self, pacing: Pacing, late_ns: float) -> int:
        """By how many periods the last packets were late that none followed at once: so many were lost before."""
        period_ns = pacing.period_ns or 1.0
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
        return self._whole(periods, usual)

    @staticmethod
    def _whole(periods: float, usual: float) -> int:
        """The whole number of periods that this lateness stands for, where `usual` is usual anyway; 0 where none."""
        near = abs(periods - round(periods)) < WHOLE_SHARE + WHOLE_MEANS * usual
        return max(0, round(periods)) if near else 0

    def _slip(self, pacing: Pacing, at_ns: float) -> None:
        """Note that packets were lost without being missed; too often means that the period is a wrong one."""
        self._slips.append(at_ns)
        if len(self._slips) == SLIPS and at_ns - self._slips[0] < SLIPS_NS:
            pacing.learn_anew(at_ns)
            self._slips.clear()

    def _judge_newest(self) -> None:
        """Let the motion judge the packet before this one, whose number is certain now."""
        line = None if self._pacing is None else self._pacing.line
        if line is not None and self._unjudged is not None:
            x, at_ns, arrival = self._unjudged
            self._judge.take(min(line.at(x), at_ns), at_ns, arrival.position_m, arrival.orientation)
        self._unjudged = None

    def _look_back(self, at_ns: float, interval_ns: float) -> None:
        """Now that another packet came later, the one before was the last of those that came at once."""
        pacing, period_ns = self._pacing, self._packet_period_ns
        if pacing is None or period_ns is None:
            return
        if interval_ns >= TOGETHER_SHARE * period_ns:
            if lost := self._missed(pacing, self._late_ns):
                self._lose(pacing, lost, at_ns)

    def _lose(self, pacing: Pacing, lost: int, at_ns: float) -> None:
        pacing.move(lost)
        self._behind_ns.clear()
        self._slip(pacing, at_ns)

    @property
    def _numbered(self) -> bool:
        return self._counter is not None and not self._repeats.found

    def _relearn(self) -> None:
        self._unjudged = None
        self._intervals.clear()
        self._slips.clear()
        self._judge.restart()

    def _learn_from_history(self, at_ns: float) -> None:
        """Poses began to be sent again, or no longer are: the line of what counts now, from the last packets."""
        every = not self._repeats.found
        self._pacing, self._stamped = Pacing(), False
        self._steadiness = Steadiness()
        self._relearn()
        for moment_ns, changed in list(self._history)[:-1]:
            if changed or every:
                self._x += 1.0
                self._pacing.take(self._x, moment_ns)
        self._lateness_ns, self._last_lateness_ns = self._pacing.learnt_lateness_ns

    def _uses_arrivals(self, at_ns: float) -> bool:
        """Whether the arrivals are nearer to the truth than the line."""
        pacing = self._pacing
        if self._stamped:
            return False
        if pacing is None or pacing.line is None:
            return True
        if self._judge.arrivals or self._steadiness.steady is False:
            return True
        if self._decided:
            return False
        if pacing.restless_ns is not None and at_ns - pacing.restless_ns < RESTLESS_NS:
            return True
        return not (self._groups.grouped or self._repeats.found)

    @property
    def _decided(self) -> bool:
        """Whether it is known if the sender keeps a steady clock."""
        return self._steadiness.steady is not None or self._judge.arrivals is not None

    def _repeated(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        """A pose that was sent before: nothing new, unless the camera stands; then at the pace of its poses."""
        line = None if self._pacing is None else self._pacing.line
        if line is None or not self._repeats.stands or at_ns < line.at(self._x + 1.0):
            return self._dropped("repeat")
        self._x += 1.0
        self._sample_ns = at_ns
        return self._out(arrival, line.at(self._x))

    # --- out ---

    def _out(self, arrival: Arrival[T], captured_ns: float) -> list[Timed[T]]:
        captured = min(arrival.received_ns, (self._epoch_ns or 0) + round(captured_ns))
        if captured <= self._last_ns:
            return self._dropped("overtaken")
        self._last_ns = captured
        return [Timed(captured, arrival.received_ns, arrival.content)]

    def _dropped(self, reason: str) -> list[Timed[T]]:
        self.counts[reason] = self.counts.get(reason, 0) + 1
        return []

    def _since(self, moment_ns: int) -> float:
        if self._epoch_ns is None:
            self._epoch_ns = moment_ns
        return float(moment_ns - self._epoch_ns)

    @property
    def _patience_ns(self) -> int:
        period_ns = self._packet_period_ns
        return self._patient_ns if period_ns is None else min(self._patient_ns, int(HELD_SHARE * period_ns))

    @property
    def _packet_period_ns(self) -> float | None:
        pacing = self._pacing
        return None if pacing is None else pacing.period_ns

    # --- figures ---

    def figures(self, now_ns: int) -> ClockFigures:
        """The state of the clock."""
        pacing, period_ns = self._pacing, self._packet_period_ns
        silent = self._since(now_ns) - self._newest_ns > SILENCE_NS
        free = self._uses_arrivals(self._newest_ns)
        state = "locked" if not free else "free-running" if self._decided or silent else "learning"
        if pacing is None or period_ns is None:
            return ClockFigures(state, 0.0, 0.0, 0.0, "")
        return ClockFigures(
            "free-running" if silent else state,
            NS_PER_S / period_ns,
            self._lateness_ns / NS_PER_MS,
            pacing.spread_ns / NS_PER_MS,
            self._habit(NS_PER_S / period_ns),
        )

    def _habit(self, rate_hz: float) -> str:
        repeats, groups = self._repeats, self._groups
        if repeats.found:
            if repeats.least == repeats.most == 2:
                return f"each packet twice: {rate_hz:.3g} poses/s"
            often = f"{repeats.least}" if repeats.least == repeats.most else f"{repeats.least}-{repeats.most}"
            return f"each pose sent {often} times: {rate_hz:.3g} poses/s"
        if groups.grouped:
            return f"{groups.size} packets at once, every {groups.apart_ns / NS_PER_MS:.0f} ms"
        return ""


def _median(values: deque[float]) -> float:
    return sorted(values)[len(values) // 2]
