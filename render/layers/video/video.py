"""Process plates: the properties of a video layer's clips, read without decoding them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from render.layers.video.screen import screen
from render.layers.video.time import ClipTimeline
from stage.errors import InputError
from stage.files.passport import Passport, PassportEntry, approximated, drawn
from stage.maths.pose import Vector
from stage.maths.scene_linear import check_colour_space, to_scene_linear
from stage.model.layers import VideoLayer

if TYPE_CHECKING:
    import av

REMEDY = "Use ProRes, DNxHR, H.264 or H.265 in a .mov, .mp4, .mxf or .mkv that other programs play"
PLAIN_FORMATS = {
    "yuv420p": 8, "yuv422p": 8, "yuv444p": 8, "yuvj420p": 8, "yuvj422p": 8, "yuvj444p": 8,
    "yuv420p10le": 10, "yuv422p10le": 10, "yuv444p10le": 10, "yuv420p12le": 12, "yuv422p12le": 12, "yuv444p12le": 12,
}  # fmt: skip
"""Pixel formats that go to the graphics card unchanged, and their bits. Others are converted to DEEP_FORMAT."""
DEEP_FORMAT = "yuv444p10le"
LARGEST_SIDE_PX = 16_384
LUT_SIDE = 65


@dataclass(frozen=True, slots=True)
class Clip:
    """One file. `length` in frames; `keyframes`: frame numbers from which decoding can begin (none known: empty)."""

    path: Path
    size_px: tuple[int, int]
    length: int
    rate_hz: Fraction
    start: int
    tick_s: Fraction
    keyframes: tuple[int, ...]
    pixel_format: str

    def number(self, stamp: int) -> int:
        """The frame of a time stamp, which counts in `tick_s`."""
        return round((stamp - self.start) * self.tick_s * self.rate_hz)

    def stamp(self, number: int) -> int:
        """The time stamp of a frame."""
        return self.start + round(Fraction(number) / (self.rate_hz * self.tick_s))


@dataclass(frozen=True, slots=True)
class VideoData:
    """A plate: its clips, their timeline, and the surface. Every decoded frame is converted to `pixel_format` and
    `size_px`. `lut` (65, 65, 65, 3) float32 [blue, green, red]: light of R'G'B' if a space is named."""

    clips: tuple[Clip, ...]
    timeline: ClipTimeline
    origin_m: Vector
    vertices: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    gain: float = 1.0
    colour_space: str | None = None
    lut: NDArray[np.float32] | None = None
    passport: Passport = ()

    @property
    def animated(self) -> bool:
        """Its picture is a function of scene time."""
        return True

    @property
    def pixel_format(self) -> str:
        """The first clip's, if it can go to the card unchanged."""
        own = self.clips[0].pixel_format
        return own if own in PLAIN_FORMATS else DEEP_FORMAT

    @property
    def size_px(self) -> tuple[int, int]:
        """The first clip's."""
        return self.clips[0].size_px


def read_video(layer: VideoLayer, folder: Path) -> VideoData:
    """A video layer of a scene file. Raises InputError by file and field."""
    clips = tuple([_clip(folder / name) for name in layer.files])
    rate = _rate(layer, clips, folder)
    speed = Fraction(layer.speed).limit_denominator(1_000_000)
    timeline = ClipTimeline(tuple([clip.length for clip in clips]), rate, speed, layer.offset_frames, layer.at_end)
    width, height = clips[0].size_px
    vertices, triangles = screen(layer, width / height)
    lut = _lut(layer, folder)
    return VideoData(
        clips=clips,
        timeline=timeline,
        origin_m=layer.position_m,
        vertices=vertices,
        triangles=triangles,
        gain=layer.gain,
        colour_space=layer.colour_space,
        lut=lut,
        passport=_passport(clips),
    )


