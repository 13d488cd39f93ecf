"""Records to bytes and back: msgpack arrays in field order, with a version in front.

A message is `[VERSION, field, field, ...]`; nested records are arrays, enums are integers, tuples are arrays.
The decoder of a record type is built once from its type hints, so a wrong shape is an error, not a surprise.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import IntEnum
from typing import Any, cast

import msgpack

from stage.errors import MessageError
from stage.messages.topics import TOPIC_BY_NAME, TOPIC_OF_RECORD, Record

VERSION = 1
"""Raised whenever a record's fields change; a reader refuses other versions by name."""

Convert = Callable[[Any], Any]

_PACKERS: dict[type[Any], Callable[[Any], list[Any]]] = {}
_UNPACKERS: dict[type[Any], Convert] = {}


def encode(record: Record) -> bytes:
    """The record's bytes; its topic is `TOPIC_OF_RECORD[type(record)]`."""
    return msgpack.packb([VERSION, *_packer(type(record))(record)], use_bin_type=True)


def decode(topic_name: str, payload: bytes) -> Record:
    """The record of a topic. Raises MessageError for another version, an unknown topic or a wrong shape."""
    topic = TOPIC_BY_NAME.get(topic_name)
    if topic is None:
        raise MessageError(f"unknown topic {topic_name!r}: the sender runs another release")
    try:
        array = msgpack.unpackb(payload, use_list=False)
        version, values = array[0], array[1:]
    except (ValueError, TypeError, LookupError, msgpack.UnpackException) as error:
        raise MessageError(f"{topic_name}: not a message: {error}") from error
    if version != VERSION:
        raise MessageError(f"{topic_name}: version {version}, this release speaks {VERSION}: update all nodes")
    try:
        return cast(Record, _unpacker(topic.record)(values))
    except (TypeError, ValueError, IndexError) as error:
        raise MessageError(f"{topic_name}: wrong shape: {error}") from error


def key_of(record: Record) -> str:
    """The key under which only the newest record of the topic counts."""
    return TOPIC_OF_RECORD[type(record)].key(record)


def _packer(kind: type[Any]) -> Callable[[Any], list[Any]]:
    packer = _PACKERS.get(kind)
    if packer is None:
        names = tuple(field.name for field in fields(kind))
        packer = _PACKERS[kind] = lambda record: [_plain(getattr(record, name)) for name in names]
    return packer


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is float or kind is int or kind is str:
        return value
    if kind is tuple:
        return [_plain(item) for item in value]
    if is_dataclass(kind):
        return _packer(kind)(value)
    return int(value) if isinstance(value, IntEnum) else value


def _unpacker(kind: type[Any]) -> Convert:
    unpacker = _UNPACKERS.get(kind)
    if unpacker is None:
        unpacker = _UNPACKERS[kind] = _build_unpacker(kind)
    return unpacker


def _build_unpacker(kind: type[Any]) -> Convert:
    hints = typing.get_type_hints(kind)
    converts = tuple(_converter(hints[field.name]) for field in fields(kind))
    count = len(converts)

    def unpack(values: Any) -> Any:
        if len(values) != count:
            raise ValueError(f"{kind.__name__} has {count} fields, not {len(values)}")
        return kind(*[convert(value) for convert, value in zip(converts, values, strict=True)])

    return unpack


def _converter(hint: Any) -> Convert:
    if isinstance(hint, type) and is_dataclass(hint):
        return _unpacker(hint)
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return hint
    if typing.get_origin(hint) is tuple:
        return _tuple_converter(typing.get_args(hint))
    if typing.get_origin(hint) is typing.Literal:
        return _one_of(typing.get_args(hint))
    if isinstance(hint, types.GenericAlias) or not isinstance(hint, type):
        raise TypeError(f"the codec carries no {hint}")
    return _checked(hint)


def _tuple_converter(items: tuple[Any, ...]) -> Convert:
    if len(items) == 2 and items[1] is Ellipsis:
        convert = _converter(items[0])
        return lambda values: tuple([convert(value) for value in values])
    converts = tuple(_converter(item) for item in items)
    return lambda values: tuple([c(v) for c, v in zip(converts, values, strict=True)])


def _one_of(words: tuple[Any, ...]) -> Convert:
    known = {word: word for word in words}

    def check(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"{value!r} is none of {words}")
        return known[value]

    return check


def _checked(kind: type[Any]) -> Convert:
    def check(value: Any) -> Any:
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        raise TypeError(f"{value!r} is no {kind.__name__}")

    return check
