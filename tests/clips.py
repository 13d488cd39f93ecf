"""Video clips made in a test: every frame carries its number as bright and dark bars."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

BITS = 8
CODECS: dict[str, tuple[str, str, dict[str, str]]] = {
    "prores.mov": ("prores_ks", "yuv422p10le", {}),
    "dnxhr.mov": ("dnxhd", "yuv422p", {"profile": "dnxhr_hq"}),
    "h264.mp4": ("libx264", "yuv420p", {"g": "12", "bf": "2"}),
    "h265.mp4": ("libx265", "yuv420p10le", {"x265-params": "log-level=none:keyint=10"}),
    "h264.mkv": ("libx264", "yuv420p", {"g": "9"}),
}
"""File name to codec, pixel format and options."""


def barred(number: int, size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """(h, w, 3) eight bars: bit k of the number is bar k, bright or dark."""
    width, height = size_px
    bar = np.arange(width) * BITS // width
    level = np.where((number >> bar) & 1, 220, 30).astype(np.uint8)
    return np.broadcast_to(level[None, :, None], (height, width, 3)).copy()


def number_of(values: NDArray[np.floating]) -> int:
    """The number of a row (w,) across the bars."""
    middle = (values.min() + values.max()) / 2 if np.ptp(values) > 0.2 * values.max() else values.max() * 2
    width = len(values)
    places = [(2 * k + 1) * width // (2 * BITS) for k in range(BITS)]
    return sum(1 << k for k, place in enumerate(places) if values[place] > middle)


def write_clip(
    path: Path, first: int = 1, count: int = 30, size_px: tuple[int, int] = (256, 128), rate: str = "24000/1001"
) -> Path:
    """A clip whose frames are numbered from `first`; codec and format by the file's name."""
    codec, form, options = CODECS[path.name.split("-")[-1]]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(rate), options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = size_px
        stream.pix_fmt = form
        for number in range(first, first + count):
            frame = av.VideoFrame.from_ndarray(barred(number, size_px), format="rgb24").reformat(format=form)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
