"""A source that was found by listening goes into a stage file: beside the others, or in the place of its namesake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from stage.errors import InputError
from stage.library.stage_edit import Row, row_of, save_changed
from stage.library.toml_document import parsed
from stage.model.sources.base import TrackerSource

HEARD = {"name", "host", "port", "group", "rate_hz", "axes", "pan_sign", "tilt_sign", "roll_sign", "position_scale"}
"""Keys of every source that listening finds out; the others (delay, alignment, what to do on loss) stay as they are."""
STAY = set(TrackerSource.model_fields) - HEARD


def put_source(path: Path, block: str, camera: str | None = None) -> tuple[Path, bool]:
    """Put a `[[sources]]` block into a stage file, and give it to a camera. Comments and all other lines stay.

    Returns where the file from before is kept, and whether a source of that name was there. Raises InputError,
    StorageError; ConflictError where the file was saved since.
    """
    was_there: list[bool] = []

    def change(text: str) -> str:
        changed, there = with_source(text, str(path), block, camera)
        was_there.append(there)
        return changed

    return save_changed(path, change), was_there[0]


def with_source(text: str, where: str, block: str, camera: str | None) -> tuple[str, bool]:
    """The text of a stage file with that source, and whether one of its name was there."""
    document = parsed(text, where)
    (new,) = _rows(parsed(block, "the found source"))
    there = next((row for row in _rows(document) if row.get("name") == new["name"]), None)
    if there is not None:
        _replace(there, new)
    else:
        _append(document, new)
    if camera is not None:
        row_of(document, "cameras", camera, where)["source"] = str(new["name"])
    return tomlkit.dumps(document), there is not None


def _rows(document: tomlkit.TOMLDocument) -> list[Row]:
    rows = document.get("sources")
    return [row for row in rows if isinstance(row, Table | InlineTable)] if isinstance(rows, AoT | Array) else []


def _replace(there: Row, new: Mapping[str, Any]) -> None:
    """What listening finds out is as found; what it cannot know stays."""
    for key in [key for key in there if key not in new and key not in STAY]:
        there.remove(key)
    for key, value in new.items():
        there[key] = value


def _append(document: tomlkit.TOMLDocument, new: Row) -> None:
    rows = document.get("sources")
    if rows is None or (isinstance(rows, Array) and not rows):
        if rows is not None:
            document.remove("sources")
        rows = tomlkit.aot()
        rows.append(tomlkit.item(dict(new)))
        document.append("sources", rows)
    elif isinstance(rows, AoT):
        table = tomlkit.table()
        for key, value in new.items():
            table.append(key, value)
        rows.append(table)
    elif isinstance(rows, Array):
        inline = tomlkit.inline_table()
        for key, value in new.items():
            inline[key] = value
        rows.append(inline)
    else:
        raise InputError("sources", "", "is no list of sources", "Write [[sources]] before each")
