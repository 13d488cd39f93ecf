"""The parts of the prediction: forecasters against a textbook's filter, weights against what they must add up to, and
whatever may come."""

from __future__ import annotations

import math
import random
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.maths.arrays import Floats
from stage.maths.motion import MotionPredictor
from stage.maths.motion_bank import (
    ACCELERATIONS,
    COUNT,
    CREEP,
    HOLD,
    JERKS,
    NOISE,
    START_ACCELERATION,
    START_SPEED,
    STILL,
    ForecasterBank,
    forecasts,
)
from stage.maths.motion_forecast import MOST_KEPT, Forecast
from stage.maths.motion_surprise import Surprise
from stage.maths.motion_weights import BLEND, VOTES, ForecastWeights

MS = 1_000_000
Six = tuple[float, float, float, float, float, float]


def walked(count: int, seed: int, uneven: bool = True) -> list[tuple[Floats, float]]:
    """Samples of a random walk, and the time since the one before."""
    chance, at, found = np.random.default_rng(seed), np.zeros(6), []
    for _ in range(count):
        at = at + chance.normal(0.0, 1e-3, 6)
        found.append((at, float(chance.uniform(0.004, 0.05)) if uneven else 1.0 / 60.0))
    return found


def textbook(order: int, density: float, samples: list[tuple[Floats, float]]) -> Floats:
    """(order + 1, 6): Kalman's filter of white noise of that density in the derivative after `order`, the noise's
    covariance integrated numerically."""
    size = order + 1
    start = [NOISE, START_SPEED, START_ACCELERATION][:size]
    state, doubts, seen = np.zeros((size, 6)), np.diag(np.square(start)), np.eye(size)[:1]
    for measured, dt_s in samples:
        way = np.array(
            [[dt_s ** (b - a) / math.factorial(b - a) if b >= a else 0.0 for b in range(size)] for a in range(size)]
        )
        steps = (np.arange(2000) + 0.5) * dt_s / 2000
        late = np.array([steps ** (order - a) / math.factorial(order - a) for a in range(size)])
        grown = density * (late @ late.T) * dt_s / 2000
        state, doubts = way @ state, way @ doubts @ way.T + grown
        gain = doubts @ seen.T / (seen @ doubts @ seen.T + NOISE**2)
        state, doubts = state + gain @ (measured[None] - seen @ state), (np.eye(size) - gain @ seen) @ doubts
    return state


@pytest.mark.parametrize(
    ("number", "order", "density"),
    [
        *((number, 2, density) for number, density in enumerate(JERKS)),
        *((len(JERKS) + number, 1, density) for number, density in enumerate(ACCELERATIONS)),
        (STILL, 0, CREEP),
    ],
)
def test_every_forecaster_is_the_textbooks_filter(number: int, order: int, density: float) -> None:
    samples = walked(60, number)
    bank = ForecasterBank(np.zeros(6))
    for measured, dt_s in samples:
        bank.observe(measured, dt_s)
    expected = textbook(order, density, samples)
    scale = np.abs(expected).max(axis=1)[:, None]
    assert np.abs(bank.states[number, : order + 1] - expected) / scale == pytest.approx(0.0, abs=2e-4)
    assert np.abs(bank.states[number, order + 1 :]).max(initial=0.0) == 0.0


def test_hold_is_the_newest_sample_and_nothing_is_changed_in_place() -> None:
    bank = ForecasterBank(np.zeros(6))
    for measured, dt_s in walked(20, 1):
        before, kept = bank.states, bank.states.copy()
        missed = bank.observe(measured, dt_s)
        assert np.array_equal(before, kept)
        assert missed == pytest.approx(measured - forecasts(before, dt_s))
        assert bank.states[HOLD, 0] == pytest.approx(measured, abs=1e-12)
        assert np.abs(bank.states[HOLD, 1:]).max() == 0.0


def test_gains_that_are_settled_are_those_that_would_be_found_again() -> None:
    settled, fresh = ForecasterBank(np.zeros(6)), ForecasterBank(np.zeros(6))
    for measured, _ in walked(900, 2, uneven=False):
        settled.observe(measured, 1.0 / 60.0)
        fresh._even_s = 0.0
        fresh.observe(measured, 1.0 / 60.0)
    assert settled.states[:STILL, 0] == pytest.approx(fresh.states[:STILL, 0], abs=2e-5)


