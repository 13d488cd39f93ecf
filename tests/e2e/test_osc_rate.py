"""A thousand calls a second for ten seconds (specs: acceptance of OSC): the real process, real datagrams, none lost."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.messages.commands import Command
from stage.messages.control import Heartbeat
from stage.osc.wire import datagram_of
from stage.units import NS_PER_S
from tests.e2e.lifeline import command_of
from tests.e2e.test_console_page import STAGE
from tools.live.free_port import free_port

CALLS, RATE_HZ = 10_000, 1000
BURST = 10
"""Calls sent together: a sleeping sender is no finer than a few milliseconds."""
PATIENCE_NS = 60 * NS_PER_S


@pytest.mark.slow
def test_ten_thousand_calls_in_ten_seconds_all_arrive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port, clock, path = free_port(socket.SOCK_DGRAM), MonotonicClock(), tmp_path / "little.toml"
    path.write_text(f'{STAGE}protocol = "freed"\nport = 0\n\n[osc]\nport = {port}\n')
    bus = ZmqBus.in_directory(tmp_path)
    heard = bus.subscriber("command.given", "process.heartbeat")
    process = subprocess.Popen(command_of("stage.osc.service", "--stage", str(path), "--run-dir", str(tmp_path)))
    try:
        given_up_ns = clock.now_ns() + PATIENCE_NS
        while not any(isinstance(each, Heartbeat) for each in heard.receive(NS_PER_S)):
            assert clock.now_ns() < given_up_ns
            assert process.poll() is None
        began_ns, got = clock.now_ns(), list[Command]()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as remote:
            for number in range(CALLS):
                if number % BURST == 0:
                    clock.rest_until_ns(began_ns + number * NS_PER_S // RATE_HZ)
                    got += [each for each in heard.receive() if isinstance(each, Command)]
                remote.sendto(datagram_of("/stage/blackout", number % 2), ("127.0.0.1", port))
            took_s = (clock.now_ns() - began_ns) / NS_PER_S
            given_up_ns = clock.now_ns() + PATIENCE_NS
            while len(got) < CALLS and clock.now_ns() < given_up_ns:
                got += [each for each in heard.receive(NS_PER_S // 5) if isinstance(each, Command)]
    finally:
        process.terminate()
        process.wait()
        heard.close()
        bus.close()
    with capsys.disabled():
        sys.stdout.write(f"\nOSC: {CALLS} calls in {took_s:.2f} s, {len(got)} commands, {CALLS - len(got)} lost\n")
    assert [each.arguments["on"] for each in got] == [bool(number % 2) for number in range(CALLS)]
