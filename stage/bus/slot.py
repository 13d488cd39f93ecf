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

import errno
import mmap
import os
import secrets
import stat
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

HEAD = struct.Struct("<QII")
TURN = struct.Struct("<Q")
IN_MEMORY = Path("/dev/shm")
PREFIX = "openstage"
SECRET_FILE = "slots.secret"
SECRET_BYTES = 16


def slot_path(run_dir: Path, topic: str, key: str = "") -> Path:
    """The path of a topic and key's slot, the same for every process of the stage that runs in `run_dir`."""
    folder, start = _place(run_dir)
    name = f"{topic}-{quote(key, safe='')}" if key else topic
    return folder / f"{start}{name}.slot"


def remove_slots(run_dir: Path, but: tuple[str, ...] = ()) -> None:
    """Remove slots left by killed processes of the stage in `run_dir`, `but` those of some topics."""
    folder, start = _place(run_dir)
    kept = {f"{start}{topic}.slot" for topic in but}
    for file in folder.glob(f"{start}*.slot"):
        if file.name in kept:
            continue
        with suppress(PermissionError):  # another user's, which nobody here will open
            file.unlink(missing_ok=True)


def _place(run_dir: Path) -> tuple[Path, str]:
    """The folder, and the prefix of names in it."""
    if not os.access(IN_MEMORY, os.W_OK):
        return run_dir, ""
    return IN_MEMORY, f"{PREFIX}-{_secret(run_dir)}-"


def _secret(run_dir: Path) -> str:
    """What only the owner of the run directory knows, so nobody can make a slot in its place beforehand. Made by the
    first process that asks."""
    place = run_dir / SECRET_FILE
    if not place.exists():
        draft = run_dir / f"{SECRET_FILE}.{secrets.token_hex(4)}.draft"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(SECRET_BYTES))
        with suppress(FileExistsError):  # another process was first: its secret counts
            os.link(draft, place)
        draft.unlink()
    secret = place.read_text()
    if len(secret) != 2 * SECRET_BYTES or not secret.isalnum():
        raise PermissionError(errno.EPERM, "is not what this program wrote", str(place))
    return secret


def _check_own(handle: int, path: Path) -> None:
    """Raises PermissionError for a slot that another user made, or could read or write."""
    found = os.fstat(handle)
    if found.st_uid != os.geteuid() or not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077 or found.st_nlink > 1:
        raise PermissionError(errno.EPERM, "was made by another user", str(path))


def reserved(path: Path, size: int) -> int:
    """A descriptor of the file, made with all the room it will ever need, to read and write. Raises OSError where it
    cannot be made, or is another user's."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _check_own(handle, path)
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, size)  # or a full memory disk ends the process at the first write
        else:
            os.ftruncate(handle, size)
    except BaseException:
        os.close(handle)
        raise
    return handle


class SlotWriter:
    """One per topic, key and stage. Raises OSError where the file cannot be made."""

    def __init__(self, path: Path, room: int) -> None:
        self._path = path
        self._room = room
        size = HEAD.size + room
        handle = reserved(path, size)
        try:
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
        except OSError:  # none yet, or one that is not of this user
            pass
        return self._memory is not None

    def _open(self) -> None:
        handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            _check_own(handle, self._path)
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
