"""Video as it is drawn: the right frame at every time, the right light, where it stands; never waiting when live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.video.video import VideoData, read_video
from render.layers.video.video_pass import VideoPass
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.layer_pass import Setup
from render.view.material import Material
from render.view.moment import Moment
from stage.maths.colour_transfer import hlg_light, pq_nits, srgb_linear
from stage.model.layers import VideoLayer
from stage.model.scene import Ambient, Haze, Sun
from stage.model.stagefile import Quality
from tests.clips import number_of, write_clip
from tests.shaders.scene_drawing import drawn, pixels_of, rays, scene_of, view_from

SIZE_PX = (96, 64)
VIEW = view_from((0.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _data(folder: Path, name: str, **settings: object) -> VideoData:
    """A card of 8 by 6 m, 5 m ahead, that fills the view."""
    values = {"kind": "video", "files": [name], "radius_m": 8.0, "height_m": 6.0, "position_m": (0.0, 5.0, -2.5)}
    return read_video(VideoLayer.model_validate({**values, **settings}), folder)


def _set(data: VideoData) -> SceneData:
    dark = (Sun(radiance=(0.0,) * 3), Ambient(up=(0.0,) * 3, down=(0.0,) * 3), Haze())
    return replace(scene_of((), (), [], light=dark), layers=(data,))


class _Screen:
    """A set drawn at any scene time."""

    def __init__(self, context: moderngl.Context, data: VideoData, exact: bool = True) -> None:
        self._target = context.framebuffer(context.texture(SIZE_PX, 4, dtype="f4"), context.depth_renderbuffer(SIZE_PX))
        self._target.use()
        self._pass = ScenePass(context, _set(data), Quality(), Material.LIT, exact)

    def at(self, time_s: float) -> NDArray[np.float32]:
        self._pass.draw(self._target, (0, 0, *SIZE_PX), VIEW, Moment(time_s=time_s))
        return pixels_of(self._target)

    def release(self) -> None:
        self._pass.release()


def _number(picture: NDArray[np.float32]) -> int:
    """The number on a card of 5 m: its bars are looked up along the view's middle row."""
    ray = rays(VIEW)[SIZE_PX[1] // 2]
    u = ray[:, 0] / ray[:, 1] * 5.0 / 5.0 + 0.5
    return number_of(np.interp((np.arange(256) + 0.5) / 256, u, picture[SIZE_PX[1] // 2, :, 1].astype(float)))


@pytest.mark.parametrize("name", ["prores.mov", "h264.mp4"])
def test_any_time_shows_its_frame_and_the_same_bytes(context: moderngl.Context, tmp_path: Path, name: str) -> None:
    write_clip(tmp_path / name, count=20)
    screen = _Screen(context, _data(tmp_path, name, offset_frames=3, radius_m=5.0))
    times = [number * 1001 / 24000 for number in range(20)]
    first = [screen.at(time_s) for time_s in times]
    assert [_number(picture) for picture in first] == [1 + (number + 3) % 20 for number in range(20)]
    for number in np.random.default_rng(2).permutation(20):
        assert screen.at(times[number]).tobytes() == first[number].tobytes()
    screen.release()


def _grey_clip(path: Path, level: float, primaries: int, transfer: int, matrix: int = 9) -> None:
    """One frame of 10 bit full-range grey, tagged."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"qp": "0"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p10le"
        context = stream.codec_context
        context.color_range, context.color_primaries, context.color_trc, context.colorspace = (
            2,
            primaries,
            transfer,
            matrix,
        )
        frame = av.VideoFrame(64, 64, "yuv420p10le")
        for plane, value in zip(frame.planes, (round(level * 1023), 512, 512), strict=True):
            plane.update(np.full(plane.buffer_size // 2, value, "<u2").tobytes())
        frame.color_range = 2
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.mark.parametrize("level", [0.1, 0.35, 0.6])
def test_grey_is_the_light_its_transfer_says(context: moderngl.Context, tmp_path: Path, level: float) -> None:
    code = round(level * 1023) / 1023
    cases = {
        "709.mp4": (1, 1, code**2.4),
        "srgb.mp4": (1, 13, float(srgb_linear(code))),
        "linear.mp4": (1, 8, code),
        "pq.mp4": (9, 16, float(pq_nits(code)) / 100.0),
        "hlg.mp4": (9, 18, float(hlg_light(np.full(3, code), 1000.0)[0]) * 10.0),
    }
    for name, (primaries, transfer, expected) in cases.items():
        _grey_clip(tmp_path / name, level, primaries, transfer)
        seen = drawn(context, _set(_data(tmp_path, name, gain=2.0)), VIEW)[32, 48, :3]
        assert np.allclose(seen, 2.0 * expected, rtol=0.005), name
    _grey_clip(tmp_path / "named.mp4", level, 1, 1)
    named = drawn(context, _set(_data(tmp_path, "named.mp4", colour_space="ACEScg")), VIEW)[32, 48, :3]
    assert np.allclose(named, code, rtol=0.005), "a named space takes the place of the file's own"


@pytest.mark.parametrize("shape", ["card", "cylinder", "dome"])
def test_a_probe_sees_the_screen_where_it_stands(context: moderngl.Context, tmp_path: Path, shape: str) -> None:
    write_clip(tmp_path / "h264.mp4", count=2)
    data = _data(
        tmp_path, "h264.mp4", shape=shape, position_m=(0.0, 5.0 if shape == "card" else 0.0, 0.0), arc_deg=270.0
    )
    seen = drawn(context, _set(data), VIEW, Material.PROBE)[..., :3]
    there = np.linalg.norm(seen, axis=-1) < 1e3
    assert there.mean() > 0.3
    at = seen[there]
    if shape == "card":
        assert np.allclose(at[:, 1], 5.0, atol=1e-4)
    elif shape == "cylinder":
        assert np.allclose(np.hypot(at[:, 0], at[:, 1]), 8.0, rtol=2e-4)
    else:
        assert np.allclose(np.linalg.norm(at, axis=1), 8.0, rtol=4e-4)
    error = np.cross(at / np.linalg.norm(at, axis=1, keepdims=True), rays(VIEW)[there])
    assert np.abs(error).max() < 2e-6


def test_live_drawing_shows_an_earlier_frame_and_counts_it(context: moderngl.Context, tmp_path: Path) -> None:
    write_clip(tmp_path / "h264.mp4", count=60, size_px=(1280, 720))
    plate = VideoPass(Setup(context, Quality(), Material.LIT, exact=False), _data(tmp_path, "h264.mp4"))
    decoder = plate._decoder
    assert decoder is not None
    first = decoder.frame([0], wait=True)
    decoder.close()  # the slowest decoder there is: none of what comes is there
    assert first is not None
    decoder._frames[0] = first
    for number in (40, 40, 41):
        frame = plate._frame(number * 1001 / 24000)
        assert frame is not None
        assert frame.number == 0
    assert plate.late == 2
    plate.release()
