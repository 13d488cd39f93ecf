"""The run directory belongs to one user alone, or it is not used.

In a temporary folder that everybody may write to, somebody else may have made the folder first, or a link in its place:
then sockets, logs and pictures would be theirs to read and to swap.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from stage.errors import InputError

PRIVATE = 0o700
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
ABOVE = 2
"""How many folders above it are looked at: the base folder of all runs, and the one that is in."""


def make_private(path: Path) -> None:
    """Make the folder, or check that it is the user's own, no link, and closed to others (one that others could read is
    closed). Raises InputError where somebody else could reach into it, OSError where it cannot be made."""
    for folder in reversed(path.parents[:ABOVE]):
        if not os.path.lexists(folder):
            folder.mkdir(parents=True, mode=PRIVATE)
        _check_above(folder)
    path.mkdir(exist_ok=True, mode=PRIVATE) if not path.is_symlink() else None
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise _refused(path, "is a link")
    if found.st_uid != os.geteuid():
        raise _refused(path, f"belongs to another user (id {found.st_uid})")
    if found.st_mode & OTHERS_WRITE:
        raise _refused(path, "was open to others, who may have put something in it")
    path.chmod(PRIVATE)


def _check_above(folder: Path) -> None:
    """A folder above must be the user's or root's; where others may write, the sticky bit must keep them from renaming
    what is in it."""
    found = folder.lstat()
    if found.st_uid not in (0, os.geteuid()):
        raise _refused(folder, f"belongs to another user (id {found.st_uid})")
    if not stat.S_ISLNK(found.st_mode) and found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
        raise _refused(folder, "lets everybody rename what is in it")


def _refused(path: Path, problem: str) -> InputError:
    return InputError(str(path), "", problem, "Remove it, or choose another --run-dir that is yours alone")