def test_the_weighed_forecast_is_what_forecasters_say_weighed() -> None:
    forecast, chance = Forecast((0.0,) * 6), random.Random(3)
    for number in range(200):
        t_s = number / 60.0
        six: Six = (math.sin(t_s), 0.2 * t_s, chance.gauss(0.0, 1e-4), 0.1 * math.cos(3.0 * t_s), 0.0, 0.01 * t_s)
        forecast.observe(six, 1.0 / 60.0)
        forecast.ask(0.05)
    weights, states = forecast._weights, forecast._bank.states
    left = None
    mixed = weights.of(forecast._surprise, left)
    for ahead_s in (-0.02, 0.0, 0.03, 0.05, 0.2):
        said = forecasts(states, ahead_s)
        expected = mixed @ said
        position, rotation = forecast.at(ahead_s)
        assert position == pytest.approx(expected[0, :3], abs=1e-12)
        assert rotation == pytest.approx(expected[1, 3:], abs=1e-12)
        position, rotation = forecast.voted_at(ahead_s)
        assert position == pytest.approx(expected[2, :3], abs=1e-12)
        assert rotation == pytest.approx(expected[3, 3:], abs=1e-12)


def test_weights_add_up_to_one_and_votes_are_no_debts() -> None:
    weights, surprise, chance = ForecastWeights(), Surprise(), np.random.default_rng(5)
    for _ in range(100):
        said, seen = chance.normal(0.0, 0.01, (COUNT, 6)), chance.normal(0.0, 0.01, 6)
        weights.learn(said, weights.each, seen, 0.03)
        left = surprise.hear(chance.normal(0.0, 0.01, (COUNT, 6)) * chance.choice([1.0, 30.0]), 0.03)
        assert weights.each.sum(axis=2) == pytest.approx(1.0)
        assert weights.each[:, VOTES].min() >= 0.0
        assert weights.of(surprise, left).sum(axis=1) == pytest.approx(1.0)
        assert ((weights.blend_shares >= 0.0) & (weights.blend_shares <= 1.0)).all()


def test_the_blend_finds_what_forecasters_have_in_common_with_the_truth() -> None:
    """Of two wrong forecasters one is three times as far off: a debt of the worse one is exact, and no vote can be."""
    weights, chance = ForecastWeights(), np.random.default_rng(6)
    for _ in range(200):
        seen, off = chance.normal(0.0, 0.1, 6), chance.normal(0.0, 0.01, 6)
        said = np.tile(np.zeros(6), (COUNT, 1))
        said[0], said[1] = seen + off, seen + 3.0 * off
        weights.learn(said, weights.each, seen, 0.03)
    assert weights.each[:, BLEND, 0] == pytest.approx(1.5, abs=0.02)
    assert weights.each[:, BLEND, 1] == pytest.approx(-0.5, abs=0.02)
    assert weights.blend_shares.min() > 0.95


def test_a_surprise_suspends_who_was_right_before() -> None:
    surprise, usual = Surprise(), np.full((COUNT, 6), 1e-4)
    for _ in range(60):
        assert surprise.hear(usual, 1.0 / 60.0) is None
    shock = usual.copy()
    shock[0] = 5e-3
    left = surprise.hear(shock, 1.0 / 60.0)
    assert left is not None
    assert left[:, 0].max() < 1e-3
    assert left[:, 1:].min() == 1.0


steps = st.tuples(st.sampled_from([0, 1, 1_000, MS, 4 * MS, 17 * MS, 200 * MS, 10**10, -MS]), st.sampled_from(range(6)))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(steps, max_size=120), st.sampled_from([0, 20 * MS, 150 * MS, -(10**9), 10**15]), st.integers(0, 99))
def test_whatever_comes_nothing_is_raised_and_all_is_finite(
    course: list[tuple[int, int]], ahead_ns: int, seed: int
) -> None:
    """Equal stamps, one sample only, bursts, gaps, stamps that go back; still, moving, jumping, far away."""
    predictor, chance, now_ns, x_m = MotionPredictor(), random.Random(seed), 10**12, 0.0
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        for step_ns, what in course:
            now_ns += step_ns
            x_m = (x_m, x_m + 1e-3, x_m + 8.0 * step_ns / 1e9, chance.gauss(0.0, 1.0), chance.gauss(0.0, 9e4), 0.0)[
                what
            ]
            turn = (1.0, 0.0, 0.0, chance.gauss(0.0, 1e-4 if what < 3 else 1.0))
            predictor.observe(now_ns, (x_m, -x_m, 1.5), turn)
            for position_m, orientation in predictor.candidates(now_ns + ahead_ns):
                assert all(map(math.isfinite, (*position_m, *orientation)))
                assert math.hypot(*orientation) == pytest.approx(1.0, abs=1e-9)


def test_memory_is_bounded_however_fast_samples_come() -> None:
    forecast = Forecast((0.0,) * 6)
    for number in range(30_000):
        forecast.observe((1e-6 * number, 0.0, 0.0, 0.0, 0.0, 0.0), 0.0001 if number > 500 else 0.01)
        forecast.ask(0.05)
    assert len(forecast._known) <= MOST_KEPT
    assert sys.getsizeof(forecast._summed) < 1000
    assert forecast.at(0.0)[0][0] == pytest.approx(0.03, abs=1e-4)
