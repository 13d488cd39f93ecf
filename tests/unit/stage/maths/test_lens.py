"""OpenLensIO and OpenCV agree; the inverse is one; overscan covers the picture."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stage.maths.lens import (
    LensModel,
    OpenCvLens,
    distort,
    field_of_view_deg,
    model_from_opencv,
    opencv_from_model,
    overscan,
    pixels_from_sensor,
    undistort,
    valid_radius_mm,
)
from tests.places import DATA

VECTORS = json.loads((DATA / "lens/openlensio_opencv_vectors.json").read_text())
SENSOR: tuple[float, float] = tuple(VECTORS["sensor_mm"])
SIZE: tuple[int, int] = tuple(VECTORS["opencv"]["image"])
OPENCV = OpenCvLens(
    size_px=SIZE,
    fx_px=VECTORS["opencv"]["fx"],
    fy_px=VECTORS["opencv"]["fy"],
    cx_px=VECTORS["opencv"]["cx"],
    cy_px=VECTORS["opencv"]["cy"],
    radial=tuple(VECTORS["opencv"]["k1_to_k6"]),
    tangential=tuple(VECTORS["opencv"]["p1_p2"]),
)


def vector(field: str) -> NDArray[np.float64]:
    return np.array([point[field] for point in VECTORS["points"]], np.float64)


def corner_mm(sensor_mm: tuple[float, float]) -> NDArray[np.float64]:
    """A grid over the picture to its corners."""
    x, y = np.linspace(-0.5, 0.5, 41) * sensor_mm[0], np.linspace(-0.5, 0.5, 41) * sensor_mm[1]
    return np.stack(np.meshgrid(x, y), axis=-1)


def test_model_of_the_vector() -> None:
    told = VECTORS["openlensio"]
    model = model_from_opencv(OPENCV, SENSOR, centre_px=0.0)
    assert model.focal_length_mm == pytest.approx(told["F_mm"], rel=1e-12)
    assert model.projection_offset_mm == pytest.approx(tuple(told["deltaP_mm"]), rel=1e-12)
    assert model.radial == pytest.approx(tuple(told["radial_k1_to_k6"]), rel=1e-12)
    assert model.tangential == pytest.approx(tuple(told["tangential"]), rel=1e-12)


def test_points_of_the_vector_to_a_billionth_of_a_pixel() -> None:
    model = model_from_opencv(OPENCV, SENSOR, centre_px=0.0)
    ideal = vector("normalised") * model.focal_length_mm
    np.testing.assert_allclose(ideal, vector("undistorted_mm"), atol=1e-12)
    seen = distort(ideal, model.radial, model.tangential)
    np.testing.assert_allclose(seen, vector("distorted_mm"), atol=1e-12)
    pixels = pixels_from_sensor(seen, model.projection_offset_mm, SENSOR, SIZE)
    np.testing.assert_allclose(pixels, vector("pixel"), atol=1e-9)


def test_opencv_projects_to_the_same_pixels() -> None:
    """An independent implementation; it counts from the first pixel's centre, our canvases from its corner."""
    model = model_from_opencv(OPENCV, SENSOR)
    slopes = (np.stack(np.meshgrid(np.linspace(-0.38, 0.38, 21), np.linspace(-0.2, 0.2, 11)), axis=-1)).reshape(-1, 2)
    camera = np.array(
        [[OPENCV.fx_px, 0.0, OPENCV.cx_px], [0.0, OPENCV.fy_px, OPENCV.cy_px], [0.0, 0.0, 1.0]], np.float64
    )
    k = OPENCV.radial
    coefficients = np.array([k[0], k[1], *OPENCV.tangential, k[2], k[3], k[4], k[5]])
    points = np.column_stack([slopes, np.ones(len(slopes))])
    theirs = cv2.projectPoints(points, np.zeros(3), np.zeros(3), camera, coefficients)[0].reshape(-1, 2)
    ours = pixels_from_sensor(
        distort(slopes * model.focal_length_mm, model.radial, model.tangential),
        model.projection_offset_mm,
        SENSOR,
        SIZE,
    )
    np.testing.assert_allclose(ours - 0.5, theirs, atol=1e-9)


def test_there_and_back_between_opencv_and_openlensio() -> None:
    back = opencv_from_model(model_from_opencv(OPENCV, SENSOR), SENSOR, SIZE)
    assert back.size_px == SIZE
    assert (back.fx_px, back.fy_px, back.cx_px, back.cy_px) == pytest.approx((2500.0, 2500.0, 980.0, 560.0))
    assert back.radial == pytest.approx(OPENCV.radial)
    assert back.tangential == pytest.approx(OPENCV.tangential)


