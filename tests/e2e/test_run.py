"""`openstage run` with the real processes and a simulated tracker: it works, survives, is told about, and ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stage.bus.zmq_bus import ZmqBus
from stage.files.loading import find_stage
from stage.manager.run_dir import running_stage
from stage.messages.control import ProcessState
from stage.messages.frames import Frame, FrameReport
from stage.messages.samples import TrackingSample, Validity
from stage.messages.topics import Record
from tests.e2e.lifeline import command_of
from tests.e2e.patience import PATIENCE_S
from tools.sim.stage_variant import write_variant

TOPICS = ("process.state", "tracking.sample", "conductor.frame", "frame.report")


class RunningStage:
    """`openstage run two-walls` with a simulated dolly, in a run directory of its own, and its bus."""

    def __init__(self, run_dir: Path, *options: str) -> None:
        self.run_dir = run_dir / "run"
        stage = write_variant(find_stage("two-walls"), run_dir)
        command = command_of("tools.cli", "run", str(stage), "--offscreen", "--simulate", "dolly")
        command += ["--run-dir", str(self.run_dir), "--console-port", "0", *options]
        self.process = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._bus = ZmqBus.in_directory(self.run_dir)
        self._ear = self._bus.subscriber(*TOPICS)

    def wait_for(self, condition: Callable[[Record], bool]) -> Record:
        """The first record from now on that meets the condition."""
        given_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < given_up:
            for record in self._ear.receive(50_000_000):
                if condition(record):
                    return record
            assert self.process.poll() is None, self.process.communicate()[1]
        raise AssertionError("never came")

    def wait_for_process(self, role: str, restarts: int = 0) -> ProcessState:
        def met(record: Record) -> bool:
            return (
                isinstance(record, ProcessState)
                and (record.role, record.state) == (role, "running")
                and record.restarts >= restarts
            )

        found = self.wait_for(met)
        assert isinstance(found, ProcessState)
        return found

    def end(self) -> tuple[str, str]:
        """Ctrl-C; what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        printed = self.process.communicate(timeout=PATIENCE_S)
        self._bus.close()
        return printed

    def kill(self) -> None:
        """Kill the watchdog alone: its manager, which has the same standard output, runs on."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """After `kill`, once the manager has ended as well."""
        self.process.communicate(timeout=PATIENCE_S)
        self._bus.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[RunningStage]:
    """One stage for all tests that leave it running."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        running = RunningStage(Path(folder))
        yield running
        running.end()


def is_tracked_frame(record: Record) -> bool:
    return isinstance(record, Frame) and record.cameras[0].validity is Validity.LIVE


