"""Clips are read, decoded exactly, ahead of need and within bounds; what is wrong is said by file and field."""

from __future__ import annotations

import threading
from pathlib import Path

import av
import numpy as np
import pytest

from render.layers.video.carrying import PLAIN_FORMATS
from render.layers.video.clips import DecodedFrame
from render.layers.video.colour import Transfer, video_colour
from render.layers.video.decoder import AHEAD, BEHIND, VideoDecoder
from render.layers.video.screen import screen
from render.layers.video.video import VideoData, read_video
from stage.errors import InputError
from stage.model.layers import VideoLayer
from tests.clips import CODECS, number_of, write_clip


def _read(folder: Path, *files: str, **settings: object) -> VideoData:
    return read_video(VideoLayer.model_validate({"kind": "video", "files": files, **settings}), folder)


def _shown(frame: DecodedFrame | None, data: VideoData) -> int:
    assert frame is not None
    deep = PLAIN_FORMATS[data.pixel_format] > 8
    luma = np.frombuffer(frame.planes[0], np.uint16 if deep else np.uint8).reshape(frame.sizes_px[0][::-1])
    return number_of(luma[len(luma) // 2].astype(float))


@pytest.mark.parametrize("name", list(CODECS))
def test_every_jump_lands_on_its_frame(tmp_path: Path, name: str) -> None:
    write_clip(tmp_path / name)
    write_clip(tmp_path / f"second-{name}", first=101, count=7)
    data = _read(tmp_path, name, f"second-{name}")
    assert data.timeline.lengths == (30, 7)
    numbers = [*range(1, 31), *range(101, 108)]
    decoder = VideoDecoder(data)
    order = [0, 1, 2, 36, 35, 12, 13, 29, 30, 5, 4, 3, 2, 1, 0, 31, 20, 11, 10, 9, *range(37)]
    shown = [_shown(decoder.frame([frame], wait=True), data) for frame in order]
    decoder.close()
    assert shown == [numbers[frame] for frame in order]


def test_frames_to_come_are_decoded_without_being_waited_for(tmp_path: Path) -> None:
    data = _read(tmp_path, write_clip(tmp_path / "h264.mp4").name)
    decoder = VideoDecoder(data)
    decoder.frame(range(10, 18), wait=True)
    decoder.frame([17, 16], wait=True)
    assert decoder.frame([17], wait=False).number == 17  # type: ignore[union-attr]
    late = decoder.frame([25], wait=False)
    assert late is not None
    assert late.number in (17, 25), "the nearest earlier one, or already the right one"
    decoder.close()
    assert not any(thread.name == "video" for thread in threading.enumerate())


def test_what_is_kept_is_bounded_however_long_it_plays(tmp_path: Path) -> None:
    data = _read(tmp_path, write_clip(tmp_path / "dnxhr.mov", count=60, size_px=(256, 128)).name)
    decoder = VideoDecoder(data)
    sizes = []
    for number in range(240):
        frame = decoder.frame(data.timeline.coming(number / 24.0, 1 / 24, AHEAD), wait=True)
        assert frame is not None
        sizes.append(decoder.byte_count)
    decoder.close()
    assert max(sizes) <= (AHEAD + BEHIND + 1) * 256 * 128 * 2
    assert max(sizes[120:]) <= max(sizes[60:120]) * 1.05


@pytest.mark.parametrize("name", ["prores.mov", "h264.mp4", "h265.mp4"])
def test_colours_are_those_of_ffmpegs_own_conversion(tmp_path: Path, name: str) -> None:
    codec, form, options = CODECS[name]
    colours = np.array([[180, 60, 40], [30, 200, 90], [60, 80, 210], [128, 128, 128]], np.uint8)
    picture = np.repeat(np.repeat(colours.reshape(2, 2, 3), 32, axis=0), 32, axis=1)
    with av.open(str(tmp_path / name), "w") as container:
        stream = container.add_stream(codec, rate=24, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, form
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=form)))
        container.mux(stream.encode())
    with av.open(str(tmp_path / name)) as container:
        frame = next(container.decode(video=0))
        expected = frame.to_ndarray(format="rgb24")
    bits = PLAIN_FORMATS[form]
    colour = video_colour(bits, (64, 64), 6, 1, 1, 1)
    kind, codes = (np.uint8, 255.0) if bits == 8 else (np.uint16, 65535.0)
    planes = [
        np.frombuffer(memoryview(plane), kind).reshape(plane.height, -1)[:, : plane.width] for plane in frame.planes
    ]
    for y, x in ((16, 16), (16, 48), (48, 16), (48, 48)):
        ycc = [plane[y * plane.shape[0] // 64, x * plane.shape[1] // 64] / codes for plane in planes]
        assert np.allclose(colour.rgb_from_texture @ [*ycc, 1.0], expected[y, x] / 255.0, atol=0.012)


def test_black_white_and_grey_by_every_matrix_and_range() -> None:
    for bits, codes in ((8, 255.0), (10, 65535.0), (12, 65535.0)):
        for matrix in (1, 5, 9):
            for full in (1, 2):
                low, high = ((16 << (bits - 8)), (235 << (bits - 8))) if full == 1 else (0, (1 << bits) - 1)
                rgb = video_colour(bits, (1920, 1080), matrix, full, 1, 1).rgb_from_texture
                middle = 1 << (bits - 1)
                for level, expected in ((low, 0.0), (high, 1.0)):
                    assert np.allclose(rgb @ [level / codes, middle / codes, middle / codes, 1.0], expected, atol=1e-9)
    assert video_colour(10, (3840, 2160), 9, 1, 9, 16).transfer is Transfer.PQ
    assert np.allclose(video_colour(10, (3840, 2160), 9, 1, 9, 16).primaries.sum(axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("shape", ["card", "cylinder", "dome"])
def test_screens_lie_where_they_are_said_to(shape: str) -> None:
    layer = VideoLayer.model_validate(
        {"kind": "video", "files": ["a"], "shape": shape, "radius_m": 6.0, "height_m": 2.0, "arc_deg": 120.0}
    )
    vertices, triangles = screen(layer, 2.0)
    place, uv = vertices[:, :3], vertices[:, 3:]
    assert triangles.max() < len(vertices)
    left, right = place[uv[:, 0] == 0.0], place[uv[:, 0] == 1.0]
    assert left[:, 0].max() < 0.0 < right[:, 0].min(), "seen from the stage, left is left"
    top, bottom = place[uv[:, 1] == 0.0], place[uv[:, 1] == 1.0]
    if shape == "card":
        assert np.allclose([np.ptp(place[:, 0]), bottom[:, 2].max(), top[:, 2].min()], (6.0, 0.0, 2.0))
    elif shape == "cylinder":
        assert np.allclose(np.hypot(place[:, 0], place[:, 1]), 6.0)
        assert np.allclose((bottom[0, 2], top[0, 2]), (-1.0, 1.0))
    else:
        assert np.allclose(np.linalg.norm(place, axis=1), 6.0)
        assert np.allclose(top[:, 2], 6.0 * np.sin(np.radians(30.0))), "120 degrees across, 60 up and down"
    if shape != "card":
        assert np.allclose(np.degrees(np.arctan2(right[0, 0], right[0, 1])), 60.0)


def test_what_cannot_be_shown_is_refused(tmp_path: Path) -> None:
    write_clip(tmp_path / "h264.mp4", count=3)
    write_clip(tmp_path / "slow-h264.mp4", count=3, rate="12")
    (tmp_path / "bad.mp4").write_bytes(b"no video at all")
    with pytest.raises(InputError, match=r"none\.mov: there is no such file"):
        _read(tmp_path, "none.mov")
    with pytest.raises(InputError, match=r"bad\.mp4.*cannot be read"):
        _read(tmp_path, "bad.mp4")
    with pytest.raises(InputError, match=r"slow-h264\.mp4: frame_rate: has 12 frames/s"):
        _read(tmp_path, "h264.mp4", "slow-h264.mp4")
    assert _read(tmp_path, "h264.mp4", "slow-h264.mp4", frame_rate="25").timeline.rate_hz == 25
    with pytest.raises(InputError, match="frame_rate: fast is not a rate"):
        _read(tmp_path, "h264.mp4", frame_rate="fast")
    with pytest.raises(InputError, match="colour_space"):
        _read(tmp_path, "h264.mp4", colour_space="nonsense")


def test_an_unlike_clip_is_brought_to_the_first_ones_form(tmp_path: Path) -> None:
    write_clip(tmp_path / "h264.mp4", count=3, size_px=(160, 96))
    write_clip(tmp_path / "other-dnxhr.mov", first=50, count=3, size_px=(256, 128))
    data = _read(tmp_path, "h264.mp4", "other-dnxhr.mov")
    assert any("scaled" in entry.why for entry in data.passport)
    decoder = VideoDecoder(data)
    frame = decoder.frame([4], wait=True)
    decoder.close()
    assert frame is not None
    assert frame.sizes_px[0] == (160, 96)
    assert _shown(frame, data) == 51
