"""A spare follows the stage, says nothing, and begins when it is told to."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from stage.bus.memory_bus import MemoryBus
from stage.clock import ManualClock
from stage.process.service import Service
from stage.process.standby import TAKE_OVER, Standby


def spare_of(bus: MemoryBus) -> tuple[Service, socket.socket]:
    ours, its = socket.socketpair()
    service = Service("render", Path("s.toml"), Path("run"), bus, ManualClock(10**9), standby=Standby(its))
    return service, ours


def test_a_spare_follows_until_it_is_told_and_answers_before_it_begins() -> None:
    bus = MemoryBus()
    ear = bus.subscriber("process.heartbeat")
    service, manager = spare_of(bus)
    followed: list[bool] = []

    def follow() -> None:
        followed.append(service.stands_by)
        service.beat(ready=True)
        if len(followed) == 3:
            manager.sendall(TAKE_OVER)

    with manager:
        service.await_turn(follow)
        assert manager.recv(1) == TAKE_OVER
    assert followed == [True, True, True]
    assert ear.receive() == [], "the endpoint is the other process's"
    service.beat(ready=True)
    assert len(ear.receive()) == 1


def test_a_spare_ends_with_its_manager() -> None:
    service, manager = spare_of(MemoryBus())
    manager.close()
    with pytest.raises(SystemExit) as ended:
        service.await_turn(lambda: None)
    assert ended.value.code == 0


def test_a_spare_that_is_told_to_stop_ends() -> None:
    service, manager = spare_of(MemoryBus())
    service.stop()
    with manager, pytest.raises(SystemExit):
        service.await_turn(lambda: None)


def test_a_process_that_is_no_spare_does_not_wait() -> None:
    service = Service("render", Path("s.toml"), Path("run"), MemoryBus(), ManualClock(10**9))
    service.await_turn(lambda: pytest.fail("it has its turn"))
