"""Records to bytes and back: msgpack arrays in field order, with a version in front.

A message is `[VERSION, field, field, ...]`; nested records are arrays, enums are their values, tuples are arrays.
Nested records that stay the same over many messages (`SETTLED`) are sent as a blob, their array's bytes: it is encoded
once per record and decoded once per content, so a look of eighty values costs a frame almost no time.
The decoder of a record type is built once from its type hints, so a wrong shape is an error, not a surprise.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgpack

from stage.errors import MessageError
from stage.messages.frames import CameraChoice, Frame, Heavens, Show
from stage.messages.samples import LensState
from stage.messages.topics import TOPIC_BY_NAME, TOPIC_OF_RECORD, Record
from stage.model.look import Look

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

VERSION = 11
"""Raised whenever a record's fields change; a reader refuses other versions by name."""

GROWN: frozenset[type[Any]] = frozenset({Frame})
"""Kinds whose last fields may be missing, as in takes of before: they are their defaults then."""

SETTLED: frozenset[type[Any]] = frozenset({Look, Heavens, Show, CameraChoice, LensState})
MOST_BLOBS = 64
"""The most cached per kind and direction; then all are dropped, because a zooming lens makes a new one each time."""

Kind = TypeVar("Kind")
Convert = Callable[[Any], Any]
Values = Callable[[Any], tuple[Any, ...]]

_VALUES: dict[type[Any], Values] = {}
_UNPACKERS: dict[type[Any], Convert] = {}
_BLOBS: dict[int, tuple[object, bytes]] = {}
"""By the record's identity; the record is kept, so no other one can get its identity."""


def encode(record: DataclassInstance) -> bytes:
    """The record's bytes; the topic of one that the bus carries is `TOPIC_OF_RECORD[type(record)]`."""
    return msgpack.packb((VERSION, *_values(type(record))(record)), default=_nested)


def decode(topic_name: str, payload: bytes | memoryview) -> Record:
    """The record of a topic. Raises MessageError for another version, an unknown topic or a wrong shape."""
    topic = TOPIC_BY_NAME.get(topic_name)
    if topic is None:
        raise MessageError(f"unknown topic {topic_name!r}: the sender runs another release")
    return cast(Record, decode_as(topic.record, topic_name, payload))


def decode_as(kind: type[Kind], name: str, payload: bytes | memoryview) -> Kind:
    """The record of a kind, also one that the bus does not carry (what a process keeps in a file); `name` is said in
    errors. Raises MessageError for another version or a wrong shape."""
    try:
        array = msgpack.unpackb(payload, use_list=False)
        version, values = array[0], array[1:]
    except (ValueError, TypeError, LookupError, msgpack.UnpackException) as error:
        raise MessageError(f"{name}: not a message: {error}") from error
    if version != VERSION:
        raise MessageError(f"{name}: version {version}, but this release uses {VERSION}: update all nodes")
    try:
        return cast(Kind, _unpacker(kind)(values))
    except (TypeError, ValueError, IndexError) as error:
        raise MessageError(f"{name}: wrong shape: {error}") from error


def key_of(record: Record) -> str:
    """The key under which only the newest record of the topic counts."""
    return TOPIC_OF_RECORD[type(record)].key(record)


def _values(kind: type[Any]) -> Values:
    """A function that returns the fields of a record in order."""
    values = _VALUES.get(kind)
    if values is None:
        names = [field.name for field in fields(kind)]
        one_or_all: Callable[[Any], Any] = attrgetter(*names)
        values = _VALUES[kind] = one_or_all if len(names) > 1 else lambda record: (one_or_all(record),)
    return values


def _nested(record: Any) -> tuple[Any, ...] | bytes:
    """The value to pack for a record inside a record."""
    kind = type(record)
    if kind not in SETTLED:
        return _values(kind)(record)
    known = _BLOBS.get(id(record))
    if known is None:
        if len(_BLOBS) >= MOST_BLOBS:
            _BLOBS.clear()
        known = _BLOBS[id(record)] = (record, msgpack.packb(_values(kind)(record), default=_inner))
    return known[1]


