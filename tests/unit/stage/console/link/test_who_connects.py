"""Whose connection it is, on a real server: the owner's own socket, forwarders, other users, TLS."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from stage.clock import MonotonicClock
from stage.console.app import build_app
from stage.console.door.api import add_door
from stage.console.door.certificate import kept_certificate, utc_of
from stage.console.door.door import Door
from stage.console.door.keys import Keys
from stage.console.door.own_user import may_be_owner, user_behind
from stage.console.link import connections
from stage.console.link.board import Board
from stage.console.link.web_server import SOCKET_FILE, Entrance, WebServer, listening_socket, own_socket, tls_of, url_of
from stage.process.edge import Edge
from tests.unit.stage.console.world import Routes
from tools.live.own_socket import address_of, opened

KEYS = Keys("111111", "222222", "t" * 24, "u" * 24)
NOBODY = 65534


@contextmanager
def served(folder: Path, pins: bool, secure: bool = False) -> Iterator[WebServer]:
    clock = MonotonicClock()
    edge = Edge(clock.now_ns)
    tls = None
    if secure:
        made = kept_certificate(folder, ["127.0.0.1"], utc_of(ssl.cert_time_to_seconds("Jan  1 00:00:00 2026 GMT")))
        tls = tls_of(made.certificate, made.key)
    door = Door(clock, KEYS if pins else None)
    door.edge = edge
    server = WebServer(listening_socket("127.0.0.1", 0), edge, Entrance(own_socket(folder), tls, pins))
    server.start(build_app(Board(), door, [Routes(lambda app: add_door(app, door))], Path("no-page-is-built")))
    try:
        yield server
    finally:
        server.close()


def role_at(address: str, context: ssl.SSLContext | None = None) -> Any:
    with urllib.request.urlopen(f"{address}api/session", timeout=20, context=context) as answer:
        return json.load(answer)["role"]


def own_role(folder: Path) -> Any:
    with opened(urllib.request.Request(f"{address_of(folder / SOCKET_FILE)}/api/session"), 20.0) as answer:
        return json.load(answer)["role"]


@contextmanager
def forwarded(place: tuple[str, int]) -> Iterator[str]:
    """A forwarder on this machine that changes nothing: what a plain proxy or `ssh -L` does. Its address."""
    ear = socket.create_server(("127.0.0.1", 0))

    def pump(near: socket.socket, far: socket.socket) -> None:
        while data := near.recv(65536):
            far.sendall(data)
        far.shutdown(socket.SHUT_WR)

    def serve() -> None:
        near, _ = ear.accept()
        with near, socket.create_connection(place) as far:
            back = threading.Thread(target=pump, args=(far, near))
            back.start()
            pump(near, far)
            back.join()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{ear.getsockname()[1]}/"
    finally:
        thread.join()
        ear.close()


def test_with_pins_only_the_own_socket_needs_none(tmp_path: Path) -> None:
    with served(tmp_path, pins=True) as server:
        assert own_role(tmp_path) == "operator"
        assert role_at(url_of(server.bound)) is None
        with forwarded(server.bound.getsockname()) as address:
            request = urllib.request.Request(f"{address}api/session", headers={"Connection": "close"})
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert json.load(answer)["role"] is None


def test_the_own_socket_is_its_owners_alone(tmp_path: Path) -> None:
    with served(tmp_path, pins=False):
        assert (tmp_path / SOCKET_FILE).stat().st_mode & 0o777 == 0o600
        assert own_role(tmp_path) == "operator"


def as_nobody(do: Callable[[], bool]) -> bool:
    """What another user of this machine gets; only root can try."""
    child = os.fork()
    if child == 0:
        answer = False
        try:
            os.setuid(NOBODY)
            answer = do()
        finally:
            os._exit(0 if answer else 1)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


@pytest.mark.skipif(os.geteuid() != 0 or not os.path.exists("/proc/net"), reason="only root can be somebody else")
def test_another_user_of_this_machine_is_a_stranger_at_both_sockets() -> None:
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder, served(Path(folder), pins=False) as server:
        Path(folder).chmod(0o711)
        own = Path(folder) / SOCKET_FILE
        assert role_at(url_of(server.bound)) == "operator"
        own.chmod(0o666)  # as if somebody had opened it: the peer's user still counts

        def over_tcp() -> bool:
            signal.alarm(20)
            try:
                urllib.request.urlopen(f"{url_of(server.bound)}api/state", timeout=10)
            except urllib.error.HTTPError as refused:
                return refused.code == 401
            return False

        def over_unix() -> bool:
            signal.alarm(20)
            with socket.socket(socket.AF_UNIX) as near:
                near.connect(str(own))
                try:
                    near.sendall(b"GET /api/session HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    return near.recv(1) == b""
                except OSError:
                    return True

        assert as_nobody(over_tcp)
        assert as_nobody(over_unix)


def test_whose_connection_it_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ear, socket.create_connection(ear.getsockname()):
        accepted, _ = ear.accept()
        with accepted:
            assert user_behind(accepted) in (os.geteuid(), None)
    assert may_be_owner(os.geteuid())
    assert may_be_owner(None)
    assert not may_be_owner(NOBODY)


def test_tls_serves_whoever_trusts_the_certificate(tmp_path: Path) -> None:
    with served(tmp_path, pins=True, secure=True) as server:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "console.crt"))
        assert role_at(url_of(server.bound, secure=True), trusting) is None
        assert own_role(tmp_path) == "operator"
        with pytest.raises(urllib.error.URLError, match="certificate verify failed"):
            role_at(url_of(server.bound, secure=True), ssl.create_default_context())


def test_over_tls_cookies_are_for_tls_alone(tmp_path: Path) -> None:
    with served(tmp_path, pins=True, secure=True) as server:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "console.crt"))
        request = urllib.request.Request(
            f"{url_of(server.bound, secure=True)}api/session",
            b'{"pin": "111111"}',
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20, context=trusting) as answer:
            cookies = answer.headers.get_all("Set-Cookie")
        assert len(cookies) == 2
        assert all({"Secure", "HttpOnly", "SameSite=strict"} <= set(each.split("; ")) for each in cookies)


def test_connections_that_never_greet_make_room(tmp_path: Path) -> None:
    with served(tmp_path, pins=True, secure=True) as server:
        place = server.bound.getsockname()
        trusting = ssl.create_default_context(cafile=str(tmp_path / "console.crt"))
        idle = [socket.create_connection(place) for _ in range(connections.MOST_AN_ADDRESS + 20)]
        assert role_at(url_of(server.bound, secure=True), trusting) is None
        idle[0].settimeout(20)
        with suppress(ConnectionResetError):
            assert idle[0].recv(1) == b""
        assert server._edge.refused["too many connections of one address"] >= 20
        for each in idle:
            each.close()


def test_what_is_no_tls_is_refused_and_counted(tmp_path: Path) -> None:
    with served(tmp_path, pins=True, secure=True) as server:
        with socket.create_connection(server.bound.getsockname()) as plain:
            plain.settimeout(20)
            plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            with suppress(ConnectionResetError):
                while plain.recv(4096):
                    pass
        trusting = ssl.create_default_context(cafile=str(tmp_path / "console.crt"))
        assert role_at(url_of(server.bound, secure=True), trusting) is None
        assert server._edge.refused["connection: no TLS"] == 1
