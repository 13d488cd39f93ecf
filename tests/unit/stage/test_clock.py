"""The frame clock: exact for every rate, however long it runs; and the clock that tests turn by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.clock import ManualClock, MonotonicClock
from stage.maths.frame_clock import FrameClock
from stage.model.frame_rate import FRAME_RATES
from stage.units import NS_PER_S

TEN_MILLION = 10_000_000
RATES = st.sampled_from([Fraction(rate) for rate in FRAME_RATES])
FRAMES = st.integers(-1000, TEN_MILLION)
EPOCHS = st.integers(0, 10**18)


@pytest.mark.parametrize("rate", FRAME_RATES)
def test_ten_million_frames_end_where_arithmetic_says(rate: str) -> None:
    clock = FrameClock(Fraction(rate), epoch_ns=123_456_789)
    exact_ns = 123_456_789 + TEN_MILLION * NS_PER_S / Fraction(rate)
    assert clock.present_ns(TEN_MILLION) == math.floor(exact_ns)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(RATES, EPOCHS, FRAMES)
def test_every_frame_is_less_than_a_nanosecond_off(rate: Fraction, epoch_ns: int, number: int) -> None:
    exact_ns = epoch_ns + number * NS_PER_S / rate
    assert 0 <= exact_ns - FrameClock(rate, epoch_ns).present_ns(number) < 1


@settings(max_examples=500, deadline=None, derandomize=True)
@given(RATES, EPOCHS, FRAMES)
def test_number_at_is_the_inverse_of_present_ns(rate: Fraction, epoch_ns: int, number: int) -> None:
    clock = FrameClock(rate, epoch_ns)
    present_ns = clock.present_ns(number)
    assert clock.number_at(present_ns) == number
    assert clock.number_at(present_ns - 1) == number - 1
    assert clock.number_at(clock.present_ns(number + 1) - 1) == number


def test_the_period_is_a_frame_rounded_down() -> None:
    assert FrameClock(Fraction(24000, 1001)).period_ns == 41_708_333


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-24)])
def test_a_rate_that_is_not_positive_is_refused(rate: Fraction) -> None:
    with pytest.raises(ValueError, match="positive"):
        FrameClock(rate)


def test_the_manual_clock_moves_only_when_told_and_never_back() -> None:
    clock = ManualClock(100)
    clock.advance_ns(50)
    assert clock.now_ns() == 150
    clock.sleep_until_ns(400)
    assert clock.now_ns() == 400
    clock.sleep_until_ns(200)
    assert clock.now_ns() == 400


def test_the_monotonic_clock_is_past_the_moment_it_slept_to() -> None:
    clock = MonotonicClock()
    for ahead_ns in (-1_000_000, 0, 1_000_000):
        moment_ns = clock.now_ns() + ahead_ns
        clock.sleep_until_ns(moment_ns)
        assert clock.now_ns() >= moment_ns
