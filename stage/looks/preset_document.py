"""A preset file as a document: values go in, comments and the order of keys stay. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from stage.errors import InputError
from stage.looks.partial import laid_over
from stage.model.look import Look

DIGITS = 9
"""Of a number that is saved: a slider's 0.30000000000000004 is 0.3."""
TITLES = ("title", "description", "colour")


def parsed(text: str, where: str) -> tomlkit.TOMLDocument:
    """The document. Raises InputError where it is no TOML."""
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise InputError(where, "", f"is not TOML: {error}", "Mend that line") from error


def blank(name: str) -> tomlkit.TOMLDocument:
    """A preset that says nothing yet."""
    document = tomlkit.document()
    document["schema"] = "look/1"
    document["name"] = name
    return document


def put_head(document: tomlkit.TOMLDocument, head: Mapping[str, Any]) -> None:
    """Title, description, colour, lock and transition; what is not given stays."""
    for key, value in head.items():
        if key != "transition":
            _put(document, key, value)
        else:
            table = document.get(key)
            if not isinstance(table, Table):
                table = tomlkit.table()
                document[key] = table
            for inner, each in value.items():
                _put(table, inner, each)


def put_look(document: tomlkit.TOMLDocument, part: Mapping[str, Any]) -> None:
    """The part of a look the preset holds from now on; keys that stay keep their comments, others go."""
    table = document.get("look")
    if not isinstance(table, Table):
        table = tomlkit.table(is_super_table=True)
        document["look"] = table
    _become(table, part)


GROUPS = tuple(key for key, value in asdict(Look()).items() if not isinstance(value, bool))
"""What a preset can hold: the frame code is no part of a look that is kept."""


def whole_groups(look: Look, groups: Sequence[str]) -> dict[str, Any]:
    """All values of some groups of a look, as a part. Raises InputError for a group that no look has."""
    values = asdict(look)
    for group in groups:
        if group not in GROUPS:
            raise InputError("preset", "groups", f"a look has no group {group!r}", f"Groups: {', '.join(GROUPS)}")
    return {group: _filled(values[group]) for group in GROUPS if group in groups and _filled(values[group])}


def _filled(value: Any) -> Any:
    """Without lists that hold nothing."""
    if isinstance(value, Mapping):
        return {key: _filled(inner) for key, inner in value.items() if inner not in ((), [])}
    return value


def as_typed(part: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The part with its values as the look has them (1 becomes 1.0). Raises InputError for one that does not fit."""
    whole = asdict(laid_over(Look(), part, where))
    return {key: _like(value, whole[key]) for key, value in part.items()}


def _like(value: Any, typed: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(typed, Mapping):
        return {key: _like(inner, typed[key]) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(value[0], Mapping):
        named = {item["name"]: item for item in typed}
        return [_like(item, named[item["name"]]) for item in value if item["name"] in named]
    return typed


def _become(table: Table, values: Mapping[str, Any]) -> None:
    """The table holds these values and no others."""
    for key in [key for key in table if key not in values]:
        table.remove(key)
    for key, value in values.items():
        if isinstance(value, Mapping):
            inner = table.get(key)
            if not isinstance(inner, Table):
                inner = tomlkit.table()
                table[key] = inner
            _become(inner, value)
        elif _is_list_of_tables(value):
            _become_tables(table, key, value)
        else:
            _put(table, key, value)


def _become_tables(table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Named tables in a row; those that stay are changed in place."""
    there = table.get(key)
    known = {str(item.get("name")): item for item in there} if isinstance(there, AoT) else {}
    made = tomlkit.aot()
    for row in rows:
        item = known.get(str(row["name"]), tomlkit.table())
        _become(item, row)
        made.append(item)
    if isinstance(there, AoT) and [item.unwrap() for item in there] == [item.unwrap() for item in made]:
        return
    table[key] = made


def _put(table: Table | tomlkit.TOMLDocument, key: str, value: Any) -> None:
    """Set a value; one that is the same already keeps its writing (`1e-3`, hexadecimal colours in capitals)."""
    value = _plain(value)
    before = table.get(key)
    if before is not None and _plain(getattr(before, "unwrap", lambda: before)()) == value:
        return
    table[key] = value


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)
