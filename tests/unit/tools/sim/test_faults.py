"""Faults are seeded, keep the order of time, and happen as often as they are asked to."""

from __future__ import annotations

from collections import Counter

import pytest

from tools.sim.faults import Faults, Timed

COUNT = 4000
CLEAN: list[Timed] = [(n * 1_000_000, n.to_bytes(4, "big")) for n in range(COUNT)]


def number(datagram: bytes) -> int:
    return int.from_bytes(datagram, "big")


@pytest.mark.parametrize(
    "faults",
    [
        Faults(loss=0.1),
        Faults(jitter_ms=5),
        Faults(reorder=0.1),
        Faults(duplicate=0.1),
        Faults(corrupt=0.1),
        Faults(0.1, 5, 0.1, 0.1, 0.1),
    ],
)
def test_same_seed_same_stream_in_order_of_time(faults: Faults) -> None:
    once, again = list(faults.wrap(CLEAN, 7)), list(faults.wrap(iter(CLEAN), 7))
    assert once == again
    assert once != CLEAN
    assert once != list(faults.wrap(CLEAN, 8))
    assert [moment for moment, _ in once] == sorted(moment for moment, _ in once)


def test_no_faults_no_change() -> None:
    assert list(Faults().wrap(CLEAN, 1)) == CLEAN


def test_loss_takes_its_share() -> None:
    assert 0.08 * COUNT < COUNT - len(list(Faults(loss=0.1).wrap(CLEAN, 2))) < 0.12 * COUNT
    assert list(Faults(loss=1.0).wrap(CLEAN, 2)) == []


def test_duplicates_follow_their_original() -> None:
    counts = Counter(datagram for _, datagram in Faults(duplicate=0.1).wrap(CLEAN, 3))
    assert set(counts.values()) == {1, 2}
    assert 0.08 * COUNT < sum(count - 1 for count in counts.values()) < 0.12 * COUNT


def test_reorder_exchanges_neighbours_and_loses_nothing() -> None:
    arrived = [number(datagram) for _, datagram in Faults(reorder=0.1).wrap(CLEAN, 4)]
    assert sorted(arrived) == list(range(COUNT))
    displaced = [n - place for place, n in enumerate(arrived) if n != place]
    assert set(displaced) == {1, -1}
    assert 0.14 * COUNT < len(displaced) < 0.22 * COUNT
    assert list(Faults(reorder=1.0).wrap(CLEAN[:3], 4)) == [
        (0, CLEAN[1][1]),
        (1_000_000, CLEAN[0][1]),
        (2_000_000, CLEAN[2][1]),
    ]


def test_jitter_delays_within_its_limit() -> None:
    late = [arrived - sent for (arrived, _), (sent, _) in zip(Faults(jitter_ms=5).wrap(CLEAN, 5), CLEAN, strict=True)]
    assert min(late) >= 0
    assert max(late) <= 5_000_000
    assert max(late) > 4_500_000


def test_corruption_is_one_bit() -> None:
    flips = [
        (number(a) ^ number(b)).bit_count()
        for (_, a), (_, b) in zip(Faults(corrupt=0.1).wrap(CLEAN, 6), CLEAN, strict=True)
    ]
    assert set(flips) == {0, 1}
    assert 0.08 * COUNT < sum(flips) < 0.12 * COUNT
