"""The console's door: identifies the visitor of every request and turns away those who lack the rights."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import msgpack
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from stage.clock import Clock
from stage.console.door.access import Need, Role, Sessions, Visitor, clean_name, need_of
from stage.console.door.guard import is_loopback
from stage.console.door.keys import Keys
from stage.console.door.operators import Operators, Presence
from stage.console.door.wrong_tries import WrongTries
from stage.process.edge import Edge
from stage.units import NS_PER_S

SIGN_IN, FORBIDDEN, TOO_MANY = 401, 403, 429
SIGN_IN_CLOSE = 4401
"""The code a WebSocket is closed with where the page has to ask for the PIN."""
BEARER = "bearer "
PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")
"""A visitor behind a proxy is not at this machine, even where the proxy is."""
SESSIONS_FILE = "console_sessions.msgpack"
"""Deleted with the run (by its file ending), kept when only the console restarts."""
UNNAMED, SCRIPT = "operator", "script"
VIEWERS_LOOK = "viewers cannot change anything: sign in with the operator's PIN"
SIGN_IN_FIRST = "sign in first: POST /api/session, or send `Authorization: Bearer TOKEN`"

log = logging.getLogger("openstage.console")


class Door:
    """One per console, used by the server's thread alone (`tries.suspects`: by any thread)."""

    def __init__(self, clock: Clock, keys: Keys | None, kept: Path | None = None, names: Collection[str] = ()) -> None:
        """`keys`: None where only this machine is served. `kept`: the file that carries sessions over a restart.
        `names`: this machine's own host names."""
        self.clock = clock
        self.keys = keys
        self.edge = Edge(clock.now_ns)
        """Counts the requests that could not be used; the process's own where there is one."""
        self.sessions = Sessions()
        self.names = (*names, *(keys.names if keys else ()))
        """Host names the console answers to on a network."""
        self.presence = Presence(self.sessions)
        self.tries = WrongTries()
        self.told: Callable[[Operators], None] = lambda people: None
        """Called when someone arrives, leaves or changes their name."""
        self._kept = kept
        self._restore()

    def take_keys(self, keys: Keys) -> None:
        """Replace the PINs and end the sessions that the old ones opened."""
        if self.keys is None or self.keys.mark == keys.mark:
            return
        log.warning("the PINs have changed: everyone has to sign in again")
        self.keys = keys
        self.sessions.end_all()
        self._keep()

    def sign_in(self, role: Role, name: str, address: str) -> str:
        """Start a session for a visitor whose key was right; returns its token."""
        now_ns = self.clock.now_ns()
        token = self.sessions.begin(name, role, address, now_ns)
        log.info("%s@%s signed in as %s", name, address, role.value)
        self._keep()
        return token

    def change(self, session: str, name: str | None, page: str | None) -> None:
        """Set a session's name, or the page it has open; None keeps the present one."""
        self.sessions.change(session, name, page)
        self._keep()
        self.told(self.presence.people())

    def sign_out(self, session: str, who: str) -> None:
        """End the session."""
        self.sessions.end(session)
        log.info("%s signed out", who)
        self._keep()

    def wait_s(self, address: str) -> int:
        """Whole seconds until this address may try another key; 0 = now."""
        return -(-self.tries.wait_ns(address, self.clock.now_ns()) // NS_PER_S)

    def wrong(self, address: str) -> None:
        """Count a wrong key."""
        count = self.tries.wrong(address, self.clock.now_ns())
        log.warning("wrong PIN or token from %s (%d)", address, count)

    def admits(self, visitor: Visitor) -> bool:
        """Whether a visitor may stay; an open page keeps its session alive."""
        return visitor.session is None or self.sessions.use(visitor.session, self.clock.now_ns())

    def arrive(self, visitor: Visitor) -> int:
        """A page was opened; returns the number to pass to `leave`."""
        number = self.presence.arrive(visitor, self.clock.now_ns())
        self.told(self.presence.people())
        return number

    def leave(self, number: int) -> None:
        """The page was closed."""
        self.presence.leave(number)
        self.told(self.presence.people())

    def visitor(self, headers: Headers, address: str, here: bool) -> Visitor | None:
        """The visitor, by session, by token, or by being `here`, at this machine; None where none of these applies."""
        session = session_token(headers)
        if session is not None and (known := self.sessions.visitor(session, address, self.clock.now_ns())) is not None:
            return known
        name = headers.get("x-operator", "")
        authorization = headers.get("authorization", "")
        if self.keys is not None and authorization.lower().startswith(BEARER):
            role = self.keys.role_of_token(authorization[len(BEARER) :].strip())
            if role is not None:
                return Visitor(clean_name(name, SCRIPT), role, address)
        return Visitor(clean_name(name, UNNAMED), Role.OPERATOR, address) if here else None

    def _restore(self) -> None:
        if self._kept is None or self.keys is None:
            return
        try:
            mark, kept = msgpack.unpackb(self._kept.read_bytes())
            if mark == self.keys.mark:
                self.sessions.restore(kept, self.clock.now_ns())
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, msgpack.UnpackException) as error:
            log.warning("sessions cannot be read, everyone has to sign in again: %s", error)

    def _keep(self) -> None:
        if self._kept is None or self.keys is None:
            return
        draft = self._kept.with_suffix(".draft")
        try:
            draft.touch(mode=0o600)
            draft.write_bytes(msgpack.packb([self.keys.mark, self.sessions.kept()]))
            draft.replace(self._kept)
        except OSError as error:
            log.warning("sessions will not survive a restart of the console: %s", error)


