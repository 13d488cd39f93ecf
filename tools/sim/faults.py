"""What networks do to datagrams: loss, jitter, reorder, duplicate, corrupt. Seeded and pure.

A stream is an iterator of (moment_ns, datagram) in order of time; every fault takes one and returns one, still in
order.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stage.units import NS_PER_MS

Timed = tuple[int, bytes]
"""When a datagram leaves, in nanoseconds, and its bytes."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Probabilities per datagram (0 to 1), and the longest delay of the jitter in milliseconds."""

    loss: float = 0.0
    jitter_ms: float = 0.0
    reorder: float = 0.0
    duplicate: float = 0.0
    corrupt: float = 0.0

    def wrap(self, stream: Iterable[Timed], seed: int) -> Iterator[Timed]:
        """The stream as it arrives. Faults of zero are skipped; each has its own seed."""
        arriving = iter(stream)
        if self.corrupt > 0:
            arriving = corrupted(arriving, self.corrupt, seed)
        if self.loss > 0:
            arriving = lossy(arriving, self.loss, seed + 1)
        if self.duplicate > 0:
            arriving = duplicated(arriving, self.duplicate, seed + 2)
        if self.reorder > 0:
            arriving = reordered(arriving, self.reorder, seed + 3)
        if self.jitter_ms > 0:
            arriving = jittered(arriving, self.jitter_ms, seed + 4)
        return arriving


def lossy(stream: Iterable[Timed], probability: float, seed: int) -> Iterator[Timed]:
    """Drop some datagrams."""
    chance = random.Random(seed)
    return (timed for timed in stream if chance.random() >= probability)


def duplicated(stream: Iterable[Timed], probability: float, seed: int) -> Iterator[Timed]:
    """Repeat some datagrams at the same moment."""
    chance = random.Random(seed)
    for timed in stream:
        yield timed
        if chance.random() < probability:
            yield timed


def reordered(stream: Iterable[Timed], probability: float, seed: int) -> Iterator[Timed]:
    """Swap some datagrams with the one after them; the moments stay."""
    chance = random.Random(seed)
    held: bytes | None = None
    held_ns = 0
    for moment_ns, datagram in stream:
        if held is not None:
            yield held_ns, datagram
            yield moment_ns, held
            held = None
        elif chance.random() < probability:
            held, held_ns = datagram, moment_ns
        else:
            yield moment_ns, datagram
    if held is not None:
        yield held_ns, held


def jittered(stream: Iterable[Timed], jitter_ms: float, seed: int) -> Iterator[Timed]:
    """Delay every datagram by 0 to `jitter_ms`, without overtaking the one before it."""
    chance = random.Random(seed)
    last_ns: int | None = None
    for moment_ns, datagram in stream:
        late_ns = moment_ns + round(chance.uniform(0.0, jitter_ms) * NS_PER_MS)
        last_ns = late_ns if last_ns is None else max(last_ns, late_ns)
        yield last_ns, datagram


def corrupted(stream: Iterable[Timed], probability: float, seed: int) -> Iterator[Timed]:
    """Flip one bit in some datagrams."""
    chance = random.Random(seed)
    for moment_ns, datagram in stream:
        if datagram and chance.random() < probability:
            bit = chance.randrange(len(datagram) * 8)
            damaged = bytearray(datagram)
            damaged[bit // 8] ^= 1 << bit % 8
            yield moment_ns, bytes(damaged)
        else:
            yield moment_ns, datagram
