"""Highlights on bumps do not sparkle when the camera moves a millimetre a frame."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial, PictureUse
from render.pictures.picture import Picture
from render.scene.scene_data import SceneData
from stage.model.look import Look
from stage.model.scene import Ambient, Haze, Sun
from tests.shaders.scene_drawing import drawn, scene_of, view_from
from tests.shaders.spheres import ground

SIZE_PX, FINER, FRAMES = (96, 64), 6, 4
BRIGHTEST_SEEN = 4.0


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def bumps() -> Picture:
    """Waves of 2 x 2 periods as a normal map."""
    y, x = np.mgrid[0:64, 0:64] / 64 * 4 * np.pi
    normal = np.stack([0.6 * np.cos(x) * np.sin(y), 0.6 * np.sin(x) * np.cos(y), np.ones_like(x)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    codes = np.full((64, 64, 4), 255, np.uint8)
    codes[..., :3] = np.round(normal * 127.5 + 127.5)
    return Picture(codes, linear=True)


def shining_ground() -> SceneData:
    """A smooth ground of small bumps in a low sun, seen against it; a bump is smaller than a pixel beyond 20 m."""
    part = ground(half_m=60.0)
    part.vertices[:, 6:8] = part.vertices[:, :2]
    light = (Sun(pan_deg=0.0, elevation_deg=20.0, radiance=(1.0, 1.0, 1.0)), Ambient(), Haze())
    material = MeshMaterial((0.2, 0.2, 0.2, 1.0), roughness=0.15, normal=PictureUse(0))
    return scene_of((part,), (material,), [(0, np.eye(4))], (bumps(),), light=light)


def dolly(context: moderngl.Context, finer: int) -> NDArray[np.float32]:
    """(frames, h, w) what each frame shows, each pixel the mean of `finer` squared, as bright as a wall can show."""
    width, height = SIZE_PX
    frames = []
    for number in range(FRAMES):
        view = view_from((0.001 * number, 0.0, 1.6), tilt_deg=-4.0)
        picture = drawn(context, shining_ground(), view, look=Look(), size_px=(width * finer, height * finer))
        parts = picture[..., 0].reshape(height, finer, width, finer)
        frames.append(np.minimum(parts, 20.0).mean(axis=(1, 3)))
    return np.minimum(np.array(frames, np.float32), np.float32(BRIGHTEST_SEEN))


def test_highlights_change_from_frame_to_frame_no_more_than_the_truth_does(context: moderngl.Context) -> None:
    plain, truth = dolly(context, 1), dolly(context, FINER)
    change, true_change = (float(np.abs(np.diff(frames, axis=0)).mean()) for frames in (plain, truth))
    assert true_change > 1e-4, "something moves"
    assert change <= 1.5 * true_change
    far = slice(20, 34)
    assert plain[:, far].mean() == pytest.approx(truth[:, far].mean(), rel=0.25), "the light is spread, not lost"
