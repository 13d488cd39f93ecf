"""The shows of a stage: those beside its file, then those that come with OpenStage. IO.

As with presets, a bundled show is never overwritten: saving under its name writes a file beside the stage file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import tomlkit

from stage.errors import InputError
from stage.files.boundaries import is_inside, named_files, on_disk
from stage.files.loading import (
    checked_model,
    load_preset,
    load_scene,
    located,
    named_look,
    named_scene,
    presets_directory,
)
from stage.files.problems import nearest
from stage.files.toml_text import decoded, document_of
from stage.library.kept_file import NEW, check_revision, read_kept, revision_of, save_kept
from stage.library.toml_document import become, parsed
from stage.model.base import Name
from stage.model.show import Cue, ShowFile
from stage.names import is_name, name_like, normal
from stage.show.cue_list import CueList, neighbour, rows_of

FOLDER = "shows"
SHOWS_KEPT = 8
"""The most checked shows that are cached, the most recently used."""


@dataclass(frozen=True, slots=True)
class KeptShow:
    """A show as in its file; `problems` are why it cannot be used."""

    name: str
    own: bool
    path: Path
    revision: str
    text: bytes
    show: ShowFile | None
    problems: tuple[str, ...]

    @property
    def problem(self) -> str:
        """The first of the problems, and how many more there are; "" for a good show."""
        if len(self.problems) < 2:
            return "".join(self.problems)
        return f"{self.problems[0]} ({len(self.problems) - 1} more: `openstage show check` lists them)"

    @property
    def document(self) -> tomlkit.TOMLDocument:
        """The file's document, with its comments; empty where it is not valid TOML."""
        try:
            return parsed(decoded(self.text, str(self.path)), str(self.path))
        except (InputError, RecursionError):
            return tomlkit.document()


class ShowStore:
    """Reads and writes the shows of the stage whose file is in `folder`."""

    def __init__(self, folder: Path, bundled: Path | None = None) -> None:
        self._stage_folder = folder
        self._own = folder / FOLDER
        self._bundled = (bundled or presets_directory()) / FOLDER

    @property
    def folders(self) -> tuple[Path, Path]:
        """The folders of shows: own, bundled."""
        return self._own, self._bundled

    def names(self) -> list[str]:
        """All shows by name."""
        return sorted({name for folder in self.folders for name in named_files(folder)})

    def read(self, name: str) -> KeptShow:
        """A show. Raises InputError where there is none; a broken one has its `problem`."""
        for folder in self.folders:
            if is_name(name) and is_inside(path := on_disk(folder, f"{name}.toml"), folder) and path.is_file():
                return self._read(path)
        raise InputError(name, "", "no such show", nearest(name, self.names()))

    def good(self, name: str) -> ShowFile:
        """A usable show. Raises InputError with its problem."""
        found = self.read(name)
        if found.show is None:
            raise InputError(name, "", found.problem, "Correct the file first")
        return found.show

    def save(self, name: Name, values: dict[str, Any], expected: str) -> str:
        """Save a show over the revision that was read (`NEW`: it must not exist); returns its new revision.

        Raises InputError (an invalid value), ConflictError, StorageError; the old file then stays.
        """
        if not is_name(name):
            likely = name_like(name)
            remedy = f"Write {likely!r}" if likely else "Use letters and digits, with spaces and dashes between them"
            raise InputError(name, "name", "cannot be the name of a show", remedy)
        before = self.read(name) if name in self.names() else None
        check_revision(name, before.revision if before else NEW, expected)
        if before is not None and before.show is None:
            raise InputError(name, "", before.problem, "Correct the file first, or choose another name")
        document = before.document if before else tomlkit.document()
        become(document, {"schema": "show/1", "name": name, **values})
        path = on_disk(self._own, f"{name}.toml")
        _, findings = checked_model(path, document.unwrap(), ShowFile)
        if findings:
            raise InputError(str(path), findings[0].field, findings[0].problem, findings[0].remedy)
        return save_kept(path, tomlkit.dumps(document).encode(), before.revision if before and before.own else NEW)

    def change_cue(self, name: str, cue_id: str, **values: Any) -> str:
        """Change a cue's notes, title, colour or done mark; returns the show's new revision. Raises as `save`."""
        found = self.read(name)
        show = self.good(name)
        document = found.document.unwrap()
        for scene, model in zip(document.get("scenes", []), show.scenes, strict=True):
            rows = scene.get("cues", [])
            if not rows and model.number == cue_id:
                scene["cues"] = rows = [{"id": cue_id}]
            for row in rows:
                if row["id"] == cue_id:
                    row.update(values)
                    kept = {key: value for key, value in document.items() if key not in ("schema", "name")}
                    return self.save(name, kept, found.revision)
        known = [cue.id for _, cue in show.cues()]
        raise InputError(name, "cue", f"has no cue {cue_id!r}", nearest(cue_id, known))

    def cue_list(self, name: str | None, current: str | None) -> CueList:
        """The show's cues in order, each with its problem."""
        if name is None:
            return CueList()
        try:
            found = self.read(name)
        except InputError as error:
            return CueList(name, name, problem=str(error))
        if found.show is None:
            return CueList(name, name, found.revision, problem=found.problem)
        show = found.show
        steps = (neighbour(show, current, "next"), neighbour(show, current, "previous"))
        rows = rows_of(show, self._problems())
        return CueList(name, show.title or name, found.revision, rows, current, *steps)

    def _problems(self) -> Callable[[Cue], str]:
        """Why a cue cannot be fired; every preset and set is read once, however many cues name it."""

        @cache
        def of_preset(name: str) -> str:
            return _problem(lambda: load_preset(named_look(name, self._stage_folder)))

        @cache
        def of_set(name: str) -> str:
            return _problem(lambda: load_scene(named_scene(name, self._stage_folder)))

        def of_cue(cue: Cue) -> str:
            return (of_preset(cue.preset) if cue.preset else "") or (of_set(cue.set) if cue.set else "")

        return of_cue

    def _read(self, path: Path) -> KeptShow:
        text = read_kept(path)
        return KeptShow(
            normal(path.stem), path.parent == self._own, path, revision_of(text), text, *_checked(path, text)
        )


@lru_cache(maxsize=SHOWS_KEPT)
def _checked(path: Path, text: bytes) -> tuple[ShowFile | None, tuple[str, ...]]:
    """The show of a file, or all its problems. A long show takes a second to check: this happens once, not at every
    GO."""
    try:
        document = document_of(text, str(path))
    except InputError as error:
        return None, (str(error),)
    model, findings = checked_model(path, document, ShowFile)
    if model is not None and model.name != normal(path.stem):
        return None, (f"{path}: name: is {model.name!r}, but the file is called {path.stem!r}. Make them the same",)
    return model, tuple([str(finding) for finding in located(findings)])


def _problem(read: Callable[[], object]) -> str:
    try:
        read()
    except InputError as error:
        return str(error)
    return ""
