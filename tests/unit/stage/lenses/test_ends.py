"""Ends of encoders from what comes while the rings are turned."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.lenses.ends import EncoderEnds, LensEnds
from stage.model.sources.base import EncoderRange


def learnt(values: list[int | None], axis: str = "zoom") -> EncoderEnds:
    ends = EncoderEnds(axis)
    for value in values:
        ends.observe(value)
    return ends


def turned(low: int, high: int, *, backwards: bool = False) -> list[int | None]:
    """From one end to the other and back, holding at each."""
    there = [low + (high - low) * step // 50 for step in range(51)]
    path = [low] * 5 + there + [high] * 5 + there[::-1] + [low] * 5
    return [low + high - value for value in path] if backwards else list(path)


@settings(deadline=None)
@given(st.integers(0, 60_000), st.integers(100, 5000), st.booleans())
def test_the_ends_and_the_way_it_counts_are_found(low: int, travel: int, backwards: bool) -> None:
    found = learnt(turned(low, low + travel, backwards=backwards)).learnt()
    assert found.range_ == EncoderRange(minimum=low, maximum=low + travel, invert=backwards)
    assert found.remark == ""


def test_a_spike_is_no_end() -> None:
    values = turned(1000, 3000)
    values[20] = 0xFFFFFF
    values[60] = 0
    found = learnt(values).learnt()
    assert (found.lowest, found.highest) == (1000, 3000)


@pytest.mark.parametrize(
    ("values", "remark"),
    [
        ([None] * 9, "the tracker sends no focus encoder"),
        ([500, 501, 500, 502, 501], "focus was not turned: 500 to 501"),
        ([2000, 2000, 2000, *turned(1000, 3000)], "focus did not begin at infinity: `invert` is a guess"),
    ],
)
def test_what_was_not_learnt_is_told(values: list[int | None], remark: str) -> None:
    found = learnt(values, "focus").learnt()
    assert remark in found.remark
    assert (found.range_ is None) == ("begin" not in remark)


def test_both_rings_of_a_lens() -> None:
    lens = LensEnds()
    for zoom, focus in zip(turned(0, 4095), turned(100, 900, backwards=True), strict=True):
        lens.observe(zoom, focus)
    found = lens.learnt()
    assert found["zoom"].range_ == EncoderRange(minimum=0, maximum=4095)
    assert found["focus"].range_ == EncoderRange(minimum=100, maximum=900, invert=True)
