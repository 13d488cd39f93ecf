"""How long takes can still be written. IO."""

from __future__ import annotations

import shutil
from pathlib import Path

from stage.units import NS_PER_S

LOOK_AGAIN_NS = 2 * NS_PER_S
USUAL_BYTES_S = 200_000.0
"""What a take with one tracker of 60 Hz writes at 24 frames/s, until the first was measured."""
MEASURED_FROM_S = 5.0


class DiskRoom:
    """Looks at the disk every two seconds, and remembers how fast takes grow."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._bytes_s = USUAL_BYTES_S
        self._free = 0
        self._look_ns = 0

    def minutes_left(self, written: int, seconds: float, now_ns: int) -> float:
        """Minutes of recording that fit; `written` bytes in `seconds` are the present take's."""
        if seconds > MEASURED_FROM_S and written:
            self._bytes_s = written / seconds
        if now_ns >= self._look_ns:
            self._look_ns = now_ns + LOOK_AGAIN_NS
            self._free = free_bytes(self._root)
        return self._free / self._bytes_s / 60.0


def free_bytes(folder: Path) -> int:
    """Free bytes of the disk that a folder lies on or will lie on; 0 where that cannot be told."""
    for path in (folder, *folder.parents):
        try:
            return shutil.disk_usage(path).free
        except FileNotFoundError:
            continue
        except OSError:
            return 0
    return 0
