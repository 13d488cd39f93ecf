"""Faults of timing: in order, nothing invented, and each does what it says."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest

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

S = 1_000_000_000
MS = 1_000_000


def numbered(rate_hz: float = 100.0) -> Iterator[Sent[int]]:
    return ((at_ns, n) for n, at_ns in enumerate(even_moments(rate_hz)))


STREAMS = {
    "batched": lambda: batched(numbered(), lambda: 3),
    "each period": lambda: each_period(numbered(), 70 * MS),
    "resent": lambda: resent(numbered(25.0), 60.0),
    "doubled": lambda: doubled(numbered(), 4 * MS),
    "stalled": lambda: stalled(numbered(), 0.02, 100 * MS, 7),
    "late": lambda: late(numbered(), 5 * MS, 7),
    "gapped": lambda: gapped(numbered(), 0.02, 200 * MS, 7),
    "lost": lambda: lost(numbered(), 0.1, 7),
    "delayed": lambda: delayed_from(numbered(), S, 20 * MS),
}


@pytest.mark.parametrize("name", STREAMS)
def test_streams_are_in_order_repeatable_and_never_early(name: str) -> None:
    first, second = (list(itertools.islice(STREAMS[name](), 500)) for _ in range(2))
    assert first == second
    moments = [at_ns for at_ns, _ in first]
    assert moments == sorted(moments)
    captured = list(itertools.islice(even_moments(25.0 if name == "resent" else 100.0), 6000))
    assert all(at_ns >= captured[n] for at_ns, n in first)
    numbers = [n for _, n in first]
    assert numbers == sorted(numbers)


def test_what_is_only_late_is_all_there() -> None:
    for name in ("batched", "each period", "stalled", "late", "delayed"):
        assert [n for _, n in itertools.islice(STREAMS[name](), 300)] == list(range(300))


def test_repeats_and_losses() -> None:
    assert set(Counter(n for _, n in itertools.islice(STREAMS["doubled"](), 400)).values()) == {2}
    runs = Counter(Counter(n for _, n in itertools.islice(STREAMS["resent"](), 600)).values())
    assert set(runs) <= {1, 2, 3}
    assert runs[2] + runs[3] > 0.98 * runs.total()
    kept = [n for _, n in itertools.islice(STREAMS["lost"](), 900)]
    assert 0.85 < len(kept) / (kept[-1] + 1) < 0.95
    gaps = [b - a for a, b in itertools.pairwise(n for _, n in itertools.islice(STREAMS["gapped"](), 500)) if b - a > 1]
    assert gaps
    assert set(gaps) <= {20, 21, 40, 41}


def test_uneven_moments_keep_the_pace_on_average_and_stay_within_their_share() -> None:
    moments = list(itertools.islice(uneven_moments(60.0, 0.4, 3), 2000))
    intervals = [b - a for a, b in itertools.pairwise(moments)]
    assert min(intervals) >= 0.6 * S / 60 - 1
    assert max(intervals) <= 1.4 * S / 60 + 1
    assert sum(intervals) / len(intervals) == pytest.approx(S / 60, rel=0.03)
