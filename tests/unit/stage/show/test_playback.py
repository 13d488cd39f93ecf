"""Which frame of a take is on the walls when, whatever was done to it before."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.maths.frame_clock import FrameClock
from stage.messages.takes import Playing
from stage.show.playback import TakeSpan, at_speed, begun, moved_to, number_at, stepped

SPAN = TakeSpan("2026-11-30/12A_t001", "24000/1001", 900, 1299, 1000, ("boxes",))
CLOCK = FrameClock(Fraction(24000, 1001))
RATES = st.sampled_from(["24", "25", "24000/1001", "60000/1001", "120"])


def playing(speed: float = 1.0, loop: bool = False, tick: int = 5000) -> Playing:
    return begun(SPAN, CLOCK.present_ns(tick), speed, loop, (1000, 1299))


def shown(of: Playing, tick: int) -> int:
    return number_at(of, CLOCK.present_ns(tick))


def test_a_take_plays_frame_by_frame_from_its_roll_and_stands_at_its_end() -> None:
    take = playing()
    assert [shown(take, 5000 + n) for n in range(300)] == list(range(1000, 1300))
    assert shown(take, 5400) == 1299


def test_a_loop_begins_again_and_backward_goes_from_the_end() -> None:
    assert [shown(playing(loop=True), 5000 + n) for n in (299, 300, 599, 600)] == [1299, 1000, 1299, 1000]
    assert [shown(playing(speed=-1.0), 5000 + n) for n in range(4)] == [1299, 1298, 1297, 1296]


def test_a_quarter_of_the_speed_shows_each_frame_four_times() -> None:
    assert [shown(playing(0.25), 5000 + n) for n in range(12)] == [1000 + n // 4 for n in range(12)]


def test_a_pause_stands_and_goes_on_from_there() -> None:
    paused = at_speed(playing(), CLOCK.present_ns(5010), 0.0)
    assert {shown(paused, 5010 + n) for n in range(100)} == {1010}
    going = at_speed(paused, CLOCK.present_ns(5200), 1.0)
    assert [shown(going, 5200 + n) for n in range(3)] == [1010, 1011, 1012]


def test_steps_and_places_stay_inside_the_take() -> None:
    here = CLOCK.present_ns(5010)
    assert shown(stepped(playing(), here, 3), 6000) == 1013
    assert shown(stepped(playing(), here, -100), 6000) == 1000
    assert shown(moved_to(playing(), here, 99_999), 5010) == 1299


@settings(deadline=None)
@given(RATES, st.integers(0, 10_000_000), st.integers(1, 100_000))
def test_a_take_at_the_stages_own_rate_never_skips_or_repeats_a_frame(rate: str, tick: int, frames: int) -> None:
    clock = FrameClock(Fraction(rate))
    span = replace(SPAN, rate=rate, first=0, last=10**9, roll=0)
    take = begun(span, clock.present_ns(tick), 1.0, False, (0, 10**9))
    assert number_at(take, clock.present_ns(tick + frames)) == frames


@pytest.mark.parametrize(("speed", "step"), [(2.0, 2), (-2.0, -2)])
def test_at_double_speed_every_other_frame_is_shown(speed: float, step: int) -> None:
    take = playing(speed)
    assert shown(take, 5003) - shown(take, 5002) == step
