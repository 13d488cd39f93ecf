"""Movies of frames drawn again: ProRes, DNxHR or H.264, one picture for every frame number, with time code. IO; PyAV.

Full-range R'G'B' codes become Y'CbCr of BT.709 in video range, which players and editors expect; what the wall carried
to the last bit is in PNGs. A frame that is missing in the take repeats the one before, so a movie's n-th picture is
always frame `first + n`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from stage.errors import InputError

SHORTEST_PX = {"dnxhr": 256}
"""DNxHR has no smaller pictures."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How a kind of movie is written: FFmpeg's encoder, its options, the pictures it takes, the file's ending."""

    encoder: str
    pixels: str
    ending: str
    options: dict[str, str]


CODECS: dict[str, Codec] = {
    "prores": Codec("prores_ks", "yuv422p10le", ".mov", {"profile": "hq", "vendor": "apl0"}),
    "prores4444": Codec("prores_ks", "yuv444p10le", ".mov", {"profile": "4444", "vendor": "apl0"}),
    "dnxhr": Codec("dnxhd", "yuv422p10le", ".mov", {"profile": "dnxhr_hqx"}),
    "h264": Codec("libx264", "yuv420p", ".mp4", {"crf": "18", "preset": "fast", "bf": "0"}),
}


class Movie:
    """A movie being written; it has its name only once it is whole. Raises InputError where it cannot be written."""

    def __init__(self, path: Path, kind: str, rate: Fraction, timecode: str) -> None:
        self._path, self._codec, self._rate, self._timecode = path, CODECS[kind], rate, timecode
        self._kind = kind
        self._fresh = path.with_name(f"{path.stem}.new{path.suffix}")
        self._file: Any = None
        self._stream: Any = None
        self._last: Any = None
        self.count = 0

    def write(self, number: int, rgb: NDArray[np.uint16]) -> None:
        """Append (h, w, 3) full-range 16 bit codes as picture `number`; numbers that were left out repeat the picture
        before."""
        try:
            if self._file is None:
                self._open(rgb.shape[1], rgb.shape[0])
            while self._last is not None and self.count < number:
                self._encode(self._last)
            self._last = self._picture(rgb)
            self._encode(self._last)
        except (FFmpegError, OSError, ValueError) as error:
            raise self._refused(error) from error

    def finish(self) -> None:
        """Close it, and give it its name."""
        if self._file is None:
            return
        try:
            self._file.mux(self._stream.encode(None))
            self._file.close()
            self._fresh.replace(self._path)
        except (FFmpegError, OSError) as error:
            raise self._refused(error) from error

    def abandon(self) -> None:
        """Leave nothing of one that was not finished."""
        if self._file is not None:
            self._file.close()
        self._fresh.unlink(missing_ok=True)

    def _open(self, width: int, height: int) -> None:
        least = SHORTEST_PX.get(self._kind, 16)
        if width < least or height < least // 2:
            problem = f"{self._kind} has no pictures of {width} x {height} px"
            raise InputError(str(self._path), "", problem, "Take prores or h264")
        if width % 2 or height % 2:
            problem = f"{width} x {height} px: movies have even sizes"
            raise InputError(str(self._path), "", problem, "Render PNGs, or a camera's picture of an even --size")
        self._file = av.open(str(self._fresh), "w", options={"write_tmcd": "on"})
        stream = self._file.add_stream(self._codec.encoder, rate=self._rate, options=self._codec.options)
        stream.width, stream.height, stream.pix_fmt = width, height, self._codec.pixels
        stream.metadata["timecode"] = self._timecode
        context = stream.codec_context
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries = context.color_trc = 1  # BT.709
        self._stream = stream

    def _picture(self, rgb: NDArray[np.uint16]) -> Any:
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb48le")
        return picture.reformat(
            format=self._codec.pixels,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )

    def _encode(self, picture: Any) -> None:
        picture.pts, picture.time_base = self.count, 1 / self._rate
        self._file.mux(self._stream.encode(picture))
        self.count += 1

    def _refused(self, error: Exception) -> InputError:
        return InputError(str(self._path), "", f"cannot be written: {error}", "Make room, or give another folder")
