"""Who may do what at the console: roles, what each route asks for, sessions. Pure: time is an argument.

Whoever sits at this machine is an operator without asking. Everybody else shows a PIN or a token first; a viewer's
opens every picture and every figure and no switch.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from stage.units import NS_PER_S

HOUR_NS = 3600 * NS_PER_S
UNUSED_NS = 12 * HOUR_NS
"""A session that nobody has used for so long is over; an open page uses it."""
LONGEST_NS = 7 * 24 * HOUR_NS
"""After this a PIN is asked for again, used or not."""
MOST_SESSIONS = 256
TOKEN_BYTES = 32
LONGEST_NAME = 40
LONGEST_PAGE = 16
SESSION_PATH = "/api/session"
OPEN_PATHS = frozenset({"/", "/index.html", "/api.html", "/icon.svg", "/favicon.ico", SESSION_PATH})
OPEN_FOLDER = "/assets/"
READING = ("GET", "HEAD")


class Role(StrEnum):
    """A viewer looks; an operator looks and changes."""

    VIEWER = "viewer"
    OPERATOR = "operator"


class Need(StrEnum):
    """What a request asks for."""

    NOTHING = "nothing"
    LOOK = "look"
    ACT = "act"


def need_of(method: str, path: str) -> Need:
    """What a request needs. The page itself is open (it holds nothing of the stage: it asks for the PIN); reading
    needs any role; everything else, also what is not known, an operator."""
    if path == SESSION_PATH or (method in READING and (path in OPEN_PATHS or path.startswith(OPEN_FOLDER))):
        return Need.NOTHING
    return Need.LOOK if method in READING else Need.ACT


def clean_name(name: str, otherwise: str) -> str:
    """A name as it is shown and logged: printable, on one line, not long, without the sign that ends it."""
    kept = " ".join("".join(c for c in name if c.isprintable() and c != "@").split())[:LONGEST_NAME].strip()
    return kept or otherwise


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the name they gave, their role, where from, and the session they are in (None at this machine, and with
    a token)."""

    name: str
    role: Role
    address: str
    session: str | None = None

    @property
    def who(self) -> str:
        """As commands and logs say it: `name@address`."""
        return f"{self.name}@{self.address}"

    def may(self, need: Need) -> bool:
        """Whether they may do that."""
        return need is not Need.ACT or self.role is Role.OPERATOR


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in. Times are of the machine's clock, so they outlive a restart of the console."""

    name: str
    role: Role
    address: str
    began_ns: int
    used_ns: int
    page: str | None = None

    def over(self, now_ns: int) -> bool:
        """Whether the PIN must be shown again."""
        return now_ns - self.used_ns > UNUSED_NS or now_ns - self.began_ns > LONGEST_NS


class Sessions:
    """Everybody who is signed in, by the digest of a random token that only the browser has."""

    def __init__(self, make_token: Callable[[], str] = lambda: secrets.token_urlsafe(TOKEN_BYTES)) -> None:
        self._make_token = make_token
        self._sessions: dict[str, Session] = {}

    def begin(self, name: str, role: Role, address: str, now_ns: int) -> str:
        """Let somebody in; their token. The session unused for longest makes room where there are too many."""
        self.expire(now_ns)
        if len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].used_ns)]
        token = self._make_token()
        self._sessions[digest(token)] = Session(name, role, address, now_ns, now_ns)
        return token

    def visitor(self, token: str, address: str, now_ns: int) -> Visitor | None:
        """Who shows this token, and from where; None where it opens nothing."""
        key = digest(token)
        if not self.use(key, now_ns):
            return None
        session = self._sessions[key]
        return Visitor(session.name, session.role, address, key)

    def use(self, key: str, now_ns: int) -> bool:
        """Note that a session is used; whether there is one."""
        session = self._sessions.get(key)
        if session is None or session.over(now_ns):
            self._sessions.pop(key, None)
            return False
        self._sessions[key] = replace(session, used_ns=now_ns)
        return True

    def change(self, key: str, name: str | None, page: str | None) -> None:
        """Another name, another page; None leaves what is there."""
        session = self._sessions[key]
        self._sessions[key] = replace(session, name=name or session.name, page=page or session.page)

    def session(self, key: str | None) -> Session | None:
        """A session as it is now; None where there is none, or it is over."""
        return None if key is None else self._sessions.get(key)

    def end(self, key: str) -> None:
        """Somebody signs out."""
        self._sessions.pop(key, None)

    def end_all(self) -> None:
        """Everybody is out."""
        self._sessions.clear()

    def expire(self, now_ns: int) -> None:
        """Forget those that are over."""
        for key in [key for key, session in self._sessions.items() if session.over(now_ns)]:
            del self._sessions[key]

    def kept(self) -> dict[str, dict[str, Any]]:
        """All of them, for a console that is started again. No token is in it: digests open nothing."""
        return {key: asdict(session) for key, session in self._sessions.items()}

    def restore(self, kept: Mapping[str, Mapping[str, Any]], now_ns: int) -> None:
        """Take up what `kept` said. Raises ValueError, KeyError or TypeError where it is not that."""
        for key, told in kept.items():
            self._sessions[key] = Session(**{**told, "role": Role(told["role"])})
        self.expire(now_ns)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
