"""OSC's address patterns: `*`, `?`, `[a-z]`, `[!a]`, `{one,other}`, each within one part of an address. Pure.

A pattern comes from a stranger, so it is followed step by step along the name, with all places it may have reached:
the work is at most its length times the name's, whatever it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SPECIAL = frozenset("*?[{")
_PIECE = re.compile(r"\*|\?|\[[^\]]+\]|\{[^}]*\}|.", re.DOTALL)
Places = set[int]


def is_pattern(address: str) -> bool:
    """Whether an address stands for several."""
    return not SPECIAL.isdisjoint(address)


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern matches a name; `*` also passes the slashes of an address."""
    places: Places = {0}
    for piece in _PIECE.findall(pattern):
        places = _after(piece, name, places)
        if not places:
            return False
    return len(name) in places


def matches_address(pattern: str, address: str) -> bool:
    """Whether a pattern matches an address, part by part."""
    given, known = pattern.split("/"), address.split("/")
    return len(given) == len(known) and all(matches(one, other) for one, other in zip(given, known, strict=True))


def meant(pattern: str, addresses: Iterable[str]) -> list[str]:
    """Those of the addresses that a pattern matches."""
    return [address for address in addresses if matches_address(pattern, address)]


def _after(piece: str, name: str, places: Places) -> Places:
    """Where in the name one may be after a piece of the pattern."""
    if piece == "*":
        return set(range(min(places), len(name) + 1))
    if piece[0] == "{" and len(piece) > 1:
        words = piece[1:-1].split(",")
        return {place + len(word) for place in places for word in words if name.startswith(word, place)}
    return {place + 1 for place in places if place < len(name) and _is_one(piece, name[place])}


def _is_one(piece: str, letter: str) -> bool:
    """Whether a piece for one letter matches it."""
    if piece == "?":
        return True
    if piece[0] != "[" or len(piece) == 1:
        return piece == letter
    inner = piece[1:-1]
    negated = inner.startswith("!")
    return _in_set(inner[1:] if negated else inner, letter) is not negated


def _in_set(inner: str, letter: str) -> bool:
    at = 0
    while at < len(inner):
        if at + 2 < len(inner) and inner[at + 1] == "-":
            if inner[at] <= letter <= inner[at + 2]:
                return True
            at += 3
        else:
            if inner[at] == letter:
                return True
            at += 1
    return False
