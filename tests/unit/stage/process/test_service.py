"""What every process has: heartbeats at their rate."""

from __future__ import annotations

import os
from pathlib import Path

from stage.bus.memory_bus import MemoryBus
from stage.clock import ManualClock
from stage.messages.control import Heartbeat
from stage.process.service import HEARTBEAT_NS, Service


def test_heartbeats_come_twice_a_second_however_often_the_loop_turns() -> None:
    bus, clock = MemoryBus(), ManualClock(HEARTBEAT_NS)
    ear = bus.subscriber("process.heartbeat")
    service = Service("render", Path("stage.toml"), Path("run"), bus, clock)
    for _ in range(100):
        service.beat(ready=True)
        clock.advance_ns(HEARTBEAT_NS // 20)
    beats = [record for record in ear.receive() if isinstance(record, Heartbeat)]
    assert [beat.beat for beat in beats] == [1, 2, 3, 4, 5]
    assert {(beat.role, beat.pid, beat.ready) for beat in beats} == {("render", os.getpid(), True)}
    assert not service.stopping
