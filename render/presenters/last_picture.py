"""The last picture of an output, in a file in memory: what the backdrop shows when render is gone.

Header `<QIIQ`: sequence, width, height, frame number; then RGBA rows from the top. The sequence is odd while the
picture is being written, and two more after each; a writer that dies in between leaves it odd.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stage.model.stagefile import Stage
from stage.process.service import Service

HEADER = struct.Struct("<QIIQ")
FOLDER = "wall"
_RGBA = 4


def picture_path(run_dir: Path, output: str) -> Path:
    """The file of an output."""
    return run_dir / FOLDER / f"{output}.rgba"


class LastPictureWriter:
    """Writes one output's picture again and again; goes on where a writer before it ended. Raises OSError where there
    is no room for it."""

    def __init__(self, path: Path, size_px: tuple[int, int]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        width, height = size_px
        length = HEADER.size + width * height * _RGBA
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size != length:
                os.ftruncate(descriptor, 0)
                os.ftruncate(descriptor, length)
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(descriptor, 0, length)  # or a full disk ends the process at the first write
            self._map = mmap.mmap(descriptor, length)
        finally:
            os.close(descriptor)
        self._size_px = size_px
        self._pixels = np.frombuffer(self._map, np.uint8, offset=HEADER.size).reshape(height, width, _RGBA)
        before, _, _, _ = HEADER.unpack_from(self._map)
        self._sequence = before + before % 2

    def write(self, picture: NDArray[np.uint8], frame_number: int) -> None:
        """Keep (h, w, 4) RGBA, rows from the top, as the output's last picture."""
        HEADER.pack_into(self._map, 0, self._sequence + 1, *self._size_px, frame_number)
        self._pixels[:] = picture
        self._sequence += 2
        HEADER.pack_into(self._map, 0, self._sequence, *self._size_px, frame_number)


def writers_of(service: Service, stage: Stage, windowed: Sequence[str]) -> dict[str, LastPictureWriter]:
    """For each windowed output the file of its last picture, where there is room for it."""
    writers: dict[str, LastPictureWriter] = {}
    for output in stage.outputs:
        if output.name in windowed:
            try:
                writers[output.name] = LastPictureWriter(picture_path(service.run_dir, output.name), output.size_px)
            except OSError as error:
                what = f"the last picture of {output.name}"
                service.keeping.failed(what, error.strerror or str(error), service.clock.now_ns())
    return writers


class LastPictureReader:
    """Looks at one output's file, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0

    def read(self) -> NDArray[np.uint8] | None:
        """(h, w, 4) RGBA, rows from the top, if a whole picture has arrived since the last call, else None."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return None
        if len(data) < HEADER.size:
            return None
        sequence, width, height, _ = HEADER.unpack_from(data)
        if sequence % 2 or sequence == self._seen or len(data) != HEADER.size + width * height * _RGBA:
            return None
        if self._sequence_now() != sequence:
            return None
        self._seen = sequence
        return np.frombuffer(data, np.uint8, offset=HEADER.size).reshape(height, width, _RGBA)

    def _sequence_now(self) -> int:
        """The file's sequence after reading: if it changed, the picture is torn."""
        with self._path.open("rb") as file:
            head = file.read(HEADER.size)
        return int(HEADER.unpack(head)[0]) if len(head) == HEADER.size else -1
