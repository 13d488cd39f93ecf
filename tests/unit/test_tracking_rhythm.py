"""When the next datagram is foreseen, and when it is not worth it."""

from __future__ import annotations

from tracking.rhythm import AFTER_NS, NEVER_NS, Rhythm

PERIOD_NS = 10_000_000


def test_nothing_is_due_before_a_source_was_heard() -> None:
    assert Rhythm({"t": 100.0}).due_ns(0) == NEVER_NS


def test_the_next_datagram_is_due_one_period_after_the_newest() -> None:
    rhythm = Rhythm({"t": 100.0})
    rhythm.heard("t", 5_000_000)
    rhythm.heard("t", 15_100_000)
    assert rhythm.due_ns(15_200_000) == 15_100_000 + PERIOD_NS


def test_a_late_datagram_is_waited_for_a_little_and_no_longer() -> None:
    rhythm = Rhythm({"t": 100.0})
    rhythm.heard("t", 0)
    assert rhythm.due_ns(PERIOD_NS + AFTER_NS - 1) == PERIOD_NS
    assert rhythm.due_ns(PERIOD_NS + AFTER_NS) == NEVER_NS


def test_of_several_sources_the_nearest_counts() -> None:
    rhythm = Rhythm({"a": 100.0, "b": 50.0, "silent": 100.0})
    rhythm.heard("a", 3_000_000)
    rhythm.heard("b", 0)
    assert rhythm.due_ns(4_000_000) == 3_000_000 + PERIOD_NS
    assert rhythm.due_ns(14_000_000) == 2 * PERIOD_NS


def test_many_datagrams_are_not_foreseen_they_keep_the_process_warm() -> None:
    rhythm = Rhythm({f"t{n}": 240.0 for n in range(8)})
    rhythm.heard("t0", 0)
    assert rhythm.due_ns(0) == NEVER_NS
