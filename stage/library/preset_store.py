"""The presets of a stage: those beside its file, which operators save, then those that come with OpenStage. IO.

Bundled presets are never overwritten: saving under the same name writes a file beside the stage file, which takes
precedence. Deleted presets go to `looks/.trash`, from where they can be restored.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from stage.errors import ConflictError, InputError, LockedError, StorageError
from stage.files.boundaries import is_inside, named_files, on_disk
from stage.files.loading import checked_model, located, presets_directory
from stage.files.problems import nearest
from stage.files.toml_text import decoded
from stage.library.kept_file import NEW, check_revision, read_kept, revision_of, save_kept
from stage.library.preset_document import blank, put_head, put_look
from stage.library.toml_document import parsed
from stage.model.preset import Preset
from stage.names import is_name, name_like, normal

KEY_LINE = re.compile(rb"^key[ \t]*=[ \t]*([1-9])[ \t]*(?:#.*)?\r?$", re.MULTILINE)
AIR = "air"
"""Stands for the look on air in place of a preset's name."""
FOLDER, TRASH, ORDER = "looks", ".trash", "order.txt"


@dataclass(frozen=True, slots=True)
class KeptPreset:
    """A preset as in its file. `own`: it is stored beside the stage file. `problem`: why it cannot be recalled."""

    name: str
    own: bool
    path: Path
    revision: str
    document: tomlkit.TOMLDocument
    preset: Preset | None
    problem: str
    key: int | None = None
    """The number key that recalls it; also that of a broken one, so that the key goes to no other meanwhile."""

    @property
    def part(self) -> dict[str, Any]:
        """The values of a look it holds."""
        look = self.document.unwrap().get("look", {})
        return look if isinstance(look, dict) else {}


