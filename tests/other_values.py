"""Every value of a record, and for each another that is valid too, made from its type and its limits alone.

So a test that goes through "every field of a look" goes through fields that nobody had thought of when it was written.
"""

from __future__ import annotations

import math
import re
import types
import typing
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]
STEP = 0.25
"""Of the way to the farther end of its range that a number goes at most."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One plain value of a record: where it is (`("grade", "slope", 1)`), and what its type says of it."""

    path: Path
    annotation: Any

    def __str__(self) -> str:
        return path_text(self.path)


def path_text(path: Path) -> str:
    """`light_cards[0].size[1]`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def leaves_of(record: Any) -> Iterator[Leaf]:
    """The plain values of a record, in the order of its fields."""
    hints = typing.get_type_hints(type(record), include_extras=True)
    for field in fields(record):
        yield from _leaves(getattr(record, field.name), hints[field.name], (field.name,))


def _leaves(value: Any, annotation: Any, path: Path) -> Iterator[Leaf]:
    if is_dataclass(value):
        for leaf in leaves_of(value):
            yield Leaf((*path, *leaf.path), leaf.annotation)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _leaves(item, _item(annotation, number), (*path, number))
    else:
        yield Leaf(path, annotation)


def with_lists(record: Any, names: Sequence[str]) -> Any:
    """The record, each of its empty lists of records with one element of neutral values. An element's name is the
    first of `names`."""
    hints = typing.get_type_hints(type(record), include_extras=True)
    changed = {}
    for field in fields(record):
        value, annotation = getattr(record, field.name), hints[field.name]
        if is_dataclass(value):
            changed[field.name] = with_lists(value, names)
        elif value == () and is_dataclass(_item(annotation, 0)):
            changed[field.name] = (_element(_item(annotation, 0), names),)
    return replace(record, **changed)


def _element(kind: Any, names: Sequence[str]) -> Any:
    given = {field.name: names[0] for field in fields(kind) if field.default is MISSING}
    return kind(**given)


def value_at(record: Any, path: Path) -> Any:
    """The value at a path."""
    for part in path:
        record = record[part] if isinstance(part, int) else getattr(record, part)
    return record


def with_value(record: Any, path: Path, value: Any) -> Any:
    """The record with another value at a path."""
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        return (*record[:part], with_value(record[part], rest, value), *record[part + 1 :])
    return replace(record, **{part: with_value(getattr(record, part), rest, value)})


def another(leaf: Leaf, value: Any, names: Sequence[str]) -> Any:
    """Another valid value than `value`; a name becomes the next of `names`. Raises TypeError for a type it does not
    know: then teach it."""
    plain, limits = _plain(_or_none(leaf.annotation))
    if value is None:
        value = limits[Ge]
    if typing.get_origin(plain) is Literal:
        choices = typing.get_args(plain)
        return choices[(choices.index(value) + 1) % len(choices)]
    if plain is bool:
        return not value
    if plain is float:
        return value + _step(value, limits)
    if plain is int:
        step = _step(value, limits)
        return value + (math.ceil(step) if step > 0 else math.floor(step))
    if plain is str and value in names:
        return names[(names.index(value) + 1) % len(names)]
    if plain is str and re.search(r"\d", value):
        return re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), value)
    raise TypeError(f"{leaf}: no other value is known for {plain} {value!r}")


def _or_none(annotation: Any) -> Any:
    """The type of a value that may be unset."""
    kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
    return kinds[0] if typing.get_origin(annotation) in (types.UnionType, typing.Union) else annotation


def _step(value: float, limits: dict[type, float]) -> float:
    """Toward the farther end of its range, but by no more than half of the value: what depends on it stays in sight."""
    above, below = limits[Le] - value, value - limits[Ge]
    most = abs(value) / 2.0 if value else math.inf
    return min(STEP * above, most) if above >= below else -min(STEP * below, most)


def _plain(annotation: Any) -> tuple[Any, dict[type, float]]:
    """The type without `Annotated`, and its limits."""
    limits: dict[type, float] = {}
    while typing.get_origin(annotation) is Annotated:
        annotation, *extras = typing.get_args(annotation)
        for extra in extras:
            for limit in extra.metadata if isinstance(extra, FieldInfo) else ():
                if isinstance(limit, Ge):
                    limits[Ge] = float(typing.cast(float, limit.ge))
                elif isinstance(limit, Le):
                    limits[Le] = float(typing.cast(float, limit.le))
    return annotation, limits


def _item(annotation: Any, number: int) -> Any:
    """The annotation of a tuple's item; None where it is no tuple."""
    plain, _ = _plain(annotation)
    if typing.get_origin(plain) is not tuple:
        return None
    items = typing.get_args(plain)
    return items[0] if len(items) == 2 and items[1] is Ellipsis else items[number]
