"""Process plates: the properties of a video layer's clips, read without decoding them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.layers.video.carrying import has_alpha, is_light, is_rgb
from render.layers.video.clip import Clip, read_clip
from render.layers.video.clip_passport import clips_passport
from render.layers.video.screen import screen
from render.layers.video.time import ClipTimeline
from stage.errors import InputError
from stage.files.passport import Passport
from stage.maths.pose import Vector
from stage.maths.scene_linear import check_colour_space, to_scene_linear
from stage.model.layers import VideoLayer

LUT_SIDE = 65


@dataclass(frozen=True, slots=True)
class VideoData:
    """A plate: its clips, their timeline, and the surface. Every decoded frame is converted to `pixel_format` and
    `size_px`. `alpha`: what the fourth plane means; `fields`: only the upper field of each frame is shown.
    `lut` (65, 65, 65, 3) float32 [blue, green, red]: light of R'G'B' if a space is named."""

    clips: tuple[Clip, ...]
    timeline: ClipTimeline
    origin_m: Vector
    vertices: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    gain: float = 1.0
    colour_space: str | None = None
    lut: NDArray[np.float32] | None = None
    alpha: Literal["straight", "premultiplied", "opaque"] = "opaque"
    fields: bool = False
    passport: Passport = ()

    @property
    def animated(self) -> bool:
        """Its picture is a function of scene time."""
        return True

    @property
    def pixel_format(self) -> str:
        """The first clip's, as it is carried."""
        return self.clips[0].carried

    @property
    def size_px(self) -> tuple[int, int]:
        """The first clip's."""
        return self.clips[0].size_px


def read_video(layer: VideoLayer, folder: Path) -> VideoData:
    """A video layer of a scene file. Raises InputError by file and field."""
    lut = _lut(layer, folder)
    clips = tuple([read_clip(folder / name, layer.colour_space) for name in layer.files])
    _alike(clips)
    rate = _rate(layer, clips, folder)
    speed = Fraction(layer.speed).limit_denominator(1_000_000)
    timeline = ClipTimeline(tuple([clip.length for clip in clips]), rate, speed, layer.offset_frames, layer.at_end)
    width, height = clips[0].size_px
    aspect = width * float(clips[0].pixel_aspect) / height
    vertices, triangles = screen(layer, 1.0 / aspect if clips[0].turns % 2 else aspect)
    vertices[:, 3:] = _upright(vertices[:, 3:], clips[0].turns)
    fields = any(clip.interlaced for clip in clips) if layer.interlaced is None else layer.interlaced
    return VideoData(
        clips=clips,
        timeline=timeline,
        origin_m=layer.position_m,
        vertices=vertices,
        triangles=triangles,
        gain=layer.gain,
        colour_space=layer.colour_space,
        lut=lut,
        alpha=layer.alpha if has_alpha(clips[0].carried) else "opaque",
        fields=fields,
        passport=clips_passport(clips, layer.colour_space, layer.alpha, fields, layer.frame_rate is not None),
    )


def _upright(uv: NDArray[np.float32], turns: int) -> NDArray[np.float32]:
    """Where the picture that was turned counter-clockwise by quarters shows what of the stored one."""
    u, v = uv[:, 0], uv[:, 1]
    return np.stack(((u, v), (1 - v, u), (1 - u, 1 - v), (v, 1 - u))[turns], axis=1)


def _alike(clips: tuple[Clip, ...]) -> None:
    """Raises InputError where clips cannot follow each other in one plate."""
    first = clips[0]
    for clip in clips[1:]:
        if is_light(clip.carried) != is_light(first.carried):
            raise InputError(
                str(clip.path), "files", "pictures and clips cannot follow each other in one plate",
                "Make two layers, or convert one of them",
            )  # fmt: skip
        if is_rgb(clip.carried) != is_rgb(first.carried):
            raise InputError(
                str(clip.path), "files", f"is {clip.pixel_format}, the first clip {first.pixel_format}",
                "Convert them to one codec",
            )  # fmt: skip
        if clip.turns != first.turns:
            raise InputError(
                str(clip.path), "files", "is turned by another angle than the first clip", "Export them the same way up"
            )


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
    """The named colour space as a table; None for those that are a formula in the shader."""
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
