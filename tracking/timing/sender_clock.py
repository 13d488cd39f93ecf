"""When each pose of one sender was captured, from when its packets arrived. Pure: time is an argument.

Packets have numbers, their sender's (`counted`) or guessed ones (`guessed`), and the line through them (`pacing`) is
the sender's clock. A sender without a steady clock is noticed by its intervals (`steadiness`) or by its motion
(`motion_judge`), and then the arrival is the time. A pose that is only sent again is dropped (`repeats`).
"""

from __future__ import annotations

from collections import deque
from typing import Generic

from stage.maths.pose import Quaternion, Vector
from stage.messages.samples import SourceClock
from stage.units import NS_PER_MS, NS_PER_S
from tracking.timing.arrival import Arrival, T, Timed
from tracking.timing.counted import Counted, Stamped
from tracking.timing.groups import Groups
from tracking.timing.guessed import KEEP_BACK, Guess
from tracking.timing.habit import habit
from tracking.timing.pacing import Pacing
from tracking.timing.repeats import Repeats
from tracking.timing.stalls import Stalls
from tracking.timing.verdict import Verdict

NEVER_NS = 1 << 62
SILENCE_NS = 2 * NS_PER_S
"""Who is silent for longer may have been started anew."""
CLOCK_SET_NS = 0.5 * NS_PER_S
RESTLESS_NS = 10 * NS_PER_S
HISTORY = 64
CAUGHT_UP = 4.0
"""Periods: a line that was found to be earlier by less is joined at half the pace, so that no pose is lost."""
STUCK = 3
"""Poses that differ with the same stamp, one after another: the stamp is no time."""


