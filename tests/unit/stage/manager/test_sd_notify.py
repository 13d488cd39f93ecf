"""What systemd is told, at its socket."""

from __future__ import annotations

import logging
import os
import socket
import time
from pathlib import Path

import pytest

from stage.clock import MonotonicClock
from stage.manager.sd_notify import ALIVE, READY, notifier
from stage.manager.watchdog import Life, Watchdog


@pytest.mark.parametrize("abstract", [False, True])
def test_a_datagram_goes_to_the_socket_that_systemd_names(tmp_path: Path, abstract: bool) -> None:
    name = f"@openstage-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + name[1:] if abstract else name)
        systemd.settimeout(20)
        notifier(name)(READY)
        assert systemd.recv(100) == b"READY=1"


def test_nobody_there_is_logged_once_and_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        tell = notifier(str(tmp_path / "gone"))
        tell(READY)
        tell(ALIVE)
    assert len(caplog.records) == 1
    notifier(None)(READY)


def test_the_stage_is_ready_when_its_manager_turns_and_lives_as_long_as_it_does() -> None:
    told: list[str] = []

    def manage(life: Life) -> int:
        life.ping()
        time.sleep(0.2)
        life.ping()
        return 0

    assert Watchdog(manage, MonotonicClock(), told.append).run() == 0
    assert told.count(READY) == 1
    assert ALIVE in told