def _inner(record: Any) -> tuple[Any, ...]:
    return _values(type(record))(record)


def _unpacker(kind: type[Any]) -> Convert:
    unpacker = _UNPACKERS.get(kind)
    if unpacker is None:
        unpacker = _UNPACKERS[kind] = _build_unpacker(kind)
    return unpacker


def _build_unpacker(kind: type[Any]) -> Convert:
    hints = typing.get_type_hints(kind)
    of_field = [hints[field.name] for field in fields(kind)]
    converts = tuple([(hint, _blob_reader(hint) if hint in SETTLED else _converter(hint)) for hint in of_field])
    count = len(converts)
    least = sum(field.default is MISSING for field in fields(kind)) if kind in GROWN else count

    def unpack(values: Any) -> Any:
        if not least <= len(values) <= count:
            raise ValueError(f"{kind.__name__} has {count} fields, not {len(values)}")
        return kind(
            *[
                value if type(value) is hint else convert(value)
                for (hint, convert), value in zip(converts, values, strict=False)
            ]
        )

    return unpack


def _blob_reader(kind: type[Any]) -> Convert:
    """Reads a blob; one read before gives the same record again."""
    unpack = _unpacker(kind)
    known: dict[bytes, Any] = {}

    def read(blob: Any) -> Any:
        if type(blob) is not bytes:
            raise TypeError(f"{kind.__name__} is not a blob")
        record = known.get(blob)
        if record is None:
            if len(known) >= MOST_BLOBS:
                known.clear()
            record = known[blob] = unpack(msgpack.unpackb(blob, use_list=False))
        return record

    return read


def _converter(hint: Any) -> Convert:
    if isinstance(hint, type) and is_dataclass(hint):
        return _unpacker(hint)
    if isinstance(hint, type) and issubclass(hint, (IntEnum, StrEnum)):
        return hint
    if typing.get_origin(hint) is tuple:
        return _tuple_converter(typing.get_args(hint))
    if typing.get_origin(hint) is typing.Literal:
        return _one_of(typing.get_args(hint))
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return _or_none(*typing.get_args(hint))
    if typing.get_origin(hint) is dict:
        return _mapping
    if isinstance(hint, types.GenericAlias) or not isinstance(hint, type):
        raise TypeError(f"the codec cannot encode {hint}")
    return _checked(hint)


def _tuple_converter(items: tuple[Any, ...]) -> Convert:
    if len(items) == 2 and items[1] is Ellipsis:
        convert = _converter(items[0])
        return lambda values: tuple([convert(value) for value in values])
    converts = tuple(_converter(item) for item in items)

    def convert_all(values: Any) -> Any:
        if tuple(map(type, values)) == items:
            return values
        return tuple([c(v) for c, v in zip(converts, values, strict=True)])

    return convert_all


def _or_none(kind: Any, none: Any) -> Convert:
    if none is not types.NoneType:
        raise TypeError(f"the codec cannot encode {kind} | {none}")
    convert = _converter(kind)
    return lambda value: None if value is None else convert(value)


def _mapping(values: Any) -> dict[str, Any]:
    """Plain values by name, as JSON has them."""
    if type(values) is not dict or not all(type(name) is str for name in values):
        raise TypeError(f"{values!r} is not a mapping of names")
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if type(value) is dict:
        return _mapping(value)
    return [_plain(item) for item in value] if type(value) is tuple else value


def _one_of(words: tuple[Any, ...]) -> Convert:
    known = {word: word for word in words}

    def check(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"{value!r} is not one of {words}")
        return known[value]

    return check


def _checked(kind: type[Any]) -> Convert:
    def check(value: Any) -> Any:
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        raise TypeError(f"{value!r} is not {kind.__name__}")

    return check
