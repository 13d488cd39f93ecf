"""Who looks at the stage now: everybody with an open page, by name. Pure."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from stage.console.door.access import Role, Sessions, Visitor


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who is here: `address` is where their page is, `page` what they look at (None: they have not said),
    `since_ns` when they came."""

    name: str
    role: Role
    address: str
    page: str | None
    since_ns: int


@dataclass(frozen=True, slots=True)
class Operators:
    """Everybody who is here, the longest first."""

    people: tuple[Operator, ...] = ()


class Presence:
    """Open pages, told apart by session; without one by address."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._numbers = itertools.count(1)
        self._here: dict[int, tuple[Visitor, int]] = {}

    def arrive(self, visitor: Visitor, now_ns: int) -> int:
        """A page was opened; the number it leaves with."""
        number = next(self._numbers)
        self._here[number] = (visitor, now_ns)
        return number

    def leave(self, number: int) -> None:
        """It was closed."""
        self._here.pop(number, None)

    def people(self) -> Operators:
        """Everybody, once however many pages they have open, by the name their session has now."""
        found: dict[str, Operator] = {}
        for visitor, since_ns in self._here.values():
            session = self._sessions.session(visitor.session)
            name, page = (session.name, session.page) if session is not None else (visitor.name, None)
            key = visitor.session or f"{visitor.address}/{name}"
            found.setdefault(key, Operator(name, visitor.role, visitor.address, page, since_ns))
        return Operators(tuple(found.values()))
