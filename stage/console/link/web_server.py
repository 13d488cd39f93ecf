"""The web server in a thread of its own, on a socket that is bound before it starts."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from stage.console.link.connections import BoundedProtocol, Connections
from stage.errors import InputError
from stage.process.edge import Edge

ADDRESS_FILE = "console.json"
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


def remembered_port(run_dir: Path) -> int:
    """The port this run's console had before its restart, where open pages expect it; else 0."""
    try:
        return int(json.loads((run_dir / ADDRESS_FILE).read_text())["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def url_of(bound: socket.socket) -> str:
    """The page's URL."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def write_address(run_dir: Path, bound: socket.socket) -> None:
    """Publish the page's address: RUN_DIR/console.json, written whole or not at all."""
    text = json.dumps({"url": url_of(bound), "port": bound.getsockname()[1], "pid": os.getpid()})
    temporary = run_dir / f"{ADDRESS_FILE}.new"
    temporary.write_text(text)
    temporary.replace(run_dir / ADDRESS_FILE)


class WebServer:
    """uvicorn, its event loop and its thread, on a bound socket. `call` works before it starts."""

    def __init__(self, bound: socket.socket, edge: Edge) -> None:
        self._edge = edge
        self.bound = bound
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
        self._server = uvicorn.Server(_settings(app, Connections(self._edge.refuse)))
        self._thread.start()

    def call(self, function: Callable[..., object], *arguments: Any) -> None:
        """Run a function soon in the server's thread; before the first request if it has not started yet."""
        self._loop.call_soon_threadsafe(function, *arguments)

    def close(self) -> None:
        """Close every connection and end the thread; further calls do nothing."""
        if self._server is None:
            self._loop.close()
            self.bound.close()
            return
        self._server.should_exit = True
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            if self._server is not None:
                self._loop.run_until_complete(self._server.serve(sockets=[self.bound]))
        finally:
            self._loop.close()


def _settings(app: ASGIApp, connections: Connections) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=partial(BoundedProtocol, connections),  # type: ignore[arg-type]  # called as the class would be
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