class Doorkeeper:
    """In front of the app: puts the visitor into `scope["state"]["visitor"]` and refuses those without the rights."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers, address = Headers(scope=scope), (scope.get("client") or ("",))[0]
        need = need_of(scope.get("method", "GET"), scope["path"])
        wait_s, visitor = self._look(headers, address, is_here(scope, headers))
        scope.setdefault("state", {})["visitor"] = visitor
        if wait_s:
            await turned_away(TOO_MANY, too_many(wait_s), wait_s)(scope, receive, send)
        elif need is Need.NOTHING or (visitor is not None and visitor.may(need)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": SIGN_IN_CLOSE, "reason": "sign in first"})
        elif visitor is None:
            await turned_away(SIGN_IN, SIGN_IN_FIRST)(scope, receive, send)
        else:
            await turned_away(FORBIDDEN, VIEWERS_LOOK)(scope, receive, send)

    def _look(self, headers: Headers, address: str, here: bool) -> tuple[int, Visitor | None]:
        """How long to wait after wrong tokens (s; 0 = no wait), and the visitor."""
        visitor = self._door.visitor(headers, address, here)
        guesses = headers.get("authorization", "").lower().startswith(BEARER)
        if visitor is not None or not guesses:
            return 0, visitor
        wait_s = self._door.wait_s(address)
        if not wait_s:
            self._door.wrong(address)
        return wait_s, None


def is_here(scope: Scope, headers: Headers) -> bool:
    """Whether the other end is this machine: loopback, or the address the request was sent to. Proxy headers never
    count."""
    client, server = (scope.get("client") or ("",))[0], (scope.get("server") or ("",))[0]
    return (is_loopback(client) or (client != "" and client == server)) and not any(
        name in headers for name in PROXY_HEADERS
    )


def cookie_name(host: str) -> str:
    """Cookies ignore ports, so the name carries the port: two stages on one machine keep separate sessions."""
    return f"openstage-{urlsplit(f'//{host}').port or 80}"


def session_token(headers: Headers) -> str | None:
    """The session token in the browser's cookies, if any."""
    try:
        cookie = SimpleCookie(headers.get("cookie", ""))
        name = cookie_name(headers.get("host", ""))
    except (CookieError, ValueError):
        return None
    return cookie[name].value if name in cookie else None


def too_many(wait_s: int) -> str:
    """The message after too many wrong tries."""
    return f"too many wrong tries: wait {wait_s} s"


def turned_away(status: int, text: str, wait_s: int = 0) -> JSONResponse:
    """The answer to a visitor without the rights."""
    headers = {"Retry-After": str(wait_s)} if wait_s else {"WWW-Authenticate": "Bearer"} if status == SIGN_IN else {}
    return JSONResponse({"accepted": False, "text": text}, status, headers)
