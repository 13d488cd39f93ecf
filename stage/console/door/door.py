"""The console's door: identifies the visitor of every request and turns away those who lack the rights."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from stage.clock import Clock
from stage.console.door.access import TOKEN_BYTES, Need, Role, Sessions, Visitor, clean_name, digest, need_of
from stage.console.door.guard import is_loopback
from stage.console.door.kept import MOST_DEVICES, KeptDoor
from stage.console.door.keys import Keys
from stage.console.door.operators import Operators, Presence
from stage.console.door.wrong_tries import Suspect, WrongTries
from stage.process.edge import Edge
from stage.process.keeping import Keeping
from stage.units import NS_PER_S

SIGN_IN, FORBIDDEN, TOO_MANY = 401, 403, 429
SIGN_IN_CLOSE = 4401
"""The code a WebSocket is closed with where the page has to ask for the PIN."""
BEARER = "bearer "
PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")
"""A visitor behind a proxy is not at this machine, even where the proxy is."""
OWN_USER = "own_user"
"""In a connection's state: whether the other end is the user who runs the console (link/connections.py)."""
LOOPBACK = "127.0.0.1"
UNNAMED, SCRIPT = "operator", "script"
VIEWERS_LOOK = "viewers cannot change anything: sign in with the operator's PIN"
SIGN_IN_FIRST = "sign in first: POST /api/session, or send `Authorization: Bearer TOKEN`"
OTHER_USERS = "this console serves the user who runs the stage alone: others need a PIN, with `openstage run --listen`"

log = logging.getLogger("openstage.console")


