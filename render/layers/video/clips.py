"""Frames of a plate's clips, decoded in sequence; jumps start at the preceding keyframe."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from render.layers.video.video import PLAIN_FORMATS, Clip, VideoData

if TYPE_CHECKING:
    import av

BACK_FRAMES = (0, 16, 64, 256)
"""How much earlier each retry of a jump starts: containers seek in decoding order, not in presentation order."""


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """One frame: its number through all clips, its clip, and three planes (Y, Cb, Cr) of `sizes_px`, rows from the
    top without gaps, 8 bit or 16 bit little-endian. `matrix`, `range_`, `primaries`, `transfer`: H.273 numbers."""

    number: int
    clip: int
    planes: tuple[memoryview, memoryview, memoryview]
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
        self._before = [sum(data.timeline.lengths[:clip]) for clip in range(len(data.clips))]

    def up_to(self, number: int) -> Iterator[DecodedFrame]:
        """Frames in the order they are decoded, the last of them `number` (or the nearest the file can give, under
        that number: a damaged frame must not stop a show)."""
        clip, wanted = self._data.timeline.place(number)
        self._reach(clip, wanted)
        facts = self._data.clips[clip]
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
        width, height = self._data.size_px
        if frame.format.name != self._data.pixel_format or (frame.width, frame.height) != (width, height):
            frame = frame.reformat(width=width, height=height, format=self._data.pixel_format)
        y, cb, cr = frame.planes[:3]
        sizes = tuple([(plane.width, plane.height) for plane in (y, cb, cr)])
        size = 1 if PLAIN_FORMATS[self._data.pixel_format] == 8 else 2
        return DecodedFrame(number, clip, (_packed(y, size), _packed(cb, size), _packed(cr, size)), sizes, *colours)


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


def _packed(plane: av.video.plane.VideoPlane, value_bytes: int) -> memoryview:
    """The plane's bytes without gaps between rows; the decoder's own memory where there are none."""
    row_bytes = plane.width * value_bytes
    content = memoryview(plane)
    if plane.line_size == row_bytes:
        return content[: row_bytes * plane.height]
    rows = np.frombuffer(content, np.uint8).reshape(-1, plane.line_size)[: plane.height, :row_bytes]
    return np.ascontiguousarray(rows).reshape(-1).data
