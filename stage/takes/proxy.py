"""Small movies of what outputs and the witness showed during a take: H.264, locked to frame numbers. IO.

The previews that consoles show, five a second, are encoded as they come: picture at time t of a movie is that of frame
`first + t * rate`. The file is fragmented MP4, so what was written plays though the process is killed. Beside it a
thumbnail. Encoding stands in a thread of its own; what it cannot do costs no take.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.messages.frames import Preview

MOVIE, THUMBNAIL, TABLE = "proxy_{}.mp4", "thumb_{}.jpg", "proxies.json"
OPTIONS = {"preset": "veryfast", "crf": "27", "g": "10", "bf": "0", "tune": "zerolatency", "threads": "1"}
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
JPEG_QUALITY = 80
LOWEST_FRAME = 16

log = logging.getLogger("openstage.takes")


class TakeProxies:
    """The movies of one take, in its folder. `rate`: of its frames."""

    def __init__(self, folder: Path, rate: Fraction) -> None:
        self.folder, self._rate = folder, rate
        self._movies: dict[str, _Movie] = {}
        self._refused: set[str] = set()

    def take(self, preview: Preview) -> None:
        """Append a picture. What cannot be written is logged once for each output."""
        name = preview.output
        if name in self._refused or min(preview.width_px, preview.height_px) < LOWEST_FRAME:
            return
        try:
            movie = self._movies.get(name)
            if movie is None:
                movie = self._movies[name] = _Movie(self.folder, preview, self._rate)
                self._keep_table()
            movie.write(preview)
        except Exception as error:  # an encoder's errors are of many kinds, and none may end the recorder
            self._refused.add(name)
            log.error("no proxy of %s: %s", name, error)

    def close(self) -> None:
        """The take ends."""
        for movie in self._movies.values():
            with suppress(Exception):
                movie.close()

    def _keep_table(self) -> None:
        rows = {
            name: {"movie": MOVIE.format(name), "thumbnail": THUMBNAIL.format(name), "first_frame": movie.first}
            for name, movie in self._movies.items()
        }
        fresh = self.folder / f"{TABLE}.new"
        fresh.write_text(json.dumps({"rate": str(self._rate), "outputs": rows}, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, self.folder / TABLE)


class _Movie:
    def __init__(self, folder: Path, preview: Preview, rate: Fraction) -> None:
        import av  # only a stage that records needs it

        self.first, self._last = preview.frame_number, -1
        self._size = (preview.width_px // 2 * 2, preview.height_px // 2 * 2)
        picture = cv2.cvtColor(_pixels(preview), cv2.COLOR_RGB2BGR)
        good, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        if good:
            (folder / THUMBNAIL.format(preview.output)).write_bytes(jpeg.tobytes())
        path = folder / MOVIE.format(preview.output)
        self._av = av
        self._file: Any = av.open(str(path), "w", options=FRAGMENTED)
        self._stream = self._file.add_stream("libx264", rate=rate, options=OPTIONS)
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._unit = self._stream.codec_context.time_base = 1 / rate

    def write(self, preview: Preview) -> None:
        """Append a picture of a later frame."""
        place = preview.frame_number - self.first
        if place <= self._last or (preview.width_px // 2 * 2, preview.height_px // 2 * 2) != self._size:
            return
        self._last = place
        width, height = self._size
        frame = self._av.VideoFrame.from_ndarray(
            np.ascontiguousarray(_pixels(preview)[:height, :width]), format="rgb24"
        )
        frame.pts, frame.time_base = place, self._unit
        self._file.mux(self._stream.encode(frame))

    def close(self) -> None:
        self._file.mux(self._stream.encode(None))
        self._file.close()


def _pixels(preview: Preview) -> NDArray[np.uint8]:
    """(h, w, 3)."""
    rgba = np.frombuffer(preview.pixels, np.uint8).reshape(preview.height_px, preview.width_px, 4)
    return rgba[..., :3]


def proxies_of(folder: Path) -> dict[str, int]:
    """The first frame of each movie of a take, by output; none where there are no movies."""
    try:
        document = json.loads((folder / TABLE).read_bytes())
        return {str(name): int(row["first_frame"]) for name, row in document["outputs"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
