"""Prediction against simple methods that knew the motion: a part of the table, and the yardsticks themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stage.errors import InputError
from tests.places import DATA
from tools.bench.foresight.baselines import best_errors, bound
from tools.bench.foresight.bench import STILL_CASES, table_figures
from tools.bench.foresight.kinds import KINDS, made
from tools.bench.foresight.motions import Cruise, Leg
from tools.bench.foresight.shots import NOISE, Shot, predicted
from tools.bench.foresight.starts import start_ratio, sway_mm
from tools.bench.foresight.table import Extent, hands, made_shot, results, summary
from tools.bench.prediction import still_jitter_mm

QUICK = Extent((60.0,), (50.0,), 12.0)


def straight(speed_m_s: float = 0.0, acceleration_m_s2: float = 0.0, noise_m: float = 0.0) -> Shot:
    """A shot along x, 60 samples a second, 100 ms ahead."""
    times_s = np.arange(600) / 60.0
    noise = np.random.default_rng(3).normal(0.0, 1.0, (600, 6)) * noise_m

    def place(t_s: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.stack([speed_m_s * t_s + 0.5 * acceleration_m_s2 * t_s**2, *np.zeros((5, 600))], axis=1)

    return Shot(60.0, 0.1, (), place(times_s) + noise, place(times_s + 0.1))


def test_each_simple_method_is_exact_on_what_it_is_made_for() -> None:
    even = best_errors(straight(speed_m_s=0.5))
    assert even["hold"][0] == pytest.approx(0.05)
    for method in ("line", "quadratic", "Kalman", "alpha-beta"):
        assert even[method][0] < 1e-4, method
    braking = best_errors(straight(speed_m_s=2.0, acceleration_m_s2=-0.2))
    assert braking["quadratic"][0] < 1e-9
    assert braking["line"][0] > 1e-4
    still = best_errors(straight(noise_m=NOISE))
    assert min(still, key=lambda method: still[method][0]) != "quadratic"
    assert bound(straight(speed_m_s=0.5, acceleration_m_s2=0.1))[0] < 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_made_moves_are_physical_and_drawn_by_their_seed(kind: str) -> None:
    times_s = np.arange(0.0, 20.0, 0.005)
    course = made(kind, 7)(times_s)
    assert np.array_equal(course, made(kind, 7)(times_s))
    assert not np.array_equal(course, made(kind, 8)(times_s))
    speeds = np.diff(course, axis=0) / 0.005
    assert np.isfinite(course).all()
    assert 1e-3 < np.abs(speeds[:, :3]).max() < 10.0, "metres a second"
    assert 0.1 < np.abs(speeds[:, 3:]).max() < 1500.0, "degrees a second"
    assert np.abs(np.diff(speeds[:, :3], axis=0)).max() / 0.005 < 60.0, "no jolt"


def test_a_leg_and_a_cruise_go_their_way_and_stop() -> None:
    times_s = np.linspace(0.0, 30.0, 3001)
    for part in (Leg(1.0, 2.0, 3.0, ring=0.01, ring_hz=2.0, ring_s=0.3), Cruise(1.0, 2.0, 3.0, 0.5)):
        way = part.at(times_s)
        assert way[0] == 0.0
        assert way[-1] == pytest.approx(3.0, abs=1e-9)
        assert np.abs(np.diff(way, 2)).max() < 3.0 * 40.0 * 0.01**2
    middle = Cruise(1.0, 2.0, 3.0, 0.5).at(np.array([1.9, 2.0, 2.1]))
    assert middle[1] == pytest.approx(1.5)
    assert np.diff(middle) == pytest.approx(2.0 * 0.1), "the way over all but one easing"


def test_a_quick_part_of_the_table_is_within_its_limits() -> None:
    kinds = ("crane", "slow-pan", "push-in", "hands", "jib", "rope", "robot")
    found = list(results(kinds, 101, (), QUICK))
    figures = summary(found)
    assert figures["compared"] == 14
    assert isinstance(figures["geometric_mean"], float)
    assert figures["geometric_mean"] <= 0.85
    assert max(each.to_hold for each in found) <= 1.02
    assert sum(each.ratio > 1.1 for each in found) <= 1


def test_hands_turn_less_than_holding_misses_even_at_worst() -> None:
    for figures in hands(("hands",), 7, (), 12.0).values():
        assert figures["bound"] < figures["to_hold"] <= 0.7
        assert figures["p99"] <= 1.0
        assert figures["worst"] <= 1.0


@pytest.mark.parametrize("silence_s", [0.0, 0.2, 0.4])
@pytest.mark.parametrize(("speed_m_s", "rate_hz"), [(1.0, 240), (2.5, 60), (8.0, 24)])
def test_who_moves_when_tracking_begins_or_returns_is_followed(
    speed_m_s: float, rate_hz: int, silence_s: float
) -> None:
    assert start_ratio(speed_m_s, rate_hz, silence_s) <= 0.05


def test_a_sway_and_a_camera_that_stands() -> None:
    assert sway_mm(seconds=8.0) <= 0.5
    assert still_jitter_mm(*STILL_CASES[1]) <= 0.02


def test_a_shot_that_holds_still_is_predicted_where_it_is() -> None:
    shot = made_shot("breathing", 7, 60.0, 0.05, 4.0)
    assert predicted(shot).shape == shot.truth.shape == (240, 6)
    position, rotation = shot.rms(shot.truth)
    assert position == rotation == 0.0
    assert math.isfinite(sum(shot.rms(predicted(shot))))


def test_unknown_kinds_are_refused_and_recordings_stand_beside_them() -> None:
    with pytest.raises(InputError, match="no made move is called somersault"):
        table_figures(["somersault"], 7, [], QUICK)
    figures = table_figures(["slow-pan"], 7, [DATA / "fr1_xyz.tum"], Extent((30.0,), (50.0,), 6.0))
    assert isinstance(figures["to the best in hindsight"], dict)
    assert len(figures["to the best in hindsight"]) == 2
    assert figures["compared"] == 4
