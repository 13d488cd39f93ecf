"""A lens as OpenCV or Unreal writes it becomes the same lens in OpenLensIO's terms."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from stage.maths.lens import distort, pixels_from_sensor
from stage.model.camera import Camera

SENSOR = (14.4, 8.1)
OPENCV = {"size_px": [1920, 1080], "fx_px": 2500, "fy_px": 2500, "cx_px": 980, "cy_px": 560,
          "dist": [-0.185, 0.484, -0.00706, -0.00572, -0.1, 0.01, -0.02, 0.003]}  # fmt: skip


def camera(point: dict[str, Any], sensor_mm: tuple[float, float] = SENSOR) -> Camera:
    return Camera.model_validate({"name": "a", "source": "s", "sensor_mm": sensor_mm, "lens": {"points": [point]}})


def test_opencv_puts_every_point_where_opencv_does() -> None:
    point = camera({"opencv": OPENCV, "entrance_pupil_m": 0.1}).lens.points[0]
    assert (point.entrance_pupil_m, point.opencv) == (0.1, None)
    matrix = np.array([[2500.0, 0, 980], [0, 2500, 560], [0, 0, 1]])
    ahead = np.array([[0.35, 0.2, 1.0], [-0.3, 0.1, 1.0], [0.0, -0.2, 1.0]])
    theirs, _ = cv2.projectPoints(ahead, np.zeros(3), np.zeros(3), matrix, np.array(OPENCV["dist"], np.float64))
    on_sensor = distort(ahead[:, :2] * point.focal_length_mm, point.radial, point.tangential)
    ours = pixels_from_sensor(on_sensor, point.projection_offset_mm, SENSOR, (1920, 1080))
    assert ours - 0.5 == pytest.approx(theirs.reshape(-1, 2), abs=1e-6), "OpenCV counts from the first pixel's middle"


def test_the_published_vector() -> None:
    point = camera({"opencv": OPENCV}).lens.points[0]
    assert point.focal_length_mm == pytest.approx(18.75)
    assert point.radial[:3] == pytest.approx((-5.262222e-4, 2.844444e-5, 3.915978e-6), rel=1e-6)
    assert point.tangential == pytest.approx((-3.765333e-4, -3.050667e-4), rel=1e-6)


def test_unreal_is_opencv_in_shares_of_the_picture() -> None:
    plain = {**OPENCV, "dist": [-0.185, 0.484, -0.00706, -0.00572, -0.1]}
    unreal = {"fx": 2500 / 1920, "fy": 2500 / 1080, "cx": 980.5 / 1920, "cy": 560.5 / 1080,
              "k": [-0.185, 0.484, -0.1], "p": [-0.00706, -0.00572]}  # fmt: skip
    first, second = (camera({name: form}).lens.points[0] for name, form in (("opencv", plain), ("unreal", unreal)))
    assert second.focal_length_mm == pytest.approx(first.focal_length_mm)
    assert second.projection_offset_mm == pytest.approx(first.projection_offset_mm)
    assert second.radial == pytest.approx(first.radial)
    assert second.tangential == pytest.approx(first.tangential)


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ({}, "needs focal_length_mm"),
        ({"opencv": OPENCV, "focal_length_mm": 20.0}, "give the lens once"),
        ({"opencv": OPENCV, "unreal": {"fx": 1.3}}, "give the lens once"),
        ({"opencv": OPENCV, "radial": [0.1]}, "give the lens once"),
        ({"focal_length_mm": 0.0}, "greater than 0"),
        ({"opencv": {**OPENCV, "dist": [0.1] * 9}}, "at most 8"),
    ],
)
def test_a_lens_is_given_once_and_whole(point: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        camera(point)
