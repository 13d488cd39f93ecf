"""The line under arrivals against brute force, and the line through the least late ones against numpy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.timing.line import Point, line_through, line_under

late = st.lists(st.floats(0.0, 1e8), min_size=2, max_size=30)


def points_of(late_ns: list[float]) -> list[Point]:
    return [Point(float(n), n * 1.6e7 + each) for n, each in enumerate(late_ns)]


@settings(max_examples=100, deadline=None)
@given(late)
def test_no_arrival_lies_below_the_line_and_none_is_nearer_on_average(late_ns: list[float]) -> None:
    points = points_of(late_ns)
    line = line_under(points)
    assert line is not None
    assert all(at_ns >= line.at(x) - 1.0 for x, at_ns in points)
    mean = sum(at_ns - line.at(x) for x, at_ns in points) / len(points)
    for a, b in itertools.combinations(points, 2):
        slope = (b.at_ns - a.at_ns) / (b.x - a.x)
        gaps = [at_ns - a.at_ns - slope * (x - a.x) for x, at_ns in points]
        if min(gaps) >= -1e-3:
            assert mean <= sum(gaps) / len(points) + 1.0


def test_the_line_through_points_is_least_squares_and_leaves_outliers_out() -> None:
    rng = np.random.default_rng(3)
    x = np.arange(0.0, 300.0, 7.0)
    at_ns = 5e6 + x * 1.6e7 + rng.normal(0.0, 2e5, len(x))
    line, spread_ns = line_through([Point(*each) for each in zip(x.tolist(), at_ns.tolist(), strict=True)])
    slope, start = np.polyfit(x, at_ns, 1)
    assert line.slope_ns == pytest.approx(slope, rel=1e-4)
    assert line.at(0.0) == pytest.approx(start, abs=1e5)
    assert spread_ns == pytest.approx(2e5, rel=0.4)
    at_ns[10] += 5e7
    bent, _ = line_through([Point(*each) for each in zip(x.tolist(), at_ns.tolist(), strict=True)])
    assert bent.slope_ns == pytest.approx(line.slope_ns, rel=1e-4)
