"""Pydantic's problems in plain words for the person who edits the file. Pure."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Callable, Iterable
from typing import Any

from pydantic_core import ErrorDetails

from stage.files.field_paths import Holder, Location, annotation_of, keys_of, path_text, resolve, union_members
from stage.files.finding import Finding, Severity
from stage.model.base import Model

LONGEST_SHOWN = 40
UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
KNOWN_TYPES = "`openstage schema` prints what is allowed"
PATTERNS = {
    r"^#[0-9a-fA-F]{6}$": 'must be a colour such as "#c05a2a"',
}
"""The required form of a text, by its pattern."""


def findings_of(file: str, kind: type[Model], details: Iterable[ErrorDetails]) -> list[Finding]:
    """One finding per place in the file, in the order of pydantic's problems."""
    resolved = [(*resolve(kind, detail["loc"]), detail) for detail in details]
    places = [path for path, _, _ in resolved]
    by_place: dict[Location, Finding] = {}
    for path, holder, detail in resolved:
        if _follows_from_another(path, detail, places):
            continue
        problem, remedy = _problem(detail), _remedy(detail, holder)
        known = by_place.get(path)
        if known is not None:
            problem = known.problem if problem in known.problem else f"{known.problem}; or {problem}"
        by_place[path] = Finding(Severity.ERROR, file, path_text(path), problem, remedy)
    return list(by_place.values())


def nearest(word: str, known: Iterable[str]) -> str:
    """The remedy for an unknown word: the likely one, or else all that are known."""
    names = list(known)
    alike = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"Did you mean {alike[0]!r}?" if alike else f"Known names: {', '.join(names) or 'none'}"


def _follows_from_another(path: Location, detail: ErrorDetails, places: list[Location]) -> bool:
    """A list with wrong items also counts as too short: the items' own problems are clearer."""
    below = (place for place in places if len(place) > len(path) and place[: len(path)] == path)
    return detail["type"] == "too_short" and any(below)


def _problem(detail: ErrorDetails) -> str:
    words = TEXTS.get(detail["type"])
    return words(detail) if words is not None else _plain(detail)


def _remedy(detail: ErrorDetails, holder: Holder | None) -> str:
    if detail["type"] in UNKNOWN_KEY:
        return nearest(str(detail["loc"][-1]), keys_of(holder)) if holder is not None else "Remove it"
    if detail["type"] == "missing":
        return "Add it"
    if "remedy" in detail.get("ctx", {}):
        return str(detail["ctx"]["remedy"])
    if detail["type"] == "tuple_type" and holder is not None:
        return _as_list(str(detail["loc"][-1]), annotation_of(holder, str(detail["loc"][-1])), detail["input"])
    if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
        tags = str(detail.get("ctx", {}).get("expected_tags", "")).replace("'", "")
        return nearest(str(detail.get("ctx", {}).get("tag", "")), filter(None, tags.split(", "))) if tags else "Add it"
    return KNOWN_TYPES


def _as_list(key: str, annotation: Any, given: object) -> str:
    """How to write a list: `[[cameras]]` for tables, `size_px = [128, 128]` for numbers."""
    for kind in union_members(annotation):
        items = typing.get_args(kind) if typing.get_origin(kind) is tuple else ()
        if isinstance(given, dict):
            return f"Write [[{key}]], with two brackets on each side, because there can be several"
        if items and Ellipsis not in items and isinstance(given, int | float):
            return f"Write {key} = [{', '.join([f'{given:g}'] * len(items))}]"
    return f"Write {key} = [...]"


def _not(words: str) -> Callable[[ErrorDetails], str]:
    """`words`, and the given value where it is short."""

    def told(detail: ErrorDetails) -> str:
        given = detail["input"]
        if isinstance(given, dict):
            return f"{words}, not a table"
        if isinstance(given, list | tuple):
            return f"{words}, not a list"
        shown = str(given).lower() if isinstance(given, bool) else repr(given)
        return f"{words}, not {shown}" if len(shown) <= LONGEST_SHOWN else words

    return told


def _pattern(detail: ErrorDetails) -> str:
    pattern = str(detail.get("ctx", {}).get("pattern", ""))
    rule = PATTERNS.get(pattern, f"must match {pattern}")
    return f"{rule}, not {detail['input']!r}"


def _plain(detail: ErrorDetails) -> str:
    """Pydantic's own words, with the value: `must be greater than 0, not -3`."""
    message = detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be", 1)
    shown = repr(detail["input"])
    plain = isinstance(detail["input"], str | int | float | bool) and len(shown) <= LONGEST_SHOWN
    return f"{message}, not {shown}" if plain and message.startswith("must be") else message


def _unknown_tag(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    return f"{_discriminator(detail)} must be one of {context['expected_tags']}, not {context['tag']!r}"


def _discriminator(detail: ErrorDetails) -> str:
    """The key that selects the kind of thing."""
    return str(detail.get("ctx", {}).get("discriminator", "")).strip("'")


TEXTS: dict[str, Callable[[ErrorDetails], str]] = {
    "extra_forbidden": lambda detail: "unknown key",
    "unexpected_keyword_argument": lambda detail: "unknown key",
    "missing": lambda detail: "is missing",
    "finite_number": lambda detail: f"must be a finite number, not {detail['input']}",
    "string_pattern_mismatch": _pattern,
    "string_too_long": lambda detail: f"must have at most {detail.get('ctx', {}).get('max_length')} characters",
    "string_too_short": lambda detail: f"must have at least {detail.get('ctx', {}).get('min_length')} character(s)",
    "string_type": _not("must be text in quotes"),
    "bool_type": _not("must be true or false"),
    "bool_parsing": _not("must be true or false"),
    "int_type": _not("must be a whole number"),
    "int_parsing": _not("must be a whole number"),
    "int_from_float": _not("must be a whole number"),
    "float_type": _not("must be a number"),
    "float_parsing": _not("must be a number"),
    "tuple_type": _not("must be a list"),
    "model_type": _not("must be a table such as { key = value }"),
    "model_attributes_type": _not("must be a table such as { key = value }"),
    "dataclass_type": _not("must be a table such as { key = value }"),
    "dict_type": _not("must be a table such as { key = value }"),
    "union_tag_invalid": _unknown_tag,
    "union_tag_not_found": lambda detail: f"{_discriminator(detail)} is missing",
    "too_short": lambda detail: f"needs at least {detail.get('ctx', {}).get('min_length')} item(s)",
    "too_long": lambda detail: f"takes at most {detail.get('ctx', {}).get('max_length')} item(s)",
}
"""Pydantic's kinds of problems that need plainer words than its own."""
