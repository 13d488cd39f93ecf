"""Encoder tables: exact at their points, monotone between, held beyond, normalised distortion."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.interpolate import PchipInterpolator

from stage.maths.lens import LensModel, overscan
from stage.maths.lens_table import LensKnot, LensTable, pchip
from stage.model.camera import Camera, Lens, LensPoint

SENSOR = (24.0, 13.5)
ZOOMS = (1365, 2000, 2800, 3300, 4095)
FOCALS = (18.0, 24.0, 42.0, 70.0, 110.0)


def barrel(focal_mm: float, k1_normalised: float) -> LensModel:
    return LensModel(focal_mm, (0.1, -0.05), (k1_normalised / focal_mm**2,), (0.001 / focal_mm, 0.0))


def zoom_table() -> LensTable:
    knots = [
        LensKnot(zoom, focus, barrel(focal * (1 + focus * 1e-5), k1), 0.02 + focal / 1000)
        for zoom, focal, k1 in zip(ZOOMS, FOCALS, (-0.08, -0.05, -0.02, 0.01, 0.02), strict=True)
        for focus in (1000, 2000, 4000)
    ]
    return LensTable(knots, SENSOR)


def scipy_pchip(x: list[int], y: list[float], at: float) -> float:
    interpolator: Any = PchipInterpolator
    return float(interpolator(np.array(x, float), np.array(y))(at))


MILLIONTHS = st.integers(-5_000_000, 5_000_000).map(lambda millionths: millionths / 1e6)
"""Values as lens tables have them; scipy itself divides by zero near the smallest float."""


@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=8, unique=True),
    st.lists(MILLIONTHS, min_size=8, max_size=8),
    st.floats(0, 1),
)
def test_pchip_is_that_of_scipy(keys: list[int], values: list[float], part: float) -> None:
    x = sorted(keys)
    y = values[: len(x)]
    at = x[0] + (x[-1] - x[0]) * part
    theirs = scipy_pchip(x, y, at)
    assert pchip(x, y, at) == pytest.approx(theirs, abs=1e-9)


def test_at_its_points_the_table_says_what_was_calibrated() -> None:
    table = zoom_table()
    reading = table.reading(2800, 2000)
    assert reading.model == barrel(42.0 * 1.02, -0.02)
    assert reading.entrance_pupil_m == 0.062
    assert reading.calibrated


def test_focal_length_is_monotone_between_points_and_cubic_in_its_logarithm() -> None:
    table = zoom_table()
    focals = [table.reading(zoom, 1000).model.focal_length_mm for zoom in range(1365, 4096, 7)]
    assert all(a < b for a, b in itertools.pairwise(focals))
    log_focal = scipy_pchip(list(ZOOMS), [math.log(focal * 1.01) for focal in FOCALS], 2345)
    assert table.reading(2345, 1000).model.focal_length_mm == pytest.approx(math.exp(log_focal), rel=1e-12)


def test_distortion_is_interpolated_normalised_by_the_focal_length() -> None:
    table = zoom_table()
    model = table.reading(2400, 1000).model
    assert model.radial[0] * model.focal_length_mm**2 == pytest.approx((-0.05 - 0.02) / 2, rel=1e-12)
    assert model.tangential[0] * model.focal_length_mm == pytest.approx(0.001, rel=1e-12)
    assert model.projection_offset_mm == pytest.approx((0.1, -0.05))
    assert len(model.radial) == 1


def test_pupil_and_focus_are_linear() -> None:
    table = zoom_table()
    assert table.reading(2400, 1000).entrance_pupil_m == pytest.approx(0.02 + 0.033)
    at_knots = [table.reading(2000, focus).model.focal_length_mm for focus in (2000, 4000)]
    between = table.reading(2000, 3000).model.focal_length_mm
    assert between == pytest.approx((at_knots[0] * at_knots[1]) ** 0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("zoom", "focus", "held"), [(0, 2000, (1365, 2000)), (9999, 1000, (4095, 1000)), (2000, 5, (2000, 1000))]
)
def test_beyond_the_table_the_last_point_is_held_and_flagged(zoom: int, focus: int, held: tuple[int, int]) -> None:
    table = zoom_table()
    beyond, edge = table.reading(zoom, focus), table.reading(*held)
    assert beyond.model.focal_length_mm == pytest.approx(edge.model.focal_length_mm, rel=1e-12)
    assert not beyond.calibrated
    assert edge.calibrated


def test_overscan_covers_every_lens_in_between() -> None:
    table = zoom_table()
    for zoom in range(1365, 4096, 130):
        for focus in (1000, 1700, 2600, 4000):
            reading = table.reading(zoom, focus)
            assert reading.overscan >= overscan(reading.model, SENSOR) - 1e-6
            assert reading.overscan <= overscan(reading.model, SENSOR) + 0.02


def test_a_prime_lens_needs_no_encoder() -> None:
    table = LensTable([LensKnot(0, 0, LensModel(35.0), 0.04)], SENSOR)
    reading = table.reading(123, 456)
    assert (reading.model, reading.entrance_pupil_m, reading.overscan) == (LensModel(35.0), 0.04, 1.0)
    assert reading.calibrated


def test_focus_marks_of_a_prime_lens() -> None:
    table = LensTable([LensKnot(0, mark, LensModel(35.0 + mark / 100)) for mark in (0, 50, 100)], SENSOR)
    assert table.reading(0, 75).model.focal_length_mm == pytest.approx(35.75, abs=1e-3)
    assert table.reading(999, 75).calibrated
    assert not table.reading(0, 101).calibrated


def test_zooms_may_have_focus_points_of_their_own() -> None:
    table = LensTable(
        [LensKnot(0, 0, LensModel(20.0)), LensKnot(0, 100, LensModel(22.0)), LensKnot(10, 50, LensModel(40.0))], SENSOR
    )
    assert table.reading(5, 100).model.focal_length_mm == pytest.approx((22.0 * 40.0) ** 0.5)


def camera(**lens_points: object) -> Camera:
    return Camera(name="a", source="t", sensor_mm=SENSOR, lens=Lens.model_validate(lens_points))


def test_a_camera_of_the_stage_file_makes_its_table() -> None:
    points = [
        {"zoom_raw": 0, "focal_length_mm": 20.0, "entrance_pupil_m": 0.1},
        {"zoom_raw": 1000, "focal_length_mm": 40.0, "radial": [1e-5]},
    ]
    reading = camera(points=points).lens_table().reading(500, 77)
    assert reading.model.focal_length_mm == pytest.approx(800.0**0.5)
    assert reading.model.radial == pytest.approx((1e-5 * 40**2 / 2 / 800,))
    assert reading.entrance_pupil_m == pytest.approx(0.05)
    assert LensPoint(focal_length_mm=20.0).knot().model == LensModel(20.0)


def test_a_lens_that_makes_no_table_is_refused() -> None:
    with pytest.raises(ValidationError, match="same zoom_raw and focus_raw"):
        camera(points=[{"focal_length_mm": 20.0}, {"focal_length_mm": 30.0}])
    with pytest.raises(ValidationError, match="folds inside the picture"):
        camera(points=[{"focal_length_mm": 20.0, "radial": [-0.01]}])
