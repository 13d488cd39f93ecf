"""Decodes ahead, in its own thread: drawing never waits for it unless asked to.

The decoder is given the frames needed, in order. It keeps those and a few already shown, within a bound.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from render.layers.video.clips import ClipFrames, DecodedFrame
from render.layers.video.video import VideoData

MOST_BYTES = 512 * 2**20
"""The most bytes of decoded frames that one plate keeps."""
AHEAD = 8
BEHIND = 12
"""Frames kept after they were shown: the outer view shows the set as it was up to this many frames ago."""


class VideoDecoder:
    """One plate's frames."""

    def __init__(self, data: VideoData) -> None:
        self._clips = ClipFrames(data)
        self._changed = threading.Condition()
        self._frames: dict[int, DecodedFrame] = {}
        self._wanted: tuple[int, ...] = ()
        self._closing = False
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="video", daemon=True)
        self._thread.start()

    def frame(self, wanted: Sequence[int], wait: bool) -> DecodedFrame | None:
        """The first of the `wanted` frames; the others are decoded next. If it is missing: with `wait`,
        the frame once decoded, else the nearest earlier one (or the nearest later one, or None). Raises what ended the
        thread."""
        with self._changed:
            if tuple(wanted) != self._wanted:
                self._wanted = tuple(wanted)
                self._changed.notify_all()
            if wait:
                self._changed.wait_for(lambda: self._fault is not None or wanted[0] in self._frames)
            if self._fault is not None:
                raise self._fault
            if wanted[0] in self._frames:
                return self._frames[wanted[0]]
            earlier = [number for number in self._frames if number < wanted[0]]
            nearest = max(earlier) if earlier else min(self._frames, default=None)
            return None if nearest is None else self._frames[nearest]

    @property
    def byte_count(self) -> int:
        """Bytes of decoded frames that are kept."""
        with self._changed:
            return sum(frame.byte_count for frame in self._frames.values())

    def close(self) -> None:
        """End the thread and free the frames."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        self._frames.clear()

    def _run(self) -> None:
        try:
            while (number := self._next_missing()) is not None:
                for frame in self._clips.up_to(number):
                    self._keep(frame)
                    if self._closing:
                        break
        except BaseException as fault:
            with self._changed:
                self._fault = fault
                self._changed.notify_all()
        finally:
            self._clips.close()

    def _next_missing(self) -> int | None:
        """The frame to decode next; waits while all wanted frames are decoded. None when closing."""
        with self._changed:
            while not self._closing:
                for number in self._wanted:
                    if number not in self._frames:
                        return number
                self._changed.wait()
            return None

    def _keep(self, frame: DecodedFrame) -> None:
        with self._changed:
            if frame.number not in self._wanted:
                return
            self._frames.pop(frame.number, None)
            room = max(AHEAD, min(AHEAD + BEHIND, MOST_BYTES // max(1, frame.byte_count)))
            for number in [number for number in self._frames if number not in self._wanted]:
                if len(self._frames) < room:
                    break
                del self._frames[number]
            self._frames[frame.number] = frame
            self._changed.notify_all()
