"""From pydantic's location of a problem to the path in the file, and to the keys that are allowed there."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from dataclasses import is_dataclass
from typing import Any

from stage.model.base import Model

Location = tuple[int | str, ...]
Holder = type[Any]
"""A type with keys: a model, or one of the look's records."""


def path_text(parts: Iterable[int | str]) -> str:
    """`walls[1].tiles[0].origin_px`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def resolve(kind: type[Model], location: Location) -> tuple[Location, Holder | None]:
    """The location without pydantic's names of union members, and the model that has its last key.

    The model is None where the last part is not a key of a model (an item of a tuple, a union of plain values).
    """
    annotation: Any = kind
    holder: Holder | None = None
    path: list[int | str] = []
    for part in location:
        member = _union_member(annotation, part)
        if member is not None:
            annotation = member
            continue
        model = _model(annotation)
        if isinstance(part, str) and model is not None:
            holder, annotation = model, _fields(model).get(part)
        elif isinstance(part, int):
            holder, annotation = None, _item(annotation, part)
        else:
            return tuple(path), None
        path.append(part)
    return tuple(path), holder


def keys_of(holder: Holder) -> list[str]:
    """The keys as written in a file."""
    return list(_fields(holder))


def annotation_of(holder: Holder, key: str) -> Any:
    """The type of a key's value; None where there is no such key."""
    return _fields(holder).get(key)


def _fields(holder: Holder) -> dict[str, Any]:
    """The annotation of each key."""
    if issubclass(holder, Model):
        return {field.alias or name: field.annotation for name, field in holder.model_fields.items()}
    return typing.get_type_hints(holder, include_extras=True)


def union_members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, None left out; the annotation alone where it is none."""
    plain = _plain(annotation)
    if typing.get_origin(plain) in (typing.Union, types.UnionType):
        return tuple(_plain(member) for member in typing.get_args(plain) if member is not type(None))
    return (plain,)


def _plain(annotation: Any) -> Any:
    """Without `Annotated`."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    return annotation


def _model(annotation: Any) -> Holder | None:
    """The one model of an annotation."""
    kinds = [member for member in union_members(annotation) if isinstance(member, type)]
    models = [member for member in kinds if issubclass(member, Model) or is_dataclass(member)]
    return models[0] if len(models) == 1 else None


def _union_member(annotation: Any, tag: int | str) -> type[Model] | None:
    """The model of a tagged union whose tag (a one-value literal field) this is."""
    members = union_members(annotation)
    for member in members if len(members) > 1 else ():
        fields = member.model_fields.values() if isinstance(member, type) and issubclass(member, Model) else ()
        if any((tag,) == typing.get_args(_plain(field.annotation)) for field in fields):
            return typing.cast(type[Model], member)
    return None


def _item(annotation: Any, index: int) -> Any:
    """The annotation of a tuple's item."""
    for member in union_members(annotation):
        if typing.get_origin(member) is tuple:
            items = typing.get_args(member)
            if len(items) == 2 and items[1] is Ellipsis:
                return items[0]
            if index < len(items):
                return items[index]
    return None
