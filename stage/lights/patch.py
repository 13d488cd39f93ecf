"""Emitter levels as slots: fixtures into the 512 bytes of their universes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stage.model.fixture import UNIVERSE_SLOTS, Fixture


def slot_bytes(share: float, bits: int) -> bytes:
    """A level of 0 to 1 as one slot, or as two with the coarse one first (specs/lighting.md section 3)."""
    number = round(min(max(share, 0.0), 1.0) * ((1 << bits) - 1))
    return number.to_bytes(bits // 8, "big")


def universes_of(fixtures: Sequence[Fixture], shares: Iterable[Sequence[float]]) -> dict[int, bytes]:
    """The slots of each universe that has a fixture; unused ones are 0."""
    slots = {universe: bytearray(UNIVERSE_SLOTS) for universe in sorted({each.universe for each in fixtures})}
    for fixture, values in zip(fixtures, shares, strict=True):
        told = b"".join(slot_bytes(value, fixture.bits) for value in values)
        begin = fixture.address - 1
        slots[fixture.universe][begin : begin + len(told)] = told
    return {universe: bytes(values) for universe, values in slots.items()}
