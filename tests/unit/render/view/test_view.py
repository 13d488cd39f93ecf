"""A view's rows, planes and directions, against 4 x 4 matrices."""

from __future__ import annotations

import numpy as np
import pytest

from render.view.view import View
from stage.errors import GraphicsError
from stage.maths.pose import quaternion_from_pan_tilt_roll
from stage.maths.projection import camera_axes, perspective


def _random_views() -> list[View]:
    random = np.random.default_rng(5)
    views = []
    for _ in range(20):
        pan, tilt, roll = random.uniform(-180, 180), random.uniform(-89, 89), random.uniform(-180, 180)
        x, y, z = random.uniform(-20.0, 20.0, 3).tolist()
        left, lower = random.uniform(-1.5, 0.5, 2).tolist()
        width, height = random.uniform(0.1, 2.0, 2).tolist()
        axes = camera_axes(quaternion_from_pan_tilt_roll(pan, tilt, roll))
        eye = (x, y, z)
        views.append(View(eye, perspective(eye, axes, (left, left + width, lower, lower + height))))
    return views


@pytest.mark.parametrize("view", _random_views())
def test_rows_and_planes_say_what_the_matrix_says(view: View) -> None:
    random = np.random.default_rng(9)
    offset = random.normal(size=(500, 3)) * 10.0
    matrix = np.array(view.clip_from_stage).reshape(4, 4).T
    clip = np.concatenate([offset + view.eye_m, np.ones((500, 1))], axis=1) @ matrix.T
    assert np.allclose(offset @ np.array(view.clip_rows()).T, clip[:, [0, 1, 3]], atol=1e-9)
    depth = np.array(view.depth_row())
    assert np.allclose(offset @ depth[:3] + depth[3], clip[:, 2], atol=1e-9)
    x, y, w = clip[:, 0], clip[:, 1], clip[:, 3]
    clear = np.minimum(np.abs(np.abs(x) - np.abs(w)), np.abs(np.abs(y) - np.abs(w))) > 1e-6
    inside = (np.abs(x) < w) & (np.abs(y) < w)
    assert np.array_equal((offset @ np.array(view.planes()).T > 0.0).all(axis=1)[clear], inside[clear])


@pytest.mark.parametrize("view", _random_views())
def test_directions_lead_to_the_point_of_the_picture_they_came_from(view: View) -> None:
    points = np.random.default_rng(2).uniform(-1.0, 1.0, (50, 2))
    directions = np.concatenate([points, np.ones((50, 1))], axis=1) @ np.array(view.direction_rows()).T
    clip = directions @ np.array(view.clip_rows()).T
    assert (clip[:, 2] > 0.0).all()
    assert np.allclose(clip[:, :2] / clip[:, 2:], points, atol=1e-12)


def test_a_projection_onto_nothing_is_refused() -> None:
    with pytest.raises(GraphicsError, match="no projection"):
        View((0.0, 0.0, 0.0), (0.0,) * 16).direction_rows()
