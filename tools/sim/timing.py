"""What senders and networks do to the times of packets. Seeded and pure.

A stream is an iterator of (moment_ns, what) in order of time, whatever is sent; every wrapper takes one and returns
one, still in order. The moments that go in are those at which the poses were captured.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from stage.units import NS_PER_MS, NS_PER_S

T = TypeVar("T")
Sent = tuple[int, T]
Wrapper = Callable[[Iterable[Sent[T]], int], Iterator[Sent[T]]]

TOGETHER_NS = 30_000
"""How far apart packets leave that are sent at once."""


def even_moments(rate_hz: float, drift_ppm: float = 0.0) -> Iterator[int]:
    """When a sender with a steady clock captures."""
    period_ns = NS_PER_S / rate_hz / (1.0 + drift_ppm * 1e-6)
    n = 0
    while True:
        yield round(n * period_ns)
        n += 1


def uneven_moments(rate_hz: float, share: float, seed: int) -> Iterator[int]:
    """When a sender without a clock captures: each interval differs from the period by up to `share` of it."""
    chance = random.Random(seed)
    moment_ns = 0.0
    while True:
        yield round(moment_ns)
        moment_ns += NS_PER_S / rate_hz * (1.0 + chance.uniform(-share, share))


def batched(stream: Iterable[Sent[T]], sizes: Callable[[], int]) -> Iterator[Sent[T]]:
    """So many packets are collected, and sent at once when the last of them is there."""
    kept: list[T] = []
    size = sizes()
    for moment_ns, what in stream:
        kept.append(what)
        if len(kept) >= size:
            yield from ((moment_ns + n * TOGETHER_NS, each) for n, each in enumerate(kept))
            kept.clear()
            size = sizes()


def each_period(stream: Iterable[Sent[T]], period_ns: int) -> Iterator[Sent[T]]:
    """All packets of a period are sent at its end."""
    kept: list[T] = []
    end_ns: int | None = None
    for moment_ns, what in stream:
        end_ns = moment_ns + period_ns if end_ns is None else end_ns
        while moment_ns > end_ns:
            yield from ((end_ns + n * TOGETHER_NS, each) for n, each in enumerate(kept))
            kept.clear()
            end_ns += period_ns
        kept.append(what)


def resent(stream: Iterable[Sent[T]], rate_hz: float) -> Iterator[Sent[T]]:
    """The newest of the stream is sent at another, higher rate."""
    newest: T | None = None
    n = 0
    for moment_ns, what in stream:
        while newest is not None and n * NS_PER_S / rate_hz < moment_ns:
            yield round(n * NS_PER_S / rate_hz), newest
            n += 1
        newest = what


def doubled(stream: Iterable[Sent[T]], after_ns: int) -> Iterator[Sent[T]]:
    """Each packet is sent twice."""
    later: list[Sent[T]] = []
    for moment_ns, what in stream:
        while later and later[0][0] <= moment_ns:
            yield later.pop(0)
        yield moment_ns, what
        later.append((moment_ns + after_ns, what))
    yield from later


def stalled(stream: Iterable[Sent[T]], probability: float, stall_ns: int, seed: int) -> Iterator[Sent[T]]:
    """Now and then everything is kept back for a time, and then comes at once."""
    chance = random.Random(seed)
    until_ns = last_ns = -1
    for moment_ns, what in stream:
        if moment_ns > until_ns and chance.random() < probability:
            until_ns = moment_ns + stall_ns
        last_ns = max(moment_ns, until_ns, last_ns + TOGETHER_NS)
        yield last_ns, what


def late(stream: Iterable[Sent[T]], sigma_ns: float, seed: int) -> Iterator[Sent[T]]:
    """Each packet is late by the size of a normal number; none overtakes another."""
    chance = random.Random(seed)
    last_ns = -1
    for moment_ns, what in stream:
        last_ns = max(last_ns, moment_ns + round(abs(chance.gauss(0.0, sigma_ns))))
        yield last_ns, what


def gapped(stream: Iterable[Sent[T]], probability: float, gap_ns: int, seed: int) -> Iterator[Sent[T]]:
    """Now and then all packets of a time are lost."""
    chance = random.Random(seed)
    until_ns = -1
    for moment_ns, what in stream:
        if moment_ns >= until_ns and chance.random() < probability:
            until_ns = moment_ns + gap_ns
        if moment_ns >= until_ns:
            yield moment_ns, what


def lost(stream: Iterable[Sent[T]], probability: float, seed: int) -> Iterator[Sent[T]]:
    """Single packets are lost."""
    chance = random.Random(seed)
    return (sent for sent in stream if chance.random() >= probability)


def delayed_from(stream: Iterable[Sent[T]], from_ns: int, by_ns: int) -> Iterator[Sent[T]]:
    """From a moment on the way is longer."""
    return ((moment_ns + (by_ns if moment_ns >= from_ns else 0), what) for moment_ns, what in stream)


def _sizes(chance: random.Random, most: int) -> Callable[[], int]:
    return lambda: chance.randint(1, most)


def ms(milliseconds: float) -> int:
    """Nanoseconds."""
    return round(milliseconds * NS_PER_MS)
