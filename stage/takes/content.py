"""Everything a frame names, kept by its content: the stage, its sets, calibrations and lenses. IO.

A file is kept once under its SHA-256, however many takes name it; a take lists its files with their digests. So a take
can be drawn again though the set was changed since.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import shutil
from collections.abc import Iterator
from pathlib import Path

from stage.errors import InputError
from stage.files.presets import find_look, find_scene
from stage.model.stagefile import Stage
from stage.takes.places import CONTENT

STAGE = "stage"
CHECK_RESULT = "check/result.json"
"""What the console's check found last, in the run directory, and in takes."""
LONGEST_PATH = 400
BLOCK = 1 << 20
SKIPPED = ("__pycache__",)


class ContentStore:
    """Kept files, in `takes/content`."""

    def __init__(self, root: Path) -> None:
        self._root = root / CONTENT
        self._known: dict[tuple[str, int, int], str] = {}

    def keep(self, path: Path) -> str:
        """Keep a file; returns its digest. A file that did not change since is not read again. Raises OSError."""
        state = path.stat()
        key = (str(path), state.st_size, state.st_mtime_ns)
        digest = self._known.get(key)
        if digest is None or not self.path_of(digest).is_file():
            digest = self._known[key] = self._kept(path)
        return digest

    def path_of(self, digest: str) -> Path:
        """Where the file of a digest lies."""
        return self._root / digest[:2] / digest

    def restore(self, content: dict[str, str], into: Path) -> None:
        """Lay a take's files out in a folder. Raises InputError for one that is missing or damaged."""
        for name, digest in content.items():
            source, target = self.path_of(digest), into / name
            if ".." in Path(name).parts or Path(name).is_absolute():
                raise InputError(name, "", "leads out of the take", "The take's file was changed by hand")
            if not source.is_file() or digest_of(source) != digest:
                raise InputError(name, "", f"its content {digest[:12]} is missing or damaged", f"Look in {self._root}")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)

    def _kept(self, path: Path) -> str:
        digest = digest_of(path)
        target = self.path_of(digest)
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f"{digest}.new")
            shutil.copyfile(path, fresh)
            os.replace(fresh, target)
        return digest


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stage_files(stage_path: Path, stage: Stage) -> dict[str, Path]:
    """The stage file and the files it names, as they are laid out again. Every text of the stage that is the path of a
    file beside it counts: walls' meshes, calibrations, lenses."""
    folder = stage_path.parent
    found = {f"{STAGE}/{stage_path.name}": stage_path}
    for text in _texts(stage.model_dump()):
        if len(text) <= LONGEST_PATH and (folder / text).is_file() and not Path(text).is_absolute():
            found[posixpath.normpath(f"{STAGE}/{text}")] = folder / text
    return {name: path for name, path in found.items() if not name.startswith("..")}


def look_files(look: str, stage_path: Path) -> dict[str, Path]:
    """The look a stage starts with."""
    return {f"{STAGE}/looks/{look}.toml": find_look(look, stage_path.parent)}


def scene_files(scene: str, stage_path: Path) -> dict[str, Path]:
    """A set's folder, as it is laid out again beside the stage file. Raises InputError where there is no such set."""
    folder = find_scene(scene, stage_path.parent).parent
    return {f"{STAGE}/scenes/{scene}/{path.relative_to(folder).as_posix()}": path for path in _held(folder)}


def _held(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") or part in SKIPPED for part in path.parts[-3:]):
            yield path


def _texts(value: object) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str) and value and "\0" not in value:
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
