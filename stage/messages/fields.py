"""The fields of records by name, so that what was written by one release can be read by another. Pure.

A message is an array in field order (stage/messages/codec.py). With the names that it was written with, its values find
their place in today's records: fields that came later have their default, fields that are gone are left out.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

import msgpack

from stage.errors import MessageError
from stage.messages.codec import SETTLED, VERSION, decode_as, encode

Names = Mapping[str, list[str]]
"""Field names in their order, by the name of the record."""


def fields_of(record: type[Any]) -> dict[str, list[str]]:
    """The fields of a record and of every record inside it."""
    found: dict[str, list[str]] = {}
    _collect(record, found)
    return found


def decode_written(record: type[Any], name: str, payload: bytes, version: int, names: Names) -> Any:
    """A record that a release with these names and codec version wrote; `name` is said in errors. Raises MessageError
    where a field without a default is missing, or a value does not fit."""
    if version == VERSION and names == fields_of(record):
        return decode_as(record, name, payload)
    try:
        _, *values = msgpack.unpackb(payload, use_list=False)
        today = _today(record, values, names)
    except (ValueError, TypeError, LookupError, msgpack.UnpackException) as error:
        raise MessageError(f"{name}: another release wrote it, and it cannot be converted: {error}") from error
    return decode_as(record, name, msgpack.packb((VERSION, *today)))


def _collect(kind: Any, found: dict[str, list[str]]) -> None:
    if isinstance(kind, type) and is_dataclass(kind):
        if kind.__name__ not in found:
            hints = typing.get_type_hints(kind)
            found[kind.__name__] = [field.name for field in fields(kind)]
            for field in fields(kind):
                _collect(hints[field.name], found)
        return
    for inner in typing.get_args(kind):
        _collect(inner, found)


def _today(kind: type[Any], values: Any, names: Names) -> tuple[Any, ...]:
    """The values of a record in today's order, nested ones too."""
    written = dict(zip(names[kind.__name__], values, strict=True))
    hints = typing.get_type_hints(kind)
    return tuple(
        _converted(hints[field.name], written[field.name], names) if field.name in written else _default(kind, field)
        for field in fields(kind)
    )


def _converted(hint: Any, value: Any, names: Names) -> Any:
    if value is None:
        return None
    if isinstance(hint, type) and is_dataclass(hint):
        inside = msgpack.unpackb(value, use_list=False) if hint in SETTLED and isinstance(value, bytes) else value
        today = _today(hint, inside, names)
        return msgpack.packb(today) if hint in SETTLED else today
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_converted(each, part, names) for each, part in zip(kinds, value, strict=True))
    if origin in (types.UnionType, typing.Union):
        return _converted(inner[0], value, names)
    return value


def _default(kind: type[Any], field: Any) -> Any:
    """What a field has that the writer did not know, encoded as inside its record."""
    value = field.default if field.default is not MISSING else None
    if value is None and field.default_factory is not MISSING:
        value = field.default_factory()
    if field.default is MISSING and field.default_factory is MISSING:
        raise ValueError(f"{kind.__name__} had no {field.name}")
    if not is_dataclass(value):
        return value
    _, *inside = msgpack.unpackb(encode(typing.cast(Any, value)), use_list=False)
    return msgpack.packb(inside) if type(value) in SETTLED else inside
