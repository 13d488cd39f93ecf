"""Ports for processes that are about to be started: free, different, and never given to anybody else meanwhile."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from stage.errors import ProcessError
from tools.live import free_port as module
from tools.live.free_port import PORTS, free_port

KINDS = pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])


@KINDS
def test_every_port_is_free_and_another_one(kind: socket.SocketKind) -> None:
    ports = [free_port(kind) for _ in range(20)]
    assert len(set(ports)) == 20
    assert set(ports) <= set(PORTS)
    for port in ports:
        with socket.socket(socket.AF_INET, kind) as taker:
            taker.bind(("127.0.0.1", port))


@KINDS
def test_what_is_taken_is_passed_over_and_where_all_is_taken_it_says_so(
    kind: socket.SocketKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = free_port(kind)
    monkeypatch.setattr(module, "PORTS", range(first, first + 1))
    assert free_port(kind) == first
    with socket.socket(socket.AF_INET, kind) as taker:
        taker.bind(("127.0.0.1", first))
        with pytest.raises(ProcessError, match="no port from"):
            free_port(kind)


def test_two_processes_that_choose_at_the_same_time_choose_differently() -> None:
    code = "import socket\nfrom tools.live.free_port import free_port\n"
    code += "print(*(free_port(socket.SOCK_DGRAM) for _ in range(10)))"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (set(process.communicate()[0].split()) for process in both)
    assert (len(first), len(second), first & second) == (10, 10, set())
