"""Clips as phones, cameras and compositing write them: turned, untagged, interlaced, RGB, with alpha, as pictures."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from render.layers.video.carrying import PLAIN_FORMATS
from render.layers.video.clips import ClipFrames, DecodedFrame
from render.layers.video.colour import PRIMARIES, Transfer, video_colour
from render.layers.video.video import VideoData, read_video
from render.pictures.dpx import log_light
from render.pictures.plate_picture import read_plate
from stage.errors import InputError
from stage.maths.colour_matrix import rgb_from_rgb
from stage.model.layers import VideoLayer
from tests.clips import write_clip
from tests.unit.render.pictures.exr_files import write_exr

CASES = Path(__file__).parents[4] / "data" / "content"


def _read(folder: Path, *files: str, **settings: object) -> VideoData:
    return read_video(VideoLayer.model_validate({"kind": "video", "files": files, **settings}), folder)


def _said(data: VideoData) -> str:
    return "\n".join(map(str, data.passport))


def _frame(data: VideoData, number: int = 0) -> DecodedFrame:
    frames = ClipFrames(data)
    frame = list(frames.up_to(number))[-1]
    frames.close()
    return frame


def _plane(frame: DecodedFrame, data: VideoData, number: int) -> NDArray[np.generic]:
    kind = np.uint8 if PLAIN_FORMATS[data.pixel_format] == 8 else np.uint16
    return np.frombuffer(frame.planes[number], kind).reshape(frame.sizes_px[number][::-1])


def _encode(path: Path, codec: str, form: str, picture: NDArray[np.uint8], given: str, **options: object) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=24)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = form
        for name, value in options.items():
            setattr(stream.codec_context, name, value)
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format=given).reformat(format=form)))
        container.mux(stream.encode())
    return path


def test_a_phones_clip_is_upright() -> None:
    """640 x 360 turned by 90 degrees: a screen of 9:16, whose upper left shows what the turned picture has there."""
    data = _read(CASES, "rot90.mp4", shape="dome", arc_deg=30.0)
    assert "a rotation of 270 degrees is drawn (it is shown upright)" in _said(data)
    assert data.clips[0].turns == 3
    with av.open(str(CASES / "rot90.mp4")) as container:
        stored = next(container.decode(video=0)).to_ndarray(format="rgb24")
    upright = np.rot90(stored, 3)
    rows = data.vertices
    flat = _read(CASES, "rot90.mp4", shape="card").vertices
    top_left = flat[np.lexsort((flat[:, 0], -flat[:, 2]))[0], 3:]
    u, v = (min(int(share * side), side - 1) for share, side in zip(top_left, (640, 360), strict=True))
    assert (stored[v, u] == upright[0, 0]).all()
    assert np.ptp(rows[:, 2]) > np.ptp(rows[:, 0]), "higher than wide"


def test_wide_plates_without_tags_are_bt709() -> None:
    data = _read(CASES, "wide_untagged.mp4")
    assert "no colour tags is drawn (the stream does not say: taken as BT.709 by its size)" in _said(data)
    tagged = video_colour(8, (1920, 270), 1, 1, 1, 1).rgb_from_texture
    assert (video_colour(8, (1920, 270), 2, 0, 2, 2).rgb_from_texture == tagged).all()
    small = video_colour(8, (720, 576), 2, 0, 2, 2)
    assert (small.rgb_from_texture == video_colour(8, (720, 576), 6, 1, 5, 1).rgb_from_texture).all()
    assert (small.primaries == PRIMARIES[5]).all()


@pytest.mark.parametrize(("number", "gamut"), [(12, "p3-d65"), (9, "rec2020"), (1, "rec709")])
def test_primaries_are_those_of_the_standards(number: int, gamut: str) -> None:
    own = video_colour(10, (1920, 1080), 1, 1, number, 1).primaries
    assert np.allclose(own, rgb_from_rgb(gamut, "rec709"), atol=2e-4)


@pytest.mark.parametrize("number", sorted(PRIMARIES))
def test_white_stays_white(number: int) -> None:
    white = np.array([0.95047, 1.0, 1.08883]) if number == 10 else np.ones(3)
    assert np.allclose(PRIMARIES[number] @ white, 1.0, atol=2e-3)


def test_other_transfers_have_their_own_exponent() -> None:
    shown = [video_colour(10, (1920, 1080), 1, 1, 1, number) for number in (1, 4, 5, 17, 16)]
    assert [colour.exponent for colour in shown[:4]] == [2.4, 2.2, 2.8, 2.6]
    assert shown[4].transfer is Transfer.PQ


@pytest.mark.parametrize(
    ("codec", "name", "form", "carried"),
    [
        ("libx264rgb", "a.mkv", "rgb24", "gbrp"),
        ("ffv1", "a.mkv", "gbrp10le", "gbrp10le"),
        ("png", "a.mov", "rgb24", "gbrp"),
        ("png", "a.mov", "rgba", "gbrap"),
        ("png", "a.mov", "rgb48be", "gbrp16le"),
        ("qtrle", "a.mov", "argb", "gbrap"),
    ],
)
def test_rgb_clips_keep_their_codes(tmp_path: Path, codec: str, name: str, form: str, carried: str) -> None:
    """1920 wide: a matrix guessed by size would change them."""
    rgb = np.zeros((16, 1920, 3), np.uint8)
    rgb[:] = (200, 100, 50)
    _encode(tmp_path / name, codec, form, rgb, "rgb24")
    data = _read(tmp_path, name)
    assert data.pixel_format == carried
    frame = _frame(data)
    bits = PLAIN_FORMATS[carried]
    codes = 255.0 if bits == 8 else 65535.0
    texture = [float(_plane(frame, data, plane)[8, 900]) / codes for plane in range(3)]
    shown = video_colour(bits, data.size_px, frame.matrix, frame.range_, frame.primaries, frame.transfer)
    rgb_shown = shown.rgb_from_texture @ [*texture, 1.0]
    assert np.allclose(rgb_shown * 255.0, (200, 100, 50), atol=1.0)


def test_alpha_of_prores_4444_is_carried(tmp_path: Path) -> None:
    rgba = np.zeros((64, 96, 4), np.uint8)
    rgba[:, :48] = (255, 255, 255, 255)
    rgba[:, 48:] = (255, 255, 255, 64)
    _encode(tmp_path / "a.mov", "prores_ks", "yuva444p10le", rgba, "rgba")
    data = _read(tmp_path, "a.mov")
    frame = _frame(data)
    assert (data.alpha, len(frame.planes)) == ("straight", 4)
    alpha = _plane(frame, data, 3).astype(float) / float((1 << PLAIN_FORMATS[data.pixel_format]) - 1)
    assert alpha[32, 20] == pytest.approx(1.0, abs=0.01)
    assert alpha[32, 80] == pytest.approx(64 / 255, abs=0.01)
    assert "an alpha channel is drawn (it is taken as straight)" in _said(data)
    opaque = _read(tmp_path, "a.mov", alpha="opaque")
    assert len(_frame(opaque).planes) == 3
    assert "an alpha channel is lost" in _said(opaque)


def _interlaced(path: Path) -> Path:
    """Upper field bright, lower field dark: what moves between them would be combs."""
    grey = np.full((64, 96, 3), 40, np.uint8)
    grey[0::2] = 200
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=25, options={"flags": "+ilme+ildct", "top": "1"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 96, 64, "yuv422p", 20_000_000
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24").reformat(format="yuv422p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_interlaced_clips_have_no_combs(tmp_path: Path) -> None:
    data = _read(tmp_path, _interlaced(tmp_path / "i.mkv").name)
    assert data.fields
    frame = _frame(data)
    assert frame.sizes_px[0] == (96, 32)
    luma = _plane(frame, data, 0).astype(float)
    assert np.ptp(luma) < 8, "one field alone"
    assert luma.mean() > 150
    assert "one field of two is shown" in _said(data)
    woven = _read(tmp_path, "i.mkv", interlaced=False)
    assert _frame(woven).sizes_px[0] == (96, 64)
    assert "as interlaced = false says" in _said(woven)


@pytest.mark.parametrize(
    ("tags", "word"),
    [
        ((1, 8, 1), ""),
        ((1, 1, 9), "transfer 9"),
        ((14, 9, 16), "matrix coefficients 14"),
        ((1, 12, 1), ""),
    ],
)
def test_tags_that_are_not_followed_are_said(tmp_path: Path, tags: tuple[int, int, int], word: str) -> None:
    matrix, primaries, transfer = tags
    picture = np.full((64, 64, 3), 90, np.uint8)
    own = {"colorspace": matrix, "color_primaries": primaries, "color_trc": transfer}
    _encode(tmp_path / "a.mp4", "libx264", "yuv420p", picture, "rgb24", **own)
    said = _said(_read(tmp_path, "a.mp4"))
    assert said == "" if not word else word in said


def test_clips_that_cannot_follow_each_other_are_refused(tmp_path: Path) -> None:
    write_clip(tmp_path / "h264.mp4", count=2)
    _encode(tmp_path / "rgb.mkv", "libx264rgb", "rgb24", np.zeros((64, 64, 3), np.uint8), "rgb24")
    cv2.imwrite(str(tmp_path / "p.png"), np.zeros((4, 4, 3), np.uint8))
    (tmp_path / "rot90.mp4").write_bytes((CASES / "rot90.mp4").read_bytes())
    rate = {"frame_rate": "24"}
    with pytest.raises(InputError, match=r"rgb\.mkv: files: is gbrp, the first clip yuv420p"):
        _read(tmp_path, "h264.mp4", "rgb.mkv", **rate)
    with pytest.raises(InputError, match=r"p\.png: files: pictures and clips"):
        _read(tmp_path, "h264.mp4", "p.png", **rate)
    with pytest.raises(InputError, match=r"rot90\.mp4: files: is turned by another angle"):
        _read(tmp_path, "h264.mp4", "rot90.mp4", **rate)


def test_pictures_of_a_sequence_are_its_frames(tmp_path: Path) -> None:
    for number in (1001, 1002, 1004):
        rgba = np.full((4, 6, 4), (number - 1000.0, 0.5, 0.25, 0.5), np.float32)
        write_exr(tmp_path / f"s.{number}.exr", {"RGBA": rgba})
    for pattern in ("s.%04d.exr", "s.####.exr"):
        data = _read(tmp_path, pattern)
        assert data.timeline.total == 4
        assert data.timeline.rate_hz == Fraction(24)
        reds = [np.frombuffer(_frame(data, number).planes[0], np.float16)[0] for number in (0, 1, 2, 3, 1, 0)]
        assert reds == [1.0, 2.0, 2.0, 4.0, 2.0, 1.0], "the missing one shows the one before"
        assert np.frombuffer(_frame(data).planes[3], np.float16)[0] == 0.5
    said = _said(data)
    assert "1 missing frames (1003) is lost (the frame before is shown)" in said
    assert "Set frame_rate" in said
    assert "missing" not in _said(_read(tmp_path, "s.1001.exr"))
    assert "Write s.%04d.exr for all of them" in _said(_read(tmp_path, "s.1001.exr"))
    assert _read(tmp_path, "s.%04d.exr", frame_rate="25").timeline.rate_hz == 25


def test_a_frame_that_cannot_be_read_does_not_stop_the_plate(tmp_path: Path) -> None:
    for number in (1, 2):
        write_exr(tmp_path / f"s{number}.exr", {"RGB": np.full((4, 6, 3), 0.5, np.float32)})
    data = _read(tmp_path, "s%d.exr")
    assert data.alpha == "opaque"
    (tmp_path / "s2.exr").write_bytes(b"cut off")
    assert not np.frombuffer(_frame(data, 1).planes[0], np.float16).any()


def test_patterns_without_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no picture of that pattern"):
        _read(tmp_path, "s.%04d.exr")
    cv2.imwrite(str(tmp_path / "s.0001.png"), np.zeros((4, 4, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "s.9000.png"), np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(InputError, match="2 pictures numbered 1 to 9000"):
        _read(tmp_path, "s.%04d.png")


def _dpx(codes: NDArray[np.uint16], bits: int, transfer: int, order: str) -> bytes:
    height, width, channels = codes.shape
    head = bytearray(2048)
    head[0:4] = b"SDPX" if order == ">" else b"XPDS"
    struct.pack_into(f"{order}I", head, 4, 2048)
    struct.pack_into(f"{order}II", head, 772, width, height)
    struct.pack_into(f"{order}BBBBHHI", head, 800, 50 if channels == 3 else 51, transfer, 2, bits, 1, 0, 2048)
    flat = codes.reshape(height, -1).astype(np.uint32)
    if bits == 10:
        three = np.pad(flat, ((0, 0), (0, -flat.shape[1] % 3))).reshape(height, -1, 3)
        body = ((three[:, :, 0] << 22) | (three[:, :, 1] << 12) | (three[:, :, 2] << 2)).astype(f"{order}u4")
    else:
        values = (flat << 4 if bits == 12 else flat).astype(f"{order}u{1 if bits == 8 else 2}")
        body = values.view(np.uint8)
        body = np.pad(body, ((0, 0), (0, -body.shape[1] % 4)))
    return bytes(head) + body.tobytes()


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("channels", [3, 4])
def test_dpx_of_every_depth(tmp_path: Path, order: str, bits: int, channels: int) -> None:
    codes = np.random.default_rng(bits).integers(0, 1 << bits, (5, 7, channels)).astype(np.uint16)
    (tmp_path / "a.dpx").write_bytes(_dpx(codes, bits, 6, order))
    radiance = read_plate(tmp_path / "a.dpx", None, alpha=False).radiance
    expected = (codes[:, :, :3] / ((1 << bits) - 1)) ** 2.4
    assert np.allclose(radiance[:, :, :3].astype(float), expected, atol=1e-3)


def test_dpx_as_ffmpeg_writes_it_and_as_film(tmp_path: Path) -> None:
    rgb = np.random.default_rng(1).integers(0, 255, (16, 16, 3), np.uint8)
    context = av.CodecContext.create("dpx", "w")
    context.width, context.height, context.pix_fmt, context.time_base = 16, 16, "gbrp10le", Fraction(1, 24)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="gbrp10le")
    content = bytes(context.encode(frame)[0])
    (tmp_path / "a.dpx").write_bytes(content)
    read = read_plate(tmp_path / "a.dpx", "linear", alpha=False).radiance[:, :, :3].astype(float)
    planes = [np.frombuffer(memoryview(plane), "<u2").reshape(16, -1)[:, :16] for plane in frame.planes]
    assert np.allclose(read, np.stack([planes[2], planes[0], planes[1]], axis=2) / 1023.0, atol=5e-4)
    codes = np.full((2, 2, 3), (95, 445, 685), np.uint16)
    (tmp_path / "film.dpx").write_bytes(_dpx(codes, 10, 1, ">"))
    film = read_plate(tmp_path / "film.dpx", None, alpha=False)
    assert film.radiance[0, 0, :3].astype(float) == pytest.approx([0.0, 0.147, 1.0], abs=0.02)
    assert log_light(np.array([685 / 1023], np.float32))[0] == pytest.approx(1.0)
    assert "logarithmic" in str(film.passport[0])


@pytest.mark.parametrize(
    ("place", "value", "word"), [(800, 100, "descriptor 100"), (806, 1, "run-length"), (804, 0, "")]
)
def test_dpx_that_is_packed_otherwise_is_refused(tmp_path: Path, place: int, value: int, word: str) -> None:
    content = bytearray(_dpx(np.zeros((4, 4, 3), np.uint16), 10, 6, ">"))
    struct.pack_into(">B" if place == 800 else ">H", content, place, value)
    (tmp_path / "a.dpx").write_bytes(bytes(content))
    with pytest.raises(InputError, match=word or "packed without gaps"):
        read_plate(tmp_path / "a.dpx", None, alpha=False)
    (tmp_path / "a.dpx").write_bytes(bytes(content[:300]))
    with pytest.raises(InputError):
        read_plate(tmp_path / "a.dpx", None, alpha=False)
