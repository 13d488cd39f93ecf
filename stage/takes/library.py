"""The takes of a stage: found, searched, noted, renamed and removed; what is removed can be brought back. IO."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stage.errors import InputError
from stage.takes.index import Listed as Listed
from stage.takes.index import TakeIndex
from stage.takes.places import BIN, find_take, name_of, new_folder, parts_of, stem_of, take_folders
from stage.takes.take_info import TakeInfo, read_info, write_info

SAID = ("circled", "printed", "rating", "note", "slate", "take")
"""What people may change of a take."""


class TakeLibrary:
    """The takes in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.index = TakeIndex(root)

    def listed(self, words: str = "", most: int | None = None) -> list[Listed]:
        """Takes, newest first; with words only those that have every one of them somewhere; at most so many."""
        return self.index.listed(words, most)

    def count(self, words: str = "") -> int:
        """How many takes have all the words."""
        return self.index.count(words)

    def find(self, name: str) -> Path:
        """A take's folder by its name. Raises InputError."""
        return find_take(self.root, name)

    def change(self, name: str, values: dict[str, Any]) -> TakeInfo:
        """Say something of a take: any of `SAID`. A new slate or number renames its folder too. Raises InputError,
        OSError."""
        folder = self.find(name)
        before = read_info(folder)
        unknown = sorted(set(values) - set(SAID))
        if unknown:
            raise InputError(name, unknown[0], "cannot be changed", f"What can: {', '.join(SAID)}")
        if before.status == "rolling":
            raise InputError(name, "", "is rolling", "Cut first")
        try:
            info = TakeInfo.model_validate({**before.model_dump(by_alias=True), **values})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise InputError(name, str(first["loc"][0]), first["msg"], "Correct the value") from error
        if stem_of(info.slate, info.take) != stem_of(before.slate, before.take):
            target = new_folder(self.root, folder.parent.name, info.slate, info.take)
            target.rmdir()
            folder = folder.rename(target)
        write_info(folder, info)
        return info

    def remove(self, name: str) -> str:
        """Set a take aside; returns the name to bring it back by. Raises InputError, OSError."""
        folder = self.find(name)
        if read_info(folder).status == "rolling":
            raise InputError(name, "", "is rolling", "Cut first")
        aside = self.root / BIN / folder.parent.name / folder.name
        if aside.exists():
            raise InputError(name, "", "one of this name was removed before", "Empty the folder `takes/removed`")
        aside.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(aside)
        return name_of(aside)

    def bring_back(self, name: str) -> Path:
        """Undo `remove`. Raises InputError, OSError."""
        aside = self.root / BIN / name
        if ".." in Path(name).parts or not aside.is_dir() or not parts_of(aside):
            raise InputError(name, "", "was not removed here", "`openstage take list --removed` names what was")
        folder = self.root / name
        if folder.exists():
            raise InputError(name, "", "there is a take of this name again", "Rename that one first")
        folder.parent.mkdir(parents=True, exist_ok=True)
        return aside.rename(folder)

    def removed(self) -> list[Listed]:
        """What was set aside."""
        return [self._listed(folder) for folder in take_folders(self.root / BIN)]

    def copy(self, name: str, target: Path) -> tuple[int, int]:
        """Copy a take with everything its frames name, and compare every file with its original; returns files and
        bytes. Raises InputError where a copy differs, OSError."""
        from stage.takes.content import ContentStore, digest_of

        folder, store = self.find(name), ContentStore(self.root)
        info = read_info(folder)
        into = target / name_of(folder)
        pairs = [(path, into / path.name) for path in sorted(folder.iterdir()) if path.is_file()]
        pairs += [(store.path_of(digest), ContentStore(target).path_of(digest)) for digest in info.content.values()]
        total = 0
        for source, copied in pairs:
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copied)
            total += copied.stat().st_size
            if digest_of(source) != digest_of(copied):
                raise InputError(str(copied), "", "differs from its original", "The disk may be failing: use another")
        return len(pairs), total

    def _listed(self, folder: Path) -> Listed:
        size = sum(part.stat().st_size for part in parts_of(folder))
        try:
            return Listed(name_of(folder), folder, read_info(folder), size)
        except InputError as error:
            return Listed(name_of(folder), folder, None, size, str(error))
