"""Frames of a plate's clips, decoded in sequence; jumps start at the preceding keyframe."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from render.layers.video.carrying import PLAIN_FORMATS, is_rgb
from render.layers.video.clip import Clip
from render.layers.video.colour import RGB
from render.layers.video.video import VideoData
from render.pictures.plate_picture import read_plate
from stage.errors import InputError

if TYPE_CHECKING:
    import av

log = logging.getLogger("openstage.render")

BACK_FRAMES = (0, 16, 64, 256)
"""How much earlier each retry of a jump starts: containers seek in decoding order, not in presentation order."""


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """One frame: its number through all clips, its clip, and its planes (Y, Cb, Cr; or G, B, R; or red, green and blue
    light; and alpha) of `sizes_px`, rows from the top without gaps, 8 bit, 16 bit little-endian or 16-bit floats.
    `matrix`, `range_`, `primaries`, `transfer`: H.273 numbers."""

    number: int
    clip: int
    planes: tuple[memoryview, ...]
    sizes_px: tuple[tuple[int, int], ...]
    matrix: int
    range_: int
    primaries: int
    transfer: int

    @property
    def byte_count(self) -> int:
        """Bytes of its planes."""
        return sum(plane.nbytes for plane in self.planes)


class ClipFrames:
    """Decodes one plate's clips; used by one thread only."""

    def __init__(self, data: VideoData) -> None:
        self._data = data
        self._container: av.container.InputContainer | None = None
        self._clip: int | None = None
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._next = 0
        self._faulty: set[Path] = set()
        self._before = [sum(data.timeline.lengths[:clip]) for clip in range(len(data.clips))]

    def up_to(self, number: int) -> Iterator[DecodedFrame]:
        """Frames in the order they are decoded, the last of them `number` (or the nearest the file can give, under
        that number: a damaged frame must not stop a show)."""
        clip, wanted = self._data.timeline.place(number)
        facts = self._data.clips[clip]
        if facts.frames:
            yield self._still(facts, clip, wanted, number)
            return
        self._reach(clip, wanted)
        last: av.VideoFrame | None = None
        for frame in self._frames:
            if frame.pts is None:
                continue
            shown = facts.number(frame.pts)
            self._next = shown + 1
            if shown >= wanted:
                yield self._decoded(frame, clip, number)
                return
            last = frame
            yield self._decoded(frame, clip, self._before[clip] + shown)
        self._clip = None
        if last is not None:
            yield self._decoded(last, clip, number)

    def close(self) -> None:
        """Close the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def _reach(self, clip: int, wanted: int) -> None:
        """Get to where decoding leads to the wanted frame: straight on, or by a jump if a keyframe shortens the way."""
        facts = self._data.clips[clip]
        nearest = _keyframe(facts, wanted)
        if clip == self._clip and self._next <= wanted and nearest <= self._next:
            return
        if clip != self._clip:
            import av

            self.close()
            self._container = av.open(str(facts.path))
            self._container.streams.video[0].thread_type = "AUTO"
            self._clip = clip
        assert self._container is not None
        stream = self._container.streams.video[0]
        for back in BACK_FRAMES:
            target = max(0, nearest - back)
            self._container.seek(facts.stamp(target), stream=stream, backward=True)
            self._frames = _begun(self._container, stream)
            first = next(self._frames, None)
            if first is not None and first.pts is not None and facts.number(first.pts) <= wanted:
                self._frames = _with(first, self._frames)
                return
            if target == 0:
                break
        self._frames = iter(()) if first is None else _with(first, self._frames)

    def _decoded(self, frame: av.VideoFrame, clip: int, number: int) -> DecodedFrame:
        colours = (int(frame.colorspace), int(frame.color_range), int(frame.color_primaries), int(frame.color_trc))
        form = self._data.pixel_format
        if is_rgb(form):
            colours = (RGB, *colours[1:])
        width, height = self._data.size_px
        if frame.format.name != form or (frame.width, frame.height) != (width, height):
            frame = frame.reformat(width=width, height=height, format=form)
        planes = frame.planes if self._data.alpha != "opaque" else frame.planes[:3]
        size, step = 1 if PLAIN_FORMATS[form] == 8 else 2, 2 if self._data.fields else 1
        sizes = tuple([(plane.width, -(-plane.height // step)) for plane in planes])
        return DecodedFrame(number, clip, tuple([_packed(plane, size, step) for plane in planes]), sizes, *colours)

    def _still(self, facts: Clip, clip: int, wanted: int, number: int) -> DecodedFrame:
        """A picture of a sequence; one that cannot be read is clear, which does not stop a show."""
        width, height = self._data.size_px
        try:
            light = read_plate(facts.frames[wanted], self._data.colour_space, alpha=True).radiance
        except InputError as error:
            if facts.path not in self._faulty:
                log.warning("%s; further ones are not named", error)
            self._faulty.add(facts.path)
            light = np.zeros((height, width, 4), np.float16)
        if light.shape[:2] != (height, width):
            light = np.asarray(cv2.resize(light.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA))
        count = 3 if self._data.alpha == "opaque" else 4
        rows = light[:: 2 if self._data.fields else 1].astype(np.float16)
        planes = [np.ascontiguousarray(rows[:, :, channel]).reshape(-1).data.cast("B") for channel in range(count)]
        sizes = tuple([(width, len(rows))] * count)
        return DecodedFrame(number, clip, tuple(planes), sizes, *facts.tags)


def _keyframe(facts: Clip, wanted: int) -> int:
    place = bisect_right(facts.keyframes, wanted)
    return facts.keyframes[place - 1] if place else 0


def _begun(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    """Frames from here on; what cannot be decoded ends the frames, not the show."""
    import av

    try:
        yield from container.decode(stream)
    except av.FFmpegError:
        return


def _with(first: av.VideoFrame, rest: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    yield first
    yield from rest


def _packed(plane: av.video.plane.VideoPlane, value_bytes: int, step: int) -> memoryview:
    """Every `step`th row of the plane without gaps between rows; the decoder's own memory where there are none."""
    row_bytes = plane.width * value_bytes
    content = memoryview(plane)
    if step == 1 and plane.line_size == row_bytes:
        return content[: row_bytes * plane.height]
    rows = np.frombuffer(content, np.uint8).reshape(-1, plane.line_size)[: plane.height : step, :row_bytes]
    return np.ascontiguousarray(rows).reshape(-1).data
