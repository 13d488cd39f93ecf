"""Clips and sequences with alpha as they are drawn: the set shines through; light without alpha is added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.layers.video.video import VideoData, read_video
from render.scene.scene_data import SceneData
from stage.maths.colour_transfer import srgb_signal
from stage.model.layers import VideoLayer
from stage.model.scene import Ambient, Haze, Sun
from tests.shaders.scene_drawing import drawn, scene_of, view_from
from tests.unit.render.pictures.exr_files import write_exr

VIEW = view_from((0.0, 0.0, 0.0))
SKY = (0.2, 0.4, 0.8)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _data(folder: Path, name: str, **settings: object) -> VideoData:
    values = {"kind": "video", "files": [name], "radius_m": 8.0, "height_m": 6.0, "position_m": (0.0, 5.0, -2.5)}
    return read_video(VideoLayer.model_validate({**values, **settings}), folder)


def _seen(context: moderngl.Context, data: VideoData) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The middle of the plate before a background of one colour."""
    light = (Sun(radiance=(0.0,) * 3), Ambient(up=SKY, down=SKY), Haze())
    own: SceneData = replace(scene_of((), (), [], light=light), layers=(data,))
    return drawn(context, own, VIEW)[32, 48, :3]


def _clip(path: Path, code: int, alpha: int) -> None:
    rgba = np.full((64, 64, 4), (code, code, code, alpha), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("png", rate=24)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgba"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(rgba, format="rgba")))
        container.mux(stream.encode())


@pytest.mark.parametrize("code", [0, 120, 255])
@pytest.mark.parametrize("alpha", [0, 64, 255])
def test_the_set_shines_through_a_clip(context: moderngl.Context, tmp_path: Path, code: int, alpha: int) -> None:
    _clip(tmp_path / "a.mov", code, alpha)
    empty = np.array(_seen(context, _data(tmp_path, "a.mov", gain=0.0, alpha="straight")))
    through = np.array(SKY) * (1 - alpha / 255)
    assert np.allclose(empty, through, atol=2e-3)
    straight = _seen(context, _data(tmp_path, "a.mov"))
    assert np.allclose(straight, through + (code / 255) ** 2.4 * alpha / 255, atol=3e-3)
    opaque = _seen(context, _data(tmp_path, "a.mov", alpha="opaque"))
    assert np.allclose(opaque, (code / 255) ** 2.4, atol=3e-3)


def test_premultiplied_codes_are_divided_before_they_become_light(context: moderngl.Context, tmp_path: Path) -> None:
    """White at a half of alpha is code 128 in such a clip; it must not be taken for dark grey."""
    _clip(tmp_path / "a.mov", 128, 128)
    seen = _seen(context, _data(tmp_path, "a.mov", alpha="premultiplied"))
    assert np.allclose(seen, np.array(SKY) * (1 - 128 / 255) + 128 / 255, atol=4e-3)
    named = _seen(context, _data(tmp_path, "a.mov", alpha="premultiplied", colour_space="srgb"))
    assert np.allclose(named, seen, atol=4e-3)
    assert float(srgb_signal(1.0)) == pytest.approx(1.0)


def test_a_sequence_of_flames_adds_its_light(context: moderngl.Context, tmp_path: Path) -> None:
    for number, alpha in ((1, 0.0), (2, 0.5)):
        rgba = np.full((32, 32, 4), (3.0, 1.0, 0.5, alpha), np.float32)
        write_exr(tmp_path / f"f.{number:03d}.exr", {"RGBA": rgba})
    glow = _seen(context, _data(tmp_path, "f.%03d.exr"))
    assert np.allclose(glow, np.add(SKY, (3.0, 1.0, 0.5)), rtol=3e-3)
    later = _seen(context, _data(tmp_path, "f.%03d.exr", offset_frames=1))
    assert np.allclose(later, np.array(SKY) * 0.5 + (3.0, 1.0, 0.5), rtol=3e-3)
