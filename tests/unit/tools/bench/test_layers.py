"""The bench of layers: its rows, and that the bare program draws what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.layers.video.video import VideoData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from stage.errors import InputError
from stage.model.stagefile import Quality
from tests.shaders.scene_drawing import pixels_of
from tools.bench.layers.bare_scene import BareDraw, BareScene
from tools.bench.layers.bare_video import BareVideo, bare_screen
from tools.bench.layers.layers import CASES, ahead, layer_figures, medians
from tools.bench.layers.plates import drive

QUAD = np.array(
    [[-1, 0, -1, 0, -1, 0, 0, 0], [1, 0, -1, 0, -1, 0, 1, 0], [1, 0, 1, 0, -1, 0, 1, 1], [-1, 0, 1, 0, -1, 0, 0, 1]],
    np.float32,
)
TRIANGLES = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)


@pytest.fixture
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def test_the_bare_program_draws_each_place_of_an_item(context: moderngl.Context) -> None:
    target = context.framebuffer(context.texture((64, 36), 4, dtype="f4"), context.depth_renderbuffer((64, 36)))
    places = np.stack([np.eye(4), np.eye(4)])
    places[:, :3, 3] = ((-2.0, 8.0, 1.0), (2.0, 8.0, 1.0))
    BareScene(context, [BareDraw(QUAD, TRIANGLES, places=places)], ahead((0.0, 0.0, 1.0))).draw(target)
    lit = np.frombuffer(target.read(components=4, dtype="f4"), np.float32).reshape(36, 64, 4)[18, :, 3] > 0.5
    starts = np.flatnonzero(np.diff(lit.astype(int)) == 1)
    assert len(starts) == 2, "two squares beside each other"


def test_a_row_that_is_not_known_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"no such layer row.*meshes"):
        layer_figures(["voxels"])


def test_a_row_prints_what_it_drew_and_the_ratio() -> None:
    figures = layer_figures(["meshes"], (64, 36), frames=1)["meshes"]
    assert figures["triangles"] > 1000
    assert figures["ratio"] > 0.0
    assert set(CASES) >= {"meshes", "video-4k", "video-4k-still", "sky-clouds", "rain", "cards"}


def test_the_ratio_is_the_median_of_what_each_turn_says() -> None:
    """The third turn was disturbed: in both programs, so its ratio is like the others'."""
    figures = medians([(2.0, 1.6), (2.0, 1.5), (20.0, 16.0)])
    assert figures == {"ms": 2.0, "bare_ms": 1.6, "ratio": 0.8}


def test_the_bare_plate_shows_the_same_frames_as_the_product(context: moderngl.Context, tmp_path: Path) -> None:
    """Where the screen is: behind it the product has a gradient."""
    scene, view, size_px = drive(tmp_path, (1280, 720), frames=4), ahead(), (128, 72)
    (data,) = (layer for layer in scene.layers if isinstance(layer, VideoData))
    target = context.framebuffer(context.texture(size_px, 4, dtype="f4"), context.depth_renderbuffer(size_px))
    real = ScenePass(context, scene, Quality(), Material.LIT)
    bare = BareVideo(context, [bare_screen(data)], view, data.clips[0].path)
    drawn = []
    for number in range(3):
        bare.draw(target)
        plain = pixels_of(target)[..., :3].copy()
        real.draw(target, (0, 0, *size_px), view, Moment(time_s=number / 24))
        drawn.append(pixels_of(target)[..., :3].copy())
        screen = plain.max(axis=-1) > 0.0
        assert screen.mean() > 0.5
        assert np.abs(drawn[-1] - plain)[screen].mean() < 0.003
    assert np.abs(drawn[1] - drawn[0]).mean() > 0.02, "it moves"
    real.release()