def openstage(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tools.cli", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("role", ["tracking", "conductor", "render", "console"])
def test_a_killed_process_is_back_at_work(stage: RunningStage, role: str) -> None:
    roles = ("tracking", "conductor", "render", "console")
    running = {each: stage.wait_for_process(each) for each in roles}
    before = stage.wait_for(is_tracked_frame)
    assert isinstance(before, Frame)
    os.kill(running[role].pid, signal.SIGKILL)
    back = stage.wait_for_process(role, running[role].restarts + 1)
    assert back.pid != running[role].pid
    assert back.reason == "killed by SIGKILL"
    work: dict[str, Callable[[Record], bool]] = {
        "tracking": lambda record: isinstance(record, TrackingSample),
        "conductor": lambda record: is_tracked_frame(record) and isinstance(record, Frame) and _later(record, before),
        "render": lambda record: isinstance(record, FrameReport) and record.number > before.number,
        "console": lambda record: _answers(stage),
    }
    stage.wait_for(work[role])
    assert all(stage.wait_for_process(other).pid == running[other].pid for other in roles if other != role)


def _later(frame: Frame, before: Frame) -> bool:
    """The restarted conductor goes on with the number that the present time has."""
    return frame.number > before.number and frame.present_ns > before.present_ns


def _answers(stage: RunningStage) -> bool:
    running = running_stage(stage.run_dir)
    assert running is not None
    try:
        with urllib.request.urlopen(running.console, timeout=PATIENCE_S) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_everything_goes_on_with_a_new_manager_when_the_manager_is_killed(stage: RunningStage) -> None:
    roles = ("tracking", "conductor", "render", "console", "tracker-tracker-a")
    running = {each: stage.wait_for_process(each) for each in roles}
    manager = stage.wait_for_process("manager")
    os.kill(manager.pid, signal.SIGKILL)
    again = stage.wait_for_process("manager", manager.restarts + 1)
    assert again.pid != manager.pid
    assert again.reason == "killed by SIGKILL"
    assert {each: stage.wait_for_process(each).pid for each in roles} == {e: s.pid for e, s in running.items()}
    stage.wait_for(is_tracked_frame)
    os.kill(running["tracking"].pid, signal.SIGKILL)
    back = stage.wait_for_process("tracking", 1)
    assert back.pid != running["tracking"].pid


def test_status_tells_a_healthy_stage(stage: RunningStage) -> None:
    for role in ("render", "console", "recorder", "stills", "tracker-tracker-a", "manager"):
        stage.wait_for_process(role)
    stage.wait_for(is_tracked_frame)
    told = openstage("status", "--run-dir", str(stage.run_dir), "--json")
    document = json.loads(told.stdout)
    slow_machine = [problem for problem in document["problems"] if problem.startswith("render draws ")]
    assert document["problems"] == slow_machine
    assert told.returncode == (1 if slow_machine else 0)
    assert document["frame_rate_hz"] > 0
    assert document["latency_ms"] > 0
    assert document["sources"]["tracker-a"]["validity"] == "live"
    roles = {"tracking", "conductor", "render", "console", "recorder", "stills", "tracker-tracker-a", "manager"}
    assert set(document["processes"]) == roles


def test_what_the_show_does_not_need_leaves_it_the_cores(stage: RunningStage) -> None:
    console, render = (psutil.Process(stage.wait_for_process(role).pid) for role in ("console", "render"))
    assert console.nice() == min(render.nice() + 10, 19)


def test_status_tells_that_nothing_runs(run_dir: Path) -> None:
    told = openstage("status", "--run-dir", str(run_dir), "--json")
    assert (told.returncode, json.loads(told.stdout)) == (1, {"running": False, "healthy": False})


def test_the_same_stage_twice_is_refused(stage: RunningStage) -> None:
    stage.wait_for_process("render")
    second = openstage("run", "two-walls", "--offscreen", "--run-dir", str(stage.run_dir), "--seconds", "1")
    assert second.returncode == 2
    assert f"a stage is already running here (process {stage.process.pid})" in second.stderr


def test_a_second_stage_runs_beside_it_and_ctrl_c_leaves_nothing_of_it(stage: RunningStage, run_dir: Path) -> None:
    second = RunningStage(run_dir, "--json")
    second.wait_for_process("console")
    second.wait_for(is_tracked_frame)
    second.wait_for(lambda record: isinstance(record, FrameReport))
    children = psutil.Process(second.process.pid).children(recursive=True)
    assert len(children) >= 5
    printed, told = second.end()
    assert second.process.returncode == 0, told
    assert psutil.wait_procs(children, timeout=PATIENCE_S)[1] == []
    assert not list(second.run_dir.glob("*.ipc"))
    document = json.loads(printed)
    assert document["healthy"] is True
    assert document["frames"] > 0
    assert document["first_frame_s"] > 0
    assert {state["restarts"] for state in document["processes"].values()} == {0}
    stage.wait_for(lambda record: isinstance(record, FrameReport))


def _runs(pid: int) -> bool:
    """Whether a process lives; a dead orphan may wait for init to reap it."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_another(state: ProcessState, before: ProcessState) -> bool:
    return (state.role, state.state) == (before.role, "running") and state.pid != before.pid


def test_the_next_run_takes_over_where_watchdog_and_manager_were_killed(run_dir: Path) -> None:
    """First the watchdog alone: its manager leaves its place; then both. Render never stops, the console moves on."""
    first = RunningStage(run_dir, "--unwatched-minutes", "2")
    render, console, left = (first.wait_for_process(role) for role in ("render", "console", "manager"))
    first.kill()
    second = RunningStage(run_dir)
    second.wait_for(lambda record: isinstance(record, ProcessState) and _is_another(record, left))
    manager = second.wait_for_process("manager")
    assert second.wait_for_process("render").pid == render.pid
    second.wait_for(lambda record: isinstance(record, ProcessState) and _is_another(record, console))
    now = running_stage(first.run_dir)
    assert now is not None
    assert now.pid == second.process.pid
    second.kill()
    os.kill(manager.pid, signal.SIGKILL)
    third = RunningStage(run_dir, "--json")
    assert third.wait_for_process("render").pid == render.pid
    third.wait_for(lambda record: isinstance(record, FrameReport))
    _, told = third.end()
    assert third.process.returncode == 0, told
    assert not _runs(render.pid)
    first.close()
    second.close()


def test_a_run_of_given_length_ends_by_itself_and_says_that_nothing_was_drawn(run_dir: Path) -> None:
    running = RunningStage(run_dir, "--seconds", "0", "--json")
    printed, _ = running.process.communicate(timeout=PATIENCE_S)
    running.end()
    assert json.loads(printed)["frames"] == 0
    assert running.process.returncode == 1
