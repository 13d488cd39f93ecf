"""TOML documents that people edit: values change, comments and the order of keys stay. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Table

from stage.errors import InputError

DIGITS = 9
"""Digits of a saved number: a slider's 0.30000000000000004 becomes 0.3."""
IDENTITIES = ("name", "number", "id")
"""Keys that identify a table in a list."""
Holder = Table | InlineTable | tomlkit.TOMLDocument


def parsed(text: str, where: str) -> tomlkit.TOMLDocument:
    """The document. Raises InputError where it is not valid TOML."""
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise InputError(where, "", f"is not valid TOML: {error}", "Correct that line") from error


def become(holder: Holder, values: Mapping[str, Any]) -> None:
    """Give the table these values and no others."""
    for key in [key for key in holder if key not in values]:
        holder.remove(key)
    put_all(holder, values)


def put_all(holder: Holder, values: Mapping[str, Any]) -> None:
    """Set these values; the others stay."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            become(_table(holder, key), value)
        elif _is_list_of_tables(value):
            _become_tables(holder, key, value)
        else:
            put(holder, key, value)


def put(holder: Holder, key: str, value: Any) -> None:
    """Set a value; an equal one keeps its notation (`1e-3`, a colour in capitals)."""
    value = _plain(value)
    before = holder.get(key)
    if before is not None and _plain(getattr(before, "unwrap", lambda: before)()) == value:
        return
    holder[key] = value


def _table(holder: Holder, key: str) -> Table | InlineTable:
    inner = holder.get(key)
    if not isinstance(inner, Table | InlineTable):
        inner = tomlkit.table()
        holder[key] = inner
    return inner


def _become_tables(holder: Holder, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set a list of tables; those that remain are changed in place."""
    there = holder.get(key)
    known = dict(zip(_identities(there), there, strict=True)) if isinstance(there, AoT) else {}
    wanted = _identities(rows)
    items = [known.get(identity, tomlkit.table()) for identity in wanted]
    for item, row in zip(items, rows, strict=True):
        become(item, row)
    if wanted == list(known):
        return
    made = tomlkit.aot()
    for item in items:
        made.append(item)
    holder[key] = made


def _identities(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The identity of each row, and its position among those with the same one: the first, the second, ..."""
    names = [_identity(row) for row in rows]
    return [(name, names[:index].count(name)) for index, name in enumerate(names)]


def _identity(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in IDENTITIES if key in row), "")


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)
