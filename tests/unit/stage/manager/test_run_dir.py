"""What a run directory keeps from one run to the next."""

from __future__ import annotations

from pathlib import Path

from stage.clock import MonotonicClock
from stage.manager.run_dir import RunDirectory

LEFT = ("render.ipc", "on_air.msgpack.new", "manager.json.draft", "set-boxes.npz", "other.msgpack")


def test_a_run_that_was_killed_leaves_its_show_and_nothing_else(run_dir: Path) -> None:
    for name in (*LEFT, "on_air.msgpack"):
        (run_dir / name).write_bytes(b"left")
    with RunDirectory(run_dir, MonotonicClock()):
        assert (run_dir / "on_air.msgpack").read_bytes() == b"left"
        assert not [name for name in LEFT if (run_dir / name).exists()]


def test_a_run_that_was_ended_starts_fresh_the_next_time(run_dir: Path) -> None:
    with RunDirectory(run_dir, MonotonicClock()):
        (run_dir / "on_air.msgpack").write_bytes(b"show")
        (run_dir / "set-boxes.npz").write_bytes(b"half")
    assert not list(run_dir.glob("*.msgpack"))
    assert not list(run_dir.glob("set-*"))