@pytest.mark.parametrize(
    "model",
    [
        model_from_opencv(OPENCV, SENSOR),
        LensModel(18.0, radial=(-4e-4,)),
        LensModel(18.0, radial=(8e-4, 0.0, 2e-6)),
        LensModel(12.0, (0.3, -0.2), (-1.2e-3, 0.0, 4e-6), (1e-4, -2e-4)),
    ],
)
def test_undistort_is_the_inverse_to_the_corner(model: LensModel) -> None:
    picture = corner_mm(SENSOR) - np.asarray(model.projection_offset_mm)
    ideal = undistort(picture, model.radial, model.tangential)
    assert np.abs(distort(ideal, model.radial, model.tangential) - picture).max() <= 1e-6
    again = undistort(distort(ideal, model.radial, model.tangential), model.radial, model.tangential)
    assert np.abs(again - ideal).max() <= 1e-6


k1 = st.floats(-6e-4, 2e-3)
p = st.floats(-1e-4, 1e-4)


@given(k1, st.floats(-3e-4, 3e-4), p, p)
def test_undistort_is_the_inverse_for_any_usual_lens(k_1: float, k_2: float, p_1: float, p_2: float) -> None:
    radial, tangential = (k_1, k_2), (p_1, p_2)
    limit = min(valid_radius_mm(radial), math.hypot(*SENSOR) / 2)
    ideal = corner_mm(SENSOR) * 0.8 * min(1.0, limit / (math.hypot(*SENSOR) / 2))
    seen = distort(ideal, radial, tangential)
    assert np.abs(undistort(seen, radial, tangential) - ideal).max() <= 1e-6


def test_no_distortion_is_left_alone() -> None:
    picture = corner_mm(SENSOR)
    np.testing.assert_array_equal(undistort(picture, (), ()), picture)
    np.testing.assert_array_equal(distort(picture, (0.0,), ()), picture)
    assert overscan(LensModel(35.0, (0.4, 0.1)), SENSOR) == 1.0


def test_beyond_the_fold_there_is_no_answer() -> None:
    """r (1 - a r^2) grows up to r = 1 / sqrt(3 a), where the picture ends at 2/3 of that radius."""
    radial = (-0.003,)
    fold_mm = 1.0 / math.sqrt(3 * 0.003)
    assert valid_radius_mm(radial) == pytest.approx(fold_mm, rel=1e-9)
    edge_mm = fold_mm * 2 / 3
    inside, outside = undistort(np.array([[edge_mm * 0.999, 0.0], [edge_mm * 1.001, 0.0]]), radial, ())
    assert edge_mm * 0.999 < inside[0] < fold_mm
    assert np.isnan(outside).all()
    with pytest.raises(ValueError, match="folds inside the picture"):
        overscan(LensModel(18.0, radial=radial), SENSOR)


def test_a_pole_of_the_denominator_ends_the_valid_radius() -> None:
    assert valid_radius_mm((0.0, -0.01)) == pytest.approx(10.0)
    assert valid_radius_mm((1e-3,)) == math.inf
    assert valid_radius_mm(()) == math.inf


def test_overscan_of_barrel_lenses_by_hand() -> None:
    """Without an offset the corner decides: the undistorted corner's x and y, each against its half side."""
    radial = (-5e-4,)
    corner = undistort(np.array([SENSOR]) / 2, radial, ())[0]
    assert overscan(LensModel(18.0, radial=radial), SENSOR) == pytest.approx(2 * corner[0] / SENSOR[0], rel=1e-12)
    assert overscan(LensModel(18.0, radial=(5e-4,)), SENSOR) == 1.0


@given(st.floats(-8e-4, 8e-4), st.floats(0.0, 2e-4))
def test_overscan_is_at_least_one_and_falls_with_k1(k_1: float, more: float) -> None:
    def factor(k: float) -> float:
        return overscan(LensModel(18.0, (0.1, 0.05), (k,)), SENSOR)

    assert factor(k_1) >= factor(k_1 + more) - 1e-9
    assert factor(k_1 + more) >= 1.0


def test_what_the_lens_shows_lies_inside_the_overscanned_picture() -> None:
    model = model_from_opencv(OPENCV, SENSOR)
    factor = overscan(model, SENSOR)
    offset = np.asarray(model.projection_offset_mm)
    ideal = undistort(corner_mm(SENSOR) - offset, model.radial, model.tangential) + offset
    assert (np.abs(ideal) <= np.asarray(SENSOR) / 2 * factor + 1e-9).all()
    assert 1.0 < factor < 1.2


@pytest.mark.parametrize(("width_mm", "focal_mm", "degrees"), [(36.0, 50.0, 39.5978), (36.0, 18.0, 90.0)])
def test_field_of_view(width_mm: float, focal_mm: float, degrees: float) -> None:
    assert field_of_view_deg(width_mm, focal_mm) == pytest.approx(degrees, abs=1e-4)
