"""Parts of a look: what a preset file or an operator sets, and how a part is applied to a whole look. Pure.

A part is a nested mapping with the look's own keys. Lists of named things (walls, light cards, fixed fixtures) are
merged by name: what is not named stays. As paths: `exposure.ev`, `walls.main.brightness`. Names may contain dots,
the keys of named things do not: in `walls.left.2.brightness` the name is `left.2`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from stage.errors import InputError
from stage.files.problems import findings_of
from stage.model.look import Look
from stage.model.preset import Preset

Part = Mapping[str, Any]
REMOVED = "removed"
"""`light_cards.key.removed = true` removes a named thing from its list."""

_LOOK: TypeAdapter[Look] = TypeAdapter(Look)


def laid_over(look: Look, part: Part, where: str = "look") -> Look:
    """The look with a part applied. Raises InputError with the field that does not fit; `where` names its file."""
    document = _merged(asdict(look), part)
    try:
        return _LOOK.validate_python(document)
    except ValidationError as error:
        details = error.errors(include_url=False)
        shifted = [{**detail, "loc": ("look", *detail["loc"])} for detail in details]
        first, *others = findings_of(where, Preset, shifted)  # type: ignore[arg-type]  # a TypedDict with another loc
        more = "".join(f"\n  {finding}" for finding in others)
        raise InputError(where, first.field, first.problem, first.remedy + more) from error


def part_from_paths(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"exposure.ev": -1, "walls.main.brightness": 0.5}` as a part. Raises InputError for a path that clashes."""
    part: dict[str, Any] = {}
    for path, value in values.items():
        keys = _keys(path, value)
        here: dict[str, Any] = part
        for key in keys[:-1]:
            below = here.setdefault(key, {})
            if not isinstance(below, dict):
                raise InputError("look", path, "is set together with a group that contains it", "Set only one of them")
            here = below
        here[keys[-1]] = value
    return part


def _keys(path: str, value: Any) -> list[str]:
    """The keys on a path to a value; a mapping is a whole named thing."""
    for place in NAMED_LISTS:
        if path.startswith(f"{place}."):
            rest = path[len(place) + 1 :]
            name, _, key = ("", "", rest) if isinstance(value, Mapping) else rest.rpartition(".")
            return [*place.split("."), *([name] if name else []), key]
    return path.split(".")


def difference(before: Look, after: Look) -> dict[str, Any]:
    """The smallest part that turns `before` into `after`: what changed, by group and key."""
    return _different(asdict(before), asdict(after))


def paths_of(part: Part, prefix: str = "") -> dict[str, Any]:
    """A part as paths: the inverse of `part_from_paths`."""
    found: dict[str, Any] = {}
    for key, value in part.items():
        if isinstance(value, Mapping):
            found |= paths_of(value, f"{prefix}{key}.")
        elif _is_named_list(value):
            for item in value:
                rest = {name: inner for name, inner in item.items() if name != "name"}
                found |= paths_of(rest, f"{prefix}{key}.{item['name']}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def known_paths(look: Look) -> tuple[str, ...]:
    """Every path that can be set on this look."""
    return tuple(paths_of(asdict(look)))


def _merged(whole: dict[str, Any], part: Part) -> dict[str, Any]:
    result = dict(whole)
    for key, value in part.items():
        held = whole.get(key)
        if isinstance(held, dict) and isinstance(value, Mapping):
            result[key] = _merged(held, value)
        elif _holds_named(key) and isinstance(held, Sequence):
            result[key] = _merged_by_name(held, value)
        else:
            result[key] = value
    return result


def _merged_by_name(held: Sequence[Any], given: Any) -> Any:
    """Named things laid over named things, in the held order, new ones last. `given` is a list or a mapping by name."""
    if isinstance(given, Mapping):
        given = [{"name": name, **item} if isinstance(item, Mapping) else item for name, item in given.items()]
    if not _is_named_list(given):
        return given
    items = {item["name"]: dict(item) for item in held}
    for item in given:
        name = item["name"]
        if item.get(REMOVED) is True:
            items.pop(name, None)
            continue
        items[name] = _merged(items.get(name, {}), {key: value for key, value in item.items() if key != REMOVED})
    return list(items.values())


def _different(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for key, value in after.items():
        held = before.get(key)
        if value == held:
            continue
        if isinstance(value, dict) and isinstance(held, dict):
            part[key] = _different(held, value)
        elif _holds_named(key) and isinstance(held, Sequence):
            part[key] = _different_by_name(held, value)
        else:
            part[key] = value
    return part


def _different_by_name(before: Sequence[Any], after: Sequence[Any]) -> list[dict[str, Any]]:
    old = {item["name"]: item for item in before}
    new = {item["name"]: item for item in after}
    changed = [
        {"name": name, **_different(old.get(name, {}), item)} for name, item in new.items() if item != old.get(name)
    ]
    return changed + [{"name": name, REMOVED: True} for name in old if name not in new]


def _is_named_list(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and len(value) > 0
        and all(isinstance(item, Mapping) and "name" in item for item in value)
    )


def _named_lists(kind: type[Any], prefix: str = "") -> dict[str, type[Any]]:
    """Paths in a record, at any depth, to lists of named records, and what these are."""
    found: dict[str, type[Any]] = {}
    for name, hint in get_type_hints(kind).items():
        arguments = get_args(hint)
        if is_dataclass(hint) and isinstance(hint, type):
            found |= _named_lists(hint, f"{prefix}{name}.")
        elif arguments and _is_named(arguments[0]):
            found[f"{prefix}{name}"] = arguments[0]
    return found


def _is_named(kind: Any) -> bool:
    return is_dataclass(kind) and "name" in {field.name for field in fields(kind)}


NAMED_LISTS = _named_lists(Look)
"""The look's lists of named things by their path, and what is in them."""
_NAMED = {path.rpartition(".")[2] for path in NAMED_LISTS}


def _holds_named(key: str) -> bool:
    return key in _NAMED
