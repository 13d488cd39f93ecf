"""A sender's clock against timings whose truth is known: how far the dates are from the capture, less what no one way
measurement can see (a constant delay)."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from tools.sim.timing import (
    Sent,
    batched,
    delayed_from,
    doubled,
    each_period,
    even_moments,
    gapped,
    late,
    lost,
    resent,
    stalled,
    uneven_moments,
)
from tracking.timing.arrival import Arrival, Timed
from tracking.timing.sender_clock import NEVER_NS, SenderClock

S = 1_000_000_000
MS = 1_000_000
SETTLED_NS = 2 * S
SEEDS = range(4)

Packet = tuple[int, int, Pose]
"""When it was captured, its number, its pose."""


def moving(at_ns: int) -> Pose:
    t = at_ns / S
    place = (0.25 * math.sin(3.1 * t + 0.3), 0.2 * math.sin(2.3 * t + 1.0), 1.6 + 0.1 * math.sin(4.4 * t))
    return Pose(place, quaternion_from_pan_tilt_roll(9.0 * math.sin(1.7 * t), 4.0 * math.sin(2.9 * t), 0.0))


def packets(moments: Iterable[int], pose_at: Callable[[int], Pose] = moving) -> Iterator[Sent[Packet]]:
    return ((at_ns, (at_ns, n, pose_at(at_ns))) for n, at_ns in enumerate(moments))


def dated(
    stream: Iterable[Sent[Packet]],
    clock: SenderClock[Packet],
    seconds: float = 15.0,
    counted: bool = False,
    stamped: bool = False,
) -> list[Timed[Packet]]:
    """What comes out of the clock, each packet flushed when it is due."""
    out: list[Timed[Packet]] = []
    for at_ns, packet in itertools.takewhile(lambda sent: sent[0] < seconds * S, stream):
        out += clock.flush(at_ns)
        captured_ns, number, pose = packet
        out += clock.take(
            Arrival(
                at_ns,
                pose.position_m,
                pose.orientation,
                packet,
                number % (1 << 16) if counted else None,
                captured_ns + 77 * S if stamped else None,
            )
        )
    return out


def errors_ms(out: list[Timed[Packet]], from_ns: int = SETTLED_NS) -> tuple[float, float]:
    """The mean of the dates' errors, and their standard deviation."""
    off = [(timed.captured_ns - timed.content[0]) / MS for timed in out if timed.received_ns > from_ns]
    mean = sum(off) / len(off)
    return mean, math.sqrt(sum((each - mean) ** 2 for each in off) / len(off))


def sizes(seed: int, most: int) -> Callable[[], int]:
    chance = random.Random(seed)
    return lambda: chance.randint(1, most)


STEADY: dict[str, tuple[Callable[[int], Iterator[Sent[Packet]]], float]] = {
    "clean": (lambda seed: packets(even_moments(60)), 0.01),
    "clean 240": (lambda seed: packets(even_moments(240)), 0.01),
    "bursts of 6": (lambda seed: each_period(packets(even_moments(60)), 100 * MS), 0.2),
    "pairs": (lambda seed: batched(packets(even_moments(60)), lambda: 2), 0.1),
    "batches": (lambda seed: batched(packets(even_moments(60)), sizes(seed, 4)), 0.1),
    "stalls": (lambda seed: stalled(packets(even_moments(60)), 0.01, 100 * MS, seed), 0.1),
    "stalls 240": (lambda seed: stalled(packets(even_moments(240)), 0.01, 100 * MS, seed), 0.1),
    "gaps": (lambda seed: gapped(packets(even_moments(60)), 0.005, 200 * MS, seed), 0.1),
    "losses": (lambda seed: lost(packets(even_moments(60)), 0.03, seed), 0.1),
    "drift": (lambda seed: packets(even_moments(60, drift_ppm=200.0)), 0.05),
    "doubled": (lambda seed: doubled(packets(even_moments(60)), 4 * MS), 0.1),
    "25 at 60": (lambda seed: resent(packets(even_moments(25)), 60.0), 0.1),
    "60 at 240": (lambda seed: resent(packets(even_moments(60)), 240.0), 0.1),
    "jitter": (lambda seed: late(packets(even_moments(60)), 5 * MS, seed), 1.5),
}
"""Timings of senders with a steady clock, and how far the dates may scatter, ms. None has a counter."""


