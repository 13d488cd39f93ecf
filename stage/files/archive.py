"""Untrusted zip files, read with care: plans, fixtures, Word documents. Nothing is ever unpacked to disk. IO."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath

from stage.errors import InputError

MOST_ENTRIES = 10_000
MOST_BYTES = 64 << 20
"""The unpacked size limit of an entry to read (a plan's XML, a fixture's description)."""
MOST_RATIO = 500
"""An entry that unpacks to more than this many times its size is a zip bomb."""
_ENCRYPTED = 0x1
EXPORT = "Export it again from the lighting or CAD program"


BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    struct.error,
)
"""What the library raises for a damaged file, depending on which byte is wrong."""


class Archive:
    """The entries of a zip, by name. `where` is its name in errors, `export` what to do where it is damaged.

    Raises InputError: not a zip, names that point outside ("..", absolute paths), encrypted entries, too many.
    """

    def __init__(self, content: bytes, where: str, export: str = EXPORT) -> None:
        self.where, self._export = where, export
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except BROKEN as error:
            raise InputError(where, "", "is not a zip file, or it is damaged", self._export) from error
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise InputError(where, "", f"has {len(entries)} entries, more than {MOST_ENTRIES}", self._export)
        for entry in entries:
            self._check(entry)
        self._by_name = {entry.filename.lower(): entry for entry in entries}

    @classmethod
    def of_file(cls, path: Path) -> Archive:
        """The archive of a file. Raises InputError."""
        try:
            return cls(path.read_bytes(), str(path))
        except OSError as error:
            raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error

    @property
    def names(self) -> list[str]:
        """The names of all entries, as they are written."""
        return [entry.filename for entry in self._by_name.values()]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_name

    def read(self, name: str) -> bytes:
        """An entry, unpacked. Raises InputError where it is missing, too large or broken."""
        entry = self._by_name.get(name.lower())
        if entry is None:
            raise InputError(self.where, name, "is not in the file", self._export)
        if entry.file_size > MOST_BYTES or entry.file_size > MOST_RATIO * max(entry.compress_size, 1024):
            raise InputError(self.where, name, f"unpacks to {entry.file_size} bytes, which is too large", self._export)
        try:
            with self._zip.open(entry) as file:
                content = file.read(MOST_BYTES + 1)
        except BROKEN as error:
            raise InputError(self.where, name, "is damaged: it cannot be unpacked", self._export) from error
        if len(content) > MOST_BYTES:
            raise InputError(self.where, name, f"unpacks to more than {MOST_BYTES} bytes", self._export)
        return content

    def _check(self, entry: zipfile.ZipInfo) -> None:
        name = entry.orig_filename.replace("\\", "/")
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
            raise InputError(self.where, entry.filename, "points outside the file", "Do not use this file")
        if entry.flag_bits & _ENCRYPTED:
            raise InputError(self.where, entry.filename, "is encrypted", self._export)
