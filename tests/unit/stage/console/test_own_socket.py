"""A console that comes back while its folder takes no files does without the owner's socket, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.bus.memory_bus import MemoryBus
from stage.clock import ManualClock
from stage.console.service import own_way_in
from stage.process.service import Service


def test_it_goes_on_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    service = Service("console", tmp_path / "s.toml", tmp_path / "file" / "run", MemoryBus(), ManualClock())
    assert own_way_in(service) is None
    assert "needs a PIN as well" in caplog.text


def test_where_it_can_be_made_it_is(run_dir: Path) -> None:
    made = own_way_in(Service("console", run_dir / "s.toml", run_dir, MemoryBus(), ManualClock()))
    assert made is not None
    made.close()