class SenderClock(Generic[T]):
    """The clock of one sender. `modulus`: where its counter begins again at 0."""

    def __init__(self, modulus: int = 1 << 16) -> None:
        self._modulus = modulus
        self.dropped: dict[str, int] = {}
        """Packets that gave no pose, by reason."""
        self._epoch_ns: int | None = None
        self._last_ns = -NEVER_NS
        self._verdict = Verdict()
        self._groups = Groups()
        self._repeats = Repeats()
        self._stalls = Stalls()
        self._begin()

    def _begin(self) -> None:
        """A sender of which nothing is known."""
        self._pacing = Pacing()
        self._stamped: Stamped | None = None
        self._counted: Counted | None = None
        self._guess = Guess()
        self._verdict.begin()
        self._stuck, self._changed = 0, True
        self._x = 0.0
        self._pose: tuple[Vector, Quaternion] | None = None
        self._held: Arrival[T] | None = None
        self._newest_ns = self._sample_ns = self._late_ns = 0.0
        self._history: deque[tuple[float, bool]] = deque(maxlen=HISTORY)

    # --- in ---

    @property
    def due_ns(self) -> int:
        """When `flush` has something to give at the latest; NEVER_NS where nothing is kept back."""
        held = self._held
        return NEVER_NS if held is None else held.received_ns + self._guess.patience_ns(self._pacing.period_ns)

    def take(self, arrival: Arrival[T]) -> list[Timed[T]]:
        """Take a packet; arrivals do not fall. Gives what can be dated now: none, this one, or also one kept back."""
        given = self._release(arrival)
        at_ns = self._since(arrival.received_ns)
        if at_ns - self._newest_ns > SILENCE_NS:
            self._begin()
        pose = (arrival.position_m, arrival.orientation)
        self._changed, self._pose = pose != self._pose, pose
        changed = self._changed
        self._history.append((at_ns, changed))
        if self._repeats.take(changed):
            self._learn_from_history()
        interval_ns, self._newest_ns = at_ns - self._newest_ns, at_ns
        if not self._numbered:
            self._look_back(at_ns, interval_ns)
        self._verdict.hear(self._pacing.line)
        period_ns = self._pacing.period_ns
        if period_ns is not None:
            self._groups.take(at_ns, interval_ns, period_ns)
        if self._repeats.found and not changed:
            return given + self._repeated(arrival, at_ns)
        return given + self._sample(arrival, at_ns)

    def flush(self, now_ns: int) -> list[Timed[T]]:
        """What was kept back long enough: nothing followed it, so packets before it were lost."""
        held = self._held
        if held is None or now_ns < self.due_ns:
            return []
        self._held = None
        self._guess.waited_in_vain()
        return self._after_gap(held, self._since(held.received_ns))

    # --- numbering ---

    @property
    def _numbered(self) -> bool:
        """Whether the sender numbers its poses: not where it sends old ones again."""
        return (self._stamped is not None or self._counted is not None) and not self._repeats.found

    def _sample(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        """A packet with a pose of its own."""
        if not self._repeats.found:
            if arrival.stamp_ns is not None and self._stuck < STUCK:
                return self._by_stamp(arrival, arrival.stamp_ns, at_ns)
            if arrival.counter is not None:
                return self._by_counter(arrival, arrival.counter, at_ns)
        self._counted = self._stamped = None
        return self._by_guess(arrival, at_ns)

    def _by_stamp(self, arrival: Arrival[T], stamp_ns: int, at_ns: float) -> list[Timed[T]]:
        if self._stamped is None:
            self._stamped, self._pacing = Stamped(), Pacing(known_slope=1.0)
            return self._timed(arrival, at_ns, self._stamped.number(stamp_ns))
        x, line = self._stamped.number(stamp_ns), self._pacing.line
        if line is not None and abs(at_ns - line.at(x)) > CLOCK_SET_NS:
            self._stamped = None
            return self._by_stamp(arrival, stamp_ns, at_ns)
        step_ns = self._stamped.step_ns(stamp_ns)
        self._stuck = self._stuck + 1 if step_ns == 0 and self._changed else 0
        if step_ns <= 0:
            return self._drop("duplicate" if step_ns == 0 else "out-of-order")
        self._pacing.note_step(float(step_ns))
        return self._timed(arrival, at_ns, x)

    def _by_counter(self, arrival: Arrival[T], counter: int, at_ns: float) -> list[Timed[T]]:
        if self._counted is None:
            self._counted, self._pacing = Counted(self._modulus), Pacing()
        period_ns = self._pacing.period_ns
        step = self._counted.step(counter, (at_ns - self._sample_ns) / period_ns if period_ns else None)
        if step == 0:
            return self._drop("duplicate")
        if step is None:
            self._pacing.learn_anew(at_ns)
            step = 1
        self._x += step
        return self._timed(arrival, at_ns, self._x, step)

    def _by_guess(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        line, interval_ns = self._pacing.line, at_ns - self._sample_ns
        if line is None:
            if self._guess.first_gap(interval_ns):
                self._pacing = Pacing()
            step = self._guess.step_while_learning(at_ns, interval_ns)
        else:
            step = self._guess.step(at_ns, interval_ns, at_ns - line.at(self._x + 1.0), line.slope_ns)
        if step == KEEP_BACK:
            if not self._guess.patience_ns(None) or (self._verdict.known and self._uses_arrivals(at_ns)):
                return self._after_gap(arrival, at_ns)
            self._held = arrival
            return []
        self._x += step
        return self._timed(arrival, at_ns, self._x, step)

    def _release(self, arrival: Arrival[T]) -> list[Timed[T]]:
        """The packet that was kept back, now that another came: at once after it, or not."""
        held = self._held
        if held is None or arrival.received_ns >= self.due_ns:
            return self.flush(arrival.received_ns)
        self._held = None
        self._x += self._guess.followed(self._since(arrival.received_ns), self._pacing.period_ns)
        return self._timed(held, self._since(held.received_ns), self._x)

    def _after_gap(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        line, step = self._pacing.line, 1
        if line is not None:
            step = self._guess.step_after_gap(at_ns, at_ns - line.at(self._x + 1.0), line.slope_ns)
        self._x += step
        return self._timed(arrival, at_ns, self._x, step)

    def _look_back(self, at_ns: float, interval_ns: float) -> None:
        """What this packet's arrival says of the numbers before it."""
        pacing, guess = self._pacing, self._guess
        if skip := guess.taken_back(at_ns, interval_ns, pacing.period_ns):
            if pacing.line is None:
                pacing.renumber_newest(skip)
                self._x -= skip
            else:
                pacing.move(-skip)
                self._verdict.steadiness.mend(skip * pacing.line.slope_ns)
        if lost := guess.missed(pacing, self._late_ns, interval_ns):
            guess.lose(pacing, lost, at_ns)

    # --- dating ---

    def _timed(self, arrival: Arrival[T], at_ns: float, x: float, step: int = 1) -> list[Timed[T]]:
        """The packet at number x of the line."""
        pacing, guess, had = self._pacing, self._guess, self._pacing.line
        interval_ns, self._sample_ns = at_ns - self._sample_ns, at_ns
        lost = pacing.take(x, at_ns)
        if pacing.line is not None and not self._numbered:
            if lost:
                guess.lose(pacing, lost, at_ns)
            else:
                guess.undo(pacing, at_ns)
        line = pacing.line
        if line is None:
            if had is not None:
                guess.forget()
                self._verdict.line_changed()
            return self._out(arrival, at_ns)
        if had is None:
            guess.learnt(pacing.learnt_lateness_ns)
        else:
            if abs(line.at(x) - had.at(x)) > pacing.tolerance_ns:
                self._verdict.line_changed()
            if self._stamped is None:
                self._verdict.steadiness.take(interval_ns, interval_ns - step * had.slope_ns)
        line_ns = line.at(x)
        self._late_ns = max(0.0, at_ns - line_ns)
        guess.note_lateness(self._late_ns, pacing.period_ns or 0.0)
        self._stalls.take(at_ns, self._late_ns, pacing.period_ns or 0.0)
        self._verdict.note(x, at_ns, arrival)
        return self._out(arrival, at_ns if self._uses_arrivals(at_ns) else line_ns)

    def _learn_from_history(self) -> None:
        """Poses began to be sent again, or no longer are: the line of what counts now, from the last packets."""
        every = not self._repeats.found
        self._pacing = Pacing()
        self._stamped = self._counted = None
        self._guess.forget()
        self._verdict.other_poses()
        for moment_ns, changed in list(self._history)[:-1]:
            if changed or every:
                self._x += 1.0
                self._pacing.take(self._x, moment_ns)
        self._guess.learnt(self._pacing.learnt_lateness_ns)

    def _uses_arrivals(self, at_ns: float) -> bool:
        """Whether the arrivals are nearer to the truth than the line."""
        pacing = self._pacing
        if self._stamped is not None:
            return False
        if pacing.line is None or self._verdict.known:
            return pacing.line is None or self._verdict.arrivals
        restless_ns = pacing.restless_ns
        if restless_ns is not None and at_ns - restless_ns < RESTLESS_NS:
            return True
        return not (self._groups.grouped or self._repeats.found)

    def _repeated(self, arrival: Arrival[T], at_ns: float) -> list[Timed[T]]:
        """A pose that was sent before: nothing new, unless the camera stands; then at the pace of its poses."""
        line = self._pacing.line
        if line is None or not self._repeats.stands or at_ns < line.at(self._x + 1.0):
            return self._drop("repeat")
        self._x += 1.0
        self._sample_ns = at_ns
        return self._out(arrival, line.at(self._x))

    # --- out ---

    def _out(self, arrival: Arrival[T], captured_ns: float) -> list[Timed[T]]:
        captured, period_ns = (self._epoch_ns or 0) + round(captured_ns), self._pacing.period_ns
        if period_ns is not None and 0 <= self._last_ns - captured < CAUGHT_UP * period_ns:
            captured = self._last_ns + round(period_ns / 2.0)
        captured = min(arrival.received_ns, captured)
        if captured <= self._last_ns:
            return self._drop("overtaken")
        self._last_ns = captured
        return [Timed(captured, arrival.received_ns, arrival.content)]

    def _drop(self, reason: str) -> list[Timed[T]]:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
        return []

    def _since(self, moment_ns: int) -> float:
        if self._epoch_ns is None:
            self._epoch_ns = moment_ns
        return float(moment_ns - self._epoch_ns)

    @property
    def beat_ns(self) -> float:
        """How far apart packets come, or groups of them that come at once; 0.0 while unknown."""
        return self._groups.apart_ns

    def figures(self, now_ns: int) -> SourceClock:
        """The state of the clock."""
        period_ns, at_ns = self._pacing.period_ns, self._since(now_ns)
        silent, free = at_ns - self._newest_ns > SILENCE_NS, self._uses_arrivals(self._newest_ns)
        state = "free-running" if silent or (free and self._verdict.known) else "learning" if free else "locked"
        if period_ns is None:
            return SourceClock(state)
        late_ms, spread_ms = self._guess.lateness_ns / NS_PER_MS, self._pacing.spread_ns / NS_PER_MS
        kind, words = habit(self._repeats, self._groups, self._stalls, NS_PER_S / period_ns, at_ns)
        return SourceClock(state, NS_PER_S / period_ns, late_ms, spread_ms, words, kind)
