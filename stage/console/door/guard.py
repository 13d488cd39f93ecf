"""Keeps strangers out: pages of other sites, and foreign host names made to resolve to this machine.

A browser lets any page open a WebSocket to any address and reports the page's site (Origin): other sites are refused.
DNS rebinding makes a foreign name resolve to this machine, so the console answers only to addresses and the machine's
own names, on loopback only to loopback's. A change must be sent as JSON, which a form on another site cannot do.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stage.process.edge import Edge

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
POLICY_CLOSE = 1008
FORBIDDEN, NOT_JSON = 403, 415
JSON = "application/json"
READING = ("GET", "HEAD", "OPTIONS")
OWN_SITE = ("", "same-origin", "none")
"""`Sec-Fetch-Site` of this console's own pages, of typed addresses, and of programs (which send none)."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refusal(host: str, origin: str, loopback_only: bool, names: Collection[str] = ()) -> str | None:
    """Why a request is refused; None where it is not. `host` and `origin` are the headers as they came, `names` (small
    letters) the host names this console answers to on a network."""
    try:
        asked = urlsplit(f"//{host}")
        name = asked.hostname or "" if asked.port is None or asked.port else ""
        foreign = bool(origin) and urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return "the request's Host or Origin is not a valid address"
    if loopback_only and not is_loopback(name):
        return f"this console serves this machine only, not {name or 'nameless hosts'}"
    if not (loopback_only or is_address(name) or is_loopback(name) or name.rstrip(".") in names):
        return f"this console does not answer to {name or 'no name'}: use its address, or give the name in --pin-file"
    return f"pages of {origin} may not talk to this console" if foreign else None


def cross_site(method: str, headers: Headers) -> tuple[int, str] | None:
    """Status and reason where a request comes, or could come, from another site's page; None where it cannot."""
    if headers.get("sec-fetch-site", "") not in OWN_SITE and headers.get("sec-fetch-mode") != "navigate":
        return FORBIDDEN, "pages of other sites may not use this console"
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method not in READING and has_body and kind != JSON:
        return NOT_JSON, f"send it as {JSON}: curl --json '{{...}}', or the header Content-Type: {JSON}"
    return None


class SiteGuard:
    """In front of the app: refuses such requests, and adds headers that make the browser strict."""

    def __init__(self, app: ASGIApp, loopback_only: bool, edge: Edge, names: Collection[str] = ()) -> None:
        self._app, self._edge = app, edge
        self._loopback_only = loopback_only
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        reason = refusal(headers.get("host", ""), headers.get("origin", ""), self._loopback_only, self._names)
        refused = (FORBIDDEN, reason) if reason is not None else None
        if refused is None and scope["type"] == "http":
            refused = cross_site(scope["method"], headers)
        if refused is None:
            await self._app(scope, receive, _strict(send) if scope["type"] == "http" else send)
            return
        status, reason = refused
        self._edge.refuse("request: of another site", (scope.get("client") or ("",))[0], reason)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_CLOSE, "reason": reason})
        else:
            await PlainTextResponse(reason, status)(scope, receive, send)


def is_address(name: str) -> bool:
    """Whether it is an IP address, not a name."""
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _strict(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Cache-Control", "no-cache")
            headers["Content-Security-Policy"] = CONTENT_POLICY
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
        await send(message)

    return sending
