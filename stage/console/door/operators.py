"""Who is at the console now: everyone with an open page, by name. Pure."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from stage.console.door.access import Role, Sessions, Visitor


@dataclass(frozen=True, slots=True)
class Operator:
    """Someone with an open page: `address` is their browser's, `page` what they have open (None: not reported),
    `since_ns` when they arrived."""

    name: str
    role: Role
    address: str
    page: str | None
    since_ns: int


@dataclass(frozen=True, slots=True)
class Operators:
    """Everyone with an open page, in order of arrival."""

    people: tuple[Operator, ...] = ()


class Presence:
    """Open pages, by session, or by address where there is none."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._numbers = itertools.count(1)
        self._here: dict[int, tuple[Visitor, int]] = {}

    def arrive(self, visitor: Visitor, now_ns: int) -> int:
        """A page was opened; returns the number to pass to `leave`."""
        number = next(self._numbers)
        self._here[number] = (visitor, now_ns)
        return number

    def leave(self, number: int) -> None:
        """The page was closed."""
        self._here.pop(number, None)

    def people(self) -> Operators:
        """Everyone, once each however many pages they have open, by the present name of their session."""
        found: dict[str, Operator] = {}
        for visitor, since_ns in self._here.values():
            session = self._sessions.session(visitor.session)
            name, page = (session.name, session.page) if session is not None else (visitor.name, None)
            key = visitor.session or f"{visitor.address}/{name}"
            found.setdefault(key, Operator(name, visitor.role, visitor.address, page, since_ns))
        return Operators(tuple(found.values()))