@pytest.mark.parametrize("name", STEADY)
def test_a_steady_sender_is_dated_by_its_own_clock(name: str) -> None:
    make, most_ms = STEADY[name]
    for seed in SEEDS:
        clock = SenderClock[Packet]()
        out = dated(make(seed), clock)
        mean_ms, scatter_ms = errors_ms(out)
        assert scatter_ms <= most_ms, (name, seed)
        assert abs(mean_ms) < 1.2, (name, seed)
        assert clock.figures(15 * S).state == "locked"


@pytest.mark.parametrize("name", ["bursts of 6", "pairs", "batches", "stalls", "gaps", "losses", "jitter"])
def test_once_it_is_known_no_pose_is_lost(name: str) -> None:
    make, _ = STEADY[name]
    clock = SenderClock[Packet]()
    out = dated(make(1), clock)
    numbers = {timed.content[1] for timed in out}
    due = [what[1] for at_ns, what in itertools.takewhile(lambda sent: sent[0] < 14 * S, make(1)) if at_ns > SETTLED_NS]
    assert [number for number in due if number not in numbers] == []


def test_a_counter_or_a_stamp_numbers_what_nothing_else_could() -> None:
    for seed in SEEDS:
        for counted, stamped in ((True, False), (False, True)):
            stream = late(lost(packets(even_moments(120)), 0.2, seed), 5 * MS, seed)
            _, scatter_ms = errors_ms(dated(stream, SenderClock(), counted=counted, stamped=stamped))
            assert scatter_ms < 0.8, (seed, counted)


def test_who_keeps_no_steady_clock_is_dated_by_its_arrivals() -> None:
    for seed in SEEDS:
        for counted in (False, True):
            clock = SenderClock[Packet]()
            out = dated(packets(uneven_moments(60, 0.4, seed)), clock, counted=counted)
            mean_ms, scatter_ms = errors_ms(out)
            assert (mean_ms, scatter_ms) == (0.0, 0.0), seed
            assert clock.figures(15 * S).state == "free-running"


def test_who_captures_unevenly_round_a_steady_pace_is_noticed_by_the_motion() -> None:
    chance = random.Random(5)
    moments = (max(0, at_ns + round(chance.uniform(-6.0, 6.0) * MS)) for at_ns in even_moments(60))
    clock = SenderClock[Packet]()
    mean_ms, scatter_ms = errors_ms(dated(packets(moments), clock), 4 * S)
    assert abs(mean_ms) + scatter_ms < 0.01
    assert clock.figures(15 * S).state == "free-running"


def test_a_longer_way_does_not_move_the_clock() -> None:
    stream = delayed_from(packets(even_moments(60)), 6 * S, 23 * MS)
    _, scatter_ms = errors_ms(dated(stream, SenderClock(), seconds=12.0))
    assert scatter_ms < 0.1


def test_a_shorter_way_moves_it_at_once() -> None:
    stream = ((at_ns + (23 * MS if at_ns < 6 * S else 0), what) for at_ns, what in packets(even_moments(60)))
    ordered = (sent for sent in stream if not 5_970 * MS < sent[1][0] < 6 * S)
    mean_ms, scatter_ms = errors_ms(dated(ordered, SenderClock(), seconds=12.0), 6_200 * MS)
    assert abs(mean_ms) + scatter_ms < 0.1


def test_another_rate_is_found() -> None:
    def moments() -> Iterator[int]:
        yield from (round(n * S / 60) for n in range(360))
        yield from (6 * S + round(n * S / 50) for n in range(600))

    for counted in (False, True):
        clock = SenderClock[Packet]()
        _, scatter_ms = errors_ms(dated(packets(moments()), clock, counted=counted), 9 * S)
        assert clock.figures(15 * S).rate_hz == pytest.approx(50.0, rel=1e-3)
        assert scatter_ms < 0.1


def test_a_sender_that_begins_again_is_followed() -> None:
    """Silent for 3 s, then another phase and its counter at 0; or its clock set by an hour."""
    first = ((at_ns, (at_ns, n, moving(at_ns))) for n, at_ns in enumerate(itertools.islice(even_moments(60), 300)))
    later = 8 * S + 5 * MS
    second = ((later + at_ns, (later + at_ns, n, moving(later + at_ns))) for n, at_ns in enumerate(even_moments(60)))
    out = dated(itertools.chain(first, second), SenderClock(), counted=True)
    mean_ms, scatter_ms = errors_ms(out, 9 * S)
    assert abs(mean_ms) + scatter_ms < 0.1


