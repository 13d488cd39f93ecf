"""Room for the show that was taken while there was some: what is kept there outlives a process on a full disk.

The file has two halves, written in turn, so a process killed while it writes leaves the other half:

    u64 moment   when it was kept, on the machine's monotonic clock
    u32 length   of the show; 0 = none
    u32 check    CRC-32 of moment, length and show

It lies in shared memory like a slot (`stage.bus.slot`), where the system has such a place: another disk than the run
directory's, which a full, read-only or used-up one does not reach. Its room is taken at the start and it is mapped, so
no limit reaches it later.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
import zlib
from pathlib import Path

from stage.bus.slot import reserved, slot_path

NAME = "show.kept"
HEAD = struct.Struct("<QII")
ROOM_BYTES = 2 << 20
"""A show with two hundred steps back has some 0.5 MB."""

log = logging.getLogger("openstage.conductor")


class Reserve:
    """The reserve of the stage in `run_dir`. Where there is no room for one, it holds nothing."""

    def __init__(self, run_dir: Path, room_bytes: int = ROOM_BYTES) -> None:
        self._room_bytes = room_bytes
        self._memory: mmap.mmap | None = None
        self._half = 0
        size = 2 * (HEAD.size + room_bytes)
        try:
            handle = reserved(slot_path(run_dir, NAME), size)
        except OSError as error:
            log.warning("there is no room to keep the show on a full disk: %s", error)
            return
        try:
            self._memory = mmap.mmap(handle, size)
        finally:
            os.close(handle)

    def write(self, show: bytes, moment_ns: int) -> bool:
        """Keep the show; whether that was possible."""
        if self._memory is None or len(show) > self._room_bytes:
            return False
        start = self._half * (HEAD.size + self._room_bytes)
        HEAD.pack_into(self._memory, start, 0, 0, 0)
        self._memory[start + HEAD.size : start + HEAD.size + len(show)] = show
        HEAD.pack_into(self._memory, start, moment_ns, len(show), _check(moment_ns, show))
        self._half = 1 - self._half
        return True

    def newest(self) -> tuple[int, bytes] | None:
        """The show that was kept last, whole, and when."""
        if self._memory is None:
            return None
        halves = [self._read(self._memory, half) for half in (0, 1)]
        found = [(moment_ns, half, show) for half, (moment_ns, show) in enumerate(halves) if show]
        if not found:
            return None
        moment_ns, half, show = max(found)
        self._half = 1 - half
        return moment_ns, show

    def _read(self, memory: mmap.mmap, half: int) -> tuple[int, bytes]:
        start = half * (HEAD.size + self._room_bytes)
        moment_ns, length, check = HEAD.unpack_from(memory, start)
        start += HEAD.size
        show = memory[start : start + min(length, self._room_bytes)]
        return (moment_ns, show) if len(show) == length and _check(moment_ns, show) == check else (0, b"")

    def close(self) -> None:
        """Close the file; what it holds stays."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None


def _check(moment_ns: int, show: bytes) -> int:
    return zlib.crc32(show, zlib.crc32(HEAD.pack(moment_ns, len(show), 0)))
