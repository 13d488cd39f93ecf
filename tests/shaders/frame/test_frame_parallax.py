"""Every wall pixel shows the virtual point that the true camera sees behind it: measured with the probe."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.scene.direct_view import direct_view
from render.view.material import Material
from render.view.view import View
from stage.maths.pose import rotation_matrix
from stage.maths.projection import camera_axes, camera_slopes, perspective
from stage.messages.frames import CameraState
from tests.shaders.small_stage import IMAGE_PX, camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set
from tools.proof.walls.parallax import wall_positions

STAGE = small_stage()
SURFACES = surfaces_of(STAGE)
FOCAL_PX = IMAGE_PX[0] / 2 / np.tan(np.radians(30.0))
TOWARD = {"flat": (0.0, 0.0), "ceiling": (0.0, 45.0), "arc": (-60.0, 0.0), "mesh": (70.0, 0.0)}


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.fixture(scope="module")
def probe(context: moderngl.Context) -> Iterator[Renderer]:
    renderer = Renderer(context, STAGE, SURFACES, box_set(), Material.PROBE)
    yield renderer
    renderer.release()


def errors_px(wall: str, shown: NDArray[np.float32] | NDArray[np.uint8], true: CameraState) -> NDArray[np.float64]:
    """Distance on the true camera's picture between each wholly inner pixel and the point it shows."""
    turn, pupil = rotation_matrix(true.orientation), np.array(true.position_m)
    at, showing = (wall_positions(SURFACES[wall]) - pupil) @ turn, (shown[..., :3] - pupil) @ turn
    film_at, film_showing = (FOCAL_PX * p[..., [0, 2]] / p[..., 1:2] for p in (at, showing))
    filmed = (shown[..., 3] == 1.0) & (at[..., 1] > 0) & (np.abs(film_at) < np.array(IMAGE_PX) / 2).all(axis=-1)
    return np.asarray(np.linalg.norm(film_showing - film_at, axis=-1)[filmed])


@pytest.mark.parametrize("wall", list(TOWARD))
def test_inner_view_is_right_from_any_pupil(probe: Renderer, wall: str) -> None:
    random = np.random.default_rng(3)
    errors = []
    for number in range(8):
        pan, tilt = TOWARD[wall]
        turn = looking(pan + random.uniform(-15, 15), tilt + random.uniform(-10, 10), random.uniform(-20, 20))
        x, y, z = np.array([0.0, -3.0, 1.5]) + random.uniform(-0.5, 0.5, 3)
        true = camera((float(x), float(y), float(z)), turn)
        probe.draw(frame(number, true))
        errors.append(errors_px(wall, probe.readback.wall(wall), true))
    error = np.concatenate(errors)
    assert error.size > 100_000
    assert error.mean() <= 0.01
    assert np.percentile(error, 99) <= 0.05
    assert error.max() <= 1.0


@pytest.mark.parametrize("wall", list(TOWARD))
def test_one_millimetre_is_seen(probe: Renderer, wall: str) -> None:
    drawn, true = camera((0.0, -3.0, 1.5), looking(*TOWARD[wall])), camera((0.001, -3.0, 1.5), looking(*TOWARD[wall]))
    probe.draw(frame(1, drawn))
    assert errors_px(wall, probe.readback.wall(wall), true).mean() > 0.03


def test_orientation_moves_coverage_but_not_the_picture(probe: Renderer) -> None:
    probe.draw(frame(1, camera(orientation=looking(0.0))))
    straight = probe.readback.wall("flat")
    probe.draw(frame(2, camera(orientation=looking(-4.0, 2.0, 3.0))))
    turned = probe.readback.wall("flat")
    both = (straight[..., 3] == 1.0) & (turned[..., 3] == 1.0)
    assert 0.5 < both.mean() < 0.999
    true = camera()
    assert np.abs(errors_px("flat", turned, true)).max() < 0.05
    assert (straight[..., 3] == 1.0).sum() != (turned[..., 3] == 1.0).sum()


@pytest.mark.parametrize("wall", list(TOWARD))
def test_outer_view_is_that_of_the_stage_eye(probe: Renderer, wall: str) -> None:
    probe.draw(frame(1))
    shown = probe.readback.wall(wall)
    eye = np.array(STAGE.stage_eye_m)
    at, showing = wall_positions(SURFACES[wall]) - eye, shown[..., :3].astype(np.float64) - eye
    at, showing = (p / np.linalg.norm(p, axis=-1, keepdims=True) for p in (at, showing))
    assert (shown[..., 3] == 0.0).all()
    assert np.linalg.norm(at - showing, axis=-1).max() < 1e-4, "radians"


def test_direct_view_shows_where_each_ray_lands(probe: Renderer, context: moderngl.Context) -> None:
    true = camera(orientation=looking(20.0, 5.0))
    slopes = camera_slopes(true.sensor_mm, true.lens.focal_length_mm)
    view = View(true.position_m, perspective(true.position_m, camera_axes(true.orientation), slopes))
    shown = direct_view(probe.sets, view, (160, 90))
    seen = (shown[..., :3] - np.array(true.position_m)) @ rotation_matrix(true.orientation)
    across = np.broadcast_to(slopes[0] + (np.arange(160) + 0.5) / 160 * (slopes[1] - slopes[0]), (90, 160))
    up = np.broadcast_to((slopes[3] - (np.arange(90) + 0.5) / 90 * (slopes[3] - slopes[2]))[:, None], (90, 160))
    assert seen[..., 0] / seen[..., 1] == pytest.approx(across, abs=1e-5)
    assert seen[..., 2] / seen[..., 1] == pytest.approx(up, abs=1e-5)


def test_a_camera_behind_a_curved_wall_covers_nothing_of_it(probe: Renderer) -> None:
    middle = SURFACES["arc"].vertices_m.mean(axis=0)
    towards_stage = np.array([0.0, -3.0, 1.5]) - middle
    behind = middle - 3.0 * towards_stage / np.linalg.norm(towards_stage)
    pan = float(np.degrees(np.arctan2(-towards_stage[0], towards_stage[1])))
    probe.draw(frame(1, camera((float(behind[0]), float(behind[1]), 1.5), looking(pan))))
    assert probe.readback.wall("arc")[..., 3].max() == 0.0
