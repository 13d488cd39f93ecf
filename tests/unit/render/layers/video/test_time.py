"""Which clip frame shows when: exact over hours, at all rates, at every end."""

from __future__ import annotations

from fractions import Fraction

import pytest

from render.layers.video.time import ClipTimeline
from stage.maths.frame_clock import FrameClock

HOURS = 30


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "50", "60"])
@pytest.mark.parametrize("hour", [0, 1, 7, HOURS])
def test_a_clip_of_the_stages_rate_moves_one_frame_a_frame(rate: str, hour: int) -> None:
    clock = FrameClock(Fraction(rate))
    line = ClipTimeline((1_000_000_000,), Fraction(rate), offset=17)
    first = int(Fraction(rate) * 3600 * hour)
    for number in range(first, first + 400):
        time_s = (clock.present_ns(number) - clock.epoch_ns) / 1e9
        assert line.at(time_s) == number + 17


@pytest.mark.parametrize("speed", [Fraction(1, 2), Fraction(3, 2), Fraction(-1), Fraction(-2), Fraction(0)])
def test_other_rates_and_speeds_follow_the_formula(speed: Fraction) -> None:
    line = ClipTimeline((10**9,), Fraction(30000, 1001), speed, offset=5 * 10**8)
    clock = FrameClock(Fraction(24))
    for number in (0, 1, 23, 24, 86_400, 2_000_001):
        exact = 5 * 10**8 + Fraction(number, 24) * speed * Fraction(30000, 1001)
        shown = line.at((clock.present_ns(number) - clock.epoch_ns) / 1e9)
        assert shown == exact.numerator // exact.denominator


@pytest.mark.parametrize(
    ("at_end", "frames"),
    [
        ("repeat", [3, 4, 0, 1, 2, 3, 4, 0]),
        ("hold", [3, 4, 4, 4, 4, 4, 4, 4]),
        ("pingpong", [3, 4, 3, 2, 1, 0, 1, 2]),
    ],
)
def test_what_comes_after_the_end(at_end: str, frames: list[int]) -> None:
    line = ClipTimeline((2, 3), Fraction(25), offset=3, at_end=at_end)  # type: ignore[arg-type]
    assert [line.at(number / 25) for number in range(8)] == frames
    backward = ClipTimeline((2, 3), Fraction(25), Fraction(-1), 1, "repeat")
    assert [backward.at(number / 25) for number in range(4)] == [1, 0, 4, 3]


def test_clips_stand_one_after_the_other() -> None:
    line = ClipTimeline((2, 3, 1), Fraction(25))
    assert [line.place(frame) for frame in range(6)] == [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0)]


def test_what_is_coming_is_named_once_in_order() -> None:
    line = ClipTimeline((4,), Fraction(24))
    assert line.coming(2 / 24, 1 / 24, 8) == (2, 3, 0, 1)
    assert ClipTimeline((100,), Fraction(24), Fraction(2)).coming(0.0, 1 / 24, 3) == (0, 2, 4)
