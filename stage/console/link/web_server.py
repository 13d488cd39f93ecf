"""The web server in a thread of its own, on a socket that is bound before it starts."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from stage.console.link.connections import Connections, protocols
from stage.errors import InputError
from stage.process.edge import Edge

ADDRESS_FILE = "console.json"
SOCKET_FILE = "console.sock"
"""The console's own socket in the run directory: who may enter that is the user who runs the stage."""
OTHERS = 0o177
"""The bits of a file that give it to others."""
BACKLOG = 1024
PING_S = 5.0
LARGEST_ANSWER_BYTES = 1024
STOP_S = 1
START_S = 10.0


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound TCP socket; port 0 = any free one. Raises InputError where the address cannot be bound."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        raise InputError(
            "--listen", f"{host}:{port}", f"cannot listen there: {error.strerror}", "Choose a free port, or 0 for any"
        ) from error
    return bound


def inherited_socket(fd: int | None) -> socket.socket | None:
    """The listening socket of the parent process: it outlives this process, so no other program can take the port."""
    return None if fd is None else socket.socket(fileno=fd)


def own_socket(run_dir: Path) -> socket.socket:
    """A Unix socket for the user who runs the stage, RUN_DIR/console.sock. Raises InputError where none can be made."""
    path = run_dir / SOCKET_FILE
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(OTHERS)
    try:
        path.unlink(missing_ok=True)
        made.bind(str(path))
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise InputError(str(path), "", f"cannot be made: {error.strerror}", "Use another --run-dir") from error
    finally:
        os.umask(before)
    return made


def tls_of(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or later with this certificate. Raises InputError where the files cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:
        problem = f"cannot be used with {key}: {error}"
        raise InputError(str(certificate), "", problem, "Give a certificate and its key, as PEM files") from error
    return context


def remembered_port(run_dir: Path) -> int:
    """The port this run's console had before its restart, where open pages expect it; else 0."""
    try:
        return int(json.loads((run_dir / ADDRESS_FILE).read_text())["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def url_of(bound: socket.socket, secure: bool = False) -> str:
    """The page's URL."""
    host, port = bound.getsockname()[:2]
    scheme = "https" if secure else "http"
    return f"{scheme}://[{host}]:{port}/" if ":" in host else f"{scheme}://{host}:{port}/"


def address_of(bound: socket.socket, secure: bool = False) -> bytes:
    """The page's address as `ADDRESS_FILE` in the run directory has it."""
    return json.dumps({"url": url_of(bound, secure), "port": bound.getsockname()[1], "pid": os.getpid()}).encode()


@dataclass(frozen=True, slots=True)
class Entrance:
    """How one gets in. `own`: a Unix socket on which the owner is served as well. `tls`: what the other socket speaks.
    `pins`: whether whoever comes there has to show one."""

    own: socket.socket | None = None
    tls: ssl.SSLContext | None = None
    pins: bool = False


class WebServer:
    """uvicorn, its event loop and its thread, on a bound socket. `call` works before it starts."""

    def __init__(self, bound: socket.socket, edge: Edge, entrance: Entrance | None = None) -> None:
        self._edge = edge
        self.bound, self.entrance = bound, entrance or Entrance()
        self._loop = asyncio.new_event_loop()
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=self._run, name="web")

    @property
    def host(self) -> str:
        """The address it is bound to."""
        return str(self.bound.getsockname()[0])

    @property
    def alive(self) -> bool:
        """Whether it serves."""
        return self._thread.is_alive()

    def start(self, app: ASGIApp) -> None:
        """Start serving: connections have queued since the socket was bound."""
        self._server = uvicorn.Server(
            _settings(app, Connections(self._edge.refuse, pins=self.entrance.pins), self.entrance.tls)
        )
        self._thread.start()

    def call(self, function: Callable[..., object], *arguments: Any) -> None:
        """Run a function soon in the server's thread; before the first request if it has not started yet."""
        self._loop.call_soon_threadsafe(function, *arguments)

    def close(self) -> None:
        """Close every connection and end the thread; further calls do nothing."""
        if self._server is None:
            self._loop.close()
            for each in self._sockets:
                each.close()
            return
        self._server.should_exit = True
        self._thread.join()

    @property
    def _sockets(self) -> list[socket.socket]:
        return [self.bound] if self.entrance.own is None else [self.bound, self.entrance.own]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            if self._server is not None:
                self._loop.run_until_complete(self._server.serve(sockets=self._sockets))
                self._loop.run_until_complete(_end_all())
        finally:
            self._loop.close()


async def _end_all() -> None:
    """End what connections still wait for."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _settings(app: ASGIApp, connections: Connections, tls: ssl.SSLContext | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=protocols(connections, tls),  # type: ignore[arg-type]  # called as the class would be
        backlog=BACKLOG,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_ANSWER_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        timeout_graceful_shutdown=STOP_S,
    )
