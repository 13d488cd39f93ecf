"""One clip of a plate: its facts from container and first frame, or the pictures of a sequence. IO."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from render.layers.video.carrying import LIGHT, LIGHT_ALPHA, carried_format
from render.pictures.plate_picture import read_plate
from stage.errors import InputError
from stage.files.passport import Passport, PassportEntry, approximated, drawn, lost
from stage.files.sequence import frames_of, is_sequence, pattern_of

if TYPE_CHECKING:
    import av

REMEDY = "Use ProRes, DNxHR, H.264 or H.265 in a .mov, .mp4, .mxf or .mkv that other programs play"
LARGEST_SIDE_PX = 16_384
SEQUENCE_RATE_HZ = Fraction(24)
"""Of pictures, which have no rate."""
PICTURES = (".exr", ".dpx", ".png", ".tif", ".tiff", ".jpg", ".jpeg", ".hdr", ".pfm")


class Tags(NamedTuple):
    """H.273 numbers, and FFmpeg's of the range; 2 (range: 0) = the stream does not say."""

    matrix: int = 2
    range_: int = 0
    primaries: int = 2
    transfer: int = 2


UNTAGGED = Tags()


@dataclass(frozen=True, slots=True)
class Clip:
    """One file. `length` in frames; `keyframes`: frame numbers from which decoding can begin (none known: empty).

    `pixel_format`: the decoder's; `carried`: the one on the way to the card. `turns`: quarter turns counter-clockwise
    that make it upright. `pixel_aspect`: width of a pixel over its height. `frames`: the pictures of a sequence; of a
    missing one the file before."""

    path: Path
    size_px: tuple[int, int]
    length: int
    rate_hz: Fraction
    start: int
    tick_s: Fraction
    keyframes: tuple[int, ...]
    pixel_format: str
    carried: str
    turns: int = 0
    interlaced: bool = False
    tags: Tags = UNTAGGED
    pixel_aspect: Fraction = Fraction(1)
    frames: tuple[Path, ...] = ()
    passport: Passport = ()

    def number(self, stamp: int) -> int:
        """The frame of a time stamp, which counts in `tick_s`."""
        return round((stamp - self.start) * self.tick_s * self.rate_hz)

    def stamp(self, number: int) -> int:
        """The time stamp of a frame."""
        return self.start + round(Fraction(number) / (self.rate_hz * self.tick_s))


def read_clip(path: Path, colour_space: str | None) -> Clip:
    """A clip or a sequence. Raises InputError by file."""
    if is_sequence(path.name) and not path.is_file():
        return _sequence(path, frames_of(path), colour_space)
    if not path.is_file():
        raise InputError(str(path), "", "there is no such file", "Check the path")
    if path.suffix.lower() in PICTURES:
        return _sequence(path, {0: path}, colour_space)
    return _container(path)


def _sequence(path: Path, frames: dict[int, Path], colour_space: str | None) -> Clip:
    if not frames:
        raise InputError(str(path), "", "there is no picture of that pattern", "Check the path and its digits")
    first, last = min(frames), max(frames)
    if last - first >= 10 * len(frames):
        raise InputError(str(path), "", f"has {len(frames)} pictures numbered {first} to {last}", "Check their names")
    plate = read_plate(frames[first], colour_space, alpha=True)
    said, shown = list[PassportEntry](plate.passport), [frames[first]]
    for number in range(first + 1, last + 1):
        shown.append(frames.get(number, shown[-1]))
    missing = [number for number in range(first, last + 1) if number not in frames]
    if missing:
        asks = f"{len(missing)} missing frames ({', '.join(map(str, missing[:8]))}{' ...' if missing[8:] else ''})"
        said.append(lost(path.name, asks, "the frame before is shown", "Render them again"))
    if len(frames) == 1 and (whole := pattern_of(path)) is not None:
        asks, why = "one picture", f"it is one of {whole[1]} frames beside it, and stands still"
        said.append(approximated(path.name, asks, why, f"Write {whole[0]} for all of them"))
    height, width = plate.radiance.shape[:2]
    form = LIGHT_ALPHA if bool((plate.radiance[:, :, 3] < 1.0).any()) else LIGHT
    return Clip(
        path=path,
        size_px=(width, height),
        length=len(shown),
        rate_hz=SEQUENCE_RATE_HZ,
        start=0,
        tick_s=1 / SEQUENCE_RATE_HZ,
        keyframes=tuple(range(len(shown))),
        pixel_format=form,
        carried=form,
        tags=Tags(0, 2, 1, 8),
        frames=tuple(shown),
        passport=tuple(said),
    )


