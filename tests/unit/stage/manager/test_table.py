"""Which processes a run has, and how the run directory is guarded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stage.clock import ManualClock
from stage.errors import InputError
from stage.files.loading import find_stage, load_stage
from stage.manager.run_dir import LONGEST_ROLE, ORPHANS_END_NS, RunDirectory, RunningStage, running_stage
from stage.manager.table import TABLE, Process, RunOptions, show_processes, side_processes
from stage.messages.topics import ROLES
from stage.model.stagefile import Stage

LISTEN = ("127.0.0.1", 8400)


def two_walls() -> Stage:
    return load_stage(find_stage("two-walls"))


def on_screens(stage: Stage) -> Stage:
    outputs = tuple(output.model_copy(update={"screen": 0}) for output in stage.outputs)
    return stage.model_copy(update={"outputs": outputs})


def processes(stage: Stage, options: RunOptions) -> dict[str, Process]:
    return {process.role: process for process in (*show_processes(options), *side_processes(stage, options))}


def test_what_the_show_needs_runs_always() -> None:
    started = processes(two_walls(), RunOptions(offscreen=False, listen=LISTEN))
    assert {role for role, process in started.items() if process.needed_for_show} == {"tracking", "conductor", "render"}
    assert set(started) == {"tracking", "conductor", "render", "console", "recorder", "stills"}
    assert started["console"].arguments == ("--listen", "127.0.0.1:8400")


def test_a_backdrop_stands_behind_windows_only() -> None:
    windows = on_screens(two_walls())
    assert "backdrop" in processes(windows, RunOptions(offscreen=False, listen=LISTEN))
    offscreen = processes(windows, RunOptions(offscreen=True, listen=LISTEN))
    assert "backdrop" not in offscreen
    assert offscreen["render"].arguments == ("--offscreen",)


def test_ordinary_windows_have_no_backdrop_and_come_with_the_flag_for_whole_screens() -> None:
    asked = RunOptions(offscreen=False, listen=LISTEN, windowed=True)
    started = processes(on_screens(two_walls()), asked)
    assert "backdrop" not in started
    assert started["render"].arguments == ("--windowed",)
    outputs = tuple(output.model_copy(update={"windowed": True}) for output in two_walls().outputs)
    ordinary = two_walls().model_copy(update={"outputs": outputs})
    assert "backdrop" not in processes(ordinary, RunOptions(offscreen=False, listen=LISTEN))


def test_the_witness_comes_when_asked_for_and_when_there_is_a_camera() -> None:
    options = RunOptions(offscreen=True, listen=LISTEN, witness=True)
    assert "witness" in processes(two_walls(), options)
    assert "witness" not in processes(two_walls().model_copy(update={"cameras": ()}), options)


def test_every_process_of_the_table_may_speak_on_the_bus() -> None:
    assert {row.role for row in TABLE} <= set(ROLES)
    assert max(len(role) for role in ROLES) == LONGEST_ROLE


def described(run_dir: Path, pid: int) -> RunningStage:
    return RunningStage(
        pid=pid,
        stage="stage.toml",
        name="my-stage",
        run_dir=str(run_dir),
        console="http://127.0.0.1:8400/",
        offscreen=True,
        started_utc_s=0.0,
    )


def test_a_run_directory_tells_who_runs_in_it_and_is_clean_afterwards(run_dir: Path) -> None:
    (run_dir / "render.ipc").touch()
    with RunDirectory(run_dir, ManualClock()) as owned:
        assert not (run_dir / "render.ipc").exists()
        running = described(run_dir, os.getpid())
        owned.describe(running)
        assert running_stage(run_dir) == running
        (run_dir / "conductor.ipc").touch()
        (run_dir / "logs" / "render.log").touch()
    assert running_stage(run_dir) is None
    assert not list(run_dir.glob("*.ipc"))
    assert (run_dir / "logs" / "render.log").exists()


def test_a_run_directory_has_one_owner(run_dir: Path) -> None:
    with (
        RunDirectory(run_dir, ManualClock()),
        pytest.raises(InputError, match=rf"process {os.getpid()}\). Stop it"),
        RunDirectory(run_dir, ManualClock()),
    ):
        pass


def test_a_dead_owner_s_processes_are_waited_for_but_not_forever(run_dir: Path) -> None:
    clock = ManualClock()
    with RunDirectory(run_dir, clock):
        (run_dir / "lock").write_text("999999999\n")
        with pytest.raises(InputError, match="999999999"), RunDirectory(run_dir, clock):
            pass
    assert clock.now_ns() >= ORPHANS_END_NS


def test_a_manager_that_was_killed_runs_no_more(run_dir: Path) -> None:
    with RunDirectory(run_dir, ManualClock()) as owned:
        owned.describe(described(run_dir, 999_999_999))
        assert running_stage(run_dir) is None


def test_a_path_too_long_for_sockets_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match="bytes too long for sockets"),
        RunDirectory(tmp_path / ("x" * 108), ManualClock()),
    ):
        pass


def test_a_path_that_cannot_be_made_is_refused(run_dir: Path) -> None:
    (run_dir / "file").touch()
    with pytest.raises(InputError, match="cannot be used"), RunDirectory(run_dir / "file" / "run", ManualClock()):
        pass
