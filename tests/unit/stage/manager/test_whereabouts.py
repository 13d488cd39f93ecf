"""Stages that chose a run directory of their own are found, as long as they run, and no longer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stage.clock import ManualClock
from stage.errors import InputError, ProcessError
from stage.manager.run_dir import RunDirectory, RunningStage
from stage.manager.whereabouts import announced, running_stages
from tools.live.running import console_of, running_stage_of


def description(run_dir: Path, name: str, pid: int) -> RunningStage:
    return RunningStage(
        pid=pid,
        stage=f"{name}.toml",
        name=name,
        run_dir=str(run_dir),
        console=f"http://{name}/",
        offscreen=True,
        started_utc_s=0.0,
    )


def names(base: Path) -> list[str]:
    return [stage.name for stage in running_stages(base)]


def test_a_stage_with_a_run_directory_of_its_own_is_found_as_long_as_it_runs(run_dir: Path) -> None:
    base, own = run_dir / "base", run_dir / "own"
    with RunDirectory(own, ManualClock()) as owned, announced(base, own):
        owned.describe(description(own, "far", os.getpid()))
        assert names(base) == ["far"]
        assert console_of(None, base) == "http://far"
    assert names(base) == []
    assert list(base.iterdir()) == []
    with pytest.raises(ProcessError, match=rf"no stage is running \(looked in {base}, "):
        console_of(None, base)
    with pytest.raises(ProcessError, match="no stage is running in "):
        console_of(own, base)


def test_a_stage_in_the_base_folder_needs_no_sign_and_is_found_once(run_dir: Path) -> None:
    near = run_dir / "near"
    with RunDirectory(near, ManualClock()) as owned, announced(run_dir, near):
        owned.describe(description(near, "near", os.getpid()))
        assert [path.name for path in run_dir.iterdir()] == ["near"]
        assert names(run_dir) == ["near"]


def test_of_two_stages_both_are_named(run_dir: Path) -> None:
    base, near, far = run_dir / "base", run_dir / "base" / "near", run_dir / "far"
    with RunDirectory(near, ManualClock()) as first, RunDirectory(far, ManualClock()) as second, announced(base, far):
        first.describe(description(near, "near", os.getpid()))
        second.describe(description(far, "far", os.getpid()))
        with pytest.raises(InputError, match=f"several stages are running: near in {near}, far in {far}"):
            running_stage_of(None, base)
        chosen = running_stage_of(far, base)
        assert chosen is not None
        assert chosen.name == "far"


def test_a_stage_whose_number_belongs_to_another_process_by_now_does_not_run(run_dir: Path) -> None:
    """What it left names this very process, which looks after no stage there: nobody holds the lock."""
    near = run_dir / "near"
    with RunDirectory(near, ManualClock()) as owned:
        owned.describe(description(near, "near", os.getpid()))
        assert names(run_dir) == ["near"]
        left = (near / "manager.json").read_text()
    (near / "manager.json").write_text(left)
    assert names(run_dir) == []
    with pytest.raises(ProcessError, match="no stage is running in"):
        console_of(near, run_dir)


def test_the_sign_of_a_stage_that_was_killed_goes(run_dir: Path) -> None:
    base, own = run_dir / "base", run_dir / "own"
    with announced(base, own):
        own.mkdir()
        with RunDirectory(own, ManualClock()) as owned:
            owned.describe(description(own, "dead", 999_999_999))
            assert names(base) == []
            assert list(base.iterdir()) == []


def test_a_base_folder_that_cannot_be_written_stops_no_stage(run_dir: Path) -> None:
    (run_dir / "file").write_text("", encoding="utf-8")
    with announced(run_dir / "file" / "base", run_dir / "own"):
        pass
