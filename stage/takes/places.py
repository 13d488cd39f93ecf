"""Where takes lie: a folder a day, in it a folder a take. IO.

takes/2026-11-30/12A_t003/take.json, part-001.mcap ...    takes/content/ab/abcdef...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from stage.errors import InputError
from stage.files.boundaries import is_inside
from stage.files.presets import presets_directory
from stage.files.problems import nearest
from stage.model.stagefile import Stage

FOLDER = "takes"
CONTENT = "content"
BIN = "removed"
PART = "part-*.mcap"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_STEM = 40
_KEPT = re.compile(r"[^\w.-]+")


def takes_folder(stage_path: Path, stage: Stage) -> Path:
    """The folder of a stage's takes: the stage file's `takes.folder`, else `takes` beside the stage file; for a stage
    that comes with OpenStage, `OpenStage/takes` in the user's own folder."""
    if stage.takes.folder is not None:
        return (stage_path.parent / Path(stage.takes.folder).expanduser()).resolve()
    if is_inside(stage_path, presets_directory()):
        return Path.home() / "OpenStage" / FOLDER
    return stage_path.parent.resolve() / FOLDER


def stem_of(slate: str | None, take: int) -> str:
    """A take's folder name: its slate in letters any file system takes, of any script, and its number."""
    words = _KEPT.sub("-", slate or "no-slate").strip("-.")[:LONGEST_STEM]
    return f"{words or 'slate'}_t{take:03}"


def new_folder(root: Path, day: str, slate: str | None, take: int) -> Path:
    """A new, empty folder for a take; a number shot twice gets a letter. Raises OSError."""
    stem = stem_of(slate, take)
    for name in (stem, *(f"{stem}{chr(ord('b') + again)}" for again in range(25))):
        folder = root / day / name
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{root / day / stem} exists too often")


def take_folders(root: Path) -> Iterator[Path]:
    """Every take's folder, by day and name."""
    if not root.is_dir():
        return
    for day in sorted(path for path in root.iterdir() if path.is_dir() and DAY.fullmatch(path.name)):
        yield from sorted(path for path in day.iterdir() if path.is_dir() and any(path.glob(PART)))


def parts_of(folder: Path) -> list[Path]:
    """The parts of a take, in the order they were written."""
    return sorted(folder.glob(PART))


def next_part(folder: Path) -> Path:
    """Where the take's next part is written."""
    return folder / f"part-{len(parts_of(folder)) + 1:03}.mcap"


def name_of(folder: Path) -> str:
    """How a take is named on the command line and the console: `2026-11-30/12A_t003`."""
    return f"{folder.parent.name}/{folder.name}"


def find_take(root: Path, name: str) -> Path:
    """A take by its name, or by the end of it where only one fits, or its folder. Raises InputError."""
    if (path := Path(name)).is_dir() and parts_of(path):
        return path
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise InputError(name, "", "is not the name of a take", "`openstage take list` names all takes")
    fitting = [day / path.name for day, path in _meant(root, Path(name)) if parts_of(day / path.name)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        which = ", ".join(name_of(folder) for folder in fitting)
        raise InputError(name, "", f"{len(fitting)} takes have this name", f"Give the day too: {which}")
    known = sorted(name_of(folder) for folder in take_folders(root))
    raise InputError(name, "", f"no such take in {root}", nearest(name, known))


def _meant(root: Path, name: Path) -> Iterator[tuple[Path, Path]]:
    """The days that may hold a take, with its name there; no day's list is read."""
    if len(name.parts) == 2 and DAY.fullmatch(name.parts[0]):
        yield root / name.parts[0], name
    elif len(name.parts) == 1 and root.is_dir():
        yield from ((day, name) for day in root.iterdir() if DAY.fullmatch(day.name) and (day / name).is_dir())
