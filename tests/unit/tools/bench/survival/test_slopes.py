"""Slopes of a long run: growth is found, swaying and warming up are not."""

from __future__ import annotations

import numpy as np
import pytest

from tools.bench.survival.series_picture import picture_of
from tools.bench.survival.slopes import LEAST_SAMPLES, slope_of
from tools.bench.survival.soak import Series, slopes_of

HOURS = np.linspace(0, 4, 2400)


def steps(seed: int, growth: float) -> np.ndarray:
    """Memory as processes have it: it moves in steps that last, and grows by so much an hour."""
    chance = np.random.default_rng(seed)
    sway = np.repeat(chance.normal(0, 0.4, 120), 20)
    return 200 + sway + growth * HOURS


@pytest.mark.parametrize("growth", [1.0, 5.0])
def test_growth_is_found_with_its_size(growth: float) -> None:
    for seed in range(20):
        slope = slope_of(list(HOURS), list(steps(seed, growth)))
        assert slope is not None
        assert slope.grows
        assert slope.an_hour == pytest.approx(growth, abs=3 * slope.noise)


def test_what_sways_is_called_growing_as_rarely_as_the_bound_says() -> None:
    """5 % by the choice of t; a fair share above that for chance."""
    found = [slope_of(list(HOURS), list(steps(seed, 0.0))) for seed in range(200)]
    assert sum(slope is not None and slope.grows for slope in found) <= 20


def test_loading_at_the_start_is_no_growth() -> None:
    warm = 200 + 50 * (HOURS < 1)
    assert (slope := slope_of(list(HOURS), list(warm))) is not None
    assert not slope.grows


def test_a_short_series_has_no_slope() -> None:
    assert slope_of(list(range(LEAST_SAMPLES)), list(range(LEAST_SAMPLES))) is None


def test_of_a_role_that_was_killed_the_longest_life_counts() -> None:
    long, short = Series(list(HOURS), list(steps(1, 2.0))), Series([0.0], [1.0])
    slopes = slopes_of({("console", 7, "memory_mb"): short, ("console", 8, "memory_mb"): long})
    assert slopes["console memory_mb"].an_hour == pytest.approx(2.0, abs=0.5)


def test_the_picture_has_a_line_for_each_process_and_names_its_role() -> None:
    series = {("console", 7, "threads"): Series([0.0, 1.0], [1.0, 3.0]), ("<b>", 8, "threads"): Series([0.5], [2.0])}
    drawn = picture_of(series, ("threads",))
    assert drawn.count("<polyline") == 2
    assert "&lt;b&gt;" in drawn
    assert 'points="70.0,213.3 960.0,40.0"' in drawn
