"""A set that was read, as a file between two processes: arrays as arrays, everything else as plain records. IO.

One npz: the arrays, and the tree of records as msgpack. Reading makes only records of this house that are data
(dataclasses, models, enumerations) and never runs what a file names, as Python's pickle would. Whoever could swap the
file could give a wrong picture, not run a program.
"""

from __future__ import annotations

import dataclasses
import importlib
from enum import Enum
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
from pydantic import BaseModel

from render.layers.sky.light import SkyTables
from render.scene.scene_data import SceneData
from stage.errors import MessageError

HOUSE = ("render.", "stage.")
TREE = "tree"
STATED = (SkyTables,)
"""Classes that are neither dataclasses nor models, whose state is plain."""
PLAIN = (bool, int, float, str, bytes, type(None))
BROKEN = (OSError, ValueError, TypeError, LookupError, AttributeError, ImportError, msgpack.UnpackException, EOFError)


def write_set(scene: SceneData, path: Path) -> None:
    """Write a set. Raises OSError where there is no room, TypeError for what is no data."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    tree = msgpack.packb(_packed(scene, arrays))
    with path.open("xb") as file:
        np.savez(file, **{TREE: np.frombuffer(tree, np.uint8)}, **arrays)  # type: ignore[arg-type]


def read_set(path: Path) -> SceneData:
    """Read it. Raises MessageError where it is damaged or holds anything but data."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        tree = msgpack.unpackb(arrays.pop(TREE).tobytes(), strict_map_key=False)
        scene = _unpacked(tree, arrays)
    except BROKEN as error:
        raise MessageError(f"{path.name} is damaged: {error}") from error
    if not isinstance(scene, SceneData):
        raise MessageError(f"{path.name} holds no set")
    return scene


def _packed(value: Any, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    """As msgpack has it: scalars as they are, everything else as [what it is, ...]."""
    if isinstance(value, Enum):
        return ["enum", _name(type(value)), value.value]
    if type(value) in PLAIN:
        return value
    if isinstance(value, np.ndarray | np.generic):
        name = f"a{len(arrays)}"
        arrays[name] = np.asarray(value)
        return ["array", name, isinstance(value, np.generic)]
    if isinstance(value, dict):
        return ["dict", [[_packed(key, arrays), _packed(each, arrays)] for key, each in value.items()]]
    for kind, named in ((list, "list"), (frozenset, "frozenset")):
        if type(value) is kind:
            return [named, [_packed(each, arrays) for each in value]]
    if isinstance(value, tuple):
        return ["tuple", _name(type(value)), [_packed(each, arrays) for each in value]]
    return ["record", _name(type(value)), [[key, _packed(each, arrays)] for key, each in _fields(value)]]


def _fields(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        return list(value.__dict__.items())
    if dataclasses.is_dataclass(value):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, STATED):
        return list(vars(value).items())
    raise TypeError(f"{type(value).__name__} is no data")


def _unpacked(packed: Any, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if not isinstance(packed, list):
        return packed
    what, *more = packed
    if what == "array":
        array = arrays[more[0]]
        return array[()] if more[1] else array
    if what == "dict":
        return {_unpacked(key, arrays): _unpacked(each, arrays) for key, each in more[0]}
    if what in ("list", "frozenset"):
        each_of = [_unpacked(each, arrays) for each in more[0]]
        return each_of if what == "list" else frozenset(each_of)
    if what == "tuple":
        kind, each_of = more[0], [_unpacked(each, arrays) for each in more[1]]
        return tuple(each_of) if kind == _name(tuple) else _record_class(kind)(*each_of)
    if what == "enum":
        return _record_class(more[0])(more[1])
    if what == "record":
        made = object.__new__(kind := _record_class(more[0]))
        values = {key: _unpacked(each, arrays) for key, each in more[1]}
        if issubclass(kind, BaseModel):
            return kind.model_construct(**values)
        for key, each in values.items():
            object.__setattr__(made, key, each)
        return made
    raise ValueError(f"unknown kind {what!r}")


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _record_class(name: str) -> type[Any]:
    """A class of data of this house. Raises ValueError for anything else; nothing is called."""
    module, _, path = name.partition(":")
    if not module.startswith(HOUSE) or not path.isidentifier():
        raise ValueError(f"{name} is no data of this house")
    found: Any = getattr(importlib.import_module(module), path)
    data = isinstance(found, type) and (
        dataclasses.is_dataclass(found) or issubclass(found, (BaseModel, Enum, tuple)) or found in STATED
    )
    if not data:
        raise ValueError(f"{name} is no data of this house")
    kind: type[Any] = found
    return kind
