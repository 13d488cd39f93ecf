"""The parallax measure: zero when right, the analytic figure when the pupil is off, blind to pan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.maths.pose import Vector, quaternion_from_pan_tilt_roll, rotation_matrix
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, Validity
from stage.model.wall import ArcWall, Cabinets, FlatWall
from stage.walls.surface import surface_of
from tools.proof.walls.parallax import figures, measure_wall, wall_positions

IMAGE_PX = (1920, 1080)
FOCAL_PX = 20.0 / 24.0 * 1920
WALL = FlatWall(
    kind="flat",
    name="main",
    position_m=(0.0, 4.0, 0.0),
    cabinets=Cabinets(columns=4, rows=1, size_px=(60, 100), pitch_mm=20.0),
)
POSITIONS = wall_positions(surface_of(WALL, Path()))


def camera(position_m: Vector = (0.1, -1.0, 1.0), pan_deg: float = 0.0) -> CameraState:
    turn = quaternion_from_pan_tilt_roll(pan_deg, 2.0, 1.0)
    return CameraState(
        name="A",
        validity=Validity.LIVE,
        position_m=position_m,
        orientation=turn,
        lens=LensState(20.0),
        sensor_mm=(24.0, 13.5),
        sample_number=0,
        sender_counter=0,
        captured_ns=0,
        received_ns=0,
        horizon_ns=0,
    )


def shown_from(eye_m: Vector, true: CameraState, depth_m: float) -> NDArray[np.float32]:
    """A probe picture: what an eye sees of a plane at right angles to the true camera's axis, `depth_m` away."""
    forward = rotation_matrix(true.orientation)[:, 1]
    rays = POSITIONS - np.asarray(eye_m)
    reach = depth_m - (np.asarray(eye_m) - np.asarray(true.position_m)) @ forward
    points = np.asarray(eye_m) + rays * (reach / (rays @ forward))[..., None]
    return np.concatenate([points, np.ones((*points.shape[:2], 1))], axis=-1).astype(np.float32)


def test_wall_positions_are_pixel_centres() -> None:
    assert POSITIONS.shape == (100, 240, 3)
    assert POSITIONS[0, 0] == pytest.approx((-2.39, 4.0, 1.99))
    assert POSITIONS[99, 239] == pytest.approx((2.39, 4.0, 0.01))


def test_wall_positions_of_an_arc_lie_on_its_cabinets() -> None:
    cabinets = Cabinets(columns=8, rows=1, size_px=(20, 30), pitch_mm=20.0)
    arc = surface_of(ArcWall(kind="arc", name="arc", position_m=(0, 3, 0), radius_m=3.0, cabinets=cabinets), Path())
    radius_m = np.linalg.norm(wall_positions(arc)[..., :2], axis=-1)
    assert not np.isnan(radius_m).any()
    assert radius_m.max() < 3.0
    assert radius_m.min() > np.sqrt(9.0 - 0.2**2) - 1e-9


def test_a_right_picture_has_no_error() -> None:
    true = camera()
    result = figures([measure_wall(POSITIONS, shown_from(true.position_m, true, 9.0), true, true.position_m, IMAGE_PX)])
    assert result is not None
    assert result.max < 1e-3
    assert result.analytic_mean == 0.0
    assert result.pixels > 1000


@pytest.mark.parametrize("offset_m", [(0.001, 0.0, 0.0), (0.0, 0.0, 0.005), (0.02, -0.01, 0.004)])
def test_a_wrong_pupil_shows_the_analytic_error(offset_m: Vector) -> None:
    true = camera()
    eye = tuple(np.add(true.position_m, offset_m).tolist())
    result = figures([measure_wall(POSITIONS, shown_from(eye, true, 20.0), true, eye, IMAGE_PX)])
    assert result is not None
    assert result.mean == pytest.approx(result.analytic_mean, rel=0.01)
    assert result.mean > 0.1


def test_one_millimetre_across_is_f_d_times_the_difference_of_inverse_depths() -> None:
    """Square on: every pixel's error is f d (1/Zwall - 1/Zvirtual), design truth 1."""
    true = replace(camera((0.0, -1.0, 1.0)), orientation=(1.0, 0.0, 0.0, 0.0))
    eye = (0.001, -1.0, 1.0)
    error = measure_wall(POSITIONS, shown_from(eye, true, 20.0), true, eye, IMAGE_PX).error_px
    expected = FOCAL_PX * 0.001 * (1 / 5.0 - 1 / 20.0)
    assert np.nanmin(error) == pytest.approx(expected, rel=2e-3)
    assert np.nanmax(error) == pytest.approx(expected, rel=2e-3)


def test_pan_moves_only_the_coverage() -> None:
    true, turned = camera(), camera(pan_deg=12.0)
    shown = shown_from(true.position_m, true, 9.0)
    straight = measure_wall(POSITIONS, shown, true, true.position_m, IMAGE_PX).error_px
    panned = measure_wall(POSITIONS, shown, turned, true.position_m, IMAGE_PX).error_px
    assert np.nanmax(panned) < 1e-3
    assert (np.isnan(straight) != np.isnan(panned)).any()


def test_only_wholly_inner_pixels_count() -> None:
    true = camera()
    shown = shown_from(true.position_m, true, 9.0)
    shown[:, :, 3] = 0.9995  # the feather's last step: the probe shows the outer view there
    assert figures([measure_wall(POSITIONS, shown, true, true.position_m, IMAGE_PX)]) is None


def test_an_edge_in_depth_is_a_silhouette_and_a_corner_of_planes_is_none() -> None:
    true = replace(camera((0.0, -1.0, 1.0)), orientation=(1.0, 0.0, 0.0, 0.0))
    near, far = shown_from(true.position_m, true, 6.0), shown_from(true.position_m, true, 12.0)
    stepped = near.copy()
    stepped[:, 120:] = far[:, 120:]
    edge = measure_wall(POSITIONS, stepped, true, true.position_m, IMAGE_PX).silhouette
    inside = ~np.isnan(measure_wall(POSITIONS, stepped, true, true.position_m, IMAGE_PX).error_px)
    assert edge[inside[:, 118].argmax() + 5, 117:123].any()
    assert not edge[:, :110].any()
    assert not edge[:, 130:].any()
    smooth = measure_wall(POSITIONS, near, true, true.position_m, IMAGE_PX).silhouette
    assert not smooth.any()
