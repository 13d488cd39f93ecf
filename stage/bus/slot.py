"""The newest message of a topic and key in shared memory, which a reader has without waiting for ZeroMQ.

A slot is a file that one process maps to write and any number map to read:

    u64 turn    odd while a message is being written, even when it is whole; every message adds two
    u32 length  of the message; 0 = it was too long for the slot
    u32 check   CRC-32 of the message

Readers copy, then check that the turn is unchanged and the CRC is right (processors other than x86 may show writes in
another order); a torn message is read again at the next look. A restarted writer continues the count.
The file is in memory where the system has such a place, because a busy disk may delay its writer.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from pathlib import Path
from urllib.parse import quote

HEAD = struct.Struct("<QII")
TURN = struct.Struct("<Q")
IN_MEMORY = Path("/dev/shm")
PREFIX = "openstage"


def slot_path(run_dir: Path, topic: str, key: str = "") -> Path:
    """The path of a topic and key's slot, the same for every process of the stage that runs in `run_dir`."""
    folder, start = _place(run_dir)
    name = f"{topic}-{quote(key, safe='')}" if key else topic
    return folder / f"{start}{name}.slot"


def remove_slots(run_dir: Path) -> None:
    """Remove slots left by killed processes of the stage in `run_dir`."""
    folder, start = _place(run_dir)
    for file in folder.glob(f"{start}*.slot"):
        file.unlink(missing_ok=True)


def _place(run_dir: Path) -> tuple[Path, str]:
    """The folder, and the prefix of names in it."""
    if not os.access(IN_MEMORY, os.W_OK):
        return run_dir, ""
    here = run_dir.stat()
    return IN_MEMORY, f"{PREFIX}-{here.st_dev:x}-{here.st_ino:x}-"


class SlotWriter:
    """One per topic, key and stage. Raises OSError where the file cannot be made."""

    def __init__(self, path: Path, room: int) -> None:
        self._path = path
        self._room = room
        size = HEAD.size + room
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(handle, 0, size)  # or a full memory disk ends the process at the first write
            else:
                os.ftruncate(handle, size)
            self._memory = mmap.mmap(handle, size)
        finally:
            os.close(handle)
        (turn,) = TURN.unpack_from(self._memory)
        self._turn = turn + turn % 2

    def write(self, message: bytes) -> None:
        """Store the newest message."""
        memory, turn, length = self._memory, self._turn, len(message)
        if length > self._room:
            message, length = b"", 0
        TURN.pack_into(memory, 0, turn + 1)
        memory[HEAD.size : HEAD.size + length] = message
        HEAD.pack_into(memory, 0, turn + 1, length, zlib.crc32(message))
        self._turn = turn + 2
        TURN.pack_into(memory, 0, self._turn)

    def close(self) -> None:
        """Readers that have it open keep the last message."""
        self._memory.close()
        self._path.unlink(missing_ok=True)


class SlotReader:
    """Returns only the newest message, each once; a message from before it was first opened does not count."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._memory: mmap.mmap | None = None
        self._file = 0
        self._seen = 0

    def find(self) -> bool:
        """Whether there is a slot to read. Looks for the writer's file, and for that of a later writer."""
        try:
            if os.stat(self._path).st_ino != self._file:
                self._open()
        except FileNotFoundError:
            pass
        return self._memory is not None

    def _open(self) -> None:
        handle = os.open(self._path, os.O_RDONLY)
        try:
            place = os.fstat(handle)
            if place.st_size <= HEAD.size:
                return
            memory = mmap.mmap(handle, place.st_size, access=mmap.ACCESS_READ)
        finally:
            os.close(handle)
        self._seen = 0 if self._memory else TURN.unpack_from(memory)[0]
        self.close()
        self._memory, self._file = memory, place.st_ino

    def read(self) -> bytes | None:
        """The newest message; None where there is none since the last; empty: it was too long for the slot."""
        if self._memory is None:
            return None
        turn, length, check = HEAD.unpack_from(self._memory)
        if turn == self._seen or turn % 2:
            return None
        message = self._memory[HEAD.size : HEAD.size + length]
        if TURN.unpack_from(self._memory)[0] != turn or zlib.crc32(message) != check:
            return None
        self._seen = turn
        return message

    def close(self) -> None:
        """Close the file."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None
