"""Who may do what at the console: roles, what each route requires, sessions. Pure: time is an argument.

The user who runs the stage is an operator without signing in. Everyone else needs a PIN or a token first; a viewer's
gives access to every picture and figure, but changes nothing.
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
"""A session expires after going unused for this long; an open page counts as use."""
LONGEST_NS = 7 * 24 * HOUR_NS
"""After this the PIN is required again, whether or not the session was in use."""
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
    """What a request requires."""

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
    """The sender of a request: the name they gave, their role, their address and their session (None at this machine,
    and with a token)."""

    name: str
    role: Role
    address: str
    session: str | None = None

    @property
    def who(self) -> str:
        """As commands and logs say it: `name@address`."""
        return f"{self.name}@{self.address}"

    def may(self, need: Need) -> bool:
        """Whether their role allows it."""
        return need is not Need.ACT or self.role is Role.OPERATOR


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. Times are of the machine's clock, so they survive a restart of the console."""

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
    """Everyone who is signed in, by the digest of a random token that only the browser has."""

    def __init__(self, make_token: Callable[[], str] = lambda: secrets.token_urlsafe(TOKEN_BYTES)) -> None:
        self._make_token = make_token
        self._sessions: dict[str, Session] = {}

    def begin(self, name: str, role: Role, address: str, now_ns: int) -> str:
        """Start a session and return its token. Where there are too many, the one unused for longest is dropped."""
        self.expire(now_ns)
        if len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].used_ns)]
        token = self._make_token()
        self._sessions[digest(token)] = Session(name, role, address, now_ns, now_ns)
        return token

    def visitor(self, token: str, address: str, now_ns: int) -> Visitor | None:
        """The visitor with this token; None where the token is not valid."""
        key = digest(token)
        if not self.use(key, now_ns):
            return None
        session = self._sessions[key]
        return Visitor(session.name, session.role, address, key)

    def use(self, key: str, now_ns: int) -> bool:
        """Note that a session is used; returns whether it exists."""
        session = self._sessions.get(key)
        if session is None or session.over(now_ns):
            self._sessions.pop(key, None)
            return False
        self._sessions[key] = replace(session, used_ns=now_ns)
        return True

    def change(self, key: str, name: str | None, page: str | None) -> None:
        """Set the name or the page; None keeps the present one."""
        session = self._sessions[key]
        self._sessions[key] = replace(session, name=name or session.name, page=page or session.page)

    def session(self, key: str | None) -> Session | None:
        """A session as it is now; None where there is none or it has expired."""
        return None if key is None else self._sessions.get(key)

    def end(self, key: str) -> None:
        """Sign out of a session."""
        self._sessions.pop(key, None)

    def end_all(self) -> None:
        """End every session."""
        self._sessions.clear()

    def expire(self, now_ns: int) -> None:
        """Drop the sessions that have expired."""
        for key in [key for key, session in self._sessions.items() if session.over(now_ns)]:
            del self._sessions[key]

    def kept(self) -> dict[str, dict[str, Any]]:
        """All sessions, for a restarted console. It holds no tokens, only digests, which give no access."""
        return {key: asdict(session) for key, session in self._sessions.items()}

    def restore(self, kept: Mapping[str, Mapping[str, Any]], now_ns: int) -> None:
        """Restore what `kept` returned. Raises ValueError, KeyError or TypeError on anything else."""
        for key, told in kept.items():
            self._sessions[key] = Session(**{**told, "role": Role(told["role"])})
        self.expire(now_ns)


def digest(token: str) -> str:
    """The form in which a token is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
