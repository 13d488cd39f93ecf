"""Too many connections, and those that never ask, on a real server: who works stays in."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.sync.client import connect

from stage.clock import MonotonicClock
from stage.console.app import build_app
from stage.console.door.door import Door
from stage.console.link import connections
from stage.console.link.board import Board
from stage.console.link.web_server import WebServer, listening_socket, url_of
from stage.process.edge import Edge


class House:
    def __init__(self) -> None:
        clock = MonotonicClock()
        self.edge = Edge(clock.now_ns)
        self.server = WebServer(listening_socket("127.0.0.1", 0), self.edge)
        self.server.start(build_app(Board(), Door(clock, None), (), Path("no-page-is-built")))
        self.url = url_of(self.server.bound)
        self.place = self.server.bound.getsockname()


def ended(connection: socket.socket) -> bool:
    """Whether the other side has closed it."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.server.close()


def test_idle_connections_make_room_and_an_open_page_stays(house: House) -> None:
    with ExitStack() as stack:
        page = stack.enter_context(connect(house.url.replace("http", "ws") + "ws/state"))
        page.recv()
        idle = [
            stack.enter_context(socket.create_connection(house.place)) for _ in range(connections.MOST_AN_ADDRESS * 2)
        ]
        for _ in range(3):
            assert urllib.request.urlopen(f"{house.url}api/state", timeout=20).status == 200
        idle[0].settimeout(10)
        assert ended(idle[0])
        page.send("1")
        assert page.ping().wait(10)
    assert house.edge.refused["too many connections of one address"] >= connections.MOST_AN_ADDRESS


def test_a_connection_that_does_not_ask_in_time_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.2)
    house = House()
    try:
        for head in (b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
            with socket.create_connection(house.place, timeout=10) as slow:
                slow.sendall(head)
                assert ended(slow)
        assert house.edge.refused["connection: no request in time"] == 2
    finally:
        house.server.close()
