"""When the next datagram is foreseen, and when it is not worth it."""

from __future__ import annotations

from stage.process.waking import TRACKING
from tracking.rhythm import CREEP, NEVER_NS, Rhythm

PERIOD_NS = 10_000_000


def test_nothing_is_due_before_a_source_was_heard() -> None:
    assert Rhythm({"t": 100.0}).due_ns(0) == NEVER_NS


def test_the_next_datagram_is_due_one_period_after_the_newest() -> None:
    rhythm = Rhythm({"t": 100.0})
    rhythm.heard("t", 5_000_000)
    assert rhythm.due_ns(5_100_000) == 5_000_000 + PERIOD_NS
    rhythm.heard("t", 14_900_000)
    assert rhythm.due_ns(15_000_000) == 14_900_000 + PERIOD_NS


def test_late_datagrams_do_not_make_the_next_expected_late() -> None:
    rhythm = Rhythm({"t": 100.0})
    for count in range(100):
        rhythm.heard("t", count * PERIOD_NS + (300_000 if count % 2 else 0))
    assert 0 <= rhythm.due_ns(99 * PERIOD_NS + 400_000) - 100 * PERIOD_NS <= PERIOD_NS // CREEP


def test_a_device_slower_than_the_stage_file_says_is_followed() -> None:
    rhythm, period_ns = Rhythm({"t": 100.0}), PERIOD_NS * 1001 // 1000
    for count in range(3000):
        rhythm.heard("t", count * period_ns)
    assert rhythm.due_ns(2999 * period_ns) == 2999 * period_ns + PERIOD_NS


def test_after_a_silence_it_starts_anew() -> None:
    rhythm = Rhythm({"t": 100.0})
    rhythm.heard("t", 0)
    rhythm.heard("t", 93_000_000)
    assert rhythm.due_ns(93_000_001) == 93_000_000 + PERIOD_NS


def test_a_late_datagram_is_waited_for_a_little_and_no_longer() -> None:
    rhythm = Rhythm({"t": 100.0})
    rhythm.heard("t", 0)
    assert rhythm.due_ns(PERIOD_NS + TRACKING.late_ns - 1) == PERIOD_NS
    assert rhythm.due_ns(PERIOD_NS + TRACKING.late_ns) == NEVER_NS


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
