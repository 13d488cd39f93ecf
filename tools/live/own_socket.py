"""HTTP over the console's Unix socket: whoever may enter the run directory is the user who runs the stage."""

from __future__ import annotations

import http.client
import socket
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

SCHEME = "openstage"


def address_of(path: Path) -> str:
    """The address of a console at a Unix socket, for `opened`."""
    return f"{SCHEME}://{quote(str(path), safe='')}"


def opened(request: urllib.request.Request, timeout_s: float) -> Any:
    """The answer to a request, over TCP or at such an address. Raises what `urllib.request.urlopen` raises."""
    return _OPENER.open(request, timeout=timeout_s)


class OwnConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket; `host` is its path."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(unquote(self.host))


class _OwnHandler(urllib.request.AbstractHTTPHandler):
    """Opens the addresses that `address_of` makes."""

    def openstage_request(self, request: urllib.request.Request) -> urllib.request.Request:
        request.add_unredirected_header("Host", "localhost")
        return self.do_request_(request)

    def openstage_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(OwnConnection, request)


_OPENER = urllib.request.build_opener(_OwnHandler())