def test_a_camera_that_stands_is_no_repetition() -> None:
    still = Pose((1.0, 2.0, 1.5))
    stands = packets(even_moments(60), lambda at_ns: moving(min(at_ns, 5 * S)) if at_ns < 9 * S else still)
    clock = SenderClock[Packet]()
    out = dated(stands, clock)
    assert clock.dropped.get("repeat", 0) == 0
    assert len(out) == 15 * 60


def test_a_camera_that_stands_is_still_told_where_poses_are_repeated() -> None:
    stream = resent(packets(even_moments(25), lambda at_ns: moving(min(at_ns, 5 * S))), 60.0)
    out = dated(stream, SenderClock())
    standing = [timed for timed in out if timed.received_ns > 6 * S]
    assert len(standing) == pytest.approx(9 * 25, abs=3)


def test_what_the_sender_does_is_said() -> None:
    for name, words in (
        ("bursts of 6", "6 packets at once, every 100 ms"),
        ("pairs", "2 packets at once, every 33 ms"),
        ("doubled", "each packet twice: 60 poses/s"),
        ("25 at 60", "each pose sent 2-3 times: 25 poses/s"),
        ("clean", ""),
    ):
        clock = SenderClock[Packet]()
        dated(STEADY[name][0](2), clock)
        assert clock.figures(15 * S).habit == words
    clock = SenderClock[Packet]()
    dated(STEADY["stalls"][0](2), clock)
    assert "held up" in clock.figures(15 * S).habit


def test_a_stamp_that_stands_still_is_no_time() -> None:
    clock = SenderClock[Packet]()
    out = [
        timed
        for at_ns, packet in itertools.islice(packets(even_moments(60)), 300)
        for timed in clock.take(Arrival(at_ns, packet[2].position_m, packet[2].orientation, packet, None, 0))
    ]
    assert len(out) > 290


arrivals = st.lists(
    st.tuples(
        st.integers(0, 300 * MS) | st.just(0) | st.just(16_666_667) | st.integers(0, 10 * S),
        st.integers(0, 3),
        st.none() | st.integers(0, 1 << 16),
        st.none() | st.integers(-(1 << 62), 1 << 62),
    ),
    max_size=300,
)


@settings(max_examples=150, deadline=None)
@given(arrivals, st.integers(0, 1 << 60), st.sampled_from([16, 256, 1 << 16]))
def test_whatever_comes_dates_rise_and_nothing_is_captured_after_it_arrived(
    steps: list[tuple[int, int, int | None, int | None]], start_ns: int, modulus: int
) -> None:
    clock = SenderClock[int](modulus)
    at_ns, last_ns = start_ns, -NEVER_NS
    for index, (step_ns, pose, counter, stamp_ns) in enumerate(steps):
        at_ns += step_ns
        out = clock.flush(at_ns) + clock.take(
            Arrival(at_ns, (float(pose), 0.0, 0.0), (1.0, 0.0, 0.0, 0.0), index, counter, stamp_ns)
        )
        for timed in out:
            assert last_ns < timed.captured_ns <= timed.received_ns <= at_ns
            last_ns = timed.captured_ns
        assert clock.due_ns == NEVER_NS or clock.due_ns <= at_ns + 4 * MS
    assert clock.flush(at_ns + 4 * MS) is not None
    assert clock.due_ns == NEVER_NS
    assert clock.figures(at_ns).state in ("learning", "locked", "free-running")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 30), st.floats(20.0, 250.0), st.sampled_from(["late", "lost", "stalled", "uneven"]))
def test_times_are_the_same_for_the_same_arrivals(seed: int, rate_hz: float, kind: str) -> None:
    def stream() -> Iterator[Sent[Packet]]:
        even = packets(even_moments(rate_hz))
        if kind == "late":
            return late(even, 3 * MS, seed)
        if kind == "lost":
            return lost(even, 0.05, seed)
        if kind == "stalled":
            return stalled(even, 0.02, 80 * MS, seed)
        return packets(uneven_moments(rate_hz, 0.4, seed))

    first, second = (dated(stream(), SenderClock(), seconds=3.0) for _ in range(2))
    assert first == second
