"""What the prediction of a camera knows, as plain data and back, to the last bit. Pure.

A track is a tree of small objects. Each is written as its fields; arrays, queues and enumerations as what they hold.
Read back are only classes of the modules that predict, and their fields are set, nothing of them is called: a take from
somewhere else cannot run anything. Settings (the camera's, its care) are not written: they are the stage's.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import Any

import msgpack
import numpy as np

from stage.errors import MessageError
from stage.model.base import Model

MODULES = frozenset(
    {
        "stage.maths.motion",
        "stage.maths.motion_bank",
        "stage.maths.motion_forecast",
        "stage.maths.motion_surprise",
        "stage.maths.motion_weights",
        "stage.messages.frames",
        "stage.messages.samples",
        "stage.show.camera_track",
        "stage.show.easing",
        "stage.show.forecast_watch",
    }
)
"""Whose classes a memory may name."""
UNREADABLE = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ImportError,
    RecursionError,
    msgpack.UnpackException,
)
PLAIN = frozenset({type(None), bool, int, float, str, bytes})
_SLOTS: dict[type, tuple[str, ...]] = {}
KEPT = "kept"
"""Stands for a setting: the reader keeps its own."""


def remembered(track: object) -> bytes:
    """A track as bytes. Raises TypeError for what it cannot write: a class that `MODULES` lacks."""
    return bytes(msgpack.packb(_written(track)))


def recall(track: object, state: bytes) -> None:
    """Make a new track, of the same camera, what another one was. Raises MessageError where a release with other fields
    wrote it, or it is damaged."""
    try:
        kind, name, fields = msgpack.unpackb(state, strict_map_key=False)
        if kind != "o" or _class(name) is not type(track) or {*fields} != {*_names(track)}:
            raise ValueError("other fields")
        values = {field: _read(node, getattr(track, field)) for field, node in fields.items()}
    except UNREADABLE as error:
        raise MessageError(f"a camera's memory cannot be read: another release wrote it ({error})") from error
    for field, value in values.items():
        object.__setattr__(track, field, value)


def _written(value: object) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is tuple or kind is list:
        items: Any = value
        letter = "t" if kind is tuple else "l"
        return [letter, items if PLAIN.issuperset(map(type, items)) else [_written(each) for each in items]]
    if isinstance(value, np.ndarray):
        return ["a", value.dtype.str, list(value.shape), np.ascontiguousarray(value).tobytes()]
    if isinstance(value, np.generic):
        return ["n", value.dtype.str, value.tobytes()]
    if isinstance(value, deque):
        return ["q", value.maxlen, [_written(each) for each in value]]
    if isinstance(value, Enum):
        return ["e", _name(value), value.value]
    if isinstance(value, tuple):
        return ["r", _name(value), [_written(each) for each in value]]
    if isinstance(value, Model):
        return [KEPT]
    return ["o", _name(value), {name: _written(getattr(value, name)) for name in _names(value)}]


def _read(node: Any, here: object) -> Any:
    """A value; `here` is what stands in its place in a new track."""
    if not isinstance(node, list):
        return node
    kind, *rest = node
    if kind == KEPT:
        return here
    if kind == "a":
        return np.frombuffer(rest[2], np.dtype(rest[0])).reshape(rest[1]).copy()
    if kind == "n":
        return np.frombuffer(rest[1], np.dtype(rest[0]))[0]
    if kind == "e":
        return _class(rest[0])(rest[1])
    if kind == "r":
        return tuple.__new__(_class(rest[0]), [_read(each, None) for each in rest[1]])
    if kind == "o":
        return _object(rest[0], rest[1], here)
    items = [_read(each, None) for each in rest[-1]]
    if kind == "q":
        return deque(items, rest[0])
    if kind not in ("l", "t"):
        raise ValueError(f"unknown kind {kind!r}")
    return items if kind == "l" else tuple(items)


def _object(name: str, fields: dict[str, Any], here: object) -> object:
    kind = _class(name)
    made = kind.__new__(kind)
    for field, node in fields.items():
        object.__setattr__(made, field, _read(node, getattr(here, field, None)))
    if isinstance(here, kind) and {*_names(here)} != {*fields}:
        raise ValueError(f"{name} has other fields")
    return made


def _names(value: object) -> Iterator[str]:
    """The names of an object's fields."""
    kind = type(value)
    if kind not in _SLOTS:
        found = [each.__dict__.get("__slots__", ()) for each in kind.__mro__]
        _SLOTS[kind] = tuple(name for slots in found for name in ((slots,) if isinstance(slots, str) else slots))
    yield from _SLOTS[kind]
    yield from getattr(value, "__dict__", ())


def _name(value: object) -> str:
    kind = type(value)
    if kind.__module__ not in MODULES:
        raise TypeError(f"{kind.__module__}.{kind.__name__} is no part of a camera's memory")
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str) -> Any:
    module, _, qualified = name.partition(":")
    if module not in MODULES:
        raise ValueError(f"{module} is no part of a camera's memory")
    kind = getattr(importlib.import_module(module), qualified)
    if not isinstance(kind, type) or kind.__module__ not in MODULES:
        raise ValueError(f"{name} is no class of theirs")
    return kind
