"""Files that operators save: whole or not at all, and never over a version saved by someone else since. IO."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stage.errors import ConflictError, StorageError

REVISION_DIGITS = 16
DRAFTS = ".*.draft"
NEW = "*"
"""The revision of a file that must not exist yet."""


def revision_of(text: bytes) -> str:
    """Identifies a file's content: any change gives another revision."""
    return hashlib.sha256(text).hexdigest()[:REVISION_DIGITS]


def read_kept(path: Path) -> bytes:
    """The file's content. Raises StorageError where it cannot be read, FileNotFoundError where it does not exist."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error


def save_kept(path: Path, text: bytes, expected: str, who: str = "") -> str:
    """Write it in place of the revision `expected` (`NEW`: none); returns its revision.

    Raises ConflictError where there is another revision, StorageError where it cannot be written; the old file stays.
    """
    with _alone_in(path):
        try:
            there = revision_of(read_kept(path))
        except FileNotFoundError:
            there = NEW
        check_revision(str(path), there, expected)
        _replace(path, text)
    return revision_of(text)


def remove_drafts(folder: Path) -> int:
    """Remove what saves left that were killed: whoever saves holds the folder's lock, so nobody writes them any more.
    Returns how many there were; none where the folder is missing or may not be written."""
    removed = 0
    with suppress(StorageError, OSError):
        if folder.is_dir():
            with _alone_in(folder / "any"):
                for draft in folder.glob(DRAFTS):
                    draft.unlink(missing_ok=True)
                    removed += 1
    return removed


@contextmanager
def _alone_in(path: Path) -> Iterator[None]:
    """Locks the file's folder against other saves, in any thread or process. Raises StorageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _unsaved(path, error) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _unsaved(path: Path, error: OSError) -> StorageError:
    return StorageError(f"{path} could not be saved: {error.strerror}. The previous version is intact")


def check_revision(where: str, there: str, expected: str) -> None:
    """Raises ConflictError where the revision is not the one that was read (`NEW`: none)."""
    if there == expected:
        return
    if there == NEW:
        raise ConflictError(where, "", "no longer exists", "Save it as a new one")
    problem = "already exists" if expected == NEW else "was saved by someone else in the meantime"
    raise ConflictError(where, "", problem, "Check their version first, or choose another name")


def _replace(path: Path, text: bytes) -> None:
    draft = None
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".draft", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except OSError as error:
        if draft is not None:
            with suppress(OSError):
                os.unlink(draft)
        raise _unsaved(path, error) from error