def _container(path: Path) -> Clip:
    import av  # takes 0.3 s to load: only if a set needs it

    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise InputError(str(path), "", "has no video", REMEDY)
            stream = container.streams.video[0]
            rate, tick = stream.average_rate, stream.time_base
            context: av.VideoCodecContext | None = stream.codec_context
            if context is None:  # what wraps FFmpeg leaves it out where it has no decoder
                raise InputError(str(path), "", "is in a codec that is not known", REMEDY)
            size = (context.width, context.height)
            form = context.format
            if rate is None or tick is None or form is None or min(size) < 2 or max(size) > LARGEST_SIDE_PX:
                raise InputError(str(path), "", f"has no frame rate or an impossible size {size}", REMEDY)
            stamps = _stamps(container, stream)
            first = _first_frame(container, stream)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise InputError(str(path), "", f"cannot be read: {error}", REMEDY) from error
    if not stamps or first is None:
        raise InputError(str(path), "", "has no frames", REMEDY)
    rate_hz, tick_s, start = Fraction(rate), Fraction(tick), min(stamp for stamp, _ in stamps)
    keys = [round((stamp - start) * tick_s * rate_hz) for stamp, key in stamps if key]
    alpha = any(component.is_alpha for component in first.format.components)
    bits = max(component.bits for component in first.format.components)
    said = list[PassportEntry]()
    if stream.metadata.get("alpha_mode") == "1" and not alpha:
        why = "this decoder does not give it: the clip is opaque"
        said.append(lost(path.name, "an alpha channel", why, "Export as ProRes 4444"))
    return Clip(
        path=path,
        size_px=size,
        length=len(stamps),
        rate_hz=rate_hz,
        start=start,
        tick_s=tick_s,
        keyframes=tuple(sorted(keys)),
        pixel_format=first.format.name,
        carried=carried_format(first.format.name, first.format.is_rgb or first.format.has_palette, bits, alpha),
        turns=_turns(first, path.name, said),
        interlaced=bool(first.interlaced_frame),
        tags=_tags(first),
        pixel_aspect=_pixel_aspect(stream),
        passport=tuple(said),
    )


def _stamps(container: av.container.InputContainer, stream: av.VideoStream) -> list[tuple[int, bool]]:
    """(presentation time stamp, whether decoding can begin there) of every packet; nothing is decoded."""
    return [
        (packet.pts, packet.is_keyframe)
        for packet in container.demux(stream)
        if packet.pts is not None and packet.size and not packet.is_discard
    ]


def _first_frame(container: av.container.InputContainer, stream: av.VideoStream) -> av.VideoFrame | None:
    """What only a decoded frame says: its rotation, whether it is interlaced, its colours."""
    container.seek(0, stream=stream, backward=True)
    return next(container.decode(stream), None)


def _tags(frame: av.VideoFrame) -> Tags:
    return Tags(int(frame.colorspace), int(frame.color_range), int(frame.color_primaries), int(frame.color_trc))


def _turns(frame: av.VideoFrame, name: str, said: list[PassportEntry]) -> int:
    """Quarter turns; FFmpeg gives degrees counter-clockwise."""
    degrees = float(frame.rotation)
    if degrees % 90.0:
        said.append(
            lost(name, f"a rotation of {degrees:.4g} degrees", "only quarter turns are drawn", "Turn the layer")
        )
    turns = round(degrees / 90.0) % 4
    if turns:
        said.append(drawn(name, f"a rotation of {turns * 90} degrees", "it is shown upright"))
    return turns


def _pixel_aspect(stream: av.VideoStream) -> Fraction:
    given = stream.sample_aspect_ratio
    aspect = Fraction(0) if given is None else Fraction(given)
    return aspect if aspect > 0 else Fraction(1)
