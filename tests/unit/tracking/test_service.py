"""The tracking process' loop, in this process: real datagrams in, records out."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from stage.bus.memory_bus import MemoryBus
from stage.clock import MonotonicClock
from stage.errors import InputError
from stage.messages.control import Heartbeat, LoopReport
from stage.messages.samples import SourceHealth, TrackingSample, Validity
from stage.process.service import Service
from tools.live.free_port import free_port
from tracking import service as tracking_service
from tracking.protocols.freed import FreedPacket, encode

STAGE = """
schema = "stage/1"
name = "one-wall"
scene = "grid"

[[walls]]
kind = "flat"
name = "main"
cabinets = {{ columns = 1, rows = 1, size_px = [16, 9], pitch_mm = 10.0 }}

[[outputs]]
name = "out"
size_px = [16, 9]
tiles = [{{ tile = "main/all" }}]

[[sources]]
name = "t"
port = {port}
counter = "user-16"

[[cameras]]
name = "a"
source = "t"
sensor_mm = [24.0, 13.5]
lens = {{ points = [{{ focal_length_mm = 24.0, entrance_pupil_m = 0.5 }}] }}
"""


class Turns(MonotonicClock):
    """A clock that calls `on_turn` each time the loop asks how long it may wait, so that a test acts in step."""

    def __init__(self) -> None:
        self.on_read: Callable[[], None] = lambda: None

    def now_ns(self) -> int:
        self.on_read()
        return super().now_ns()


def test_datagrams_become_samples_and_health(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """`settle` is left out: a frozen collector would outlive the test."""
    monkeypatch.setattr(tracking_service, "settle", lambda: None)
    path, port, bus, clock = tmp_path / "stage.toml", free_port(socket.SOCK_DGRAM), MemoryBus(), Turns()
    path.write_text(STAGE.format(port=port))
    subscriber = bus.subscriber("tracking.sample", "tracking.health", "process.heartbeat", "process.loop")
    service = Service("tracking", path, tmp_path, bus, clock)
    good = [encode(FreedPacket(1, x_mm=float(n), user=n)) for n in range(3)]
    heard: list[object] = []

    def observe() -> None:
        """Send once the loop turns; stop when its health has counted everything."""
        heard.extend(subscriber.receive())
        if not sent and any(isinstance(record, SourceHealth) for record in heard):
            for datagram in (*good, b"", good[0][:-1] + b"\0", good[2]):
                sender.sendto(datagram, ("127.0.0.1", port))
            sent.append(True)
        if any(isinstance(record, SourceHealth) and len(record.rejected) == 3 for record in heard):
            service.stop()

    sent: list[bool] = []
    clock.on_read = observe
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender, caplog.at_level(logging.WARNING):
        tracking_service.track(service)
    heard.extend(subscriber.receive())

    samples = [record for record in heard if isinstance(record, TrackingSample)]
    assert [sample.sender_counter for sample in samples] == [0, 1, 2]
    assert [sample.position_m for sample in samples] == [(n / 1000, 0.5, 0.0) for n in range(3)]
    assert all(0 < sample.received_ns <= clock.now_ns() for sample in samples)
    health = [record for record in heard if isinstance(record, SourceHealth)]
    assert health[0].validity is Validity.LOST
    assert health[-1].accepted == 3
    assert health[-1].rejected == (("checksum", 1), ("duplicate", 1), ("length", 1))
    assert [record.ready for record in heard if isinstance(record, Heartbeat)][:1] == [True]
    assert 0 < next(record.turns for record in heard if isinstance(record, LoopReport)) <= 6
    assert len([line for line in caplog.messages if "bad datagram from 127.0.0.1" in line]) == 3
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(("127.0.0.1", port))


def test_a_port_in_use_ends_the_loop_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        path = tmp_path / "stage.toml"
        path.write_text(STAGE.format(port=taken.getsockname()[1]))
        service = Service("tracking", path, tmp_path, MemoryBus(), MonotonicClock())
        with pytest.raises(InputError, match=r"sources\[0\].port.*in use"):
            tracking_service.track(service)
