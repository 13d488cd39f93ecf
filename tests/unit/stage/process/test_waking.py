"""A loop's sleep and waking, on a clock of its own."""

from __future__ import annotations

import itertools

import pytest

from stage.clock import ManualClock
from stage.process.waking import CONDUCTOR, RENDER, TRACKING, Waking, WakingTimes

MS = 1_000_000
DUE_NS = 100 * MS
FAR_NS = 1000 * MS
TWICE = WakingTimes(rehearsed_ns=(5 * MS, 2 * MS), rehearsal_ns=MS, late_ns=3 * MS, asking_ns=MS // 10)


class Loop:
    """Something comes at `comes_ns`; notes when it is asked for, for how long, and when it is rehearsed."""

    def __init__(
        self, times: WakingTimes, comes_ns: int = FAR_NS, now_ns: int = 0, rehearsing_ns: int = MS // 2
    ) -> None:
        self.clock = ManualClock(now_ns)
        self.asked: list[tuple[int, int]] = []
        self.rehearsed_ns: list[int] = []
        self.waking = Waking(self.clock, times)
        self._comes_ns, self._rehearsing_ns = comes_ns, rehearsing_ns

    def ask(self, wait_ns: int) -> str | None:
        now_ns = self.clock.now_ns()
        self.asked.append((now_ns, wait_ns))
        self.clock.advance_ns(min(wait_ns, max(0, self._comes_ns - now_ns)))
        return "it" if self.clock.now_ns() >= self._comes_ns else None

    def rehearse(self) -> None:
        self.rehearsed_ns.append(self.clock.now_ns())
        self.clock.advance_ns(self._rehearsing_ns)

    def wait(self, turn_ns: int = FAR_NS) -> str | None:
        return self.waking.wait(DUE_NS, turn_ns, self.ask, self.rehearse)


def test_it_sleeps_rehearses_and_is_awake_when_it_comes() -> None:
    loop = Loop(TWICE, comes_ns=DUE_NS)
    assert loop.wait() == "it"
    assert loop.rehearsed_ns == [DUE_NS - 5 * MS, DUE_NS - 2 * MS]
    (asleep, *awake) = loop.asked
    assert asleep == (0, DUE_NS - 5 * MS)
    assert {wait_ns for _, wait_ns in awake} == {0}
    assert loop.clock.now_ns() == DUE_NS


def test_what_comes_early_is_taken_at_once() -> None:
    loop = Loop(TWICE, comes_ns=DUE_NS - 50 * MS)
    assert (loop.wait(), loop.rehearsed_ns, loop.clock.now_ns()) == ("it", [], DUE_NS - 50 * MS)


def test_what_is_late_is_waited_for_awake_for_a_while() -> None:
    loop = Loop(TWICE)
    assert loop.wait() is None
    assert loop.clock.now_ns() == DUE_NS + 3 * MS
    moments = [moment_ns for moment_ns, _ in loop.asked[1:]]
    assert {after - before for before, after in itertools.pairwise(moments)} == {MS // 10}


@pytest.mark.parametrize("now_ns", [DUE_NS + 3 * MS, DUE_NS + 40 * MS])
def test_what_is_very_late_is_waited_for_asleep(now_ns: int) -> None:
    loop = Loop(TWICE, now_ns=now_ns)
    assert loop.wait(turn_ns=now_ns + 7 * MS) is None
    assert (loop.asked, loop.rehearsed_ns) == ([(now_ns, 7 * MS)], [])


def test_a_loop_that_has_to_turn_before_is_not_woken_for_it() -> None:
    loop = Loop(TWICE)
    assert loop.wait(turn_ns=DUE_NS - 5 * MS) is None
    assert (loop.asked, loop.rehearsed_ns) == ([(0, DUE_NS - 5 * MS)], [])


def test_a_turn_that_is_past_is_no_time_to_wait() -> None:
    loop = Loop(TWICE, now_ns=10 * MS)
    assert (loop.wait(turn_ns=9 * MS), loop.asked) == (None, [(10 * MS, 0)])


@pytest.mark.parametrize(("ahead_ns", "rehearsals"), [(3 * MS, 2), (2 * MS, 1), (MS + 1, 1), (MS, 0), (0, 0)])
def test_a_rehearsal_that_would_not_be_over_in_time_is_left_out(ahead_ns: int, rehearsals: int) -> None:
    loop = Loop(TWICE, now_ns=DUE_NS - ahead_ns, rehearsing_ns=MS)
    loop.waking.make_ready(DUE_NS, loop.rehearse)
    assert len(loop.rehearsed_ns) == rehearsals


def test_one_that_repeats_it_does_so_for_as_long_as_there_is_time() -> None:
    times = WakingTimes(rehearsed_ns=(4 * MS,), rehearsal_ns=MS, repeated=True)
    loop = Loop(times, rehearsing_ns=MS)
    loop.waking.make_ready(DUE_NS, loop.rehearse)
    assert loop.rehearsed_ns == [DUE_NS - 4 * MS, DUE_NS - 3 * MS, DUE_NS - 2 * MS]


@pytest.mark.parametrize("times", [TRACKING, CONDUCTOR, RENDER], ids=["tracking", "conductor", "render"])
def test_every_loop_has_time_for_each_of_its_rehearsals(times: WakingTimes) -> None:
    """Of what it takes when it is hot; and the last of them before it is due."""
    assert times.rehearsed_ns == tuple(sorted(times.rehearsed_ns, reverse=True))
    assert all(before_ns > times.rehearsal_ns > 0 for before_ns in times.rehearsed_ns)