class PresetStore:
    """Reads and writes the presets of the stage whose file is in `folder`."""

    def __init__(self, folder: Path, bundled: Path | None = None) -> None:
        self._own = folder / FOLDER
        self._bundled = (bundled or presets_directory()) / FOLDER

    @property
    def folders(self) -> tuple[Path, Path]:
        """The folders of presets: own, bundled."""
        return self._own, self._bundled

    def names(self) -> list[str]:
        """All presets, in the operator's order, the others after them by name."""
        known = {name for folder in self.folders for name in named_files(folder)}
        ordered = [name for name in self._ordered() if name in known]
        return [*ordered, *sorted(known.difference(ordered))]

    def read(self, name: str) -> KeptPreset:
        """A preset. Raises InputError where there is none; a broken one has its `problem`."""
        path = self._path(name)
        text = read_kept(path)
        revision, own = revision_of(text), path.parent == self._own
        try:
            document = parsed(decoded(text, str(path)), str(path))
        except InputError as error:
            return KeptPreset(
                name=name,
                own=own,
                path=path,
                revision=revision,
                document=tomlkit.document(),
                preset=None,
                problem=str(error),
                key=_key_in(text),
            )
        model, findings = checked_model(path, document.unwrap(), Preset)
        problem = str(located(findings)[0]) if findings else ""
        if model is not None and model.name != name:
            problem = f"{path}: name: is {model.name!r}, but the file is called {name!r}. Make them the same"
        return KeptPreset(
            name=name,
            own=own,
            path=path,
            revision=revision,
            document=document,
            preset=model,
            problem=problem,
            key=model.key if model is not None else _key_in(text),
        )

    def part_of(self, name: str) -> dict[str, Any]:
        """The values of a look in a preset. Raises InputError where there is none, or its file is broken."""
        return self._good(name).part

    def save(self, name: str, head: dict[str, Any], part: dict[str, Any] | None, expected: str) -> str:
        """Save a preset over the revision that was read (`NEW`: it must not exist); returns its new revision.

        `head`: title, description, colour, transition; `part`: the values of a look it holds, None = unchanged.
        Raises InputError (an invalid value), ConflictError, LockedError, StorageError; the old file then stays.
        """
        _check_name(name)
        before = self.read(name) if name in self.names() else None
        check_revision(name, NEW if before is None else before.revision, expected)
        self._check_unlocked(before)
        if before is not None and before.preset is None:
            raise InputError(name, "", before.problem, "Correct the file first, or choose another name")
        document = blank(name) if before is None else before.document
        put_head(document, head)
        if part is not None:
            put_look(document, part)
        return self._write(name, document, before.revision if before is not None and before.own else NEW)

    def change(self, name: str, expected: str = "", **head: Any) -> str:
        """Change colour, title or lock; its new revision. Raises as `save` does; a locked one can only be unlocked."""
        before = self._good(name)
        if expected:
            check_revision(name, before.revision, expected)
        if set(head) != {"locked"}:
            self._check_unlocked(before)
        put_head(before.document, head)
        return self._write(name, before.document, before.revision if before.own else NEW)

    def give_key(self, name: str, key: int | None) -> str:
        """Give a preset a number key (None: none), and take it from the own preset that had it; its new revision.
        Raises as `save` does."""
        for other in self.names() if key is not None else ():
            held = self.read(other)
            if other != name and held.own and held.key == key and held.preset is not None:
                self.change(other, key=None)
        return self.change(name, key=key)

    def rename(self, name: str, to: str) -> str:
        """Rename an own preset; returns its new revision. Raises as `save` does."""
        _check_name(to)
        before = self._owned(name)
        if before.preset is None:
            raise InputError(str(before.path), "", before.problem, "Correct the file first")
        if to in self.names():
            raise ConflictError(to, "", "already exists", "Choose another name")
        put_head(before.document, {"name": to})
        revision = self._write(to, before.document, NEW)
        before.path.unlink()
        self._write_order([to if each == name else each for each in self._ordered()])
        return revision

    def delete(self, name: str) -> None:
        """Move an own preset to the trash. Raises InputError, LockedError, StorageError."""
        before = self._owned(name)
        trash = self._own / TRASH
        try:
            trash.mkdir(exist_ok=True)
            os.replace(before.path, trash / before.path.name)
        except OSError as error:
            raise StorageError(f"{before.path} could not be deleted: {error.strerror}") from error

    def restore(self, name: str) -> None:
        """Restore the preset last deleted under a name. Raises InputError, ConflictError, StorageError."""
        _check_name(name)
        away = self._own / TRASH / f"{name}.toml"
        if not away.is_file():
            raise InputError(name, "", "no preset of that name was deleted", "Check the name")
        back = self._own / f"{name}.toml"
        if back.exists():
            raise ConflictError(str(back), "", "already exists", "Rename it first")
        try:
            os.replace(away, back)
        except OSError as error:
            raise StorageError(f"{away} could not be restored: {error.strerror}") from error

    def order(self, names: Sequence[str]) -> None:
        """Set the order of the presets on the page. Raises InputError for an unknown name, StorageError."""
        known = self.names()
        for name in names:
            if name not in known:
                raise InputError(name, "", "no such preset", nearest(name, known))
        self._write_order(dict.fromkeys(names))

    def _path(self, name: str) -> Path:
        for folder in self.folders:
            if is_name(name) and is_inside(path := on_disk(folder, f"{name}.toml"), folder) and path.is_file():
                return path
        raise InputError(name, "", "no such preset", nearest(name, self.names()))

    def _good(self, name: str) -> KeptPreset:
        found = self.read(name)
        if found.preset is None:
            raise InputError(name, "", found.problem, "Correct the file first")
        return found

    def _owned(self, name: str) -> KeptPreset:
        found = self.read(name)
        if not found.own:
            raise InputError(name, "", "comes with OpenStage", "Save it under another name, and change that")
        self._check_unlocked(found)
        return found

    @staticmethod
    def _check_unlocked(found: KeptPreset | None) -> None:
        if found is not None and found.preset is not None and found.preset.locked:
            raise LockedError(found.name, "locked", "is locked", "Unlock it first, or choose another name")

    def _write(self, name: str, document: tomlkit.TOMLDocument, expected: str) -> str:
        path = on_disk(self._own, f"{name}.toml")
        _, findings = checked_model(path, document.unwrap(), Preset)
        if findings:
            first = findings[0]
            raise InputError(str(path), first.field, first.problem, first.remedy)
        return save_kept(path, tomlkit.dumps(document).encode(), expected)

    def _ordered(self) -> list[str]:
        with suppress(OSError, UnicodeDecodeError):
            lines = (self._own / ORDER).read_text(encoding="utf-8").splitlines()
            return [normal(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
        return []

    def _write_order(self, names: Iterable[str]) -> None:
        path = self._own / ORDER
        text = "# The order of the presets on the page; the others follow by name.\n" + "".join(f"{n}\n" for n in names)
        expected = revision_of(path.read_bytes()) if path.is_file() else NEW
        save_kept(path, text.encode(), expected)


def stamp_of(folders: Iterable[Path], pattern: str = "*.toml") -> Callable[[], object]:
    """A function whose result differs once files of the folders have changed, from any source."""
    watched = tuple(folders)

    def stamp() -> object:
        found = []
        for folder in watched:
            for path in (*folder.glob(pattern), folder / ORDER):
                with suppress(OSError):
                    place = path.stat()
                    found.append((str(path), place.st_mtime_ns, place.st_size, place.st_ino))
        return tuple(sorted(found))

    return stamp


def _key_in(text: bytes) -> int | None:
    """The key in a file that cannot be read as a preset."""
    found = KEY_LINE.search(text)
    return int(found[1]) if found else None


def _check_name(name: str) -> None:
    if not is_name(name):
        likely = name_like(name)
        remedy = f"Write {likely!r}" if likely else "Use letters and digits, with spaces, dots and dashes between them"
        raise InputError(name, "name", "cannot be the name of a preset", remedy)
