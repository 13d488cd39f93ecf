"""The disks that a running stage needs: whether anything can be kept, and for how long there will be room.

Free room alone does not tell that a folder is read-only or a quota used up, so a small file is written now and then.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stage.units import NS_PER_S

PROBE_NS = NS_PER_S
PROBE_FILE = ".room"
PROBE_BYTES = 1 << 16
LEAST_BYTES = 200_000_000
LEAST_SHARE = 0.1
"""Less than either is little: a small disk is never asked for more than a part of itself."""
SOON_NS = 30 * 60 * NS_PER_S
"""A disk that is full so soon, as it fills now, is said to be low."""
SPAN_NS = 120 * NS_PER_S
"""The time over which it is measured how fast a disk fills; half of it must have passed."""
NS_PER_MINUTE = 60 * NS_PER_S
BYTES_PER_MB = 1e6


@dataclass(frozen=True, slots=True)
class Room:
    """How much room a disk has, at a moment."""

    now_ns: int
    free_bytes: int
    total_bytes: int


class Filling:
    """How a disk fills. Pure."""

    def __init__(self) -> None:
        self._seen: deque[Room] = deque()

    def low(self, room: Room) -> str:
        """What is to be said of it: how much is left, and for how long; "" where there is enough."""
        seen = self._seen
        seen.append(room)
        while room.now_ns - seen[0].now_ns > SPAN_NS:
            seen.popleft()
        left_ns = self._left_ns()
        soon = left_ns is not None and left_ns < SOON_NS
        if not soon and room.free_bytes >= min(LEAST_BYTES, LEAST_SHARE * room.total_bytes):
            return ""
        text = f"{room.free_bytes / BYTES_PER_MB:.0f} MB are left"
        return f"{text}; full in {left_ns / NS_PER_MINUTE:.0f} min as it fills now" if soon and left_ns else text

    def _left_ns(self) -> float | None:
        """The time until it is full; None while it does not fill, or nothing is known yet."""
        first, last = self._seen[0], self._seen[-1]
        span_ns, used = last.now_ns - first.now_ns, first.free_bytes - last.free_bytes
        return last.free_bytes / used * span_ns if used > 0 and span_ns >= SPAN_NS // 2 else None


@dataclass(frozen=True, slots=True)
class Finding:
    """`cannot`: why nothing can be kept in the folder, or ""; `low`: how little room there is, or ""."""

    folder: str
    cannot: str
    low: str


class DiskWatch:
    """Watches the run directory, where something is kept all the time, and other folders' disks."""

    def __init__(self, run_dir: Path, others: Sequence[Path] = ()) -> None:
        self._run_dir = run_dir
        self._folders = {str(folder): Filling() for folder in (run_dir, *others)}
        self._next_ns = 0

    def look(self, now_ns: int) -> list[Finding]:
        """What is found of every folder; nothing while it is too early to look again."""
        if now_ns < self._next_ns:
            return []
        self._next_ns = now_ns + PROBE_NS
        cannot = {str(self._run_dir): _probed(self._run_dir / PROBE_FILE)}
        return [
            Finding(folder, cannot.get(folder, ""), _low(Path(folder), filling, now_ns))
            for folder, filling in self._folders.items()
        ]


def _low(folder: Path, filling: Filling, now_ns: int) -> str:
    try:
        found = os.statvfs(folder)
    except OSError:
        return ""
    return filling.low(Room(now_ns, found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize))


def _probed(file: Path) -> str:
    """Why no file can be written there; "" where one can."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            written = os.write(handle, bytes(PROBE_BYTES))
        finally:
            os.close(handle)
            os.unlink(file)
    except OSError as error:
        return error.strerror or str(error)
    return "" if written == PROBE_BYTES else "No space left on device"
