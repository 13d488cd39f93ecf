"""Disks and folders of this machine. IO; the judgements are pure functions."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.doctor.finding import Finding, bad, good, note

GB = 1_000_000_000
MB = 1_000_000
LEAST_RUN, BEST_RUN = 200 * MB, 2 * GB
LEAST_SHARED = 64 * MB
SHARED = Path("/dev/shm")
PAGE = Path(__file__).parents[2] / "stage" / "console" / "web_dist" / "index.html"


def folders(run_base: Path, stage_folder: Path | None) -> Iterator[Finding]:
    """Where a stage keeps its run, its looks and shows, and its shared memory."""
    yield judged_private(run_base, _private_problem(run_base))
    yield judged_room("disk of the run directory", run_base, _free(run_base), LEAST_RUN, BEST_RUN)
    if stage_folder is not None:
        yield judged_room("disk of the stage's files", stage_folder, _free(stage_folder), LEAST_RUN, BEST_RUN)
        yield judged_writable(stage_folder, _writable(stage_folder))
    if SHARED.is_dir():
        yield judged_room("shared memory", SHARED, _free(SHARED), LEAST_SHARED, LEAST_SHARED)


def page() -> Iterator[Finding]:
    """Whether the console has a page to show. A browser is needed where it is opened, not here."""
    if PAGE.is_file():
        yield good("console's page", "is built; it needs a browser where it is opened, and nothing else here")
    else:
        yield bad("console's page", "is not built", "`make setup`")


def judged_room(what: str, folder: Path, free: int, least: int, best: int) -> Finding:
    """Room for logs, pictures, saves."""
    says = f"{free / GB:.1f} GB free at {folder}"
    if free < least:
        return bad(
            what, says, "Make room: nothing can be kept on a full disk, and the show would not survive a restart"
        )
    if free < best:
        return note(what, says, "Make room before a long day")
    return good(what, says)


def judged_private(folder: Path, problem: str) -> Finding:
    """A run directory that others can enter is refused by `openstage run`."""
    if problem:
        return bad("run directory", f"{folder} {problem}", "Remove it, or set XDG_RUNTIME_DIR to a folder of your own")
    return good("run directory", f"{folder}")


def judged_writable(folder: Path, writable: bool) -> Finding:
    """Looks and shows are saved beside the stage file."""
    if writable:
        return good("looks and shows", f"can be saved in {folder}")
    return note(
        "looks and shows", f"{folder} cannot be written", "Copy the stage file into a folder of your own to save any"
    )


def _private_problem(folder: Path) -> str:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"cannot be looked at: {error.strerror}"
    if stat.S_ISLNK(found.st_mode) or not stat.S_ISDIR(found.st_mode):
        return "is no folder of its own"
    if found.st_uid != os.geteuid():
        return "belongs to another user"
    return "can be entered by others" if found.st_mode & 0o077 else ""


def _free(folder: Path) -> int:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _writable(folder: Path) -> bool:
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False
