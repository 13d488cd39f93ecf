"""Changes of a stage file by a tool: one value of one source or camera, comments kept, the file as it was beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from stage.errors import InputError
from stage.files.loading import checked_stage, located
from stage.files.toml_text import decoded
from stage.library.kept_file import NEW, read_kept, revision_of, save_kept
from stage.library.toml_document import parsed

BACKUP = ".before.toml"
"""Ends the name of the copy of a stage file from before the last change."""
DIGITS = 6
"""Of a saved metre or degree."""
Row = Table | InlineTable
Values = Mapping[str, float | bool | Sequence[float]]


def edited(text: str, where: str, holder: str, name: str, values: Mapping[str, Values | None]) -> str:
    """The text of a stage file with tables of values in the row of `holder` ("sources", "cameras") with that name.

    None takes a key away. Raises InputError where there is no such row.
    """
    document = parsed(text, where)
    row = row_of(document, holder, name, where)
    for key, value in values.items():
        if value is None:
            row.pop(key, None)
            continue
        there = row.get(key)
        if isinstance(there, Table | InlineTable):
            _become(there, value)
        else:
            row[key] = _inline(value)
    return tomlkit.dumps(document)


def change_stage(path: Path, changes: Mapping[tuple[str, str], Mapping[str, Values | None]]) -> Path:
    """Change rows of a stage file: by (holder, name) the values of each. Returns where the file from before is kept.

    Nothing is written that would not load. Raises InputError, StorageError; ConflictError where it was saved since.
    """

    def change(text: str) -> str:
        for (holder, name), values in changes.items():
            text = edited(text, str(path), holder, name, values)
        return text

    return save_changed(path, change)


def save_changed(path: Path, change: Callable[[str], str]) -> Path:
    """Save a stage file as `change` makes its text, where it still loads. Returns where the file from before is kept.

    Raises InputError, StorageError; ConflictError where it was saved since.
    """
    before = read_kept(path)
    text = change(decoded(before, str(path)))
    stage, findings = checked_stage(path, parsed(text, str(path)).unwrap())
    if stage is None:
        (first, *_) = located(findings)
        raise InputError(first.place, first.field, f"would not be valid: {first.problem}", "Nothing was written")
    kept = backup_of(path)
    save_kept(kept, before, _revision(kept))
    save_kept(path, text.encode(), revision_of(before))
    return kept


def undo_change(path: Path) -> None:
    """Put the file from before the last change back; the changed one takes its place, so that undo undoes itself.

    Raises InputError where there is none.
    """
    kept = backup_of(path)
    if not kept.is_file():
        raise InputError(str(path), "", "has no kept version from before a change", f"It would be {kept.name}")
    before, now = read_kept(kept), read_kept(path)
    save_kept(path, before, revision_of(now))
    save_kept(kept, now, revision_of(before))


def backup_of(path: Path) -> Path:
    """Where a stage file from before its last change is kept."""
    return path.with_name(path.stem + BACKUP)


def _revision(path: Path) -> str:
    try:
        return revision_of(read_kept(path))
    except FileNotFoundError:
        return NEW


def row_of(document: tomlkit.TOMLDocument, holder: str, name: str, where: str) -> Row:
    """The row of `holder` with that name. Raises InputError where there is none."""
    rows = document.get(holder)
    found = list(rows) if isinstance(rows, AoT | Array) else []
    for row in found:
        if isinstance(row, Table | InlineTable) and row.get("name") == name:
            return row
    raise InputError(
        where, holder, f"there is no {name!r}", f"Names: {', '.join(str(row.get('name')) for row in found)}"
    )


def _become(there: Row, values: Values) -> None:
    for key in [key for key in there if key not in values]:
        there.remove(key)
    for key, value in values.items():
        there[key] = _plain(value)


def _inline(values: Values) -> InlineTable:
    table = tomlkit.inline_table()
    for key, value in values.items():
        table[key] = _plain(value)
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    return [_plain(float(part)) for part in value]
