"""A visitor of the console at the wire: one request, one answer; nothing that a browser would add or hold back."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tools.live.own_socket import OwnConnection

TIMEOUT_S = 20.0
JSON = {"Content-Type": "application/json"}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "c3RyYW5nZXJzdHJhbmdlcg==",
}
SWITCHING = 101
SIGN_IN_CLOSE = (4401).to_bytes(2, "big")
NONE = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A status (0: none came), the cookies as they would be sent back, and the body."""

    status: int
    cookie: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the console: a TCP address, over TLS or not, or the path of its Unix socket. `host`: what it is called
    there."""

    place: tuple[str, int] | None
    secure: bool
    host: str
    path: Path | None = None

    def connection(self) -> http.client.HTTPConnection:
        """A new connection; nobody asks whose certificate it is."""
        if self.path is not None:
            return OwnConnection(quote(str(self.path), safe=""), timeout=TIMEOUT_S)
        host, port = self.place or ("", 0)
        if not self.secure:
            return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a request. `body` is sent as JSON, bytes as they are."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = JSON if data is not None else {}
        sent = {"Host": self.host, "Connection": "close", **kind, **(headers or {})}
        with closing(self.connection()) as connection:
            try:
                connection.request(method, path, data, sent)
                answer = connection.getresponse()
                cookies = answer.headers.get_all("Set-Cookie") or []
                return Answer(answer.status, "; ".join(each.partition(";")[0] for each in cookies), answer.read())
            except (OSError, http.client.HTTPException):
                return Answer(NONE)

    def opens_page(self, path: str, headers: Mapping[str, str] | None = None) -> bool:
        """Whether a WebSocket opens and shows something."""
        with closing(self.connection()) as connection:
            try:
                connection.request("GET", path, headers={"Host": self.host, **UPGRADE, **(headers or {})})
                wire = connection.sock
                head = b""
                while b"\r\n\r\n" not in head and (data := wire.recv(4096)):
                    head += data
                status, _, first = head.partition(b"\r\n\r\n")
                if not status.startswith(b"HTTP/1.1 101"):
                    return False
                first = first or wire.recv(4096)
                return SIGN_IN_CLOSE not in first[:8]
            except (TimeoutError, OSError, http.client.HTTPException):
                return False
