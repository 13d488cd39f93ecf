"""Keeps strangers out: pages of other sites, and names that were bent to point at this machine.

A browser lets any page open a WebSocket to any address and says where the page came from (Origin): another site's
is refused. DNS rebinding makes a stranger's name resolve to 127.0.0.1; so on loopback only loopback's own names
are served.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
POLICY_CLOSE = 1008


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refusal(host: str, origin: str, loopback_only: bool) -> str:
    """Why a request is refused, or nothing. `host` and `origin` are the headers as they came."""
    name = urlsplit(f"//{host}").hostname or ""
    if loopback_only and not is_loopback(name):
        return f"this console serves this machine only, not {name or 'nameless hosts'}"
    if origin and urlsplit(origin).netloc.lower() != host.lower():
        return f"pages of {origin} may not talk to this console"
    return ""


class Guard:
    """In front of the app: refuses, and adds the headers that tell the browser to be strict."""

    def __init__(self, app: ASGIApp, loopback_only: bool) -> None:
        self._app = app
        self._loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        reason = refusal(headers.get("host", ""), headers.get("origin", ""), self._loopback_only)
        if not reason:
            await self._app(scope, receive, _strict(send) if scope["type"] == "http" else send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_CLOSE, "reason": reason})
        else:
            await PlainTextResponse(reason, 403)(scope, receive, send)


def _strict(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Cache-Control", "no-cache")
            headers["Content-Security-Policy"] = CONTENT_POLICY
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
        await send(message)

    return sending
