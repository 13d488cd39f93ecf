"""Pydantic's problems in the words of a person who edits the file. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

from pydantic_core import ErrorDetails

from stage.model.base import Model
from stage.model.field_paths import Holder, Location, keys_of, path_text, resolve
from stage.model.finding import Finding, Severity

LONGEST_SHOWN = 40
UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
KNOWN_TYPES = "`openstage schema` prints what is allowed"
NAME_RULE = "must start with a letter or digit and hold only letters, digits, dots, dashes and underscores"


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
    """What to do about a word that is not known: the likely one, else all that are."""
    names = list(known)
    alike = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"Did you mean {alike[0]!r}?" if alike else f"Known here: {', '.join(names) or 'none'}"


def _follows_from_another(path: Location, detail: ErrorDetails, places: list[Location]) -> bool:
    """A list counts as too short where its items are wrong: the items say it better."""
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
    if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
        tags = str(detail.get("ctx", {}).get("expected_tags", "")).replace("'", "")
        return nearest(str(detail.get("ctx", {}).get("tag", "")), filter(None, tags.split(", "))) if tags else "Add it"
    return KNOWN_TYPES


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
    """The key that says which kind of thing it is."""
    return str(detail.get("ctx", {}).get("discriminator", "")).strip("'")


TEXTS: dict[str, Callable[[ErrorDetails], str]] = {
    "extra_forbidden": lambda detail: "unknown key",
    "unexpected_keyword_argument": lambda detail: "unknown key",
    "missing": lambda detail: "is missing",
    "finite_number": lambda detail: f"must be a finite number, not {detail['input']}",
    "string_pattern_mismatch": lambda detail: f"{NAME_RULE}, not {detail['input']!r}",
    "union_tag_invalid": _unknown_tag,
    "union_tag_not_found": lambda detail: f"{_discriminator(detail)} is missing",
    "too_short": lambda detail: f"needs at least {detail.get('ctx', {}).get('min_length')} item(s)",
    "too_long": lambda detail: f"takes at most {detail.get('ctx', {}).get('max_length')} item(s)",
}
"""Pydantic's kinds of problems that need other words than its own."""
