"""A preset file as a document: values change, comments and the order of keys stay. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import tomlkit
from tomlkit.items import Table

from stage.errors import InputError
from stage.library.toml_document import become, put_all
from stage.model.look import Look
from stage.show.partial import laid_over


def blank(name: str) -> tomlkit.TOMLDocument:
    """An empty preset."""
    document = tomlkit.document()
    document["schema"] = "look/1"
    document["name"] = name
    return document


def put_head(document: tomlkit.TOMLDocument, head: Mapping[str, Any]) -> None:
    """Set title, description, colour, key, lock and transition; what is left out stays, what is None goes."""
    for name in [name for name, value in head.items() if value is None]:
        document.pop(name, None)
    head = {name: value for name, value in head.items() if value is not None}
    transition = {**document.unwrap().get("transition", {}), **head.get("transition", {})}
    put_all(document, {**head, "transition": transition} if transition else head)


def put_look(document: tomlkit.TOMLDocument, part: Mapping[str, Any]) -> None:
    """Set the part of a look that the preset holds; remaining keys keep their comments, others are removed."""
    table = document.get("look")
    if not isinstance(table, Table):
        table = tomlkit.table(is_super_table=True)
        document["look"] = table
    become(table, part)


GROUPS = tuple(key for key, value in asdict(Look()).items() if not isinstance(value, bool))
"""What a preset can hold: the frame code is not saved with a look."""


def whole_groups(look: Look, groups: Sequence[str]) -> dict[str, Any]:
    """All values of some groups of a look, as a part. Raises InputError for an unknown group."""
    values = asdict(look)
    for group in groups:
        if group not in GROUPS:
            raise InputError("preset", "groups", f"there is no group {group!r}", f"Groups: {', '.join(GROUPS)}")
    return {group: _filled(values[group]) for group in GROUPS if group in groups and _filled(values[group])}


def _filled(value: Any) -> Any:
    """The value without empty lists."""
    if isinstance(value, Mapping):
        return {key: _filled(inner) for key, inner in value.items() if inner not in ((), [])}
    return value


def as_typed(part: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The part with its values in the look's types (1 becomes 1.0). Raises InputError for an invalid one."""
    whole = asdict(laid_over(Look(), part, where))
    return {key: _like(value, whole[key]) for key, value in part.items()}


def _like(value: Any, typed: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(typed, Mapping):
        return {key: _like(inner, typed[key]) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(value[0], Mapping):
        named = {item["name"]: item for item in typed}
        return [_like(item, named[item["name"]]) for item in value if item["name"] in named]
    return typed