def _clip(path: Path) -> Clip:
    import av  # takes 0.3 s to load: only if a set needs it

    if not path.is_file():
        raise InputError(str(path), "", "there is no such file", "Check the path")
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise InputError(str(path), "", "has no video", REMEDY)
            stream = container.streams.video[0]
            rate, tick = stream.average_rate, stream.time_base
            size = (stream.codec_context.width, stream.codec_context.height)
            form = stream.codec_context.format
            if rate is None or tick is None or form is None or min(size) < 2 or max(size) > LARGEST_SIDE_PX:
                raise InputError(str(path), "", f"has no frame rate or an impossible size {size}", REMEDY)
            stamps = _stamps(container, stream)
    except (av.FFmpegError, OSError) as error:
        raise InputError(str(path), "", f"cannot be read: {error}", REMEDY) from error
    if not stamps:
        raise InputError(str(path), "", "has no frames", REMEDY)
    start = min(stamp for stamp, _ in stamps)
    keys = [round((stamp - start) * tick * rate) for stamp, key in stamps if key]
    return Clip(
        path=path,
        size_px=size,
        length=len(stamps),
        rate_hz=rate,
        start=start,
        tick_s=tick,
        keyframes=tuple(sorted(keys)),
        pixel_format=form.name,
    )


def _stamps(container: av.container.InputContainer, stream: av.VideoStream) -> list[tuple[int, bool]]:
    """(presentation time stamp, whether decoding can begin there) of every packet; nothing is decoded."""
    return [
        (packet.pts, packet.is_keyframe)
        for packet in container.demux(stream)
        if packet.pts is not None and packet.size and not packet.is_discard
    ]


def _rate(layer: VideoLayer, clips: tuple[Clip, ...], folder: Path) -> Fraction:
    if layer.frame_rate is not None:
        try:
            rate = Fraction(layer.frame_rate)
        except (ValueError, ZeroDivisionError):
            rate = Fraction(0)
        if not 0 < rate <= 1000:
            raise InputError(str(folder), "frame_rate", f"{layer.frame_rate} is not a rate", "Write 24 or 24000/1001")
        return rate
    for clip in clips[1:]:
        if clip.rate_hz != clips[0].rate_hz:
            raise InputError(
                str(clip.path), "frame_rate", f"has {clip.rate_hz} frames/s, the first clip {clips[0].rate_hz}",
                "Set the frame_rate at which all of them play",
            )  # fmt: skip
    return clips[0].rate_hz


def _lut(layer: VideoLayer, folder: Path) -> NDArray[np.float32] | None:
    """The named colour space as a table, or None for those that are a formula in the shader."""
    if layer.colour_space in (None, "srgb", "linear"):
        return None
    axis = np.linspace(0.0, 1.0, LUT_SIDE, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    try:
        check_colour_space(layer.colour_space)
        light = to_scene_linear(np.stack([red, green, blue], axis=3), layer.colour_space)
    except InputError as error:
        raise InputError(str(folder / layer.files[0]), "colour_space", error.problem, error.remedy) from error
    return np.clip(light, 0.0, 60_000.0)


def _passport(clips: tuple[Clip, ...]) -> Passport:
    entries: list[PassportEntry] = []
    for clip in clips:
        if clip.pixel_format not in PLAIN_FORMATS:
            why = f"is converted to {DEEP_FORMAT} while it plays, which costs time"
            entries.append(drawn(clip.path.name, clip.pixel_format, why))
        if clip.size_px != clips[0].size_px:
            asks, why = f"{clip.size_px[0]} x {clip.size_px[1]} px", f"is scaled to the size of {clips[0].path.name}"
            entries.append(approximated(clip.path.name, asks, why, "Give all clips one size"))
        gaps = np.diff(clip.keyframes)
        if len(gaps) and gaps.max() > 2 * clip.rate_hz:
            asks = f"a keyframe every {gaps.max()} frames"
            entries.append(drawn(clip.path.name, asks, "jumps are slow", "Use ProRes or DNxHR, or more keyframes"))
    return tuple(entries)
