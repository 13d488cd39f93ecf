"""What a process keeps is whole or not at all, and what cannot be kept is said at once, until it can be again."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from stage.bus.memory_bus import MemoryBus
from stage.clock import ManualClock
from stage.messages.control import AlertState
from stage.process.keeping import AGAIN_NS, NOT_KEPT, Keeping
from stage.process.service import HEARTBEAT_NS, Service

REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)
"""A full disk, a used-up quota, a read-only one, a folder of somebody else's, a broken one."""


class Disk:
    """Where it refuses, every file that is opened to be written or written to fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refuses: int | None = None
        opened = os.open

        def refusing(path: str, flags: int, mode: int = 0o777) -> int:
            if self.refuses is not None and flags & (os.O_WRONLY | os.O_RDWR):
                raise OSError(self.refuses, os.strerror(self.refuses), path)
            return opened(path, flags, mode)

        monkeypatch.setattr(os, "open", refusing)


@pytest.mark.parametrize("reason", REFUSALS)
def test_what_cannot_be_kept_is_said_with_the_reason_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    disk, keeping, file = Disk(monkeypatch), Keeping(), tmp_path / "kept"
    assert keeping.write(file, b"old", "the show", 0)
    assert keeping.alerts(0) == [AlertState(NOT_KEPT, "the show", False, "", 0)], "a process before may have failed"
    assert keeping.write(file, b"old", "the show", 0)
    assert keeping.alerts(0) == []
    disk.refuses = reason
    assert not keeping.write(file, b"new", "the show", 1)
    assert keeping.failing
    detail = f"{tmp_path}: {os.strerror(reason)}"
    assert keeping.alerts(1) == [AlertState(NOT_KEPT, "the show", True, detail, 1)]
    assert keeping.alerts(1 + AGAIN_NS - 1) == []
    assert not keeping.write(file, b"new", "the show", 2)
    assert keeping.alerts(1 + AGAIN_NS) == [AlertState(NOT_KEPT, "the show", True, detail, 1)]
    assert file.read_bytes() == b"old"
    disk.refuses = None
    assert keeping.write(file, b"new", "the show", 3)
    assert keeping.alerts(4 + AGAIN_NS) == [AlertState(NOT_KEPT, "the show", False, detail, 3)]
    assert keeping.alerts(10 * AGAIN_NS) == []
    assert not keeping.failing
    assert file.read_bytes() == b"new"


def test_what_is_kept_is_for_its_owner_alone_and_leaves_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    (tmp_path / "kept.new").write_bytes(b"of a process that was killed")
    assert Keeping().write(file, b"x", "it", 0)
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_draft_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "kept.new").symlink_to(victim)
    assert Keeping().write(tmp_path / "kept", b"x", "it", 0)
    assert victim.read_bytes() == b"precious"


def test_a_service_says_it_with_its_next_heartbeat() -> None:
    bus, clock = MemoryBus(), ManualClock(HEARTBEAT_NS)
    ear = bus.subscriber("alert")
    service = Service("conductor", Path("stage.toml"), Path("run"), bus, clock)
    service.keeping.failed("the show", "No space left on device", clock.now_ns())
    service.beat(ready=True)
    said = ear.receive()
    assert [(r.code, r.subject, r.active) for r in said if isinstance(r, AlertState)] == [(NOT_KEPT, "the show", True)]
