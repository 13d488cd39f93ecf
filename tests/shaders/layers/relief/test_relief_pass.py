"""Reliefs as they are drawn: the depth map where it was seen from, no holes beside it, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.layers.relief.relief import read_relief
from render.scene.scene_data import SceneData
from render.view.material import Material
from render.view.view import View
from stage.maths.pose import Vector
from stage.maths.projection import camera_axes, perspective
from stage.model.layers import ReliefLayer
from stage.model.scene import Ambient, Haze, Sun
from tests.shaders.scene_drawing import drawn, rays, scene_of

SIZE_PX = (120, 80)
POST = slice(50, 70)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _post(folder: Path) -> SceneData:
    """A blue wall 10 m away, a red post 3 m away before it, seen with 60 degrees."""
    depth = np.full(SIZE_PX[::-1], 10.0, np.float32)
    picture = np.full((*SIZE_PX[::-1], 3), (255, 0, 0), np.uint8)
    depth[:, POST], picture[:, POST] = 3.0, (0, 0, 255)
    cv2.imwrite(str(folder / "p.png"), picture)
    cv2.imwrite(str(folder / "z.tif"), depth)
    layer = ReliefLayer(kind="relief", file="p.png", depth_file="z.tif")
    dark = (Sun(radiance=(0.0,) * 3), Ambient(up=(0.0,) * 3, down=(0.0,) * 3), Haze())
    return replace(scene_of((), (), [], light=dark), layers=(read_relief(layer, folder),))


def _view(eye_m: Vector, narrow: float = 0.8) -> View:
    half = float(np.tan(np.radians(30.0))) * narrow
    return View(eye_m, perspective(eye_m, camera_axes((1.0, 0.0, 0.0, 0.0)), (-half, half, -half / 1.5, half / 1.5)))


def test_from_its_own_place_a_probe_sees_the_depth_map(context: moderngl.Context, tmp_path: Path) -> None:
    view = _view((0.0, 0.0, 0.0))
    seen = drawn(context, _post(tmp_path), view, Material.PROBE, size_px=SIZE_PX)[..., :3]
    slope = rays(view, SIZE_PX)
    column = (slope[..., 0] / slope[..., 1] / np.tan(np.radians(30.0)) + 1.0) / 2.0 * SIZE_PX[0]
    on_post = (column > 50.6) & (column < 69.4)
    beside = (column < 49.4) | (column > 70.6)
    assert np.allclose(seen[on_post][:, 1], 3.0, atol=1e-4)
    assert np.allclose(seen[beside][:, 1], 10.0, atol=1e-4)


@pytest.mark.parametrize("eye_m", [(0.3, 0.0, 0.0), (-0.3, 0.1, 0.1), (0.0, 0.2, -0.2)])
def test_beside_it_there_is_no_hole_no_rubber_and_no_halo(
    context: moderngl.Context, tmp_path: Path, eye_m: Vector
) -> None:
    scene, view = _post(tmp_path), _view(eye_m, 0.6)
    seen = drawn(context, scene, view, size_px=SIZE_PX)[..., :3]
    place = drawn(context, scene, view, Material.PROBE, size_px=SIZE_PX)[..., 1]
    assert (np.isclose(place, 3.0, atol=1e-3) | np.isclose(place, 10.0, atol=1e-3)).all()
    red, blue = np.isclose(seen, (1, 0, 0), atol=0.02).all(axis=-1), np.isclose(seen, (0, 0, 1), atol=0.02).all(axis=-1)
    assert (red | blue).all()
    assert np.array_equal(red, np.isclose(place, 3.0, atol=1e-3))
    assert red.mean() > 0.1
    assert blue.mean() > 0.1


def test_it_is_drawn_the_same_every_time(context: moderngl.Context, tmp_path: Path) -> None:
    scene = _post(tmp_path)
    first = drawn(context, scene, _view((0.2, 0.0, 0.0)), size_px=SIZE_PX)
    drawn(context, scene, _view((-0.2, 0.0, 0.3)), size_px=SIZE_PX)
    assert drawn(context, scene, _view((0.2, 0.0, 0.0)), size_px=SIZE_PX).tobytes() == first.tobytes()