class Door:
    """One per console, used by the server's thread alone (`tries.suspects`: by any thread)."""

    def __init__(self, clock: Clock, keys: Keys | None, kept: Path | None = None, names: Collection[str] = ()) -> None:
        """`keys`: None where only the user who runs the stage is served. `kept`: the folder of what outlives a restart.
        `names`: this machine's own host names."""
        self.clock = clock
        self.keys = keys
        self.edge = Edge(clock.now_ns)
        """Counts the requests that could not be used; the process's own where there is one."""
        self.sessions = Sessions()
        self.names = (*names, *(keys.names if keys else ()))
        """Host names the console answers to on a network."""
        self.presence = Presence(self.sessions)
        self.tries, self.token_tries = WrongTries(), WrongTries()
        """Wrong PINs and wrong tokens. Tokens are counted apart: their guesser takes no PIN's tries away."""
        self.told: Callable[[Operators], None] = lambda people: None
        """Called when someone arrives, leaves or changes their name."""
        self._kept = KeptDoor(kept, clock.now_ns)
        self._devices: dict[str, None] = {}
        """Digests of the devices that have signed in, the latest last."""
        self._restore()

    def keep_with(self, keeping: Keeping) -> None:
        """Keep files with the process's own."""
        self._kept.keeping = keeping

    def take_keys(self, keys: Keys) -> None:
        """Replace the PINs and end the sessions that the old ones opened."""
        if self.keys is None or self.keys.mark == keys.mark:
            return
        log.warning("the PINs have changed: everyone has to sign in again")
        self.keys = keys
        self.sessions.end_all()
        self._devices = {}
        self._keep()

    def sign_in(self, role: Role, name: str, address: str) -> str:
        """Start a session for a visitor whose key was right; returns its token."""
        now_ns = self.clock.now_ns()
        token = self.sessions.begin(name, role, address, now_ns)
        log.info("%s@%s signed in as %s", name, address, role.value)
        self._keep()
        return token

    @property
    def suspects(self) -> tuple[Suspect, ...]:
        """Addresses that sent wrong PINs or tokens; any thread may read it."""
        return self.tries.suspects + self.token_tries.suspects

    def known_device(self, headers: Headers) -> str | None:
        """The digest of a device that has signed in before; None where it has not."""
        token = _cookie(headers, device_cookie)
        name = digest(token) if token else ""
        return name if name in self._devices else None

    def remember_device(self, headers: Headers) -> str:
        """Note that a device has signed in; the token that names it, its own where it has one that is known."""
        known, token = self.known_device(headers), _cookie(headers, device_cookie)
        if known is None or token is None:
            token = secrets.token_urlsafe(TOKEN_BYTES)
        self._devices.pop(digest(token), None)
        self._devices[digest(token)] = None
        while len(self._devices) > MOST_DEVICES:
            del self._devices[next(iter(self._devices))]
        if self.keys is not None:
            self._kept.write_devices(self.keys.mark, self._devices)
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

    def wait_s(self, address: str, device: str | None = None) -> int:
        """Whole seconds until this address, or this known device, may try another PIN; 0 = now."""
        return -(-self.tries.wait_ns(address, self.clock.now_ns(), device) // NS_PER_S)

    def wrong(self, address: str, device: str | None = None) -> None:
        """Count a wrong PIN."""
        self._count("PIN", self.tries, address, device)

    def token_wait_s(self, address: str) -> int:
        """Whole seconds for which wrong tokens of this address are not even counted; the right one never waits."""
        return -(-self.token_tries.wait_ns(address, self.clock.now_ns()) // NS_PER_S)

    def wrong_token(self, address: str) -> None:
        """Count a wrong token."""
        self._count("token", self.token_tries, address, None)

    def _count(self, what: str, tries: WrongTries, address: str, device: str | None) -> None:
        count = tries.wrong(address, self.clock.now_ns(), device)
        self.edge.refuse(f"wrong {what}", address)
        log.warning("wrong %s from %s (%d)", what, address, count)
        self._keep()

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
        if self.keys is None:
            return
        self._devices = dict.fromkeys(self._kept.read_devices(self.keys.mark))
        kept = self._kept.read(self.keys.mark)
        if not kept:
            return
        try:
            self.sessions.restore(kept["sessions"], self.clock.now_ns())
            self.tries.restore(kept["tries"])
            self.token_tries.restore(kept["token_tries"])
        except (ValueError, KeyError, TypeError) as error:
            log.warning("sessions cannot be read, everyone has to sign in again: %s", error)

    def _keep(self) -> None:
        if self.keys is None:
            return
        tries, token_tries = self.tries.kept(), self.token_tries.kept()
        kept = {"sessions": self.sessions.kept(), "tries": tries, "token_tries": token_tries}
        self._kept.write(self.keys.mark, kept)


class Doorkeeper:
    """In front of the app: puts the visitor into `scope["state"]["visitor"]` and refuses those without the rights."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if not scope.get("client"):
            scope["client"] = (LOOPBACK, 0)  # a Unix socket has no address
        headers, address = Headers(scope=scope), scope["client"][0]
        need = need_of(scope.get("method", "GET"), scope["path"])
        wait_s, visitor = self._look(headers, address, is_here(scope, headers, self._door.keys is not None))
        scope.setdefault("state", {})["visitor"] = visitor
        if wait_s or not (need is Need.NOTHING or (visitor is not None and visitor.may(need))):
            who = "a viewer" if visitor is not None else "nobody"
            self._door.edge.refuse(f"request: of {who} who may not", address, scope["path"])
        if wait_s:
            await turned_away(TOO_MANY, too_many(wait_s), wait_s)(scope, receive, send)
        elif need is Need.NOTHING or (visitor is not None and visitor.may(need)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": SIGN_IN_CLOSE, "reason": "sign in first"})
        elif visitor is None:
            await turned_away(SIGN_IN, OTHER_USERS if self._door.keys is None else SIGN_IN_FIRST)(scope, receive, send)
        else:
            await turned_away(FORBIDDEN, VIEWERS_LOOK)(scope, receive, send)

    def _look(self, headers: Headers, address: str, here: bool) -> tuple[int, Visitor | None]:
        """How long to wait after wrong tokens (s; 0 = no wait), and the visitor."""
        visitor = self._door.visitor(headers, address, here)
        guesses = headers.get("authorization", "").lower().startswith(BEARER)
        if visitor is not None or not guesses:
            return 0, visitor
        wait_s = self._door.token_wait_s(address)
        if not wait_s:
            self._door.wrong_token(address)
        return wait_s, None


def is_here(scope: Scope, headers: Headers, has_pins: bool) -> bool:
    """Whether the visitor is the user who runs the stage, at this machine: through the console's own Unix socket; where
    there are no PINs also through loopback. Where the connection does not say, as in a test, its addresses decide.
    What came through a proxy never counts."""
    if any(name in headers for name in PROXY_HEADERS):
        return False
    own = scope.get("state", {}).get(OWN_USER)
    if own is not None:
        return bool(own)
    client, server = (scope.get("client") or ("",))[0], (scope.get("server") or ("",))[0]
    return not has_pins and (is_loopback(client) or (client != "" and client == server))


def cookie_name(host: str) -> str:
    """Cookies ignore ports, so the name carries the port: two stages on one machine keep separate sessions."""
    return f"openstage-{urlsplit(f'//{host}').port or 80}"


def device_cookie(host: str) -> str:
    """The cookie that names a device; it opens nothing, but lets its wrong tries be counted apart."""
    return cookie_name(host).replace("openstage-", "openstage-device-")


def session_token(headers: Headers) -> str | None:
    """The session token in the browser's cookies, if any."""
    return _cookie(headers, cookie_name)


def _cookie(headers: Headers, named: Callable[[str], str]) -> str | None:
    try:
        cookie = SimpleCookie(headers.get("cookie", ""))
        name = named(headers.get("host", ""))
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
